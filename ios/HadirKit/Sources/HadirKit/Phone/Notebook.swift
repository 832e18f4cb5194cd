import Foundation

/// The little that the shell itself keeps. Nothing of a record, a place or a person.
public enum Note: Hashable, Sendable {
    /// The language that was chosen in the settings.
    case language
    /// Whose screens are shown.
    case profile
    /// Whether a profile was shown the permissions.
    case introduced(Int)
    /// The tap that is under way, so that a killed app can say whether it was recorded.
    case attempt(Int)

    /// For what it rang already.
    case rung(Int)

    var key: String {
        switch self {
        case .language: "language"
        case .profile: "profile"
        case .introduced(let profile): "introduced.\(profile)"
        case .attempt(let profile): "attempt.\(profile)"
        case .rung(let profile): "rung.\(profile)"
        }
    }
}

/// Keeps notes across the app's ends.
@MainActor public protocol Notebook: AnyObject {
    subscript(note: Note) -> String? { get set }
}

/// Notes in the user's defaults.
@MainActor public final class DefaultsNotebook: Notebook {
    private let defaults: UserDefaults

    public init(_ defaults: UserDefaults = .standard) { self.defaults = defaults }

    public subscript(note: Note) -> String? {
        get { defaults.string(forKey: note.key) }
        set {
            if let newValue {
                defaults.set(newValue, forKey: note.key)
            } else {
                defaults.removeObject(forKey: note.key)
            }
        }
    }
}
