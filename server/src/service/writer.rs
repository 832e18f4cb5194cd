//! The one thread that writes: it takes what waits, does it in one transaction, and answers after the commit.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread::{self, JoinHandle},
    time::Instant,
};

use chrono::NaiveDate;
use hadir_core::{ports::Clock, wire::ProblemCode};
use tokio::sync::oneshot;

use crate::{
    assignment,
    changes::{Change, Changes},
    handle::{Applied, Desk, Gate, Prepared, Refusal},
    limits::{CLOCK_DOUBT_MS, GATHER, GROUP_COMMIT, HEARTBEAT, OUTAGE_MS, SHED_RETRY_AFTER_S, WRITER_QUEUE},
    policies::PolicyBook,
    store::{Outage, OutageCause, Result, Store, StoreError, StoreExt as _, StoreTx},
};

/// A request that waits to be written.
pub(super) struct Job {
    pub(super) request: Prepared,
    pub(super) reply: oneshot::Sender<Applied>,
}

/// What the thread is told.
pub(super) enum Task {
    /// Apply a request.
    Apply(Box<Job>),
    /// Note that the server is alive, and the time in which it turned requests away since the last time.
    Beat {
        /// From and until, milliseconds.
        shed: Option<(i64, i64)>,
    },
    /// Finish what was taken, and end.
    Stop,
}

/// The writing thread.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) tasks: mpsc::SyncSender<Task>,
    thread: JoinHandle<()>,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(work: Work) -> std::io::Result<Self> {
        let (tasks, waiting) = mpsc::sync_channel(WRITER_QUEUE);
        let thread = thread::Builder::new().name("hadir-writer".into()).spawn(move || work.run(&waiting))?;
        Ok(Self { tasks, thread })
    }

    /// Lets the thread finish what waits, and ends it.
    pub(super) fn stop(self) {
        // Both fail only if the thread has ended already.
        let _ = self.tasks.send(Task::Stop);
        let _ = self.thread.join();
    }
}

/// What the thread works with.
pub(super) struct Work {
    store: Arc<dyn Store>,
    desk: Desk,
    /// Told of whoever enrolled, here and not where the request was read: that may have been given up meanwhile.
    gate: Arc<Gate>,
    clock: Arc<dyn Clock>,
    changes: Arc<Changes>,
    /// Requests that have been read and are being verified.
    coming: Arc<AtomicUsize>,
    book: PolicyBook,
    /// Whether the last heartbeat was written; the time since the last written one may be an outage where it was not.
    beats: bool,
    /// When requests were turned away, where that could not be written yet: from and until, milliseconds.
    shed: Option<(i64, i64)>,
    /// For which duty date turns were dealt, and after how many acts.
    dealt: Option<(NaiveDate, u64)>,
}

impl Work {
    pub(super) fn new(
        store: Arc<dyn Store>,
        desk: Desk,
        gate: Arc<Gate>,
        clock: Arc<dyn Clock>,
        changes: Arc<Changes>,
        coming: Arc<AtomicUsize>,
    ) -> Self {
        let book = PolicyBook::default();
        Self { store, desk, gate, clock, changes, coming, book, beats: false, shed: None, dealt: None }
    }

    fn run(mut self, waiting: &mpsc::Receiver<Task>) {
        self.beat(None);
        let mut going_on = true;
        while going_on && let Ok(first) = waiting.recv() {
            let began = Instant::now();
            let mut group = Vec::new();
            let mut next = Some(first);
            while let Some(task) = next.take() {
                match task {
                    Task::Apply(job) => group.push(job),
                    Task::Beat { shed } => self.beat(shed),
                    Task::Stop => going_on = false,
                }
                if going_on && !group.is_empty() && group.len() < GROUP_COMMIT {
                    next = self.also(waiting, began);
                }
            }
            self.apply(group);
        }
        self.beat(None);
    }

    /// What shares the commit: whatever waits, and what is being verified just now, if it comes soon. A commit costs the
    /// same for one as for thirty.
    fn also(&self, waiting: &mpsc::Receiver<Task>, began: Instant) -> Option<Task> {
        let more = waiting.try_recv().ok();
        if more.is_some() || self.coming.load(Ordering::Relaxed) == 0 {
            return more;
        }
        waiting.recv_timeout(GATHER.checked_sub(began.elapsed())?).ok()
    }

    /// Applies a group in one transaction; if that fails, each alone, so that one bad apple spoils nothing.
    #[expect(clippy::vec_box, reason = "the jobs come boxed through the channel")]
    fn apply(&mut self, group: Vec<Box<Job>>) {
        if group.is_empty() {
            return;
        }
        match self.apply_together(&group) {
            Ok(applied) => self.answer(group.into_iter().zip(applied)),
            // What the store has no room or no time for it has not for any of them: tried one by one, each would wait as long.
            Err(error) if group.len() > 1 && !matches!(error, StoreError::Busy | StoreError::Full) => {
                for job in group {
                    self.apply(vec![job]);
                }
            }
            Err(error) => {
                let detail = format!("nothing was stored: {error}");
                let refusal = Refusal::for_now(ProblemCode::Unavailable, detail, SHED_RETRY_AFTER_S);
                for job in group {
                    let _ = job.reply.send(Applied::unsigned(refusal.answer()));
                }
            }
        }
    }

    fn apply_together(&mut self, group: &[Box<Job>]) -> Result<Vec<Applied>> {
        let (desk, clock) = (&mut self.desk, &self.clock);
        self.store.update(|tx| {
            // Read while the database is held: a backup begun later has everything received before (see `backup`).
            let now_ms = clock.read().wall_ms;
            group.iter().map(|job| desk.apply(&job.request, now_ms, tx)).collect()
        })
    }

    fn answer(&self, done: impl Iterator<Item = (Box<Job>, Applied)>) {
        let mut changed = BTreeSet::new();
        for (job, applied) in done {
            changed.extend(applied.changed.clone());
            if let (true, Some(install)) = (applied.enrolled, applied.install) {
                self.gate.learn(install);
            }
            // Whoever asked may have gone; what was stored is stored.
            let _ = job.reply.send(applied);
        }
        if !changed.is_empty() {
            self.changes.announce(Change::People(changed.into_iter().collect()));
        }
    }

    /// Notes that the server is alive; a gap since the last time is an outage, of a server that did not run and of one whose
    /// store did not write. Deals turns for the days ahead.
    fn beat(&mut self, shed: Option<(i64, i64)>) {
        let now_ms = self.clock.read().wall_ms;
        let shed = self.shed.into_iter().chain(shed).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
        let (book, beats) = (&mut self.book, self.beats);
        let (dealt, acts) = (self.dealt, self.changes.acts());
        let noted = self.store.update(|tx| {
            let mut news = false;
            if !beats && let Some(outage) = gap(tx, now_ms)? {
                tx.add_outage(outage)?;
                news = true;
            }
            if let Some((from_ms, until_ms)) = shed {
                tx.add_outage(Outage { from_ms, until_ms, cause: OutageCause::Shed })?;
                news = true;
            }
            if tx.heartbeat_ms()?.is_none_or(|last| last < now_ms) {
                tx.set_heartbeat_ms(now_ms)?;
            }
            tx.drop_help(now_ms)?;
            news |= book.refresh(tx.as_read())?;
            // In doubt which day it is, none is planned.
            let in_doubt =
                tx.highest_signed_ms()?.is_some_and(|highest| highest.saturating_sub(now_ms) > CLOCK_DOUBT_MS);
            let today = book.duty_date(now_ms).filter(|_| !in_doubt);
            // Dealing looks at everyone: done when the day or the staff may have changed, not with every beat.
            if let Some(today) = today.filter(|today| dealt != Some((*today, acts))) {
                news |= assignment::deal_turns(tx, book, today)?;
            }
            Ok((news, today))
        });
        match noted {
            Ok((news, today)) => {
                (self.beats, self.shed) = (true, None);
                self.dealt = today.map(|today| (today, acts));
                if news {
                    self.changes.announce(Change::Anything);
                }
            }
            // The next beat tries again; a store that does not write refuses phones too, and they wait: an outage for them.
            Err(error) => {
                (self.beats, self.shed) = (false, shed);
                eprintln!("hadir: the heartbeat could not be written: {error}");
            }
        }
    }
}

/// The gap since the last heartbeat, if it is long enough to have kept phones from delivering.
fn gap(tx: &dyn StoreTx, now_ms: i64) -> Result<Option<Outage>> {
    let longest = OUTAGE_MS.max(i64::try_from(2 * HEARTBEAT.as_millis()).unwrap_or(i64::MAX));
    Ok(tx.heartbeat_ms()?.filter(|last| now_ms.saturating_sub(*last) >= longest).map(|from_ms| Outage {
        from_ms,
        until_ms: now_ms,
        cause: OutageCause::Down,
    }))
}
