import HadirCore

/// A reminder as it is handed to the platform.
public struct BookedReminder: Equatable, Sendable {
    /// Names profile and reminder.
    public let id: String
    public let profile: Int
    public let reminder: Reminder
    /// For whom it is, where several share the phone.
    public let person: String?

    public init(profile: Int, reminder: Reminder, person: String?) {
        id = "\(profile)/\(reminder.id)"
        self.profile = profile
        self.reminder = reminder
        self.person = person
    }
}

/// The platform's notifications.
@MainActor public protocol ReminderBook: AnyObject {
    func permission() async -> PermissionState
    func ask() async -> PermissionState
    /// Ids of what is set and has not rung.
    func pending() async -> Set<String>
    func set(_ reminders: [BookedReminder]) async
    func remove(_ ids: [String])
    /// Rings at once: a recall.
    func ring(id: String, profile: Int, title: String, text: String) async
}

/// Asks iOS to wake the app for a sync.
@MainActor public protocol BackgroundPlanner: AnyObject {
    /// Not before so many milliseconds; takes the place of what was asked before.
    func plan(afterMs: UInt64)
}
