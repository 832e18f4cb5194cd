import HadirCore
import HadirOffice
import XCTest

@testable import HadirKit

/// Several people on one phone, PINs between them, and taking a person off it.
final class PeopleTests: OfficeCase, @unchecked Sendable {
    @MainActor func testEachPersonHasRecordsOfTheirOwnAndThePhoneRemembersWhoUsedItLast() async throws {
        let phone = try SmallPhone()
        let app = try await two(phone, try office())
        try await tap(try XCTUnwrap(app.session))
        await app.session?.delivery?.value
        XCTAssertEqual(app.session?.today?.person.name, "Budi Santoso")
        app.switchPerson()
        let people = try XCTUnwrap(app.choosing)
        await people.load()
        XCTAssertEqual(people.rows?.compactMap(\.person?.name), ["Siti Aminah", "Budi Santoso"])
        XCTAssertTrue(people.canAdd)
        await people.choose(1)
        XCTAssertEqual(app.session?.today?.windows.first?.record, nil)
        let again = await phone.restarted(app)
        await again.start()
        XCTAssertEqual(again.session?.today?.person.name, "Siti Aminah")
    }

    @MainActor func testAFourthPersonIsToldThatThePhoneIsFull() async throws {
        let office = try office()
        let app = try await two(try SmallPhone(), office)
        app.switchPerson()
        let people = try XCTUnwrap(app.choosing)
        await people.add()
        let enrol = try XCTUnwrap(app.enrolling)
        enrol.link = try office.invite(number: "A-3")
        await enrol.check()
        await enrol.confirm()
        XCTAssertNotNil(app.permitting)
        app.switchPerson()
        let full = try XCTUnwrap(app.choosing)
        await full.load()
        XCTAssertEqual(full.rows?.count, 3)
        XCTAssertFalse(full.canAdd)
        await full.add()
        XCTAssertNotNil(app.choosing, "nothing is opened")
    }

    @MainActor func testWhatOnePersonRecordedGoesUpWhileAnotherUsesThePhone() async throws {
        let office = try office()
        let phone = try SmallPhone()
        let app = try await two(phone, office)
        let budi = try XCTUnwrap(app.session)
        try office.online(on: false)
        try await tap(budi)
        await budi.delivery?.value
        await app.show(1)
        await app.session?.delivery?.value
        try office.online(on: true)
        office.advance(ms: 600_000)
        let plans = phone.background.plans.count
        await app.awake()
        await app.others?.value
        await app.session?.delivery?.value
        XCTAssertEqual(phone.background.plans.count, plans + 1, "who is shown plans, and nobody puts it off")
        await app.show(2)
        XCTAssertEqual(app.session?.today?.person.name, "Budi Santoso")
        XCTAssertEqual(app.session?.today?.windows.first?.delivery, .received)
    }

    @MainActor func testAPinStandsBeforeThePersonsScreensAndWrongOnesAreCounted() async throws {
        let office = try office()
        let phone = try SmallPhone()
        let app = try await two(phone, office)
        let setting = PinSettingModel(session: try XCTUnwrap(app.session))
        await setting.load()
        XCTAssertEqual(setting.hasPin, false)
        (setting.first, setting.second) = ("2468", "2469")
        await setting.save()
        XCTAssertEqual(setting.trouble?.message, .word("profiles_pin_differs"))
        (setting.first, setting.second) = ("2", "2")
        await setting.save()
        XCTAssertEqual(setting.trouble?.remedy, .correct)
        (setting.first, setting.second) = ("2468", "2468")
        await setting.save()
        XCTAssertEqual(setting.hasPin, true)
        app.switchPerson()
        await app.show(2)
        let pin = try XCTUnwrap(app.pinning)
        XCTAssertEqual(pin.name, "Budi Santoso")
        for _ in 0..<5 {
            pin.pin = "0000"
            await pin.check()
        }
        XCTAssertNotNil(app.pinning)
        pin.pin = "2468"
        await pin.check()
        XCTAssertGreaterThan(try XCTUnwrap(pin.answer).waitMs, 0, "none is looked at for a while")
        office.advance(ms: 3_600_000)
        pin.pin = "2468"
        await pin.check()
        XCTAssertEqual(app.session?.today?.person.name, "Budi Santoso")
    }

    @MainActor func testANotificationForAPersonWithAPinWaitsBehindIt() async throws {
        let app = try await two(try SmallPhone(), try office())
        let setting = PinSettingModel(session: try XCTUnwrap(app.session))
        (setting.first, setting.second) = ("2468", "2468")
        await setting.save()
        app.switchPerson()
        await app.open(Entry(profile: 2, route: .tap))
        let pin = try XCTUnwrap(app.pinning)
        XCTAssertEqual(app.path, [])
        pin.pin = "2468"
        await pin.check()
        XCTAssertEqual(app.path, [.tap])
    }

    @MainActor func testWipingAsksFirstNamesWhatWouldBeLostAndLeavesTheOtherPersonAlone() async throws {
        let office = try office()
        let phone = try SmallPhone()
        let app = try await two(phone, office)
        let session = try XCTUnwrap(app.session)
        try office.online(on: false)
        try await tap(session)
        await session.delivery?.value
        let privacy = PrivacyModel(app: app, session: session)
        await privacy.wipe()
        XCTAssertNotNil(app.session, "nothing is removed that was not asked about")
        await privacy.ask()
        XCTAssertGreaterThan(try XCTUnwrap(privacy.losing), 0)
        try office.online(on: true)
        office.advance(ms: 600_000)
        await privacy.send()
        XCTAssertEqual(privacy.losing, 0, "sent first, nothing is lost")
        XCTAssertFalse(privacy.sending)
        await privacy.wipe()
        XCTAssertNil(privacy.trouble)
        await app.show(1)
        XCTAssertEqual(app.session?.today?.person.name, "Siti Aminah")
        XCTAssertTrue(phone.reminders.booked.allSatisfy { $0.profile == 1 })
    }
}
