import HadirCore
import HadirOffice
import XCTest

@testable import HadirKit

/// Invites: pasted, typed, used, of another, and from who knows where.
final class EnrolTests: OfficeCase, @unchecked Sendable {
    @MainActor private func enrolment(_ phone: SmallPhone, link: String = "") async throws -> (AppModel, EnrolModel) {
        let app = phone.app()
        await app.start()
        await app.enrol(link: link)
        return (app, try XCTUnwrap(app.enrolling))
    }

    @MainActor func testATypedCodeIsLookedUpAtTheAddressPrintedBelowIt() async throws {
        let office = try office()
        let (app, enrol) = try await enrolment(SmallPhone())
        enrol.byCode = true
        enrol.code = try office.code(number: "A-2").lowercased().replacingOccurrences(of: "-", with: " ")
        enrol.server = office.address()
        await enrol.check()
        guard case .look(let look, _) = enrol.step else { return XCTFail("\(String(describing: enrol.trouble))") }
        XCTAssertEqual(look.person, "Budi Santoso")
        await enrol.confirm()
        XCTAssertNotNil(app.permitting)
    }

    @MainActor func testTextThatIsNoInviteIsSaidBesideTheInputAndAWrongCodeToo() async throws {
        let office = try office()
        let (_, enrol) = try await enrolment(SmallPhone())
        enrol.link = "https://hadir.example/i"
        await enrol.check()
        XCTAssertEqual(enrol.trouble?.remedy, .correct)
        XCTAssertEqual(enrol.step, .typing)
        enrol.byCode = true
        (enrol.code, enrol.server) = ("ABC", office.address())
        await enrol.check()
        XCTAssertEqual(enrol.trouble?.remedy, .correct)
        enrol.code = "0000000000"
        await enrol.check()
        XCTAssertNotNil(enrol.trouble)
        XCTAssertEqual(enrol.step, .typing)
    }

    @MainActor func testAUsedInviteAsksForANewOne() async throws {
        let office = try office()
        let link = try office.invite(number: "A-1")
        let (_, first) = try await enrolment(SmallPhone(), link: link)
        await first.check()
        await first.confirm()
        let (app, second) = try await enrolment(SmallPhone(), link: link)
        await second.check()
        await second.confirm()
        XCTAssertEqual(second.trouble?.remedy, .newInvite)
        XCTAssertNotNil(app.enrolling)
    }

    @MainActor func testAnExpiredInviteNamesNobodyAndCannotBeUsed() async throws {
        let office = try office()
        let (_, enrol) = try await enrolment(SmallPhone(), link: try office.invite(number: "A-1"))
        office.advance(ms: 60 * 86_400_000)
        await enrol.check()
        if case .look(let look, _) = enrol.step {
            XCTAssertNil(look.person)
            XCTAssertFalse(look.usable)
            let before = enrol.step
            await enrol.confirm()
            XCTAssertEqual(enrol.step, before, "nothing happens")
        } else {
            XCTAssertEqual(enrol.trouble?.remedy, .newInvite)
        }
    }

    @MainActor func testWithoutANetworkTheSameInviteIsTriedAgain() async throws {
        let office = try office()
        let (app, enrol) = try await enrolment(SmallPhone(), link: try office.invite(number: "A-1"))
        try office.online(on: false)
        await enrol.check()
        XCTAssertEqual(enrol.trouble?.remedy, .again)
        try office.online(on: true)
        await enrol.check()
        await enrol.confirm()
        XCTAssertNotNil(app.permitting)
    }

    @MainActor func testALinkFromOutsideOnlyFillsTheScreenAndUsesNothingUp() async throws {
        let office = try office()
        let phone = try SmallPhone()
        let app = phone.app()
        await app.start()
        let link = try office.invite(number: "A-1")
        await app.open(link: link)
        let enrol = try XCTUnwrap(app.enrolling)
        XCTAssertTrue(enrol.fromOutside)
        XCTAssertEqual(enrol.step, .typing)
        // The neighbour's: *Bukan saya* leaves it usable for its owner.
        await enrol.check()
        enrol.back()
        XCTAssertEqual(enrol.step, .typing)
        let (owner, own) = try await enrolment(SmallPhone(), link: link)
        await own.check()
        await own.confirm()
        XCTAssertNotNil(owner.permitting)
    }

    @MainActor func testALinkWhileSomebodyIsEnrolledIsAQuestionAndChangesNothing() async throws {
        let office = try office()
        let app = try await enrolled(SmallPhone(), office)
        await app.open(link: "hadir:i#hostile")
        XCTAssertTrue(app.asksAboutLink)
        XCTAssertEqual(app.session?.today?.person.name, "Siti Aminah")
        XCTAssertEqual(app.household.profiles, [1])
        // Followed, it opens a form for another person, and Siti's store stays what it is.
        await app.followLink()
        XCTAssertEqual(app.enrolling?.link, "hadir:i#hostile")
        XCTAssertEqual(app.enrolling?.fromOutside, true)
        await app.enrolling?.check()
        XCTAssertEqual(app.enrolling?.trouble?.remedy, .correct)
        await app.show(1)
        XCTAssertEqual(app.session?.today?.person.name, "Siti Aminah")
    }
}
