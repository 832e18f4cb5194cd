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

/// A notice that rang and lies in the platform's list.
public struct RungNotice: Equatable, Sendable {
    /// What it is about, as it is kept with the notice.
    public enum About: String, Sendable { case window, form, shareBegins, shareEnds, unsent, recall, urgent }

    public let id: String
    /// `nil` where an earlier version of the app rang.
    public let about: About?

    public init(id: String, about: About?) {
        self.id = id
        self.about = about
    }
}

extension BookedReminder {
    public var about: RungNotice.About {
        switch reminder.kind {
        case .windowOpens, .windowCloses: .window
        case .formDue: .form
        case .shareBegins: .shareBegins
        case .shareEnds: .shareEnds
        case .unsent: .unsent
        case .recall: .recall
        }
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
    /// What rang and was neither opened nor swiped away.
    func rung() async -> [RungNotice]
    /// Takes them off the list.
    func clear(_ ids: [String])
    /// Rings at once: a recall.
    func ring(id: String, profile: Int, title: String, text: String) async
}

/// Asks iOS to wake the app for a sync.
@MainActor public protocol BackgroundPlanner: AnyObject {
    /// Not before so many milliseconds; takes the place of what was asked before.
    func plan(afterMs: UInt64)
}
