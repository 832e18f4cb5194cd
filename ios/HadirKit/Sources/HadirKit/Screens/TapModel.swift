import HadirCore
import Observation

/// One tap: a place is looked for, then it is recorded, with a place or without one. It is never refused, and waits for no network.
@MainActor @Observable public final class TapModel {
    public enum Phase: Equatable, Sendable {
        /// Looking for the place; its accuracy so far, metres.
        case seeking(accuracyM: Double?)
        case saving
        case recorded(TapRecorded)
        /// Nothing was recorded: said at once and large. *Coba lagi* is the same attempt.
        case failed(Trouble)
    }

    public private(set) var phase = Phase.seeking(accuracyM: nil)
    /// What keeps the place away or makes it poor, a key of the table of words.
    public private(set) var advice: String?
    @ObservationIgnored private let session: Session
    @ObservationIgnored private var running = false
    @ObservationIgnored private var attempt: String?
    @ObservationIgnored private var place: PlaceSeen?

    public init(session: Session) { self.session = session }

    /// The press. While it is under way another does nothing; once it is recorded too.
    public func run() async {
        if case .recorded = phase { return }
        guard !running else { return }
        running = true
        defer { running = false }
        do {
            let (attempt, wait) = try await begun()
            let seen: PlaceSeen
            if let place { seen = place } else { seen = try await seek(wait) }
            place = seen
            phase = .saving
            let recorded = try await session.desk.ask { try $0.checkIn(attempt: attempt, place: seen) }
            session.phone.notebook[.attempt(session.profile)] = nil
            phase = .recorded(recorded)
        } catch {
            let trouble = await session.failed(error)
            phase = .failed(trouble ?? Trouble(.word("app_loading"), remedy: .again))
            return
        }
        await session.changed()
        // Not waited for: the tap is safe already.
        session.syncSoon()
    }

    /// The name of this press, kept, so that a killed app can tell whether it was recorded; and how long it may wait from now on.
    private func begun() async throws -> (String, TapWait) {
        if let attempt { return (attempt, try await wait()) }
        let begun = try await session.desk.ask { try $0.beginTap() }
        attempt = begun.id
        session.phone.notebook[.attempt(session.profile)] = begun.id
        return (begun.id, begun.wait)
    }

    private func wait() async throws -> TapWait { try await session.desk.ask { try $0.tapWait() } }

    private func seek(_ begun: TapWait) async throws -> PlaceSeen {
        let fixes = session.phone.fixes
        phase = .seeking(accuracyM: nil)
        var (state, left) = (await fixes.state(), begun)
        if state.permission == .notAsked {
            state = await fixes.ask()
            // The person took their time.
            left = try await wait()
        }
        advice = state.advice
        if let reason = state.noFix { return .noFix(reason: reason) }
        return await fixes.fix(deadlineMs: UInt64(left.searchMs)) { [weak self] accuracy in
            guard let self, case .seeking = phase else { return }
            phase = .seeking(accuracyM: accuracy)
        }
    }

    /// Where the recorded tap is by now, as the home screen tells it; `nil` before it is recorded.
    public var delivery: (text: String, mark: DeliveryMark)? {
        guard case .recorded(let recorded) = phase else { return nil }
        if let window = session.today?.windows.first(where: { $0.record == recorded.record }),
            let mark = window.delivery
        {
            return (window.detail, mark)
        }
        if let other = session.today?.others.first(where: { $0.record == recorded.record }) {
            return (other.detail, other.delivery)
        }
        return (recorded.deliveryText, .waiting)
    }

    /// *Catat dengan lokasi ini*, or *Catat tanpa lokasi*: goes on at once.
    public func settle(without: Bool) { session.phone.fixes.settle(without: without) }

    /// After a start: whether the app was closed in the middle of a tap, and that tap was not recorded.
    static func wasInterrupted(_ session: Session) async -> Bool {
        let notebook = session.phone.notebook
        guard let attempt = notebook[.attempt(session.profile)] else { return false }
        notebook[.attempt(session.profile)] = nil
        do {
            _ = try await session.desk.ask { try $0.whyRecord(id: attempt) }
            return false
        } catch {
            return true
        }
    }
}
