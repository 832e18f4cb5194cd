import HadirCore
import Observation

/// Records that the server could not take: kept here, tried again when the person says so.
@MainActor @Observable public final class ParkedModel {
    public private(set) var rows: [ParkedRow]?
    /// Links of rows that go up with the next sync.
    public private(set) var released: Set<String> = []
    public private(set) var trouble: Trouble?
    @ObservationIgnored private let session: Session

    public init(session: Session) { self.session = session }

    public static func name(_ row: ParkedRow) -> String { "\(row.epoch):\(row.seq)" }

    public func load() async {
        do {
            rows = try await session.desk.ask { try $0.parked() }
            trouble = nil
        } catch {
            trouble = Trouble(error)
        }
    }

    public func release(_ row: ParkedRow) async {
        let (epoch, seq) = (row.epoch, row.seq)
        do {
            try await session.desk.ask { try $0.release(epoch: epoch, seq: seq) }
            released.insert(Self.name(row))
            trouble = nil
        } catch {
            trouble = await session.failed(error)
        }
        session.syncSoon()
    }
}
