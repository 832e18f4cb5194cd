import HadirCore
import HadirOffice
import XCTest

@testable import HadirKit

/// The platform's question for the permission, and a person who does not answer it.
final class QuestionTests: OfficeCase, @unchecked Sendable {
    @MainActor func testAQuestionForThePermissionThatNobodyAnswersDoesNotKeepTheTap() async throws {
        let (phone, office) = (try SmallPhone(), try office())
        let app = try await enrolled(phone, office)
        phone.fixes.standing.permission = .notAsked
        phone.fixes.silent = true
        let model = TapModel(session: try XCTUnwrap(app.session))
        let run = Task { await model.run() }
        await phone.fixes.questionStands()
        while !phone.waits.asked.contains(30_000) { await Task.yield() }
        phone.waits.end(30_000)
        await run.value
        guard case .recorded(let recorded) = model.phase else { return XCTFail("\(model.phase)") }
        XCTAssertEqual(model.advice, "permit_location_denied")
        XCTAssertEqual(phone.fixes.searches, 0)
        phone.fixes.answers()
        await app.session?.delivery?.value
        XCTAssertEqual(try office.taps(), [recorded.record])
    }

    @MainActor func testLeavingTheAppBeforeTheQuestionIsAnsweredRecordsAtOnce() async throws {
        let (phone, office) = (try SmallPhone(), try office())
        let app = try await enrolled(phone, office)
        phone.fixes.standing.permission = .notAsked
        phone.fixes.silent = true
        app.tap()
        let model = try XCTUnwrap(app.tapping)
        let run = Task { await model.run() }
        await phone.fixes.questionStands()
        app.left()
        await app.leaving?.value
        await run.value
        guard case .recorded = model.phase else { return XCTFail("\(model.phase)") }
        phone.fixes.answers()
        await app.session?.delivery?.value
    }

    @MainActor func testThePracticeAsksAsATapDoesAndWaitsForNoPlaceThatCantCome() async throws {
        let phone = try SmallPhone()
        let app = try await enrolled(phone, try office())
        let model = PermitsModel(app: app, session: try XCTUnwrap(app.session))
        phone.fixes.standing.permission = .notAsked
        phone.fixes.answer = .deniedForEver
        await model.practise()
        XCTAssertEqual(phone.fixes.asked, 1)
        XCTAssertEqual(phone.fixes.searches, 0)
        XCTAssertEqual(model.fix?.permission, .deniedForEver)
        XCTAssertFalse(try XCTUnwrap(model.practised).isEmpty)
    }
}
