import HadirKit
import UIKit

/// Some seconds more after the app left the screen.
@MainActor final class MoreTime: Overtime {
    /// One task of the system, ended once: by its work, or by iOS, which ends an app that doesn't.
    @MainActor private final class Held {
        var id = UIBackgroundTaskIdentifier.invalid

        func end() {
            guard id != .invalid else { return }
            UIApplication.shared.endBackgroundTask(id)
            id = .invalid
        }
    }

    func begin() -> @MainActor () -> Void {
        let held = Held()
        held.id = UIApplication.shared.beginBackgroundTask(withName: "tap") { held.end() }
        return { held.end() }
    }
}
