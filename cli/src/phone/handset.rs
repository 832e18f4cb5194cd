//! Opens a phone's directory: the key file, the store, the clock, the network.
//!
//! ```text
//! DIR/vault.key   the key that wraps the store's secrets; mode 0600
//! DIR/store/      the engine's store
//! ```

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use hadir_core::{
    adapters::ProxySetting,
    engine::{CheckInEngine, EngineError, Ports, Settings},
    ports::{Cancel, HttpRequest, HttpResponse, Transport, TransportError, VaultError},
};

use super::{
    args::PlaceArgs,
    clock::{PhoneClock, boot_mark},
    failure::Failure,
};
use crate::vault::FileVault;

/// Software and version, as it stands in the records.
const APP: &str = concat!("hadir-cli/", env!("CARGO_PKG_VERSION"));

/// Where the engine keeps its store below a phone's directory.
pub(crate) fn store_dir(dir: &Path) -> PathBuf {
    dir.join("store")
}

/// Where the key is below a phone's directory.
pub(super) fn key_file(dir: &Path) -> PathBuf {
    dir.join("vault.key")
}

/// An opened phone.
pub(super) struct Handset {
    /// The engine.
    pub(super) engine: CheckInEngine,
    /// Its clock.
    pub(super) clock: Arc<PhoneClock>,
    /// Whether it has a network.
    pub(super) network: Network,
}

impl Handset {
    /// Opens the phone in a directory that was enrolled.
    pub(super) fn open(place: &PlaceArgs) -> Result<Self, Failure> {
        if !holds_something(&store_dir(&place.dir)) {
            return Err(Failure::NoPhone(place.dir.clone()));
        }
        check_key(&key_file(&place.dir))?;
        Self::start(place, CheckInEngine::open)
    }

    /// Opens the phone in a directory to enrol on it. The directory is made if it is new; a phone without a key gets one,
    /// and a store that another key wrapped is then one that has lost its keys.
    pub(super) fn make(place: &PlaceArgs) -> Result<Self, Failure> {
        let failed = |error| Failure::Directory(place.dir.clone(), error);
        DirBuilder::new().recursive(true).mode(0o700).create(&place.dir).map_err(failed)?;
        let key = key_file(&place.dir);
        FileVault::new(&key).create().map_err(failed)?;
        check_key(&key)?;
        Self::start(place, CheckInEngine::open_to_enrol)
    }

    fn start(
        place: &PlaceArgs,
        open: impl FnOnce(Ports, Settings) -> Result<CheckInEngine, EngineError>,
    ) -> Result<Self, Failure> {
        let clock = PhoneClock::open(place.clock.as_deref())
            .map_err(|error| Failure::Clock(place.clock.clone().unwrap_or_default(), error))?;
        let (clock, network) = (Arc::new(clock), Network::default());
        let proxy = ProxySetting::new(place.proxy.as_deref()).map_err(Failure::Proxy)?;
        let mut ports = Ports::system(&store_dir(&place.dir), Arc::new(FileVault::new(&key_file(&place.dir))), proxy)?;
        let (connect, gate) = (ports.connect.clone(), network.clone());
        ports.connect = Arc::new(move |tls| {
            let inner = connect(tls)?;
            Ok(Arc::new(Gated { inner, network: gate.clone() }) as Arc<dyn Transport>)
        });
        ports.clock = clock.clone();
        let settings = Settings::new(APP).with_boot_mark(boot_mark(place.clock.as_deref()));
        Ok(Self { engine: open(ports, settings)?, clock, network })
    }

    /// Opens the phone, and says so if nobody is enrolled on it.
    pub(super) fn enrolled(place: &PlaceArgs) -> Result<Self, Failure> {
        let handset = Self::open(place)?;
        if handset.engine.is_enrolled() { Ok(handset) } else { Err(Failure::NoPhone(place.dir.clone())) }
    }
}

/// Whether a directory holds a store, whole or not; a wiped one leaves an empty lock file. What is not Hadir's makes none.
pub(super) fn holds_something(store: &Path) -> bool {
    let Ok(entries) = fs::read_dir(store) else { return store.exists() };
    let ours = |name: &str| {
        name.ends_with(".seg") || ["vault.", "recovery.", "old-", "wipe."].iter().any(|start| name.starts_with(start))
    };
    entries.flatten().any(|entry| entry.file_name().to_str().is_some_and(ours))
}

fn check_key(path: &Path) -> Result<(), Failure> {
    match fs::metadata(path) {
        Ok(about) => {
            let mode = about.permissions().mode() & 0o777;
            if mode & 0o077 != 0 { Err(Failure::KeyOpen { path: path.to_owned(), mode }) } else { Ok(()) }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(EngineError::Vault(VaultError::KeyGone).into()),
        Err(error) => Err(Failure::File(path.to_owned(), error)),
    }
}

/// The network of a phone, which a script can take away.
#[derive(Debug, Clone)]
pub(super) struct Network(Arc<AtomicBool>);

impl Default for Network {
    fn default() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }
}

impl Network {
    /// Gives the network or takes it away.
    pub(super) fn set(&self, on: bool) {
        self.0.store(on, Ordering::Relaxed);
    }
}

/// A transport that the script's network stands before.
struct Gated {
    inner: Arc<dyn Transport>,
    network: Network,
}

impl Transport for Gated {
    fn send(&self, request: &HttpRequest, deadline: Duration, cancel: &Cancel) -> Result<HttpResponse, TransportError> {
        if !self.network.0.load(Ordering::Relaxed) {
            return Err(TransportError::Unreachable);
        }
        self.inner.send(request, deadline, cancel)
    }
}
