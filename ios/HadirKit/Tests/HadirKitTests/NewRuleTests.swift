import Foundation
import HadirCore
import HadirOffice
import XCTest

@testable import HadirKit

/// The office publishes another rule while a screen is open: what was typed and chosen stays, and what became of it is said.
final class NewRuleTests: OfficeCase, @unchecked Sendable {
    /// The product's own policy, with something replaced.
    private func rule(_ policy: String = "default", _ old: String = "", _ new: String = "") throws -> String {
        let root = URL(fileURLWithPath: ProcessInfo.processInfo.environment["HADIR_ROOT"] ?? "../..")
        let text = try String(contentsOf: root.appendingPathComponent("policies/\(policy).toml"), encoding: .utf8)
        XCTAssertTrue(old.isEmpty || text.contains(old))
        return old.isEmpty ? text : text.replacingOccurrences(of: old, with: new)
    }

    private func withoutEleven() throws -> String { try rule("default", "\"11:00\", ", "") }

    /// Asks nobody for a form that is asked of those at the office now.
    private func withoutForm() throws -> String {
        try rule("default", "\"recalled\", \"exempt\"]\nopens", "\"exempt\"]\nopens")
    }

    @MainActor private func publish(_ toml: String, _ office: TestOffice, _ session: Session) async throws {
        _ = try office.publishOther(toml: toml)
        let revision = session.revision
        await session.sync()
        XCTAssertGreaterThan(session.revision, revision, "screens read anew")
        XCTAssertTrue(session.today?.needs.contains { $0.kind == .newRule } ?? false)
    }

    @MainActor private func session(_ office: TestOffice, _ phone: SmallPhone? = nil) async throws -> Session {
        let app = try await enrolled(try phone ?? SmallPhone(), office)
        return try XCTUnwrap(app.session)
    }

    /// A form for tomorrow with two answers.
    @MainActor private func form(_ office: TestOffice) async throws -> (Session, FormModel) {
        let session = try await session(office)
        try office.recall(number: "A-1", date: "2026-11-25", note: "Rapat anggaran")
        await session.sync()
        let model = FormModel(session: session, date: "2026-11-25")
        await model.load()
        for question in try XCTUnwrap(model.form).questions.prefix(2) { await model.answer(question.id, yes: true) }
        XCTAssertEqual(model.answered, 2)
        return (session, model)
    }

    @MainActor func testAFormThatANewRuleTakesAwayIsSaidAndItsAnswersWaitForIt() async throws {
        let office = try office()
        let (session, model) = try await form(office)
        try await publish(try withoutForm(), office, session)
        await model.load()
        XCTAssertNil(model.form)
        XCTAssertEqual(model.trouble?.message, .said("Tidak ada penilaian mandiri untuk 25 Nov 2026 saat ini."))
        XCTAssertTrue(model.draftKept)
        try await publish(try rule(), office, session)
        await model.load()
        XCTAssertEqual(model.answered, 2)
        XCTAssertNil(model.trouble)
        let again = FormModel(session: session, date: "2026-11-25")
        await again.load()
        XCTAssertEqual(again.answered, 2, "and on the medium")
    }

    @MainActor func testAFormThatIsSentJustAfterItWasTakenAwayIsRefusedInWordsAndKept() async throws {
        let office = try office()
        let (session, model) = try await form(office)
        for question in try XCTUnwrap(model.form).questions { await model.answer(question.id, yes: false) }
        try await publish(try withoutForm(), office, session)
        await model.submit()
        XCTAssertNil(model.result)
        XCTAssertEqual(model.trouble?.remedy, .redraw)
        XCTAssertNil(model.form, "the screen was busy when the others were drawn anew")
        await model.load()
        XCTAssertEqual(model.trouble?.remedy, .redraw)
        try await publish(try rule(), office, session)
        await model.load()
        XCTAssertTrue(model.isWhole)
        await model.submit()
        XCTAssertEqual(model.result?.mayEnter, true)
        await session.delivery?.value
    }

    @MainActor func testAnAnswerJustAfterTheFormWasTakenAwayIsSaidAndAllIsDrawnAnew() async throws {
        let office = try office()
        let (session, model) = try await form(office)
        try await publish(try withoutForm(), office, session)
        let revision = session.revision
        await model.answer(try XCTUnwrap(model.form?.questions.last).id, yes: true)
        XCTAssertFalse(model.draftKept)
        XCTAssertEqual(model.trouble?.remedy, .redraw)
        XCTAssertGreaterThan(session.revision, revision)
    }

    @MainActor func testATapThatLooksForItsPlaceIsRecordedUnderWhateverRuleCame() async throws {
        let (phone, office) = (try SmallPhone(), try office())
        let app = try await enrolled(phone, office)
        let session = try XCTUnwrap(app.session)
        phone.fixes.slow = true
        let model = TapModel(session: session)
        let run = Task { await model.run() }
        await phone.fixes.searchBegins()
        try await publish(try rule("default", "\"08:00\", ", ""), office, session)
        XCTAssertEqual(model.phase, .seeking(accuracyM: 80), "nothing of it is drawn anew")
        model.settle(without: false)
        await run.value
        guard case .recorded(let recorded) = model.phase else { return XCTFail("\(model.phase)") }
        await session.delivery?.value
        XCTAssertEqual(try office.taps(), [recorded.record])
        let today = try XCTUnwrap(session.today)
        XCTAssertEqual(today.windows.compactMap(\.record) + today.others.map(\.record), [recorded.record])
        XCTAssertEqual(model.delivery?.mark, .received)
    }

    @MainActor func testTheHomeScreenShowsTheNewRuleAndAsksThatItIsRead() async throws {
        let office = try office()
        let session = try await session(office)
        XCTAssertEqual(session.today?.windows.map(\.label), ["08.00", "11.00", "14.00", "16.00"])
        try await publish(try withoutEleven(), office, session)
        XCTAssertEqual(session.today?.windows.map(\.label), ["08.00", "14.00", "16.00"])
        let first = try XCTUnwrap(session.today?.needs.first { $0.kind == .newRule })
        XCTAssertFalse(first.text.isEmpty)
        // Yet another comes before it was read.
        try await publish(try rule(), office, session)
        let home = HomeModel(session: session)
        await home.confirm(try XCTUnwrap(first.confirm))
        let second = try XCTUnwrap(session.today?.needs.first { $0.kind == .newRule }, "it was not read")
        XCTAssertNotEqual(second.confirm, first.confirm)
        await home.confirm(try XCTUnwrap(second.confirm))
        XCTAssertNil(home.trouble)
        XCTAssertNil(session.today?.needs.first { $0.kind == .newRule })
        await session.delivery?.value
    }

    /// A request for the window at 11.00 of the last date, with a note.
    @MainActor private func request(_ session: Session) async throws -> NewRequestModel {
        let model = NewRequestModel(session: session)
        await model.load()
        model.choose(kind: try XCTUnwrap(model.choices?.kinds.first { $0.needsWindows }).kind)
        model.note = "Listrik padam"
        model.toggle(window: try XCTUnwrap(model.choices?.windows.first { $0.text == "11.00" }).id)
        XCTAssertTrue(model.canSend)
        return model
    }

    @MainActor func testARequestForAWindowThatIsGoneSaysSoAndNeverBecomesOneForWholeDays() async throws {
        let office = try office()
        let session = try await session(office)
        let model = try await request(session)
        let kind = model.kind
        try await publish(try withoutEleven(), office, session)
        await model.load()
        XCTAssertEqual(model.note, "Listrik padam")
        XCTAssertEqual(model.kind, kind)
        XCTAssertEqual(model.advice, "requests_choose_again")
        XCTAssertTrue(model.windows.isEmpty)
        await model.submit()
        XCTAssertNil(model.made)
        XCTAssertEqual(model.advice, "requests_choose_windows")
        model.toggle(window: try XCTUnwrap(model.choices?.windows.first { $0.text == "14.00" }).id)
        XCTAssertNil(model.advice)
        await model.submit()
        XCTAssertNotNil(model.made, "\(String(describing: model.trouble))")
        await session.delivery?.value
    }

    @MainActor func testARequestThatIsSentJustAfterItsWindowWentIsRefusedInWordsThatStay() async throws {
        let office = try office()
        let session = try await session(office)
        let model = try await request(session)
        try await publish(try withoutEleven(), office, session)
        await model.submit()
        XCTAssertNil(model.made)
        XCTAssertEqual(model.trouble?.message, .said("Aturan hari itu tidak punya jadwal 11.00."))
        await model.load()
        XCTAssertEqual(model.trouble?.message, .said("Aturan hari itu tidak punya jadwal 11.00."))
        XCTAssertEqual(model.note, "Listrik padam")
    }

    @MainActor func testAnAppealAgainstAWindowThatIsGoneIsSaidToBeAgainstTheDay() async throws {
        let office = try office(at: "2026-11-24T12:30:00")
        let session = try await session(office)
        let eleven = try XCTUnwrap(session.today?.windows.first { $0.label == "11.00" }).id
        let model = AppealModel(
            session: session, subject: .init(date: "2026-11-24", window: eleven, record: nil))
        await model.load()
        await model.submit()
        XCTAssertEqual(model.advice, "appeal_choose_grounds")
        model.choose(grounds: .network)
        XCTAssertNil(model.advice)
        model.text = "Tidak ada sinyal"
        let why = WhyModel(session: session, of: .window(date: "2026-11-24", id: eleven))
        await why.load()
        XCTAssertEqual(why.whys?.count, 1)
        try await publish(try withoutEleven(), office, session)
        await model.load()
        XCTAssertNil(model.window)
        XCTAssertEqual(model.advice, "appeal_window_gone")
        XCTAssertEqual([model.text, "\(model.grounds == .network)"], ["Tidak ada sinyal", "true"])
        await why.load()
        XCTAssertEqual(why.whys, [])
        XCTAssertEqual(why.empty, "why_gone")
    }

    @MainActor func testSharingThatANewRuleDoesNotAskForStopsByItself() async throws {
        let (phone, office) = (try SmallPhone(), try office("parepare-2021"))
        let session = try await session(office, phone)
        await session.liveShare.start()
        XCTAssertNotNil(phone.tracker.everyS)
        let (old, new) = ("modes = [\"wfh\"]\nstarts", "modes = [\"wfo\"]\nstarts")
        try await publish(try rule("parepare-2021", old, new), office, session)
        XCTAssertNil(phone.tracker.everyS)
    }
}
