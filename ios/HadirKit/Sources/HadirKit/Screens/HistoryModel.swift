import Foundation
import HadirCore
import Observation

/// The records of this phone, and the whole signed history as a file.
@MainActor @Observable public final class HistoryModel {
    /// The rows of one date.
    public struct Day: Identifiable, Equatable, Sendable {
        public let id: String
        public var rows: [LogRow]
    }

    public private(set) var days: [Day]?
    /// Whether there may be older ones.
    public private(set) var more = false
    public private(set) var trouble: Trouble?
    /// The file to be shared, and how many records it holds.
    public private(set) var exported: (file: URL, records: UInt32)?
    @ObservationIgnored private let session: Session
    @ObservationIgnored private var limit = Limits.historyRows

    public init(session: Session) { self.session = session }

    public func load() async {
        let limit = limit
        do {
            let rows = try await session.desk.ask { try $0.history(limit: limit) }
            more = rows.count == Int(limit)
            days = rows.reduce(into: []) { days, row in
                if days.last?.id == row.dayText {
                    days[days.count - 1].rows.append(row)
                } else {
                    days.append(Day(id: row.dayText, rows: [row]))
                }
            }
            trouble = nil
        } catch {
            trouble = Trouble(error)
        }
    }

    public func older() async {
        limit += Limits.historyRows
        await load()
    }

    /// Writes the whole history into a file of its own; positions are in it, which the screen says first.
    public func export() async {
        do {
            let file = try session.phone.folders.export()
            let path = file.path
            let records = try await session.desk.ask { try $0.export(file: path) }
            exported = (file, records)
            trouble = nil
        } catch {
            trouble = Trouble(error)
        }
    }

    /// It was shared, or not.
    public func forgetExport() {
        if let exported { try? FileManager.default.removeItem(at: exported.file) }
        exported = nil
    }
}
