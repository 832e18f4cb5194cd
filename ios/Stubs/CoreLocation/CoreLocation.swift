// Stub of CoreLocation for compiling on Linux: only what the app uses, from Apple's public documentation.
@_exported import Foundation

public typealias CLLocationDegrees = Double
public typealias CLLocationDistance = Double
public typealias CLLocationAccuracy = Double
public struct CLLocationCoordinate2D: Sendable {
    public var latitude, longitude: CLLocationDegrees
    public init(latitude: CLLocationDegrees, longitude: CLLocationDegrees) {
        self.latitude = latitude; self.longitude = longitude
    }
}
public final class CLLocationSourceInformation: NSObject, @unchecked Sendable {
    public var isSimulatedBySoftware: Bool { fatalError() }
    public var isProducedByAccessory: Bool { fatalError() }
}
public final class CLLocation: NSObject, @unchecked Sendable {
    public var sourceInformation: CLLocationSourceInformation? { fatalError() }
    public let coordinate: CLLocationCoordinate2D, horizontalAccuracy: CLLocationAccuracy, timestamp: Date
    public init(latitude: CLLocationDegrees, longitude: CLLocationDegrees) { fatalError() }
    public func distance(from: CLLocation) -> CLLocationDistance { fatalError() }
}
public enum CLAuthorizationStatus: Int32, Sendable {
    case notDetermined, restricted, denied, authorizedAlways, authorizedWhenInUse
}
public enum CLAccuracyAuthorization: Int, Sendable { case fullAccuracy, reducedAccuracy }
public let kCLLocationAccuracyHundredMeters: CLLocationAccuracy = 100
// All optional in the SDK; required here, so that a misspelt one is an error.
public protocol CLLocationManagerDelegate: NSObjectProtocol {
    func locationManagerDidChangeAuthorization(_ manager: CLLocationManager)
    func locationManager(_ manager: CLLocationManager, didUpdateLocations locations: [CLLocation])
    func locationManager(_ manager: CLLocationManager, didFailWithError error: any Error)
}
open class CLLocationManager: NSObject {
    public weak var delegate: (any CLLocationManagerDelegate)?
    public var authorizationStatus: CLAuthorizationStatus { fatalError() }
    public var accuracyAuthorization: CLAccuracyAuthorization { fatalError() }
    public var desiredAccuracy: CLLocationAccuracy = 0
    public var allowsBackgroundLocationUpdates = false
    public func requestWhenInUseAuthorization() {}
    public func requestLocation() {}
}
