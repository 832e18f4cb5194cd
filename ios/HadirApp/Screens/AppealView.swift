import HadirCore
import HadirKit
import SwiftUI

/// *Sanggahan*: about what, on which ground, and what happened.
struct AppealView: View {
    @Environment(AppModel.self) private var app
    @Environment(\.dismiss) private var dismiss
    let session: Session
    @State private var model: AppealModel

    init(session: Session, subject: Route.Subject) {
        self.session = session
        _model = State(initialValue: AppealModel(session: session, subject: subject))
    }

    var body: some View {
        Group {
            if let made = model.made { done(made) } else { asking }
        }
        .navigationTitle(app.say("appeal_title"))
        .task(id: session.revision) { await model.load() }
    }

    private var asking: some View {
        Page {
            if let choices = model.choices {
                DateMenu(title: app.say("appeal_date"), dates: choices.dates, chosen: choices.date) {
                    await model.choose(date: $0)
                }
                Card {
                    GroupTitle(app.say("appeal_about"))
                    ChoiceRow(text: app.say("appeal_whole_day"), chosen: model.window == nil) {
                        model.choose(window: nil)
                    }
                    ForEach(choices.windows, id: \.id) { window in
                        ChoiceRow(text: window.text, chosen: model.window == window.id) {
                            model.choose(window: window.id)
                        }
                        if window.appealed {
                            Text(verbatim: app.say("why_appealed")).font(.footnote)
                                .foregroundStyle(Palette.late.text.color)
                        }
                    }
                }
                Card {
                    GroupTitle(app.say("appeal_grounds"))
                    ForEach(choices.grounds, id: \.grounds) { choice in
                        ChoiceRow(text: choice.text, chosen: model.grounds == choice.grounds) {
                            model.choose(grounds: choice.grounds)
                        }
                    }
                }
                LongField(title: app.say("appeal_text"), text: $model.text, left: model.charactersLeft)
            } else if model.trouble == nil {
                Loading()
            }
            if let advice = model.advice { NoteCard(app.say(advice), Palette.late) }
            TroubleNote(trouble: model.trouble) { await model.again() }
        } below: {
            AsyncButton(app.say("appeal_submit")) { await model.submit() }
                .buttonStyle(LargeButton(filled: model.canSend))
        }
    }

    private func done(_ made: AskRow) -> some View {
        Page {
            NoteCard(app.say("appeal_done"), Palette.good)
            AskCard(row: made)
        } below: {
            Button(app.say("app_done")) { dismiss() }.buttonStyle(LargeButton())
        }
    }
}

/// One date among those that the core offers.
struct DateMenu: View {
    let title: String
    let dates: [DateChoice]
    let chosen: String?
    let choose: @MainActor (String) async -> Void

    var body: some View {
        Card {
            GroupTitle(title)
            Menu {
                ForEach(dates, id: \.date) { date in
                    AsyncButton(date.text) { await choose(date.date) }
                }
            } label: {
                HStack {
                    Text(verbatim: dates.first { $0.date == chosen }?.text ?? "").font(.body)
                    Spacer(minLength: Size.small)
                    Image(systemName: "chevron.up.chevron.down").accessibilityHidden(true)
                }
                .foregroundStyle(Palette.primary.color)
                .frame(maxWidth: .infinity, minHeight: Size.target)
                .contentShape(Rectangle())
            }
            .accessibilityLabel(title)
        }
    }
}
