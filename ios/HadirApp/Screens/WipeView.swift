import HadirKit
import SwiftUI

/// The way out for who forgot the PIN: what would be lost, then all of it off this phone.
struct WipeView: View {
    @Environment(AppModel.self) private var app
    let model: PrivacyModel
    let cancel: @MainActor () -> Void

    var body: some View {
        Page {
            Text(verbatim: app.say("privacy_wipe")).font(.title.bold()).accessibilityAddTraits(.isHeader)
            if let losing = model.losing {
                NoteCard(
                    losing > 0 ? app.say("privacy_wipe_ask", String(losing)) : app.say("privacy_wipe_ask_none"),
                    Palette.stop)
                Text(verbatim: app.say("privacy_wipe_again")).font(.body)
            } else if model.trouble == nil {
                Loading()
            }
            TroubleNote(trouble: model.trouble) { await model.ask() }
        } below: {
            if let losing = model.losing, losing > 0 {
                AsyncButton(app.say(model.sending ? "home_sending" : "home_send_now")) { await model.send() }
                    .buttonStyle(LargeButton())
            }
            Button(app.say("app_cancel"), action: cancel).buttonStyle(LargeButton())
            if model.losing != nil {
                AsyncButton(app.say(model.wiping ? "privacy_wiping" : "privacy_wipe_now")) { await model.wipe() }
                    .buttonStyle(TextButton(tone: Palette.stop.text))
            }
        }
        .task { await model.ask() }
    }
}
