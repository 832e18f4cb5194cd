//! One phone of the demo: its own directory, keys, engine and HTTP client. The app is not kept running: each action opens
//! the store and closes it again, as a telephone's system does.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use hadir_core::{
    adapters::{HttpOptions, HttpTransport, SystemDisk, SystemEntropy},
    engine::{CheckInEngine, Connect, LogEntry, LogFilter, Ports, Settings, Shared, SyncReport},
    model::{EnvelopeHash, InstallId, RecordId},
    outbox::Delivery,
    ports::{Cancel, HttpRequest, HttpResponse, Method, ServerTls, Transport, TransportError},
};

use super::DemoError;
use crate::{
    clock::SimClock,
    phone::{boot_mark, store_dir},
    vault::FileVault,
};

/// Software and version, as it stands in the records.
const APP: &str = concat!("hadir-demo/", env!("CARGO_PKG_VERSION"));
/// Small segments: a day's records fit several times, and a thousand phones fit on a disk.
const SEGMENT_BYTES: u32 = 64 * 1024;
/// One sync may take so long in real time. The simulated clock stands still meanwhile.
const SYNC_DEADLINE: Duration = Duration::from_secs(30);

/// What the engine acknowledged, noted outside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledged {
    /// Which installation.
    pub install: InstallId,
    /// The hash of the record's bytes.
    pub hash: EnvelopeHash,
    /// The record's kind, by its name.
    pub kind: String,
    /// Whether the server had it, when the engine last said so.
    pub received: bool,
}

/// A phone.
pub struct Phone {
    /// Its number, from 0; that of its player too.
    pub number: usize,
    /// Whether it has a network.
    pub network: bool,
    /// How far its wall clock is off, milliseconds.
    pub wall_offset_ms: i64,
    /// Everything that its engines acknowledged, of all installations.
    pub acknowledged: BTreeMap<RecordId, Acknowledged>,
    /// What was waiting when the app was removed.
    pub destroyed: Vec<RecordId>,
    dir: PathBuf,
    clock: SimClock,
    /// As a phone process on the same clock file has it: nobody restarts a phone on this day.
    boot_mark: Option<String>,
    /// How often the app was installed.
    installs: u32,
    /// While it shares its place the app stays open, as a service that the telephone's system leaves alone.
    service: Option<CheckInEngine>,
    /// What somebody on the way could read, if somebody listens.
    ear: Option<Ear>,
}

/// The last upload that went by.
type Ear = Arc<Mutex<Option<HttpRequest>>>;

impl Phone {
    /// A new phone below `phones`.
    ///
    /// # Errors
    /// When its directory can't be made.
    pub fn new(number: usize, phones: &Path, clock: SimClock, clock_file: &Path) -> Result<Self, DemoError> {
        let dir = phones.join(format!("{number:04}"));
        fs::create_dir_all(&dir).map_err(DemoError::file(&dir))?;
        FileVault::new(&dir.join("vault.key")).create().map_err(DemoError::file(&dir))?;
        Ok(Self {
            number,
            network: true,
            wall_offset_ms: 0,
            acknowledged: BTreeMap::new(),
            destroyed: Vec::new(),
            dir,
            boot_mark: boot_mark(Some(clock_file)),
            clock,
            installs: 1,
            service: None,
            ear: None,
        })
    }

    /// Where it keeps its things.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Lets somebody listen on the way.
    pub fn listen(&mut self) {
        self.ear = Some(Ear::default());
    }

    /// The last upload that somebody on the way could read.
    #[must_use]
    pub fn overheard(&self) -> Option<HttpRequest> {
        self.ear.as_ref().and_then(|ear| ear.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// Opens the app, does something with its engine, notes what was acknowledged, and closes it.
    ///
    /// # Errors
    /// What the engine says.
    pub fn open<T>(
        &mut self,
        act: impl FnOnce(&CheckInEngine) -> Result<T, hadir_core::engine::EngineError>,
    ) -> Result<T, DemoError> {
        let service = self.service.take();
        let stays = service.is_some();
        let engine = match service {
            Some(engine) => engine,
            None => CheckInEngine::open(self.ports()?, self.settings())?,
        };
        let done = act(&engine);
        let noted = if done.is_ok() { self.note(&engine) } else { Ok(()) };
        if stays {
            self.service = Some(engine);
        }
        noted?;
        Ok(done?)
    }

    /// Shares live: the app stays open from here on. What was recorded is noted with the next sync, or when the phone is
    /// switched off: going through its whole history for each batch would be most of the day.
    ///
    /// # Errors
    /// What the engine says.
    pub fn share(
        &mut self,
        act: impl FnOnce(&CheckInEngine) -> Result<Shared, hadir_core::engine::EngineError>,
    ) -> Result<Shared, DemoError> {
        let engine = match self.service.take() {
            Some(engine) => engine,
            None => CheckInEngine::open(self.ports()?, self.settings())?,
        };
        let shared = act(&engine);
        self.service = Some(engine);
        Ok(shared?)
    }

    /// The phone is switched off: nothing runs on it any more.
    ///
    /// # Errors
    /// What the engine says.
    pub fn switch_off(&mut self) -> Result<(), DemoError> {
        self.open(|_| Ok(()))?;
        self.service = None;
        Ok(())
    }

    /// Enrols.
    ///
    /// # Errors
    /// What the engine says.
    pub fn enrol(&mut self, link: &str) -> Result<(), DemoError> {
        self.open(|engine| engine.enrol(link, &Cancel::default()))?;
        self.sync().map(|_| ())
    }

    /// Syncs.
    ///
    /// # Errors
    /// What the engine says; a network that fails is none.
    pub fn sync(&mut self) -> Result<SyncReport, DemoError> {
        self.open(|engine| engine.sync(SYNC_DEADLINE, &Cancel::default()))
    }

    /// Syncs right after the network came back.
    ///
    /// # Errors
    /// As [`Self::sync`].
    pub fn sync_with_new_network(&mut self) -> Result<SyncReport, DemoError> {
        self.open(|engine| {
            engine.network_changed();
            engine.sync(SYNC_DEADLINE, &Cancel::default())
        })
    }

    /// Records that wait to be sent.
    #[must_use]
    pub fn waiting(&self) -> Vec<RecordId> {
        let waits =
            |(id, known): (&RecordId, &Acknowledged)| (!known.received && !self.destroyed.contains(id)).then_some(*id);
        self.acknowledged.iter().filter_map(waits).collect()
    }

    /// The newest installation on this phone.
    #[must_use]
    pub fn install(&self) -> Option<InstallId> {
        self.acknowledged.iter().next_back().map(|(_, known)| known.install)
    }

    /// Removes the app with all that it holds, and installs it anew.
    ///
    /// # Errors
    /// When the store can't be removed.
    pub fn reinstall(&mut self) -> Result<usize, DemoError> {
        self.open(|_| Ok(()))?;
        self.service = None;
        let lost = self.waiting();
        let store = store_dir(&self.dir);
        fs::remove_dir_all(&store).map_err(DemoError::file(&store))?;
        let key = self.dir.join("vault.key");
        fs::remove_file(&key).map_err(DemoError::file(&key))?;
        FileVault::new(&key).create().map_err(DemoError::file(&key))?;
        self.destroyed.extend(&lost);
        self.installs += 1;
        Ok(lost.len())
    }

    fn note(&mut self, engine: &CheckInEngine) -> Result<(), DemoError> {
        let Some(install) = engine.diagnostics().install.filter(|_| engine.is_enrolled()) else { return Ok(()) };
        for LogEntry { id, link, kind, delivery, .. } in engine.log(&LogFilter::default())? {
            let received = matches!(delivery, Delivery::Received | Delivery::Conflict);
            let known = Acknowledged { install, hash: link.hash, kind: kind.as_str().to_owned(), received };
            self.acknowledged.insert(id, known);
        }
        Ok(())
    }

    fn settings(&self) -> Settings {
        Settings { segment_bytes: SEGMENT_BYTES, ..Settings::new(APP).with_boot_mark(self.boot_mark.clone()) }
    }

    fn ports(&self) -> Result<Ports, DemoError> {
        let store = store_dir(&self.dir);
        Ok(Ports {
            disk: Arc::new(
                SystemDisk::open(&store).map_err(|error| DemoError::Disk(store.clone(), error.to_string()))?,
            ),
            vault: Arc::new(FileVault::new(&self.dir.join("vault.key"))),
            clock: Arc::new(self.clock.with_wall_offset(self.wall_offset_ms)),
            entropy: Arc::new(SystemEntropy),
            connect: self.connect(),
            // A day is short, and there may be a thousand of these.
            index: None,
        })
    }

    fn connect(&self) -> Arc<Connect> {
        let (network, ear) = (self.network, self.ear.clone());
        Arc::new(move |tls: &ServerTls| {
            if !network {
                return Ok(Arc::new(NoNetwork) as Arc<dyn Transport>);
            }
            let options = HttpOptions { tls: tls.clone(), ..HttpOptions::default() };
            let http = HttpTransport::new(&options).map_err(|error| TransportError::Unsendable(error.to_string()))?;
            Ok(match &ear {
                Some(ear) => Arc::new(Overheard { http, ear: Arc::clone(ear) }),
                None => Arc::new(http) as Arc<dyn Transport>,
            })
        })
    }
}

/// No signal.
struct NoNetwork;

impl Transport for NoNetwork {
    fn send(&self, _: &HttpRequest, _: Duration, _: &Cancel) -> Result<HttpResponse, TransportError> {
        Err(TransportError::Unreachable)
    }
}

/// The real network, with somebody who listens.
struct Overheard {
    http: HttpTransport,
    ear: Ear,
}

impl Transport for Overheard {
    fn send(&self, request: &HttpRequest, deadline: Duration, cancel: &Cancel) -> Result<HttpResponse, TransportError> {
        if request.method == Method::Post && request.url.ends_with("/v1/records") {
            *self.ear.lock().unwrap_or_else(PoisonError::into_inner) = Some(request.clone());
        }
        self.http.send(request, deadline, cancel)
    }
}
