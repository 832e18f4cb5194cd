//! The agency that plays: keys, staff, policy, a real server on a real database, and what the operator does in the day.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::NaiveDate;
use hadir_core::{
    adapters::SystemEntropy,
    model::{B64, InstallId, PersonId},
    policy::Policy,
    roster::{Fact, FactKind, LeaveKind},
    seal::{health::SealedForm, wrap::OpeningKey},
    trust::keyfile::{self, Role},
    wire::KeyUse,
};
use hadir_server::{
    admin::{Admin, CreatedInvite, InviteTls, NewAgency, staff},
    board::session::LinkUse,
    datadir::DataDir,
    handle::ServerKeys,
    http::{app_links::AppLinks, listener::Bounds},
    server::{RunningServer, Server, ServerConfig},
    store::{Role as BoardRole, SqliteStore, Store, StoreExt},
};

use super::{DemoError, ledger, names, rng::Rng};
use crate::{admin::keys, clock::SimClock, secret_file};

const AGENCY: &str = "hadir-demo";
const UNIT: &str = "dinas-contoh";
const YEARS: u32 = 2;
const DAY_MS: i64 = 86_400_000;
const OPERATOR: &str = "demo";
const HEAD: &str = "kepala";

/// A member of the staff that plays.
#[derive(Debug, Clone)]
pub struct Player {
    /// Identity in the staff list.
    pub id: PersonId,
    /// A made-up name.
    pub name: String,
    /// Rank, as policies name it.
    rank: &'static str,
}

/// The agency, and its server while it runs.
pub struct World {
    /// Everything of the demo stands below it.
    pub dir: PathBuf,
    /// The time for everyone.
    pub clock: SimClock,
    /// The staff.
    pub players: Vec<Player>,
    /// The policy that plays.
    pub policy: Policy,
    listen: SocketAddr,
    server: Option<RunningServer>,
    store: Arc<SqliteStore>,
}

impl World {
    /// Sets up the agency in a new directory and starts its server.
    ///
    /// # Errors
    /// [`DemoError`], with what could not be made.
    pub fn found(
        dir: &Path,
        toml: &str,
        people: usize,
        clock: SimClock,
        listen: SocketAddr,
        rng: &mut Rng,
    ) -> Result<Self, DemoError> {
        let policy = Policy::parse(toml)?;
        let now_ms = clock.now_ms();
        let keys_dir = dir.join("keys");
        keys::init(AGENCY, &keys_dir, now_ms, YEARS)?;
        let office = dir.join("health-office");
        std::fs::create_dir(&office).map_err(DemoError::file(&office))?;
        for number in 1..=2 {
            let key = OpeningKey::generate(&SystemEntropy)?;
            let role = Role::Use(KeyUse::Health);
            let secret = office.join(format!("key-{number}.jwk"));
            secret_file::write_new(&secret, &keyfile::opening(role, &key))?;
            let public = office.join(format!("key-{number}.jwk.pub"));
            secret_file::write_new_public(&public, &keyfile::public(role, key.public().x()))?;
            keys::certify_file(&keys_dir, KeyUse::Health, &public, now_ms, YEARS)?;
        }
        let trust = keys::read_trust(&keys_dir.join("trust.json"))?;
        let data = DataDir::open(dir.join("server"))?;
        let store = Arc::new(data.store()?);
        data.put_keys(&ServerKeys {
            receipt: keys::read_signing(&keys_dir.join("receipt.jwk"), Role::Use(KeyUse::Receipt))?,
            assignment: keys::read_signing(&keys_dir.join("assignment.jwk"), Role::Use(KeyUse::Assignment))?,
        })?;
        let mut world = Self { dir: dir.to_owned(), clock, players: Vec::new(), policy, listen, server: None, store };
        let name = format!("Dinas Contoh, {}", world.policy.place);
        let (root, server) = (trust.root, format!("http://{listen}"));
        world.admin(|admin| admin.init(&NewAgency { name, server, root, trust }))?;
        world.players = staff_of(people, rng)?;
        world.import(&[])?;
        let key = keys::read_signing(&keys_dir.join("policy.jwk"), Role::Use(KeyUse::Policy))?;
        world.admin(|admin| admin.publish_policy(toml, &key))?;
        world.start()?;
        // Port 0 took a free one: phones must be told which.
        world.admin(|admin| admin.set_server(&world.url()))?;
        Ok(world)
    }

    /// Starts the server, on the same address as before.
    ///
    /// # Errors
    /// [`DemoError::Start`].
    pub fn start(&mut self) -> Result<(), DemoError> {
        let server = Server::start(&ServerConfig {
            data: self.dir.join("server"),
            listen: self.listen,
            tls: None,
            behind_proxy: false,
            clock: Arc::new(self.clock.clone()),
            entropy: Arc::new(SystemEntropy),
            bounds: Bounds::default(),
            app_links: AppLinks::default(),
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

    /// Whether the server runs.
    #[must_use]
    pub const fn is_up(&self) -> bool {
        self.server.is_some()
    }

    /// The base URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.listen)
    }

    /// Where the database is.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.store.path().to_owned()
    }

    /// Reads and writes the agency's data: through the running server, so that open boards see it at once.
    #[must_use]
    pub fn store(&self) -> Arc<dyn Store> {
        self.server.as_ref().map_or_else(|| Arc::clone(&self.store) as Arc<dyn Store>, RunningServer::store)
    }

    /// The agency's public root.
    ///
    /// # Errors
    /// What the store reports.
    pub fn root(&self) -> Result<B64<32>, DemoError> {
        let agency = self.store.query(|store| store.agency())?;
        agency.map(|agency| agency.trust.root).ok_or(DemoError::Unexpected("no agency"))
    }

    /// How many rows of records the database has, counted from outside.
    ///
    /// # Errors
    /// What the database says.
    pub fn rows(&self) -> Result<i64, DemoError> {
        ledger::rows(&self.database())
    }

    /// A link that signs in to the board, for this day's trial on this machine.
    ///
    /// # Errors
    /// What the store reports.
    pub fn board_link(&self) -> Result<String, DemoError> {
        let name = HEAD.parse().map_err(|_| DemoError::Unexpected("the login's name"))?;
        self.admin(|admin| admin.add_login(&name, BoardRole::Head, None))?;
        let path = self.admin(|admin| admin.login_link(&name, LinkUse::UntilExpiry, DAY_MS))?;
        Ok(format!("{}{path}", self.url()))
    }

    /// Invites people.
    ///
    /// # Errors
    /// What the store reports.
    pub fn invite(&self, people: &[PersonId]) -> Result<Vec<CreatedInvite>, DemoError> {
        self.admin(|admin| admin.create_invites(people, Some(DAY_MS), &InviteTls::default()))
    }

    /// Puts a person on leave for a week.
    ///
    /// # Errors
    /// What the store reports.
    pub fn leave(&self, person: &PersonId, from: NaiveDate) -> Result<(), DemoError> {
        let until = from.checked_add_days(chrono::Days::new(3)).unwrap_or(from);
        let fact = Fact::days(person.clone(), from, until, FactKind::Leave(LeaveKind::Annual));
        self.admin(|admin| admin.add_fact(&fact)).map(|_| ())
    }

    /// Permits a person to leave the region.
    ///
    /// # Errors
    /// What the store reports.
    pub fn permit(&self, person: &PersonId, date: NaiveDate) -> Result<(), DemoError> {
        let fact = Fact::days(person.clone(), date, date, FactKind::MayLeaveRegion);
        self.admin(|admin| admin.add_fact(&fact)).map(|_| ())
    }

    /// Calls a person back to the office.
    ///
    /// # Errors
    /// What the store reports.
    pub fn recall(&self, person: &PersonId, date: NaiveDate) -> Result<(), DemoError> {
        self.admin(|admin| admin.recall(person, date, "Rapat mendesak di kantor")).map(|_| ())
    }

    /// Revokes an installation.
    ///
    /// # Errors
    /// What the store reports.
    pub fn revoke(&self, install: &InstallId) -> Result<(), DemoError> {
        self.admin(|admin| admin.revoke(install, "HP hilang")).map(|_| ())
    }

    /// What the health office is given for a date.
    ///
    /// # Errors
    /// What the store reports.
    pub fn health_export(&self, date: NaiveDate) -> Result<Vec<SealedForm>, DemoError> {
        self.admin(|admin| admin.export_health(date, date))
    }

    /// Acts as the head does on the board.
    ///
    /// # Errors
    /// What the store reports.
    pub fn as_head<T>(
        &self,
        act: impl FnOnce(Admin<'_>) -> Result<T, hadir_server::admin::AdminError>,
    ) -> Result<T, DemoError> {
        let store = self.store();
        Ok(act(Admin::new(&*store, &SystemEntropy, HEAD, self.clock.now_ms()))?)
    }

    fn admin<T>(
        &self,
        act: impl FnOnce(Admin<'_>) -> Result<T, hadir_server::admin::AdminError>,
    ) -> Result<T, DemoError> {
        let store = self.store();
        Ok(act(Admin::new(&*store, &SystemEntropy, OPERATOR, self.clock.now_ms()))?)
    }

    /// Writes into the staff list who lives under one roof.
    ///
    /// # Errors
    /// What the store reports.
    pub fn share_a_roof(&mut self, numbers: &[usize]) -> Result<(), DemoError> {
        self.import(numbers)
    }

    /// Imports the staff list, as an office would: from CSV.
    fn import(&self, one_roof: &[usize]) -> Result<(), DemoError> {
        let mut csv = String::from("scheme,number,name,unit,unit_name,rank,structural,household,phone\n");
        for (number, player) in self.players.iter().enumerate() {
            let Player { id, name, rank } = player;
            let structural = if *rank == "administrator" { "ya" } else { "tidak" };
            let household = if one_roof.contains(&number) { "rumah-1" } else { "" };
            let (scheme, digits) = (id.scheme(), id.number());
            csv.push_str(&format!(
                "{scheme},{digits},{name},{UNIT},Dinas Contoh,{rank},{structural},{household},08120000{number:04}\n"
            ));
        }
        let list = staff::parse(csv.as_bytes())?;
        self.admin(|admin| admin.import_staff(&list, true)).map(|_| ())
    }
}

/// Makes up a staff: most are executing officers, some supervise, one holds a structural office, some are on contract.
fn staff_of(people: usize, rng: &mut Rng) -> Result<Vec<Player>, DemoError> {
    (0..people)
        .map(|number| {
            let (id, rank) = match number % 10 {
                3 => (format!("nip:{}", names::nip(rng, number)), "pengawas"),
                6 if number < 10 => (format!("nip:{}", names::nip(rng, number)), "administrator"),
                7 | 9 => (format!("local:H-{number:04}"), "pelaksana"),
                _ => (format!("nip:{}", names::nip(rng, number)), "pelaksana"),
            };
            let id = id.parse().map_err(|_| DemoError::Unexpected("a made-up number"))?;
            Ok(Player { id, name: names::name(number), rank })
        })
        .collect()
}
