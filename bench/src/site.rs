//! What every part measures on: a directory on the disk, an agency with its server, and phones.
//!
//! - [`scratch`], [`file_system`]: where, and on what;
//! - [`Agency`]: founded in a data directory, with staff, a policy and invites; `serve` runs its server;
//! - [`open_phone`]: a real engine on the machine's disk; [`SetClock`], for parts that play a day.

use std::{
    error::Error,
    fmt::Write as _,
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use chrono::NaiveDate;
use hadir_core::{
    adapters::{ProxySetting, SystemEntropy},
    engine::{CheckInEngine, Ports, Settings},
    envelope::SigningKey,
    model::PersonId,
    policy::{Side, shipped},
    ports::{Clock, Entropy, KeyVault, Reading, VaultError},
    roster::{Fact, FactKind},
    seal::{frame::FrameKey, wrap::OpeningKey},
    trust::{Grant, certify, found},
    wire::{KeyUse, Trust},
};
use hadir_server::{
    admin::{Admin, InviteTls, NewAgency, staff},
    datadir::DataDir,
    handle::ServerKeys,
    http::{app_links::AppLinks, listener::Bounds, tls::TlsFiles},
    server::{RunningServer, Server, ServerConfig},
    store::Store,
};
use tempfile::TempDir;

/// The result of a part; whatever goes wrong ends the run.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

const OPERATOR: &str = "bench";
const YEAR_MS: i64 = 365 * 86_400_000;

/// Makes a directory beside this program, so under `target/`: on the disk that is built on, not in memory.
pub(crate) fn scratch() -> Outcome<TempDir> {
    let program = std::env::current_exe()?;
    let beside = program.parent().unwrap_or(Path::new("."));
    Ok(tempfile::Builder::new().prefix("hadir-bench-").tempdir_in(beside)?)
}

/// Names the file system that holds a path, as Linux's `/proc/self/mountinfo` does; elsewhere it is unknown.
///
/// # Errors
/// In memory nothing is durable, so nothing can be measured there.
pub(crate) fn file_system(path: &Path) -> Outcome<String> {
    let path = fs::canonicalize(path)?;
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let kind = file_system_of(&path, &mounts).unwrap_or("unknown");
    match kind {
        "tmpfs" | "ramfs" => {
            Err(format!("{} lies in memory ({kind}); set CARGO_TARGET_DIR to a disk", path.display()).into())
        }
        kind => Ok(kind.to_owned()),
    }
}

/// Finds the longest mount point that holds the path (proc_pid_mountinfo(5): field 5, and the first after the dash).
fn file_system_of<'m>(path: &Path, mounts: &'m str) -> Option<&'m str> {
    let mount = |line: &'m str| {
        let (left, right) = line.split_once(" - ")?;
        let at = PathBuf::from(left.split(' ').nth(4)?);
        path.starts_with(&at).then(|| Some((at.as_os_str().len(), right.split(' ').next()?)))?
    };
    // A later mount on the same point hides the earlier.
    mounts.lines().filter_map(mount).max_by_key(|(len, _)| *len).map(|(_, kind)| kind)
}

/// An agency in a data directory, as an operator makes it.
pub(crate) struct Agency {
    data: PathBuf,
    trust: Trust,
    root: SigningKey,
    now_ms: i64,
}

impl Agency {
    /// Founds an agency of `people` in one unit, under the shipped policy `default`.
    pub(crate) fn found(data: &Path, people: u32, now_ms: i64) -> Outcome<Self> {
        Self::found_under("default", data, people, now_ms)
    }

    /// The same, under another shipped policy.
    pub(crate) fn found_under(shipped_id: &str, data: &Path, people: u32, now_ms: i64) -> Outcome<Self> {
        let entropy = SystemEntropy::new();
        let root = SigningKey::generate(&entropy)?;
        let policy = SigningKey::generate(&entropy)?;
        let keys = ServerKeys { receipt: SigningKey::generate(&entropy)?, assignment: SigningKey::generate(&entropy)? };
        let mut trust = found("bench", &root)?;
        let mut grants = vec![
            (KeyUse::Policy, policy.public().as_b64()),
            (KeyUse::Receipt, keys.receipt.public().as_b64()),
            (KeyUse::Assignment, keys.assignment.public().as_b64()),
        ];
        for _ in 0..2 {
            grants.push((KeyUse::Health, OpeningKey::generate(&entropy)?.public().x()));
        }
        for (key_use, x) in grants {
            let grant = Grant { key_use, x, nbf_ms: now_ms - YEAR_MS, exp_ms: now_ms + YEAR_MS };
            trust = certify(&trust, &root, &grant)?;
        }
        let dir = DataDir::open(data)?;
        dir.put_keys(&keys)?;
        let agency = Self { data: data.to_owned(), trust, root, now_ms };
        let store = dir.store()?;
        let admin = Admin::new(&store, &entropy, OPERATOR, now_ms);
        admin.init(&NewAgency {
            name: "Instansi contoh".into(),
            server: "https://127.0.0.1".into(),
            root: agency.root.public().as_b64(),
            trust: agency.trust.clone(),
        })?;
        let mut csv = String::from("scheme,number,name,unit,unit_name,can_wfh\n");
        for number in 1..=people {
            // Writing to a String can't fail.
            let _ = writeln!(csv, "local,{number},Pegawai {number},dinas,Dinas Contoh,yes");
        }
        admin.import_staff(&staff::parse(csv.as_bytes())?, true)?;
        let (_, toml) = shipped()
            .iter()
            .find(|(id, _)| *id == shipped_id)
            .ok_or_else(|| format!("no policy {shipped_id} ships"))?;
        admin.publish_policy(toml, &policy)?;
        Ok(agency)
    }

    /// Runs its server on a free port of this machine.
    pub(crate) fn serve(&self, clock: Arc<dyn Clock>, tls: Option<TlsFiles>) -> Outcome<RunningServer> {
        Ok(Server::start(&ServerConfig {
            data: self.data.clone(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            tls,
            behind_proxy: false,
            clock,
            entropy: Arc::new(SystemEntropy::new()),
            bounds: Bounds::default(),
            app_links: AppLinks::default(),
        })?)
    }

    /// Makes an invite to a server address for the person of a number; `ca` is what the phone trusts besides the web's.
    pub(crate) fn invite(&self, store: &dyn Store, number: u32, url: &str, ca: Option<&[u8]>) -> Outcome<String> {
        let entropy = SystemEntropy::new();
        let admin = Admin::new(store, &entropy, OPERATOR, self.now_ms);
        admin.set_server(url)?;
        let created =
            admin.create_invites(&[person(number)?], None, &InviteTls { ca: ca.map(<[u8]>::to_vec), pins: None })?;
        Ok(created.into_iter().next().ok_or("no invite was made")?.link)
    }

    /// Puts a person on one side of the office door for some dates, both included.
    pub(crate) fn place(
        &self,
        store: &dyn Store,
        number: u32,
        days: (NaiveDate, NaiveDate),
        side: Side,
    ) -> Outcome<()> {
        let entropy = SystemEntropy::new();
        let admin = Admin::new(store, &entropy, OPERATOR, self.now_ms);
        admin.add_fact(&Fact::days(person(number)?, days.0, days.1, FactKind::HeadsList(side)))?;
        Ok(())
    }
}

/// The person of a number.
pub(crate) fn person(number: u32) -> Outcome<PersonId> {
    Ok(format!("local:{number}").parse()?)
}

/// A clock that stands still until it is set, for phone and server alike.
pub(crate) struct SetClock {
    origin_ms: i64,
    wall_ms: AtomicI64,
}

impl SetClock {
    /// A clock that shows an instant.
    pub(crate) fn new(wall_ms: i64) -> Self {
        Self { origin_ms: wall_ms, wall_ms: AtomicI64::new(wall_ms) }
    }

    /// Moves it on.
    pub(crate) fn set(&self, wall_ms: i64) {
        self.wall_ms.store(wall_ms, Ordering::Release);
    }
}

impl Clock for SetClock {
    fn read(&self) -> Reading {
        let wall_ms = self.wall_ms.load(Ordering::Acquire);
        Reading { wall_ms, boot_ms: u64::try_from(wall_ms - self.origin_ms).unwrap_or(0) }
    }
}

/// A key store in memory: the engine calls it in open and enrol only.
pub(crate) struct Vault(FrameKey);

impl Vault {
    /// Makes a vault with a fresh key.
    pub(crate) fn new() -> Outcome<Self> {
        let mut key = [0; 32];
        SystemEntropy::new().fill(&mut key)?;
        Ok(Self(FrameKey::new(&key)))
    }
}

impl KeyVault for Vault {
    fn wrap(&self, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        let mut wrapped = Vec::new();
        let sealed = self.0.seal_into(&SystemEntropy::new(), b"bench", secret, &mut wrapped);
        sealed.map(|()| wrapped).map_err(|_| VaultError::Unavailable)
    }

    fn unwrap(&self, wrapped: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.0.open(b"bench", wrapped).map_err(|_| VaultError::Rejected)
    }
}

/// Opens a phone on the machine's disk, clocks, randomness and network; `adjust` may exchange one of them.
pub(crate) fn open_phone(
    dir: &Path,
    vault: &Arc<Vault>,
    adjust: impl FnOnce(Ports) -> Ports,
) -> Outcome<CheckInEngine> {
    let ports = Ports::system(dir, Arc::clone(vault) as Arc<dyn KeyVault>, ProxySetting::default())?;
    Ok(CheckInEngine::open(adjust(ports), Settings::new("hadir-bench/1").with_boot_mark(Some("1".into())))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw
22 21 0:20 / /dev/shm rw shared:2 - tmpfs tmpfs rw
23 21 8:2 / /home rw,noatime - xfs /dev/sda2 rw
";

    #[test]
    fn the_file_system_is_that_of_the_nearest_mount_point() {
        for (path, kind) in [("/home/a", "xfs"), ("/homes", "ext4"), ("/dev/shm/x", "tmpfs"), ("/", "ext4")] {
            assert_eq!(file_system_of(Path::new(path), MOUNTS), Some(kind), "{path}");
        }
        assert_eq!(file_system_of(Path::new("/"), ""), None);
    }

    #[test]
    fn an_agency_serves_and_a_phone_enrols() {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(SetClock::new(1_795_478_400_000));
        let agency = Agency::found(&dir.path().join("office"), 4, clock.read().wall_ms).unwrap();
        let server = agency.serve(clock.clone(), None).unwrap();
        let link = agency.invite(&*server.store(), 3, &server.url(), None).unwrap();
        let vault = Arc::new(Vault::new().unwrap());
        let phone = open_phone(&dir.path().join("phone"), &vault, |ports| Ports { clock, ..ports }).unwrap();
        phone.enrol(&link, &hadir_core::ports::Cancel::default()).unwrap();
        let today = phone.today().unwrap();
        assert_eq!((today.person.id, today.rule.unwrap().policy), (person(3).unwrap(), "default".to_owned()));
    }
}
