//! An agency with a real server on loopback, made in this process: keys, people, a policy, and a clock of one's own choice.

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
    ports::Clock,
    seal::wrap::OpeningKey,
    trust::{Grant, certify, found},
    wire::KeyUse,
};
use hadir_server::{
    admin::{Admin, AdminError, InviteTls, NewAgency, staff},
    asks::{self, OfficeAsk},
    datadir::DataDir,
    handle::ServerKeys,
    http::listener::Bounds,
    restore::{Restored, restore},
    server::{RunningServer, Server, ServerConfig},
    store::{Installation, RecordRow, Span, Store, StoreExt as _, Totals},
};

const YEAR_MS: i64 = 365 * 86_400_000;

/// People by number, `local:H-1` and on.
fn staff_list(people: u32) -> String {
    let rows = (1..=people).map(|number| format!("local,H-{number},Pegawai {number},dinas,Dinas Contoh\n"));
    std::iter::once("scheme,number,name,unit,unit_name\n".to_owned()).chain(rows).collect()
}

/// Whatever went wrong: tests show it and stop.
pub type AnyError = Box<dyn Error + Send + Sync>;

/// What an agency is founded with.
pub struct Plan {
    /// The time of everyone at the office.
    pub clock: Arc<dyn Clock>,
    /// The staff, as CSV.
    pub staff: String,
    /// The policy, as TOML.
    pub policy: String,
    /// The agency's name.
    pub name: String,
}

/// The agency, and its server while it runs.
pub struct Office {
    data: PathBuf,
    listen: SocketAddr,
    root: SigningKey,
    policy: SigningKey,
    server: Option<RunningServer>,
    people: u32,
    founded_ms: i64,
    clock: Arc<dyn Clock>,
    toml: String,
}

impl std::fmt::Debug for Office {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Office({})", self.listen)
    }
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
        let (_, toml) = shipped().iter().find(|(id, _)| *id == DEFAULT_ID).ok_or("the default policy does not ship")?;
        let plan = Plan {
            clock: Arc::new(SystemClock::new()),
            staff: staff_list(people),
            policy: (*toml).to_owned(),
            name: "Dinas Contoh".to_owned(),
        };
        Ok(Self { people, ..Self::found_by(directory, plan)? })
    }

    /// As [`Office::found`], by a plan.
    ///
    /// # Errors
    /// What the server's own floors say.
    pub fn found_by(directory: &Path, plan: Plan) -> Result<Self, AnyError> {
        let (entropy, now_ms) = (SystemEntropy::new(), plan.clock.read().wall_ms);
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
        let agency =
            NewAgency { name: plan.name, server: "http://127.0.0.1:1".to_owned(), root: root.public().as_b64(), trust };
        admin.init(&agency)?;
        admin.import_staff(&staff::parse(plan.staff.as_bytes())?, false)?;
        admin.publish_policy(&plan.policy, &policy)?;
        let mut office = Self {
            data: directory.to_owned(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            root,
            policy,
            server: None,
            people: 0,
            founded_ms: now_ms,
            clock: plan.clock,
            toml: plan.policy,
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
            clock: Arc::clone(&self.clock),
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
        let people: Vec<PersonId> =
            (1..=people).map(|number| format!("local:H-{number}").parse()).collect::<Result<_, _>>()?;
        let invites = self.admin(|admin| admin.create_invites(&people, None, &InviteTls::default()))?;
        Ok(invites.into_iter().map(|invite| invite.link).collect())
    }

    /// Acts as the operator, through the running server where there is one, so that open boards see it at once.
    ///
    /// # Errors
    /// What the act says.
    pub fn admin<T>(&self, act: impl FnOnce(Admin<'_>) -> Result<T, AdminError>) -> Result<T, AnyError> {
        let entropy = SystemEntropy::new();
        let store: Arc<dyn Store> = match &self.server {
            Some(server) => server.store(),
            None => Arc::new(DataDir::open(&self.data)?.store()?),
        };
        Ok(act(Admin::new(&*store, &entropy, "tests", self.clock.read().wall_ms))?)
    }

    /// Every request and appeal that was received.
    ///
    /// # Errors
    /// What the server's store says.
    pub fn asks(&self) -> Result<Vec<OfficeAsk>, AnyError> {
        Ok(DataDir::open(&self.data)?.store()?.query(|store| asks::load(store, None, i64::MIN))?)
    }

    /// The server's own keys.
    ///
    /// # Errors
    /// What the data directory says.
    pub fn keys(&self) -> Result<ServerKeys, AnyError> {
        Ok(DataDir::open(&self.data)?.keys()?)
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
        Ok(hadir_server::backup::backup(&store, file, &*self.clock, "tests")?)
    }

    /// Brings the database back from a backup; the server must not run.
    ///
    /// # Errors
    /// What the restore says.
    pub fn restore(&self, file: &Path) -> Result<Restored, AnyError> {
        Ok(restore(file, &DataDir::open(&self.data)?, true, "tests", self.clock.read().wall_ms)?)
    }

    /// Publishes the policy again and returns its pack's number; everyone's assignment is made anew with it.
    ///
    /// # Errors
    /// What the server's own floors say.
    pub fn publish(&self) -> Result<u64, AnyError> {
        Ok(self.admin(|admin| admin.publish_policy(&self.toml, &self.policy))?.number)
    }

    /// Publishes another policy than the office was founded with, under the next number.
    ///
    /// # Errors
    /// What the server's own floors say.
    pub fn publish_other(&self, toml: &str) -> Result<u64, AnyError> {
        Ok(self.admin(|admin| admin.publish_policy(toml, &self.policy))?.number)
    }

    /// Every installation that the office knows.
    ///
    /// # Errors
    /// What the server's store says.
    pub fn installations(&self) -> Result<Vec<Installation>, AnyError> {
        Ok(DataDir::open(&self.data)?.store()?.query(|store| store.installations(None))?)
    }

    /// Certifies a new receipt key, puts it in its place, and starts the server anew.
    ///
    /// # Errors
    /// What the server's own floors say.
    pub fn rotate_receipt_key(&mut self) -> Result<(), AnyError> {
        let (entropy, now_ms) = (SystemEntropy::new(), self.clock.read().wall_ms);
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
