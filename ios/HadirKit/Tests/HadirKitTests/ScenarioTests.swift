import Foundation
import HadirCore
import HadirOffice
import XCTest

/// Plays tests/scenarios, as Rust and Kotlin do.
final class ScenarioTests: XCTestCase {
    func testTheScenarioOfAllThreeLanguagesSaysWhatIsExpected() throws {
        let root = URL(fileURLWithPath: ProcessInfo.processInfo.environment["HADIR_ROOT"] ?? "../..")
        let folder = root.appendingPathComponent("tests/scenarios")
        let script = try String(contentsOf: folder.appendingPathComponent("day.txt"), encoding: .utf8)
        let expected = try String(contentsOf: folder.appendingPathComponent("day.expected"), encoding: .utf8)
        let player = try ScenarioPlayer()
        for line in script.split(separator: "\n") where !line.hasPrefix("#") {
            player.said.append("> \(line)")
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            try player.play(words[0], words.count > 1 ? words[1] : "")
        }
        player.end()
        let lines = expected.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
        for (number, pair) in zip(player.said, lines).enumerated() {
            XCTAssertEqual(pair.0, pair.1, "line \(number + 1) of day.expected")
        }
        XCTAssertEqual(player.said.count, lines.count)
    }
}

private final class ScenarioPlayer {
    var said: [String] = []
    private let office: TestOffice
    private let directory: URL
    private var engine: CheckInEngine
    private var attempt: (String, PlaceSeen)

    private static let inside = PlaceSeen.fix(
        latitude: -2.55, longitude: 120.37, accuracyM: 25, ageMs: 800, origin: .gnss, mock: false,
        speedMps: nil, gnssUtcMs: nil)
    private static let outside = PlaceSeen.fix(
        latitude: -5.1477, longitude: 119.4327, accuracyM: 12, ageMs: 1_000, origin: .gnss, mock: true,
        speedMps: nil, gnssUtcMs: nil)

    init() throws {
        office = try TestOffice(policy: "default", at: "2026-11-24T07:30:00")
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("hadir-\(UUID().uuidString)")
        engine = try Self.open(directory)
        attempt = ("", Self.inside)
    }

    private static func open(_ directory: URL) throws -> CheckInEngine {
        let config = OpenConfig(
            directory: directory.appendingPathComponent("store").path, app: "swift/1", bootMark: "7",
            language: .indonesian, proxy: nil)
        return try CheckInEngine.open(config: config, vault: ByteVault())
    }

    func end() {
        _ = engine.close()
        office.close()
        try? FileManager.default.removeItem(at: directory)
    }

    func play(_ act: String, _ rest: String) throws {
        switch act {
        case "at": try office.until(at: rest)
        case "advance": office.advance(ms: UInt64(rest) ?? 0)
        case "online", "offline": try office.online(on: act == "online")
        case "recall":
            let parts = rest.split(separator: " ", maxSplits: 2).map(String.init)
            try office.recall(number: parts[0], date: parts[1], note: parts[2])
        case "decide":
            _ = try office.decide(grant: false, reason: String(rest.dropFirst("no ".count)))
        case "refuse": office.refuse(on: rest == "on")
        case "enrol": try enrol(rest)
        case "tap": try tap(rest)
        case "again": tapped(try engine.checkIn(attempt: attempt.0, place: attempt.1))
        case "reopen":
            XCTAssertTrue(engine.close())
            engine = try Self.open(directory)
        case "draft": try engine.saveFormDraft(date: formDate(), answers: answers(rest))
        case "submit": try submit(rest)
        case "wipe":
            try engine.wipe()
            // As Rust names it.
            say("\(try engine.standing())".prefix(1).uppercased() + "\(try engine.standing())".dropFirst())
        default: try read(act, rest)
        }
    }

    private func read(_ act: String, _ rest: String) throws {
        switch act {
        case "sync":
            let report = try engine.sync(deadlineMs: 20_000)
            say(report.text, "\(report.received) received, \(report.parked) parked, \(report.pending) pending")
        case "today": try today()
        case "history":
            for row in try engine.history(limit: 100) {
                say(row.dayText, row.timeText, row.title, row.gradeText, row.deliveryText)
            }
        case "parked": for row in try engine.parked() { say(row.title, row.reason, row.codeText) }
        case "release":
            for row in try engine.parked() { try engine.release(epoch: row.epoch, seq: row.seq) }
        case "why":
            let why = try XCTUnwrap(try engine.why(dateOf: engine.today().date, windowId: rest))
            say(why.title, why.state)
            for reason in why.reasons { say(reason) }
        case "appeal": try appeal(rest)
        case "requests":
            for row in try engine.requests() {
                say(row.title, row.standing, row.deliveryText, row.decisions.joined(separator: "; "))
            }
        case "confirm":
            for need in try engine.today().needs {
                guard let confirm = need.confirm else { continue }
                try engine.acknowledge(confirm: confirm)
                say(need.text)
            }
        case "month":
            let month = try engine.month(month: nil)
            say(month.title, month.totals.joined(separator: "; "))
        default: XCTFail("there is no act \(act)")
        }
    }

    private func say(_ parts: String...) { said.append(parts.joined(separator: " | ")) }

    private func enrol(_ number: String) throws {
        let link = try engine.inviteByCode(server: office.address(), code: office.code(number: number))
        let look = try engine.lookAtInvite(link: link)
        say(look.agency, try XCTUnwrap(look.person), try XCTUnwrap(look.unit), look.text)
        try engine.enrol(link: link)
    }

    private func tap(_ seen: String) throws {
        let place: PlaceSeen
        switch seen {
        case "inside": place = Self.inside
        case "outside": place = Self.outside
        default: place = .noFix(reason: .off)
        }
        attempt = (try engine.beginTap().id, place)
        tapped(try engine.checkIn(attempt: attempt.0, place: place))
    }

    private func tapped(_ tap: TapRecorded) {
        say(tap.title, tap.timeText, tap.zone, tap.countsTitle, tap.countsDetail)
        say(tap.placeTitle, tap.placeDetail, tap.deliveryText, tap.safeText)
        for flag in tap.flags { say(flag) }
    }

    private func submit(_ rest: String) throws {
        let date = try formDate()
        let kept = try engine.form(date: date)
        say(kept.title, kept.basis, "\(kept.answers.count) kept")
        let result = try engine.submitForm(date: date, answers: answers(rest))
        say(result.title, result.riskText, result.meaning)
    }

    private func appeal(_ rest: String) throws {
        let parts = rest.split(separator: " ", maxSplits: 1).map(String.init)
        let made = try engine.appeal(
            appealed: Appealed(
                date: engine.today().date, window: parts[0], record: nil, grounds: .network, text: parts[1],
                evidence: []))
        say(made.title, made.standing, made.deliveryText)
    }

    private func formDate() throws -> String {
        try XCTUnwrap(try engine.today().forms.first { $0.canFill }).date
    }

    private func answers(_ words: String) -> [FormAnswer] {
        words.split(separator: " ").map { pair in
            let parts = pair.split(separator: "=")
            return FormAnswer(question: String(parts[0]), yes: parts[1] == "ya")
        }
    }

    private func today() throws {
        let today = try engine.today()
        say(today.dateText, today.nowText, today.clockText, today.person.name, today.person.unit)
        say(today.dayTitle, today.dayDetail, today.deliveryText)
        say(today.tap.title, today.tap.detail, today.tap.button)
        for row in today.windows { say(row.label, row.title, row.detail, row.flags.joined(separator: "; ")) }
        for row in today.others { say(row.title, row.detail) }
        for row in today.forms { say(row.title, row.detail) }
        for row in today.needs { say(row.text) }
    }
}
