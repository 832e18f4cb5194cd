import HadirCore

/// One person's open engine and the threads on which its blocking calls run: one for the medium, one for sync, one for
/// whatever else asks the network. So a tap never waits for a sync, and a help code never for either.
public final class Desk: Sendable {
    private let engine: CheckInEngine
    private let medium = BlockingRunner(label: "id.hadir.medium")
    private let delivery = BlockingRunner(label: "id.hadir.delivery")
    private let network = BlockingRunner(label: "id.hadir.network")

    private init(engine: CheckInEngine) { self.engine = engine }

    /// Opens a store off the caller's actor; throws `HadirError`.
    public static func open(_ config: OpenConfig, vault: any KeyVault) async throws -> Desk {
        let opener = BlockingRunner(label: "id.hadir.open")
        return Desk(engine: try await opener.run { try CheckInEngine.open(config: config, vault: vault) })
    }

    /// Makes a call that needs the medium alone.
    public func ask<T: Sendable>(_ call: @escaping @Sendable (CheckInEngine) throws -> T) async throws -> T {
        defer { CoreLog.shared.passSoon() }
        return try await medium.run { [engine] in try call(engine) }
    }

    /// Makes a call that uses the network: an invite, a help code.
    public func askServer<T: Sendable>(_ call: @escaping @Sendable (CheckInEngine) throws -> T) async throws -> T {
        defer { CoreLog.shared.passSoon() }
        return try await network.run { [engine] in try call(engine) }
    }

    /// Delivers and fetches, at most for so long.
    public func sync(deadlineMs: UInt64) async throws -> SyncReport {
        defer { CoreLog.shared.passSoon() }
        return try await delivery.run { [engine] in try engine.sync(deadlineMs: deadlineMs) }
    }

    /// Ends the network calls that are under way; waits for none.
    public func cancel() { engine.cancel() }

    /// Says everything in this language from now on.
    public func speak(_ language: Language) { engine.setLanguage(language: language) }

    /// Releases the store; whether it is free now.
    @discardableResult public func close() async -> Bool {
        let closer = BlockingRunner(label: "id.hadir.close")
        return (try? await closer.run { [engine] in engine.close() }) ?? false
    }
}
