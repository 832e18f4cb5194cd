import Accessibility
import HadirCore
import HadirKit
import SwiftUI

/// A tap: the place is looked for, then it is recorded; the answer comes at once, the time in large figures.
struct TapView: View {
    @Environment(AppModel.self) private var app
    @Environment(\.dismiss) private var dismiss
    @Environment(\.openURL) private var open
    let model: TapModel

    var body: some View {
        Group {
            switch model.phase {
            case .seeking(let accuracy): seeking(accuracy)
            case .saving: Page { Text(verbatim: app.say("tap_saving")).font(.headline) }
            case .recorded(let recorded): RecordedView(recorded: recorded, model: model)
            case .failed(let trouble): failed(trouble)
            }
        }
        // The press was made: there are two ways on, with the place and without it.
        .navigationBarBackButtonHidden(true)
        .task { await model.appear() }
        .onChange(of: model.phase) { _, phase in
            if let said = outcome(phase) { AccessibilityNotification.Announcement(said).post() }
        }
    }

    private func outcome(_ phase: TapModel.Phase) -> String? {
        switch phase {
        case .seeking, .saving: nil
        case .recorded(let recorded): recorded.spoken
        case .failed(let trouble): "\(app.say("tap_not_saved")). \(app.say(trouble.message))"
        }
    }

    private func seeking(_ accuracy: Double?) -> some View {
        Page {
            Searching(accuracyM: accuracy)
            Text(verbatim: app.say("tap_finding_text")).font(.subheadline).foregroundStyle(Palette.quiet.color)
            if let advice = model.advice { NoteCard(app.say(advice), Palette.late) }
            if model.withoutNetwork { NoteCard(app.say("tap_no_network"), Palette.late) }
        } below: {
            Button(app.say("tap_without")) { model.settle(without: true) }.buttonStyle(LargeButton(filled: false))
            if accuracy != nil {
                Button(app.say("tap_record_now")) { model.settle(without: false) }.buttonStyle(LargeButton())
            }
        }
    }

    private func failed(_ trouble: Trouble) -> some View {
        Page {
            Text(verbatim: app.say("tap_not_saved")).font(.title.bold()).foregroundStyle(Palette.stop.text.color)
                .accessibilityAddTraits(.isHeader)
            NoteCard(app.say(trouble.message), Palette.stop)
        } below: {
            Button(app.say("app_close")) { dismiss() }.buttonStyle(LargeButton(filled: false))
            AsyncButton(app.say("app_try_again")) { await model.run() }
                .buttonStyle(LargeButton(filled: trouble.remedy != .freeSpace))
            if trouble.remedy == .freeSpace {
                Button(app.say("tap_free_space")) { open(Links.settings) }.buttonStyle(LargeButton())
            }
        }
    }
}

/// *Tercatat di HP ini.*
struct RecordedView: View {
    @Environment(AppModel.self) private var app
    @Environment(\.dismiss) private var dismiss
    @Environment(\.openURL) private var open
    let recorded: TapRecorded
    let model: TapModel

    var body: some View {
        Page {
            VStack(alignment: .leading, spacing: 4) {
                Text(verbatim: recorded.title).font(.title2.bold()).accessibilityAddTraits(.isHeader)
                Text(verbatim: recorded.countsDetail).font(.subheadline).foregroundStyle(Palette.quiet.color)
            }
            Card {
                VStack(spacing: Size.small) {
                    Image(systemName: recorded.mark.look.symbol)
                        .font(.largeTitle)
                        .foregroundStyle(recorded.mark.look.tone.color)
                        .accessibilityHidden(true)
                    Text(verbatim: recorded.timeText).font(.figures).lineLimit(1).minimumScaleFactor(0.5)
                    Text(verbatim: "\(recorded.countsTitle) · \(recorded.zone)")
                        .font(.headline)
                        .foregroundStyle(recorded.countsMark.look.tone.color)
                    if recorded.mark == .look {
                        Text(verbatim: app.say("mark_look")).font(.headline).foregroundStyle(Palette.look.text.color)
                    }
                }
                .frame(maxWidth: .infinity)
                .accessibilityElement(children: .combine)
            }
            Card {
                Fact(name: app.say("tap_place"), value: recorded.placeTitle)
                Line()
                Fact(name: app.say("tap_accuracy_label"), value: recorded.placeDetail)
                Line()
                if let delivery = model.delivery {
                    Fact(name: app.say("tap_delivery"), value: delivery.text, tone: delivery.mark.tone)
                }
            }
            if model.delivery?.mark == .waiting { NoteCard(recorded.safeText, Palette.late) }
            ForEach(recorded.flags, id: \.self) { NoteCard($0, Palette.look) }
            if let advice = model.advice {
                NoteCard(app.say(advice), Palette.late) {
                    Button(app.say("app_open_settings")) { open(Links.settings) }
                }
            }
        } below: {
            Button(app.say("tap_share")) { app.path.append(.proof(record: recorded.record)) }
                .buttonStyle(LargeButton(filled: false))
            Button(app.say("app_done")) { dismiss() }.buttonStyle(LargeButton())
        }
    }
}
