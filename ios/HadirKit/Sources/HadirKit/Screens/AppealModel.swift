import HadirCore
import Observation

/// *Sanggahan*: put together from what the core offers, nothing that can't be.
@MainActor @Observable public final class AppealModel {
    public private(set) var choices: AppealChoices?
    public private(set) var trouble: Trouble?
    /// The window that it is about; `nil` for the whole day.
    public var window: String?
    public var grounds: GroundsForAppeal?
    public var text = ""
    /// The appeal, once it is recorded.
    public private(set) var made: AskRow?
    public private(set) var sending = false
    public let subject: Route.Subject
    @ObservationIgnored private let session: Session
    @ObservationIgnored private var date: String

    public init(session: Session, subject: Route.Subject) {
        self.session = session
        self.subject = subject
        date = subject.date
        window = subject.window
    }

    /// What can be chosen, for the date that is chosen now.
    public func load() async {
        let date = date
        do {
            let read = try await session.desk.ask { try $0.appealChoices(dateOf: date) }
            choices = read
            if let window, !read.windows.contains(where: { $0.id == window }) { self.window = nil }
            trouble = nil
        } catch {
            trouble = Trouble(error)
        }
    }

    public func choose(date: String) async {
        self.date = date
        await load()
    }

    /// How many characters may still be typed.
    public var charactersLeft: Int { Int(choices?.textChars ?? 0) - text.unicodeScalars.count }

    /// Whether a ground is chosen, and a text typed where it needs one.
    public var canSend: Bool {
        guard let choice = choices?.grounds.first(where: { $0.grounds == grounds }) else { return false }
        return charactersLeft >= 0 && (!choice.needsText || !text.allSatisfy(\.isWhitespace))
    }

    /// What is put together so far; the record belongs to the window that was asked about, and to no other.
    var appealed: Appealed? {
        guard canSend, let choices, let grounds else { return nil }
        let asked = choices.date == subject.date && window == subject.window
        return Appealed(
            date: choices.date, window: window, record: asked ? subject.record : nil, grounds: grounds,
            text: text.isEmpty ? nil : text, evidence: [])
    }

    public func submit() async {
        guard !sending, made == nil, let appealed else { return }
        sending = true
        (made, trouble) = await session.record { try $0.appeal(appealed: appealed) }
        sending = false
    }
}
