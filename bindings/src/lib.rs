//! The foreign border: what Kotlin and Swift hold of Hadir's core.
//!
//! One object, [`CheckInEngine`]; plain records and enums; one error, [`HadirError`]; one foreign trait, [`KeyVault`]. A shell
//! that uses it needs no rule, no retry, no queue, no signing, no JSON and no date arithmetic: every screen has one call that
//! answers with what to show, in the person's language, and with what may be done about it.
//!
//! # Threads
//!
//! Every call blocks. [`CheckInEngine::today`] and a tap take a millisecond or less besides one sync to the medium; network
//! calls take up to their deadline and a quarter of a second. All may be made from any thread and at the same time; none is for the thread
//! that draws. [`CheckInEngine::cancel`] and [`CheckInEngine::close`] end what is under way.
//!
//! # Times and dates
//!
//! Instants are milliseconds since 1970 (`*_ms`), for the platform's alarms alone: what a person reads comes ready as text, in
//! the office's zone. Dates are texts, `2026-11-24`; a shell passes them back and never computes with them.
//!
//! # Log
//!
//! [`log_lines`] gives what happened, line by line and without personal data; a shell shows them to a developer
//! who asks.
//!
//! # Panics
//!
//! None crosses the border: a call that meets one ends with [`HadirError::Internal`], and the store stays as its last commit left it.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

uniffi::setup_scaffolding!();

mod ask;
mod care;
mod choices;
mod engine;
mod enrol;
mod error;
mod form;
mod guard;
mod history;
mod home;
mod hooks;
mod logging;
mod month;
mod pin;
mod proof;
mod remind;
mod share;
mod sync;
mod tap;
mod vault;
mod words;

#[cfg(feature = "testing")]
pub use self::hooks::{Interposed, interpose, set_clock};
pub use self::{
    ask::{Appealed, AskKind, AskRow, AskedFor, GroundsForAppeal},
    care::{BatterySaving, Diagnostics, HelpCode, OldStore, PermissionState, PhoneFacts},
    choices::{AppealChoices, DateChoice, GroundsChoice, KindChoice, RequestChoices, WindowChoice},
    engine::{CheckInEngine, Language, OpenConfig, Standing},
    enrol::{InviteCheck, InviteLook},
    error::{HadirError, WhatToDo},
    form::{Form, FormAnswer, FormQuestion, FormResult, FormRisk},
    history::{LogMark, LogRow, ParkedRow, Why},
    home::{
        DeliveryMark, FormMark, FormRow, NeedKind, NeedRow, OtherRow, PersonCard, RuleCard, TapCard, Today, WindowMark,
        WindowRow,
    },
    logging::{LogLevel, LogLine, log_lines},
    month::{MonthDay, MonthWindow, MyMonth},
    pin::PinAnswer,
    proof::ShareText,
    remind::{RemindOf, Reminder},
    share::{ShareCard, ShareMark},
    sync::{SyncEnd, SyncReport},
    tap::{BegunTap, FixOrigin, NoFixReason, PlaceSeen, TapRecorded, TapWait},
    vault::{KeyVault, VaultError},
};

/// The version of this library, as it stands in records beside the app's.
#[uniffi::export]
#[must_use]
pub fn core_version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
