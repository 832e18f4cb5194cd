import HadirCore
import HadirOffice
import XCTest

@testable import HadirKit

/// Reminders, recalls and what is done in the background.
final class ReminderTests: OfficeCase, @unchecked Sendable {
    @MainActor func testRemindersAreTheCoresAndGoWithTheTapTheyAreAbout() async throws {
        let office = try office(at: "2026-11-24T07:20:00")
        let phone = try SmallPhone()
        let app = try await enrolled(phone, office)
        let first = try XCTUnwrap(phone.reminders.booked.first { $0.reminder.kind == .windowOpens })
        XCTAssertEqual(first.reminder.zone, "Asia/Makassar")
        XCTAssertEqual(first.button, "remind_check_in")
        XCTAssertNil(first.person, "one person needs no name")
        XCTAssertLessThanOrEqual(phone.reminders.booked.count, 64)
        try office.until(at: "2026-11-24T07:55:00")
        let about = phone.reminders.booked.filter { $0.reminder.date == "2026-11-24" }.count
        try await tap(try XCTUnwrap(app.session))
        await app.session?.delivery?.value
        XCTAssertLessThan(phone.reminders.booked.filter { $0.reminder.date == "2026-11-24" }.count, about)
    }

    @MainActor func testANoticeThatRangGoesWithTheTapItIsAboutAndNotBefore() async throws {
        let office = try office(at: "2026-11-24T07:20:00")
        let phone = try SmallPhone()
        let app = try await enrolled(phone, office)
        let session = try XCTUnwrap(app.session)
        phone.reminders.rings(try XCTUnwrap(phone.reminders.booked.first { $0.reminder.kind == .windowOpens }))
        try office.until(at: "2026-11-24T07:55:00")
        await session.sync()
        XCTAssertEqual(phone.reminders.shown.map(\.about), [.window], "it is owed still")
        try await tap(session)
        await session.delivery?.value
        XCTAssertEqual(phone.reminders.shown, [])
    }

    @MainActor func testTheNoticesOfAStoreThatStaysClosedStayAndOfSomebodyWhoIsGoneGo() async throws {
        let phone = try SmallPhone()
        let app = try await enrolled(phone, try office(at: "2026-11-24T07:20:00"))
        phone.reminders.rings(try XCTUnwrap(phone.reminders.booked.first { $0.reminder.kind == .windowOpens }))
        let again = await phone.restarted(app)
        phone.vault.fail(.Locked)
        await again.reminding.topUp()
        XCTAssertEqual(phone.reminders.shown.count, 1)
        phone.vault.fail(nil)
        await again.start()
        let privacy = PrivacyModel(app: again, session: try XCTUnwrap(again.session))
        await privacy.ask()
        await privacy.wipe()
        XCTAssertEqual(phone.reminders.shown, [])
    }

    @MainActor func testARecallRingsOnceAtTheSyncThatBroughtItAndIsConfirmed() async throws {
        let office = try office()
        let phone = try SmallPhone()
        let app = try await enrolled(phone, office)
        let session = try XCTUnwrap(app.session)
        try office.recall(number: "A-1", date: "2026-11-25", note: "Rapat anggaran")
        await session.sync()
        await session.sync()
        XCTAssertEqual(phone.reminders.rung.count, 1)
        XCTAssertEqual(phone.reminders.shown.map(\.about), [.urgent])
        let need = try XCTUnwrap(session.today?.needs.first { $0.kind == .recall })
        let home = HomeModel(session: session)
        await home.confirm(try XCTUnwrap(need.confirm))
        await session.delivery?.value
        XCTAssertFalse(session.today?.needs.contains { $0.kind == .recall } ?? true)
        XCTAssertEqual(phone.reminders.shown, [])
    }

    @MainActor func testInTheBackgroundEverybodysRecordsGoUpAndTheNextTurnIsPlanned() async throws {
        let office = try office()
        let phone = try SmallPhone()
        let app = try await enrolled(phone, office)
        let session = try XCTUnwrap(app.session)
        try office.online(on: false)
        try await tap(session)
        await session.delivery?.value
        let woken = await phone.restarted(app)
        let offline = await woken.background.run()
        XCTAssertTrue(offline, "no network is no fault")
        XCTAssertLessThan(try XCTUnwrap(phone.background.plans.last), Limits.quietRefreshMs)
        try office.online(on: true)
        office.advance(ms: 600_000)
        let well = await woken.background.run()
        XCTAssertTrue(well)
        XCTAssertEqual(phone.background.plans.last, Limits.quietRefreshMs)
        await woken.start()
        XCTAssertEqual(woken.session?.today?.pending, 0)
    }

    @MainActor func testABackgroundTurnThatIosEndsStopsAtOnceAndLeavesTheRestForTheNext() async throws {
        let (phone, office) = (try SmallPhone(), try office())
        let app = try await two(phone, office)
        try office.online(on: false)
        for profile in [2, 1] {
            if app.session?.profile != profile { await app.show(profile) }
            let session = try XCTUnwrap(app.session)
            try await tap(session)
            await session.delivery?.value
        }
        try office.online(on: true)
        // Longer than the core waits after whatever number of failures.
        office.advance(ms: 7_200_000)
        let woken = await phone.restarted(app)
        let both = await woken.household.enrolled()
        XCTAssertEqual(both.count, 2)
        let silent = try silent()
        defer { silent.close() }
        office.hang(address: silent.address)
        let turn = Task { await woken.background.run() }
        // The first of the two hangs by now.
        try await Task.sleep(for: .milliseconds(500))
        let plans = phone.background.plans.count
        turn.cancel()
        woken.background.stop()
        office.hang(address: nil)
        let well = await turn.value
        XCTAssertFalse(well)
        XCTAssertEqual(phone.background.plans.count, plans + 1, "the rest is not forgotten")
        XCTAssertEqual(try office.taps(), [], "nobody else's turn was begun")
        office.advance(ms: 7_200_000)
        _ = await woken.background.run()
        XCTAssertEqual(try office.taps().count, 2)
    }

    @MainActor func testBeforeTheFirstUnlockTheBackgroundTouchesNothingAndPlansAgain() async throws {
        let phone = try SmallPhone()
        let app = try await enrolled(phone, try office())
        let woken = await phone.restarted(app)
        phone.vault.fail(.Locked)
        let booked = phone.reminders.booked
        _ = await woken.background.run()
        XCTAssertEqual(phone.reminders.booked.map(\.id), booked.map(\.id), "reminders that are set stay")
        XCTAssertEqual(phone.background.plans.last, Limits.quietRefreshMs)
    }

    @MainActor func testTheHomeScreenIsDrawnAnewWhenTheCoreSaysThatSomethingChanges() async throws {
        let office = try office(at: "2026-11-24T07:40:00")
        let phone = try SmallPhone()
        let app = try await enrolled(phone, office)
        let session = try XCTUnwrap(app.session)
        let today = try XCTUnwrap(session.today)
        let revision = session.revision
        XCTAssertTrue(phone.waits.asked.contains(today.changesInMs))
        office.advance(ms: today.changesInMs)
        let redraw = session.redraw
        phone.waits.end(today.changesInMs)
        await redraw?.value
        XCTAssertGreaterThan(session.revision, revision)
    }

    func testAnEntryIsReadBackAndNothingElseIs() {
        for route in [nil, Route.tap, .share, .form(date: "2026-11-25")] {
            let entry = Entry(profile: 2, route: route)
            XCTAssertEqual(Entry(text: entry.text), entry)
        }
        for text in ["", "0", "4/tap", "1/wipe", "1/form", "1/tap/now", "one"] { XCTAssertNil(Entry(text: text), text) }
    }
}
