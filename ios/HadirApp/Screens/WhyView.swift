import HadirCore
import HadirKit
import SwiftUI

/// *Lihat alasan*: the state, then each reason, then what may be done about it.
struct WhyView: View {
    @Environment(AppModel.self) private var app
    let session: Session
    @State private var model: WhyModel

    init(session: Session, of: WhyModel.Of) {
        self.session = session
        _model = State(initialValue: WhyModel(session: session, of: of))
    }

    var body: some View {
        Page {
            TroubleNote(trouble: model.trouble) { await model.load() }
            if let whys = model.whys {
                ForEach(whys, id: \.self) { WhyCard(why: $0) }
                if let note = whys.first?.previewNote, !note.isEmpty { NoteCard(note, Palette.info) }
                if whys.isEmpty { Text(verbatim: app.say(model.empty)).font(.body) }
            } else if model.trouble == nil {
                Loading()
            }
        }
        .navigationTitle(app.say("why_title"))
        .navigationBarTitleDisplayMode(.inline)
        .task(id: session.revision) { await model.load() }
    }
}

/// One answer to *why?*
struct WhyCard: View {
    @Environment(AppModel.self) private var app
    let why: Why

    var body: some View {
        Card {
            Text(verbatim: why.title).font(.subheadline).foregroundStyle(Palette.quiet.color)
            HStack(alignment: .firstTextBaseline, spacing: Size.small) {
                MarkView(mark: why.mark)
                Text(verbatim: why.state).font(.title3.bold()).foregroundStyle(why.mark.look.tone.color)
            }
            .accessibilityElement(children: .combine)
            .accessibilityAddTraits(.isHeader)
            if why.canAppeal {
                let subject = Route.Subject(date: why.date, window: why.window, record: why.record)
                Button(app.say("why_appeal")) { app.path.append(.appeal(subject)) }
                    .buttonStyle(LargeButton(filled: false))
            }
            if !why.reasons.isEmpty {
                Line()
                GroupTitle(app.say("why_reasons"))
                ForEach(why.reasons, id: \.self) { Text(verbatim: $0).font(.subheadline) }
            }
            if let record = why.record {
                Button(app.say("why_share")) { app.path.append(.proof(record: record)) }.buttonStyle(TextButton())
            }
        }
    }
}

/// *Bagikan bukti*: the text as it will be shared, and whether the place is in it.
struct ProofView: View {
    @Environment(AppModel.self) private var app
    @State private var model: ProofModel

    init(session: Session, record: String) {
        _model = State(initialValue: ProofModel(session: session, record: record))
    }

    var body: some View {
        Page {
            Text(verbatim: app.say("proof_text")).font(.body)
            TroubleNote(trouble: model.trouble) { await model.load() }
            if let text = model.text {
                Card {
                    Text(verbatim: text.text).font(.body).textSelection(.enabled)
                }
                if text.hasPlace {
                    ChoiceRow(text: app.say("proof_with_place"), chosen: model.withPlace, several: true) {
                        Task { await model.include(place: !model.withPlace) }
                    }
                }
            }
        } below: {
            if let text = model.text {
                ShareLink(item: text.text) { Text(verbatim: app.say("proof_send")) }.buttonStyle(LargeButton())
            }
        }
        .navigationTitle(app.say("proof_title"))
        .task { await model.load() }
    }
}
