import HadirCore
import Observation

/// *Bulan saya.*
@MainActor @Observable public final class MonthModel {
    public private(set) var month: MyMonth?
    public private(set) var trouble: Trouble?
    @ObservationIgnored private let session: Session
    @ObservationIgnored private var which: String?

    public init(session: Session) { self.session = session }

    public func load() async { await show(which) }

    /// Shows a month that another one named, or the present one.
    public func show(_ which: String?) async {
        do {
            month = try await session.desk.ask { try $0.month(month: which) }
            self.which = which
            trouble = nil
        } catch {
            trouble = Trouble(error)
        }
    }
}

/// This month's data use.
@MainActor @Observable public final class DataUseModel {
    public private(set) var lines: [String]?
    public private(set) var trouble: Trouble?
    @ObservationIgnored private let session: Session

    public init(session: Session) { self.session = session }

    public func load() async {
        do {
            lines = try await session.desk.ask { try $0.dataUse() }
            trouble = nil
        } catch {
            trouble = Trouble(error)
        }
    }
}
