import HadirCore
import HadirOffice
import XCTest

@testable import HadirKit

/// Taking a person off this phone: what is asked, beside a sync, behind a forgotten PIN, and when it fails.
final class WipeTests: OfficeCase, @unchecked Sendable {
    @MainActor func testWhatTheServerCouldNotTakeIsNamedAmongWhatWouldBeLost() async throws {
        let office = try office()
        let app = try await enrolled(SmallPhone(), office)
        let session = try XCTUnwrap(app.session)
        office.refuse(on: true)
        try await tap(session)
        await session.delivery?.value
        office.refuse(on: false)
        let told = try await session.desk.ask { try $0.diagnostics() }
        XCTAssertGreaterThan(told.parked, 0)
        let privacy = PrivacyModel(app: app, session: session)
        await privacy.ask()
        XCTAssertEqual(privacy.losing, told.pending + UInt64(told.parked))
    }

    @MainActor func testBesideASyncThatHangsItIsRemovedAllTheSame() async throws {
        let office = try office()
        let app = try await enrolled(SmallPhone(), office)
        let session = try XCTUnwrap(app.session)
        try office.online(on: false)
        try await tap(session)
        await session.delivery?.value
        try office.online(on: true)
        office.advance(ms: 600_000)
        let silent = try silent()
        defer { silent.close() }
        office.hang(address: silent.address)
        session.syncSoon()
        while !session.syncing { await Task.yield() }
        try await Task.sleep(for: .milliseconds(100))
        XCTAssertTrue(session.syncing)
        let privacy = PrivacyModel(app: app, session: session)
        await privacy.ask()
        await privacy.wipe()
        XCTAssertNil(privacy.trouble)
        XCTAssertTrue(app.isWelcome)
        XCTAssertEqual(app.notice, "privacy_wipe_done")
        await session.delivery?.value
        XCTAssertTrue(app.isWelcome)
    }

    @MainActor func testOneThatFailsIsSaidAndTheScreensGoOn() async throws {
        let phone = try SmallPhone()
        let app = try await enrolled(phone, try office())
        let session = try XCTUnwrap(app.session)
        let privacy = PrivacyModel(app: app, session: session)
        await privacy.ask()
        phone.vault.failOnce(.Unavailable)
        await privacy.wipe()
        XCTAssertEqual(privacy.trouble?.remedy, .again)
        XCTAssertFalse(privacy.wiping)
        XCTAssertTrue(app.session === session)
        XCTAssertNil(session.trouble)
        await session.delivery?.value
        try await tap(session)
        XCTAssertEqual(session.today?.person.name, "Siti Aminah")
        await session.delivery?.value
    }

    @MainActor func testOneThatFailsOnAStoreThatStaysClosedShowsWhy() async throws {
        let phone = try SmallPhone()
        let app = try await enrolled(phone, try office())
        let privacy = PrivacyModel(app: app, session: try XCTUnwrap(app.session))
        await privacy.ask()
        phone.vault.fail(.Locked)
        await privacy.wipe()
        XCTAssertEqual(app.stuck?.remedy, .unlock)
        phone.vault.fail(nil)
        await app.awake()
        XCTAssertEqual(app.session?.today?.person.name, "Siti Aminah")
    }

    @MainActor func testAForgottenPinHasAWayOutThatSaysWhatWouldBeLost() async throws {
        let office = try office()
        let phone = try SmallPhone()
        let app = try await enrolled(phone, office)
        let session = try XCTUnwrap(app.session)
        let setting = PinSettingModel(session: session)
        (setting.first, setting.second) = ("2468", "2468")
        await setting.save()
        try office.online(on: false)
        try await tap(session)
        await session.delivery?.value
        let again = await phone.restarted(app)
        await again.start()
        let pin = try XCTUnwrap(again.pinning)
        XCTAssertNil(pin.forgot)
        pin.forget()
        let wipe = try XCTUnwrap(pin.forgot)
        await wipe.wipe()
        XCTAssertNotNil(again.pinning, "nothing is removed that was not asked about")
        await wipe.ask()
        XCTAssertGreaterThan(try XCTUnwrap(wipe.losing), 0)
        phone.vault.failOnce(.Unavailable)
        await wipe.wipe()
        XCTAssertEqual(wipe.trouble?.remedy, .again)
        XCTAssertTrue(again.pinning === pin, "said on the page where it was asked")
        pin.remember()
        XCTAssertNil(pin.forgot)
        pin.forget()
        let second = try XCTUnwrap(pin.forgot)
        XCTAssertNil(second.losing, "asked anew")
        await second.ask()
        await second.wipe()
        XCTAssertNil(second.trouble)
        XCTAssertTrue(again.isWelcome)
        XCTAssertEqual(phone.reminders.booked.count, 0)
    }

    @MainActor func testAForgottenPinAfterAMinuteAwayHasTheSameWayOut() async throws {
        let phone = try SmallPhone()
        let app = try await enrolled(phone, try office())
        let session = try XCTUnwrap(app.session)
        let setting = PinSettingModel(session: session)
        (setting.first, setting.second) = ("2468", "2468")
        await setting.save()
        app.left()
        phone.clock.pass(.seconds(61))
        await app.cameBack()
        await session.delivery?.value
        let pin = try XCTUnwrap(app.pinning)
        pin.forget()
        let wipe = try XCTUnwrap(pin.forgot)
        await wipe.ask()
        phone.vault.failOnce(.Unavailable)
        await wipe.wipe()
        XCTAssertNotNil(wipe.trouble)
        XCTAssertNotNil(app.pinning)
        await wipe.wipe()
        XCTAssertTrue(app.isWelcome)
    }
}
