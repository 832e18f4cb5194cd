import HadirCore
import Observation

/// Which screen stands at the bottom, and whose.
@MainActor @Observable public final class AppModel {
    public enum Screen {
        case opening
        /// The store can't be opened now: before the first unlock, without space, of a newer version.
        case trouble(Trouble)
        case welcome
        case enrol(EnrolModel)
        case people(PeopleModel)
        case pin(PinModel)
        case permits(PermitsModel)
        case home(Session)
    }

    public private(set) var screen = Screen.opening
    /// What lies on top of the home screen.
    public var path: [Route] = []
    public private(set) var language: Language
    /// A link that another app opened while somebody is enrolled here: a question, never an act.
    public internal(set) var offeredLink = ""
    /// Who would share this phone with somebody new, for that question, and whether a third one fits.
    public internal(set) var occupant = ""
    public internal(set) var hasRoom = true
    /// Whether that question is on the screen.
    public var asksAboutLink = false
    /// The press that was made last; the screen of a tap shows it.
    public private(set) var tapping: TapModel?
    /// Said once on the home screen, a key of the table: the app was closed in the middle of a tap that was not recorded.
    public var notice: String?
    /// Whether the app is in front: not in the app switcher, not behind something of the system's.
    public private(set) var isInFront = true
    @ObservationIgnored public let household: Household
    @ObservationIgnored public let background: BackgroundWork
    @ObservationIgnored public let reminding: Reminding
    @ObservationIgnored private var waiting: Entry?
    /// The sync of those whose screens are not shown.
    @ObservationIgnored public private(set) var others: Task<Void, Never>?
    @ObservationIgnored private var starting: Task<Void, Never>?
    @ObservationIgnored var unlocked: Set<Int> = []
    /// Whose screens wait behind their own PIN: sharing and sync go on meanwhile.
    @ObservationIgnored var behind: Session?
    /// Since when the app is not on the screen.
    @ObservationIgnored private var leftAt: ContinuousClock.Instant?
    /// The tap that is being recorded although the app left the screen.
    @ObservationIgnored private(set) var leaving: Task<Void, Never>?

    public init(phone: Phone) {
        household = Household(phone: phone)
        reminding = Reminding(household: household)
        background = BackgroundWork(household: household, reminding: reminding)
        language = household.language
    }

    var phone: Phone { household.phone }

    public var session: Session? {
        if case .home(let session) = screen { session } else { nil }
    }

    /// Opens the profile that was used last. Also after *Coba lagi*, and when the phone was unlocked.
    public func start() async {
        // The first scene and its coming to the front both ask: one start, and one session.
        let task = starting ?? Task { await begin() }
        starting = task
        await task.value
        starting = nil
    }

    private func begin() async {
        // A process that iOS made before the first unlock could not read what was chosen.
        language = household.language
        let kept = phone.notebook[.profile].flatMap(Int.init)
        await show(kept.flatMap { household.profiles.contains($0) ? $0 : nil } ?? household.profiles.first ?? 1)
    }

    /// Shows a profile, from the start of it.
    public func show(_ profile: Int) async {
        rest()
        path = []
        do {
            let desk = try await household.desk(profile)
            phone.notebook[.profile] = String(profile)
            switch try await desk.ask({ try $0.standing() }) {
            case .notEnrolled where await household.enrolled().isEmpty: screen = .welcome
            case .notEnrolled: screen = .people(PeopleModel(app: self))
            case .keysLost:
                screen = .enrol(EnrolModel(app: self, profile: profile, desk: desk, keysLost: true, link: ""))
            case .enrolled: try await enter(profile, desk)
            }
        } catch {
            screen = .trouble(Trouble(error) ?? Trouble(.word("app_loading"), remedy: .again))
        }
    }

    private func enter(_ profile: Int, _ desk: Desk) async throws {
        if !unlocked.contains(profile), try await desk.ask({ try $0.hasPin() }) {
            let name = try await desk.ask { try $0.today().person.name }
            screen = .pin(PinModel(app: self, profile: profile, name: name))
            return
        }
        let session = Session(profile: profile, desk: desk, phone: phone, reminding: reminding)
        session.onNotEnrolled = { [weak self] in
            Task { await self?.start() }
        }
        guard phone.notebook[.introduced(profile)] != nil else {
            await session.refresh()
            screen = .permits(PermitsModel(app: self, session: session))
            return
        }
        await session.refresh()
        if await TapModel.wasInterrupted(session) { notice = "tap_interrupted" }
        screen = .home(session)
        followWaiting(profile)
        await reminding.topUp()
        // What an earlier process left goes up, and a recall comes, without another press.
        session.syncSoon()
    }

    private func followWaiting(_ profile: Int) {
        guard let waiting, waiting.profile == profile else { return }
        self.waiting = nil
        follow(waiting.route)
    }

    private func follow(_ route: Route?) { if route == .tap { tap() } else { path = route.map { [$0] } ?? [] } }

    /// The press of the large button, or of a reminder's. Another press, unless one is under way: a screen that shows the
    /// one before begins anew.
    public func tap() {
        guard let session else { return }
        if tapping?.isOf(session) != true || tapping?.isUnderWay != true { tapping = TapModel(session: session) }
        notice = nil
        path = [.tap]
    }

    /// Ends what the screens that are shown do, and what waits behind a PIN.
    private func rest() {
        (session ?? behind)?.rest()
        behind = nil
    }

    /// The right PIN was given.
    func unlock(_ profile: Int) async {
        unlocked.insert(profile)
        guard let session = behind, session.profile == profile else { return await show(profile) }
        behind = nil
        screen = .home(session)
        if tapping?.isUnderWay != true, await TapModel.wasInterrupted(session) { notice = "tap_interrupted" }
        followWaiting(profile)
        await session.changed()
        session.syncSoon()
    }

    /// The app is about to leave the screen, or something of the system's lies over it.
    public func stepAside() { isInFront = false }

    /// The app left the screen. A tap that looks for its place is recorded now, in the time that iOS gives for it.
    public func left() {
        isInFront = false
        leftAt = leftAt ?? phone.clock()
        // A reminder's button that still waits for a PIN was for now: hours later nothing is recorded by itself.
        waiting = nil
        guard let tapping, tapping.isUnderWay else { return }
        let end = phone.overtime.begin()
        leaving = Task {
            await tapping.leave()
            end()
        }
    }

    /// The app is on the screen again.
    public func cameBack() async {
        lockAfterAbsence()
        isInFront = true
        tapping?.comeBack()
        await awake()
    }

    /// Who was away for long is asked for the PIN again. Their session stays: what they share and send goes on.
    private func lockAfterAbsence() {
        guard let since = leftAt else { return }
        leftAt = nil
        guard since.duration(to: phone.clock()) > Limits.pinStays else { return }
        unlocked = []
        guard let session, session.hasPin, let person = session.today?.person else { return }
        path = []
        behind = session
        screen = .pin(PinModel(app: self, profile: session.profile, name: person.name))
    }

    /// Hands the phone to somebody else: every PIN is asked again.
    public func switchPerson() {
        rest()
        waiting = nil
        unlocked = []
        path = []
        screen = .people(PeopleModel(app: self))
    }

    /// Begins an enrolment: in the profile that is shown, or `inNew`, in one that nobody has. Does nothing when the phone is full.
    public func enrol(link: String = "", inNew: Bool = false) async {
        let shown = phone.notebook[.profile].flatMap(Int.init) ?? 1
        guard let profile = inNew ? await household.spare() : shown else { return }
        do {
            let desk = try await household.desk(profile)
            let lost = try await desk.ask { try $0.standing() } == .keysLost
            rest()
            path = []
            screen = .enrol(EnrolModel(app: self, profile: profile, desk: desk, keysLost: lost, link: link))
        } catch {
            screen = .trouble(Trouble(error) ?? Trouble(.word("app_loading"), remedy: .again))
        }
    }

    /// A notification was opened, or its button pressed. Behind a PIN it waits for it.
    public func open(_ entry: Entry) async {
        lockAfterAbsence()
        waiting = entry
        if case .opening = screen {
            // It started the app, which may be about to show somebody else.
            phone.notebook[.profile] = String(entry.profile)
            await start()
            guard waiting != nil else { return }
        }
        if case .home(let session) = screen, session.profile == entry.profile {
            followWaiting(entry.profile)
        } else if behind?.profile == entry.profile {
            // It waits for the PIN.
        } else {
            await show(entry.profile)
        }
    }

    /// The app came to the front, or the phone's clock was set.
    public func awake() async {
        switch screen {
        case .home(let session):
            await session.changed()
            session.syncSoon()
            sendOthers(session)
        case .opening, .trouble:
            await start()
            if let session { sendOthers(session) }
        case .pin:
            await behind?.changed()
            behind?.syncSoon()
        case .welcome, .enrol, .people, .permits: break
        }
    }

    /// The others' records wait on this phone too.
    private func sendOthers(_ session: Session) { others = Task { _ = await background.run(except: session.profile) } }

    /// A network is there again: what waits goes up at once.
    public func networkCame() {
        if let session = session ?? behind, session.today?.pending ?? 0 > 0 || session.lastSync?.noNetwork == true {
            session.syncSoon()
        }
    }

    public func speak(_ language: Language) async {
        self.language = language
        household.speak(language)
        if let session { await session.changed() }
    }
}
