import HadirCore

/// Which of the places that the platform gives live share tells: one good place an interval. Between two the receiver may
/// be rough; it is wanted at its best for a while before the next is due.
@MainActor public final class Pace {
    /// The longest that the receiver runs at its best before a place is due, seconds.
    static let leadS: UInt32 = 30

    private let clock: @Sendable () -> ContinuousClock.Instant
    private let wait: @Sendable (UInt64) async throws -> Void
    private var tell: (@MainActor (PlaceSeen) -> Void)?
    private var aim: (@MainActor (_ exact: Bool) -> Void)?
    private var everyS: UInt32 = 0
    /// When the last good place was told, and the last denial.
    private var last: ContinuousClock.Instant?
    private var denied: ContinuousClock.Instant?
    private var next: Task<Void, Never>?
    private var silence: Task<Void, Never>?

    public init(
        clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        wait: @escaping @Sendable (UInt64) async throws -> Void = { try await Task.sleep(for: .milliseconds($0)) }
    ) {
        self.clock = clock
        self.wait = wait
    }

    public var runs: Bool { tell != nil }

    /// Starts, or goes on with another interval. `aim` hears whether the receiver is wanted at its best.
    public func start(
        everyS: UInt32, tell: @escaping @MainActor (PlaceSeen) -> Void,
        aim: @escaping @MainActor (_ exact: Bool) -> Void
    ) {
        let goesOn = runs && everyS == self.everyS
        (self.everyS, self.tell, self.aim) = (everyS, tell, aim)
        guard !goesOn else { return }
        aim(true)
        listen()
    }

    public func stop() {
        next?.cancel()
        silence?.cancel()
        (tell, aim, last, denied) = (nil, nil, nil, nil)
    }

    /// A place came. One that was known before it was looked for is none: it would keep the good one out until the next
    /// is due.
    public func heard(_ place: PlaceSeen, isOld: Bool) {
        guard let tell, !isOld, isDue(since: last) else { return }
        (last, denied) = (clock(), nil)
        aim?(false)
        next?.cancel()
        next = after(everyS - min(Self.leadS, everyS / 2)) { $0.aim?(true) }
        listen()
        tell(place)
    }

    /// The platform gives no place. That it does not know one just now is told when it stays silent; a denial at once.
    public func failed(denied isDenied: Bool) {
        guard let tell, isDenied, isDue(since: denied) else { return }
        denied = clock()
        tell(.noFix(reason: .denied))
    }

    private func isDue(since: ContinuousClock.Instant?) -> Bool {
        since.map { $0.duration(to: clock()) >= .seconds(Int64(everyS)) } ?? true
    }

    /// After two intervals without a good place it is told that none is known, so that the last one does not pass for now.
    private func listen() {
        silence?.cancel()
        silence = after(2 * everyS) { pace in
            pace.listen()
            pace.tell?(.noFix(reason: .unavailable))
        }
    }

    private func after(_ seconds: UInt32, _ act: @escaping @MainActor (Pace) -> Void) -> Task<Void, Never> {
        Task { [weak self, wait] in
            guard (try? await wait(UInt64(seconds) * 1_000)) != nil, !Task.isCancelled, let self else { return }
            act(self)
        }
    }
}
