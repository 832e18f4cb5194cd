/// The platform's question for the permission, which nobody may answer: waited for as long as a press may wait, and no longer than it is wanted.
@MainActor final class Question {
    private let fixes: any FixSource
    private let wait: @Sendable (UInt64) async throws -> Void
    private var waiting: CheckedContinuation<FixState?, Never>?

    init(fixes: any FixSource, wait: @escaping @Sendable (UInt64) async throws -> Void) {
        self.fixes = fixes
        self.wait = wait
    }

    /// How location stands after the answer; `nil` where none came in time. The question stays on the screen then.
    func answer(withinMs: UInt64) async -> FixState? {
        await withCheckedContinuation { continuation in
            waiting = continuation
            let limit = Task { if (try? await wait(withinMs)) != nil { end(nil) } }
            Task {
                let state = await fixes.ask()
                limit.cancel()
                end(state)
            }
        }
    }

    /// Goes on without an answer.
    func giveUp() { end(nil) }

    private func end(_ state: FixState?) {
        waiting?.resume(returning: state)
        waiting = nil
    }
}
