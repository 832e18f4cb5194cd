//! An agency with a real server on loopback, made in this process: keys, two people, the default policy.

use std::{
    collections::BTreeMap,
    error::Error,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use hadir_core::{
    adapters::{SystemClock, SystemEntropy},
    envelope::SigningKey,
    model::{B64, EnvelopeHash, InstallId, PersonId},
    policy::{DEFAULT_ID, shipped},
    ports::Clock as _,
    seal::wrap::OpeningKey,
    trust::{Grant, certify, found},
    wire::KeyUse,
};
use hadir_server::{
    admin::{Admin, InviteTls, NewAgency, staff},
    datadir::DataDir,
    handle::ServerKeys,
    http::listener::Bounds,
    restore::{Restored, restore},
    server::{RunningServer, Server, ServerConfig},
    store::{RecordRow, Span, StoreExt as _, Totals},
};

const YEAR_MS: i64 = 365 * 86_400_000;

/// People by number, `local:H-1` and on.
fn staff_list(people: u32) -> String {
    let rows = (1..=people).map(|number| format!("local,H-{number},Pegawai {number},dinas,Dinas Contoh\n"));
    std::iter::once("scheme,number,name,unit,unit_name\n".to_owned()).chain(rows).collect()
}

/// Whatever went wrong: tests show it and stop.
pub type AnyError = Box<dyn Error + Send + Sync>;

/// The agency, and its server while it runs.
#[derive(Debug)]
pub struct Office {
    data: PathBuf,
    listen: SocketAddr,
    root: SigningKey,
    policy: SigningKey,
    server: Option<RunningServer>,
    people: u32,
    founded_ms: i64,
}

impl Office {
    /// Makes the agency of one person in a new directory and starts its server.
    ///
    /// # Errors
    /// What the server's own floors say.
    pub fn found(directory: &Path) -> Result<Self, AnyError> {
        Self::found_with(directory, 1)
    }

    /// As [`Office::found`], with so many people.
    ///
    /// # Errors
    /// What the server's own floors say.
    pub fn found_with(directory: &Path, people: u32) -> Result<Self, AnyError> {
        let (entropy, now_ms) = (SystemEntropy::new(), SystemClock::new().read().wall_ms);
        let sign = || SigningKey::generate(&entropy);
        let (root, policy) = (sign()?, sign()?);
        let keys = ServerKeys { receipt: sign()?, assignment: sign()? };
        let mut trust = found("uji", &root)?;
        let grants = [
            (KeyUse::Policy, policy.public().as_b64()),
            (KeyUse::Receipt, keys.receipt.public().as_b64()),
            (KeyUse::Assignment, keys.assignment.public().as_b64()),
            (KeyUse::Health, OpeningKey::generate(&entropy)?.public().x()),
            (KeyUse::Health, OpeningKey::generate(&entropy)?.public().x()),
        ];
        for (key_use, x) in grants {
            trust = certify(&trust, &root, &Grant { key_use, x, nbf_ms: now_ms - YEAR_MS, exp_ms: now_ms + YEAR_MS })?;
        }
        let data = DataDir::open(directory)?;
        data.put_keys(&keys)?;
        let store = data.store()?;
        let admin = Admin::new(&store, &entropy, "tests", now_ms);
        let agency = NewAgency {
            name: "Dinas Contoh".to_owned(),
            server: "http://127.0.0.1:1".to_owned(),
            root: root.public().as_b64(),
            trust,
        };
        admin.init(&agency)?;
        admin.import_staff(&staff::parse(staff_list(people).as_bytes())?, false)?;
        let (_, toml) = shipped().iter().find(|(id, _)| *id == DEFAULT_ID).ok_or("the default policy does not ship")?;
        admin.publish_policy(toml, &policy)?;
        let mut office = Self {
            data: directory.to_owned(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            root,
            policy,
            server: None,
            people,
            founded_ms: now_ms,
        };
        office.start()?;
        Admin::new(&store, &entropy, "tests", now_ms).set_server(&format!("http://{}", office.listen))?;
        Ok(office)
    }

    /// Starts the server, after the first time on the same address.
    ///
    /// # Errors
    /// What the server says.
    pub fn start(&mut self) -> Result<(), AnyError> {
        let server = Server::start(&ServerConfig {
            data: self.data.clone(),
            listen: self.listen,
            tls: None,
            behind_proxy: false,
            clock: Arc::new(SystemClock::new()),
            entropy: Arc::new(SystemEntropy::new()),
            bounds: Bounds::default(),
        })?;
        self.listen = server.address();
        self.server = Some(server);
        Ok(())
    }

    /// Stops the server: connections are refused until it starts again.
    pub fn stop(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop();
        }
    }

    /// When it was founded, milliseconds.
    #[must_use]
    pub const fn founded_ms(&self) -> i64 {
        self.founded_ms
    }

    /// Where its server listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.listen
    }

    /// Makes an invite link for the first person there is.
    ///
    /// # Errors
    /// What the server's store says.
    pub fn invite(&self) -> Result<String, AnyError> {
        Ok(self.invites(1)?.into_iter().next().ok_or("no invite was made")?)
    }

    /// Makes an invite link for everyone, by their number.
    ///
    /// # Errors
    /// What the server's store says.
    pub fn invite_all(&self) -> Result<Vec<String>, AnyError> {
        self.invites(self.people)
    }

    fn invites(&self, people: u32) -> Result<Vec<String>, AnyError> {
        let store = DataDir::open(&self.data)?.store()?;
        let (entropy, now_ms) = (SystemEntropy::new(), SystemClock::new().read().wall_ms);
        let people: Vec<PersonId> =
            (1..=people).map(|number| format!("local:H-{number}").parse()).collect::<Result<_, _>>()?;
        let invites =
            Admin::new(&store, &entropy, "tests", now_ms).create_invites(&people, None, &InviteTls::default())?;
        Ok(invites.into_iter().map(|invite| invite.link).collect())
    }

    /// Every record of a phone that the database has, by place.
    ///
    /// # Errors
    /// What the server's store says.
    pub fn records(&self, install: &InstallId) -> Result<Vec<RecordRow>, AnyError> {
        Ok(DataDir::open(&self.data)?.store()?.query(|store| store.records(install, Span::All))?)
    }

    /// The agency's root, public.
    #[must_use]
    pub fn root(&self) -> B64<32> {
        self.root.public().as_b64()
    }

    /// Copies the database to a new file.
    ///
    /// # Errors
    /// What the backup says.
    pub fn backup(&self, file: &Path) -> Result<i64, AnyError> {
        let store = DataDir::open(&self.data)?.store()?;
        Ok(hadir_server::backup::backup(&store, file, &SystemClock::new(), "tests")?)
    }

    /// Brings the database back from a backup; the server must not run.
    ///
    /// # Errors
    /// What the restore says.
    pub fn restore(&self, file: &Path) -> Result<Restored, AnyError> {
        Ok(restore(file, &DataDir::open(&self.data)?, true, "tests", SystemClock::new().read().wall_ms)?)
    }

    /// Publishes the default policy again and returns its pack's number; everyone's assignment is made anew with it.
    ///
    /// # Errors
    /// What the server's own floors say.
    pub fn publish(&self) -> Result<u64, AnyError> {
        let (entropy, now_ms) = (SystemEntropy::new(), SystemClock::new().read().wall_ms);
        let (_, toml) = shipped().iter().find(|(id, _)| *id == DEFAULT_ID).ok_or("the default policy does not ship")?;
        let store = DataDir::open(&self.data)?.store()?;
        Ok(Admin::new(&store, &entropy, "tests", now_ms).publish_policy(toml, &self.policy)?.number)
    }

    /// Certifies a new receipt key, puts it in its place, and starts the server anew.
    ///
    /// # Errors
    /// What the server's own floors say.
    pub fn rotate_receipt_key(&mut self) -> Result<(), AnyError> {
        let (entropy, now_ms) = (SystemEntropy::new(), SystemClock::new().read().wall_ms);
        let key = SigningKey::generate(&entropy)?;
        let data = DataDir::open(&self.data)?;
        let store = data.store()?;
        let held = store.query(|store| store.agency())?.ok_or("there is no agency")?.trust;
        let x = key.public().as_b64();
        let grant = Grant { key_use: KeyUse::Receipt, x, nbf_ms: now_ms - YEAR_MS, exp_ms: now_ms + YEAR_MS };
        Admin::new(&store, &entropy, "tests", now_ms).set_trust(&certify(&held, &self.root, &grant)?)?;
        data.replace_key(KeyUse::Receipt, &key)?;
        self.stop();
        self.start()
    }

    /// What holds each place of a phone's history, whatever it is.
    ///
    /// # Errors
    /// What the server's store says.
    pub fn places(&self, install: &InstallId) -> Result<BTreeMap<(u32, u64), EnvelopeHash>, AnyError> {
        let store = DataDir::open(&self.data)?.store()?;
        let places = store.query(|store| {
            let epoch = store.installation(install)?.map_or(0, |phone| phone.epoch);
            let mut all = BTreeMap::new();
            for epoch in 1..=epoch {
                let places = store.places(install, epoch, 1, u64::MAX)?;
                all.extend(places.into_iter().map(|place| ((epoch, place.seq), place.hash)));
            }
            Ok(all)
        })?;
        Ok(places)
    }

    /// Places of a phone's history of which only the office's own receipts are left.
    ///
    /// # Errors
    /// What the server's store says.
    pub fn proven(&self, install: &InstallId) -> Result<BTreeMap<(u32, u64), EnvelopeHash>, AnyError> {
        let proven = DataDir::open(&self.data)?.store()?.query(|store| store.proven(install))?;
        Ok(proven.into_iter().map(|place| ((place.epoch, place.seq), place.hash)).collect())
    }

    /// What the database holds in all.
    ///
    /// # Errors
    /// What the server's store says.
    pub fn totals(&self) -> Result<Totals, AnyError> {
        Ok(DataDir::open(&self.data)?.store()?.query(|store| store.totals())?)
    }
}
