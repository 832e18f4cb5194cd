//! What a long history costs: opening, the screen, a tap and a step of a sync with nothing, a thousand and a hundred
//! thousand records queued; and looking into a year of history with the index and without.
//!
//! The records are made by the engine itself, on the machine's disk, but for the syncs while they are made: a hundred
//! thousand of those would be a minute of waiting. What is measured syncs.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use hadir_core::{
    adapters::{SledIndex, SystemDisk, SystemEntropy},
    engine::{Attempt, CheckInEngine, LogFilter, Ports},
    index::{FilingDay, Index, Question},
    journal::{Journal, Options},
    model::{Fix, FixSource},
    ports::{
        Cancel, Clock, Disk, DiskError, DiskFile, HttpRequest, HttpResponse, Transport, TransportError,
        disk::{FileInfo, Lock},
    },
};

use crate::{
    figures::{Report, Samples},
    site::{Agency, Outcome, SetClock, Vault, open_phone, scratch},
};

const PART: &str = "store";
const QUEUED: [(u32, f64); 3] = [(0, 10.0), (1_000, 20.0), (100_000, 20.0)];
const OPENS: u32 = 15;
const CALLS: u32 = 300;
/// Working days of a year with four taps each.
const YEAR_DAYS: i64 = 365;
const DAY_MS: i64 = 86_400_000;
/// A Monday at 08:00 in Makassar.
const BEGIN_MS: i64 = 1_781_481_600_000;

pub(crate) fn run(report: &mut Report) -> Outcome<()> {
    let dir = scratch()?;
    let mut flat: Vec<[f64; 3]> = Vec::new();
    for (count, limit_ms) in QUEUED {
        flat.push(queued(report, &dir.path().join(format!("queued-{count}")), count, limit_ms)?);
    }
    for (at, what) in ["today()", "check_in()", "a step of a sync"].into_iter().enumerate() {
        let ratio = flat[2][at] / flat[0][at];
        report.at_most(PART, format!("{what} with 100,000 queued against none, p50"), ratio, "times", 1.5);
    }
    history(report, &dir.path().join("year"))
}

/// A phone of its own agency, enrolled, whose server is gone.
struct Site {
    home: PathBuf,
    vault: Arc<Vault>,
    clock: Arc<SetClock>,
}

impl Site {
    fn enrolled(dir: &Path) -> Outcome<(Self, hadir_server::server::RunningServer)> {
        let clock = Arc::new(SetClock::new(BEGIN_MS));
        let agency = Agency::found(&dir.join("office"), 4, BEGIN_MS)?;
        let server = agency.serve(clock.clone(), None)?;
        let site = Self { home: dir.join("phone"), vault: Arc::new(Vault::new()?), clock };
        let link = agency.invite(&*server.store(), 1, &server.url(), None)?;
        site.open(|ports| ports)?.enrol(&link, &Cancel::default())?;
        Ok((site, server))
    }

    fn open(&self, adjust: impl FnOnce(Ports) -> Ports) -> Outcome<CheckInEngine> {
        let clock: Arc<dyn Clock> = self.clock.clone();
        open_phone(&self.home, &self.vault, |ports| adjust(Ports { clock, ..ports }))
    }

    /// Has the system write what was made in a hurry, before it does so while something is measured.
    fn settle(&self) -> Outcome<()> {
        for entry in fs::read_dir(&self.home)? {
            let path = entry?.path();
            if path.is_file() {
                fs::File::open(path)?.sync_all()?;
            }
        }
        Ok(())
    }

    fn index(&self) -> PathBuf {
        self.home.join("index")
    }

    /// Has an index made of all there is, and returns how long that took.
    fn make_index(&self) -> Outcome<Duration> {
        let disk = Arc::new(SystemDisk::open(&self.home)?);
        let entropy = Arc::new(SystemEntropy::new());
        let (journal, _) = Journal::open(disk, &*self.vault, entropy, Options::default())?;
        let index = SledIndex::new(&self.index());
        let began = Instant::now();
        index.follow(journal.reader());
        let newest = Question::Days { from: FilingDay::MAX, to: FilingDay::MAX };
        while index.ask(journal.reader(), newest.clone()).is_none() {
            if began.elapsed() > Duration::from_secs(60) {
                return Err("the index is not there after a minute".into());
            }
        }
        Ok(began.elapsed())
    }
}

fn tap(phone: &CheckInEngine) -> Outcome<()> {
    phone.check_in(Attempt::with_fix(Fix::new(-2.4, 120.2, 8.5, 1_500, FixSource::Fused)?))?;
    Ok(())
}

fn median(mut work: impl FnMut() -> Outcome<Duration>, count: u32) -> Outcome<Samples> {
    let mut samples = Samples::default();
    for _ in 0..count {
        samples.add(work()?);
    }
    Ok(samples)
}

/// Measures with `count` records queued; returns what must stay flat: the medians of today(), a tap and a step, in µs.
fn queued(report: &mut Report, dir: &Path, count: u32, limit_ms: f64) -> Outcome<[f64; 3]> {
    let (site, server) = Site::enrolled(dir)?;
    server.stop();
    {
        let disk = Arc::new(Hurried(SystemDisk::open(&site.home)?));
        let phone = site.open(|ports| Ports { disk, ..ports })?;
        for number in 0..count {
            site.clock.set(BEGIN_MS + i64::from(number) * 60_000);
            tap(&phone)?;
        }
    }
    site.settle()?;
    let rebuilt = site.make_index()?;
    let what = format!("{count} queued");
    let open = |without: bool| {
        median(
            || {
                if without {
                    let _ = fs::remove_dir_all(site.index());
                }
                let began = Instant::now();
                let phone = site.open(|ports| ports)?;
                let took = began.elapsed();
                drop(phone);
                Ok(took)
            },
            OPENS,
        )
    };
    let (with, without) = (open(false)?, open(true)?);
    report.at_most(PART, format!("open, {what}, p50"), with.us(50.0) / 1e3, "ms", limit_ms);
    report.at_most(PART, format!("open, {what}, index deleted, p50"), without.us(50.0) / 1e3, "ms", limit_ms);
    let seconds = rebuilt.as_secs_f64();
    report.at_most(PART, format!("index of {what} made anew, beside"), seconds, "s", 2.0);

    let phone =
        site.open(|ports| Ports { connect: Arc::new(|_| Ok(Arc::new(Gone) as Arc<dyn Transport>)), ..ports })?;
    let timed = |work: &mut dyn FnMut() -> Outcome<()>| {
        let began = Instant::now();
        work().map(|()| began.elapsed())
    };
    let screen = median(|| timed(&mut || phone.today().map(drop).map_err(Into::into)), CALLS)?;
    let taps = median(|| timed(&mut || tap(&phone)), CALLS)?;
    // Each fails at its first exchange, and is told that the network is back before the next.
    let steps = median(
        || {
            phone.network_changed();
            timed(&mut || phone.sync(Duration::from_secs(1), &Cancel::default()).map(drop).map_err(Into::into))
        },
        20,
    )?;
    let medians = [screen.us(50.0), taps.us(50.0), steps.us(50.0)];
    for (name, median) in ["today()", "check_in()", "a step of a sync that finds no network"].iter().zip(medians) {
        report.beside(PART, format!("{name}, {what}, p50"), median, "µs");
    }
    Ok(medians)
}

/// A year of four taps and a sync a day, and looks into it.
fn history(report: &mut Report, dir: &Path) -> Outcome<()> {
    let (site, server) = Site::enrolled(dir)?;
    let middle = BEGIN_MS + YEAR_DAYS / 2 * DAY_MS;
    {
        let disk = Arc::new(Hurried(SystemDisk::open(&site.home)?));
        let phone = site.open(|ports| Ports { disk, ..ports })?;
        for day in 0..YEAR_DAYS {
            for hour in [0, 3, 6, 8] {
                site.clock.set(BEGIN_MS + day * DAY_MS + hour * 3_600_000);
                tap(&phone)?;
            }
            let synced = phone.sync(Duration::from_secs(30), &Cancel::default())?;
            if synced.pending > 0 {
                return Err(format!("a sync left {} records: {:?}", synced.pending, synced.end).into());
            }
        }
    }
    server.stop();
    site.settle()?;
    site.make_index()?;
    let day = LogFilter { from_ms: Some(middle), until_ms: Some(middle + DAY_MS), ..LogFilter::default() };
    let month = LogFilter { from_ms: Some(middle), until_ms: Some(middle + 30 * DAY_MS), ..LogFilter::default() };
    let newest = LogFilter { limit: Some(50), ..LogFilter::default() };
    let with = site.open(|ports| ports)?;
    let first = Instant::now();
    let count = with.log(&day)?.len();
    let first = first.elapsed();
    if count < 4 {
        return Err(format!("a day in the middle has {count} records").into());
    }
    report.beside(
        PART,
        "history of a year: its first look at one day, the index opened for it",
        first.as_secs_f64() * 1e3,
        "ms",
    );
    let mut looks: Vec<(&str, LogFilter, f64)> =
        vec![("a day half a year ago", day, 10.0), ("the newest 50", newest, 10.0)];
    looks.push(("a month half a year ago", month, 0.0));
    let mut measured = Vec::new();
    for (name, filter, goal) in &looks {
        measured.push((*name, *goal, looked(&with, filter)?));
    }
    let all = looked(&with, &LogFilter::default())?;
    drop(with);
    let without = site.open(|ports| Ports { index: None, ..ports })?;
    for ((name, goal, with), (_, filter, _)) in measured.into_iter().zip(&looks) {
        let alone = looked(&without, filter)?;
        report.beside(PART, format!("history of a year: {name}, with the index, p50"), with.us(50.0), "µs");
        report.beside(PART, format!("history of a year: {name}, without, p50"), alone.us(50.0), "µs");
        let ratio = alone.us(50.0) / with.us(50.0);
        let line = format!("history of a year: {name}, how much faster with the index");
        if goal > 0.0 {
            report.at_least(PART, line, ratio, "times", goal);
        } else {
            report.beside(PART, line, ratio, "times");
        };
    }
    report.beside(PART, "history of a year: all of it, which no index helps, p50", all.us(50.0), "µs");
    Ok(())
}

fn looked(phone: &CheckInEngine, filter: &LogFilter) -> Outcome<Samples> {
    median(
        || {
            let began = Instant::now();
            let entries = phone.log(filter)?;
            let took = began.elapsed();
            drop(std::hint::black_box(entries));
            Ok(took)
        },
        30,
    )
}

/// A network that is not there.
struct Gone;

impl Transport for Gone {
    fn send(&self, _: &HttpRequest, _: Duration, _: &Cancel) -> Result<HttpResponse, TransportError> {
        Err(TransportError::Unsendable("there is no network".to_owned()))
    }
}

/// The machine's disk, which does not sync: for making records that are not measured.
struct Hurried(SystemDisk);

struct HurriedFile(Box<dyn DiskFile>);

impl Hurried {
    fn file(file: Box<dyn DiskFile>) -> Box<dyn DiskFile> {
        Box::new(HurriedFile(file))
    }
}

impl Disk for Hurried {
    fn identity(&self) -> String {
        self.0.identity()
    }
    fn list(&self) -> Result<Vec<FileInfo>, DiskError> {
        self.0.list()
    }
    fn create(&self, name: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        self.0.create(name).map(Self::file)
    }
    fn open(&self, name: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        self.0.open(name).map(Self::file)
    }
    fn rename(&self, from: &str, to: &str) -> Result<(), DiskError> {
        self.0.rename(from, to)
    }
    fn remove(&self, name: &str) -> Result<(), DiskError> {
        self.0.remove(name)
    }
    fn sync_dir(&self) -> Result<(), DiskError> {
        Ok(())
    }
    fn lock(&self, name: &str) -> Result<Lock, DiskError> {
        self.0.lock(name)
    }
    fn syncs(&self) -> u64 {
        self.0.syncs()
    }
}

impl DiskFile for HurriedFile {
    fn len(&self) -> Result<u64, DiskError> {
        self.0.len()
    }
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, DiskError> {
        self.0.read_at(offset, buf)
    }
    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<(), DiskError> {
        self.0.write_at(offset, bytes)
    }
    fn set_len(&self, len: u64) -> Result<(), DiskError> {
        self.0.set_len(len)
    }
    fn sync_data(&self) -> Result<(), DiskError> {
        Ok(())
    }
}
