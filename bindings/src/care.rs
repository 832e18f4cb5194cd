//! What a help desk asks, and taking everything off this phone.

use hadir_core::{
    engine,
    text::{Lang, store},
};

use crate::{engine::CheckInEngine, error::HadirError, guard, words::count};

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
    /// How many faults of this program were caught since it started.
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
        self.run(|engine, lang| Ok(seen(&engine.diagnostics(), lang)))
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
        faults: guard::caught(),
    }
}
