import HadirCore
import HadirKit
import SwiftUI

/// The home screen: what a tap now will do, the state of each window, what needs the person, what waits to be sent.
struct HomeView: View {
    @Environment(AppModel.self) private var app
    let session: Session
    @State private var model: HomeModel

    init(session: Session) {
        self.session = session
        _model = State(initialValue: HomeModel(session: session))
    }

    var body: some View {
        Page {
            if let today = session.today {
                head(today)
                if let notice = app.notice { NoteCard(app.say(notice), Palette.late) }
                if let advice = session.fix?.advice { NoteCard(app.say(advice), Palette.late) }
                if !today.tap.owedNow { ForEach(today.forms.filter(\.canFill), id: \.date) { fill($0) } }
                tap(today.tap)
                Needs(model: model, rows: today.needs)
                TroubleNote(trouble: model.trouble)
                HomeRows(today: today)
                foot(today)
            } else if session.trouble == nil {
                Loading()
            }
            TroubleNote(trouble: session.trouble) { await session.refresh() }
        }
        .navigationTitle(app.say("home_title"))
        .navigationBarTitleDisplayMode(.inline)
        .toolbar { ToolbarItem(placement: .primaryAction) { menu } }
        .refreshable { await session.sync() }
    }

    private func head(_ today: Today) -> some View {
        VStack(alignment: .leading, spacing: 4) {
            HStack {
                Text(verbatim: today.dateText)
                Spacer(minLength: Size.small)
                Text(verbatim: today.zone)
            }
            .font(.footnote)
            .foregroundStyle(Palette.quiet.color)
            Text(verbatim: today.dayTitle).font(.title2.bold()).accessibilityAddTraits(.isHeader)
            Text(verbatim: today.dayDetail).font(.subheadline).foregroundStyle(Palette.quiet.color)
            Text(verbatim: today.person.name).font(.subheadline)
        }
        .accessibilityElement(children: .combine)
    }

    private func tap(_ card: TapCard) -> some View {
        Card {
            Text(verbatim: card.title).font(.headline)
            Text(verbatim: card.detail).font(.subheadline).foregroundStyle(Palette.quiet.color)
            Button(card.button) {
                app.tap()
            }
            .buttonStyle(LargeButton(filled: card.owedNow))
            .accessibilityHint("\(card.title). \(card.detail)")
        }
    }

    /// While no tap is owed, what is to be filled in is what is to be done.
    private func fill(_ form: FormRow) -> some View {
        Card {
            Text(verbatim: form.title).font(.headline)
            Text(verbatim: form.detail).font(.subheadline).foregroundStyle(Palette.quiet.color)
            Button(app.say("home_fill_form")) { app.path.append(.form(date: form.date)) }.buttonStyle(LargeButton())
        }
    }

    private func foot(_ today: Today) -> some View {
        VStack(spacing: 0) {
            Text(verbatim: session.syncing ? app.say("home_sending") : today.deliveryText)
                .font(.footnote)
                .foregroundStyle(Palette.quiet.color)
                .multilineTextAlignment(.center)
            if today.pending > 0, !session.syncing {
                AsyncButton(app.say("home_send_now")) { await session.sync() }.buttonStyle(TextButton())
            }
            TroubleNote(trouble: session.syncTrouble) { await session.sync() }
        }
        .frame(maxWidth: .infinity)
    }

    private var menu: some View {
        Menu {
            entry("history_title", "clock.arrow.circlepath", .history)
            entry("month_title", "calendar", .month)
            entry("requests_title", "envelope", .requests)
            if session.today?.share != nil { entry("share_title", "location", .share) }
            entry("help_title", "questionmark.circle", .help)
            entry("data_title", "arrow.up.arrow.down", .dataUse)
            entry("privacy_title", "hand.raised", .privacy)
            entry("settings_title", "gearshape", .settings)
            Button {
                app.switchPerson()
            } label: {
                Label(app.say("profiles_switch"), systemImage: "person.2")
            }
        } label: {
            Label(app.say("home_menu"), systemImage: "ellipsis.circle")
        }
        .frame(minWidth: Size.target, minHeight: Size.target)
    }

    private func entry(_ key: String, _ symbol: String, _ route: Route) -> some View {
        Button {
            app.path.append(route)
        } label: {
            Label(app.say(key), systemImage: symbol)
        }
    }
}

/// What needs the person, most urgent first.
struct Needs: View {
    @Environment(AppModel.self) private var app
    @Environment(\.openURL) private var open
    let model: HomeModel
    let rows: [NeedRow]

    var body: some View {
        ForEach(rows, id: \.self) { need in
            NoteCard(need.text, need.urgent ? Palette.look : Palette.info) {
                if let (way, word) = HomeModel.way(of: need) {
                    AsyncButton(app.say(word)) { await go(way) }
                }
            }
        }
    }

    private func go(_ way: HomeModel.Way) async {
        switch way {
        case .confirm(let text): await model.confirm(text)
        case .enrolAgain: await app.enrol()
        case .update: open(Links.store)
        // iOS opens no other app's settings: the person goes on from there.
        case .setDate: open(Links.settings)
        case .go(let route): app.path.append(route)
        }
    }
}
