/// A colour by its role, for a light and a dark screen, as `0xRRGGBB`.
public struct Tone: Hashable, Sendable {
    public let light: UInt32
    public let dark: UInt32

    init(_ light: UInt32, _ dark: UInt32) {
        self.light = light
        self.dark = dark
    }
}

/// The one calm language of phone and board. A state is a word, a shape and a colour; each text has 4.5:1 or more on its ground.
public enum Palette {
    public static let ground = Tone(0xF6F7F5, 0x101413)
    public static let surface = Tone(0xFFFFFF, 0x1A201E)
    public static let line = Tone(0xD5DBD7, 0x33403A)
    public static let ink = Tone(0x1A1F1D, 0xE8EDEA)
    public static let quiet = Tone(0x55605B, 0xA3AFA9)
    public static let primary = Tone(0x0A6B57, 0x5CCDB2)
    public static let onPrimary = Tone(0xFFFFFF, 0x06241D)
    public static let info = Pair(text: Tone(0x1D4F91, 0xA9C8F5), fill: Tone(0xE5EEFA, 0x182A44))
    public static let good = Pair(text: Tone(0x1E6B34, 0x8FD6A0), fill: Tone(0xE4F3E7, 0x17301D))
    public static let late = Pair(text: Tone(0x7A4E00, 0xF0C274), fill: Tone(0xFFF1D6, 0x33270F))
    public static let look = Pair(text: Tone(0x8A2E00, 0xFFB08A), fill: Tone(0xFFE8DC, 0x3A2014))
    public static let stop = Pair(text: Tone(0xA11D2B, 0xFFA3A8), fill: Tone(0xFDE6E7, 0x3B171A))

    /// A text and the fill that it stands on; the text may stand on surface and ground too.
    public struct Pair: Hashable, Sendable {
        public let text: Tone
        public let fill: Tone
    }
}
