//! Stories of one phone and its office, in simulated time: nothing here sleeps, and no thread is started.

mod asks;
mod begin;
mod clocks;
mod damage;
mod everyday;
mod freeing;
mod help;
mod history;
mod invites;
mod keys;
mod month;
mod office;
mod old;
mod pin;
mod reconnect;
mod refusals;
mod reminders;
mod restores;
mod screen;
mod share;
mod shell;
mod shifts;
mod waits;

use std::{
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use chrono::{Days, NaiveDate};

use self::office::Office;
use super::*;
use crate::{
    model::{Fix, FixSource, NoFix},
    policy::{Policy, sample_day, shipped_policy},
    ports::{
        Cancel, ModelClock, SeededEntropy, disk::model::ModelDisk, transport::model::ModelTransport, vault::MemoryVault,
    },
    schedule::{DayTime, Zone},
    wire::DayAssignment,
};

const MINUTE: u64 = 60_000;
const LONG: Duration = Duration::from_secs(3_600);

/// One phone, one office, and the true time.
struct World {
    disk: ModelDisk,
    vault: Arc<MemoryVault>,
    clock: ModelClock,
    entropy: Arc<SeededEntropy>,
    office: Arc<Mutex<Office>>,
    date: NaiveDate,
    zone: Zone,
    boot_mark: Option<String>,
    /// How the transport that was made last knows the server's TLS.
    tls: Arc<Mutex<Option<ServerTls>>>,
    index: Option<Arc<dyn Index>>,
}

impl World {
    /// An ordinary working day of a shipped policy, 07:30 local time; the person works in `mode`.
    fn of(policy: &str, mode: &str) -> Self {
        let date = sample_day(policy).unwrap();
        let policy: Policy = shipped_policy(policy).unwrap().unwrap();
        let zone = policy.zone;
        let now_ms = DayTime::parse("07:30").unwrap().on(date, zone);
        let days = (0..30).map(|day| DayAssignment {
            date: date.checked_add_days(Days::new(day)).unwrap().checked_sub_days(Days::new(7)).unwrap(),
            mode: mode.into(),
            why: "giliran".into(),
            shift: None,
            excused: Vec::new(),
        });
        Self {
            disk: ModelDisk::new(),
            vault: Arc::new(MemoryVault::new(1)),
            clock: ModelClock::new(now_ms, 1_000_000),
            entropy: Arc::new(SeededEntropy::new(5)),
            office: Arc::new(Mutex::new(Office::new(now_ms, &policy, days.collect()))),
            date,
            zone,
            boot_mark: None,
            tls: Arc::default(),
            index: None,
        }
    }

    fn ordinary() -> Self {
        Self::of("default", "wfh")
    }

    fn ports(&self) -> Ports {
        let (office, clock) = (self.office.clone(), self.clock.clone());
        let seen = self.tls.clone();
        let connect = move |tls: &ServerTls| {
            *seen.lock().unwrap() = Some(tls.clone());
            let office = office.clone();
            let network = move |request: &crate::ports::HttpRequest| office.lock().unwrap().handle(request);
            Ok(Arc::new(ModelTransport::new(network).with_clock(clock.clone())) as Arc<dyn Transport>)
        };
        Ports {
            disk: Arc::new(self.disk.clone()),
            vault: self.vault.clone(),
            clock: Arc::new(self.clock.clone()),
            entropy: self.entropy.clone(),
            connect: Arc::new(connect),
            index: self.index.clone(),
        }
    }

    fn settings(&self) -> Settings {
        Settings { segment_bytes: 64 << 10, ..Settings::new("test/1").with_boot_mark(self.boot_mark.clone()) }
    }

    fn open(&self) -> CheckInEngine {
        CheckInEngine::open(self.ports(), self.settings()).unwrap()
    }

    fn enrolled(&self) -> CheckInEngine {
        let engine = self.open();
        engine.enrol(&self.link(), &Cancel::default()).unwrap();
        engine
    }

    fn link(&self) -> String {
        Office::link(&self.office().invite())
    }

    fn office(&self) -> MutexGuard<'_, Office> {
        self.office.lock().unwrap()
    }

    /// Lets true time pass, on the phone and at the office.
    fn pass(&self, ms: u64) {
        self.clock.advance(ms);
        self.office().now_ms += i64::try_from(ms).unwrap();
    }

    /// Lets time pass until a local time of the date.
    fn until(&self, time: &str) {
        let at = DayTime::parse(time).unwrap().on(self.date, self.zone);
        let ms = at - self.office().now_ms;
        self.pass(u64::try_from(ms).expect("time only passes forwards"));
    }

    fn tap(&self, engine: &CheckInEngine) -> Recorded {
        engine.check_in(Attempt::with_fix(fix())).unwrap()
    }

    fn sync(&self, engine: &CheckInEngine) -> SyncReport {
        engine.sync(LONG, &Cancel::default()).unwrap()
    }

    /// Syncs until nothing waits, jumping over what the engine says is to be waited.
    fn deliver(&self, engine: &CheckInEngine) {
        for _ in 0..200 {
            let report = self.sync(engine);
            match report.end {
                SyncEnd::Waiting { for_ms, .. } => self.pass(for_ms),
                _ if report.pending == 0 => return,
                _ => {}
            }
        }
        panic!("it is never delivered: {:?}", engine.diagnostics());
    }

    /// Overwrites what lies on the medium of a record that the engine knows.
    fn spoil(&self, engine: &CheckInEngine, tapped: &Recorded) {
        let pos = place_of(engine, tapped);
        let name = format!("{:08}.seg", pos.segment);
        let mut bytes = self.disk.content(&name);
        bytes[pos.offset as usize + 40..][..8].fill(0xaa);
        self.disk.set_content(&name, &bytes);
    }

    fn kept(&self) -> usize {
        self.office().kept.len()
    }
}

/// Where a record lies in the journal.
fn place_of(engine: &CheckInEngine, tapped: &Recorded) -> crate::journal::Pos {
    let mut inner = engine.inner();
    let journal = &inner.enrolled().unwrap().journal;
    let mut places = journal.iter_from(crate::journal::Pos::START).unwrap().filter_map(|step| match step.unwrap() {
        crate::journal::Step::Frame(frame) => {
            let (_, hash) = upload::record_of(&frame.body)?;
            (hash == tapped.link.hash).then_some(frame.pos)
        }
        crate::journal::Step::Gap(_) => None,
    });
    places.next().expect("the record lies there")
}

/// A place in the middle of Makassar.
fn fix() -> Fix {
    Fix::new(-5.147_7, 119.432_7, 12.0, 800, FixSource::Gnss).unwrap()
}

fn no_fix() -> Attempt {
    Attempt::without_fix(NoFix::Timeout)
}
