import Foundation
import HadirCore

@testable import HadirKit

/// A phone of a test: small implementations of everything that the models need of the platform, and a folder of its own.
@MainActor final class SmallPhone {
    let vault = MemoryVault()
    let folders: TestFolders
    let notebook = MemoryNotebook()
    let fixes = FixesByHand()
    let reminders = RemindersByHand()
    let background = PlansByHand()
    let tracker = TrackerByHand()
    let overtime = OvertimeByHand()
    let waits = HeldWaits()
    let clock = ClockByHand()
    var hasNetwork = true

    init() throws { folders = try TestFolders() }

    var phone: Phone {
        Phone(
            vaults: vault, folders: folders, notebook: notebook, fixes: fixes, reminders: reminders,
            background: background, tracker: tracker, overtime: overtime, facts: FixedFacts(), app: "hadir-ios/1.0.0",
            hasNetwork: { [weak self] in self?.hasNetwork ?? true }, languages: ["id-ID"],
            wait: { [waits] in try await waits.wait($0) }, clock: { [clock] in clock.now })
    }

    /// The app as it is started on this phone.
    func app() -> AppModel { AppModel(phone: phone) }

    /// The app as it starts after its process was killed: the store is released, as the kernel would, and nothing is told to anybody.
    func restarted(_ app: AppModel) async -> AppModel {
        app.session?.rest()
        await app.session?.delivery?.value
        for profile in 1...Limits.profiles { await app.household.close(profile) }
        return self.app()
    }
}

/// A key store in memory: a key for each profile, and an answer that a test may put in its place.
final class MemoryVault: VaultKeeper, @unchecked Sendable {
    private let lock = NSLock()
    private var failure: VaultError?
    private var once: VaultError?
    private var keys: [Int: UInt8] = [:]
    private var made: UInt8 = 41

    /// What the key store answers once, next.
    func failOnce(_ error: VaultError) { lock.withLock { once = error } }

    /// What the key store answers from now on; `nil` for what it should.
    func fail(_ error: VaultError?) { lock.withLock { failure = error } }

    /// Loses every key.
    func lose() { lock.withLock { keys = [:] } }

    func vault(profile: Int) -> any KeyVault { OneProfile(vault: self, profile: profile) }

    fileprivate func wrap(_ secret: Data, profile: Int) throws -> Data {
        try lock.withLock {
            if let failure { throw failure }
            made += keys[profile] == nil ? 1 : 0
            let key = keys[profile] ?? made
            keys[profile] = key
            return Data([key]) + secret.map { $0 ^ key }
        }
    }

    fileprivate func unwrap(_ wrapped: Data, profile: Int) throws -> Data {
        try lock.withLock {
            if let failure = once ?? failure {
                once = nil
                throw failure
            }
            guard let key = keys[profile] else { throw VaultError.KeyGone }
            guard wrapped.first == key else { throw VaultError.Rejected }
            return Data(wrapped.dropFirst().map { $0 ^ key })
        }
    }
}

private final class OneProfile: KeyVault {
    private let vault: MemoryVault
    private let profile: Int

    init(vault: MemoryVault, profile: Int) {
        self.vault = vault
        self.profile = profile
    }

    func wrap(secret: Data) throws -> Data { try vault.wrap(secret, profile: profile) }

    func unwrap(wrapped: Data) throws -> Data { try vault.unwrap(wrapped, profile: profile) }
}

/// A key store that wraps with one byte: enough to be told apart from nothing. TapProcess has the same.
final class ByteVault: KeyVault {
    func wrap(secret: Data) throws -> Data { Data(secret.map { $0 ^ 0x5a }) }
    func unwrap(wrapped: Data) throws -> Data { try wrap(secret: wrapped) }
}

/// Stores under a folder of the test, removed with it.
final class TestFolders: StoreFolders, @unchecked Sendable {
    let root: URL
    private let lock = NSLock()
    private var full = false

    init() throws {
        root = FileManager.default.temporaryDirectory.appendingPathComponent("hadir-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    /// Whether no folder can be made any more.
    func fill(_ on: Bool) { lock.withLock { full = on } }

    func folder(profile: Int) throws -> URL {
        if lock.withLock({ full }) { throw CocoaError(.fileWriteOutOfSpace) }
        let folder = root.appendingPathComponent("profile-\(profile)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    func existing() -> [Int] {
        (1...9).filter { FileManager.default.fileExists(atPath: root.appendingPathComponent("profile-\($0)").path) }
    }

    func export() throws -> URL { root.appendingPathComponent("bukti-\(UUID().uuidString).json") }
}

@MainActor final class MemoryNotebook: Notebook {
    private(set) var notes: [Note: String] = [:]

    subscript(note: Note) -> String? {
        get { notes[note] }
        set { notes[note] = newValue }
    }
}

/// Time that passes when the test says so.
final class ClockByHand: @unchecked Sendable {
    private let lock = NSLock()
    private var at = ContinuousClock.now

    var now: ContinuousClock.Instant { lock.withLock { at } }

    func pass(_ time: Duration) { lock.withLock { at += time } }
}

/// Waits that end when the test says so.
final class HeldWaits: @unchecked Sendable {
    private let lock = NSLock()
    private var held: [UUID: (ms: UInt64, continuation: CheckedContinuation<Void, any Error>)] = [:]

    /// How long each of those who wait wants to.
    var asked: [UInt64] { lock.withLock { held.values.map(\.ms).sorted() } }

    func wait(_ ms: UInt64) async throws {
        let id = UUID()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let cancelled = lock.withLock {
                    if Task.isCancelled { return true }
                    held[id] = (ms, continuation)
                    return false
                }
                if cancelled { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            lock.withLock { held.removeValue(forKey: id) }?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Ends every wait of `ms`.
    func end(_ ms: UInt64) {
        let ended = lock.withLock {
            let ended = held.filter { $0.value.ms == ms }
            ended.keys.forEach { held.removeValue(forKey: $0) }
            return ended.values.map(\.continuation)
        }
        ended.forEach { $0.resume() }
    }
}
