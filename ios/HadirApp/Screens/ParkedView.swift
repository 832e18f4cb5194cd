import HadirKit
import SwiftUI

/// Records that the server could not take.
struct ParkedView: View {
    @Environment(AppModel.self) private var app
    let session: Session
    @State private var model: ParkedModel

    init(session: Session) {
        self.session = session
        _model = State(initialValue: ParkedModel(session: session))
    }

    var body: some View {
        Page {
            Text(verbatim: app.say("parked_text")).font(.body)
            TroubleNote(trouble: model.trouble) { await model.load() }
            if let rows = model.rows {
                if rows.isEmpty { NoteCard(app.say("parked_empty"), Palette.good) }
                ForEach(rows, id: \.self) { row in
                    Card {
                        Text(verbatim: row.title).font(.headline)
                        Text(verbatim: row.reason).font(.subheadline).foregroundStyle(Palette.look.text.color)
                        Text(verbatim: row.codeText).font(.footnote)
                        if model.released.contains(ParkedModel.name(row)) {
                            Text(verbatim: app.say("parked_released")).font(.footnote)
                        } else {
                            AsyncButton(app.say("parked_release")) { await model.release(row) }
                                .buttonStyle(LargeButton(filled: false))
                        }
                        if let record = row.record {
                            Button(app.say("app_why")) { app.path.append(.record(id: record)) }
                                .buttonStyle(TextButton())
                        }
                    }
                }
            } else if model.trouble == nil {
                Loading()
            }
        }
        .navigationTitle(app.say("parked_title"))
        .task(id: session.revision) { await model.load() }
    }
}
