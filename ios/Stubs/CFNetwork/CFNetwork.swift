// Stub of CFNetwork for compiling on Linux: only what the app uses, from Apple's public documentation.
@_exported import Foundation

public typealias CFDictionary = AnyObject
// swift-format-ignore: AlwaysUseLowerCamelCase
public func CFNetworkCopySystemProxySettings() -> Unmanaged<CFDictionary>? { fatalError() }
