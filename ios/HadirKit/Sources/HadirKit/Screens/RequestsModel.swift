import HadirCore
import Observation

/// Requests and appeals, and what became of them.
@MainActor @Observable public final class RequestsModel {
    public private(set) var rows: [AskRow]?
    public private(set) var trouble: Trouble?
    @ObservationIgnored private let session: Session

    public init(session: Session) { self.session = session }

    public func load() async {
        do {
            rows = try await session.desk.ask { try $0.requests() }
            trouble = nil
        } catch {
            trouble = Trouble(error)
        }
    }

    public func withdraw(_ id: String) async {
        let failed = await session.record { try $0.withdraw(id: id) }.trouble
        await load()
        trouble = trouble ?? failed
    }
}

/// A new request: a permit to leave the region, a duty trip, sickness, leave.
@MainActor @Observable public final class NewRequestModel {
    public private(set) var choices: RequestChoices?
    /// What the last act came to, or why the choices can't be read.
    public var trouble: Trouble? { refused ?? unread }
    public private(set) var made: AskRow?
    public private(set) var sending = false
    /// What is to be done before it can be sent, or what changed by itself; a key of the table of words.
    public private(set) var advice: String?
    public private(set) var kind: AskKind?
    public private(set) var until: String?
    public private(set) var windows: Set<String> = []
    public var note = ""
    private var refused: Trouble?
    private var unread: Trouble?
    @ObservationIgnored private let session: Session
    @ObservationIgnored private var from: String?

    public init(session: Session) { self.session = session }

    /// What can be chosen; again when a rule changed or a day began while it is open. What was typed stays, and what was chosen and is there no
    /// more is said: a request for one window must not become one for whole days unseen.
    public func load() async { await read(again: choices != nil) }

    private func read(again: Bool) async {
        let from = from
        do {
            let read = try await session.desk.ask { try $0.requestChoices(from: from) }
            let left = windows.intersection(read.windows.map(\.id))
            let stays = read.untilDates.contains { $0.date == until }
            let moved = read.from != self.from ?? choices?.from || !stays
            if left != windows || (again && moved) { advice = "requests_choose_again" }
            choices = read
            windows = left
            if !stays { until = read.untilDates.first?.date }
            unread = nil
        } catch {
            unread = Trouble(error)
        }
    }

    public func choose(from: String) async {
        (self.from, advice) = (from, nil)
        await read(again: false)
    }

    public func choose(until: String) { (self.until, advice) = (until, nil) }

    public func choose(kind: AskKind) { (self.kind, advice) = (kind, nil) }

    /// Chooses a window, or no longer.
    public func toggle(window: String) {
        windows.formSymmetricDifference([window])
        advice = nil
    }

    public var kindChoice: KindChoice? { choices?.kinds.first { $0.kind == kind } }

    public var charactersLeft: Int { Int(choices?.noteChars ?? 0) - note.unicodeScalars.count }

    /// Whether all is chosen that has to be.
    public var canSend: Bool { choices != nil && until != nil && missing == nil && charactersLeft >= 0 }

    /// What is still to be chosen, a key of the table of words.
    private var missing: String? {
        guard let kindChoice else { return "requests_choose_kind" }
        return kindChoice.needsWindows && windows.isEmpty ? "requests_choose_windows" : nil
    }

    /// Records the request, or says what is missing: the button is never dead.
    public func submit() async {
        guard !sending, made == nil, let choices, let until else { return }
        advice = missing
        guard advice == nil, let kind else { return }
        sending = true
        let asked = AskedFor(
            kind: kind, from: choices.from, until: until, windows: windows.sorted(), note: note.isEmpty ? nil : note)
        (made, refused) = await session.record { try $0.request(asked: asked) }
        sending = false
    }

    /// Tries once more what was refused, or reads the choices again.
    public func again() async { if refused != nil { await submit() } else { await load() } }
}
