import Foundation
import HadirCore

/// Everything that the models need of the platform. The app gives Apple's; tests give small ones of their own.
@MainActor public struct Phone {
    public let vaults: any VaultKeeper
    public let folders: any StoreFolders
    public let notebook: any Notebook
    public let fixes: any FixSource
    public let reminders: any ReminderBook
    public let background: any BackgroundPlanner
    public let tracker: any PlaceTracker
    public let overtime: any Overtime
    public let facts: any PhoneFactsSource
    /// Software and version as it stands in records: `hadir-ios/1.0.0`.
    public let app: String
    /// The proxy of the network that the phone has now, `http://host:port`.
    public let proxy: @Sendable () -> String?
    /// Whether there is a network now, as far as the platform can know: that it leads anywhere nobody says.
    public let hasNetwork: @MainActor () -> Bool
    /// The phone's languages, most wanted first.
    public let languages: [String]
    /// Waits for so many milliseconds; throws `CancellationError` when its task is cancelled.
    public let wait: @Sendable (UInt64) async throws -> Void
    /// Time that counts on in sleep and that nobody can set.
    public let clock: @Sendable () -> ContinuousClock.Instant

    public init(
        vaults: any VaultKeeper, folders: any StoreFolders, notebook: any Notebook, fixes: any FixSource,
        reminders: any ReminderBook, background: any BackgroundPlanner, tracker: any PlaceTracker,
        overtime: any Overtime, facts: any PhoneFactsSource, app: String,
        proxy: @escaping @Sendable () -> String? = { nil }, hasNetwork: @escaping @MainActor () -> Bool = { true },
        languages: [String] = Locale.preferredLanguages,
        wait: @escaping @Sendable (UInt64) async throws -> Void = { try await Task.sleep(for: .milliseconds($0)) },
        clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.vaults = vaults
        self.folders = folders
        self.notebook = notebook
        self.fixes = fixes
        self.reminders = reminders
        self.background = background
        self.tracker = tracker
        self.overtime = overtime
        self.facts = facts
        self.app = app
        self.proxy = proxy
        self.hasNetwork = hasNetwork
        self.languages = languages
        self.wait = wait
        self.clock = clock
    }
}

/// Asks iOS not to let the app sleep yet, though it left the screen.
@MainActor public protocol Overtime: AnyObject {
    /// Begins it; what is returned ends it. iOS gives some seconds, and may give none.
    func begin() -> @MainActor () -> Void
}

/// The key stores of the people on this phone.
public protocol VaultKeeper: Sendable {
    /// The key store of a profile. Its `wrap` makes a key where there is none, its `unwrap` never does.
    func vault(profile: Int) -> any KeyVault
}

/// Where the stores lie.
public protocol StoreFolders: Sendable {
    /// The folder of a profile's store: made if it is missing, readable from the first unlock on, kept out of every backup.
    func folder(profile: Int) throws -> URL
    /// Which profiles have a folder.
    func existing() -> [Int]
    /// A new place for a file that is shared once; files that lie there may be removed by the system.
    func export() throws -> URL
}

/// What only the shell knows of a phone, for the help desk.
@MainActor public protocol PhoneFactsSource: AnyObject {
    func facts() async -> PhoneFacts
}
