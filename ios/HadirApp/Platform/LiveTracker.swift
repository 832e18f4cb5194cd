import CoreLocation
import HadirCore
import HadirKit

/// Places for live share, with the screen off too. iOS shows its own indicator for as long as it runs.
@MainActor final class LiveTracker: NSObject, PlaceTracker {
    private let manager = CLLocationManager()
    private let pace = Pace()

    override init() {
        super.init()
        manager.delegate = self
        manager.activityType = .other
        // Paused updates would not come back by themselves behind a locked screen.
        manager.pausesLocationUpdatesAutomatically = false
        manager.showsBackgroundLocationIndicator = true
    }

    func start(everyS: UInt32, heard: @escaping @MainActor (PlaceSeen) -> Void) {
        let runs = pace.runs
        pace.start(everyS: everyS, tell: heard) { [manager] exact in
            // Between two fixes what masts and Wi-Fi say is enough to keep the app running. No distance filter, and nothing
            // rougher: since iOS 16.4 an app in the background sleeps with either, and its timers with it. What this saves
            // was not measured on a phone.
            manager.desiredAccuracy = exact ? kCLLocationAccuracyNearestTenMeters : kCLLocationAccuracyHundredMeters
        }
        guard !runs else { return }
        manager.allowsBackgroundLocationUpdates = true
        manager.startUpdatingLocation()
    }

    func stop() {
        pace.stop()
        manager.stopUpdatingLocation()
        manager.allowsBackgroundLocationUpdates = false
    }
}

extension LiveTracker: CLLocationManagerDelegate {
    nonisolated func locationManagerDidChangeAuthorization(_ manager: CLLocationManager) {
        MainActor.assumeIsolated {
            if self.manager.permission == .deniedForEver { pace.failed(denied: true) }
            // A denial ended the updates; given back, they begin anew.
            if pace.runs { self.manager.startUpdatingLocation() }
        }
    }

    nonisolated func locationManager(_ manager: CLLocationManager, didUpdateLocations locations: [CLLocation]) {
        guard let heard = locations.last.flatMap(Heard.init) else { return }
        MainActor.assumeIsolated { pace.heard(heard.place, isOld: heard.isOld) }
    }

    nonisolated func locationManager(_ manager: CLLocationManager, didFailWithError error: any Error) {
        let denied = (error as? CLError)?.code == .denied
        MainActor.assumeIsolated { pace.failed(denied: denied) }
    }
}
