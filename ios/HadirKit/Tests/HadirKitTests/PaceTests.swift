import HadirCore
import XCTest

@testable import HadirKit

/// Live share's places: which are told, and when the receiver is wanted at its best.
final class PaceTests: XCTestCase, @unchecked Sendable {
    /// A pace of one place in five minutes, with what it said.
    @MainActor private final class Run {
        let clock = ClockByHand()
        let waits = HeldWaits()
        var told: [PlaceSeen] = []
        var exact: [Bool] = []
        private(set) lazy var pace = Pace(
            clock: { [clock] in clock.now }, wait: { [waits] in try await waits.wait($0) })

        init() { start(everyS: 300) }

        func start(everyS: UInt32) {
            pace.start(everyS: everyS) {
                self.told.append($0)
            } aim: {
                self.exact.append($0)
            }
        }

        /// Time passes, and with it a wait of `ms`.
        func pass(_ seconds: Int, ending ms: UInt64? = nil) async {
            clock.pass(.seconds(seconds))
            guard let ms else { return }
            while !waits.asked.contains(ms) { await Task.yield() }
            let (said, aimed) = (told.count, exact.count)
            waits.end(ms)
            while told.count == said, exact.count == aimed { await Task.yield() }
        }
    }

    @MainActor func testAnErrorOrAnOldFirstFixDoesNotShutOutTheGoodOne() async {
        let run = Run()
        run.pace.failed(denied: false)
        run.pace.heard(masamba(accuracyM: 900), isOld: true)
        XCTAssertEqual(run.told, [])
        run.pace.heard(masamba(), isOld: false)
        XCTAssertEqual(run.told, [masamba()])
        run.clock.pass(.seconds(299))
        run.pace.heard(masamba(accuracyM: 5), isOld: false)
        XCTAssertEqual(run.told.count, 1, "one an interval")
        run.clock.pass(.seconds(1))
        run.pace.heard(masamba(accuracyM: 5), isOld: false)
        XCTAssertEqual(run.told.count, 2)
    }

    @MainActor func testADenialIsToldAtOnceAndOnceAndAPlaceAfterItIsTaken() async {
        let run = Run()
        run.pace.failed(denied: true)
        run.pace.failed(denied: true)
        XCTAssertEqual(run.told, [.noFix(reason: .denied)])
        run.pace.heard(masamba(), isOld: false)
        XCTAssertEqual(run.told.count, 2)
    }

    @MainActor func testTwoSilentIntervalsAreToldAsUnknownAgainAndAgain() async {
        let run = Run()
        run.pace.heard(masamba(), isOld: false)
        run.pace.failed(denied: false)
        await run.pass(600, ending: 600_000)
        XCTAssertEqual(run.told.last, .noFix(reason: .unavailable))
        await run.pass(600, ending: 600_000)
        XCTAssertEqual(run.told.count, 3)
        run.pace.heard(masamba(), isOld: false)
        XCTAssertEqual(run.told.last, masamba(), "and the good one after it is not shut out")
    }

    @MainActor func testTheReceiverIsAtItsBestOnlyAroundEachDueTime() async {
        let run = Run()
        XCTAssertEqual(run.exact, [true])
        run.pace.heard(masamba(), isOld: false)
        XCTAssertEqual(run.exact, [true, false])
        await run.pass(270, ending: 270_000)
        XCTAssertEqual(run.exact, [true, false, true])
        XCTAssertEqual(run.told.count, 1)
        run.start(everyS: 300)
        XCTAssertEqual(run.exact.count, 3, "the same interval goes on")
        run.start(everyS: 60)
        XCTAssertEqual(run.exact.count, 4)
    }

    @MainActor func testAfterItsEndNothingIsTold() async {
        let run = Run()
        run.pace.stop()
        run.pace.heard(masamba(), isOld: false)
        run.pace.failed(denied: true)
        XCTAssertEqual(run.told, [])
        while !run.waits.asked.isEmpty { await Task.yield() }
    }
}
