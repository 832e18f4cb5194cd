import Foundation
import HadirCore
import HadirKit

/// The shell's own words, from the string catalogue that bindings/words.toml makes, in the language of the screens.
struct Words {
    private let bundle: Bundle

    init(_ language: Language) {
        let folder = Bundle.main.path(forResource: language.tag, ofType: "lproj")
        bundle = folder.flatMap(Bundle.init(path:)) ?? .main
    }

    func text(_ key: String, _ values: [String]) -> String {
        let text = bundle.localizedString(forKey: key, value: nil, table: nil)
        return values.isEmpty ? text : String(format: text, arguments: values)
    }
}

extension AppModel {
    /// A word of the table, with what is filled into it.
    func say(_ key: String, _ values: String...) -> String { Words(language).text(key, values) }

    func say(_ message: Message) -> String {
        switch message {
        case .said(let text): text
        case .word(let key): say(key)
        }
    }
}
