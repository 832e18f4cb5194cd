import HadirCore
import HadirKit
import SwiftUI

/// Form 1 in its exact wording; answers are kept as they are given.
struct FormView: View {
    @Environment(AppModel.self) private var app
    @Environment(\.dismiss) private var dismiss
    let session: Session
    @State private var model: FormModel

    init(session: Session, date: String) {
        self.session = session
        _model = State(initialValue: FormModel(session: session, date: date))
    }

    var body: some View {
        Group {
            if let result = model.result { done(result) } else { filling }
        }
        .navigationTitle(app.say("form_title"))
        .navigationBarTitleDisplayMode(.inline)
        .task(id: session.revision) { await model.load() }
    }

    private var filling: some View {
        Page {
            if let form = model.form {
                Text(verbatim: form.title).font(.title2.bold()).accessibilityAddTraits(.isHeader)
                Text(verbatim: form.preamble).font(.body)
                Text(verbatim: form.basis).font(.footnote).foregroundStyle(Palette.quiet.color)
                Text(verbatim: app.say("form_progress", String(model.answered), String(form.questions.count)))
                    .font(.subheadline.bold())
                NoteCard(form.privacy, Palette.info)
                if form.draftUnusable { NoteCard(app.say("form_draft_unusable"), Palette.late) }
                ForEach(form.questions, id: \.id) { question in
                    QuestionCard(question: question, answer: model.answers[question.id]) { yes in
                        await model.answer(question.id, yes: yes)
                    }
                }
                Text(verbatim: app.say("form_progress", String(model.answered), String(form.questions.count)))
                    .font(.footnote)
            } else if model.trouble == nil {
                Loading()
            }
            if model.draftKept {
                Text(verbatim: app.say("form_draft_kept")).font(.footnote).foregroundStyle(Palette.quiet.color)
            }
            TroubleNote(trouble: model.trouble) { await model.again() }
        } below: {
            if model.form != nil {
                AsyncButton(app.say(model.isWhole ? "form_submit" : "form_open_questions")) { await model.submit() }
                    .buttonStyle(LargeButton(filled: model.isWhole))
                if model.answered > 0 {
                    AsyncButton(app.say("form_discard")) { await model.discard() }.buttonStyle(TextButton())
                }
            }
        }
    }

    private func done(_ result: FormResult) -> some View {
        Page {
            Text(verbatim: app.say("form_result")).font(.subheadline).foregroundStyle(Palette.quiet.color)
            NoteCard(result.title, result.mayEnter ? Palette.good : Palette.stop)
            Card {
                Text(verbatim: result.riskText).font(.headline)
                Text(verbatim: result.meaning).font(.body)
            }
            NoteCard(result.privacy, Palette.info)
        } below: {
            Button(app.say("app_done")) { dismiss() }.buttonStyle(LargeButton())
        }
    }
}

/// A question with *Ya* and *Tidak*, side by side or below each other.
struct QuestionCard: View {
    @Environment(AppModel.self) private var app
    @Environment(\.dynamicTypeSize) private var size
    let question: FormQuestion
    let answer: Bool?
    let give: @MainActor (Bool) async -> Void

    var body: some View {
        Card {
            Text(verbatim: question.text).font(.body)
            let layout = size.isAccessibilitySize ? AnyLayout(VStackLayout()) : AnyLayout(HStackLayout())
            layout {
                choice("app_yes", true)
                choice("app_no", false)
            }
        }
        .accessibilityElement(children: .contain)
    }

    private func choice(_ key: String, _ yes: Bool) -> some View {
        ChoiceRow(text: app.say(key), chosen: answer == yes) { Task { await give(yes) } }
            .accessibilityHint(question.text)
    }
}
