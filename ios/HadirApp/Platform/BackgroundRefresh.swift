import BackgroundTasks
import Foundation
import HadirKit

/// iOS wakes the app when it likes, not before it was asked to; what is done then is HadirKit's.
@MainActor final class BackgroundRefresh: BackgroundPlanner {
    /// Stands in Info.plist too.
    private nonisolated static let identifier = "id.hadir.app.sync"

    /// To be called before the app has finished launching.
    func register(_ work: @escaping @MainActor () async -> Bool, stop: @escaping @MainActor () -> Void) {
        BGTaskScheduler.shared.register(forTaskWithIdentifier: Self.identifier, using: .main) { task in
            let held = Held(task: task)
            MainActor.assumeIsolated {
                let run = Task {
                    let well = await work()
                    held.task.setTaskCompleted(success: well)
                }
                // Called on any thread.
                held.task.expirationHandler = { @Sendable in
                    run.cancel()
                    Task { @MainActor in stop() }
                }
            }
        }
    }

    func plan(afterMs: UInt64) {
        let request = BGAppRefreshTaskRequest(identifier: Self.identifier)
        request.earliestBeginDate = Date(timeIntervalSinceNow: Double(afterMs) / 1_000)
        // Refused where background refresh is switched off: the next start of the app syncs all the same.
        try? BGTaskScheduler.shared.submit(request)
    }
}

/// A task of the system, which may be completed from any thread.
private struct Held: @unchecked Sendable { let task: BGTask }
