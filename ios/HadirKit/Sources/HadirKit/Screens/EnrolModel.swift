import HadirCore
import Observation

/// Enrolment: a link or a typed code, then *Apakah ini Anda?*, then this phone is that person's.
@MainActor @Observable public final class EnrolModel {
    public enum Step: Equatable, Sendable {
        case typing
        case looking
        /// Whose the invite is; the person says whether that is right.
        case look(InviteLook, server: String)
        case enrolling
    }

    public private(set) var step = Step.typing
    public private(set) var trouble: Trouble?
    /// Whether a code is typed; else a link is pasted.
    public var byCode = false
    public var link: String
    public var code = ""
    public var server = ""
    /// Whether the store that lies here lost its keys.
    public let keysLost: Bool
    /// Whether another app opened the link: the screen says to go on only if it came from the office.
    public let fromOutside: Bool
    @ObservationIgnored private let app: AppModel
    @ObservationIgnored private let profile: Int
    @ObservationIgnored private let desk: Desk
    @ObservationIgnored private var looked = ""

    init(app: AppModel, profile: Int, desk: Desk, keysLost: Bool, link: String) {
        self.app = app
        self.profile = profile
        self.desk = desk
        self.keysLost = keysLost
        self.link = link
        fromOutside = !link.isEmpty
    }

    /// Asks the server whose the invite is. Nothing is used up, nothing is kept.
    public func check() async {
        guard step == .typing else { return }
        step = .looking
        trouble = nil
        let (byCode, link, code, server) = (byCode, link, code, server)
        do {
            let found = byCode ? try await desk.askServer { try $0.inviteByCode(server: server, code: code) } : link
            let read = try await desk.ask { try $0.readInvite(link: found) }
            let look = try await desk.askServer { try $0.lookAtInvite(link: found) }
            looked = found
            step = .look(look, server: read.server)
        } catch {
            trouble = Trouble(error)
            step = .typing
        }
    }

    /// *Ya, daftarkan HP ini.* The same invite can be tried again when an answer was lost.
    public func confirm() async {
        guard case .look(let look, _) = step, look.usable else { return }
        let before = step
        step = .enrolling
        trouble = nil
        let link = looked
        do {
            try await desk.askServer { try $0.enrol(link: link) }
            await app.show(profile)
        } catch HadirError.AlreadyEnrolled where keysLost {
            // The key store has its key again: the store opens as it was, and the invite is not used up.
            await app.household.close(profile)
            await app.show(profile)
        } catch {
            trouble = Trouble(error)
            step = trouble?.remedy == .newInvite || trouble?.remedy == .correct ? .typing : before
        }
    }

    /// *Bukan saya*, or another invite.
    public func back() {
        desk.cancel()
        trouble = nil
        step = .typing
    }
}
