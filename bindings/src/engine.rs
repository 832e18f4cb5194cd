//! The object: opened on a directory, closed at the end, and what it keeps of both.

use std::{
    fmt,
    path::Path,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU8, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use hadir_core::{
    adapters::ProxySetting,
    engine::{self, EngineError, Ports, Settings},
    ports::Cancel,
    text::Lang,
};

use crate::{
    error::HadirError,
    guard::guarded,
    hooks, logging,
    vault::{ForeignVault, KeyVault},
};

/// How long [`CheckInEngine::close`] waits for calls that are under way: a vault that hangs is given up after five seconds,
/// and a name lookup that hangs is left behind within 250 ms of a cancel.
const CLOSING: Duration = Duration::from_secs(6);

/// The language of what the engine says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum Language {
    /// Indonesian.
    #[default]
    Indonesian,
    /// English.
    English,
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::Indonesian => Self::Id,
            Language::English => Self::En,
        }
    }
}

/// What an engine is opened with.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct OpenConfig {
    /// The directory of one person's store; made if it is missing. Nothing else may write there, and no backup may take it along.
    pub directory: String,
    /// Software and version, such as `hadir-android/1.4.0`, as it stands in each record; cut to 64 characters.
    pub app: String,
    /// An opaque text that stays the same until the phone restarts, and is never used again: Android's `BOOT_COUNT`. `None` where
    /// the platform has none (iOS): then the same boot is presumed, and graded so.
    pub boot_mark: Option<String>,
    /// The language to begin with.
    pub language: Language,
    /// The network's proxy, `http://host:port`, if it has one; [`CheckInEngine::set_proxy`] changes it.
    pub proxy: Option<String>,
}

/// How a phone stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum Standing {
    /// Nobody is enrolled: show the enrolment.
    NotEnrolled,
    /// The store that lies here has lost its keys: say that the person must enrol again, that nothing was deleted, and that the agency
    /// can recover what was not sent. The next enrolment keeps the old store and sends it up sealed.
    KeysLost,
    /// Somebody is enrolled.
    Enrolled,
}

/// One person's installation. See the crate's header for threads, times and panics.
#[derive(uniffi::Object)]
pub struct CheckInEngine {
    inner: Mutex<Inner>,
    /// Told whenever a call ends.
    ended: Condvar,
    /// What the network calls that are under way listen to.
    online: Mutex<Vec<(u64, Cancel)>>,
    proxy: ProxySetting,
    language: AtomicU8,
    /// Panics that were caught.
    faults: AtomicU32,
}

struct Inner {
    /// `None` once it is closed.
    engine: Option<Arc<engine::CheckInEngine>>,
    /// Calls under way.
    calls: usize,
}

impl fmt::Debug for CheckInEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CheckInEngine")
    }
}

/// Counts a call while it lasts.
struct Call<'a>(&'a CheckInEngine);

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.0.lock().calls -= 1;
        self.0.ended.notify_all();
    }
}

#[uniffi::export]
impl CheckInEngine {
    /// Opens the store of this phone; an empty directory is a phone that nobody is enrolled on yet. Damage never makes it fail:
    /// what was lost stands in [`Self::today`]. Takes the key store's time, at most five seconds, and a few milliseconds.
    ///
    /// # Errors
    /// [`HadirError::KeysUnavailable`] before the phone was unlocked once; [`HadirError::Store`] when a newer version wrote the
    /// store, another process or engine has it open, or the directory can't be used; [`HadirError::BadInput`] for a proxy that is none.
    #[uniffi::constructor]
    pub fn open(config: OpenConfig, vault: Arc<dyn KeyVault>) -> Result<Arc<Self>, HadirError> {
        let lang = config.language.into();
        logging::keep();
        let opened = guarded(|| {
            let proxy = ProxySetting::new(config.proxy.as_deref()).map_err(|_| bad_proxy(lang))?;
            let failed = |error: EngineError| HadirError::of(&error, lang);
            let vault = Arc::new(ForeignVault(vault));
            let ports = Ports::system(Path::new(&config.directory), vault, proxy.clone()).map_err(failed)?;
            let settings = Settings::new(config.app).with_boot_mark(config.boot_mark);
            let engine = engine::CheckInEngine::open_to_enrol(hooks::through(ports), settings).map_err(failed)?;
            Ok(Arc::new(Self {
                inner: Mutex::new(Inner { engine: Some(Arc::new(engine)), calls: 0 }),
                ended: Condvar::new(),
                online: Mutex::default(),
                proxy,
                language: AtomicU8::new(tag(config.language)),
                faults: AtomicU32::new(0),
            }))
        });
        opened.unwrap_or_else(|place| Err(HadirError::internal(place, lang)))
    }

    /// Cancels what is under way, waits for it, and releases the store, so that it can be opened again. Calls after it end with
    /// [`HadirError::Closed`]. Takes a quarter of a second at most, or as long as the key store hangs, up to six seconds.
    ///
    /// Whether the store is released; `false` where a call still hangs in the platform: its store is released when it ends.
    /// Closing twice does no harm.
    pub fn close(&self) -> bool {
        let until = Instant::now() + CLOSING;
        let engine = self.lock().engine.take();
        // Where no call has it any more, this ends it: outside the lock, and guarded like a call.
        let _ = guarded(|| drop(engine));
        let mut inner = self.lock();
        while inner.calls > 0 {
            // Each turn again: a call may have begun its network part just after the last cancel.
            self.cancel();
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let turn = left.min(Duration::from_millis(50));
            inner = self.ended.wait_timeout(inner, turn).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Ends the network calls that are under way, if there are any, within a quarter of a second. Waits for nothing that a call holds.
    pub fn cancel(&self) {
        self.online().iter().for_each(|(_, cancel)| cancel.cancel());
    }

    /// Says everything in this language from now on.
    pub fn set_language(&self, language: Language) {
        self.language.store(tag(language), Ordering::Relaxed);
    }

    /// The proxy of the network that the phone has now, as `http://host:port`; `None` where it has none. Holds from the next connection on.
    ///
    /// # Errors
    /// [`HadirError::BadInput`]; the one before stays.
    pub fn set_proxy(&self, proxy: Option<String>) -> Result<(), HadirError> {
        self.proxy.set(proxy.as_deref()).map_err(|_| bad_proxy(self.lang()))
    }

    /// How this phone stands: what a shell asks first.
    ///
    /// # Errors
    /// [`HadirError::Closed`].
    pub fn standing(&self) -> Result<Standing, HadirError> {
        self.run(|engine, _| {
            Ok(match (engine.is_enrolled(), engine.has_lost_its_keys()) {
                (true, _) => Standing::Enrolled,
                (false, true) => Standing::KeysLost,
                (false, false) => Standing::NotEnrolled,
            })
        })
    }
}

impl CheckInEngine {
    /// Runs one call on the engine: counted, guarded, its errors said in the person's language.
    pub(crate) fn run<T>(
        &self,
        call: impl FnOnce(&engine::CheckInEngine, Lang) -> Result<T, EngineError>,
    ) -> Result<T, HadirError> {
        self.attempt(|engine, lang| call(engine, lang).map_err(|error| HadirError::of(&error, lang)))
    }

    /// As [`Self::run`], for a call with errors of the border.
    pub(crate) fn attempt<T>(
        &self,
        call: impl FnOnce(&engine::CheckInEngine, Lang) -> Result<T, HadirError>,
    ) -> Result<T, HadirError> {
        let (mut call, mut done) = (Some(call), None);
        self.guard(&mut |engine, lang| done = call.take().map(|call| call(engine, lang)))?;
        done.expect("a guarded call that ended without a fault has run")
    }

    /// What stands around every call, made once and not for each type that one returns.
    fn guard(&self, call: &mut dyn FnMut(&engine::CheckInEngine, Lang)) -> Result<(), HadirError> {
        let lang = self.lang();
        let engine = {
            let mut inner = self.lock();
            let engine = inner.engine.clone().ok_or_else(|| HadirError::closed(lang))?;
            inner.calls += 1;
            engine
        };
        let counted = Call(self);
        let done = guarded(|| call(&engine, lang));
        // Released before the call counts as ended, so that who waits for that finds the store free. A fault in it leaves the answer as it is.
        let _ = guarded(|| drop(engine));
        drop(counted);
        done.map_err(|place| {
            self.faults.fetch_add(1, Ordering::Relaxed);
            HadirError::internal(place, lang)
        })
    }

    /// As [`Self::run`], for a call that uses the network and can be cancelled.
    pub(crate) fn run_online<T>(
        &self,
        call: impl FnOnce(&engine::CheckInEngine, Lang, &Cancel) -> Result<T, EngineError>,
    ) -> Result<T, HadirError> {
        let cancel = Cancel::default();
        let number = {
            let mut online = self.online();
            let number = online.last().map_or(0, |(last, _)| last + 1);
            online.push((number, cancel.clone()));
            number
        };
        let done = self.run(|engine, lang| call(engine, lang, &cancel));
        self.online().retain(|(other, _)| *other != number);
        done
    }

    /// How many faults of this program were caught.
    pub(crate) fn faults(&self) -> u32 {
        self.faults.load(Ordering::Relaxed)
    }

    pub(crate) fn lang(&self) -> Lang {
        if self.language.load(Ordering::Relaxed) == tag(Language::English) { Lang::En } else { Lang::Id }
    }

    // Whoever panicked while holding one of these left it whole: nothing in between can panic.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn online(&self) -> MutexGuard<'_, Vec<(u64, Cancel)>> {
        self.online.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const fn tag(language: Language) -> u8 {
    match language {
        Language::Indonesian => 0,
        Language::English => 1,
    }
}

fn bad_proxy(lang: Lang) -> HadirError {
    HadirError::bad_input("Alamat proxy tidak dapat dibaca.", "The proxy's address can't be read.", lang)
}
