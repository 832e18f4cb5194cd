import HadirCore
import Observation

/// Live share: the person starts it, pauses it, stops it; the core says when it is over, and then the phone stops by itself.
@MainActor @Observable public final class LiveShareModel {
    public private(set) var card: ShareCard?
    /// Whether it was read: then no card means that none is owed today.
    public private(set) var loaded = false
    public private(set) var trouble: Trouble?
    /// What keeps places away, a key of the table of words.
    public private(set) var advice: String?
    /// Whether nothing but "unknown" can be shared.
    public private(set) var hindered = false
    @ObservationIgnored private weak var session: Session?
    @ObservationIgnored private let phone: Phone
    /// The end of its hours, waited for, and the place that was heard last, being taken.
    @ObservationIgnored private(set) var ending: Task<Void, Never>?
    @ObservationIgnored private(set) var hearing: Task<Void, Never>?

    init(session: Session) {
        self.session = session
        phone = session.phone
    }

    /// Reads how sharing stands.
    public func load() async {
        guard let session else { return }
        see(await phone.fixes.state())
        do {
            let today = try await session.desk.ask { try $0.today() }
            trouble = nil
            take(today.share)
        } catch {
            trouble = Trouble(error)
        }
    }

    /// As the home screen's snapshot says it: an end of the hours or a new rule is seen there first.
    func follow(_ card: ShareCard?) { take(card) }

    public func start() async {
        let fixes = phone.fixes
        var state = await fixes.state()
        if state.permission == .notAsked { state = await fixes.ask() }
        see(state)
        await act { try $0.shareStart() }
    }

    private func see(_ state: FixState) {
        advice = state.advice
        hindered = state.noFix != nil
    }

    public func pause() async { await act { try $0.sharePause() } }

    public func stop() async { await act { try $0.shareStop() } }

    /// Somebody else's screens are shown: nothing of this person's place is looked for meanwhile.
    func leave() {
        ending?.cancel()
        phone.tracker.stop()
    }

    private func act(_ call: @escaping @Sendable (CheckInEngine) throws -> ShareCard?) async {
        guard let session else { return }
        do {
            take(try await session.desk.ask(call))
            trouble = nil
            await session.changed()
        } catch {
            trouble = await session.failed(error)
        }
    }

    private func heard(_ place: PlaceSeen) async {
        guard let session else { return }
        do { take(try await session.desk.ask { try $0.track(place: place) }) } catch { trouble = Trouble(error) }
    }

    private func take(_ card: ShareCard?) {
        self.card = card
        loaded = true
        ending?.cancel()
        guard let card, card.mark == .sharing else {
            phone.tracker.stop()
            return
        }
        phone.tracker.start(everyS: card.fixEveryS) { [weak self] place in
            self?.hearing = Task { await self?.heard(place) }
        }
        guard card.endsInMs > 0 else { return }
        ending = Task { [weak self, wait = phone.wait] in
            guard (try? await wait(card.endsInMs)) != nil, !Task.isCancelled else { return }
            await self?.load()
        }
    }
}
