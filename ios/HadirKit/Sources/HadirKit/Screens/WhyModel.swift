import HadirCore
import Observation

/// *Lihat alasan*: why a window, a day or a record stands as it does.
@MainActor @Observable public final class WhyModel {
    public enum Of: Hashable, Sendable {
        case window(date: String, id: String)
        case day(date: String)
        case record(id: String)
    }

    /// One answer, several for a day; empty where no rule was in force.
    public private(set) var whys: [Why]?
    public private(set) var trouble: Trouble?
    public let of: Of
    @ObservationIgnored private let session: Session

    public init(session: Session, of: Of) {
        self.session = session
        self.of = of
    }

    /// What is said where there is no answer, a key of the table of words: a new rule may have taken the window away while this is open.
    public var empty: String { if case .window = of { "why_gone" } else { "month_empty" } }

    public func load() async {
        let of = of
        do {
            whys = try await session.desk.ask { engine in
                switch of {
                case .window(let date, let id): try engine.why(dateOf: date, windowId: id).map { [$0] } ?? []
                case .day(let date): try engine.whyDay(dateOf: date)
                case .record(let id): [try engine.whyRecord(id: id)]
                }
            }
            trouble = nil
        } catch {
            trouble = Trouble(error)
        }
    }
}

/// *Bagikan bukti*: a text with a code that the office can check. The place is in it only if the person adds it, each time anew.
@MainActor @Observable public final class ProofModel {
    public private(set) var text: ShareText?
    public private(set) var trouble: Trouble?
    public private(set) var withPlace = false
    public let record: String
    @ObservationIgnored private let session: Session

    public init(session: Session, record: String) {
        self.session = session
        self.record = record
    }

    public func load() async { await include(place: withPlace) }

    public func include(place: Bool) async {
        let record = record
        do {
            let made = try await session.desk.ask { try $0.shareText(id: record, withPlace: place) }
            text = made
            withPlace = made.withPlace
            trouble = nil
        } catch {
            trouble = Trouble(error)
        }
    }
}
