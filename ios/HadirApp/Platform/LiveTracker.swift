import CoreLocation
import HadirCore
import HadirKit

/// Places for live share, with the screen off too. iOS shows its own indicator for as long as it runs.
@MainActor final class LiveTracker: NSObject, PlaceTracker {
    private let manager = CLLocationManager()
    private var hear: (@MainActor (PlaceSeen) -> Void)?
    private var everyS: UInt32 = 0
    private var last: ContinuousClock.Instant?

    override init() {
        super.init()
        manager.delegate = self
        manager.desiredAccuracy = kCLLocationAccuracyNearestTenMeters
        manager.activityType = .other
        // Paused updates would not come back by themselves behind a locked screen.
        manager.pausesLocationUpdatesAutomatically = false
        manager.showsBackgroundLocationIndicator = true
    }

    func start(everyS: UInt32, heard: @escaping @MainActor (PlaceSeen) -> Void) {
        self.everyS = everyS
        let runs = hear != nil
        hear = heard
        guard !runs else { return }
        last = nil
        manager.allowsBackgroundLocationUpdates = true
        manager.startUpdatingLocation()
    }

    func stop() {
        hear = nil
        manager.stopUpdatingLocation()
        manager.allowsBackgroundLocationUpdates = false
    }

    private func pass(_ place: PlaceSeen) {
        let now = ContinuousClock.now
        if let last, last.duration(to: now) < .seconds(Int64(everyS)) { return }
        last = now
        hear?(place)
    }
}

extension LiveTracker: CLLocationManagerDelegate {
    nonisolated func locationManagerDidChangeAuthorization(_ manager: CLLocationManager) {
        MainActor.assumeIsolated {
            if self.manager.permission == .deniedForEver { pass(.noFix(reason: .denied)) }
        }
    }

    nonisolated func locationManager(_ manager: CLLocationManager, didUpdateLocations locations: [CLLocation]) {
        guard let heard = locations.last.flatMap(Heard.init) else { return }
        MainActor.assumeIsolated { pass(heard.place) }
    }

    nonisolated func locationManager(_ manager: CLLocationManager, didFailWithError error: any Error) {
        let denied = (error as? CLError)?.code == .denied
        MainActor.assumeIsolated { pass(.noFix(reason: denied ? .denied : .unavailable)) }
    }
}
