import Foundation
import HadirCore

/// Hands on what the core says of itself, line by line, to whoever listens; nothing personal stands in a line.
public actor CoreLog {
    /// That of the process: the core keeps one log for all engines.
    public static let shared = CoreLog()

    private nonisolated let listening = Listening()
    private var sink: (@Sendable (LogLine) -> Void)?
    private var last: UInt64 = 0

    /// Hands lines to `sink` from now on, those that are kept first.
    public func begin(_ sink: @escaping @Sendable (LogLine) -> Void) {
        self.sink = sink
        listening.begin()
        pass()
    }

    /// Hands on what is new since the last time.
    public func pass() {
        guard let sink else { return }
        for line in logLines(after: last) {
            sink(line)
            last = line.number
        }
    }

    /// The same, soon; nothing where nobody listens.
    nonisolated func passSoon() {
        if listening.began { Task { await pass() } }
    }
}

private final class Listening: @unchecked Sendable {
    private let lock = NSLock()
    private var on = false

    func begin() { lock.withLock { on = true } }
    var began: Bool { lock.withLock { on } }
}
