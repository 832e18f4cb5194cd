import HadirCore
import HadirKit
import SwiftUI
import UIKit

/// A state as a shape and a colour; the word beside it is read out.
struct MarkView: View {
    let mark: WindowMark

    var body: some View {
        Image(systemName: mark.look.symbol)
            .font(.title3)
            .foregroundStyle(mark.look.tone.color)
            .frame(minWidth: 28)
            .accessibilityHidden(true)
    }
}

/// What went wrong, with the one thing to do about it.
struct TroubleNote: View {
    @Environment(AppModel.self) private var app
    @Environment(\.openURL) private var open
    let trouble: Trouble?
    var again: (@MainActor () async -> Void)?

    var body: some View {
        if let trouble {
            NoteCard(app.say(trouble.message), trouble.remedy == .redraw ? Palette.info : Palette.stop) {
                switch trouble.remedy {
                case .again:
                    if let again { AsyncButton(app.say("app_try_again"), act: again) }
                case .enrol, .newInvite:
                    AsyncButton(app.say("enrol_title")) { await app.enrol() }
                case .freeSpace:
                    if let again { AsyncButton(app.say("app_try_again"), act: again) }
                    Button(app.say("app_open_settings")) { open(Links.settings) }
                case .update:
                    Button(app.say("home_update")) { open(Links.store) }
                case .help:
                    if app.session != nil { Button(app.say("help_title")) { app.path.append(.help) } }
                case .nothing, .unlock, .correct, .redraw: EmptyView()
                }
            }
        }
    }
}

/// Where a button leads out of the app.
enum Links {
    static let settings = url(UIApplication.openSettingsURLString)
    /// The updates page of the App Store; the app has no number there yet.
    static let store = url("itms-apps://apps.apple.com/updates")

    private static func url(_ text: String) -> URL {
        guard let url = URL(string: text) else { preconditionFailure("a constant address") }
        return url
    }
}

/// Says that something is being read.
struct Loading: View {
    @Environment(AppModel.self) private var app

    var body: some View {
        HStack(spacing: Size.small) {
            ProgressView()
            Text(verbatim: app.say("app_loading")).font(.subheadline).foregroundStyle(Palette.quiet.color)
        }
        .frame(maxWidth: .infinity, minHeight: Size.button)
        .accessibilityElement(children: .combine)
    }
}

/// A text of several lines to be typed, with what is left of its length.
struct LongField: View {
    @Environment(AppModel.self) private var app
    let title: String
    @Binding var text: String
    let left: Int

    var body: some View {
        VStack(alignment: .leading, spacing: Size.small) {
            GroupTitle(title)
            TextField(title, text: $text, axis: .vertical)
                .font(.body)
                .padding(Size.normal)
                .frame(minHeight: Size.button)
                .background(Palette.surface.color)
                .overlay {
                    RoundedRectangle(cornerRadius: Size.corner).strokeBorder(Palette.line.color, lineWidth: 1)
                }
            Text(verbatim: app.say("requests_characters", String(left)))
                .font(.footnote)
                .foregroundStyle(left < 0 ? Palette.stop.text.color : Palette.quiet.color)
        }
    }
}

/// A row that can be chosen among others: a shape says which is.
struct ChoiceRow: View {
    let text: String
    let chosen: Bool
    var several = false
    let choose: @MainActor () -> Void

    var body: some View {
        Button(action: choose) {
            HStack(spacing: Size.small) {
                Image(systemName: symbol).foregroundStyle(Palette.primary.color).accessibilityHidden(true)
                Text(verbatim: text).font(.body).foregroundStyle(Palette.ink.color).multilineTextAlignment(.leading)
                Spacer(minLength: 0)
            }
            .frame(maxWidth: .infinity, minHeight: Size.target, alignment: .leading)
            .contentShape(Rectangle())
        }
        .buttonStyle(.plain)
        .accessibilityAddTraits(chosen ? [.isSelected] : [])
    }

    private var symbol: String {
        switch (several, chosen) {
        case (false, true): "largecircle.fill.circle"
        case (false, false): "circle"
        case (true, true): "checkmark.square.fill"
        case (true, false): "square"
        }
    }
}
