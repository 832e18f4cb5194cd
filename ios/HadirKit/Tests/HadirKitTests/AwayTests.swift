import HadirCore
import HadirOffice
import XCTest

@testable import HadirKit

/// The app leaves the screen and comes back: a tap under way, a PIN, a reminder's button.
final class AwayTests: OfficeCase, @unchecked Sendable {
    /// Siti's app with a press that looks for its place.
    @MainActor private func seeking(_ phone: SmallPhone, _ office: TestOffice) async throws -> (
        AppModel, TapModel, Task<Void, Never>
    ) {
        let app = try await enrolled(phone, office)
        phone.fixes.slow = true
        app.tap()
        let tap = try XCTUnwrap(app.tapping)
        let run = Task { await tap.run() }
        await phone.fixes.searchBegins()
        return (app, tap, run)
    }

    /// Siti's app with a PIN, her screens shown.
    @MainActor private func withPin(_ phone: SmallPhone, _ office: TestOffice) async throws -> AppModel {
        let app = try await enrolled(phone, office)
        let setting = PinSettingModel(session: try XCTUnwrap(app.session))
        (setting.first, setting.second) = ("2468", "2468")
        await setting.save()
        XCTAssertTrue(setting.saved)
        return app
    }

    @MainActor func testARemindersButtonOverTheScreenOfAnEarlierTapIsAnotherPress() async throws {
        let phone = try SmallPhone()
        let app = try await enrolled(phone, try office())
        app.tap()
        XCTAssertEqual(app.path, [.tap])
        let first = try XCTUnwrap(app.tapping)
        await first.run()
        guard case .recorded = first.phase else { return XCTFail("\(first.phase)") }
        app.path.append(.proof(record: "any"))
        await app.open(Entry(profile: 1, route: .tap))
        XCTAssertEqual(app.path, [.tap])
        let second = try XCTUnwrap(app.tapping)
        XCTAssertFalse(second === first, "the screen of the first would record nothing")
        await second.run()
        guard case .recorded = second.phase else { return XCTFail("\(second.phase)") }
        XCTAssertEqual(phone.fixes.searches, 2)
    }

    @MainActor func testARemindersButtonWhileAPressLooksForItsPlaceIsTheSamePress() async throws {
        let phone = try SmallPhone()
        let (app, tap, run) = try await seeking(phone, try office())
        await app.open(Entry(profile: 1, route: .tap))
        XCTAssertTrue(app.tapping === tap)
        tap.settle(without: false)
        await run.value
    }

    @MainActor func testLeavingTheAppDuringTheSearchRecordsAtOnceInTheTimeThatIosGives() async throws {
        let phone = try SmallPhone()
        let (app, tap, run) = try await seeking(phone, try office())
        app.left()
        XCTAssertEqual(phone.overtime.begun, 1, "asked for in the same turn")
        XCTAssertEqual(phone.overtime.ended, 0)
        await app.leaving?.value
        guard case .recorded(let recorded) = tap.phase else { return XCTFail("\(tap.phase)") }
        XCTAssertNotEqual(recorded.placeTitle, "Tidak didapat", "with what was found so far")
        XCTAssertEqual(phone.overtime.ended, 1)
        await run.value
        await app.cameBack()
        app.left()
        XCTAssertEqual(phone.overtime.begun, 1, "nothing is under way")
    }

    @MainActor func testATapThatSleptIsNotRecordedSilentlyAndIsAskedAgain() async throws {
        let phone = try SmallPhone()
        let office = try office()
        let (app, tap, run) = try await seeking(phone, office)
        let session = try XCTUnwrap(app.session)
        // iOS gave no time: the deadline ends the search when the person is back, an hour later.
        phone.clock.pass(.seconds(3_600))
        office.advance(ms: 3_600_000)
        phone.fixes.settle(without: false)
        await run.value
        XCTAssertEqual(tap.phase, .failed(Trouble(.word("tap_interrupted"), remedy: .again)))
        await session.refresh()
        XCTAssertNil(session.today?.windows.first?.record)
        phone.fixes.slow = false
        await tap.run()
        guard case .recorded(let recorded) = tap.phase else { return XCTFail("\(tap.phase)") }
        XCTAssertEqual(phone.fixes.searches, 2, "the place of an hour ago is looked for anew")
        XCTAssertEqual(session.today?.windows.first?.record, recorded.record)
        let history = HistoryModel(session: session)
        await history.load()
        XCTAssertEqual((history.days ?? []).flatMap(\.rows).filter { $0.mark == .tap }.count, 1)
    }

    @MainActor func testALongAnswerAboutThePermissionIsNoSleep() async throws {
        let phone = try SmallPhone()
        let app = try await enrolled(phone, try office())
        phone.fixes.standing.permission = .notAsked
        phone.fixes.whileAsked = { [clock = phone.clock] in clock.pass(.seconds(300)) }
        try await tap(try XCTUnwrap(app.session))
    }

    @MainActor func testAMinuteAwayThePinIsAskedAgainAndNotBefore() async throws {
        let phone = try SmallPhone()
        let app = try await withPin(phone, try office())
        let session = try XCTUnwrap(app.session)
        app.path = [.history]
        app.left()
        phone.clock.pass(.seconds(60))
        await app.cameBack()
        XCTAssertEqual(app.path, [.history])
        app.left()
        phone.clock.pass(.seconds(61))
        await app.cameBack()
        let pin = try XCTUnwrap(app.pinning)
        XCTAssertEqual(pin.name, "Siti Aminah")
        XCTAssertEqual(app.path, [])
        pin.pin = "0000"
        await pin.check()
        XCTAssertNotNil(app.pinning)
        pin.pin = "2468"
        await pin.check()
        XCTAssertTrue(app.session === session)
        await session.delivery?.value
    }

    @MainActor func testARemindersButtonAfterAMinuteAwayWaitsBehindThePin() async throws {
        let phone = try SmallPhone()
        let app = try await withPin(phone, try office())
        app.left()
        phone.clock.pass(.seconds(61))
        await app.open(Entry(profile: 1, route: .tap))
        await app.cameBack()
        let pin = try XCTUnwrap(app.pinning)
        XCTAssertNil(app.tapping)
        pin.pin = "2468"
        await pin.check()
        XCTAssertEqual(app.path, [.tap])
        XCTAssertNotNil(app.tapping)
        await app.session?.delivery?.value
    }

    @MainActor func testARemindersButtonThatStillWaitsForAPinIsForgottenWhenTheAppIsLeft() async throws {
        let phone = try SmallPhone()
        let app = try await withPin(phone, try office())
        app.left()
        phone.clock.pass(.seconds(61))
        await app.open(Entry(profile: 1, route: .tap))
        await app.cameBack()
        // Not now; in the evening, to look at the day.
        app.left()
        phone.clock.pass(.seconds(30_000))
        await app.cameBack()
        let pin = try XCTUnwrap(app.pinning)
        pin.pin = "2468"
        await pin.check()
        XCTAssertNotNil(app.session)
        XCTAssertNil(app.tapping, "nothing is recorded behind somebody's back")
        await app.session?.delivery?.value
    }

    @MainActor func testAPinThatIsSentTwiceIsAskedOnce() async throws {
        let phone = try SmallPhone()
        let app = try await withPin(phone, try office())
        app.left()
        phone.clock.pass(.seconds(61))
        await app.cameBack()
        let pin = try XCTUnwrap(app.pinning)
        pin.pin = "0000"
        async let one: Void = pin.check()
        async let two: Void = pin.check()
        _ = await (one, two)
        let wrong = try XCTUnwrap(pin.answer)
        await pin.check()
        XCTAssertEqual(pin.answer?.text, wrong.text, "an empty one is no wrong one")
        XCTAssertEqual(pin.answer?.waitMs, wrong.waitMs)
    }

    @MainActor func testWhatIsSharedGoesOnBehindThePin() async throws {
        let phone = try SmallPhone()
        let app = try await withPin(phone, try office("parepare-2021"))
        let share = try XCTUnwrap(app.session).liveShare
        await share.start()
        XCTAssertNotNil(phone.tracker.everyS)
        app.left()
        phone.clock.pass(.seconds(600))
        await app.cameBack()
        XCTAssertNotNil(app.pinning)
        XCTAssertNotNil(phone.tracker.everyS)
        app.switchPerson()
        XCTAssertNil(phone.tracker.everyS, "somebody else's turn")
    }

    @MainActor func testATapThatSleptIsSaidBehindThePinToo() async throws {
        let phone = try SmallPhone()
        let (app, _, run) = try await seeking(phone, try office())
        let session = try XCTUnwrap(app.session)
        session.hasPin = true
        try await session.desk.ask { try $0.setPin(pin: "2468") }
        // iOS gave no time at all: nothing ran between these.
        phone.clock.pass(.seconds(3_600))
        phone.fixes.settle(without: false)
        await run.value
        app.left()
        phone.clock.pass(.seconds(61))
        await app.cameBack()
        let pin = try XCTUnwrap(app.pinning)
        pin.pin = "2468"
        await pin.check()
        XCTAssertEqual(app.notice, "tap_interrupted")
        await app.session?.delivery?.value
    }

    @MainActor func testThePinThatHoldsIsAskedForBeforeItIsChangedOrTakenAway() async throws {
        let app = try await withPin(try SmallPhone(), try office())
        let setting = PinSettingModel(session: try XCTUnwrap(app.session))
        await setting.load()
        XCTAssertEqual(setting.hasPin, true)
        setting.now = "1357"
        await setting.remove()
        XCTAssertFalse(setting.saved)
        XCTAssertEqual(setting.answer?.right, false)
        (setting.now, setting.first, setting.second) = ("1357", "9999", "9999")
        await setting.save()
        XCTAssertFalse(setting.saved)
        setting.now = "2468"
        await setting.remove()
        XCTAssertTrue(setting.saved, "\(String(describing: setting.trouble))")
        XCTAssertEqual(setting.hasPin, false)
        XCTAssertEqual(app.session?.hasPin, false)
    }
}
