// Stub of LocalAuthentication for compiling on Linux: only what the app uses, from Apple's public documentation.
@_exported import Foundation

public enum LAPolicy: Int, Sendable { case deviceOwnerAuthenticationWithBiometrics = 1, deviceOwnerAuthentication = 2 }
open class LAContext: NSObject, @unchecked Sendable {
    public func canEvaluatePolicy(_ p: LAPolicy, error: UnsafeMutablePointer<NSError?>?) -> Bool { fatalError() }
    public func evaluatePolicy(_ p: LAPolicy, localizedReason: String) async throws -> Bool { fatalError() }
}
