import HadirKit
import Network

/// Tells whether there is a network, and when one comes; what goes over it is the core's.
@MainActor final class Signal {
    private let monitor = NWPathMonitor()
    /// Whether some network can be used, Wi-Fi in airplane mode among them; iOS tells no app of airplane mode itself. Until it was heard of,
    /// nobody is told that there is none.
    private(set) var isThere = true

    func start(_ came: @escaping @MainActor () -> Void) {
        monitor.pathUpdateHandler = { @Sendable [weak self] path in
            let (some, ready) = (path.status != .unsatisfied, path.status == .satisfied)
            Task { @MainActor in
                self?.isThere = some
                if ready { came() }
            }
        }
        monitor.start(queue: .main)
    }
}
