// A phone in a process of its own, to be killed: it enrols, says so, waits for a line, then taps and says the id of each tap that returned.
//
//   TapProcess DIRECTORY INVITE WALL_MS BOOT_MS TAPS
//
// After TAPS taps it waits for the end of its input, with the store open.
import Foundation
import HadirCore
import HadirOffice

/// Wraps with one byte, as the test that opens the store anew does.
final class ByteVault: KeyVault {
    func wrap(secret: Data) throws -> Data { Data(secret.map { $0 ^ 0x5a }) }
    func unwrap(wrapped: Data) throws -> Data { try wrap(secret: wrapped) }
}

/// Unbuffered: what was said is said, however the process ends.
func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }

let given = CommandLine.arguments
guard given.count == 6, let wallMs = Int64(given[3]), let bootMs = UInt64(given[4]), let taps = Int(given[5]) else {
    fatalError("DIRECTORY INVITE WALL_MS BOOT_MS TAPS")
}
let clock = TestClock(shows: TestReading(wallMs: wallMs, bootMs: bootMs))
let config = OpenConfig(
    directory: given[1], app: "swift/1", bootMark: "7", language: .indonesian, proxy: nil)
let engine = try CheckInEngine.open(config: config, vault: ByteVault())
try engine.enrol(link: given[2])
_ = try engine.sync(deadlineMs: 20_000)
say("enrolled")
_ = readLine()
for _ in 0..<taps {
    // Presses within three seconds are one.
    clock.advance(ms: 3_100)
    let place = PlaceSeen.fix(
        latitude: -2.55, longitude: 120.37, accuracyM: 25, ageMs: 800, origin: .gnss, mock: false, speedMps: nil,
        gnssUtcMs: nil)
    say(try engine.checkIn(attempt: try engine.beginTap().id, place: place).record)
}
while readLine() != nil {}
