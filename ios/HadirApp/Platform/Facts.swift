import CFNetwork
import Foundation
import HadirCore
import HadirKit
import UIKit

/// What a help desk asks of a phone.
@MainActor final class Facts: PhoneFactsSource {
    private let fixes: any FixSource
    private let reminders: any ReminderBook

    init(fixes: any FixSource, reminders: any ReminderBook) {
        self.fixes = fixes
        self.reminders = reminders
    }

    func facts() async -> PhoneFacts {
        let fix = await fixes.state()
        let battery: BatterySaving =
            if UIApplication.shared.backgroundRefreshStatus != .available {
                .restricted
            } else if ProcessInfo.processInfo.isLowPowerModeEnabled {
                .saverOn
            } else {
                .optimised
            }
        return PhoneFacts(
            model: Self.model, os: "\(UIDevice.current.systemName) \(UIDevice.current.systemVersion)",
            location: fix.permission, locationOn: fix.switchedOn,
            // While in use, with iOS's indicator: live share asks for no more.
            background: fix.permission, notifications: await reminders.permission(), exactAlarms: .granted,
            battery: battery)
    }

    /// `iPhone14,6`: UIKit says no more than *iPhone*.
    private static var model: String {
        var system = utsname()
        uname(&system)
        return withUnsafeBytes(of: &system.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// The network's proxy, where the person or the office set one.
    nonisolated static func proxy() -> String? {
        guard let found = CFNetworkCopySystemProxySettings()?.takeRetainedValue() as? [String: Any],
            found["HTTPEnable"] as? Int == 1, let host = found["HTTPProxy"] as? String,
            let port = found["HTTPPort"] as? Int
        else { return nil }
        return "http://\(host):\(port)"
    }
}
