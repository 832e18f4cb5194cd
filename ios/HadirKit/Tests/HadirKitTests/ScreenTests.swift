import Foundation
import HadirCore
import HadirOffice
import XCTest

@testable import HadirKit

/// The screens behind the home screen, over a real engine and a real office.
final class ScreenTests: OfficeCase, @unchecked Sendable {
    @MainActor func testHistoryIsListedByDayAndSaysWhyAndSavesAllEvidence() async throws {
        let app = try await enrolled(SmallPhone(), try office())
        let session = try XCTUnwrap(app.session)
        let recorded = try await tap(session)
        let model = HistoryModel(session: session)
        await model.load()
        let day = try XCTUnwrap(model.days?.first)
        XCTAssertEqual(day.id, "Selasa, 24 November 2026")
        XCTAssertTrue(day.rows.contains { $0.id == recorded.record })
        XCTAssertFalse(model.more)
        let why = WhyModel(session: session, of: .record(id: recorded.record))
        await why.load()
        XCTAssertEqual(why.whys?.first?.mark, .onTime)
        let days = WhyModel(session: session, of: .day(date: "2026-11-24"))
        await days.load()
        XCTAssertEqual(days.whys?.count, 5)
        await model.export()
        let exported = try XCTUnwrap(model.exported, "\(String(describing: model.trouble))")
        XCTAssertGreaterThan(exported.records, 0)
        XCTAssertTrue(FileManager.default.fileExists(atPath: exported.file.path))
        model.forgetExport()
        XCTAssertFalse(FileManager.default.fileExists(atPath: exported.file.path))
    }

    @MainActor func testAProofHoldsThePlaceOnlyWhenThePersonAddsIt() async throws {
        let app = try await enrolled(SmallPhone(), try office())
        let session = try XCTUnwrap(app.session)
        let recorded = try await tap(session)
        let proof = ProofModel(session: session, record: recorded.record)
        await proof.load()
        let text = try XCTUnwrap(proof.text)
        XCTAssertTrue(text.text.contains(text.code))
        XCTAssertTrue(text.hasPlace)
        XCTAssertFalse(text.text.contains("120."))
        await proof.include(place: true)
        XCTAssertTrue(try XCTUnwrap(proof.text).text.contains("120"))
        XCTAssertTrue(proof.withPlace)
        await proof.include(place: false)
        XCTAssertFalse(proof.withPlace)
    }

    @MainActor func testAnAppealIsMadeFromWhatCanBeChosenAndItsDecisionComesBack() async throws {
        let office = try office(at: "2026-11-24T09:30:00")
        let app = try await enrolled(SmallPhone(), office)
        let session = try XCTUnwrap(app.session)
        let window = try XCTUnwrap(session.today?.windows.first)
        let model = AppealModel(session: session, subject: .init(date: "2026-11-24", window: window.id, record: nil))
        await model.load()
        XCTAssertFalse(model.canSend)
        model.choose(grounds: .other)
        XCTAssertFalse(model.canSend, "another ground needs a text")
        model.text = "   "
        XCTAssertFalse(model.canSend)
        model.text = String(repeating: "a", count: 301)
        XCTAssertFalse(model.canSend)
        model.text = "Listrik padam di Masamba sejak pagi."
        await model.submit()
        XCTAssertNotNil(model.made, "\(String(describing: model.trouble))")
        await session.delivery?.value
        XCTAssertEqual(try office.decide(grant: false, reason: "Tidak ada laporan padam"), 1)
        await session.sync()
        let need = try XCTUnwrap(session.today?.needs.first { $0.kind == .decision })
        let home = HomeModel(session: session)
        await home.confirm(try XCTUnwrap(need.confirm))
        XCTAssertNil(home.trouble)
        XCTAssertNil(session.today?.needs.first { $0.kind == .decision })
        let requests = RequestsModel(session: session)
        await requests.load()
        XCTAssertEqual(requests.rows?.first?.granted, false)
    }

    @MainActor func testAnAppealNamesTheRecordOfTheWindowThatWasAskedAboutAlone() async throws {
        let office = try office(at: "2026-11-24T08:05:00")
        let app = try await enrolled(SmallPhone(), office)
        let session = try XCTUnwrap(app.session)
        let recorded = try await tap(session)
        let windows = try XCTUnwrap(session.today?.windows)
        let model = AppealModel(
            session: session, subject: .init(date: "2026-11-24", window: windows[0].id, record: recorded.record))
        await model.load()
        model.choose(grounds: .network)
        XCTAssertEqual(model.appealed?.record, recorded.record)
        model.choose(window: windows[1].id)
        XCTAssertEqual(model.appealed?.window, windows[1].id)
        XCTAssertNil(model.appealed?.record)
    }

    @MainActor func testARequestIsMadeGrantedAndAnotherWithdrawn() async throws {
        let office = try office()
        let app = try await enrolled(SmallPhone(), office)
        let session = try XCTUnwrap(app.session)
        for kind in [AskKind.dutyTrip, .sick] {
            let model = NewRequestModel(session: session)
            await model.load()
            XCTAssertFalse(model.canSend)
            model.choose(kind: kind)
            let from = try XCTUnwrap(model.choices?.fromDates.last?.date)
            await model.choose(from: from)
            XCTAssertEqual(model.choices?.from, from)
            XCTAssertEqual(model.until, from, "the last date never lies before the first")
            await model.submit()
            XCTAssertNotNil(model.made, "\(String(describing: model.trouble))")
            if kind == .dutyTrip {
                await session.delivery?.value
                XCTAssertEqual(try office.decide(grant: true, reason: "Silakan"), 1)
            }
        }
        await session.delivery?.value
        await session.sync()
        let requests = RequestsModel(session: session)
        await requests.load()
        let rows = try XCTUnwrap(requests.rows)
        XCTAssertEqual(rows.map(\.granted), [nil, true])
        await requests.withdraw(rows[0].id)
        XCTAssertNil(requests.trouble)
        XCTAssertEqual(requests.rows?.first?.canWithdraw, false)
        await requests.withdraw("no such request")
        XCTAssertNotNil(requests.trouble)
    }

    @MainActor func testAParkedRecordIsShownAndTriedAgain() async throws {
        let office = try office()
        let app = try await enrolled(SmallPhone(), office)
        let session = try XCTUnwrap(app.session)
        office.refuse(on: true)
        try await tap(session)
        await session.delivery?.value
        let need = try XCTUnwrap(session.today?.needs.first { $0.kind == .parked })
        XCTAssertEqual(HomeModel.way(of: need)?.way, .go(.parked))
        let model = ParkedModel(session: session)
        await model.load()
        let row = try XCTUnwrap(model.rows?.first)
        office.refuse(on: false)
        office.advance(ms: 3_600_000)
        await model.release(row)
        XCTAssertTrue(model.released.contains(ParkedModel.name(row)), "\(String(describing: model.trouble))")
        await session.delivery?.value
        await model.load()
        XCTAssertEqual(model.rows?.contains { ParkedModel.name($0) == ParkedModel.name(row) }, false)
    }

    @MainActor func testTheMonthTheDataUseAndTheHelpCodeSayHowThingsStand() async throws {
        let office = try office()
        let app = try await enrolled(SmallPhone(), office)
        let session = try XCTUnwrap(app.session)
        try await tap(session)
        let month = MonthModel(session: session)
        await month.load()
        XCTAssertEqual(month.month?.title, "November 2026")
        XCTAssertEqual(month.month?.days.filter(\.isToday).count, 1)
        let data = DataUseModel(session: session)
        await data.load()
        XCTAssertFalse(try XCTUnwrap(data.lines).isEmpty)
        let help = HelpModel(session: session)
        await help.load()
        XCTAssertEqual(help.diagnostics?.storeWhole, true)
        await help.get()
        XCTAssertEqual(help.code?.code.count, 6, "\(String(describing: help.trouble))")
        XCTAssertEqual(help.code?.sentNow, true)
        try office.online(on: false)
        await help.get()
        XCTAssertEqual(help.code?.sentNow, false)
    }
}
