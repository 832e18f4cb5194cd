import HadirCore
import HadirKit
import SwiftUI

/// Live share: who sees what, until when, and the three things a person may do.
struct LiveShareView: View {
    @Environment(AppModel.self) private var app
    @Environment(\.openURL) private var open
    let session: Session

    private var model: LiveShareModel { session.liveShare }

    var body: some View {
        Page {
            TroubleNote(trouble: model.trouble) { await model.load() }
            if let advice = model.advice {
                NoteCard(app.say(advice), Palette.late) {
                    Button(app.say("app_open_settings")) { open(Links.settings) }
                }
            }
            if let card = model.card {
                if card.mark == .sharing, model.hindered {
                    NoteCard(app.say("share_unknown"), Palette.late)
                } else {
                    Text(verbatim: card.title).font(.title2.bold()).accessibilityAddTraits(.isHeader)
                }
                Card {
                    Fact(name: app.say("share_hours"), value: card.hoursText)
                    Line()
                    GroupTitle(app.say("share_who"))
                    Text(verbatim: card.whoSees).font(.subheadline)
                    Line()
                    GroupTitle(app.say("share_shared"))
                    Text(verbatim: card.sharedText).font(.subheadline)
                }
                if let permit = card.permitText { NoteCard(permit, Palette.info) }
                if card.mark == .early || card.mark == .ready {
                    Text(verbatim: app.say("share_stop_text")).font(.footnote).foregroundStyle(Palette.quiet.color)
                }
                Text(verbatim: app.say("share_pause_text")).font(.footnote).foregroundStyle(Palette.quiet.color)
            } else if model.loaded {
                Text(verbatim: app.say("share_none")).font(.body)
            } else if model.trouble == nil {
                Loading()
            }
        } below: {
            buttons
        }
        .navigationTitle(app.say("share_title"))
        .task(id: session.revision) { await model.load() }
    }

    @ViewBuilder private var buttons: some View {
        switch model.card?.mark {
        case .ready, .stopped: large("share_start") { await model.start() }
        case .paused:
            large("share_resume") { await model.start() }
            outline("share_stop") { await model.stop() }
        case .sharing:
            outline("share_pause") { await model.pause() }
            outline("share_stop") { await model.stop() }
        case .early, .over, nil: EmptyView()
        }
    }

    private func large(_ key: String, _ act: @escaping @MainActor () async -> Void) -> some View {
        AsyncButton(app.say(key), act: act).buttonStyle(LargeButton())
    }

    private func outline(_ key: String, _ act: @escaping @MainActor () async -> Void) -> some View {
        AsyncButton(app.say(key), act: act).buttonStyle(LargeButton(filled: false))
    }
}
