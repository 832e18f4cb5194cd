import HadirCore

/// A screen behind the home screen.
public enum Route: Hashable, Sendable {
    case tap
    case form(date: String)
    case history
    case window(date: String, id: String)
    case day(date: String)
    case record(id: String)
    case appeal(Subject)
    case parked
    case requests
    case newRequest
    case share
    case month
    case proof(record: String)
    case people
    case pin
    case help
    case dataUse
    case privacy
    case settings

    /// What an appeal is about.
    public struct Subject: Hashable, Sendable {
        public let date: String
        public let window: String?
        public let record: String?

        public init(date: String, window: String?, record: String?) {
            self.date = date
            self.window = window
            self.record = record
        }
    }
}

/// Where a notification leads, as a text that the platform keeps with it.
public struct Entry: Equatable, Sendable {
    public let profile: Int
    /// `nil` for the home screen.
    public let route: Route?

    public init(profile: Int, route: Route?) {
        self.profile = profile
        self.route = route
    }

    /// Of a reminder; `pressed` when its button was pressed, and not only the notification.
    public init(_ booked: BookedReminder, pressed: Bool) {
        profile = booked.profile
        switch booked.reminder.kind {
        case .windowOpens, .windowCloses: route = pressed ? .tap : nil
        case .formDue: route = .form(date: booked.reminder.date)
        case .shareBegins, .shareEnds: route = .share
        case .unsent, .recall: route = nil
        }
    }

    public var text: String {
        switch route {
        case .tap: "\(profile)/tap"
        case .form(let date): "\(profile)/form/\(date)"
        case .share: "\(profile)/share"
        default: "\(profile)"
        }
    }

    /// Reads what ``text`` wrote; `nil` for anything else.
    public init?(text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard let profile = parts.first.flatMap(Int.init), 1...Limits.profiles ~= profile else { return nil }
        self.profile = profile
        switch parts.dropFirst().first {
        case nil: route = nil
        case "tap" where parts.count == 2: route = .tap
        case "share" where parts.count == 2: route = .share
        case "form" where parts.count == 3: route = .form(date: parts[2])
        default: return nil
        }
    }
}

extension BookedReminder {
    /// What the notification's button says, a key of the table of words; `nil` for none.
    public var button: String? {
        switch reminder.kind {
        case .windowOpens, .windowCloses: "remind_check_in"
        case .formDue: "remind_fill_form"
        case .shareBegins, .shareEnds, .unsent, .recall: nil
        }
    }
}
