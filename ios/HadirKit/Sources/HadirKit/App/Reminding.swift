import HadirCore

/// Keeps the platform's notifications what the core says: of everybody on this phone, soonest first, as many as iOS keeps.
@MainActor public final class Reminding {
    private let household: Household
    private var running: Task<Void, Never>?

    public init(household: Household) { self.household = household }

    /// Sets what is new or says something else now, removes what is gone. Called after taps, syncs, a set clock and at each start.
    public func topUp() async {
        // One after another: two at once would each remove what the other set.
        let before = running
        let task = Task {
            await before?.value
            await book()
        }
        running = task
        await task.value
    }

    private func book() async {
        let phone = household.phone
        let people = await household.people()
        let several = people.count { $0.person != nil } > 1
        var due: [BookedReminder] = []
        // A store that can't be opened now, before the first unlock mostly, keeps the reminders that are set.
        var unread: Set<Int> = []
        var days: [Int: Today] = [:]
        for row in people {
            guard row.person != nil || row.trouble != nil else { continue }
            do {
                let desk = try await household.desk(row.id)
                let (found, today) = try await desk.ask { engine in
                    (try engine.reminders(limit: Limits.reminders), row.person == nil ? nil : try engine.today())
                }
                days[row.id] = today
                due += found.map {
                    BookedReminder(profile: row.id, reminder: $0, person: several ? row.person?.name : nil)
                }
            } catch {
                unread.insert(row.id)
            }
        }
        due.sort { $0.reminder.atMs < $1.reminder.atMs }
        due = Array(due.prefix(Int(Limits.reminders)))
        let gone = await phone.reminders.pending().subtracting(due.map(\.id)).filter { id in
            !unread.contains { id.hasPrefix("\($0)/") }
        }
        phone.reminders.remove(gone.sorted())
        await phone.reminders.set(due)
        let done = await phone.reminders.rung().filter { notice in
            guard let profile = notice.id.split(separator: "/").first.flatMap({ Int($0) }), !unread.contains(profile)
            else { return false }
            return days[profile].map { Self.isDone(notice, profile: profile, today: $0) } ?? true
        }
        if !done.isEmpty { phone.reminders.clear(done.map(\.id)) }
    }

    /// Whether what a notice rang for is done, or over: nobody needs to read it any more.
    private static func isDone(_ notice: RungNotice, profile: Int, today: Today) -> Bool {
        switch notice.about {
        case .window: !today.tap.owedNow
        case .form: !today.forms.contains(where: \.canFill)
        case .shareBegins: today.share?.mark != .ready && today.share?.mark != .early
        case .shareEnds: today.share?.mark != .over
        case .unsent: today.pending == 0
        case .recall: !today.needs.contains { $0.kind == .recall }
        case .urgent: !today.needs.contains { $0.urgent && Self.id(of: $0, profile: profile) == notice.id }
        case nil: false
        }
    }

    private static func id(of need: NeedRow, profile: Int) -> String {
        "\(profile)/urgent/\(need.confirm ?? "\(need.kind)")"
    }

    /// Rings for what is urgent, once for each: a recall is heard at the sync that brought it.
    public func ring(profile: Int, today: Today) async {
        let notebook = household.phone.notebook
        let before = Set((notebook[.rung(profile)] ?? "").split(separator: "\n").map(String.init))
        let urgent = today.needs.filter(\.urgent)
        let ids = urgent.map { Self.id(of: $0, profile: profile) }
        notebook[.rung(profile)] = ids.isEmpty ? nil : ids.joined(separator: "\n")
        for (id, need) in zip(ids, urgent) where !before.contains(id) {
            await household.phone.reminders.ring(id: id, profile: profile, title: today.person.unit, text: need.text)
        }
    }
}
