import CryptoKit
import Foundation
import HadirCore
import HadirKit
import Security

/// Keys in the keychain, one for each profile: there from the first unlock on, in no backup, on no other phone.
struct Keychains: VaultKeeper {
    func vault(profile: Int) -> any KeyVault { KeychainVault(account: "profile-\(profile)") }
}

/// Wraps the store's secret by a key of 256 bits that only this app on this phone can read.
final class KeychainVault: KeyVault {
    private static let service = "id.hadir.store"
    private let account: String

    init(account: String) { self.account = account }

    func wrap(secret: Data) throws -> Data {
        do {
            let sealed = try AES.GCM.seal(secret, using: keyOrNew())
            guard let combined = sealed.combined else { throw VaultError.Unavailable }
            return combined
        } catch is CryptoKitError {
            throw VaultError.Unavailable
        }
    }

    func unwrap(wrapped: Data) throws -> Data {
        let key = try key()
        do {
            return try AES.GCM.open(AES.GCM.SealedBox(combined: wrapped), using: key)
        } catch {
            throw VaultError.Rejected
        }
    }

    private func key() throws -> SymmetricKey {
        var found: CFTypeRef?
        let query = item.merging([kSecReturnData: true, kSecMatchLimit: kSecMatchLimitOne]) { $1 }
        try check(SecItemCopyMatching(query as CFDictionary, &found))
        guard let bytes = found as? Data else { throw VaultError.KeyGone }
        return SymmetricKey(data: bytes)
    }

    private func keyOrNew() throws -> SymmetricKey {
        do { return try key() } catch VaultError.KeyGone {}
        let new = SymmetricKey(size: .bits256)
        let values: [CFString: Any] = [
            kSecValueData: new.withUnsafeBytes { Data($0) },
            kSecAttrAccessible: kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly,
        ]
        let status = SecItemAdd(item.merging(values) { $1 } as CFDictionary, nil)
        // Another call made it in the meantime: that one counts.
        if status == errSecDuplicateItem { return try key() }
        try check(status)
        return new
    }

    private var item: [CFString: Any] {
        [kSecClass: kSecClassGenericPassword, kSecAttrService: Self.service, kSecAttrAccount: account]
    }

    /// Before the first unlock an item can't be read, which is no loss; only one that is not there is. The wrapped secret lies in a file that
    /// can't be read before that either, so "not found" is never said too early.
    private func check(_ status: OSStatus) throws {
        switch status {
        case errSecSuccess: return
        case errSecInteractionNotAllowed: throw VaultError.Locked
        case errSecItemNotFound: throw VaultError.KeyGone
        default: throw VaultError.Unavailable
        }
    }
}
