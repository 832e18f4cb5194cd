import HadirCore

extension Language {
    /// The language of the first of the phone's languages that this app speaks; Indonesian where it speaks none of them.
    /// `tags` are as `Locale.preferredLanguages` gives them.
    public static func preferred(_ tags: [String]) -> Language {
        tags.lazy.compactMap(Language.init(tag:)).first ?? .indonesian
    }

    /// Reads `id`, `id-ID`, `in`, `en-GB`.
    public init?(tag: String) {
        switch tag.prefix(while: { $0 != "-" && $0 != "_" }).lowercased() {
        case "id", "in": self = .indonesian
        case "en": self = .english
        default: return nil
        }
    }

    /// As it names the table's column.
    public var tag: String {
        switch self {
        case .indonesian: "id"
        case .english: "en"
        }
    }
}
