import HadirCore
import HadirKit
import SwiftUI

/// Requests and appeals with what became of them.
struct RequestsView: View {
    @Environment(AppModel.self) private var app
    let session: Session
    @State private var model: RequestsModel
    @State private var withdrawing = ""
    @State private var asks = false

    init(session: Session) {
        self.session = session
        _model = State(initialValue: RequestsModel(session: session))
    }

    var body: some View {
        Page {
            TroubleNote(trouble: model.trouble) { await model.load() }
            if let rows = model.rows {
                if rows.isEmpty { Text(verbatim: app.say("requests_empty")).font(.body) }
                ForEach(rows, id: \.id) { row in
                    AskCard(row: row) {
                        if row.canWithdraw {
                            Button(app.say("requests_withdraw")) {
                                withdrawing = row.id
                                asks = true
                            }
                            .buttonStyle(TextButton())
                        }
                    }
                }
            } else if model.trouble == nil {
                Loading()
            }
        } below: {
            Button(app.say("requests_new")) { app.path.append(.newRequest) }.buttonStyle(LargeButton())
        }
        .navigationTitle(app.say("requests_title"))
        .task(id: session.revision) { await model.load() }
        .alert(app.say("requests_withdraw_ask"), isPresented: $asks) {
            AsyncButton(app.say("requests_withdraw")) { await model.withdraw(withdrawing) }
            Button(app.say("requests_keep"), role: .cancel) {}
        } message: {
            Text(verbatim: app.say("requests_withdraw_text"))
        }
    }
}

/// A request or an appeal.
struct AskCard<More: View>: View {
    private let row: AskRow
    private let more: More

    init(row: AskRow, @ViewBuilder more: () -> More) {
        self.row = row
        self.more = more()
    }

    var body: some View {
        Card {
            Text(verbatim: row.title).font(.headline)
            Text(verbatim: row.standing).font(.body).foregroundStyle(tone.color)
            ForEach(row.decisions, id: \.self) { Text(verbatim: $0).font(.subheadline) }
            Text(verbatim: row.deliveryText).font(.footnote).foregroundStyle(row.delivery.tone.color)
            more
        }
    }

    private var tone: Tone {
        switch row.granted {
        case true?: Palette.good.text
        case false?: Palette.stop.text
        case nil: Palette.late.text
        }
    }
}

extension AskCard where More == EmptyView {
    init(row: AskRow) { self.init(row: row, more: { EmptyView() }) }
}

/// A new request.
struct NewRequestView: View {
    @Environment(AppModel.self) private var app
    @Environment(\.dismiss) private var dismiss
    let session: Session
    @State private var model: NewRequestModel

    init(session: Session) {
        self.session = session
        _model = State(initialValue: NewRequestModel(session: session))
    }

    var body: some View {
        Group {
            if let made = model.made {
                Page {
                    NoteCard(app.say("requests_made"), Palette.good)
                    AskCard(row: made)
                } below: {
                    Button(app.say("app_done")) { dismiss() }.buttonStyle(LargeButton())
                }
            } else {
                asking
            }
        }
        .navigationTitle(app.say("requests_new"))
        .task(id: session.revision) { await model.load() }
    }

    private var asking: some View {
        Page {
            if let choices = model.choices {
                Card {
                    GroupTitle(app.say("requests_kind"))
                    ForEach(choices.kinds, id: \.kind) { kind in
                        ChoiceRow(text: kind.text, chosen: model.kind == kind.kind) { model.choose(kind: kind.kind) }
                    }
                }
                DateMenu(title: app.say("requests_from"), dates: choices.fromDates, chosen: choices.from) {
                    await model.choose(from: $0)
                }
                DateMenu(title: app.say("requests_until"), dates: choices.untilDates, chosen: model.until) {
                    model.choose(until: $0)
                }
                if !choices.windows.isEmpty { windows(choices.windows) }
                LongField(title: app.say("requests_note"), text: $model.note, left: model.charactersLeft)
            } else if model.trouble == nil {
                Loading()
            }
            if let advice = model.advice { NoteCard(app.say(advice), Palette.late) }
            TroubleNote(trouble: model.trouble) { await model.again() }
        } below: {
            AsyncButton(app.say("requests_submit")) { await model.submit() }
                .buttonStyle(LargeButton(filled: model.canSend))
        }
    }

    private func windows(_ windows: [WindowChoice]) -> some View {
        Card {
            GroupTitle(
                app.say(model.kindChoice?.needsWindows == true ? "requests_windows_needed" : "requests_windows"))
            ForEach(windows, id: \.id) { window in
                ChoiceRow(text: window.text, chosen: model.windows.contains(window.id), several: true) {
                    model.toggle(window: window.id)
                }
            }
        }
    }
}
