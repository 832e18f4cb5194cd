import HadirCore
import HadirOffice
import Observation
import XCTest

@testable import HadirKit

/// What the app switcher shows of a shared phone.
final class CoverTests: OfficeCase, @unchecked Sendable {
    @MainActor func testAPersonsScreensAreHiddenAsSoonAsTheAppIsNotInFront() async throws {
        let app = try await enrolled(SmallPhone(), try office())
        XCTAssertFalse(app.isCovered)
        app.stepAside()
        XCTAssertTrue(app.isCovered)
        await app.cameBack()
        XCTAssertFalse(app.isCovered)
        app.left()
        XCTAssertTrue(app.isCovered, "also where nothing was said before")
        for show in [{ app.switchPerson() }, { await app.enrol(inNew: true) }] as [@MainActor () async -> Void] {
            await show()
            XCTAssertTrue(app.isCovered, "names and invites too")
        }
    }

    @MainActor func testWhatANewPhoneIsAskedStaysBehindTheQuestionOfIos() async throws {
        let (phone, office) = (try SmallPhone(), try office())
        let app = phone.app()
        await app.start()
        XCTAssertTrue(app.isWelcome)
        app.stepAside()
        XCTAssertFalse(app.isCovered)
        await app.enrol(link: try office.invite(number: "A-1"))
        XCTAssertTrue(app.isCovered)
        let enrol = try XCTUnwrap(app.enrolling)
        await enrol.check()
        await enrol.confirm()
        XCTAssertNotNil(app.permitting)
        XCTAssertFalse(app.isCovered)
    }

    @MainActor func testAfterAMinuteAwayTheQuestionForThePinIsThereBeforeTheCoverGoes() async throws {
        let phone = try SmallPhone()
        let app = try await enrolled(phone, try office())
        let setting = PinSettingModel(session: try XCTUnwrap(app.session))
        (setting.first, setting.second) = ("2468", "2468")
        await setting.save()
        app.left()
        phone.clock.pass(.seconds(61))
        let asked = Seen()
        withObservationTracking {
            _ = app.isInFront
        } onChange: {
            MainActor.assumeIsolated { asked.pin = app.pinning != nil }
        }
        await app.cameBack()
        XCTAssertTrue(asked.pin)
        XCTAssertFalse(app.isCovered)
    }

    @MainActor private final class Seen { var pin = false }
}
