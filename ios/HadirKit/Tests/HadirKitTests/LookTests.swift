import Foundation
import HadirCore
import Testing

@testable import HadirKit

/// Colours and shapes, by the numbers.
@Suite struct LookTests {
    private static let pairs = [Palette.info, Palette.good, Palette.late, Palette.look, Palette.stop]
    private static let marks: [WindowMark] = [
        .onTime, .late, .look, .open, .later, .missed, .notReceived, .excused, .notOwed,
    ]

    /// Relative luminance, WCAG 2.2.
    private func luminance(_ colour: UInt32) -> Double {
        let parts = [16, 8, 0].map { shift -> Double in
            let part = Double(colour >> UInt32(shift) & 0xFF) / 255
            return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }

    private func contrast(_ one: UInt32, _ other: UInt32) -> Double {
        let both = [luminance(one), luminance(other)].sorted()
        return (both[1] + 0.05) / (both[0] + 0.05)
    }

    private func expectReadable(_ text: Tone, on ground: Tone) {
        #expect(contrast(text.light, ground.light) >= 4.5)
        #expect(contrast(text.dark, ground.dark) >= 4.5)
    }

    @Test func everyTextIsReadableOnItsGround() {
        for ground in [Palette.ground, Palette.surface] {
            for text in [Palette.ink, Palette.quiet, Palette.primary] + Self.pairs.map(\.text) {
                expectReadable(text, on: ground)
            }
        }
        expectReadable(Palette.onPrimary, on: Palette.primary)
        for pair in Self.pairs {
            expectReadable(pair.text, on: pair.fill)
            expectReadable(Palette.ink, on: pair.fill)
        }
    }

    @Test func everyStateHasAShapeAndAWordOfItsOwn() {
        #expect(Set(Self.marks.map(\.look.symbol)).count == Self.marks.count)
        #expect(Set(Self.marks.map(\.look.word)).count == Self.marks.count)
        #expect(WindowMark.notReceived.look.tone != WindowMark.missed.look.tone)
    }
}
