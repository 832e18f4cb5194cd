import HadirCore
import HadirOffice
import XCTest

@testable import HadirKit

/// What starts the app, or comes while it is open. A link of another app, whoever's phone it is, only fills in the enrolment of somebody new.
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

    @MainActor func testARemindersButtonThatStartsTheAppIsForWhomItRangAndNobodyElse() async throws {
        let (phone, office) = (try SmallPhone(), try office())
        let app = await phone.restarted(try await two(phone, office))
        // Budi used the phone last; it rang for Siti.
        let started = Task { await app.start() }
        // It has looked who used the phone last, and opens that store.
        for _ in 0..<5 { await Task.yield() }
        guard case .opening = app.screen else { return XCTFail("\(app.screen)") }
        await app.open(Entry(profile: 1, route: .tap))
        await started.value
        XCTAssertEqual(app.session?.today?.person.name, "Siti Aminah")
        XCTAssertEqual(app.path, [.tap])
        XCTAssertNotNil(app.tapping)
        await app.session?.delivery?.value
    }

    @MainActor func testAStartSendsWhatAnEarlierProcessLeft() async throws {
        let (phone, office) = (try SmallPhone(), try office())
        let app = try await two(phone, office)
        try office.online(on: false)
        for profile in [1, 2] {
            await app.show(profile)
            let session = try XCTUnwrap(app.session)
            try await tap(session)
            await session.delivery?.value
        }
        try office.online(on: true)
        office.advance(ms: 7_200_000)
        let again = await phone.restarted(app)
        // The first scene, and its coming to the front.
        async let started: Void = again.start()
        async let front: Void = again.cameBack()
        _ = await (started, front)
        await again.session?.delivery?.value
        await again.others?.value
        XCTAssertEqual(again.session?.today?.pending, 0)
        XCTAssertEqual(try office.taps().count, 2, "the other's too")
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
