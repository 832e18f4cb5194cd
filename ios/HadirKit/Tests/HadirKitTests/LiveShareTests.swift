import HadirCore
import HadirOffice
import XCTest

@testable import HadirKit

/// Live share: nothing before the person starts it, nothing during a pause, and it stops by itself.
final class LiveShareTests: OfficeCase, @unchecked Sendable {
    @MainActor private func sharing(_ phone: SmallPhone, _ office: TestOffice) async throws -> LiveShareModel {
        let app = try await enrolled(phone, office)
        let model = try XCTUnwrap(app.session).liveShare
        await model.load()
        XCTAssertEqual(model.card?.mark, .ready)
        XCTAssertNil(phone.tracker.everyS)
        await model.start()
        XCTAssertEqual(model.card?.mark, .sharing, "\(String(describing: model.trouble))")
        apps.append(app)
        return model
    }

    /// Held, since a model does not hold its session.
    @MainActor private var apps: [AppModel] = []

    @MainActor func testItStartsPausesGoesOnAndStopsAsThePersonSays() async throws {
        let phone = try SmallPhone()
        let model = try await sharing(phone, try office("parepare-2021", at: "2026-11-24T07:55:00"))
        XCTAssertEqual(phone.tracker.everyS, model.card?.fixEveryS)
        phone.tracker.heard?(masamba())
        await model.hearing?.value
        XCTAssertEqual(model.card?.mark, .sharing)
        XCTAssertNil(model.trouble)
        await model.pause()
        XCTAssertEqual(model.card?.mark, .paused)
        XCTAssertNil(phone.tracker.everyS, "no place is looked for during a pause")
        await model.start()
        XCTAssertEqual(model.card?.mark, .sharing)
        await model.stop()
        XCTAssertEqual(model.card?.mark, .stopped)
        XCTAssertNil(phone.tracker.everyS)
    }

    @MainActor func testWhereLocationIsDeniedItSharesThatItIsUnknownAndSaysSo() async throws {
        let phone = try SmallPhone()
        let model = try await sharing(phone, try office("parepare-2021", at: "2026-11-24T07:55:00"))
        XCTAssertFalse(model.hindered)
        phone.fixes.standing.permission = .denied
        await model.load()
        XCTAssertEqual(model.card?.mark, .sharing)
        XCTAssertTrue(model.hindered)
        phone.fixes.standing.permission = .limited
        await model.load()
        XCTAssertFalse(model.hindered, "an approximate place is one")
    }

    @MainActor func testItStopsByItselfAtTheEndOfItsHours() async throws {
        let office = try office("parepare-2021", at: "2026-11-24T07:55:00")
        let phone = try SmallPhone()
        let model = try await sharing(phone, office)
        let end = try XCTUnwrap(model.card?.endsInMs)
        XCTAssertTrue(phone.waits.asked.contains(end))
        office.advance(ms: end)
        let ending = model.ending
        phone.waits.end(end)
        await ending?.value
        XCTAssertEqual(model.card?.mark, .over)
        XCTAssertNil(phone.tracker.everyS)
    }

    @MainActor func testAPlaceThatComesTooLateStopsItToo() async throws {
        let office = try office("parepare-2021", at: "2026-11-24T07:55:00")
        let phone = try SmallPhone()
        let model = try await sharing(phone, office)
        office.advance(ms: try XCTUnwrap(model.card?.endsInMs) + 60_000)
        phone.tracker.heard?(masamba())
        await model.hearing?.value
        XCTAssertNil(phone.tracker.everyS)
    }

    @MainActor func testItGoesOnAfterTheAppWasClosed() async throws {
        let phone = try SmallPhone()
        _ = try await sharing(phone, try office("parepare-2021", at: "2026-11-24T07:55:00"))
        let app = await phone.restarted(apps[0])
        XCTAssertNil(phone.tracker.everyS)
        await app.start()
        XCTAssertNotNil(phone.tracker.everyS)
        let end = try XCTUnwrap(app.session?.liveShare.card?.endsInMs)
        XCTAssertGreaterThan(end, 0)
        XCTAssertTrue(phone.waits.asked.contains(end), "and still stops by itself")
    }

    @MainActor func testWhereNoneIsOwedThereIsNoneToStart() async throws {
        let phone = try SmallPhone()
        let app = try await enrolled(phone, try office())
        let model = try XCTUnwrap(app.session).liveShare
        await model.load()
        XCTAssertTrue(model.loaded)
        XCTAssertNil(model.card)
        await model.start()
        XCTAssertEqual(model.trouble?.remedy, .redraw)
        XCTAssertNil(phone.tracker.everyS)
    }
}
