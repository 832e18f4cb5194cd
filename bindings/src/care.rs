//! What a help desk asks, and taking everything off this phone.

use std::time::Duration;

use hadir_core::{
    engine::{self, BatteryState, Permission, PhoneState},
    text::{Lang, data, home, store},
};

use crate::{engine::CheckInEngine, error::HadirError, words::count};

/// How a permission of the app stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum PermissionState {
    /// Given.
    Granted,
    /// Given in part: an approximate place, an alarm that is only about on time.
    Limited,
    /// Not given.
    Denied,
    /// Not given, and the platform does not ask again.
    DeniedForEver,
    /// The person was not asked yet.
    NotAsked,
    /// The platform does not say.
    Unknown,
}

/// How the phone saves its battery at this app's cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum BatterySaving {
    /// Not at all.
    Unrestricted,
    /// As the platform does by itself.
    Optimised,
    /// The person switched battery saving on for the phone.
    SaverOn,
    /// The app is restricted.
    Restricted,
    /// The platform does not say.
    Unknown,
}

/// What only the shell knows of a phone.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PhoneFacts {
    /// Maker and model, cut to 64 characters.
    pub model: String,
    /// System and version, likewise.
    pub os: String,
    /// Location while in use; `Limited` is an approximate one.
    pub location: PermissionState,
    /// Whether location is switched on; `None` where the platform does not say.
    pub location_on: Option<bool>,
    /// Location while the app is not in sight.
    pub background: PermissionState,
    /// Notifications.
    pub notifications: PermissionState,
    /// Exact alarms.
    pub exact_alarms: PermissionState,
    /// Battery saving.
    pub battery: BatterySaving,
}

/// *Kode bantuan.*
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct HelpCode {
    /// Six characters to be read out.
    pub code: String,
    /// Until when the help desk knows it, for people.
    pub until_text: String,
    /// Whether it tells how the phone stands now; else an earlier one, since the server could not be reached.
    pub sent_now: bool,
}

impl From<PermissionState> for Permission {
    fn from(state: PermissionState) -> Self {
        match state {
            PermissionState::Granted => Self::Granted,
            PermissionState::Limited => Self::Limited,
            PermissionState::Denied => Self::Denied,
            PermissionState::DeniedForEver => Self::DeniedForEver,
            PermissionState::NotAsked => Self::NotAsked,
            PermissionState::Unknown => Self::Unknown,
        }
    }
}

impl From<PhoneFacts> for PhoneState {
    fn from(facts: PhoneFacts) -> Self {
        Self {
            model: facts.model,
            os: facts.os,
            location: facts.location.into(),
            location_on: facts.location_on,
            background: facts.background.into(),
            notifications: facts.notifications.into(),
            exact_alarms: facts.exact_alarms.into(),
            battery: match facts.battery {
                BatterySaving::Unrestricted => BatteryState::Unrestricted,
                BatterySaving::Optimised => BatteryState::Optimised,
                BatterySaving::SaverOn => BatteryState::SaverOn,
                BatterySaving::Restricted => BatteryState::Restricted,
                BatterySaving::Unknown => BatteryState::Unknown,
            },
        }
    }
}

/// How things stand, for a help desk; nothing personal.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Diagnostics {
    /// The version of the core.
    pub core: String,
    /// The installation; `None` before the first attempt to enrol.
    pub install: Option<String>,
    /// The server's address.
    pub server: Option<String>,
    /// The newest record's epoch and place: *1:42*.
    pub head: Option<String>,
    /// How many records wait to be sent.
    pub pending: u64,
    /// How many records are parked.
    pub parked: u32,
    /// When the server was last heard of, by its own clock, milliseconds.
    pub last_contact_ms: Option<i64>,
    /// The number of the newest rule.
    pub pack: Option<u64>,
    /// Whether the last open found the store whole.
    pub store_whole: bool,
    /// What the last open found, one sentence each.
    pub store_notes: Vec<String>,
    /// Old stores that lie here for the agency.
    pub old_stores: Vec<OldStore>,
    /// The key of something that answers in the server's place, if there is one.
    pub unknown_key: Option<String>,
    /// How many faults of this program were caught since the engine was opened.
    pub faults: u32,
}

/// An old store that lies here.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct OldStore {
    /// Its number.
    pub number: u32,
    /// How many of its files wait to be sent.
    pub to_send: u32,
    /// Whether the agency has all of it.
    pub sent: bool,
    /// Whether the agency can recover it.
    pub recoverable: bool,
}

#[uniffi::export]
impl CheckInEngine {
    /// How things stand, for a help desk. Reads nothing from the medium.
    ///
    /// # Errors
    /// [`HadirError::Closed`].
    pub fn diagnostics(&self) -> Result<Diagnostics, HadirError> {
        self.run(|engine, lang| Ok(Diagnostics { faults: self.faults(), ..seen(&engine.diagnostics(), lang) }))
    }

    /// *Kode bantuan*: sends how the phone stands and returns the code by which a help desk finds it. Nothing of health, places or
    /// records goes up. Returns within 250 ms of the deadline.
    ///
    /// # Errors
    /// [`HadirError::NotEnrolled`]; [`HadirError::Network`] and [`HadirError::WrongServer`] where there is no earlier code either.
    pub fn help_code(&self, facts: PhoneFacts, deadline_ms: u64) -> Result<HelpCode, HadirError> {
        self.run_online(|engine, lang, cancel| {
            let help = engine.help_code(&facts.into(), Duration::from_millis(deadline_ms), cancel)?;
            let clock = home::clock_of(&engine.today()?, lang);
            Ok(HelpCode { code: help.code, until_text: clock.minute(help.expires_ms), sent_now: help.sent_now })
        })
    }

    /// What went over the network this month and the last, and what of it is counted; one line each.
    ///
    /// # Errors
    /// [`HadirError::NotEnrolled`].
    pub fn data_use(&self) -> Result<Vec<String>, HadirError> {
        self.run(|engine, lang| Ok(data::lines(&engine.data_use()?, lang)))
    }

    /// Removes everything that this phone holds of this person, what was not sent included. Ask twice, and name how many records wait.
    ///
    /// # Errors
    /// [`HadirError::Busy`] while a sync runs: cancel it first; [`HadirError::Store`] when something can't be removed.
    pub fn wipe(&self) -> Result<(), HadirError> {
        self.run(|engine, _| engine.wipe())
    }
}

fn seen(diagnostics: &engine::Diagnostics, lang: Lang) -> Diagnostics {
    let report = diagnostics.report.as_ref();
    let gaps = report.into_iter().flat_map(|report| &report.gaps).map(|gap| store::gap(gap, lang));
    let warnings = report.into_iter().flat_map(|report| &report.warnings).map(|warning| store::warning(warning, lang));
    let old = |old: &engine::OldStoreSeen| OldStore {
        number: count(old.number),
        to_send: count(old.to_send),
        sent: old.sent,
        recoverable: old.recoverable,
    };
    Diagnostics {
        core: crate::core_version(),
        install: diagnostics.install.map(|id| id.to_string()),
        server: diagnostics.server.clone(),
        head: diagnostics.head.map(|(epoch, seq)| format!("{epoch}:{seq}")),
        pending: diagnostics.pending,
        parked: count(diagnostics.parked.len()),
        last_contact_ms: diagnostics.last_contact_ms,
        pack: diagnostics.pack,
        store_whole: report.is_none_or(hadir_core::journal::RecoveryReport::is_clean),
        store_notes: gaps.chain(warnings).collect(),
        old_stores: diagnostics.old.iter().map(old).collect(),
        unknown_key: diagnostics.unknown_key.map(|key| key.to_string()),
        faults: 0,
    }
}
