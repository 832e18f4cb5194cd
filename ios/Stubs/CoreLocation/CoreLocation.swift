// Stub of CoreLocation for compiling on Linux: only what the app uses, from Apple's public documentation.
@_exported import Foundation

public typealias CLLocationDegrees = Double
public typealias CLLocationAccuracy = Double
public typealias CLLocationSpeed = Double
public struct CLLocationCoordinate2D: Sendable { public var latitude, longitude: CLLocationDegrees }
public final class CLLocationSourceInformation: NSObject {
    public var isSimulatedBySoftware: Bool { fatalError() }
    public var isProducedByAccessory: Bool { fatalError() }
}
public final class CLLocation: NSObject {
    public var sourceInformation: CLLocationSourceInformation? { fatalError() }
    public var coordinate: CLLocationCoordinate2D { fatalError() }
    public var horizontalAccuracy: CLLocationAccuracy { fatalError() }
    public var speed: CLLocationSpeed { fatalError() }
    public var timestamp: Date { fatalError() }
}
// Imported without its cases being frozen: a switch needs `@unknown default`.
public enum CLAuthorizationStatus: Int32, Sendable {
    case notDetermined, restricted, denied, authorizedAlways, authorizedWhenInUse
}
public enum CLAccuracyAuthorization: Int, Sendable { case fullAccuracy, reducedAccuracy }
public enum CLActivityType: Int, Sendable { case other = 1 }
public let kCLLocationAccuracyBest: CLLocationAccuracy = -1
public let kCLLocationAccuracyNearestTenMeters: CLLocationAccuracy = 10
public let kCLLocationAccuracyHundredMeters: CLLocationAccuracy = 100
public struct CLError: Error {
    public enum Code: Int, Sendable { case locationUnknown, denied, network }
    public var code: Code { fatalError() }
}
// All optional in the SDK; required here, so that a misspelt one is an error.
public protocol CLLocationManagerDelegate: NSObjectProtocol {
    func locationManagerDidChangeAuthorization(_ manager: CLLocationManager)
    func locationManager(_ manager: CLLocationManager, didUpdateLocations locations: [CLLocation])
    func locationManager(_ manager: CLLocationManager, didFailWithError error: any Error)
}
open class CLLocationManager: NSObject {
    public weak var delegate: (any CLLocationManagerDelegate)?
    public class func locationServicesEnabled() -> Bool { fatalError() }
    public var authorizationStatus: CLAuthorizationStatus { fatalError() }
    public var accuracyAuthorization: CLAccuracyAuthorization { fatalError() }
    public var desiredAccuracy: CLLocationAccuracy = 0
    public var activityType = CLActivityType.other
    public var allowsBackgroundLocationUpdates = false
    public var pausesLocationUpdatesAutomatically = true
    public var showsBackgroundLocationIndicator = false
    public func requestWhenInUseAuthorization() {}
    public func requestTemporaryFullAccuracyAuthorization(
        withPurposeKey: String, completion: (((any Error)?) -> Void)? = nil
    ) {}
    public func startUpdatingLocation() {}
    public func stopUpdatingLocation() {}
}
