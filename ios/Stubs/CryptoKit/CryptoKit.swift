// Stub of CryptoKit for compiling on Linux: only what the app uses, from Apple's public documentation.
@_exported import Foundation

public struct SymmetricKeySize: Sendable { public static var bits256: Self { fatalError() } }
public struct SymmetricKey: ContiguousBytes, Sendable {
    public init(size: SymmetricKeySize) { fatalError() }
    public init<D: ContiguousBytes>(data: D) { fatalError() }
    public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R { fatalError() }
}
public enum CryptoKitError: Error { case incorrectKeySize, authenticationFailure }
public enum AES {
    public enum GCM {
        public struct Nonce: Sendable {}
        public struct SealedBox: Sendable {
            public var combined: Data? { fatalError() }
            public init<D: DataProtocol>(combined: D) throws { fatalError() }
        }
        public static func seal<P: DataProtocol>(_ message: P, using key: SymmetricKey, nonce: Nonce? = nil) throws
            -> SealedBox
        { fatalError() }
        public static func open(_ box: SealedBox, using key: SymmetricKey) throws -> Data { fatalError() }
    }
}
