import HadirKit
import SwiftUI

/// A screen: its content on the ground, scrolling at any size of the text, and its large buttons, which stay in sight below. Where a
/// large text or a phone on its side would leave the content too little, they scroll with it.
struct Page<Content: View, Below: View>: View {
    @Environment(\.dynamicTypeSize) private var size
    @Environment(\.verticalSizeClass) private var height
    private let content: Content
    private let below: Below

    init(@ViewBuilder content: () -> Content, @ViewBuilder below: () -> Below) {
        self.content = content()
        self.below = below()
    }

    var body: some View {
        VStack(spacing: 0) {
            ScrollView {
                VStack(alignment: .leading, spacing: Size.normal) {
                    content
                    if !held { buttons }
                }
                .frame(maxWidth: .infinity, alignment: .leading)
                .padding(Size.normal)
            }
            if held { buttons.padding(.horizontal, Size.normal).padding(.vertical, Size.small) }
        }
        .background(Palette.ground.color)
        .foregroundStyle(Palette.ink.color)
    }

    private var buttons: some View { VStack(spacing: Size.small) { below } }

    private var held: Bool { Below.self != EmptyView.self && !size.isAccessibilitySize && height != .compact }
}

extension Page where Below == EmptyView {
    init(@ViewBuilder content: () -> Content) {
        self.init(content: content, below: { EmptyView() })
    }
}

/// A white card.
struct Card<Content: View>: View {
    private let content: Content

    init(@ViewBuilder content: () -> Content) { self.content = content() }

    var body: some View {
        VStack(alignment: .leading, spacing: Size.small) { content }
            .frame(maxWidth: .infinity, alignment: .leading)
            .padding(Size.normal)
            .background(Palette.surface.color)
            .clipShape(RoundedRectangle(cornerRadius: Size.corner))
            .overlay {
                RoundedRectangle(cornerRadius: Size.corner).strokeBorder(Palette.line.color, lineWidth: 1)
            }
    }
}

/// A coloured note: one sentence that answers a worry in place, with a button where something can be done.
struct NoteCard<Way: View>: View {
    private let pair: Palette.Pair
    private let text: String
    private let way: Way

    init(_ text: String, _ pair: Palette.Pair, @ViewBuilder way: () -> Way) {
        self.text = text
        self.pair = pair
        self.way = way()
    }

    var body: some View {
        VStack(alignment: .leading, spacing: 0) {
            Text(verbatim: text).font(.subheadline).foregroundStyle(pair.text.color)
            way.buttonStyle(TextButton(tone: pair.text))
        }
        .frame(maxWidth: .infinity, alignment: .leading)
        .padding(Size.normal)
        .background(pair.fill.color)
        .clipShape(RoundedRectangle(cornerRadius: Size.corner))
    }
}

extension NoteCard where Way == EmptyView {
    init(_ text: String, _ pair: Palette.Pair) { self.init(text, pair, way: { EmptyView() }) }
}

/// A title of a group within a screen.
struct GroupTitle: View {
    let text: String

    init(_ text: String) { self.text = text }

    var body: some View {
        Text(verbatim: text)
            .font(.headline)
            .accessibilityAddTraits(.isHeader)
    }
}

/// Two words in a line, below each other where the text is large.
struct Fact: View {
    @Environment(\.dynamicTypeSize) private var size
    let name: String
    let value: String
    var tone = Palette.ink

    var body: some View {
        let layout = size.isAccessibilitySize ? AnyLayout(VStackLayout(alignment: .leading)) : AnyLayout(HStackLayout())
        layout {
            Text(verbatim: name).font(.subheadline).foregroundStyle(Palette.quiet.color)
            if !size.isAccessibilitySize { Spacer(minLength: Size.small) }
            Text(verbatim: value).font(.subheadline.bold()).foregroundStyle(tone.color).monospacedDigit()
        }
        .frame(minHeight: Size.target)
        .accessibilityElement(children: .combine)
    }
}

/// A line between rows.
struct Line: View {
    var body: some View { Rectangle().fill(Palette.line.color).frame(height: 1).accessibilityHidden(true) }
}
