import HadirKit
import Network

/// Tells when a network comes back; what goes over it is the core's.
@MainActor final class Signal {
    private let monitor = NWPathMonitor()

    func start(_ came: @escaping @MainActor () -> Void) {
        monitor.pathUpdateHandler = { @Sendable path in
            guard path.status == .satisfied else { return }
            Task { @MainActor in came() }
        }
        monitor.start(queue: .main)
    }
}
