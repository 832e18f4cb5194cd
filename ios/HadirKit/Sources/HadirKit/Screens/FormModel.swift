import HadirCore
import Observation

/// The self-assessment: its questions, answers that are kept as they are given, and the result.
@MainActor @Observable public final class FormModel {
    public private(set) var form: Form?
    public private(set) var answers: [String: Bool] = [:]
    /// What the answers came to, once they were sent.
    public private(set) var result: FormResult?
    /// What the last act came to, or why the form can't be read.
    public var trouble: Trouble? { refused ?? unread }
    /// Whether the answers so far are on this phone.
    public private(set) var draftKept = false
    public private(set) var sending = false
    public let date: String
    private var refused: Trouble?
    private var unread: Trouble?
    /// The act that was refused.
    @ObservationIgnored private var failed: (@MainActor () async -> Void)?
    @ObservationIgnored private let session: Session

    public init(session: Session, date: String) {
        self.session = session
        self.date = date
    }

    /// Whether every question is answered.
    public var isWhole: Bool { form.map { $0.questions.allSatisfy { answers[$0.id] != nil } } ?? false }

    public var answered: Int { form.map { $0.questions.filter { answers[$0.id] != nil }.count } ?? 0 }

    /// Reads the form and the draft; again when a rule changed while it is open: answers to questions that still stand are kept. Where the new
    /// rule asks for no form, that is said, and what was answered stays on this phone.
    public func load() async {
        guard result == nil, !sending else { return }
        let date = date
        do {
            let read = try await session.desk.ask { try $0.form(date: date) }
            let kept = answers
            answers = Dictionary(uniqueKeysWithValues: read.answers.map { ($0.question, $0.yes) })
                .merging(kept) { _, chosen in chosen }
                .filter { answer in read.questions.contains { $0.id == answer.key } }
            form = read
            draftKept = !read.answers.isEmpty
            unread = nil
            // It is asked for after all.
            if refused?.remedy == .redraw { refused = nil }
        } catch {
            unread = Trouble(error)
            // What can't be read this once stays on the screen.
            if unread?.remedy == .redraw { form = nil }
        }
    }

    /// An answer; kept on this phone at once.
    public func answer(_ question: String, yes: Bool) async {
        answers[question] = yes
        await keep()
    }

    private func keep() async {
        let (date, given) = (date, given)
        do {
            try await session.desk.ask { try $0.saveFormDraft(date: date, answers: given) }
            (draftKept, refused) = (true, nil)
        } catch {
            draftKept = false
            failed = { [weak self] in await self?.keep() }
            refused = await session.failed(error)
        }
    }

    /// Throws away what was answered so far.
    public func discard() async {
        let date = date
        do {
            try await session.desk.ask { try $0.discardFormDraft(date: date) }
            answers = [:]
            (draftKept, refused) = (false, nil)
        } catch {
            failed = { [weak self] in await self?.discard() }
            refused = await session.failed(error)
        }
    }

    /// Seals the answers to the health office and records them.
    public func submit() async {
        guard !sending, result == nil else { return }
        sending = true
        let (date, given) = (date, given)
        (result, refused) = await session.record { try $0.submitForm(date: date, answers: given) }
        sending = false
        failed = { [weak self] in await self?.submit() }
        // What was drawn anew meanwhile passed this screen by.
        if refused?.remedy == .redraw { await load() }
    }

    /// Tries once more what was refused, or reads the form again.
    public func again() async { if refused != nil, let failed { await failed() } else { await load() } }

    private var given: [FormAnswer] {
        (form?.questions ?? []).compactMap { question in
            answers[question.id].map { FormAnswer(question: question.id, yes: $0) }
        }
    }
}
