public protocol ShapeStyle: Sendable {}
extension Color: Primitive {}  // in an extension, as in the SDK: Color itself is not main-actor isolated
public struct Color: ShapeStyle, Hashable, Sendable {}
public struct Font: Hashable, Sendable {
    public static let largeTitle = Font(), title = Font(), title2 = Font(), title3 = Font(), headline = Font(),
        subheadline = Font(), body = Font(), footnote = Font()
    public func bold() -> Font { self }
    public func monospaced() -> Font { self }
    public func monospacedDigit() -> Font { self }
}
public struct Edge: Sendable {
    public struct Set: OptionSet, Sendable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        public static let all = Set(rawValue: 15), horizontal = Set(rawValue: 10), vertical = Set(rawValue: 5)
    }
}
public struct Alignment: Equatable, Sendable { public static let center = Self(), leading = Self() }
public struct HorizontalAlignment: Equatable, Sendable {
    public static let leading = Self(), center = Self(), trailing = Self()
}
public struct VerticalAlignment: Equatable, Sendable {
    public static let top = Self(), center = Self(), bottom = Self(), firstTextBaseline = Self()
}
public enum TextAlignment: Sendable { case leading, center, trailing }
public enum Axis: Sendable { case horizontal, vertical }
public protocol TextSelectability {}
public struct EnabledTextSelectability: TextSelectability {}
extension TextSelectability where Self == EnabledTextSelectability { public static var enabled: Self { Self() } }

// MARK: shapes
public protocol Shape: Sendable, View {}
public protocol InsettableShape: Shape {}
public struct Rectangle: InsettableShape, Primitive { public nonisolated init() {} }
public struct RoundedRectangle: InsettableShape, Primitive { public nonisolated init(cornerRadius: CGFloat) {} }
extension Shape { public func fill<S: ShapeStyle>(_ s: S) -> some View { EmptyView() } }
extension InsettableShape {
    public func strokeBorder<S: ShapeStyle>(_ s: S, lineWidth: CGFloat = 1) -> some View { EmptyView() }
}

// MARK: buttons
public struct ButtonStyleConfiguration {
    public struct Label: Primitive {}
    public let label: Label
    public let isPressed: Bool
}
@MainActor @preconcurrency public protocol ButtonStyle {
    associatedtype Body: View
    typealias Configuration = ButtonStyleConfiguration
    @ViewBuilder @MainActor @preconcurrency func makeBody(configuration: Configuration) -> Body
}
public struct PlainButtonStyle {}
extension PlainButtonStyle { public static var plain: PlainButtonStyle { Self() } }
