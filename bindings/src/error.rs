//! The one error of the border, made for people who write shells: what to show, and what leads on.

use hadir_core::{
    engine::EngineError,
    form::FormError,
    ports::{TransportError, VaultError},
    text::{self, Lang},
    wire::ProblemCode,
};

/// What leads on after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum WhatToDo {
    /// The person unlocks the phone once; then the same call.
    UnlockPhone,
    /// The same call, later. Nothing has to be done meanwhile.
    TryLater,
    /// The person enrols (anew) with an invite; what lies on this phone is kept.
    Enrol,
    /// The person asks the office for a new invite.
    AskForInvite,
    /// The app is updated.
    UpdateApp,
    /// The person frees some space on the phone.
    FreeSpace,
    /// What was typed or chosen is put right.
    Correct,
    /// The screen is drawn anew from `today()` or its own call: what it showed has changed.
    Refresh,
    /// The help desk looks at it, with `diagnostics()`.
    AskForHelp,
}

/// Why a call did not do what it should. Nothing that was recorded before is touched by any of them.
///
/// `text` is one or two sentences for the person, in the engine's language, without personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum HadirError {
    /// Nobody is enrolled on this phone. Show the enrolment.
    #[error("{text}")]
    NotEnrolled {
        /// For the person.
        text: String,
    },
    /// Somebody is enrolled already: one store is one person. Show whom, and offer another profile.
    #[error("{text}")]
    AlreadyEnrolled {
        /// For the person.
        text: String,
    },
    /// The key store can't be used yet, mostly since the phone has not been unlocked after it was started. Show `text`, and open again after.
    #[error("{text}")]
    KeysUnavailable {
        /// For the person.
        text: String,
        /// `UnlockPhone` or `TryLater`.
        todo: WhatToDo,
    },
    /// There is no space to record on; nothing was recorded. Say it at once.
    #[error("{text}")]
    StoreFull {
        /// For the person.
        text: String,
    },
    /// The store can't be used. Show `text` and *Kode bantuan*.
    #[error("{text}")]
    Store {
        /// For the person.
        text: String,
        /// What leads on: `UpdateApp` for a store of a newer version, `TryLater` if another process has it, else `AskForHelp`.
        todo: WhatToDo,
    },
    /// What was typed, pasted or chosen can't be taken as it is. Show `text` beside the input.
    #[error("{text}")]
    BadInput {
        /// For the person.
        text: String,
    },
    /// The invite is used, expired, unknown, or of another agency. Show `text`, and offer to enter another.
    #[error("{text}")]
    InviteRefused {
        /// For the person.
        text: String,
        /// `AskForInvite`, or `TryLater` where the server is busy.
        todo: WhatToDo,
    },
    /// The server was not reached. Show `text`; records are safe, and sync tries again by itself.
    #[error("{text}")]
    Network {
        /// For the person.
        text: String,
    },
    /// What answered is not the agency's server. Nothing was sent to it. Show `text`.
    #[error("{text}")]
    WrongServer {
        /// For the person.
        text: String,
    },
    /// The same is under way already. Show nothing.
    #[error("{text}")]
    Busy {
        /// For the person, if at all.
        text: String,
    },
    /// It can't be done now, or not for that date: no form is due, no live share is asked for. Draw the screen anew.
    #[error("{text}")]
    NotNow {
        /// For the person.
        text: String,
    },
    /// There is no such record, request or window on this phone. Draw the screen anew.
    #[error("{text}")]
    NotFound {
        /// For the person.
        text: String,
    },
    /// This version of the app is too old for what was asked. Show `text`.
    #[error("{text}")]
    UpdateNeeded {
        /// For the person.
        text: String,
    },
    /// The person cancelled, or the engine was closed meanwhile. Show nothing.
    #[error("{text}")]
    Cancelled {
        /// For the person, if at all.
        text: String,
    },
    /// The engine was closed. Open it again.
    #[error("{text}")]
    Closed {
        /// For the person, if at all.
        text: String,
    },
    /// A fault of this program. The store is as its last commit left it. Show `text` and *Kode bantuan*.
    #[error("{text}")]
    Internal {
        /// For the person.
        text: String,
        /// Where it happened, file and line, for a bug report.
        place: String,
    },
}

/// As a screen shows it; an error of Rust begins in lower case and ends without a stop.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let mut said: String = chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default();
    if !said.ends_with(['.', '?', '!']) {
        said.push('.');
    }
    said
}

impl HadirError {
    /// Says what the core says, in a language.
    pub(crate) fn of(error: &EngineError, lang: Lang) -> Self {
        let text = sentence(&text::engine::error(error, lang));
        match error {
            EngineError::NotEnrolled => Self::NotEnrolled { text },
            EngineError::AlreadyEnrolled => Self::AlreadyEnrolled { text },
            EngineError::Vault(VaultError::Locked) => Self::KeysUnavailable { text, todo: WhatToDo::UnlockPhone },
            EngineError::Vault(VaultError::Unavailable) => Self::KeysUnavailable { text, todo: WhatToDo::TryLater },
            EngineError::Vault(VaultError::KeyGone | VaultError::Rejected) => {
                Self::Store { text, todo: WhatToDo::Enrol }
            }
            EngineError::StoreFull => Self::StoreFull { text },
            EngineError::InUse => Self::Store { text, todo: WhatToDo::TryLater },
            EngineError::Store(_) | EngineError::Entropy(_) | EngineError::Sign(_) => {
                let todo = match error.way_on() {
                    hadir_core::engine::WayOn::Unlock => WhatToDo::UnlockPhone,
                    hadir_core::engine::WayOn::TryAgain => WhatToDo::TryLater,
                    hadir_core::engine::WayOn::EnrolAgain => WhatToDo::Enrol,
                    hadir_core::engine::WayOn::Update => WhatToDo::UpdateApp,
                    hadir_core::engine::WayOn::Look => WhatToDo::AskForHelp,
                };
                Self::Store { text, todo }
            }
            EngineError::EnrolRefused { code, .. } | EngineError::InviteRefused { code, .. } => {
                Self::refused(*code, text)
            }
            // Only a server that is busy, or too new, refuses a help code.
            EngineError::HelpRefused { .. } => Self::Network { text },
            EngineError::OtherAgency { .. } => Self::InviteRefused { text, todo: WhatToDo::AskForInvite },
            EngineError::Invite(hadir_core::engine::InviteError::Newer(_)) => Self::UpdateNeeded { text },
            EngineError::Form(FormError::Missing(_))
            | EngineError::Invite(_)
            | EngineError::Ask(_)
            | EngineError::Pin(_) => Self::BadInput { text },
            EngineError::Network(TransportError::Cancelled) => Self::Cancelled { text },
            EngineError::Network(_) | EngineError::NoCertificates => Self::Network { text },
            EngineError::NotOurServer(_) | EngineError::Trust(_) | EngineError::OtherInstallation { .. } => {
                Self::WrongServer { text }
            }
            EngineError::SyncRunning => Self::Busy { text },
            EngineError::NoLiveShare
            | EngineError::OutsideShareHours { .. }
            | EngineError::NoFormDue(_)
            | EngineError::Seal(_) => Self::NotNow { text },
            EngineError::UnknownForm { .. } | EngineError::Form(FormError::Unknown { .. }) => {
                Self::UpdateNeeded { text }
            }
            EngineError::UnknownRecord
            | EngineError::UnknownWindow(_)
            | EngineError::NothingToWithdraw
            | EngineError::NotParked => Self::NotFound { text },
            // The core's errors may grow: a shell shows the sentence, and the help desk knows more.
            _ => Self::Store { text, todo: WhatToDo::AskForHelp },
        }
    }

    fn refused(code: ProblemCode, text: String) -> Self {
        match code {
            ProblemCode::TooMany | ProblemCode::Unavailable | ProblemCode::ClockBehind => {
                Self::InviteRefused { text, todo: WhatToDo::TryLater }
            }
            ProblemCode::UnsupportedVersion => Self::UpdateNeeded { text },
            _ => Self::InviteRefused { text, todo: WhatToDo::AskForInvite },
        }
    }

    pub(crate) fn closed(lang: Lang) -> Self {
        Self::Closed { text: lang.pick("Aplikasi sedang ditutup.", "The app is closing.").to_owned() }
    }

    pub(crate) fn bad_input(id: &str, en: &str, lang: Lang) -> Self {
        Self::BadInput { text: lang.pick(id, en).to_owned() }
    }

    pub(crate) fn internal(place: String, lang: Lang) -> Self {
        let text = lang.pick(
            "Aplikasi mengalami gangguan. Yang sudah tercatat tetap aman; coba lagi, dan bila terulang hubungi petugas bantuan.",
            "The app met a fault. What was recorded is safe; try again, and tell the help desk if it happens again.",
        );
        Self::Internal { text: text.to_owned(), place }
    }
}
