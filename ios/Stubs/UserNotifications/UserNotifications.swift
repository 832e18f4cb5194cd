// Stub of UserNotifications for compiling on Linux: only what the app uses, from Apple's public documentation.
@_exported import Foundation

public struct UNAuthorizationOptions: OptionSet, Sendable {
    public let rawValue: UInt
    public init(rawValue: UInt) { self.rawValue = rawValue }
    public static let sound = Self(rawValue: 2), alert = Self(rawValue: 4)
}
public struct UNNotificationPresentationOptions: OptionSet, Sendable {
    public let rawValue: UInt
    public init(rawValue: UInt) { self.rawValue = rawValue }
    public static let sound = Self(rawValue: 2), list = Self(rawValue: 8), banner = Self(rawValue: 16)
}
public struct UNNotificationActionOptions: OptionSet, Sendable {
    public let rawValue: UInt
    public init(rawValue: UInt) { self.rawValue = rawValue }
    public static let foreground = Self(rawValue: 4)
}
public struct UNNotificationCategoryOptions: OptionSet, Sendable {
    public let rawValue: UInt
    public init(rawValue: UInt) { self.rawValue = rawValue }
}
public enum UNAuthorizationStatus: Int, Sendable { case notDetermined, denied, authorized, provisional, ephemeral }
public enum UNNotificationInterruptionLevel: UInt, Sendable { case passive, active, timeSensitive, critical }
open class UNNotificationSettings: NSObject {
    public var authorizationStatus: UNAuthorizationStatus { fatalError() }
}
public final class UNNotificationSound: NSObject {
    public class var `default`: UNNotificationSound { fatalError() }
}
open class UNNotificationContent: NSObject { public var userInfo: [AnyHashable: Any] { fatalError() } }
open class UNMutableNotificationContent: UNNotificationContent {
    public var title = "", body = "", subtitle = "", categoryIdentifier = ""
    public var sound: UNNotificationSound?
    public var interruptionLevel = UNNotificationInterruptionLevel.active
    public override var userInfo: [AnyHashable: Any] {
        get { fatalError() }
        set {}
    }
}
open class UNNotificationTrigger: NSObject {}
open class UNCalendarNotificationTrigger: UNNotificationTrigger {
    public init(dateMatching: DateComponents, repeats: Bool) {}
}
open class UNNotificationRequest: NSObject {
    public var identifier: String { fatalError() }
    public var content: UNNotificationContent { fatalError() }
    public init(identifier: String, content: UNNotificationContent, trigger: UNNotificationTrigger?) {}
}
open class UNNotification: NSObject { public var request: UNNotificationRequest { fatalError() } }
open class UNNotificationResponse: NSObject {
    public var notification: UNNotification { fatalError() }
    public var actionIdentifier: String { fatalError() }
}
open class UNNotificationAction: NSObject {
    public init(identifier: String, title: String, options: UNNotificationActionOptions = []) {}
}
open class UNNotificationCategory: NSObject {
    public init(
        identifier: String, actions: [UNNotificationAction], intentIdentifiers: [String],
        options: UNNotificationCategoryOptions = []
    ) {}
}
// Both optional in the SDK; required here, so that a misspelt one is an error.
public protocol UNUserNotificationCenterDelegate: NSObjectProtocol {
    func userNotificationCenter(
        _ center: UNUserNotificationCenter, didReceive response: UNNotificationResponse,
        withCompletionHandler completionHandler: @escaping () -> Void)
    func userNotificationCenter(
        _ center: UNUserNotificationCenter, willPresent notification: UNNotification,
        withCompletionHandler completionHandler: @escaping (UNNotificationPresentationOptions) -> Void)
}
open class UNUserNotificationCenter: NSObject {
    public class func current() -> UNUserNotificationCenter { fatalError() }
    public weak var delegate: (any UNUserNotificationCenterDelegate)?
    public func notificationSettings() async -> UNNotificationSettings { fatalError() }
    public func requestAuthorization(options: UNAuthorizationOptions = []) async throws -> Bool { fatalError() }
    public func add(_ r: UNNotificationRequest) async throws { fatalError() }
    public func pendingNotificationRequests() async -> [UNNotificationRequest] { fatalError() }
    public func removePendingNotificationRequests(withIdentifiers: [String]) {}
    public func deliveredNotifications() async -> [UNNotification] { fatalError() }
    public func removeDeliveredNotifications(withIdentifiers: [String]) {}
    public func setNotificationCategories(_ c: Set<UNNotificationCategory>) {}
}
