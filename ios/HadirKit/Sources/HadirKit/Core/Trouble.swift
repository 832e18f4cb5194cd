import Foundation
import HadirCore

/// What leads on after something went wrong; a screen draws at most one button of it.
public enum Remedy: Equatable, Sendable {
    /// Nothing to be pressed: it is said, and that is all.
    case nothing
    /// The phone is unlocked once, then the app opens by itself.
    case unlock
    /// The same again.
    case again
    /// Enrol with an invite.
    case enrol
    /// Another invite is needed.
    case newInvite
    /// Update the app.
    case update
    /// Free some space.
    case freeSpace
    /// Put right what was typed; shown beside the input.
    case correct
    /// The screen was drawn anew.
    case redraw
    /// The help desk, with *Kode bantuan*.
    case help
}

/// A sentence for the person: the core's own, or a key of the table of words.
public enum Message: Equatable, Sendable {
    case said(String)
    case word(String)
}

/// What to show of an error, and what to do about it. Nothing that was recorded is touched by any.
public struct Trouble: Equatable, Sendable {
    public let message: Message
    public let remedy: Remedy
    /// Key of a title, for a trouble that fills the screen.
    public let title: String

    public init(_ message: Message, remedy: Remedy, title: String = "trouble_fault_title") {
        self.message = message
        self.remedy = remedy
        self.title = title
    }

    /// `nil` where nothing is shown: it was cancelled, is under way already, or the engine is being closed.
    public init?(_ error: any Error) {
        if error is CancellationError { return nil }
        guard let error = error as? HadirError else {
            // Only making the store's folder throws anything else.
            self.init(.word("trouble_store_text"), remedy: .again, title: "trouble_store_title")
            return
        }
        switch error {
        case .Busy, .Cancelled, .Closed: return nil
        case .NotEnrolled(let text): self.init(.said(text), remedy: .enrol)
        case .AlreadyEnrolled(let text): self.init(.said(text), remedy: .nothing)
        case .KeysUnavailable(let text, let todo), .Store(let text, let todo), .InviteRefused(let text, let todo):
            self.init(.said(text), remedy: Remedy(todo), title: Self.title(todo))
        case .StoreFull(let text): self.init(.said(text), remedy: .freeSpace, title: "trouble_full_title")
        case .BadInput(let text): self.init(.said(text), remedy: .correct)
        case .Network(let text): self.init(.said(text), remedy: .again)
        case .WrongServer(let text): self.init(.said(text), remedy: .nothing)
        case .NotNow(let text), .NotFound(let text): self.init(.said(text), remedy: .redraw)
        case .UpdateNeeded(let text): self.init(.said(text), remedy: .update, title: "trouble_update_title")
        case .Internal(let text, _): self.init(.said(text), remedy: .help)
        }
    }

    private static func title(_ todo: WhatToDo) -> String {
        switch todo {
        case .unlockPhone: "trouble_locked_title"
        case .updateApp: "trouble_update_title"
        case .freeSpace: "trouble_full_title"
        default: "trouble_store_title"
        }
    }
}

extension Remedy {
    init(_ todo: WhatToDo) {
        self =
            switch todo {
            case .unlockPhone: .unlock
            case .tryLater: .again
            case .enrol: .enrol
            case .askForInvite: .newInvite
            case .updateApp: .update
            case .freeSpace: .freeSpace
            case .correct: .correct
            case .refresh: .redraw
            case .askForHelp: .help
            }
    }
}
