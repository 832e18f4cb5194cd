import Dispatch

/// Runs the core's blocking calls one after another on a thread of its own, never on Swift's small pool of threads.
public struct BlockingRunner: Sendable {
    private let queue: DispatchQueue

    /// Makes a runner; `label` names its queue in a debugger.
    public init(label: String = "id.hadir.blocking") {
        queue = DispatchQueue(label: label, qos: .userInitiated)
    }

    /// Waits for `work` without blocking the caller's actor, and rethrows what it throws.
    public func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work() }) }
        }
    }
}
