import HadirCore

/// How a state looks: the shape's name among Apple's symbols, its colour, and its word.
public struct Look: Hashable, Sendable {
    public let symbol: String
    public let tone: Tone
    /// A key of the table of words, for who hears the screen.
    public let word: String
}

extension WindowMark {
    /// *Not received yet* must never look like *missed*: a dashed frame against a struck ring, and another colour.
    public var look: Look {
        switch self {
        case .onTime: Look(symbol: "checkmark.circle.fill", tone: Palette.good.text, word: "mark_on_time")
        case .late: Look(symbol: "clock", tone: Palette.late.text, word: "mark_late")
        case .look: Look(symbol: "exclamationmark.diamond", tone: Palette.look.text, word: "mark_look")
        case .open: Look(symbol: "smallcircle.filled.circle", tone: Palette.primary, word: "mark_open")
        case .later: Look(symbol: "circle.dashed", tone: Palette.quiet, word: "mark_later")
        case .missed: Look(symbol: "circle.slash", tone: Palette.stop.text, word: "mark_missed")
        case .notReceived: Look(symbol: "square.dashed", tone: Palette.late.text, word: "mark_not_received")
        case .excused: Look(symbol: "checkmark.circle", tone: Palette.good.text, word: "mark_excused")
        case .notOwed: Look(symbol: "minus", tone: Palette.quiet, word: "mark_not_owed")
        }
    }
}

extension DeliveryMark {
    /// The colour of a delivery; its word stands beside it.
    public var tone: Tone {
        switch self {
        case .waiting: Palette.late.text
        case .received: Palette.quiet
        case .parked, .conflict: Palette.look.text
        case .lost: Palette.stop.text
        }
    }
}

extension FormMark {
    public var pair: Palette.Pair {
        switch self {
        case .due: Palette.info
        case .dueLate: Palette.late
        case .mayEnter: Palette.good
        case .mayNotEnter: Palette.stop
        }
    }
}

extension LogMark {
    /// The picture of a record in the history.
    public var symbol: String {
        switch self {
        case .tap: "mappin.circle"
        case .tapWithoutFix: "mappin.slash"
        case .form: "list.clipboard"
        case .share: "location.circle"
        case .asked: "envelope"
        case .seen: "eye"
        case .note: "info.circle"
        }
    }
}
