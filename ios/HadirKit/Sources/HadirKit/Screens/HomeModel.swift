import HadirCore
import Observation

/// What can be done from the home screen; what it shows is the session's `today`.
@MainActor @Observable public final class HomeModel {
    /// Where something that needs the person leads.
    public enum Way: Equatable, Sendable {
        /// The person says that it was read.
        case confirm(String)
        case enrolAgain
        case update
        case setDate
        case go(Route)
    }

    public private(set) var trouble: Trouble?
    /// What is being confirmed.
    public private(set) var confirming: String?
    public let session: Session

    public init(session: Session) { self.session = session }

    /// The button of a need; `nil` for none. Its word is a key of the table.
    public static func way(of need: NeedRow) -> (way: Way, word: String)? {
        if let confirm = need.confirm { return (.confirm(confirm), "app_confirm") }
        return switch need.kind {
        case .enrolAgain: (.enrolAgain, "home_enrol_again")
        // A revoked key stays revoked: a new one needs a store of its own.
        case .revoked: (.go(.privacy), "privacy_wipe")
        case .update: (.update, "home_update")
        case .decision: (.go(.requests), "home_open_requests")
        case .parked: (.go(.parked), "home_open_parked")
        case .clockOff: (.setDate, "home_set_date")
        case .storeDamaged, .unknownServer, .noHealthKeys: (.go(.help), "help_title")
        case .recall, .newRule: nil
        }
    }

    public func confirm(_ text: String) async {
        guard confirming == nil else { return }
        confirming = text
        do {
            try await session.desk.ask { try $0.acknowledge(confirm: text) }
            trouble = nil
            await session.changed()
        } catch {
            trouble = await session.failed(error)
        }
        confirming = nil
        session.syncSoon()
    }
}
