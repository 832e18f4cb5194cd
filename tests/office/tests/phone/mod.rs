//! A phone for stories through the border: a directory, a key store of changing temper, and one office at a time.
#![allow(dead_code, reason = "each story uses a part of it")]

use std::{
    ops::Deref,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};

use hadir_bindings::{
    CheckInEngine, FixOrigin, HadirError, KeyVault, Language, OpenConfig, PlaceSeen, TapRecorded, VaultError,
};
use hadir_office::TestOffice;

/// One office at a time: its clock is everyone's.
static ONE: Mutex<()> = Mutex::new(());

/// An office, while nobody else has one.
pub struct Held(Arc<TestOffice>, MutexGuard<'static, ()>);

impl Deref for Held {
    type Target = TestOffice;
    fn deref(&self) -> &TestOffice {
        &self.0
    }
}

/// An office under the default policy.
pub fn office(at: &str) -> Held {
    let one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    Held(TestOffice::new("default".into(), at.into()).unwrap(), one)
}

/// How a key store behaves.
#[derive(Debug, Clone, Copy, Default)]
pub enum Temper {
    #[default]
    Good,
    Says(VaultError),
    Panics,
    Hangs,
    Rubbish,
}

/// A key store; its key is a byte, enough to be told apart from another.
#[derive(Default)]
pub struct Vault {
    temper: Mutex<Temper>,
    key: Mutex<u8>,
    let_go: (Mutex<bool>, Condvar),
}

impl Vault {
    pub fn set(&self, temper: Temper) {
        *self.temper.lock().unwrap() = temper;
    }
    pub fn change_key(&self) {
        *self.key.lock().unwrap() ^= 0xff;
    }
    pub fn let_go(&self) {
        *self.let_go.0.lock().unwrap() = true;
        self.let_go.1.notify_all();
    }
    fn behave(&self) -> Result<bool, VaultError> {
        let temper = *self.temper.lock().unwrap();
        match temper {
            Temper::Good => Ok(true),
            Temper::Rubbish => Ok(false),
            Temper::Says(error) => Err(error),
            Temper::Panics => panic!("the shell's own code"),
            Temper::Hangs => {
                let free = self.let_go.0.lock().unwrap();
                drop(self.let_go.1.wait_while(free, |free| !*free).unwrap());
                Err(VaultError::Unavailable)
            }
        }
    }
}

impl KeyVault for Vault {
    fn wrap(&self, secret: Vec<u8>) -> Result<Vec<u8>, VaultError> {
        self.behave()?;
        let key = *self.key.lock().unwrap();
        Ok(std::iter::once(key).chain(secret.iter().map(|byte| byte ^ key ^ 0x5a)).collect())
    }
    fn unwrap(&self, wrapped: Vec<u8>) -> Result<Vec<u8>, VaultError> {
        if !self.behave()? {
            return Ok(vec![7; 3]);
        }
        let key = *self.key.lock().unwrap();
        match wrapped.split_first() {
            Some((with, rest)) if *with == key => Ok(rest.iter().map(|byte| byte ^ key ^ 0x5a).collect()),
            _ => Err(VaultError::Rejected),
        }
    }
}

/// A phone.
pub struct Phone {
    pub directory: tempfile::TempDir,
    pub vault: Arc<Vault>,
}

impl Phone {
    pub fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap(), vault: Arc::default() }
    }

    /// A phone that Siti Aminah is enrolled on.
    pub fn enrolled(office: &TestOffice) -> Self {
        let phone = Self::new();
        let engine = phone.open().unwrap();
        engine.enrol(office.invite("A-1".into()).unwrap()).unwrap();
        engine.close();
        phone
    }

    pub fn open(&self) -> Result<Arc<CheckInEngine>, HadirError> {
        let config = OpenConfig {
            directory: self.directory.path().join("store").display().to_string(),
            app: "story/1".into(),
            boot_mark: Some("7".into()),
            language: Language::Indonesian,
            proxy: None,
        };
        CheckInEngine::open(config, self.vault.clone())
    }
}

/// A mock fix in Makassar, far from the default policy's region.
pub fn outside() -> PlaceSeen {
    PlaceSeen::Fix {
        latitude: -5.147_7,
        longitude: 119.432_7,
        accuracy_m: 12.0,
        age_ms: 1_000,
        origin: FixOrigin::Gnss,
        mock: Some(true),
        speed_mps: None,
        gnss_utc_ms: None,
    }
}

/// A place within the default policy's region.
pub fn here() -> PlaceSeen {
    PlaceSeen::Fix {
        latitude: -2.55,
        longitude: 120.37,
        accuracy_m: 25.0,
        age_ms: 800,
        origin: FixOrigin::Gnss,
        mock: Some(false),
        speed_mps: None,
        gnss_utc_ms: None,
    }
}

pub fn tap(engine: &CheckInEngine) -> TapRecorded {
    engine.check_in(engine.begin_tap().unwrap().id, here()).unwrap()
}
