import HadirCore
import HadirOffice
import XCTest

@testable import HadirKit

/// The self-assessment for tomorrow at the office.
final class FormTests: OfficeCase, @unchecked Sendable {
    /// A phone whose person is called to the office tomorrow, and so has a form to fill.
    @MainActor private func due(_ phone: SmallPhone, _ office: TestOffice) async throws -> (AppModel, String) {
        let app = try await enrolled(phone, office)
        let session = try XCTUnwrap(app.session)
        try office.recall(number: "A-1", date: "2026-11-25", note: "Rapat anggaran")
        await session.sync()
        return (app, try XCTUnwrap(session.today?.forms.first { $0.canFill }?.date))
    }

    @MainActor func testAnswersAreKeptThroughAKillAndTheVerdictIsSaid() async throws {
        let phone = try SmallPhone()
        let (app, date) = try await due(phone, try office())
        let model = FormModel(session: try XCTUnwrap(app.session), date: date)
        await model.load()
        let questions = try XCTUnwrap(model.form?.questions)
        XCTAssertEqual(questions.count, 6)
        await model.answer(questions[0].id, yes: true)
        await model.answer(questions[1].id, yes: false)
        XCTAssertTrue(model.draftKept)
        XCTAssertFalse(model.isWhole)
        await model.submit()
        XCTAssertEqual(model.trouble?.remedy, .correct, "open questions are said")

        let again = await phone.restarted(app)
        await again.start()
        let session = try XCTUnwrap(again.session)
        let second = FormModel(session: session, date: date)
        await second.load()
        XCTAssertEqual(second.answered, 2)
        XCTAssertEqual(second.answers[questions[0].id], true)
        for question in questions.dropFirst(2) { await second.answer(question.id, yes: false) }
        await second.submit()
        let result = try XCTUnwrap(second.result, "\(String(describing: second.trouble))")
        XCTAssertTrue(result.mayEnter)
        XCTAssertEqual(result.risk, .medium)
        await session.delivery?.value
        XCTAssertEqual(session.today?.forms.first { $0.date == date }?.mark, .mayEnter)
    }

    @MainActor func testTryingAgainDoesWhatWasRefusedAndReadsNothing() async throws {
        let (app, date) = try await due(try SmallPhone(), try office())
        let session = try XCTUnwrap(app.session)
        let model = FormModel(session: session, date: date)
        await model.load()
        let questions = try XCTUnwrap(model.form?.questions)
        await model.submit()
        XCTAssertEqual(model.trouble?.remedy, .correct)
        // Reading would show what was answered elsewhere.
        let other = FormModel(session: session, date: date)
        await other.load()
        for question in questions { await other.answer(question.id, yes: false) }
        await model.again()
        XCTAssertEqual(model.answered, 0)
        XCTAssertEqual(model.trouble?.remedy, .correct)
        await other.again()
        XCTAssertNil(other.trouble)
        XCTAssertEqual(other.answered, 6)
    }

    @MainActor func testARuleThatChangesWhileTheFormIsOpenKeepsTheAnswers() async throws {
        let office = try office()
        let (app, date) = try await due(try SmallPhone(), office)
        let session = try XCTUnwrap(app.session)
        let model = FormModel(session: session, date: date)
        await model.load()
        let question = try XCTUnwrap(model.form?.questions.first)
        await model.answer(question.id, yes: true)
        let revision = session.revision
        _ = try office.publish()
        await session.sync()
        XCTAssertGreaterThan(session.revision, revision, "screens read anew")
        await model.load()
        XCTAssertEqual(model.answers[question.id], true)
        XCTAssertNotNil(model.form)
        let rule = try XCTUnwrap(session.today?.needs.first { $0.kind == .newRule })
        XCTAssertEqual(HomeModel.way(of: rule)?.word, "app_confirm")
    }

    @MainActor func testAFormThatIsNotDueSaysSoAndAsksForNothing() async throws {
        let app = try await enrolled(SmallPhone(), try office())
        let model = FormModel(session: try XCTUnwrap(app.session), date: "2026-12-24")
        await model.load()
        XCTAssertNil(model.form)
        XCTAssertEqual(model.trouble?.remedy, .redraw)
    }

    @MainActor func testDiscardedAnswersAreGone() async throws {
        let (app, date) = try await due(try SmallPhone(), try office())
        let session = try XCTUnwrap(app.session)
        let model = FormModel(session: session, date: date)
        await model.load()
        await model.answer(try XCTUnwrap(model.form?.questions.first?.id), yes: true)
        await model.discard()
        let again = FormModel(session: session, date: date)
        await again.load()
        XCTAssertEqual(again.answered, 0)
    }
}
