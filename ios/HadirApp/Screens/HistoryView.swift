import HadirCore
import HadirKit
import SwiftUI

/// The records of this phone, newest first.
struct HistoryView: View {
    @Environment(AppModel.self) private var app
    let session: Session
    @State private var model: HistoryModel
    @State private var asks = false

    init(session: Session) {
        self.session = session
        _model = State(initialValue: HistoryModel(session: session))
    }

    var body: some View {
        Page {
            TroubleNote(trouble: model.trouble) { await model.load() }
            if let days = model.days {
                if days.isEmpty { Text(verbatim: app.say("history_empty")).font(.body) }
                ForEach(days) { day in
                    Card {
                        GroupTitle(day.id)
                        ForEach(day.rows, id: \.id) { row in
                            Line()
                            LogRowView(row: row)
                        }
                    }
                }
            } else if model.trouble == nil {
                Loading()
            }
        } below: {
            if model.more {
                AsyncButton(app.say("history_older")) { await model.older() }.buttonStyle(LargeButton(filled: false))
            }
            if let exported = model.exported {
                Text(verbatim: app.say("history_export_done", String(exported.records))).font(.subheadline)
                ShareLink(item: exported.file) { Text(verbatim: app.say("proof_send")) }.buttonStyle(LargeButton())
            } else {
                Button(app.say("history_export")) { asks = true }.buttonStyle(LargeButton(filled: false))
            }
        }
        .navigationTitle(app.say("history_title"))
        .task(id: session.revision) { await model.load() }
        .onDisappear { model.forgetExport() }
        .alert(app.say("history_export"), isPresented: $asks) {
            AsyncButton(app.say("app_save")) { await model.export() }
            Button(app.say("app_cancel"), role: .cancel) {}
        } message: {
            Text(verbatim: app.say("history_export_text"))
        }
    }
}

/// A record in the history.
struct LogRowView: View {
    @Environment(AppModel.self) private var app
    let row: LogRow

    var body: some View {
        RowButton(label: row.spoken) {
            app.path.append(.record(id: row.id))
        } content: {
            HStack(alignment: .firstTextBaseline, spacing: Size.small) {
                Image(systemName: row.mark.symbol).foregroundStyle(Palette.primary.color)
                Text(verbatim: row.timeText).font(.headline).monospacedDigit()
            }
            Text(verbatim: row.title).font(.body)
            Text(verbatim: row.gradeText).font(.footnote).foregroundStyle(Palette.quiet.color)
            Text(verbatim: row.deliveryText).font(.footnote).foregroundStyle(row.delivery.tone.color)
        }
    }
}
