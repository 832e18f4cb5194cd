import HadirCore

/// How location stands for this app. No state of it is an error: a tap is recorded in each.
public struct FixState: Equatable, Sendable {
    /// While in use; `limited` is an approximate place.
    public var permission: PermissionState
    /// Whether location is switched on for the phone.
    public var switchedOn: Bool

    public init(permission: PermissionState, switchedOn: Bool) {
        self.permission = permission
        self.switchedOn = switchedOn
    }

    /// Why no fix can come, if that is known before looking for one.
    public var noFix: NoFixReason? {
        if !switchedOn { return .off }
        switch permission {
        case .denied, .deniedForEver: return .denied
        case .granted, .limited, .notAsked, .unknown: return nil
        }
    }

    /// What to say about it, a key of the table of words; `nil` where all is well.
    public var advice: String? {
        if !switchedOn { return "permit_location_off" }
        switch permission {
        case .granted, .notAsked, .unknown: return nil
        case .limited: return "permit_location_coarse"
        case .denied: return "permit_location_denied"
        case .deniedForEver: return "permit_location_denied_ever"
        }
    }
}

/// Looks for the phone's place.
@MainActor public protocol FixSource: AnyObject {
    /// How location stands now.
    func state() async -> FixState
    /// Asks the person, if iOS still does; returns how it stands after.
    func ask() async -> FixState
    /// Asks for the precise place, for this once, where only an approximate one is allowed.
    func askForPrecise() async -> FixState
    /// Looks for one fresh fix until one is good, the deadline comes, or ``settle()`` is called; `progress` hears each accuracy, metres.
    func fix(deadlineMs: UInt64, progress: @escaping @MainActor (Double) -> Void) async -> PlaceSeen
    /// Ends the search now: with the best fix so far, or, `without`, with none.
    func settle(without: Bool)
}

/// Gives places for as long as live share lasts, with the screen off too.
@MainActor public protocol PlaceTracker: AnyObject {
    /// Starts, or goes on with another interval. `heard` is called with each place, and with what keeps one away, about every `everyS` seconds.
    func start(everyS: UInt32, heard: @escaping @MainActor (PlaceSeen) -> Void)
    /// Stops; no indicator stays.
    func stop()
}
