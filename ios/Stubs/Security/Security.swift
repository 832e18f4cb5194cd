// Stub of Security for compiling on Linux: only what the app uses, from Apple's public documentation.
@_exported import Foundation

public typealias CFString = NSString
public typealias CFDictionary = [CFString: Any]
public typealias CFTypeRef = AnyObject
public typealias OSStatus = Int32
// swift-format-ignore: AlwaysUseLowerCamelCase
public func SecItemAdd(_ attributes: CFDictionary, _ result: UnsafeMutablePointer<CFTypeRef?>?) -> OSStatus {
    fatalError()
}
// swift-format-ignore: AlwaysUseLowerCamelCase
public func SecItemCopyMatching(_ query: CFDictionary, _ result: UnsafeMutablePointer<CFTypeRef?>?) -> OSStatus {
    fatalError()
}
public let errSecSuccess: OSStatus = 0, errSecItemNotFound: OSStatus = -25300, errSecDuplicateItem: OSStatus = -25299,
    errSecInteractionNotAllowed: OSStatus = -25308
nonisolated(unsafe) public let kSecClass: CFString = "", kSecClassGenericPassword: CFString = "",
    kSecAttrAccount: CFString = "", kSecAttrService: CFString = ""
nonisolated(unsafe) public let kSecValueData: CFString = "", kSecReturnData: CFString = "",
    kSecMatchLimit: CFString = "", kSecMatchLimitOne: CFString = ""
nonisolated(unsafe) public let kSecAttrAccessible: CFString = "",
    kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly: CFString = ""

// MARK: of Apple's Foundation, which is larger than this machine's
public struct FileProtectionType: Hashable, Sendable {
    public static let completeUntilFirstUserAuthentication = Self()
}
extension FileAttributeKey { public static var protectionKey: FileAttributeKey { fatalError() } }
