import HadirCore
import Observation

/// What a new phone is asked for, one question a screen: location, notifications, and one practice tap that does not count.
@MainActor @Observable public final class PermitsModel {
    public enum Step: Int, CaseIterable, Sendable {
        case location
        case notifications
        case practice
    }

    public private(set) var step = Step.location
    public private(set) var fix: FixState?
    public private(set) var notifications = PermissionState.notAsked
    /// What the practice tap came to, one line each; `nil` before it.
    public private(set) var practised: [String]?
    /// While the practice looks for a place: its accuracy, metres.
    public private(set) var accuracyM: Double?
    public private(set) var seeking = false
    public private(set) var trouble: Trouble?
    public let session: Session
    @ObservationIgnored private let app: AppModel

    init(app: AppModel, session: Session) {
        self.app = app
        self.session = session
    }

    /// How the permissions stand; also when the person comes back from the settings.
    public func load() async {
        fix = await session.phone.fixes.state()
        notifications = await session.phone.reminders.permission()
    }

    public func askLocation() async { fix = await session.phone.fixes.ask() }

    public func askNotifications() async { notifications = await session.phone.reminders.ask() }

    /// One tap as every tap is, but nothing of it is recorded, sent or counted.
    public func practise() async {
        guard !seeking else { return }
        seeking = true
        defer { seeking = false }
        do {
            let wait = try await session.desk.ask { try $0.tapWait() }
            let place = await place(deadlineMs: UInt64(wait.searchMs))
            practised = try await session.desk.ask { try $0.practice(place: place) }
            trouble = nil
        } catch {
            trouble = Trouble(error)
        }
    }

    /// As a tap looks for it: who is not asked yet is asked, and nobody waits for a place that can't come.
    private func place(deadlineMs: UInt64) async -> PlaceSeen {
        let fixes = session.phone.fixes
        var state = await fixes.state()
        if state.permission == .notAsked { state = await fixes.ask() }
        fix = state
        if let reason = state.noFix { return .noFix(reason: reason) }
        return await fixes.fix(deadlineMs: deadlineMs) { [weak self] in self?.accuracyM = $0 }
    }

    /// The next question, whatever was answered: none of them keeps anyone from checking in.
    public func next() async {
        if let next = Step(rawValue: step.rawValue + 1) {
            step = next
            return
        }
        session.phone.notebook[.introduced(session.profile)] = "1"
        await app.show(session.profile)
    }
}
