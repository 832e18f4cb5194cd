import HadirCore

@testable import HadirKit

/// A place as a test sees it: Masamba, inside Luwu Utara.
func masamba(accuracyM: Double = 25, mock: Bool? = false) -> PlaceSeen {
    .fix(
        latitude: -2.5525, longitude: 120.3236, accuracyM: accuracyM, ageMs: 500, origin: .fused, mock: mock,
        speedMps: nil, gnssUtcMs: nil)
}

/// Location as the test sets it.
@MainActor final class FixesByHand: FixSource {
    var standing = FixState(permission: .granted, switchedOn: true)
    /// What the person answers when asked.
    var answer = PermissionState.granted
    var place: PlaceSeen = masamba()
    /// Whether a search waits until it is settled.
    var slow = false
    /// Whether nobody answers the question until ``answers()``.
    var silent = false
    /// What passes while the person is asked.
    var whileAsked: () -> Void = {}
    private(set) var searches = 0
    /// How long the newest search may take, milliseconds.
    private(set) var deadlineMs: UInt64?
    private(set) var asked = 0
    private var progress: (@MainActor (Double) -> Void)?
    private var searching: CheckedContinuation<PlaceSeen, Never>?
    private var asking: CheckedContinuation<Void, Never>?
    private var questions: [CheckedContinuation<Void, Never>] = []
    private var began: [CheckedContinuation<Void, Never>] = []

    func state() async -> FixState { standing }

    func ask() async -> FixState {
        asked += 1
        whileAsked()
        if silent {
            await withCheckedContinuation {
                asking = $0
                questions.forEach { $0.resume() }
                questions = []
            }
        }
        standing.permission = answer
        return standing
    }

    func askForPrecise() async -> FixState { await ask() }

    func fix(deadlineMs: UInt64, progress: @escaping @MainActor (Double) -> Void) async -> PlaceSeen {
        searches += 1
        self.deadlineMs = deadlineMs
        self.progress = progress
        progress(80)
        guard slow else { return place }
        return await withCheckedContinuation {
            searching = $0
            began.forEach { $0.resume() }
            began = []
        }
    }

    func settle(without: Bool) {
        searching?.resume(returning: without ? .noFix(reason: .timeout) : place)
        searching = nil
    }

    /// The place gets better, or worse.
    func gets(accuracyM: Double) { progress?(accuracyM) }

    /// The person answers at last.
    func answers() {
        asking?.resume()
        asking = nil
    }

    /// Waits until the person is asked.
    func questionStands() async {
        if asking == nil { await withCheckedContinuation { questions.append($0) } }
    }

    /// Waits until a search is under way.
    func searchBegins() async {
        if searching == nil { await withCheckedContinuation { began.append($0) } }
    }
}

/// The platform's notifications, as a list.
@MainActor final class RemindersByHand: ReminderBook {
    var standing = PermissionState.granted
    private(set) var booked: [BookedReminder] = []
    private(set) var rung: [String] = []
    /// What lies in the list, in the order in which it rang.
    private(set) var shown: [RungNotice] = []
    /// How often it was asked what is set: once a topping up.
    private(set) var looks = 0

    func permission() async -> PermissionState { standing }

    func ask() async -> PermissionState { standing }

    func pending() async -> Set<String> {
        looks += 1
        return Set(booked.map(\.id))
    }

    func set(_ reminders: [BookedReminder]) async {
        booked.removeAll { old in reminders.contains { $0.id == old.id } }
        booked += reminders
    }

    func remove(_ ids: [String]) { booked.removeAll { ids.contains($0.id) } }

    func rung() async -> [RungNotice] { shown }

    func clear(_ ids: [String]) { shown.removeAll { ids.contains($0.id) } }

    /// The time of a booked one has come.
    func rings(_ booked: BookedReminder) {
        self.booked.removeAll { $0.id == booked.id }
        shown.append(RungNotice(id: booked.id, about: booked.about))
    }

    func ring(id: String, profile: Int, title: String, text: String) async {
        rung.append(id)
        shown.append(RungNotice(id: id, about: .urgent))
    }
}

@MainActor final class PlansByHand: BackgroundPlanner {
    private(set) var plans: [UInt64] = []

    func plan(afterMs: UInt64) { plans.append(afterMs) }
}

/// Time that iOS gives after the app left the screen.
@MainActor final class OvertimeByHand: Overtime {
    private(set) var begun = 0
    private(set) var ended = 0

    func begin() -> @MainActor () -> Void {
        begun += 1
        return { self.ended += 1 }
    }
}

/// Live share's places, given by the test.
@MainActor final class TrackerByHand: PlaceTracker {
    private(set) var everyS: UInt32?
    private(set) var heard: (@MainActor (PlaceSeen) -> Void)?

    func start(everyS: UInt32, heard: @escaping @MainActor (PlaceSeen) -> Void) {
        self.everyS = everyS
        self.heard = heard
    }

    func stop() {
        everyS = nil
        heard = nil
    }
}

@MainActor final class FixedFacts: PhoneFactsSource {
    func facts() async -> PhoneFacts {
        PhoneFacts(
            model: "iPhone SE", os: "iOS 17.5", location: .granted, locationOn: true, background: .unknown,
            notifications: .granted, exactAlarms: .unknown, battery: .optimised)
    }
}
