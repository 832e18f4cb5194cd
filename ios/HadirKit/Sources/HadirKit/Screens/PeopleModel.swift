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
    /// The way out for who forgot it: their data off this phone. `nil` where nobody asked for that.
    public private(set) var forgot: PrivacyModel?
    public private(set) var trouble: Trouble?
    @ObservationIgnored private var checking = false
    @ObservationIgnored private let app: AppModel
    @ObservationIgnored private let profile: Int

    init(app: AppModel, profile: Int, name: String) {
        self.app = app
        self.profile = profile
        self.name = name
    }

    public func check() async {
        // Pressed twice it is asked once: an empty one would count as wrong.
        guard !checking, !pin.isEmpty else { return }
        checking = true
        defer { checking = false }
        let given = pin
        pin = ""
        do {
            let answer = try await app.household.desk(profile).ask { try $0.checkPin(pin: given) }
            self.answer = answer
            trouble = nil
            if answer.right { await app.unlock(profile) }
        } catch {
            trouble = Trouble(error)
        }
    }

    public func forget() { forgot = PrivacyModel(app: app, profile: profile) }

    public func remember() { forgot = nil }

    /// Somebody else's turn.
    public func another() { app.switchPerson() }
}

/// Setting a PIN, and taking it away.
@MainActor @Observable public final class PinSettingModel {
    public private(set) var hasPin: Bool?
    /// The one that holds: asked for before it is changed or taken away.
    public var now = ""
    /// The core's words about a wrong one.
    public private(set) var answer: PinAnswer?
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
        let given = now
        now = ""
        do {
            answer = try await session.desk.ask { engine in
                let answer = try engine.hasPin() ? try engine.checkPin(pin: given) : nil
                if answer?.right ?? true { try engine.setPin(pin: pin) }
                return answer
            }
            trouble = nil
            guard answer?.right ?? true else { return }
            (first, second, saved) = ("", "", true)
            session.hasPin = pin != nil
            await load()
        } catch {
            trouble = Trouble(error)
        }
    }
}
