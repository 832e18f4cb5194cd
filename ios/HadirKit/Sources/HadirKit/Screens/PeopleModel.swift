import HadirCore
import Observation

/// Who uses this phone: up to three, each with records of their own.
@MainActor @Observable public final class PeopleModel {
    public private(set) var rows: [PersonRow]?
    @ObservationIgnored private let app: AppModel

    public init(app: AppModel) { self.app = app }

    public func load() async { rows = await app.household.people() }

    /// Whether another person fits.
    public var canAdd: Bool { (rows?.filter { $0.person != nil || $0.trouble != nil }.count ?? 0) < Limits.profiles }

    public func choose(_ profile: Int) async { await app.show(profile) }

    public func add() async { await app.enrol(inNew: true) }
}

/// The PIN before a person's screens.
@MainActor @Observable public final class PinModel {
    public let name: String
    public var pin = ""
    /// The core's words about a wrong one.
    public private(set) var answer: PinAnswer?
    public private(set) var trouble: Trouble?
    @ObservationIgnored private let app: AppModel
    @ObservationIgnored private let profile: Int
    @ObservationIgnored private let desk: Desk

    init(app: AppModel, profile: Int, desk: Desk, name: String) {
        self.app = app
        self.profile = profile
        self.desk = desk
        self.name = name
    }

    public func check() async {
        let given = pin
        pin = ""
        do {
            let answer = try await desk.ask { try $0.checkPin(pin: given) }
            self.answer = answer
            trouble = nil
            if answer.right { await app.unlock(profile) }
        } catch {
            trouble = Trouble(error)
        }
    }

    /// Somebody else's turn.
    public func another() { app.switchPerson() }
}

/// Setting a PIN, and taking it away.
@MainActor @Observable public final class PinSettingModel {
    public private(set) var hasPin: Bool?
    public var first = ""
    public var second = ""
    public private(set) var trouble: Trouble?
    public private(set) var saved = false
    @ObservationIgnored private let session: Session

    public init(session: Session) { self.session = session }

    public func load() async {
        do { hasPin = try await session.desk.ask { try $0.hasPin() } } catch { trouble = Trouble(error) }
    }

    public func save() async {
        guard first == second else {
            trouble = Trouble(.word("profiles_pin_differs"), remedy: .correct)
            return
        }
        await set(first)
    }

    public func remove() async { await set(nil) }

    private func set(_ pin: String?) async {
        do {
            try await session.desk.ask { try $0.setPin(pin: pin) }
            (first, second, saved, trouble) = ("", "", true, nil)
            await load()
        } catch {
            trouble = Trouble(error)
        }
    }
}
