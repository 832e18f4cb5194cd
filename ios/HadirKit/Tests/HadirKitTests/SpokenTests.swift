import HadirCore
import HadirOffice
import XCTest

@testable import HadirKit

/// What who hears the screen is told of its rows: as much as who sees it.
final class SpokenTests: OfficeCase, @unchecked Sendable {
    @MainActor func testARowIsReadOutWithItsFlagsAndWithoutEmptyParts() async throws {
        let (phone, office) = (try SmallPhone(), try office())
        let app = try await enrolled(phone, office)
        let session = try XCTUnwrap(app.session)
        phone.fixes.place = masamba(mock: true)
        let recorded = try await tap(session)
        for part in [recorded.title, recorded.timeText, recorded.zone, recorded.countsTitle] + recorded.flags {
            XCTAssertTrue(recorded.spoken.contains(part), "\(part) in \(recorded.spoken)")
        }
        office.advance(ms: 7_200_000)
        try await tap(session)
        await session.delivery?.value
        let today = try XCTUnwrap(session.today)
        let look = { (flag: String) in "Perlu diperiksa: \(flag)" }
        let flagged = try XCTUnwrap(today.windows.first)
        XCTAssertFalse(flagged.flags.isEmpty)
        let other = try XCTUnwrap(today.others.first)
        XCTAssertFalse(other.flags.isEmpty)
        for (said, parts) in [
            (flagged.spoken(flag: look), [flagged.label, flagged.title, flagged.detail] + flagged.flags.map(look)),
            (other.spoken(flag: look), [other.title, other.detail] + other.flags.map(look)),
        ] {
            for part in parts { XCTAssertTrue(said.contains(part), "\(part) in \(said)") }
        }
        let month = try await session.desk.ask { try $0.month(month: nil) }
        let history = try await session.desk.ask { try $0.history(limit: 50) }
        let all = today.windows.map { $0.spoken(flag: look) } + month.days.map(\.spoken) + history.map(\.spoken)
        for said in all {
            XCTAssertFalse(said.hasSuffix(", ") || said.hasPrefix(", ") || said.contains(", ,"), said)
        }
    }
}
