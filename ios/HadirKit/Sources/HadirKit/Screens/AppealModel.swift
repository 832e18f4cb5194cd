import HadirCore
import Observation

/// *Sanggahan*: put together from what the core offers, nothing that can't be.
@MainActor @Observable public final class AppealModel {
    public private(set) var choices: AppealChoices?
    /// What the last act came to, or why the choices can't be read.
    public var trouble: Trouble? { refused ?? unread }
    /// What is to be done before it can be sent, or what changed by itself; a key of the table of words.
    public private(set) var advice: String?
    /// The window that it is about; `nil` for the whole day.
    public private(set) var window: String?
    public private(set) var grounds: GroundsForAppeal?
    public var text = ""
    /// The appeal, once it is recorded.
    public private(set) var made: AskRow?
    public private(set) var sending = false
    public let subject: Route.Subject
    private var refused: Trouble?
    private var unread: Trouble?
    @ObservationIgnored private let session: Session
    @ObservationIgnored private var date: String

    public init(session: Session, subject: Route.Subject) {
        self.session = session
        self.subject = subject
        date = subject.date
        window = subject.window
    }

    /// What can be chosen, for the date that is chosen now; again when a rule changed while it is open. A window that is there no more is said:
    /// what was meant for it must not become an appeal against the whole day unseen.
    public func load() async {
        let date = date
        do {
            let read = try await session.desk.ask { try $0.appealChoices(dateOf: date) }
            choices = read
            if let window, !read.windows.contains(where: { $0.id == window }) {
                (self.window, advice) = (nil, "appeal_window_gone")
            }
            unread = nil
        } catch {
            unread = Trouble(error)
        }
    }

    public func choose(date: String) async {
        (self.date, advice) = (date, nil)
        await load()
    }

    public func choose(window: String?) { (self.window, advice) = (window, nil) }

    public func choose(grounds: GroundsForAppeal) { (self.grounds, advice) = (grounds, nil) }

    /// How many characters may still be typed.
    public var charactersLeft: Int { Int(choices?.textChars ?? 0) - text.unicodeScalars.count }

    /// Whether a ground is chosen, and a text typed where it needs one.
    public var canSend: Bool {
        guard let choice = choices?.grounds.first(where: { $0.grounds == grounds }) else { return false }
        return charactersLeft >= 0 && (!choice.needsText || !text.allSatisfy(\.isWhitespace))
    }

    /// What is put together so far; the record belongs to the window that was asked about, and to no other.
    var appealed: Appealed? {
        guard let choices, let grounds else { return nil }
        let asked = choices.date == subject.date && window == subject.window
        return Appealed(
            date: choices.date, window: window, record: asked ? subject.record : nil, grounds: grounds,
            text: text.isEmpty ? nil : text, evidence: [])
    }

    /// Records the appeal, or says what is missing: the button is never dead.
    public func submit() async {
        guard !sending, made == nil, choices != nil else { return }
        advice = grounds == nil ? "appeal_choose_grounds" : nil
        guard let appealed else { return }
        sending = true
        (made, refused) = await session.record { try $0.appeal(appealed: appealed) }
        sending = false
    }

    /// Tries once more what was refused, or reads the choices again.
    public func again() async { if refused != nil { await submit() } else { await load() } }
}
