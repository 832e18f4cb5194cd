// Stub of UIKit for compiling on Linux: only what the app uses, from Apple's public documentation.
@_exported import Foundation
@_exported import SwiftUI

public enum UIUserInterfaceStyle: Int, Sendable { case unspecified, light, dark }
public final class UITraitCollection: NSObject, Sendable {
    public var userInterfaceStyle: UIUserInterfaceStyle { fatalError() }
}
public final class UIColor: NSObject, Sendable {
    public init(red: CGFloat, green: CGFloat, blue: CGFloat, alpha: CGFloat) {}
    public init(dynamicProvider: @escaping @Sendable (UITraitCollection) -> UIColor) {}
}
extension Color { public init(uiColor: UIColor) { fatalError() } }

public enum UIBackgroundRefreshStatus: Int, Sendable { case restricted, denied, available }
public struct UIBackgroundTaskIdentifier: Hashable, Sendable {
    public static let invalid = UIBackgroundTaskIdentifier()
}
@MainActor open class UIApplication: NSObject {
    public class var shared: UIApplication { fatalError() }
    public func beginBackgroundTask(
        withName: String?, expirationHandler: (@MainActor @Sendable () -> Void)? = nil
    ) -> UIBackgroundTaskIdentifier { fatalError() }
    public func endBackgroundTask(_ id: UIBackgroundTaskIdentifier) {}
    public var backgroundRefreshStatus: UIBackgroundRefreshStatus { fatalError() }
    nonisolated public static var openSettingsURLString: String { fatalError() }
    nonisolated public class var significantTimeChangeNotification: NSNotification.Name { fatalError() }
    nonisolated public class var protectedDataDidBecomeAvailableNotification: NSNotification.Name { fatalError() }
}
@MainActor open class UIDevice: NSObject {
    public class var current: UIDevice { fatalError() }
    public var systemName: String { fatalError() }
    public var systemVersion: String { fatalError() }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
public enum UIKeyboardType: Int, Sendable { case `default`, URL, numberPad }
public struct TextInputAutocapitalization: Sendable {
    public static var never: Self { fatalError() }
    public static var characters: Self { fatalError() }
}
extension View {
    public func keyboardType(_ t: UIKeyboardType) -> some View { self }
    public func textInputAutocapitalization(_ a: TextInputAutocapitalization?) -> some View { self }
    public func autocorrectionDisabled(_ b: Bool = true) -> some View { self }
}

// MARK: of Apple's Foundation, which is larger than this machine's
extension NSNotification.Name {
    // swift-format-ignore: AlwaysUseLowerCamelCase
    public static var NSSystemClockDidChange: NSNotification.Name { fatalError() }
}
extension ProcessInfo { public var isLowPowerModeEnabled: Bool { fatalError() } }
