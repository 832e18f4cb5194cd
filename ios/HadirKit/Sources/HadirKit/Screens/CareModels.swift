import HadirCore
import Observation

/// *Kode bantuan*, and how this phone stands.
@MainActor @Observable public final class HelpModel {
    public private(set) var code: HelpCode?
    public private(set) var diagnostics: Diagnostics?
    public private(set) var facts: PhoneFacts?
    public private(set) var asking = false
    public private(set) var trouble: Trouble?
    @ObservationIgnored private let desk: Desk
    @ObservationIgnored private let phone: Phone

    public init(session: Session) {
        desk = session.desk
        phone = session.phone
    }

    /// Reads how the phone stands; asks nobody.
    public func load() async {
        facts = await phone.facts.facts()
        do { diagnostics = try await desk.ask { try $0.diagnostics() } } catch { trouble = Trouble(error) }
    }

    public func get() async {
        guard !asking else { return }
        asking = true
        let facts = await phone.facts.facts()
        do {
            code = try await desk.askServer { try $0.helpCode(facts: facts, deadlineMs: Limits.helpMs) }
            trouble = nil
        } catch {
            trouble = Trouble(error)
        }
        asking = false
    }
}

/// What is collected, who sees it, and taking everything off this phone.
@MainActor @Observable public final class PrivacyModel {
    /// How many records would be lost; `nil` before the person asked.
    public private(set) var losing: UInt64?
    public private(set) var wiping = false
    /// Whether what waits is being sent.
    public private(set) var sending = false
    public private(set) var trouble: Trouble?
    @ObservationIgnored private let app: AppModel
    @ObservationIgnored private let profile: Int

    /// Of somebody whose screens need not be open: who forgot the PIN before them.
    public init(app: AppModel, profile: Int) {
        self.app = app
        self.profile = profile
    }

    public convenience init(app: AppModel, session: Session) { self.init(app: app, profile: session.profile) }

    /// The first press: says what would be lost, with what the server could not take.
    public func ask() async {
        do {
            let told = try await app.household.desk(profile).ask { try $0.diagnostics() }
            losing = told.pending + UInt64(told.parked)
            trouble = nil
        } catch {
            trouble = Trouble(error)
        }
    }

    public func keep() { losing = nil }

    /// Sends what waits, and counts anew what would be lost.
    public func send() async {
        guard !sending, !wiping else { return }
        sending = true
        if let session = app.session, session.profile == profile {
            await session.sync()
        } else {
            // Whose screens are shut: what could not be sent is still counted below.
            _ = try? await app.household.desk(profile).sync(deadlineMs: Limits.syncMs)
        }
        sending = false
        await ask()
    }

    /// The second press. Only what was asked about just before is removed.
    public func wipe() async {
        guard losing != nil, !wiping else { return }
        wiping = true
        defer { wiping = false }
        do {
            try await app.wipe(profile)
            (losing, trouble) = (nil, nil)
        } catch {
            // Whatever it was, they are told that nothing was removed.
            trouble = Trouble(error) ?? Trouble(.word("trouble_store_text"), remedy: .again)
        }
    }
}

/// Language, permissions, and whose phone this is.
@MainActor @Observable public final class SettingsModel {
    public private(set) var fix: FixState?
    public private(set) var notifications = PermissionState.unknown
    public private(set) var facts: PhoneFacts?
    @ObservationIgnored private let app: AppModel
    @ObservationIgnored private let phone: Phone

    public init(app: AppModel) {
        self.app = app
        phone = app.household.phone
    }

    public func load() async {
        fix = await phone.fixes.state()
        notifications = await phone.reminders.permission()
        facts = await phone.facts.facts()
    }

    public var language: Language { app.language }

    public func choose(_ language: Language) async { await app.speak(language) }

    public func askNotifications() async { notifications = await phone.reminders.ask() }

    public func askForPrecise() async { fix = await phone.fixes.askForPrecise() }
}
