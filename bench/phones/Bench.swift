import Foundation
import HadirCore
import HadirOffice

/// The border's numbers from Swift. One JSON object, microseconds; see tests/office/src/bin/border-bench.rs.
final class Plain: KeyVault {
  func wrap(secret: Data) throws -> Data { secret }
  func unwrap(wrapped: Data) throws -> Data { wrapped }
}

func measured(_ warm: Int, _ count: Int, _ between: () -> Void, _ call: () throws -> Void) rethrows
  -> String
{
  var taken: [Double] = []
  for number in 0..<(warm + count) {
    between()
    let began = DispatchTime.now().uptimeNanoseconds
    try call()
    if number >= warm { taken.append(Double(DispatchTime.now().uptimeNanoseconds - began) / 1e3) }
  }
  taken.sort()
  func at(_ part: Int) -> String { String(format: "%.1f", taken[min(taken.count * part / 100, taken.count - 1)]) }
  return "{\"p50\":\(at(50)),\"p99\":\(at(99))}"
}

@main
struct Bench {
  static func main() throws {
    let began = DispatchTime.now().uptimeNanoseconds
    _ = coreVersion()
    let first = Double(DispatchTime.now().uptimeNanoseconds - began) / 1e3
    let office = try TestOffice(policy: "default", at: "2026-11-24T08:00:00")
    let root = ProcessInfo.processInfo.environment["HADIR_BENCH_DIR"] ?? "."
    let directory = URL(fileURLWithPath: root).appendingPathComponent("bench-\(UUID().uuidString)")
    let engine = try CheckInEngine.open(
      config: OpenConfig(
        directory: directory.appendingPathComponent("store").path, app: "bench/1", bootMark: "7",
        language: .indonesian, proxy: nil), vault: Plain())
    try engine.enrol(link: office.invite(number: "A-1"))
    let place = PlaceSeen.fix(
      latitude: -2.55, longitude: 120.37, accuracyM: 25, ageMs: 800, origin: .gnss, mock: false,
      speedMps: nil, gnssUtcMs: nil)
    let today = try measured(500, 2_000, {}) { _ = try engine.today() }
    let tap = try measured(1_000, 1_000, { office.advance(ms: 4_000) }) {
      _ = try engine.checkIn(attempt: engine.beginTap().id, place: place)
    }
    _ = engine.close()
    office.close()
    try FileManager.default.removeItem(at: directory)
    print("{\"first\":\(String(format: "%.1f", first)),\"today\":\(today),\"tap\":\(tap)}")
  }
}
