import HadirCore
import HadirKit
import SwiftUI
import UIKit

/// The app: Apple's services around HadirKit's models.
@main struct HadirMain: App {
    @Environment(\.scenePhase) private var phase
    @State private var app: AppModel
    private let services: Services

    init() {
        let services = Services()
        self.services = services
        _app = State(initialValue: services.app)
    }

    var body: some Scene {
        WindowGroup {
            RootView()
                .environment(app)
                .tint(Palette.primary.color)
                .task { await app.start() }
                .onOpenURL { url in
                    let link = url.absoluteString
                    Task { await app.open(link: link) }
                }
        }
        .onChange(of: phase) { _, phase in
            switch phase {
            case .active: Task { await app.cameBack() }
            // In this very turn: iOS is asked for time before it lets the app sleep.
            case .background: app.left()
            case .inactive: app.stepAside()
            @unknown default: break
            }
        }
    }
}

/// Made once, before the app has finished launching: background work and notifications must find their hands by then.
@MainActor final class Services {
    let app: AppModel
    private let signal: Signal
    private var watching: [any NSObjectProtocol] = []

    init() {
        let signal = Signal()
        self.signal = signal
        let fixes = LocationFixes()
        let background = BackgroundRefresh()
        let notebook = DefaultsNotebook()
        let reminders = Notifications { key in
            let language = notebook[.language].flatMap(Language.init(tag:)) ?? .preferred(Locale.preferredLanguages)
            return Words(language).text(key, [])
        }
        let version = Bundle.main.object(forInfoDictionaryKey: "CFBundleShortVersionString") as? String
        let app = AppModel(
            phone: Phone(
                vaults: Keychains(), folders: Folders(), notebook: notebook, fixes: fixes, reminders: reminders,
                background: background, tracker: LiveTracker(), overtime: MoreTime(),
                facts: Facts(fixes: fixes, reminders: reminders), app: "hadir-ios/\(version ?? "0")",
                proxy: Facts.proxy, hasNetwork: { signal.isThere }))
        self.app = app
        reminders.onOpen = { entry in Task { await app.open(entry) } }
        background.register({ await app.background.run() }, stop: { app.background.stop() })
        signal.start { app.networkCame() }
        // Set in Xcode's scheme: the console shows what happens inside.
        if ProcessInfo.processInfo.environment["HADIR_LOG"] != nil {
            Task { await CoreLog.shared.begin { print("Hadir:", $0.text) } }
        }
        watch(.NSSystemClockDidChange)
        watch(UIApplication.significantTimeChangeNotification)
        watch(UIApplication.protectedDataDidBecomeAvailableNotification)
    }

    /// The clock was set, a day began, or the phone was unlocked: everything is read anew.
    private func watch(_ name: Notification.Name) {
        let app = app
        let token = NotificationCenter.default.addObserver(forName: name, object: nil, queue: .main) { _ in
            Task { @MainActor in await app.awake() }
        }
        watching.append(token)
    }
}
