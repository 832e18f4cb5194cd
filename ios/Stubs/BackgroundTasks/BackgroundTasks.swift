// Stub of BackgroundTasks for compiling on Linux: only what the app uses, from Apple's public documentation.
@_exported import Foundation

open class BGTaskRequest: NSObject { public var earliestBeginDate: Date? }
open class BGAppRefreshTaskRequest: BGTaskRequest { public init(identifier: String) {} }
open class BGTask: NSObject {
    public var expirationHandler: (() -> Void)?
    public func setTaskCompleted(success: Bool) {}
}
open class BGTaskScheduler: NSObject {
    public class var shared: BGTaskScheduler { fatalError() }
    @discardableResult public func register(
        forTaskWithIdentifier: String, using: DispatchQueue?, launchHandler: @escaping (BGTask) -> Void
    ) -> Bool { fatalError() }
    public func submit(_ r: BGTaskRequest) throws {}
}
