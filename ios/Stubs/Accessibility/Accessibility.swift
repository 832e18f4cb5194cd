// Stub of Accessibility for compiling on Linux: only what the app uses, from Apple's public documentation.
@_exported import Foundation

public enum AccessibilityNotification {
    public struct Announcement {
        public init(_ text: String) {}
        public func post() {}
    }
}
