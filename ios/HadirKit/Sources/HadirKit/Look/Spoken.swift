import HadirCore

// Rows as they are read out, each in one breath: all that is seen of them, flags too, and no comma for what is empty.

private func spoken(_ parts: [String]) -> String { parts.filter { !$0.isEmpty }.joined(separator: ", ") }

extension WindowRow {
    /// `flag` says that something is to be looked at.
    public func spoken(flag: (String) -> String) -> String {
        HadirKit.spoken([label, title, detail] + flags.map(flag))
    }
}

extension OtherRow {
    /// `flag` says that something is to be looked at.
    public func spoken(flag: (String) -> String) -> String { HadirKit.spoken([title, detail] + flags.map(flag)) }
}

extension TapRecorded {
    /// Said when it is recorded: who does not see the screen change must not have to look for it.
    public var spoken: String { HadirKit.spoken([title, "\(timeText) \(zone)", countsTitle, placeTitle] + flags) }
}

extension LogRow {
    public var spoken: String { HadirKit.spoken([timeText, title, gradeText, deliveryText]) }
}

extension MonthDay {
    public var spoken: String { HadirKit.spoken([title, detail] + windows.map { "\($0.label) \($0.text)" }) }
}
