import HadirCore
import HadirOffice
import XCTest

@testable import HadirKit

/// A link that another app opens: whoever's phone it is, it only fills in the enrolment of somebody new.
final class LinkTests: OfficeCase, @unchecked Sendable {
    @MainActor func testALinkThatStartsTheAppOfSomebodyIsAQuestionOnceItIsOpen() async throws {
        let (phone, office) = (try SmallPhone(), try office())
        let app = await phone.restarted(try await enrolled(phone, office))
        async let opened: Void = app.open(link: "hadir:i#hostile")
        async let started: Void = app.start()
        _ = await (opened, started)
        XCTAssertEqual(app.session?.today?.person.name, "Siti Aminah")
        XCTAssertTrue(app.asksAboutLink)
        XCTAssertEqual(app.offeredLink, "hadir:i#hostile")
        XCTAssertEqual(app.occupant, "Siti Aminah")
        XCTAssertEqual(app.linkWord, "enrol_occupied")
    }

    @MainActor func testALinkThatStartsAFreshAppFillsInItsEnrolment() async throws {
        let app = try SmallPhone().app()
        async let opened: Void = app.open(link: "hadir:i#mine")
        async let started: Void = app.start()
        _ = await (opened, started)
        XCTAssertEqual(app.enrolling?.link, "hadir:i#mine")
    }

    @MainActor func testALinkWhileItIsAskedWhoHoldsThePhoneIsForSomebodyNew() async throws {
        let (phone, office) = (try SmallPhone(), try office())
        let app = try await enrolled(phone, office)
        app.switchPerson()
        await app.open(link: try office.invite(number: "A-2"))
        let enrol = try XCTUnwrap(app.enrolling)
        await enrol.check()
        await enrol.confirm()
        XCTAssertNotNil(app.permitting, "\(String(describing: enrol.trouble))")
        XCTAssertEqual(app.household.profiles, [1, 2])
    }

    @MainActor func testALinkForAFullPhoneIsSaidToFindNoRoom() async throws {
        let (phone, office) = (try SmallPhone(), try office())
        let app = try await two(phone, office)
        app.switchPerson()
        await app.open(link: try office.invite(number: "A-3"))
        let enrol = try XCTUnwrap(app.enrolling)
        await enrol.check()
        await enrol.confirm()
        XCTAssertNotNil(app.permitting)
        await app.open(link: "hadir:i#fourth")
        XCTAssertTrue(app.asksAboutLink)
        XCTAssertFalse(app.hasRoom)
        XCTAssertEqual(app.linkWord, "enrol_occupied_full")
        XCTAssertEqual(app.occupant, "Andi Rahmat")
    }
}
