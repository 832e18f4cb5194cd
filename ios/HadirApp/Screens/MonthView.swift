import HadirCore
import HadirKit
import SwiftUI

/// *Bulan saya*: totals, then day by day.
struct MonthView: View {
    @Environment(AppModel.self) private var app
    let session: Session
    @State private var model: MonthModel

    init(session: Session) {
        self.session = session
        _model = State(initialValue: MonthModel(session: session))
    }

    var body: some View {
        Page {
            TroubleNote(trouble: model.trouble) { await model.load() }
            if let month = model.month {
                Text(verbatim: month.title).font(.title2.bold()).accessibilityAddTraits(.isHeader)
                Card {
                    GroupTitle(app.say("month_totals"))
                    ForEach(month.totals, id: \.self) { Text(verbatim: $0).font(.subheadline).monospacedDigit() }
                    if month.totals.isEmpty { Text(verbatim: app.say("month_empty")).font(.subheadline) }
                }
                NoteCard(month.previewNote, Palette.info)
                GroupTitle(app.say("month_days"))
                // Newest first: today is what is asked about most.
                ForEach(month.days.reversed(), id: \.date) { DayCard(day: $0) }
            } else if model.trouble == nil {
                Loading()
            }
        } below: {
            if let previous = model.month?.previous {
                AsyncButton(app.say("month_previous")) { await model.show(previous) }
                    .buttonStyle(LargeButton(filled: false))
            }
            if let next = model.month?.next {
                AsyncButton(app.say("month_next")) { await model.show(next) }.buttonStyle(LargeButton(filled: false))
            }
        }
        .navigationTitle(app.say("month_title"))
        .task(id: session.revision) { await model.load() }
    }
}

/// A day of the month; pressed, it says why.
struct DayCard: View {
    @Environment(AppModel.self) private var app
    let day: MonthDay

    var body: some View {
        Card {
            RowButton(label: day.spoken) {
                app.path.append(.day(date: day.date))
            } content: {
                Text(verbatim: day.title).font(day.isToday ? .headline : .body)
                Text(verbatim: day.detail).font(.footnote).foregroundStyle(Palette.quiet.color)
                ForEach(day.windows, id: \.id) { window in
                    HStack(alignment: .firstTextBaseline, spacing: Size.small) {
                        MarkView(mark: window.mark)
                        Text(verbatim: window.label).font(.subheadline.bold()).monospacedDigit()
                        Text(verbatim: window.text).font(.subheadline).monospacedDigit()
                    }
                }
            }
        }
    }
}

/// This month's data use.
struct DataUseView: View {
    @Environment(AppModel.self) private var app
    @State private var model: DataUseModel

    init(session: Session) { _model = State(initialValue: DataUseModel(session: session)) }

    var body: some View {
        Page {
            TroubleNote(trouble: model.trouble) { await model.load() }
            if let lines = model.lines {
                Card { ForEach(lines, id: \.self) { Text(verbatim: $0).font(.body).monospacedDigit() } }
            } else if model.trouble == nil {
                Loading()
            }
        }
        .navigationTitle(app.say("data_title"))
        .task { await model.load() }
    }
}
