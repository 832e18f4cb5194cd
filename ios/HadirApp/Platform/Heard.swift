import CoreLocation
import HadirCore

/// A location as it was heard, with its age counted on by a clock that nobody can set.
struct Heard: Sendable {
    let accuracyM: Double
    private let latitude: Double
    private let longitude: Double
    private let speedMps: Double?
    private let origin: FixOrigin
    private let mock: Bool?
    private let at = ContinuousClock.now
    private let ageThen: TimeInterval

    /// `nil` for one without a position.
    init?(_ location: CLLocation) {
        guard location.horizontalAccuracy > 0 else { return nil }
        accuracyM = location.horizontalAccuracy
        latitude = location.coordinate.latitude
        longitude = location.coordinate.longitude
        speedMps = location.speed >= 0 ? location.speed : nil
        origin = location.sourceInformation?.isProducedByAccessory == true ? .external : .fused
        mock = location.sourceInformation?.isSimulatedBySoftware
        // CoreLocation stamps with the wall clock and gives no other: its age is read once, as it arrives.
        ageThen = max(0, -location.timestamp.timeIntervalSinceNow)
    }

    /// Whether it was known before it was looked for: a fallback, and labelled by its age.
    var isOld: Bool { ageThen > 10 }

    var place: PlaceSeen {
        let since = at.duration(to: .now).components
        let age = ageThen + Double(since.seconds) + Double(since.attoseconds) * 1e-18
        return .fix(
            latitude: latitude, longitude: longitude, accuracyM: accuracyM, ageMs: UInt64(age * 1_000), origin: origin,
            mock: mock, speedMps: speedMps, gnssUtcMs: nil)
    }
}
