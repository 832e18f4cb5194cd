import HadirCore
import HadirKit
import SwiftUI

/// *Kode bantuan*, and how this phone stands.
struct HelpView: View {
    @Environment(AppModel.self) private var app
    @State private var model: HelpModel

    init(session: Session) { _model = State(initialValue: HelpModel(session: session)) }

    var body: some View {
        Page {
            Text(verbatim: app.say("help_text")).font(.body)
            AsyncButton(app.say(model.asking ? "app_loading" : "help_get")) { await model.get() }
                .buttonStyle(LargeButton(filled: model.code == nil))
            if let code = model.code {
                Card {
                    Text(verbatim: code.code)
                        .font(.figures)
                        .lineLimit(1)
                        .minimumScaleFactor(0.5)
                        .frame(maxWidth: .infinity)
                        .textSelection(.enabled)
                        // Read out one by one, as it is told to the help desk.
                        .accessibilityLabel(code.code.map(String.init).joined(separator: " "))
                    Text(verbatim: app.say("help_until", code.untilText)).font(.footnote)
                }
                if !code.sentNow { NoteCard(app.say("help_earlier"), Palette.late) }
            }
            TroubleNote(trouble: model.trouble) { await model.get() }
            if let diagnostics = model.diagnostics { details(diagnostics) }
        }
        .navigationTitle(app.say("help_title"))
        .task { await model.load() }
    }

    private func details(_ diagnostics: Diagnostics) -> some View {
        Card {
            GroupTitle(app.say("help_details"))
            Fact(name: app.say("help_waiting"), value: String(diagnostics.pending))
            Fact(name: app.say("help_parked"), value: String(diagnostics.parked))
            Fact(name: app.say("help_version"), value: diagnostics.core)
            Fact(
                name: app.say("help_store_whole"),
                value: app.say(diagnostics.storeWhole ? "help_store_good" : "help_store_broken"))
            ForEach(diagnostics.storeNotes, id: \.self) { Text(verbatim: $0).font(.footnote) }
        }
    }
}

/// What is collected, who sees it, the limits, and taking everything off this phone.
struct PrivacyView: View {
    @Environment(AppModel.self) private var app
    @State private var model: PrivacyModel

    init(app: AppModel, session: Session) {
        _model = State(initialValue: PrivacyModel(app: app, session: session))
    }

    var body: some View {
        Page {
            PrivacyFacts()
            Card {
                GroupTitle(app.say("privacy_limits"))
                Text(verbatim: app.say("privacy_limits_text")).font(.subheadline)
            }
            if let losing = model.losing {
                NoteCard(question(losing), Palette.stop)
            }
            TroubleNote(trouble: model.trouble) { await model.ask() }
        } below: {
            if let losing = model.losing {
                if losing > 0 {
                    AsyncButton(app.say(model.sending ? "home_sending" : "home_send_now")) { await model.send() }
                        .buttonStyle(LargeButton())
                }
                AsyncButton(app.say(model.wiping ? "privacy_wiping" : "privacy_wipe")) { await model.wipe() }
                    .buttonStyle(LargeButton(filled: false, tone: Palette.stop.text))
                Button(app.say("app_cancel")) { model.keep() }.buttonStyle(LargeButton(filled: losing == 0))
            } else {
                AsyncButton(app.say("privacy_wipe")) { await model.ask() }.buttonStyle(LargeButton(filled: false))
            }
        }
        .navigationTitle(app.say("privacy_title"))
    }

    private func question(_ losing: UInt64) -> String {
        losing > 0 ? app.say("privacy_wipe_ask", String(losing)) : app.say("privacy_wipe_ask_none")
    }
}

/// Language, permissions, the PIN.
struct SettingsView: View {
    @Environment(AppModel.self) private var app
    @Environment(\.openURL) private var open
    @Environment(\.scenePhase) private var phase
    @State private var model: SettingsModel

    init(app: AppModel) { _model = State(initialValue: SettingsModel(app: app)) }

    var body: some View {
        Page {
            Card {
                GroupTitle(app.say("settings_language"))
                language("settings_indonesian", .indonesian)
                language("settings_english", .english)
            }
            Card {
                GroupTitle(app.say("settings_permissions"))
                Fact(name: app.say("tap_place"), value: state(model.fix?.permission))
                Fact(name: app.say("settings_reminders"), value: state(model.notifications))
                Fact(
                    name: app.say("permit_battery_title"), value: app.say(battery ? "settings_fine" : "settings_check"))
                if let advice = model.fix?.advice { NoteCard(app.say(advice), Palette.late) }
                if model.fix?.permission == .limited {
                    AsyncButton(app.say("permit_location_ask")) { await model.askForPrecise() }
                        .buttonStyle(TextButton())
                }
                Button(app.say("app_open_settings")) { open(Links.settings) }.buttonStyle(LargeButton(filled: false))
            }
            Button(app.say("profiles_pin_set")) { app.path.append(.pin) }.buttonStyle(LargeButton(filled: false))
        }
        .navigationTitle(app.say("settings_title"))
        .task(id: phase) { await model.load() }
    }

    private var battery: Bool { model.facts.map { $0.battery != .restricted && $0.battery != .saverOn } ?? false }

    private func state(_ permission: PermissionState?) -> String {
        switch permission {
        case .granted: app.say("settings_good")
        case .limited: app.say("settings_partly")
        default: app.say("settings_missing")
        }
    }

    private func language(_ key: String, _ language: Language) -> some View {
        ChoiceRow(text: app.say(key), chosen: app.language == language) { Task { await model.choose(language) } }
    }
}
