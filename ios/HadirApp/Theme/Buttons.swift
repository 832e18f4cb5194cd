import HadirKit
import SwiftUI

/// The one large button of a screen: filled where a tap is owed, else an outline. Never disabled.
struct LargeButton: ButtonStyle {
    var filled = true
    /// Of an outline: the colour of what can't be undone, say.
    var tone = Palette.primary

    func makeBody(configuration: Configuration) -> some View {
        configuration.label
            .font(.headline)
            .multilineTextAlignment(.center)
            .frame(maxWidth: .infinity, minHeight: Size.button)
            .padding(.horizontal, Size.normal)
            .foregroundStyle(filled ? Palette.onPrimary.color : tone.color)
            .background(filled ? Palette.primary.color : Palette.surface.color)
            .clipShape(RoundedRectangle(cornerRadius: Size.corner))
            .overlay {
                RoundedRectangle(cornerRadius: Size.corner).strokeBorder(
                    tone.color, lineWidth: filled ? 0 : 2)
            }
            .opacity(configuration.isPressed ? 0.85 : 1)
            .contentShape(RoundedRectangle(cornerRadius: Size.corner))
    }
}

/// A quiet button in a line of text or a card.
struct TextButton: ButtonStyle {
    var tone = Palette.primary

    func makeBody(configuration: Configuration) -> some View {
        configuration.label
            .font(.subheadline.bold())
            .foregroundStyle(tone.color)
            .frame(minWidth: Size.target, minHeight: Size.target)
            .opacity(configuration.isPressed ? 0.7 : 1)
            .contentShape(Rectangle())
    }
}

/// A button whose act waits for the engine.
struct AsyncButton<L: View>: View {
    let act: @MainActor () async -> Void
    let label: L

    init(_ act: @escaping @MainActor () async -> Void, @ViewBuilder label: () -> L) {
        self.act = act
        self.label = label()
    }

    var body: some View {
        Button {
            Task { await act() }
        } label: {
            label
        }
    }
}

extension AsyncButton where L == Text {
    init(_ words: String, act: @escaping @MainActor () async -> Void) {
        self.init(act) { Text(verbatim: words) }
    }
}
