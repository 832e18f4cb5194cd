import HadirCore
import HadirKit
import SwiftUI

/// *Siapa yang memakai HP ini?*
struct PeopleView: View {
    @Environment(AppModel.self) private var app
    @State private var model: PeopleModel

    init(model: PeopleModel) { _model = State(initialValue: model) }

    var body: some View {
        Page {
            Text(verbatim: app.say("profiles_title")).font(.title.bold()).accessibilityAddTraits(.isHeader)
            Text(verbatim: app.say("profiles_text")).font(.body)
            if let rows = model.rows {
                ForEach(rows.filter { $0.person != nil || $0.trouble != nil }) { row in
                    Card {
                        if let person = row.person {
                            let lock = row.hasPin ? ", \(app.say("profiles_pin"))" : ""
                            RowButton(label: "\(person.name), \(person.unit)\(lock)") {
                                Task { await model.choose(row.id) }
                            } content: {
                                Text(verbatim: person.name).font(.headline)
                                Text(verbatim: person.unit).font(.subheadline).foregroundStyle(Palette.quiet.color)
                                if row.hasPin { Label(app.say("profiles_pin"), systemImage: "lock").font(.footnote) }
                            }
                        }
                        TroubleNote(trouble: row.trouble) { await model.load() }
                    }
                }
                if !model.canAdd { NoteCard(app.say("profiles_full"), Palette.info) }
            } else {
                Loading()
            }
        } below: {
            if model.canAdd {
                AsyncButton(app.say("profiles_add")) { await model.add() }.buttonStyle(LargeButton(filled: false))
            }
        }
        .task { await model.load() }
    }
}

/// The PIN before a person's screens.
struct PinView: View {
    @Environment(AppModel.self) private var app
    @Bindable var model: PinModel
    @FocusState private var typing: Bool

    var body: some View {
        if let forgot = model.forgot { WipeView(model: forgot) { model.remember() } } else { asking }
    }

    private var asking: some View {
        Page {
            Text(verbatim: app.say("profiles_pin_ask", model.name)).font(.title.bold())
                .accessibilityAddTraits(.isHeader)
            PinField(title: app.say("profiles_pin"), pin: $model.pin).focused($typing)
            if let answer = model.answer, !answer.right { NoteCard(answer.text, Palette.stop) }
            TroubleNote(trouble: model.trouble)
        } below: {
            AsyncButton(app.say("app_next")) { await model.check() }.buttonStyle(LargeButton())
            Button(app.say("profiles_switch")) { model.another() }.buttonStyle(LargeButton(filled: false))
            Button(app.say("profiles_pin_forgot")) { model.forget() }.buttonStyle(TextButton())
        }
        .onAppear { typing = true }
    }
}

/// A field for digits that are not shown.
struct PinField: View {
    let title: String
    @Binding var pin: String

    var body: some View {
        VStack(alignment: .leading, spacing: Size.small) {
            GroupTitle(title)
            SecureField(title, text: $pin)
                .keyboardType(.numberPad)
                .font(.title2.monospacedDigit())
                .padding(Size.normal)
                .frame(minHeight: Size.button)
                .background(Palette.surface.color)
                .overlay {
                    RoundedRectangle(cornerRadius: Size.corner).strokeBorder(Palette.line.color, lineWidth: 1)
                }
        }
    }
}

/// Setting a PIN, and taking it away.
struct PinSettingView: View {
    @Environment(AppModel.self) private var app
    @Environment(\.dismiss) private var dismiss
    @State private var model: PinSettingModel

    init(session: Session) { _model = State(initialValue: PinSettingModel(session: session)) }

    var body: some View {
        Page {
            Text(verbatim: app.say("profiles_pin_text")).font(.body)
            if model.hasPin == true {
                PinField(title: app.say("profiles_pin_now"), pin: $model.now)
                if let answer = model.answer, !answer.right { NoteCard(answer.text, Palette.stop) }
            }
            PinField(title: app.say("profiles_pin_new"), pin: $model.first)
            PinField(title: app.say("profiles_pin_again"), pin: $model.second)
            TroubleNote(trouble: model.trouble)
        } below: {
            AsyncButton(app.say("app_save")) {
                await model.save()
                if model.saved { dismiss() }
            }
            .buttonStyle(LargeButton())
            if model.hasPin == true {
                AsyncButton(app.say("profiles_pin_remove")) {
                    await model.remove()
                    if model.saved { dismiss() }
                }
                .buttonStyle(LargeButton(filled: false))
            }
        }
        .navigationTitle(app.say("profiles_pin_set"))
        .task { await model.load() }
    }
}
