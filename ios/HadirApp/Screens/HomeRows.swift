import HadirCore
import HadirKit
import SwiftUI

/// Below the button: windows, other taps, forms, live share, and the rule in force.
struct HomeRows: View {
    @Environment(AppModel.self) private var app
    let today: Today

    var body: some View {
        ForEach(today.forms.filter { today.tap.owedNow || !$0.canFill }, id: \.date) { form in
            NoteCard("\(form.title)\n\(form.detail)", form.mark.pair) {
                if form.canFill { go("home_fill", .form(date: form.date)) }
            }
        }
        if let entry = today.entryText { NoteCard(entry, Palette.info) }
        if let share = today.share {
            NoteCard("\(share.title)\n\(share.hoursText)", share.mark == .sharing ? Palette.good : Palette.info) {
                go("home_see", .share)
            }
        }
        if !today.windows.isEmpty {
            Card {
                GroupTitle(app.say("home_schedule"))
                ForEach(today.windows, id: \.id) { window in
                    Line()
                    WindowRowView(date: today.date, window: window)
                }
            }
        }
        if !today.others.isEmpty {
            Card {
                GroupTitle(app.say("home_outside"))
                ForEach(today.others, id: \.record) { other in
                    Line()
                    RowButton(label: other.spoken { app.say("mark_look_at", $0) }) {
                        app.path.append(.record(id: other.record))
                    } content: {
                        Text(verbatim: other.title).font(.body)
                        Text(verbatim: other.detail).font(.footnote).foregroundStyle(other.delivery.tone.color)
                        Flags(flags: other.flags)
                    }
                }
            }
        }
        if !today.notices.isEmpty {
            Card {
                GroupTitle(app.say("home_notices"))
                ForEach(today.notices, id: \.self) { Text(verbatim: $0).font(.subheadline) }
            }
        }
        if let rule = today.rule { RuleView(rule: rule) }
    }

    private func go(_ key: String, _ route: Route) -> some View {
        Button(app.say(key)) { app.path.append(route) }
    }
}

/// A window: shape, time, word; pressed, it says why.
struct WindowRowView: View {
    @Environment(AppModel.self) private var app
    @Environment(\.dynamicTypeSize) private var size
    let date: String
    let window: WindowRow

    var body: some View {
        RowButton(label: window.spoken { app.say("mark_look_at", $0) }) {
            app.path.append(.window(date: date, id: window.id))
        } content: {
            let layout =
                size.isAccessibilitySize
                ? AnyLayout(VStackLayout(alignment: .leading)) : AnyLayout(HStackLayout(spacing: Size.normal))
            layout {
                MarkView(mark: window.mark)
                Text(verbatim: window.label).font(.headline).monospacedDigit()
                VStack(alignment: .leading, spacing: 2) {
                    Text(verbatim: window.title).font(.body).foregroundStyle(window.mark.look.tone.color)
                    if !window.detail.isEmpty {
                        Text(verbatim: window.detail)
                            .font(.footnote)
                            .monospacedDigit()
                            .foregroundStyle((window.delivery?.tone ?? Palette.quiet).color)
                    }
                }
            }
            Flags(flags: window.flags)
        }
    }
}

/// What a person at the office may look at, a few words each.
struct Flags: View {
    @Environment(AppModel.self) private var app
    let flags: [String]

    var body: some View {
        ForEach(flags, id: \.self) { flag in
            Text(verbatim: app.say("mark_look_at", flag)).font(.footnote).foregroundStyle(Palette.look.text.color)
        }
    }
}

/// A row that leads on; read out as one.
struct RowButton<Content: View>: View {
    private let label: String
    private let act: @MainActor () -> Void
    private let content: Content

    init(label: String, act: @escaping @MainActor () -> Void, @ViewBuilder content: () -> Content) {
        self.label = label
        self.act = act
        self.content = content()
    }

    var body: some View {
        Button(action: act) {
            HStack {
                VStack(alignment: .leading, spacing: 2) { content }
                Spacer(minLength: Size.small)
                Image(systemName: "chevron.right").font(.footnote).foregroundStyle(Palette.quiet.color)
            }
            .frame(maxWidth: .infinity, minHeight: Size.target, alignment: .leading)
            .contentShape(Rectangle())
        }
        .buttonStyle(.plain)
        .accessibilityElement(children: .ignore)
        .accessibilityLabel(label)
        .accessibilityAddTraits(.isButton)
        .accessibilityAction { act() }
    }
}

/// The rule in force, folded.
struct RuleView: View {
    @Environment(AppModel.self) private var app
    let rule: RuleCard

    var body: some View {
        Card {
            DisclosureGroup {
                VStack(alignment: .leading, spacing: Size.small) {
                    ForEach([rule.basis, rule.issuer] + rule.notes, id: \.self) { Text(verbatim: $0).font(.footnote) }
                }
                .frame(maxWidth: .infinity, alignment: .leading)
            } label: {
                VStack(alignment: .leading, spacing: 2) {
                    Text(verbatim: app.say("home_rule")).font(.footnote).foregroundStyle(Palette.quiet.color)
                    Text(verbatim: rule.title).font(.subheadline.bold()).foregroundStyle(Palette.ink.color)
                }
                .frame(minHeight: Size.target)
            }
        }
    }
}
