import Foundation
import HadirCore
import HadirKit
import UserNotifications

/// Local notifications: the core's times, in the office's zone, at most the 64 that iOS keeps.
@MainActor final class Notifications: NSObject, ReminderBook {
    /// Where a notification or its button leads.
    var onOpen: (@MainActor (Entry) -> Void)?
    private let words: @MainActor (String) -> String
    // The centre is one, and safe from any thread.
    private nonisolated var center: UNUserNotificationCenter { .current() }

    init(words: @escaping @MainActor (String) -> String) {
        self.words = words
        super.init()
        center.delegate = self
    }

    func permission() async -> PermissionState {
        switch await Self.status() {
        case .notDetermined: .notAsked
        case .denied: .deniedForEver
        case .authorized: .granted
        case .provisional, .ephemeral: .limited
        @unknown default: .unknown
        }
    }

    func ask() async -> PermissionState {
        _ = try? await center.requestAuthorization(options: [.alert, .sound])
        return await permission()
    }

    func pending() async -> Set<String> {
        await Self.pendingIds()
    }

    // What the centre gives may not cross to the main actor; what is read of it may.
    private nonisolated static func status() async -> UNAuthorizationStatus {
        await UNUserNotificationCenter.current().notificationSettings().authorizationStatus
    }

    private nonisolated static func pendingIds() async -> Set<String> {
        Set(await UNUserNotificationCenter.current().pendingNotificationRequests().map(\.identifier))
    }

    private nonisolated static func rungNotices() async -> [RungNotice] {
        await UNUserNotificationCenter.current().deliveredNotifications().map { notice in
            let about = notice.request.content.userInfo["about"] as? String
            return RungNotice(id: notice.request.identifier, about: about.flatMap(RungNotice.About.init(rawValue:)))
        }
    }

    func set(_ reminders: [BookedReminder]) async {
        setCategories()
        for booked in reminders {
            // A request with an id that is set already takes its place.
            try? await center.add(
                UNNotificationRequest(
                    identifier: booked.id, content: Self.content(of: booked), trigger: Self.trigger(of: booked)))
        }
    }

    func remove(_ ids: [String]) { center.removePendingNotificationRequests(withIdentifiers: ids) }

    func rung() async -> [RungNotice] { await Self.rungNotices() }

    func clear(_ ids: [String]) { center.removeDeliveredNotifications(withIdentifiers: ids) }

    func ring(id: String, profile: Int, title: String, text: String) async {
        let content = UNMutableNotificationContent()
        content.title = title
        content.body = text
        content.sound = .default
        content.interruptionLevel = .timeSensitive
        content.userInfo = [
            "entry": Entry(profile: profile, route: nil).text, "about": RungNotice.About.urgent.rawValue,
        ]
        try? await center.add(UNNotificationRequest(identifier: id, content: content, trigger: nil))
    }

    private nonisolated static func content(of booked: BookedReminder) -> UNNotificationContent {
        let content = UNMutableNotificationContent()
        content.title = booked.reminder.title
        content.body = booked.reminder.text
        content.subtitle = booked.person ?? ""
        content.sound = .default
        content.categoryIdentifier = booked.button ?? ""
        content.userInfo = [
            "entry": Entry(booked, pressed: false).text, "pressed": Entry(booked, pressed: true).text,
            "about": booked.about.rawValue,
        ]
        return content
    }

    /// By the office's calendar: a phone that is set to another zone rings at the office's time all the same.
    private nonisolated static func trigger(of booked: BookedReminder) -> UNCalendarNotificationTrigger {
        let reminder = booked.reminder
        var when = DateComponents()
        when.calendar = Calendar(identifier: .gregorian)
        when.timeZone = TimeZone(identifier: reminder.zone)
        (when.year, when.month, when.day) = (Int(reminder.year), Int(reminder.month), Int(reminder.day))
        (when.hour, when.minute) = (Int(reminder.hour), Int(reminder.minute))
        return UNCalendarNotificationTrigger(dateMatching: when, repeats: false)
    }

    private func setCategories() {
        let categories = ["remind_check_in", "remind_fill_form"].map { word in
            UNNotificationCategory(
                identifier: word,
                actions: [UNNotificationAction(identifier: "pressed", title: words(word), options: [.foreground])],
                intentIdentifiers: [], options: [])
        }
        center.setNotificationCategories(Set(categories))
    }
}

extension Notifications: UNUserNotificationCenterDelegate {
    // With completion handlers: the async forms are called back off the main thread, which UIKit does not bear.
    nonisolated func userNotificationCenter(
        _ center: UNUserNotificationCenter, didReceive response: UNNotificationResponse,
        withCompletionHandler completionHandler: @escaping () -> Void
    ) {
        let kept = response.notification.request.content.userInfo
        let pressed = response.actionIdentifier == "pressed"
        let text = (pressed ? kept["pressed"] : nil) as? String ?? kept["entry"] as? String
        if let entry = text.flatMap(Entry.init(text:)) {
            Task { @MainActor in self.onOpen?(entry) }
        }
        completionHandler()
    }

    nonisolated func userNotificationCenter(
        _ center: UNUserNotificationCenter, willPresent notification: UNNotification,
        withCompletionHandler completionHandler: @escaping (UNNotificationPresentationOptions) -> Void
    ) {
        completionHandler([.banner, .list, .sound])
    }
}
