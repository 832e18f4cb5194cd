import HadirCore
import Observation

/// The person whose screens are shown: their engine, their day, and what waits to be sent.
@MainActor @Observable public final class Session {
    public let profile: Int
    /// Another one after a wipe that failed.
    @ObservationIgnored public private(set) var desk: Desk
    @ObservationIgnored public let phone: Phone
    /// The home screen's snapshot; `nil` until it was read once.
    public private(set) var today: Today?
    /// Whether a PIN stands before these screens.
    public internal(set) var hasPin = false
    /// How location stands.
    public private(set) var fix: FixState?
    /// Grows whenever something that screens show may have changed: they read anew then.
    public private(set) var revision = 0
    public private(set) var trouble: Trouble?
    /// Whether a sync is under way.
    public private(set) var syncing = false
    /// What the last sync said, or why there was none.
    public private(set) var lastSync: SyncReport?
    public private(set) var syncTrouble: Trouble?
    /// Where an engine that asks to enrol again leads.
    @ObservationIgnored public var onNotEnrolled: (@MainActor () -> Void)?
    /// The sync that was begun last without waiting for it.
    @ObservationIgnored public private(set) var delivery: Task<Void, Never>?
    /// Outlives its screen: sharing goes on behind others.
    @ObservationIgnored public private(set) lazy var liveShare = LiveShareModel(session: self)
    @ObservationIgnored private let reminding: Reminding
    @ObservationIgnored private(set) var redraw: Task<Void, Never>?
    @ObservationIgnored private var syncAgain = false
    @ObservationIgnored private var nextSync: Task<Void, Never>?

    init(profile: Int, desk: Desk, phone: Phone, reminding: Reminding) {
        self.profile = profile
        self.desk = desk
        self.phone = phone
        self.reminding = reminding
    }

    /// Reads the home screen anew, and again when the core says that something of it changes by itself.
    public func refresh() async {
        redraw?.cancel()
        fix = await phone.fixes.state()
        do {
            let (read, pin) = try await desk.ask { (try $0.today(), try $0.hasPin()) }
            today = read
            hasPin = pin
            trouble = nil
            liveShare.follow(read.share)
            redraw = after(max(read.changesInMs, 250)) { await $0.refresh() }
        } catch {
            trouble = Trouble(error)
            if case HadirError.NotEnrolled = error { onNotEnrolled?() }
        }
        revision += 1
    }

    /// After an act of the person or a sync: the screens and the reminders anew.
    public func changed() async {
        await refresh()
        await reminding.topUp()
    }

    /// Records something, shows it everywhere and sends it soon. Gives what was made, or what went wrong.
    func record<Made: Sendable>(_ call: @escaping @Sendable (CheckInEngine) throws -> Made) async -> (
        made: Made?, trouble: Trouble?
    ) {
        do {
            let made = try await desk.ask(call)
            await changed()
            syncSoon()
            return (made, nil)
        } catch {
            return (nil, await failed(error))
        }
    }

    /// Makes a call and, where it fails, says so and draws anew what has changed meanwhile.
    func failed(_ error: any Error) async -> Trouble? {
        let trouble = Trouble(error)
        if trouble?.remedy == .redraw { await changed() }
        if case HadirError.NotEnrolled = error { onNotEnrolled?() }
        return trouble
    }

    /// Delivers what waits, and plans the next sync as the core says. Asked while one runs, it runs once more after.
    public func sync(deadlineMs: UInt64 = Limits.syncMs) async {
        guard !syncing else {
            // What was recorded just now may have missed the one that runs.
            syncAgain = true
            return
        }
        syncing = true
        syncAgain = false
        nextSync?.cancel()
        let proxy = phone.proxy()
        do {
            try await desk.ask { try $0.setProxy(proxy: proxy) }
            let report = try await desk.sync(deadlineMs: deadlineMs)
            lastSync = report
            syncTrouble = nil
            plan(report)
        } catch {
            // What can't be written now is tried again with the next act or start; the person is told why.
            syncTrouble = Trouble(error)
            phone.background.plan(afterMs: Limits.quietRefreshMs)
        }
        syncing = false
        await changed()
        if let today { await reminding.ring(profile: profile, today: today) }
        if syncAgain { await sync(deadlineMs: deadlineMs) }
    }

    private func plan(_ report: SyncReport) {
        phone.background.plan(afterMs: report.end == .done ? Limits.quietRefreshMs : report.nextInMs)
        switch report.end {
        case .again, .outOfTime, .needsPerson: nextSync = after(report.nextInMs) { await $0.sync() }
        case .done, .cancelled: break
        }
    }

    /// As ``sync(deadlineMs:)``, without waiting for it.
    public func syncSoon() {
        let before = delivery
        delivery = Task {
            await sync()
            // Where one ran already, that one does it: it is not over before that is.
            await before?.value
        }
    }

    /// Stops waiting; what is under way on the network ends.
    public func rest() {
        redraw?.cancel()
        nextSync?.cancel()
        liveShare.leave()
        desk.cancel()
    }

    /// Goes on with an engine that was opened anew.
    func go(on desk: Desk) async {
        self.desk = desk
        await refresh()
        syncSoon()
    }

    private func after(_ ms: UInt64, _ act: @escaping @MainActor (Session) async -> Void) -> Task<Void, Never> {
        Task { [weak self, wait = phone.wait] in
            guard (try? await wait(ms)) != nil, !Task.isCancelled, let self else { return }
            await act(self)
        }
    }
}
