//! How long a tap takes until it is durable: beside a bare preallocated write + fdatasync of the same bytes, the journal
//! without the engine, and SQLite.
//!
//! All four take turns on the same disk, in every order equally often, so that a busy neighbour hits them alike.

use std::{
    fs::{File, OpenOptions},
    io::Write as _,
    os::unix::fs::FileExt as _,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use hadir_core::{
    adapters::{SystemClock, SystemDisk, SystemEntropy},
    engine::{Attempt, CheckInEngine},
    journal::{Entry, FrameKind, Journal, Options},
    model::{EnvelopeHash, Fix, FixSource},
    ports::{
        Cancel, Clock as _, Disk, DiskError, DiskFile,
        disk::{FileInfo, Lock},
    },
};

use crate::{
    cpu::thread_time,
    figures::{Report, Samples},
    site::{Agency, Outcome, Vault, open_phone, scratch},
};

const PART: &str = "tap";
/// Phones that take turns: each has a journal of its own, as in life, and syncs before its segment is full.
const PHONES: u32 = 10;
const TAPS_EACH: u32 = 150;
/// Taps of one phone between two syncs, which are not measured.
const TAPS_A_SYNC: u32 = 10;
/// Rounds that are not counted.
const WARM_UP: u32 = 100;
/// The promise.
const LIMIT: f64 = 1.3;

pub(crate) fn run(report: &mut Report) -> Outcome<()> {
    let dir = scratch()?;
    let clock = Arc::new(SystemClock::new());
    let agency = Agency::found(&dir.path().join("office"), PHONES, clock.read().wall_ms)?;
    let server = agency.serve(clock, None)?;
    let last = Arc::new(Mutex::new(Vec::new()));
    let mut phones = Vec::new();
    for number in 1..=PHONES {
        let home = dir.path().join(format!("phone-{number}"));
        let disk = Watched { disk: SystemDisk::open(&home)?, last: Arc::clone(&last) };
        let vault = Arc::new(Vault::new()?);
        let phone = open_phone(&home, &vault, |ports| hadir_core::engine::Ports { disk: Arc::new(disk), ..ports })?;
        phone.enrol(&agency.invite(&*server.store(), number, &server.url(), None)?, &Cancel::default())?;
        phones.push(phone);
    }
    // Something to write for those whose turn comes before the first tap.
    tap(&phones[0])?;
    let record = phones[0].export()?.records.pop().ok_or("the tap is not in the export")?;
    let mut rivals = Vec::new();
    for number in 1..=PHONES {
        rivals.push(Rivals::new(&dir.path().join(format!("beside-{number}")))?);
    }

    let mut own = Samples::default();
    let mut taken: [Samples; 4] = Default::default();
    let mut bytes = last_of(&last);
    for round in 0..PHONES * TAPS_EACH {
        let turn = (round % PHONES) as usize;
        let (phone, beside) = (&phones[turn], &mut rivals[turn]);
        // Whoever taps has the home screen before them.
        phone.today()?;
        for who in order(round) {
            let spent = thread_time();
            let took = match who {
                0 => tap(phone)?,
                1 => beside.bare.write(&bytes)?,
                2 => commit(&mut beside.journal, record.as_bytes())?,
                _ => insert(&beside.sqlite, round, &record)?,
            };
            let spent = thread_time().saturating_sub(spent);
            if who == 0 {
                bytes = last_of(&last);
            }
            if round >= WARM_UP {
                taken[who].add(took);
                if who == 0 {
                    own.add(spent);
                }
            }
        }
        if beside.journal.needs_roll() {
            beside.journal.roll(b"")?;
            beside.journal.maintain()?;
        }
        if (round / PHONES + 1).is_multiple_of(TAPS_A_SYNC) {
            let synced = phone.sync(Duration::from_secs(30), &Cancel::default())?;
            if synced.pending > 0 {
                return Err(format!("a sync left {} records: {:?}", synced.pending, synced.end).into());
            }
        }
    }
    let emergencies: u64 = rivals.iter().map(|beside| beside.journal.stats().emergency_segments).sum();
    if emergencies > 0 {
        return Err(format!("{emergencies} segments were made within a commit").into());
    }
    tell(report, &taken, &own, bytes.len());
    server.stop();
    Ok(())
}

/// The order of a round: each of the 24 in turn, so that everyone comes after everyone equally often. What one leaves
/// behind (caches, metadata that the file system has still to write) falls to whoever is next.
fn order(round: u32) -> [usize; 4] {
    let mut left = vec![0, 1, 2, 3];
    let mut which = round as usize % 24;
    std::array::from_fn(|place| {
        let choices = 4 - place;
        let choice = which % choices;
        which /= choices;
        left.remove(choice)
    })
}

fn tell(report: &mut Report, [engine, bare, journal, sqlite]: &[Samples; 4], own: &Samples, bytes: usize) {
    #[expect(clippy::cast_precision_loss, reason = "a few kilobytes")]
    report.beside(PART, "bytes of a tap as written, sealed", bytes as f64, "B");
    for p in [50.0, 99.0] {
        report.beside(PART, format!("preallocated write + fdatasync of those bytes, p{p}"), bare.us(p), "µs");
        report.beside(PART, format!("check_in() until durable, p{p}"), engine.us(p), "µs");
        report.beside(PART, format!("the journal's commit alone, p{p}"), journal.us(p), "µs");
        report.beside(PART, format!("SQLite, WAL, FULL: the same signed record, p{p}"), sqlite.us(p), "µs");
    }
    report.beside(PART, "processor time of check_in(), the write included, p50", own.us(50.0), "µs");
    let ratio = |p| engine.us(p) / bare.us(p);
    report.at_most(PART, "check_in() against the bare write, p50", ratio(50.0), "times", LIMIT);
    report.beside(PART, "check_in() against the bare write, p99", ratio(99.0), "times");
    report.beside(PART, "SQLite against the bare write, p50", sqlite.us(50.0) / bare.us(50.0), "times");
}

fn timed<T, E: Into<Box<dyn std::error::Error>>>(work: impl FnOnce() -> Result<T, E>) -> Outcome<Duration> {
    let before = Instant::now();
    let done = work();
    let took = before.elapsed();
    done.map(|_| took).map_err(Into::into)
}

fn tap(phone: &CheckInEngine) -> Outcome<Duration> {
    let fix = Fix::new(-2.4, 120.2, 8.5, 1_500, FixSource::Fused)?;
    timed(|| phone.check_in(Attempt::with_fix(fix)))
}

fn last_of(written: &Mutex<Vec<u8>>) -> Vec<u8> {
    written.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// What a phone's tap is measured beside. Each phone has its own, since a file that is written again within one tick of the
/// file system's clock (4 ms) keeps its time of change and syncs faster than any file of a phone that is tapped hours apart.
struct Rivals {
    bare: Bare,
    journal: Journal,
    sqlite: rusqlite::Connection,
}

impl Rivals {
    fn new(dir: &Path) -> Outcome<Self> {
        std::fs::create_dir(dir)?;
        let bare = Bare::new(dir, 4_096 * TAPS_EACH as usize)?;
        Ok(Self { bare, journal: journal(&dir.join("journal"))?, sqlite: sqlite(dir)? })
    }
}

/// A preallocated, zero-filled file, written and synced.
struct Bare {
    file: File,
    at: u64,
}

impl Bare {
    fn new(dir: &Path, len: usize) -> Outcome<Self> {
        let mut file = OpenOptions::new().create_new(true).write(true).open(dir.join("bare"))?;
        // Zeros, not fallocate: unwritten extents would cost a change of metadata at each sync.
        // In parts of 64 KiB, as the journal does it: the pages of a file that was written at once are larger, and slower to sync.
        for _ in 0..len.div_ceil(64 << 10) {
            file.write_all(&[0; 64 << 10])?;
        }
        file.sync_all()?;
        Ok(Self { file, at: 0 })
    }

    fn write(&mut self, bytes: &[u8]) -> Outcome<Duration> {
        let took = timed(|| self.file.write_all_at(bytes, self.at).and_then(|()| self.file.sync_data()))?;
        self.at += bytes.len() as u64;
        Ok(took)
    }
}

fn journal(dir: &Path) -> Outcome<Journal> {
    let (disk, entropy) = (Arc::new(SystemDisk::open(dir)?), Arc::new(SystemEntropy::new()));
    let mut journal = Journal::create(disk, &Vault::new()?, entropy, Options::default(), b"")?;
    journal.maintain()?;
    Ok(journal)
}

fn commit(journal: &mut Journal, record: &[u8]) -> Outcome<Duration> {
    timed(|| journal.commit(&[Entry { kind: FrameKind::Record, body: record }], Vec::new))
}

/// A record as a row: WAL, `synchronous=FULL`, everything else as SQLite has it.
fn sqlite(dir: &Path) -> Outcome<rusqlite::Connection> {
    let db = rusqlite::Connection::open(dir.join("tap.sqlite"))?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.execute_batch(
        "CREATE TABLE record (seq INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, compact TEXT NOT NULL)",
    )?;
    Ok(db)
}

fn insert(db: &rusqlite::Connection, round: u32, record: &str) -> Outcome<Duration> {
    // The same record in every row; only its hash must differ.
    let hash = EnvelopeHash::of(&round.to_string());
    timed(|| {
        db.prepare_cached("INSERT INTO record (hash, compact) VALUES (?1, ?2)")?
            .execute(rusqlite::params![hash.as_bytes(), record])
    })
}

/// The machine's disk, which remembers what was last written to it: the bytes of the tap.
struct Watched {
    disk: SystemDisk,
    last: Arc<Mutex<Vec<u8>>>,
}

impl Watched {
    fn file(&self, file: Box<dyn DiskFile>) -> Box<dyn DiskFile> {
        Box::new(WatchedFile { file, last: Arc::clone(&self.last) })
    }
}

impl Disk for Watched {
    fn identity(&self) -> String {
        self.disk.identity()
    }
    fn list(&self) -> Result<Vec<FileInfo>, DiskError> {
        self.disk.list()
    }
    fn create(&self, name: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        self.disk.create(name).map(|file| self.file(file))
    }
    fn open(&self, name: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        self.disk.open(name).map(|file| self.file(file))
    }
    fn rename(&self, from: &str, to: &str) -> Result<(), DiskError> {
        self.disk.rename(from, to)
    }
    fn remove(&self, name: &str) -> Result<(), DiskError> {
        self.disk.remove(name)
    }
    fn sync_dir(&self) -> Result<(), DiskError> {
        self.disk.sync_dir()
    }
    fn lock(&self, name: &str) -> Result<Lock, DiskError> {
        self.disk.lock(name)
    }
    fn syncs(&self) -> u64 {
        self.disk.syncs()
    }
}

struct WatchedFile {
    file: Box<dyn DiskFile>,
    last: Arc<Mutex<Vec<u8>>>,
}

impl DiskFile for WatchedFile {
    fn len(&self) -> Result<u64, DiskError> {
        self.file.len()
    }
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, DiskError> {
        self.file.read_at(offset, buf)
    }
    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<(), DiskError> {
        bytes.clone_into(&mut self.last.lock().unwrap_or_else(PoisonError::into_inner));
        self.file.write_at(offset, bytes)
    }
    fn set_len(&self, len: u64) -> Result<(), DiskError> {
        self.file.set_len(len)
    }
    fn sync_data(&self) -> Result<(), DiskError> {
        self.file.sync_data()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_order_comes_once_in_24_rounds() {
        let orders: BTreeSet<[usize; 4]> = (0..24).map(order).collect();
        assert_eq!(orders.len(), 24);
        assert!(orders.iter().all(|order| order.iter().collect::<BTreeSet<_>>().len() == 4));
        assert_eq!(order(24), order(0));
    }
}
