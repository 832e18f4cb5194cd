import HadirCore
import HadirOffice
import XCTest

@testable import HadirKit

/// When the shell begins a sync, and when one is over.
final class SyncTests: OfficeCase, @unchecked Sendable {
    @MainActor func testATapWhileASyncRunsIsNotLeftToTheNextDay() async throws {
        let phone = try SmallPhone()
        let app = try await enrolled(phone, try office())
        let session = try XCTUnwrap(app.session)
        let before = phone.background.plans.count
        async let first: Void = session.sync()
        async let second: Void = session.sync()
        _ = await (first, second)
        XCTAssertEqual(phone.background.plans.count, before + 2, "it ran once more")
    }

    @MainActor func testASyncThatIsBegunWhileOneRunsIsNotOverBeforeThatIs() async throws {
        let (phone, office) = (try SmallPhone(), try office())
        let app = try await enrolled(phone, office)
        let session = try XCTUnwrap(app.session)
        let silent = try silent()
        defer { silent.close() }
        office.hang(address: silent.address)
        session.syncSoon()
        while !session.syncing { await Task.yield() }
        session.syncSoon()
        var over = false
        let wait = Task {
            await session.delivery?.value
            over = true
        }
        for _ in 0..<100 { await Task.yield() }
        XCTAssertTrue(session.syncing)
        XCTAssertFalse(over)
        office.hang(address: nil)
        while !over {
            session.desk.cancel()
            await Task.yield()
        }
        await wait.value
        XCTAssertFalse(session.syncing)
    }

    @MainActor func testANetworkThatComesBackSendsWhatWaits() async throws {
        let office = try office()
        let app = try await enrolled(SmallPhone(), office)
        let session = try XCTUnwrap(app.session)
        try office.online(on: false)
        try await tap(session)
        await session.delivery?.value
        try office.online(on: true)
        office.advance(ms: 60_000)
        app.networkCame()
        await session.delivery?.value
        XCTAssertEqual(session.today?.pending, 0)
    }
}
