import CoreLocation
import HadirCore
import HadirKit

/// One fresh fix by CoreLocation, with a deadline.
@MainActor final class LocationFixes: NSObject, FixSource {
    private let manager = CLLocationManager()
    private var asking: [CheckedContinuation<Void, Never>] = []
    private var search: Search?

    /// A search under way.
    private final class Search {
        let progress: @MainActor (Double) -> Void
        var best: Heard?
        var ends: [CheckedContinuation<PlaceSeen, Never>] = []
        var deadline: Task<Void, Never>?

        init(progress: @escaping @MainActor (Double) -> Void) { self.progress = progress }
    }

    override init() {
        super.init()
        manager.delegate = self
        manager.desiredAccuracy = kCLLocationAccuracyBest
    }

    func state() async -> FixState {
        // Blocks for a moment, so not on the main thread.
        let switchedOn = await Task.detached { CLLocationManager.locationServicesEnabled() }.value
        return FixState(permission: manager.permission, switchedOn: switchedOn)
    }

    func ask() async -> FixState {
        if manager.authorizationStatus == .notDetermined {
            await withCheckedContinuation {
                asking.append($0)
                manager.requestWhenInUseAuthorization()
            }
        }
        return await state()
    }

    func askForPrecise() async -> FixState {
        if manager.accuracyAuthorization == .reducedAccuracy {
            await withCheckedContinuation { done in
                manager.requestTemporaryFullAccuracyAuthorization(withPurposeKey: "CheckIn") { @Sendable _ in
                    done.resume()
                }
            }
        }
        return await state()
    }

    func fix(deadlineMs: UInt64, progress: @escaping @MainActor (Double) -> Void) async -> PlaceSeen {
        // One that looks already is joined: the manager has one delegate.
        let search = search ?? Search(progress: progress)
        self.search = search
        return await withCheckedContinuation {
            search.ends.append($0)
            guard search.deadline == nil else { return }
            search.deadline = Task { [weak self] in
                try? await Task.sleep(for: .milliseconds(deadlineMs))
                if !Task.isCancelled { self?.end(without: .timeout) }
            }
            manager.startUpdatingLocation()
        }
    }

    func settle(without: Bool) {
        if without { search?.best = nil }
        end(without: .timeout)
    }

    private func end(without reason: NoFixReason) {
        guard let search else { return }
        manager.stopUpdatingLocation()
        search.deadline?.cancel()
        self.search = nil
        let place = search.best?.place ?? .noFix(reason: reason)
        search.ends.forEach { $0.resume(returning: place) }
    }

    private func heard(_ heard: Heard) {
        guard let search else { return }
        if search.best.map({ heard.accuracyM <= $0.accuracyM || $0.isOld }) ?? true { search.best = heard }
        guard let best = search.best else { return }
        search.progress(best.accuracyM)
        // Where only an approximate place is allowed, the first fresh one is as good as they come.
        let good = best.accuracyM <= Limits.goodFixM || manager.accuracyAuthorization == .reducedAccuracy
        if good, !best.isOld { end(without: .timeout) }
    }

    private func changed() {
        guard manager.authorizationStatus != .notDetermined else { return }
        asking.forEach { $0.resume() }
        asking = []
        // Taken back while the phone looks: the tap goes on without a place.
        if manager.permission == .deniedForEver { end(without: .denied) }
    }
}

extension LocationFixes: CLLocationManagerDelegate {
    nonisolated func locationManagerDidChangeAuthorization(_ manager: CLLocationManager) {
        MainActor.assumeIsolated { changed() }
    }

    nonisolated func locationManager(_ manager: CLLocationManager, didUpdateLocations locations: [CLLocation]) {
        let heard = locations.compactMap(Heard.init)
        MainActor.assumeIsolated { heard.forEach { self.heard($0) } }
    }

    nonisolated func locationManager(_ manager: CLLocationManager, didFailWithError error: any Error) {
        // "Unknown for now" comes while it still looks; a denial ends it.
        let denied = (error as? CLError)?.code == .denied
        MainActor.assumeIsolated { if denied { end(without: .denied) } }
    }
}

extension CLLocationManager {
    /// How location while in use stands. iOS asks once: what was denied is denied for ever.
    var permission: PermissionState {
        switch authorizationStatus {
        case .notDetermined: .notAsked
        case .restricted, .denied: .deniedForEver
        case .authorizedAlways, .authorizedWhenInUse:
            accuracyAuthorization == .fullAccuracy ? .granted : .limited
        @unknown default: .unknown
        }
    }
}
