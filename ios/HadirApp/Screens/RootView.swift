import HadirCore
import HadirKit
import SwiftUI

/// The screen at the bottom, and what lies on top of the home screen.
struct RootView: View {
    @Environment(AppModel.self) private var app

    var body: some View {
        @Bindable var app = app
        Group {
            switch app.screen {
            case .opening: Page { Loading() }
            case .trouble(let trouble): TroubleView(trouble: trouble)
            case .welcome: WelcomeView()
            case .enrol(let model): EnrolView(model: model)
            case .people(let model): PeopleView(model: model)
            case .pin(let model): PinView(model: model)
            case .permits(let model): PermitsView(model: model)
            case .home(let session):
                NavigationStack(path: $app.path) {
                    HomeView(session: session)
                        .navigationDestination(for: Route.self) { RouteView(route: $0, session: session) }
                }
                // Another person's screens begin anew.
                .id(ObjectIdentifier(session))
            }
        }
        .overlay { if app.isCovered { Cover() } }
        .alert(app.say("enrol_foreign_link_title"), isPresented: $app.asksAboutLink) {
            if app.hasRoom {
                Button(app.say("profiles_add")) {
                    Task { await app.followLink() }
                }
            }
            Button(app.say(app.hasRoom ? "app_cancel" : "app_close"), role: .cancel) {}
        } message: {
            let occupied = app.say(app.linkWord, app.occupant)
            Text(verbatim: app.hasRoom ? "\(app.say("enrol_foreign_link_text"))\n\n\(occupied)" : occupied)
        }
    }
}

/// Hides the screen while the app is not in front.
struct Cover: View {
    @Environment(AppModel.self) private var app

    var body: some View {
        Text(verbatim: app.say("app_name"))
            .font(.largeTitle.bold())
            .foregroundStyle(Palette.primary.color)
            .frame(maxWidth: .infinity, maxHeight: .infinity)
            // A colour's background reaches beyond the safe area by itself.
            .background(Palette.ground.color)
    }
}

/// The screen of a route.
struct RouteView: View {
    @Environment(AppModel.self) private var app
    let route: Route
    let session: Session

    var body: some View {
        switch route {
        // Each press has a screen of its own, also where the one before is still shown.
        case .tap: if let tap = app.tapping { TapView(model: tap).id(ObjectIdentifier(tap)) }
        case .form(let date): FormView(session: session, date: date)
        case .history: HistoryView(session: session)
        case .window(let date, let id): WhyView(session: session, of: .window(date: date, id: id))
        case .day(let date): WhyView(session: session, of: .day(date: date))
        case .record(let id): WhyView(session: session, of: .record(id: id))
        case .appeal(let subject): AppealView(session: session, subject: subject)
        case .parked: ParkedView(session: session)
        case .requests: RequestsView(session: session)
        case .newRequest: NewRequestView(session: session)
        case .share: LiveShareView(session: session)
        case .month: MonthView(session: session)
        case .proof(let record): ProofView(session: session, record: record)
        case .people: PeopleView(model: PeopleModel(app: app))
        case .pin: PinSettingView(session: session)
        case .help: HelpView(session: session)
        case .dataUse: DataUseView(session: session)
        case .privacy: PrivacyView(app: app, session: session)
        case .settings: SettingsView(app: app)
        }
    }
}

/// A trouble that fills the screen: the store can't be opened now.
struct TroubleView: View {
    @Environment(AppModel.self) private var app
    @Environment(\.openURL) private var open
    let trouble: Trouble

    var body: some View {
        Page {
            Text(verbatim: app.say(trouble.title)).font(.title.bold()).accessibilityAddTraits(.isHeader)
            Text(verbatim: app.say(trouble.message)).font(.body)
        } below: {
            if trouble.remedy == .update {
                Button(app.say("home_update")) { open(Links.store) }.buttonStyle(LargeButton())
            }
            if trouble.remedy == .enrol {
                AsyncButton(app.say("enrol_title")) { await app.enrol() }.buttonStyle(LargeButton())
            }
            AsyncButton(app.say("app_try_again")) { await app.start() }
                .buttonStyle(LargeButton(filled: trouble.remedy != .update && trouble.remedy != .enrol))
        }
    }
}
