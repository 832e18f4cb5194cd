import HadirCore

extension AppModel {
    /// Takes a person off this phone, what was not sent included. What uses their engine ends first, and a fresh one
    /// removes them: beside a sync it would refuse.
    func wipe(_ profile: Int) async throws {
        let shown = session ?? behind
        shown?.rest()
        phone.tracker.stop()
        do {
            try await removed(profile)
        } catch {
            // They are still here: on with their screens, or with what keeps them closed.
            if let desk = try? await household.desk(profile) {
                await shown?.go(on: desk)
            } else {
                await show(profile)
            }
            throw error
        }
        behind = nil
        unlocked.remove(profile)
        for note in [Note.introduced(profile), .attempt(profile), .rung(profile)] { phone.notebook[note] = nil }
        await reminding.topUp()
        notice = "privacy_wipe_done"
        await start()
    }

    private func removed(_ profile: Int) async throws {
        for turn in 1... {
            await household.close(profile)
            do {
                return try await household.desk(profile).ask { try $0.wipe() }
            } catch HadirError.Busy where turn < 3 {
                // A sync in the background had begun on the fresh one.
            }
        }
    }
}
