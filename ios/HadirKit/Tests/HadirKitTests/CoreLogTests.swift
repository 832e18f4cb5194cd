import Foundation
import HadirCore
import XCTest

@testable import HadirKit

final class CoreLogTests: OfficeCase, @unchecked Sendable {
    @MainActor func testWhatHappensInsideIsHandedOnOnceAndHoldsNothingPersonal() async throws {
        let office = try office()
        let heard = Heard()
        await CoreLog.shared.begin { heard.append($0) }
        let app = try await enrolled(try SmallPhone(), office)
        try await tap(try XCTUnwrap(app.session))
        await CoreLog.shared.pass()
        let lines = heard.all
        XCTAssertTrue(lines.contains { $0.text.hasPrefix("POST /v1/enrol: 201, ") }, "\(lines)")
        XCTAssertTrue(lines.contains { $0.text.hasPrefix("recorded up to 1/") }, "\(lines)")
        for personal in ["Siti", "A-1", "120.37", "127.0.0.1"] {
            XCTAssertFalse(lines.contains { $0.text.contains(personal) }, personal)
        }
        XCTAssertEqual(Set(lines.map(\.number)).count, lines.count, "a line is said twice")
    }
}

private final class Heard: @unchecked Sendable {
    private let lock = NSLock()
    private var lines: [LogLine] = []

    func append(_ line: LogLine) { lock.withLock { lines.append(line) } }
    var all: [LogLine] { lock.withLock { lines } }
}
