import HadirCore
import HadirKit
import SwiftUI

/// Enrolment: a link or a code, then *Apakah ini Anda?*
struct EnrolView: View {
    @Environment(AppModel.self) private var app
    @Bindable var model: EnrolModel

    var body: some View {
        switch model.step {
        case .typing, .looking: typing
        case .look(let look, let server): who(look, server)
        case .enrolling:
            Page {
                HStack(spacing: Size.small) {
                    ProgressView()
                    Text(verbatim: app.say("enrol_working")).font(.headline)
                }
                .frame(maxWidth: .infinity, minHeight: Size.button)
            }
        }
    }

    private var typing: some View {
        Page {
            Text(verbatim: app.say(model.keysLost ? "enrol_keys_lost_title" : "enrol_title"))
                .font(.title.bold())
                .accessibilityAddTraits(.isHeader)
            if model.keysLost { NoteCard(app.say("enrol_keys_lost_text"), Palette.late) }
            if model.fromOutside { NoteCard(app.say("enrol_foreign_link_text"), Palette.info) }
            Text(verbatim: app.say("enrol_text")).font(.body)
            Card {
                ChoiceRow(text: app.say("enrol_link_tab"), chosen: !model.byCode) { model.byCode = false }
                ChoiceRow(text: app.say("enrol_code_tab"), chosen: model.byCode) { model.byCode = true }
            }
            if model.byCode { code } else { link }
            TroubleNote(trouble: model.trouble) { await model.check() }
        } below: {
            AsyncButton(app.say(model.step == .looking ? "app_loading" : "enrol_check")) { await model.check() }
                .buttonStyle(LargeButton())
            AsyncButton(app.say("app_cancel")) {
                model.back()
                await app.start()
            }
            .buttonStyle(LargeButton(filled: false))
        }
    }

    private var link: some View {
        Card {
            GroupTitle(app.say("enrol_link"))
            TextField(app.say("enrol_link"), text: $model.link, axis: .vertical)
                .lineLimit(3)
                .textInputAutocapitalization(.never)
                .autocorrectionDisabled()
                .keyboardType(.URL)
                .frame(minHeight: Size.target)
            PasteButton(payloadType: String.self) { texts in
                let text = texts.first ?? ""
                Task { @MainActor in model.link = text }
            }
            .accessibilityLabel(app.say("enrol_paste"))
        }
    }

    private var code: some View {
        Card {
            GroupTitle(app.say("enrol_code"))
            TextField(app.say("enrol_code_hint"), text: $model.code)
                .textInputAutocapitalization(.characters)
                .autocorrectionDisabled()
                .font(.title3.monospaced())
                .frame(minHeight: Size.target)
                .accessibilityLabel(app.say("enrol_code"))
            Line()
            GroupTitle(app.say("enrol_server"))
            TextField(app.say("enrol_server"), text: $model.server)
                .textInputAutocapitalization(.never)
                .autocorrectionDisabled()
                .keyboardType(.URL)
                .frame(minHeight: Size.target)
            Text(verbatim: app.say("enrol_server_hint")).font(.footnote).foregroundStyle(Palette.quiet.color)
        }
    }

    private func who(_ look: InviteLook, _ server: String) -> some View {
        Page {
            Text(verbatim: app.say(look.usable ? "enrol_is_it_you" : "enrol_not_usable")).font(.title.bold())
                .accessibilityAddTraits(.isHeader)
            Card {
                if let person = look.person { Text(verbatim: person).font(.title2.bold()) }
                if let unit = look.unit { Fact(name: app.say("enrol_unit"), value: unit) }
                Fact(name: app.say("enrol_agency"), value: look.agency)
                Fact(name: app.say("enrol_server_name"), value: server)
            }
            NoteCard(look.text, look.usable ? Palette.info : Palette.stop)
            if look.usable {
                Text(verbatim: app.say("enrol_not_me_text")).font(.subheadline).foregroundStyle(Palette.quiet.color)
            }
            TroubleNote(trouble: model.trouble) { await model.confirm() }
        } below: {
            if look.usable {
                Button(app.say("enrol_not_me")) { model.back() }.buttonStyle(LargeButton(filled: false))
                AsyncButton(app.say("enrol_yes_me")) { await model.confirm() }.buttonStyle(LargeButton())
            } else {
                Button(app.say("enrol_another")) { model.back() }.buttonStyle(LargeButton())
            }
        }
    }
}
