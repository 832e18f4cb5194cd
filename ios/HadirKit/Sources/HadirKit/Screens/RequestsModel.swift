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
    public private(set) var trouble: Trouble?
    public private(set) var made: AskRow?
    public private(set) var sending = false
    public var kind: AskKind?
    public private(set) var until: String?
    public var windows: Set<String> = []
    public var note = ""
    @ObservationIgnored private let session: Session
    @ObservationIgnored private var from: String?

    public init(session: Session) { self.session = session }

    public func load() async {
        let from = from
        do {
            let read = try await session.desk.ask { try $0.requestChoices(from: from) }
            choices = read
            windows.formIntersection(read.windows.map(\.id))
            if !read.untilDates.contains(where: { $0.date == until }) { until = read.untilDates.first?.date }
            trouble = nil
        } catch {
            trouble = Trouble(error)
        }
    }

    public func choose(from: String) async {
        self.from = from
        await load()
    }

    public func choose(until: String) { self.until = until }

    public var kindChoice: KindChoice? { choices?.kinds.first { $0.kind == kind } }

    public var charactersLeft: Int { Int(choices?.noteChars ?? 0) - note.unicodeScalars.count }

    public var canSend: Bool {
        guard let kindChoice, until != nil else { return false }
        return charactersLeft >= 0 && !(kindChoice.needsWindows && windows.isEmpty)
    }

    public func submit() async {
        guard canSend, !sending, made == nil, let choices, let kind, let until else { return }
        sending = true
        let asked = AskedFor(
            kind: kind, from: choices.from, until: until, windows: windows.sorted(), note: note.isEmpty ? nil : note)
        (made, trouble) = await session.record { try $0.request(asked: asked) }
        sending = false
    }
}
