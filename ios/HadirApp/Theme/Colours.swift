import HadirKit
import SwiftUI
import UIKit

extension Tone {
    /// Follows the screen between light and dark.
    var color: Color {
        Color(
            uiColor: UIColor { traits in
                let rgb = traits.userInterfaceStyle == .dark ? dark : light
                let part = { (shift: UInt32) in CGFloat(rgb >> shift & 0xFF) / 255 }
                return UIColor(red: part(16), green: part(8), blue: part(0), alpha: 1)
            })
    }
}

/// Sizes of the one language of phone and board, points.
enum Size {
    static let small: CGFloat = 8
    static let normal: CGFloat = 16
    static let large: CGFloat = 24
    static let corner: CGFloat = 14
    /// Apple asks for 44 at least; the large buttons are as large as Android's.
    static let button: CGFloat = 56
    static let target: CGFloat = 44
}

extension Font {
    /// Large figures: the time of a tap.
    static let figures = Font.largeTitle.bold().monospacedDigit()
}
