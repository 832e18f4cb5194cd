import HadirCore

/// What is done when iOS wakes the app for a moment: everybody's records go up, and the reminders are topped up.
@MainActor public final class BackgroundWork {
    private let household: Household
    private let reminding: Reminding

    public init(household: Household, reminding: Reminding) {
        self.household = household
        self.reminding = reminding
    }

    /// Syncs each person, but one whose screens are shown, within a share of the time and plans the next; whether all of it went well. Before the first unlock no
    /// store opens, and nothing is lost: it is tried again.
    public func run(except: Int? = nil, deadlineMs: UInt64 = Limits.backgroundSyncMs) async -> Bool {
        let enrolled = await household.enrolled().filter { $0.profile != except }
        // Nobody else: the one whose screens are shown plans alone.
        if enrolled.isEmpty, except != nil { return true }
        var next = Limits.quietRefreshMs
        var well = true
        for (profile, desk) in enrolled {
            // iOS wants its time back: who is left is sent in the next turn.
            if Task.isCancelled {
                well = false
                break
            }
            let proxy = household.phone.proxy()
            do {
                try await desk.ask { try $0.setProxy(proxy: proxy) }
                let report = try await desk.sync(deadlineMs: deadlineMs / UInt64(enrolled.count))
                if report.end != .done { next = min(next, report.nextInMs) }
                let today = try await desk.ask { try $0.today() }
                await reminding.ring(profile: profile, today: today)
            } catch HadirError.Busy {
                // The screens' own sync does it.
            } catch {
                well = false
            }
        }
        await reminding.topUp()
        // The one whose screens are shown plans by itself: this must not put it off.
        if except == nil { household.phone.background.plan(afterMs: next) }
        return well
    }

    /// iOS wants its time back, and ends an app that keeps it: what is on the network ends at once. Who calls this cancels ``run(except:deadlineMs:)`` too.
    public func stop() { household.cancel() }
}
