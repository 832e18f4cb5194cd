import HadirCore
import HadirOffice
import XCTest

@testable import HadirKit

/// The one large button, with and without a place, a network, and a phone that lives to the end of it.
final class TapTests: OfficeCase, @unchecked Sendable {
    @MainActor func testATapIsRecordedAtOnceAndReceivedByTheOfficeSoon() async throws {
        let office = try office()
        let phone = try SmallPhone()
        let app = try await enrolled(phone, office)
        let session = try XCTUnwrap(app.session)
        let before = try office.records()
        let recorded = try await tap(session)
        XCTAssertEqual(recorded.title, "Tercatat di HP ini")
        XCTAssertEqual(recorded.mark, .onTime)
        await session.delivery?.value
        XCTAssertEqual(session.today?.windows.first?.delivery, .received)
        XCTAssertGreaterThan(try office.records(), before)
        XCTAssertNil(phone.notebook[.attempt(1)])
    }

    @MainActor func testFivePressesInASecondAreOneRecord() async throws {
        let office = try office()
        let app = try await enrolled(SmallPhone(), office)
        let session = try XCTUnwrap(app.session)
        let model = TapModel(session: session)
        async let one: Void = model.run()
        async let two: Void = model.run()
        async let three: Void = model.run()
        _ = await (one, two, three)
        await model.run()
        let again = TapModel(session: session)
        await again.run()
        let history = HistoryModel(session: session)
        await history.load()
        XCTAssertEqual((history.days ?? []).flatMap(\.rows).filter { $0.mark == .tap }.count, 1)
    }

    @MainActor func testWithoutANetworkATapIsSafeAndGoesUpWhenTheCoreSaysSo() async throws {
        let office = try office()
        let phone = try SmallPhone()
        let app = try await enrolled(phone, office)
        let session = try XCTUnwrap(app.session)
        try office.online(on: false)
        let model = TapModel(session: session)
        await model.run()
        guard case .recorded(let recorded) = model.phase else { return XCTFail("\(model.phase)") }
        XCTAssertFalse(recorded.safeText.isEmpty)
        await session.delivery?.value
        XCTAssertEqual(model.delivery?.mark, .waiting)
        XCTAssertEqual(session.today?.windows.first?.delivery, .waiting)
        let report = try XCTUnwrap(session.lastSync)
        XCTAssertEqual(report.end, .again)
        XCTAssertTrue(phone.waits.asked.contains(report.nextInMs), "the next sync waits as long as the core says")
        XCTAssertEqual(phone.background.plans.last, report.nextInMs)
        try office.online(on: true)
        office.advance(ms: report.nextInMs)
        await session.sync()
        XCTAssertEqual(session.today?.windows.first?.delivery, .received)
        XCTAssertEqual(model.delivery?.mark, .received, "the screen of the tap says so too")
    }

    @MainActor func testWithoutPermissionTheTapIsRecordedWithoutAPlaceAndNobodyIsAskedTwice() async throws {
        let app = try await enrolled(SmallPhone(), try office())
        let session = try XCTUnwrap(app.session)
        for (state, advice) in [
            (FixState(permission: .deniedForEver, switchedOn: true), "permit_location_denied_ever"),
            (FixState(permission: .denied, switchedOn: true), "permit_location_denied"),
            (FixState(permission: .granted, switchedOn: false), "permit_location_off"),
        ] {
            let fixes = try XCTUnwrap(session.phone.fixes as? FixesByHand)
            let (searches, asked) = (fixes.searches, fixes.asked)
            fixes.standing = state
            let model = TapModel(session: session)
            await model.run()
            XCTAssertEqual(model.advice, advice)
            guard case .recorded(let recorded) = model.phase else { return XCTFail("\(model.phase)") }
            XCTAssertEqual(recorded.placeTitle, "Tidak didapat")
            XCTAssertEqual(fixes.searches, searches)
            XCTAssertEqual(fixes.asked, asked)
        }
    }

    @MainActor func testTheFirstTapAsksForThePermissionAndARevokedOneIsNoError() async throws {
        let phone = try SmallPhone()
        let app = try await enrolled(phone, try office())
        let session = try XCTUnwrap(app.session)
        phone.fixes.standing.permission = .notAsked
        phone.fixes.place = .noFix(reason: .denied)
        try await tap(session)
        XCTAssertEqual(phone.fixes.asked, 1)
    }

    @MainActor func testGoingOnWithoutAPlaceBeforeItIsLookedForIsNoPressInVain() async throws {
        let phone = try SmallPhone()
        let app = try await enrolled(phone, try office())
        let session = try XCTUnwrap(app.session)
        phone.fixes.slow = true
        // The medium is busy, so the search does not begin yet.
        let busy = DispatchSemaphore(value: 0)
        let other = Task { try await session.desk.ask { _ in busy.wait() } }
        let model = TapModel(session: session)
        let run = Task { await model.run() }
        while !model.isUnderWay { await Task.yield() }
        model.settle(without: true)
        busy.signal()
        while model.phase == .seeking(accuracyM: nil) { await Task.yield() }
        XCTAssertNotEqual(model.phase, .seeking(accuracyM: 80), "it looks all the same")
        phone.fixes.settle(without: true)
        await run.value
        try await other.value
        guard case .recorded(let recorded) = model.phase else { return XCTFail("\(model.phase)") }
        XCTAssertEqual(recorded.placeTitle, "Tidak didapat")
    }

    @MainActor func testJustBeforeTheGradeEndsAPlaceIsLookedForLessLong() async throws {
        let (phone, office) = (try SmallPhone(), try office())
        let app = try await enrolled(phone, office)
        let session = try XCTUnwrap(app.session)
        let practice = PermitsModel(app: app, session: session)
        await practice.practise()
        XCTAssertEqual(phone.fixes.deadlineMs, 20_000)
        try office.until(at: "2026-11-24T08:14:50")
        phone.fixes.standing.permission = .notAsked
        phone.fixes.whileAsked = { office.advance(ms: 5_000) }
        let recorded = try await tap(session)
        XCTAssertEqual(phone.fixes.deadlineMs, 3_500, "what the person took to answer is gone")
        XCTAssertEqual(recorded.mark, .onTime)
    }

    @MainActor func testAnApproximatePlaceIsSaidAndTaken() async throws {
        let phone = try SmallPhone()
        let app = try await enrolled(phone, try office())
        phone.fixes.standing.permission = .limited
        phone.fixes.place = masamba(accuracyM: 3_000)
        let model = TapModel(session: try XCTUnwrap(app.session))
        await model.run()
        XCTAssertEqual(model.advice, "permit_location_coarse")
        guard case .recorded = model.phase else { return XCTFail("\(model.phase)") }
    }

    @MainActor func testASearchWithoutANetworkSaysSoUntilThereIsOne() async throws {
        let phone = try SmallPhone()
        let app = try await enrolled(phone, try office())
        (phone.fixes.slow, phone.hasNetwork) = (true, false)
        let model = TapModel(session: try XCTUnwrap(app.session))
        let run = Task { await model.run() }
        await phone.fixes.searchBegins()
        XCTAssertTrue(model.withoutNetwork)
        phone.hasNetwork = true
        phone.fixes.gets(accuracyM: 60)
        XCTAssertFalse(model.withoutNetwork)
        model.settle(without: false)
        await run.value
        XCTAssertNil(model.advice, "nothing for the person to set")
    }

    @MainActor func testThePersonGoesOnWithoutAPlaceWhileItIsLookedFor() async throws {
        let phone = try SmallPhone()
        let app = try await enrolled(phone, try office())
        phone.fixes.slow = true
        let model = TapModel(session: try XCTUnwrap(app.session))
        let run = Task { await model.run() }
        await phone.fixes.searchBegins()
        XCTAssertEqual(model.phase, .seeking(accuracyM: 80))
        model.settle(without: true)
        await run.value
        guard case .recorded(let recorded) = model.phase else { return XCTFail("\(model.phase)") }
        XCTAssertEqual(recorded.placeTitle, "Tidak didapat")
    }

    @MainActor func testAnAppKilledWhileItLooksForThePlaceSaysThatNothingWasRecorded() async throws {
        let phone = try SmallPhone()
        let app = try await enrolled(phone, try office())
        phone.fixes.slow = true
        let model = TapModel(session: try XCTUnwrap(app.session))
        let run = Task { await model.run() }
        await phone.fixes.searchBegins()
        let again = await phone.restarted(app)
        await again.start()
        XCTAssertEqual(again.notice, "tap_interrupted")
        model.settle(without: true)
        await run.value
        let third = await phone.restarted(again)
        await third.start()
        XCTAssertNil(third.notice, "said once")
    }

    @MainActor func testAnAppKilledRightAfterTheSaveKeepsTheRecordAndSaysNothing() async throws {
        let phone = try SmallPhone()
        let app = try await enrolled(phone, try office())
        let session = try XCTUnwrap(app.session)
        let recorded = try await tap(session)
        phone.notebook[.attempt(1)] = recorded.record
        let again = await phone.restarted(app)
        await again.start()
        XCTAssertNil(again.notice)
        XCTAssertEqual(again.session?.today?.windows.first?.record, recorded.record)
    }

    @MainActor func testAnAppKilledWhileItSendsLosesNothingAndSendsNothingTwice() async throws {
        let office = try office()
        let phone = try SmallPhone()
        let app = try await enrolled(phone, office)
        let session = try XCTUnwrap(app.session)
        try office.online(on: false)
        try await tap(session)
        await session.delivery?.value
        try office.online(on: true)
        office.advance(ms: 600_000)
        let before = try office.records()
        session.syncSoon()
        let again = await phone.restarted(app)
        await again.start()
        let second = try XCTUnwrap(again.session)
        office.advance(ms: 600_000)
        await second.sync()
        XCTAssertEqual(second.today?.pending, 0)
        let history = HistoryModel(session: second)
        await history.load()
        XCTAssertEqual((history.days ?? []).flatMap(\.rows).filter { $0.mark == .tap }.count, 1)
        XCTAssertGreaterThan(try office.records(), before)
    }

    @MainActor func testATapThatCannotBeRecordedSaysSoAtOnceAndOffersToTryAgain() async throws {
        let phone = try SmallPhone()
        let app = try await enrolled(phone, try office())
        let session = try XCTUnwrap(app.session)
        let model = TapModel(session: session)
        // The engine is gone in the middle: nothing is recorded.
        await app.household.close(1)
        await model.run()
        guard case .failed(let trouble) = model.phase else { return XCTFail("\(model.phase)") }
        XCTAssertEqual(trouble.remedy, .again)
    }

    @MainActor func testAClockSetWhileTheAppIsOpenIsSaidWithAWayToTheSettings() async throws {
        let office = try office()
        let app = try await enrolled(SmallPhone(), office)
        let session = try XCTUnwrap(app.session)
        office.clockOff(ms: 3 * 3_600_000)
        await app.awake()
        await session.delivery?.value
        let need = try XCTUnwrap(session.today?.needs.first { $0.kind == .clockOff })
        XCTAssertEqual(HomeModel.way(of: need)?.way, .setDate)
    }
}
