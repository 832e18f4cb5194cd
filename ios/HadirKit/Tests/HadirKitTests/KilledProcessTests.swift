import Foundation
import HadirCore
import HadirOffice
import XCTest

/// A process that taps without a network and is killed with SIGKILL; then its store is opened here, by another.
final class KilledProcessTests: OfficeCase, @unchecked Sendable {
    @MainActor func testThreeTapsOfAProcessKilledRightAfterTheThirdAreKeptAndReceivedOnce() async throws {
        let office = try office()
        let told = try KilledPhone(office, taps: 3).tapThenDie(after: 3)
        XCTAssertEqual(told.count, 3)
        XCTAssertEqual(Set(told).count, 3)
        XCTAssertEqual(try office.taps().sorted(), told.sorted())
    }

    @MainActor func testEveryTapThatReturnedSurvivesAKillInTheMiddleOfTaps() async throws {
        let office = try office()
        var all: [String] = []
        for round in 1...8 {
            // It goes on tapping while the signal is on its way.
            let told = try KilledPhone(office, taps: 10_000).tapThenDie(after: 2 * round)
            XCTAssertGreaterThanOrEqual(told.count, 2 * round)
            all += told
        }
        let received = try office.taps()
        XCTAssertEqual(Set(received).count, received.count, "received once")
        XCTAssertTrue(Set(received).isSuperset(of: all))
    }
}

/// A process of Tests/TapProcess, and the store that it leaves behind.
@MainActor private final class KilledPhone {
    private let office: TestOffice
    private let process = Process()
    private let told = Pipe()
    private let orders = Pipe()
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("hadir-\(UUID().uuidString)")

    init(_ office: TestOffice, taps: Int) throws {
        self.office = office
        let now = office.reading()
        // SwiftPM puts it beside the tests themselves.
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("TapProcess")
        process.arguments = [
            directory.path, try office.invite(number: "A-1"), String(now.wallMs), String(now.bootMs), String(taps),
        ]
        process.standardInput = orders
        process.standardOutput = told
        try process.run()
    }

    /// Lets it tap without a network and kills it once so many taps were told; then what it left behind is looked at, and sent.
    /// Gives the taps that it told.
    func tapThenDie(after count: Int) throws -> [String] {
        defer { try? FileManager.default.removeItem(at: directory) }
        XCTAssertEqual(line(), "enrolled")
        try office.online(on: false)
        orders.fileHandleForWriting.write(Data("tap\n".utf8))
        var taps = (0..<count).compactMap { _ in line() }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        XCTAssertEqual(process.terminationReason, .uncaughtSignal)
        XCTAssertEqual(process.terminationStatus, SIGKILL)
        // What it told before the signal came.
        while let more = line() { taps.append(more) }
        // Whatever its own clock said, it is later now.
        office.advance(ms: UInt64(taps.count + 10) * 3_100)
        try sent(taps)
        return taps
    }

    private func sent(_ told: [String]) throws {
        let config = OpenConfig(
            directory: directory.path, app: "swift/1", bootMark: "7", language: .indonesian, proxy: nil)
        let engine = try CheckInEngine.open(config: config, vault: ByteVault())
        defer { _ = engine.close() }
        let kept = try taps(engine)
        XCTAssertEqual(Array(kept.map(\.id).prefix(told.count)), told)
        // One more may have been on the medium, and not told any more.
        XCTAssertLessThanOrEqual(kept.count, told.count + 1)
        XCTAssertEqual(Set(kept.map(\.delivery)), [.waiting])
        XCTAssertEqual(try office.taps().filter(kept.map(\.id).contains), [])
        try office.online(on: true)
        let report = try engine.sync(deadlineMs: 20_000)
        XCTAssertEqual(report.end, .done)
        XCTAssertEqual(report.pending, 0)
        XCTAssertEqual(Set(try taps(engine).map(\.delivery)), [.received])
        XCTAssertEqual(try office.taps().filter(kept.map(\.id).contains).sorted(), kept.map(\.id).sorted())
    }

    /// Oldest first.
    private func taps(_ engine: CheckInEngine) throws -> [LogRow] {
        try engine.history(limit: 100_000).filter { $0.mark == .tap }.reversed()
    }

    /// A line that it told; `nil` after the last.
    private func line() -> String? {
        var bytes = Data()
        while let byte = try? told.fileHandleForReading.read(upToCount: 1), let first = byte.first {
            if first == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(first)
        }
        return nil
    }
}
