import HadirKit
import SwiftUI

/// Before anybody is enrolled: what the app does, what is recorded, who sees it, and until when.
struct WelcomeView: View {
    @Environment(AppModel.self) private var app

    var body: some View {
        Page {
            if let notice = app.notice { NoteCard(app.say(notice), Palette.info) }
            Text(verbatim: app.say("welcome_title")).font(.largeTitle.bold()).accessibilityAddTraits(.isHeader)
            Text(verbatim: app.say("welcome_what")).font(.body)
            PrivacyFacts()
        } below: {
            AsyncButton(app.say("welcome_start")) { await app.enrol() }.buttonStyle(LargeButton())
        }
    }
}

/// What is collected, who sees it, until when.
struct PrivacyFacts: View {
    @Environment(AppModel.self) private var app

    var body: some View {
        Card {
            fact("welcome_collected", "welcome_collected_text")
            Line()
            fact("welcome_who", "welcome_who_text")
            Line()
            fact("welcome_until", "welcome_until_text")
        }
    }

    private func fact(_ title: String, _ text: String) -> some View {
        VStack(alignment: .leading, spacing: 4) {
            GroupTitle(app.say(title))
            Text(verbatim: app.say(text)).font(.subheadline).foregroundStyle(Palette.quiet.color)
        }
        .accessibilityElement(children: .combine)
    }
}
