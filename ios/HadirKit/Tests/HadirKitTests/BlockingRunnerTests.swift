import HadirCore
import Testing
import XCTest

@testable import HadirKit

// @MainActor on each test and not on the class, and @unchecked Sendable: otherwise SwiftPM's generated list of tests
// warns on Linux.
final class BlockingRunnerTests: XCTestCase, @unchecked Sendable {
    @MainActor func testCallsRunInTheOrderOfTheirQueueAndOffTheMainThread() async throws {
        let runner = BlockingRunner()
        let order = Order()
        for number in 0..<20 {
            let onMain = try await runner.run {
                order.append(number)
                return Thread.isMainThread
            }
            XCTAssertFalse(onMain)
        }
        XCTAssertEqual(order.all, Array(0..<20))
    }
}

@Suite struct BlockingRunnerErrors {
    @Test(arguments: [VaultError.Locked, .KeyGone])
    func anErrorOfTheCoreComesBackAsItself(_ error: VaultError) async {
        await #expect(throws: error) { try await BlockingRunner().run { throw error } }
    }
}

private final class Order: @unchecked Sendable {
    private let lock = NSLock()
    private var numbers: [Int] = []

    func append(_ number: Int) { lock.withLock { numbers.append(number) } }
    var all: [Int] { lock.withLock { numbers } }
}
