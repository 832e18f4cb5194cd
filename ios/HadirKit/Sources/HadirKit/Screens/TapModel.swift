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
    /// Whether the search has no network to help it: airplane mode, or no signal. iOS tells no app which.
    public private(set) var withoutNetwork = false
    @ObservationIgnored private let session: Session
    @ObservationIgnored private var underWay: Task<Void, Never>?
    /// When it was pressed, or the permission was answered.
    @ObservationIgnored private var pressed: ContinuousClock.Instant?
    /// Whether the app left the screen meanwhile.
    @ObservationIgnored private var away = false
    /// Whether the person went on without a place, maybe before it was looked for.
    @ObservationIgnored private var unwanted = false
    @ObservationIgnored private var question: Question?
    @ObservationIgnored private var attempt: String?
    @ObservationIgnored private var place: PlaceSeen?

    public init(session: Session) { self.session = session }

    /// The press. While it is under way another does nothing; once it is recorded too.
    public func run() async {
        if case .recorded = phase { return }
        guard underWay == nil else { return }
        (away, unwanted) = (false, false)
        let task = Task { await record() }
        underWay = task
        await task.value
        underWay = nil
    }

    /// Its screen is shown. What failed is not tried again without a press, as when the person looked at another screen in between.
    public func appear() async { if case .seeking = phase { await run() } }

    /// Whether it looks or saves at this moment.
    public var isUnderWay: Bool { underWay != nil }

    func isOf(_ other: Session) -> Bool { session === other }

    /// The app leaves the screen: what was found so far is taken, and recorded with the time of now. Returns when that is done.
    func leave() async {
        guard let underWay else { return }
        away = true
        settle(without: false)
        await underWay.value
    }

    /// The app is on the screen again.
    func comeBack() { away = false }

    /// Thrown instead of recording with a time that is not the press's.
    private struct TooLate: Error {}

    private func record() async {
        let clock = session.phone.clock
        // A place that was found for an earlier try is not where the person is by now.
        if let pressed, pressed.duration(to: clock()) > Limits.tapStays { place = nil }
        pressed = clock()
        do {
            let (attempt, wait) = try await begun()
            let seen: PlaceSeen
            if let place { seen = place } else { seen = try await seek(wait) }
            place = seen
            phase = .saving
            let latest = (pressed ?? clock()) + Limits.tapStays
            let recorded = try await session.desk.ask { engine in
                // Asked last of all: iOS may let the app sleep at any moment before.
                guard clock() <= latest else { throw TooLate() }
                return try engine.checkIn(attempt: attempt, place: seen)
            }
            session.phone.notebook[.attempt(session.profile)] = nil
            phase = .recorded(recorded)
        } catch is TooLate {
            // Its name stays in the notebook: where a PIN is asked first, the home screen says it.
            (attempt, place) = (nil, nil)
            phase = .failed(Trouble(.word("tap_interrupted"), remedy: .again))
            return
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
            let asking = Question(fixes: fixes, wait: session.phone.wait)
            question = asking
            guard let answered = await asking.answer(withinMs: UInt64(begun.choiceMs)) else {
                // Nobody answers a phone in a pocket: the press counts all the same.
                advice = FixState(permission: .denied, switchedOn: true).advice
                return .noFix(reason: .denied)
            }
            state = answered
            // The person took their time.
            pressed = session.phone.clock()
            left = try await wait()
        }
        advice = state.advice
        if let reason = state.noFix { return .noFix(reason: reason) }
        if away || unwanted { return .noFix(reason: .timeout) }
        withoutNetwork = !session.phone.hasNetwork()
        return await fixes.fix(deadlineMs: UInt64(left.searchMs)) { [weak self] accuracy in
            guard let self, case .seeking = phase else { return }
            withoutNetwork = !session.phone.hasNetwork()
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
    public func settle(without: Bool) {
        unwanted = unwanted || without
        question?.giveUp()
        session.phone.fixes.settle(without: without)
    }

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
