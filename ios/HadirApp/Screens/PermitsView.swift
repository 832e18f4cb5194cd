import HadirKit
import SwiftUI

/// One question a screen: location, notifications, one practice tap. Each can be left for later.
struct PermitsView: View {
    @Environment(AppModel.self) private var app
    @Environment(\.openURL) private var open
    @Environment(\.scenePhase) private var phase
    let model: PermitsModel

    var body: some View {
        Group {
            switch model.step {
            case .location: location
            case .notifications: notifications
            case .practice: practice
            }
        }
        .task(id: phase) { await model.load() }
    }

    private var location: some View {
        Page {
            title("permit_location_title", "permit_location_text")
            if let advice = model.fix?.advice { NoteCard(app.say(advice), Palette.late) }
        } below: {
            switch model.fix?.permission {
            case .granted, .limited: large("app_next") { await model.next() }
            case .denied, .deniedForEver:
                Button(app.say("app_open_settings")) { open(Links.settings) }.buttonStyle(LargeButton())
                later
            default:
                large("permit_location_ask") { await model.askLocation() }
                later
            }
        }
    }

    private var notifications: some View {
        Page {
            title("permit_notify_title", "permit_notify_text")
            if model.notifications == .deniedForEver { NoteCard(app.say("permit_notify_denied_ever"), Palette.late) }
        } below: {
            switch model.notifications {
            case .granted, .limited: large("app_next") { await model.next() }
            case .denied, .deniedForEver:
                Button(app.say("app_open_settings")) { open(Links.settings) }.buttonStyle(LargeButton())
                later
            default:
                large("permit_notify_ask") { await model.askNotifications() }
                later
            }
        }
    }

    private var practice: some View {
        Page {
            title("permit_practice_title", "permit_practice_text")
            if model.seeking { Searching(accuracyM: model.accuracyM) }
            if let lines = model.practised {
                Card {
                    GroupTitle(app.say("permit_practice_done"))
                    ForEach(lines, id: \.self) { Text(verbatim: $0).font(.subheadline) }
                }
            }
            TroubleNote(trouble: model.trouble) { await model.practise() }
        } below: {
            if model.practised == nil {
                large("permit_practice_button") { await model.practise() }
                later
            } else {
                large("app_done") { await model.next() }
            }
        }
    }

    @ViewBuilder private func title(_ title: String, _ text: String) -> some View {
        Text(verbatim: app.say(title)).font(.title.bold()).accessibilityAddTraits(.isHeader)
        Text(verbatim: app.say(text)).font(.body)
    }

    private func large(_ key: String, _ act: @escaping @MainActor () async -> Void) -> some View {
        AsyncButton(app.say(key), act: act).buttonStyle(LargeButton())
    }

    private var later: some View {
        AsyncButton(app.say("app_later")) { await model.next() }.buttonStyle(LargeButton(filled: false))
    }
}

/// A place is looked for; how accurate it is so far.
struct Searching: View {
    @Environment(AppModel.self) private var app
    let accuracyM: Double?

    var body: some View {
        Card {
            HStack(spacing: Size.small) {
                ProgressView()
                Text(verbatim: app.say("tap_finding")).font(.headline)
            }
            if let accuracyM {
                Text(verbatim: app.say("tap_accuracy", String(Int(accuracyM.rounded(.up)))))
                    .font(.body)
                    .monospacedDigit()
            }
        }
        .accessibilityElement(children: .combine)
    }
}
