import HadirCore
import HadirOffice
import XCTest

@testable import HadirKit

/// What stands on the screen when the app starts, on good and on bad days.
final class StartTests: OfficeCase, @unchecked Sendable {
    @MainActor func testANewPhoneShowsTheWelcomeAndNothingElse() async throws {
        let app = try SmallPhone().app()
        await app.start()
        XCTAssertTrue(app.isWelcome)
        XCTAssertEqual(app.language, .indonesian)
    }

    @MainActor func testAStrangersPhoneIsWelcomedEnrolledAskedForPermissionsAndAtHome() async throws {
        let office = try office()
        let phone = try SmallPhone()
        let app = phone.app()
        await app.start()
        XCTAssertTrue(app.isWelcome)
        await app.enrol()
        let enrol = try XCTUnwrap(app.enrolling)
        // Pasted from a messenger that broke the line.
        let link = try office.invite(number: "A-1")
        enrol.link = "  " + link.prefix(40) + "\n " + link.dropFirst(40) + "\n"
        await enrol.check()
        guard case .look(let look, let server) = enrol.step else {
            return XCTFail("\(String(describing: enrol.trouble))")
        }
        XCTAssertEqual(look.person, "Siti Aminah")
        XCTAssertEqual(look.unit, "Bidang Mutasi")
        XCTAssertTrue(office.address().hasSuffix(server))
        await enrol.confirm()
        let permits = try XCTUnwrap(app.permitting)
        await permits.load()
        XCTAssertEqual(permits.step, .location)
        await permits.next()
        await permits.next()
        XCTAssertEqual(permits.step, .practice)
        await permits.practise()
        XCTAssertFalse(try XCTUnwrap(permits.practised).isEmpty)
        await permits.next()
        let session = try XCTUnwrap(app.session)
        await session.delivery?.value
        XCTAssertEqual(session.today?.person.name, "Siti Aminah")
        XCTAssertEqual(session.today?.windows.count, 4)
        let history = HistoryModel(session: session)
        await history.load()
        XCTAssertFalse((history.days ?? []).flatMap(\.rows).contains { $0.mark == .tap }, "practice is no record")
    }

    @MainActor func testBeforeTheFirstUnlockTheScreenAsksToUnlockAndOpensByItselfAfter() async throws {
        let office = try office()
        let phone = try SmallPhone()
        let before = try await enrolled(phone, office)
        let app = await phone.restarted(before)
        phone.vault.fail(.Locked)
        await app.start()
        XCTAssertEqual(app.stuck?.remedy, .unlock)
        XCTAssertEqual(app.stuck?.title, "trouble_locked_title")
        phone.vault.fail(nil)
        await app.awake()
        XCTAssertEqual(app.session?.today?.person.name, "Siti Aminah")
    }

    @MainActor func testAKeyStoreThatDoesNotAnswerIsTriedAgain() async throws {
        let phone = try SmallPhone()
        let before = try await enrolled(phone, try office())
        let app = await phone.restarted(before)
        phone.vault.fail(.Unavailable)
        await app.start()
        XCTAssertEqual(app.stuck?.remedy, .again)
        phone.vault.fail(nil)
        await app.start()
        XCTAssertNotNil(app.session)
    }

    @MainActor func testALostKeyLeadsToEnrolmentAndSaysSo() async throws {
        let office = try office()
        let phone = try SmallPhone()
        let before = try await enrolled(phone, office)
        try await tap(try XCTUnwrap(before.session))
        let app = await phone.restarted(before)
        phone.vault.lose()
        await app.start()
        let enrol = try XCTUnwrap(app.enrolling)
        XCTAssertTrue(enrol.keysLost)
        // With a new invite the phone is theirs again, and the old store is kept for the agency.
        enrol.link = try office.invite(number: "A-1")
        await enrol.check()
        await enrol.confirm()
        XCTAssertEqual(app.session?.today?.person.name, "Siti Aminah", "\(String(describing: enrol.trouble))")
        let help = HelpModel(session: try XCTUnwrap(app.session))
        await help.load()
        XCTAssertEqual(help.diagnostics?.oldStores.count, 1)
    }

    @MainActor func testAKeyThatComesBackOpensTheStoreAsItWas() async throws {
        let office = try office()
        let phone = try SmallPhone()
        let before = try await enrolled(phone, office)
        let app = await phone.restarted(before)
        phone.vault.fail(.KeyGone)
        await app.start()
        let enrol = try XCTUnwrap(app.enrolling)
        phone.vault.fail(nil)
        enrol.link = try office.invite(number: "A-1")
        await enrol.check()
        await enrol.confirm()
        XCTAssertEqual(app.session?.today?.person.name, "Siti Aminah")
        let help = HelpModel(session: try XCTUnwrap(app.session))
        await help.load()
        XCTAssertEqual(help.diagnostics?.oldStores.count, 0)
    }

    @MainActor func testAFullPhoneSaysThatTheStoreCannotBeOpenedAndOffersToTryAgain() async throws {
        let phone = try SmallPhone()
        phone.folders.fill(true)
        let app = phone.app()
        await app.start()
        XCTAssertEqual(app.stuck?.message, .word("trouble_store_text"))
        XCTAssertEqual(app.stuck?.remedy, .again)
        phone.folders.fill(false)
        await app.awake()
        XCTAssertTrue(app.isWelcome)
    }

    @MainActor func testTwoStartsAtOnceAreOneAndAnInterruptedTapIsStillSaid() async throws {
        let phone = try SmallPhone()
        let app = try await enrolled(phone, try office())
        phone.notebook[.attempt(1)] = "01a222fa-41fb-7ea1-822c-5d011795c19c"
        let again = await phone.restarted(app)
        let looks = phone.reminders.looks
        async let scene: Void = again.start()
        async let front: Void = again.awake()
        _ = await (scene, front)
        XCTAssertNotNil(again.session)
        XCTAssertEqual(again.notice, "tap_interrupted")
        XCTAssertEqual(phone.reminders.looks, looks + 1)
    }

    @MainActor func testTheLanguageIsThePhonesUntilThePersonChoosesAnother() async throws {
        XCTAssertEqual(Language.preferred(["jv-ID", "en-GB"]), .english)
        XCTAssertEqual(Language.preferred(["ar"]), .indonesian)
        let phone = try SmallPhone()
        let app = try await enrolled(phone, try office())
        let session = try XCTUnwrap(app.session)
        XCTAssertEqual(session.today?.tap.button, "Absen sekarang")
        let settings = SettingsModel(app: app)
        await settings.choose(.english)
        XCTAssertEqual(session.today?.tap.button, "Check in now")
        let again = await phone.restarted(app)
        await again.start()
        XCTAssertEqual(again.session?.today?.tap.button, "Check in now")
    }

    @MainActor func testAProcessThatWasMadeBeforeTheFirstUnlockSpeaksTheChosenLanguageAfterIt() async throws {
        let phone = try SmallPhone()
        // Made while nothing could be read yet.
        let app = phone.app()
        XCTAssertEqual(app.language, .indonesian)
        phone.notebook[.language] = "en"
        await app.start()
        XCTAssertEqual(app.language, .english)
    }
}
