// Stub of UserNotifications for compiling on Linux: only what the app uses, from Apple's public documentation.
@_exported import Foundation

public struct UNAuthorizationOptions: OptionSet, Sendable {
    public let rawValue: UInt; public init(rawValue: UInt) { self.rawValue = rawValue }
    public static let badge = Self(rawValue: 1), sound = Self(rawValue: 2), alert = Self(rawValue: 4)
}
public final class UNNotificationSound: NSObject, @unchecked Sendable {
    public static let `default` = UNNotificationSound()
}
open class UNNotificationContent: NSObject, @unchecked Sendable {}
open class UNMutableNotificationContent: UNNotificationContent, @unchecked Sendable {
    public var title = "", body = "", subtitle = "", categoryIdentifier = "", threadIdentifier = ""
    public var sound: UNNotificationSound?
    public var userInfo: [AnyHashable: Any] = [:]
}
open class UNNotificationTrigger: NSObject, @unchecked Sendable {}
open class UNTimeIntervalNotificationTrigger: UNNotificationTrigger, @unchecked Sendable {
    public init(timeInterval: TimeInterval, repeats: Bool) {}
}
open class UNCalendarNotificationTrigger: UNNotificationTrigger, @unchecked Sendable {
    public init(dateMatching: DateComponents, repeats: Bool) {}
}
open class UNNotificationRequest: NSObject, @unchecked Sendable {
    public let identifier: String
    public init(identifier: String, content: UNNotificationContent, trigger: UNNotificationTrigger?) {
        self.identifier = identifier
    }
}
open class UNUserNotificationCenter: NSObject, @unchecked Sendable {
    public class func current() -> UNUserNotificationCenter { fatalError() }
    public func requestAuthorization(options: UNAuthorizationOptions = []) async throws -> Bool { fatalError() }
    public func add(_ r: UNNotificationRequest) async throws { fatalError() }
    public func pendingNotificationRequests() async -> [UNNotificationRequest] { fatalError() }
    public func removePendingNotificationRequests(withIdentifiers: [String]) {}
}
