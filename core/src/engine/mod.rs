//! The one thing a shell holds: records, delivers, and says what is due.
//!
//! - [`CheckInEngine::open`] and [`CheckInEngine::enrol`] make a phone one person's installation;
//! - [`CheckInEngine::invite_by_code`] and [`CheckInEngine::look_at_invite`] come before: the invite of a typed code, and whose it is;
//! - [`CheckInEngine::check_in`], [`CheckInEngine::submit_form`] and [`CheckInEngine::acknowledge`] record, on disk before they return;
//! - [`CheckInEngine::share`] and [`CheckInEngine::track`] share the place live, in the policy's hours alone;
//! - [`CheckInEngine::request`], [`CheckInEngine::withdraw`] and [`CheckInEngine::appeal`] ask something of the office, likewise;
//!   [`CheckInEngine::requests`] says what became of it;
//! - [`CheckInEngine::sync`] delivers, and is never in anyone's way: a tap does not wait for the network;
//! - [`CheckInEngine::help_code`] tells the help desk how the phone stands;
//! - [`CheckInEngine::today`] draws the home screen; [`CheckInEngine::log`], [`CheckInEngine::day`] and
//!   [`CheckInEngine::export`] answer *why?* and give the evidence away; [`CheckInEngine::month`] sums a month up, and
//!   [`CheckInEngine::proof`] is what a person may show of one record;
//! - [`CheckInEngine::reminders`], [`CheckInEngine::request_choices`] and [`CheckInEngine::appeal_choices`] are what a shell
//!   hands to the platform and to its forms; [`CheckInEngine::practice`] shows a tap without one, and
//!   [`CheckInEngine::data_use`] what all this costs.
//!
//! Calls block and may come from any thread. Time, randomness, disk, keys and network come in through [`Ports`], so that
//! a thousand phones run in one thread of simulated time. One store is one person on one installation.

mod act;
mod ask;
mod begin;
mod change;
mod choices;
mod data_use;
mod deliver;
mod draft;
mod enrol;
mod error;
mod export;
mod freeing;
mod help;
mod invite;
mod invite_ask;
mod log;
mod look;
mod month;
mod now;
mod old;
mod pin;
mod practice;
mod preview;
mod proof;
mod reconnect;
mod remind;
mod rules;
mod screen;
mod session;
mod share;
mod state;
mod store;
#[cfg(test)]
mod tests;
mod today;
mod upload;
mod waiting;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicBool},
};

pub use crate::remind::{LocalMinute, Reminder, ReminderKind};

pub use self::{
    act::{Attempt, FormSubmitted, Recorded},
    ask::{AppealDraft, AskToday, Asked, AskedWhat},
    begin::{BegunTap, TapWait},
    choices::{
        AppealChoices, AppealRecord, AppealWindow, GroundsChoice, Needed, RequestChoices, RequestKind, WindowChoice,
    },
    data_use::{DataUse, MonthUse},
    deliver::{SyncEnd, SyncReport},
    draft::{DraftFound, FormDraft},
    error::{EngineError, WayOn},
    help::HelpCode,
    invite::{InviteError, InviteFacts, invite_facts, parse_address, parse_invite},
    invite_ask::{InvitePreview, InviteWhose},
    log::{LogEntry, LogFilter, LogWhat},
    month::{DayKnown, MonthDay, MonthTotals, MonthWindow, MyMonth, NotJudged},
    now::{ClockSource, Now},
    old::OldStoreSeen,
    pin::{BadPin, PinCheck},
    practice::Practice,
    proof::{Proof, ProofPlace, ProofWhat},
    screen::{
        FormState, FormToday, ModeToday, Need, NextWindow, OtherToday, Person, RuleToday, TapNow, Today, WindowSource,
        WindowToday,
    },
    session::GnssReading,
    share::{ShareNow, ShareToday, Shared},
};
use self::{store::Store, upload::Lookahead};
pub use crate::wire::{BatteryState, InviteState, Permission, PhoneState};
use crate::{
    LOG,
    index::Index,
    journal::{Journal, JournalError, Options, RecoveryReport, wipe},
    model::{InstallId, KeyId, RecordId},
    outbox::ParkedPlace,
    ports::{Clock, Disk, Entropy, KeyVault, ServerTls, TlsClock, Transport, TransportError},
    sync::Sync,
};

/// Makes a transport; the argument says how the server's TLS is known.
pub type Connect = dyn Fn(&ServerTls) -> Result<Arc<dyn Transport>, TransportError> + Send + std::marker::Sync;

/// The engine's doors to the outside.
#[derive(Clone)]
pub struct Ports {
    /// The directory of this installation's store.
    pub disk: Arc<dyn Disk>,
    /// The platform's key store; called in open and enrol only.
    pub vault: Arc<dyn KeyVault>,
    /// The clocks.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Makes the transport, at the first request.
    pub connect: Arc<Connect>,
    /// The index over the journal, for long histories; without one they are read from the journal.
    pub index: Option<Arc<dyn Index>>,
}

#[cfg(feature = "phone")]
impl Ports {
    /// The doors of a real phone or computer: `directory` is made if it is missing; `proxy` is the network's, which the shell
    /// may change at any time.
    ///
    /// # Errors
    /// [`EngineError::Store`] when the directory can't be made or opened.
    pub fn system(
        directory: &std::path::Path,
        vault: Arc<dyn KeyVault>,
        proxy: crate::adapters::ProxySetting,
    ) -> Result<Self, EngineError> {
        use crate::adapters::{
            HttpOptions, HttpTransport, PatientVault, SledIndex, SystemClock, SystemDisk, SystemEntropy,
        };

        let connect = move |tls: &ServerTls| {
            let options = HttpOptions { tls: tls.clone(), proxy: proxy.clone(), user_agent: None };
            match HttpTransport::new(&options) {
                Ok(transport) => Ok(Arc::new(transport) as Arc<dyn Transport>),
                Err(error) => Err(TransportError::Unsendable(error.to_string())),
            }
        };
        Ok(Self {
            disk: Arc::new(SystemDisk::open(directory).map_err(JournalError::from)?),
            vault: Arc::new(PatientVault::new(vault)),
            clock: Arc::new(SystemClock::new()),
            entropy: Arc::new(SystemEntropy::new()),
            connect: Arc::new(connect),
            index: Some(Arc::new(SledIndex::new(&directory.join("index")))),
        })
    }
}

impl fmt::Debug for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ports({})", self.disk.identity())
    }
}

/// What a shell tells the engine about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Software and version, as it stands in each record; cut to 64 characters.
    pub app: String,
    /// An opaque text that is the same for as long as the phone does not restart, and never again: Android's BOOT_COUNT,
    /// Linux's boot_id. Without one, the same boot can only be presumed.
    pub boot_mark: Option<String>,
    /// The length of the journal's segments, bytes; a program with very many small stores takes less than the default.
    pub segment_bytes: u32,
}

impl Settings {
    /// Names the software, and leaves the rest as most shells want it.
    #[must_use]
    pub fn new(app: impl Into<String>) -> Self {
        Self { app: app.into(), boot_mark: None, segment_bytes: Options::default().segment_bytes }
    }

    /// Adds the boot mark.
    #[must_use]
    pub fn with_boot_mark(self, mark: Option<String>) -> Self {
        Self { boot_mark: mark, ..self }
    }
}

struct Inner {
    store: Option<Store>,
    /// The store that lies here has lost its keys: enrolling sets it aside.
    lost: bool,
    sync: Sync,
    ahead: Lookahead,
    /// The newest press of the button, and when it was, by the clock of this boot.
    begun: Option<(RecordId, u64)>,
}

impl Inner {
    /// The store of somebody who is enrolled.
    fn enrolled(&mut self) -> Result<&mut Store, EngineError> {
        self.store.as_mut().filter(|store| store.state.identity.is_some()).ok_or(EngineError::NotEnrolled)
    }
}

/// One person's installation.
pub struct CheckInEngine {
    ports: Ports,
    settings: Settings,
    inner: Mutex<Inner>,
    /// Held by whoever enrols: one at a time, and everything else goes on.
    enrolling: Mutex<()>,
    transport: Mutex<Option<Arc<dyn Transport>>>,
    /// By which time the transport judges certificates.
    tls_clock: TlsClock,
    syncing: AtomicBool,
}

impl fmt::Debug for CheckInEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CheckInEngine({:?})", self.ports)
    }
}

/// How things stand, for a help desk; nothing personal.
#[derive(Debug, Clone)]
pub struct Diagnostics {
    /// The installation; `None` before the first attempt to enrol.
    pub install: Option<InstallId>,
    /// Whether somebody is enrolled.
    pub enrolled: bool,
    /// The server's address.
    pub server: Option<String>,
    /// The newest record's epoch and place.
    pub head: Option<(u32, u64)>,
    /// How many records wait to be sent.
    pub pending: u64,
    /// Records that wait for a person.
    pub parked: Vec<ParkedPlace>,
    /// The number of the newest pack.
    pub pack: Option<u64>,
    /// When the server was last heard of, by its own clock, milliseconds.
    pub last_contact_ms: Option<i64>,
    /// The highest serial of the certificates held.
    pub trust: Option<u64>,
    /// The key of something that answers in the server's place and that the agency does not vouch for.
    pub unknown_key: Option<KeyId>,
    /// What the last open found of damage.
    pub report: Option<RecoveryReport>,
    /// Frames that could not be read although they are whole.
    pub unread_frames: u64,
    /// The agency's recovery key that can open this store should the phone lose its keys.
    pub recovery: Option<KeyId>,
    /// Old stores that lie here.
    pub old: Vec<OldStoreSeen>,
    /// Epoch and place of the last record that was freed here, because the server has it.
    pub freed: Option<(u32, u64)>,
}

/// Opens what lies in the directory, if there is anything.
fn open_store(ports: &Ports, settings: &Settings) -> Result<Option<Store>, EngineError> {
    let options = Options { segment_bytes: settings.segment_bytes, witness: None };
    match Journal::open(ports.disk.clone(), &*ports.vault, ports.entropy.clone(), options) {
        Ok((journal, opened)) => {
            let mark = settings.boot_mark.as_deref();
            let mut store = Store::new(journal, Some(opened), &settings.app, mark, &*ports.clock, &*ports.entropy)?;
            store.tidy();
            store.look_for_old();
            store.protect(store.now(ports.clock.read()).ms);
            let (epoch, seq) = store.state.head.map_or((0, 0), |head| (head.epoch, head.seq));
            ::log::info!(target: LOG, "opened at {epoch}/{seq}, {} pending", store.state.outbox.pending_count());
            if store.state.doubt.is_some() {
                ::log::warn!(target: LOG, "the end of the journal is in doubt: the next record opens an epoch");
            }
            Ok(Some(store))
        }
        Err(JournalError::NoStore) => Ok(None),
        Err(error) => {
            ::log::warn!(target: LOG, "not opened: {error}");
            Err(error.into())
        }
    }
}

impl CheckInEngine {
    /// Opens the store of this phone; a directory without one is a phone that is not enrolled yet. Damage never makes it fail.
    ///
    /// # Errors
    /// [`EngineError::InUse`]; [`EngineError::Vault`] when the key store does not give the keys; [`EngineError::Store`]
    /// when the directory can't be read or a newer version wrote it. The way on is in [`EngineError::way_on`].
    pub fn open(ports: Ports, settings: Settings) -> Result<Self, EngineError> {
        let store = open_store(&ports, &settings)?;
        Ok(Self::with(ports, settings, store, false))
    }

    /// Opens the store of this phone to enrol on it. One that has lost its keys stays as it is until [`Self::enrol`] sets
    /// it aside, for the agency to recover; until then the phone is one that is not enrolled.
    ///
    /// # Errors
    /// As [`Self::open`], but for a store whose way on is [`WayOn::EnrolAgain`].
    pub fn open_to_enrol(ports: Ports, settings: Settings) -> Result<Self, EngineError> {
        match open_store(&ports, &settings) {
            Ok(store) => Ok(Self::with(ports, settings, store, false)),
            Err(error) if error.way_on() == WayOn::EnrolAgain => Ok(Self::with(ports, settings, None, true)),
            Err(error) => Err(error),
        }
    }

    fn with(ports: Ports, settings: Settings, store: Option<Store>, lost: bool) -> Self {
        let mut sync = Sync::default();
        if let Some(lasting) = store.as_ref().and_then(|store| store.taken_up(ports.clock.read())) {
            sync.take_up(lasting);
        }
        let inner = Inner { store, lost, sync, ahead: Lookahead::default(), begun: None };
        Self {
            ports,
            settings,
            inner: Mutex::new(inner),
            enrolling: Mutex::default(),
            transport: Mutex::new(None),
            tls_clock: TlsClock::default(),
            syncing: AtomicBool::new(false),
        }
    }

    /// Whether the store that lies here has lost its keys, and will be set aside by [`Self::enrol`].
    #[must_use]
    pub fn has_lost_its_keys(&self) -> bool {
        self.inner().lost
    }

    /// Whether somebody is enrolled on this phone.
    #[must_use]
    pub fn is_enrolled(&self) -> bool {
        self.inner().enrolled().is_ok()
    }

    /// The home screen, in one snapshot.
    ///
    /// # Errors
    /// [`EngineError::NotEnrolled`].
    pub fn today(&self) -> Result<Today, EngineError> {
        let reading = self.ports.clock.read();
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        store.session(reading, &*self.ports.entropy)?;
        store.today(reading).ok_or(EngineError::NotEnrolled)
    }

    /// How things stand, for a help desk.
    #[must_use]
    pub fn diagnostics(&self) -> Diagnostics {
        let inner = self.inner();
        let store = inner.store.as_ref();
        let state = store.map(|store| &store.state);
        Diagnostics {
            install: store.map(Store::install),
            enrolled: state.is_some_and(|state| state.identity.is_some()),
            server: state.and_then(|state| state.identity.as_ref()).map(|identity| identity.server.clone()),
            head: state.and_then(|state| state.head).map(|head| (head.epoch, head.seq)),
            pending: state.map_or(0, |state| state.outbox.pending_count()),
            parked: state.map(|state| state.outbox.parked_places()).unwrap_or_default(),
            pack: state.and_then(|state| state.newest_pack()),
            last_contact_ms: state.and_then(|state| state.server_head.as_ref()).map(|held| held.head.t_ms),
            trust: store.and_then(|store| store.trust.as_ref()).map(crate::trust::TrustStore::serial),
            unknown_key: state.and_then(|state| state.unknown_key),
            report: store.map(|store| store.report.clone()),
            unread_frames: state.map_or(0, |state| state.unread_frames),
            recovery: store.and_then(|store| store.journal.recovery_kid()),
            old: store.map(Store::old_seen).unwrap_or_default(),
            freed: state.and_then(|state| state.freed).map(|freed| (freed.epoch, freed.seq)),
        }
    }

    /// Removes everything that this phone holds, what was not sent included. The phone can be enrolled anew after.
    ///
    /// # Errors
    /// [`EngineError::SyncRunning`] while a sync runs; [`EngineError::Store`] when something can't be removed.
    pub fn wipe(&self) -> Result<(), EngineError> {
        if self.syncing.load(std::sync::atomic::Ordering::Acquire) {
            return Err(EngineError::SyncRunning);
        }
        let mut inner = self.inner();
        if let Some(index) = self.index() {
            index.remove();
        }
        match inner.store.take() {
            Some(store) => store.journal.wipe()?,
            None => wipe(&*self.ports.disk)?,
        }
        inner.lost = false;
        inner.sync = Sync::default();
        inner.ahead.clear();
        inner.begun = None;
        *self.connected() = None;
        Ok(())
    }

    fn index(&self) -> Option<&dyn Index> {
        self.ports.index.as_deref()
    }

    /// Has the index follow what was written, and hears what it witnessed; outside a tap.
    fn follow(&self, store: &mut Store) {
        let Some(index) = self.index() else { return };
        let reader = store.journal.reader();
        if let Some(last_no) = index.witness(reader.store_id()) {
            store.witnessed(last_no);
        }
        index.follow(reader);
    }

    // Whoever panicked while holding a lock left the state of the last commit, which is whole.
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connected(&self) -> MutexGuard<'_, Option<Arc<dyn Transport>>> {
        self.transport.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
