//! The index in sled, on a thread of its own, that nothing waits for.
//!
//! sled 0.34.7 panics, hangs or forgets on damage, takes no lock on phones, and deletes files by path behind a new owner's
//! back (decision 11). So each generation of the index has a directory name of its own; after a failure the next
//! generation is made from the journal, and after [`limits::FAILURES`] of them this process goes on without an index.

mod table;

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::DirBuilderExt,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::Instant,
};

use crate::{
    LOG,
    index::{Answer, Index, Keeper, KeeperError, Question},
    journal::Reader,
    limits::index as limits,
    ports::index::TableError,
};

pub use self::table::SledTable;

/// Directories of databases that are open in this process, those of abandoned threads included.
static OPEN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Says that a directory is in use, until it is dropped.
struct InUse(PathBuf);

impl InUse {
    fn claim(path: PathBuf) -> Option<Self> {
        // Not `then_some`: that would make and drop one, and so free another's.
        let free = lock(&OPEN).insert(path.clone());
        free.then(|| Self(path))
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        lock(&OPEN).remove(&self.0);
    }
}

enum Job {
    Follow(Reader),
    Ask(Reader, Question, SyncSender<Answer>),
    Remove(SyncSender<()>),
}

/// What the thread tells those outside.
#[derive(Default)]
struct Told {
    /// Store and last frame of what was found at the start.
    witness: Option<([u8; 16], u64)>,
    /// When the job that is being done began.
    busy_since: Option<Instant>,
}

struct Shared {
    /// Where generations lie, one directory each.
    root: PathBuf,
    told: Mutex<Told>,
    given_up: AtomicBool,
}

/// How a running thread is reached.
struct Running {
    jobs: SyncSender<Job>,
    /// Disconnected once the thread has ended.
    ended: Receiver<()>,
}

/// The index of one store, in a directory of its own beside the journal. It starts with the first use.
pub struct SledIndex {
    shared: Arc<Shared>,
    running: Mutex<Option<Running>>,
}

impl std::fmt::Debug for SledIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SledIndex({})", self.shared.root.display())
    }
}

impl SledIndex {
    /// Takes `root` for the directories of the index; nothing is made or opened yet.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        let shared = Shared { root: root.to_owned(), told: Mutex::default(), given_up: AtomicBool::new(false) };
        Self { shared: Arc::new(shared), running: Mutex::new(None) }
    }

    /// Puts a job into the queue; `false` when it is full, or the index was given up.
    fn put(&self, job: Job) -> bool {
        if self.shared.given_up.load(Ordering::Acquire) {
            return false;
        }
        let mut running = lock(&self.running);
        if running.is_none() {
            *running = start(self.shared.clone());
        }
        match running.as_ref().map(|running| running.jobs.try_send(job)) {
            Some(Ok(())) => true,
            Some(Err(TrySendError::Full(_))) => false,
            Some(Err(TrySendError::Disconnected(_))) | None => {
                self.shared.given_up.store(true, Ordering::Release);
                false
            }
        }
    }

    /// Whether the thread has been at one job for longer than anyone would wait.
    fn is_stuck(&self) -> bool {
        lock(&self.shared.told).busy_since.is_some_and(|since| since.elapsed() > limits::ANSWER)
    }
}

impl Index for SledIndex {
    fn follow(&self, reader: Reader) {
        self.put(Job::Follow(reader));
    }

    fn ask(&self, reader: Reader, question: Question) -> Option<Answer> {
        if self.is_stuck() {
            return None;
        }
        let (answer, answered) = sync_channel(1);
        self.put(Job::Ask(reader, question, answer)).then(|| answered.recv_timeout(limits::ANSWER).ok()).flatten()
    }

    fn witness(&self, store: [u8; 16]) -> Option<u64> {
        lock(&self.shared.told).witness.filter(|(of, _)| *of == store).map(|(_, last_no)| last_no)
    }

    fn remove(&self) {
        let (done, removed) = sync_channel(1);
        if self.put(Job::Remove(done)) {
            let _ = removed.recv_timeout(limits::CLOSE);
        }
        // Whatever the thread made of it: nobody looks for an index in a directory that is gone.
        let _ = fs::remove_dir_all(&self.shared.root);
        lock(&self.shared.told).witness = None;
    }
}

impl Drop for SledIndex {
    fn drop(&mut self) {
        let running = self.running.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Running { jobs, ended }) = running {
            drop(jobs);
            // A database that is closed needs no repair at the next start; one that hangs is left alone.
            let _ = ended.recv_timeout(limits::CLOSE);
        }
    }
}

fn start(shared: Arc<Shared>) -> Option<Running> {
    let (jobs, queue) = sync_channel(limits::QUEUE);
    let (ending, ended) = sync_channel(0);
    let work = move || {
        // Dropped last, when the database is closed.
        let _ending: SyncSender<()> = ending;
        Worker { shared, open: None, failures: 0, heard: false }.run(&queue);
    };
    thread::Builder::new().name("hadir-index".into()).spawn(work).ok()?;
    Some(Running { jobs, ended })
}

struct Open {
    keeper: Keeper<SledTable>,
    // After the keeper, so that the database is closed before its directory counts as free.
    in_use: InUse,
}

struct Worker {
    shared: Arc<Shared>,
    open: Option<Open>,
    failures: u32,
    /// Whether the witness of an earlier process has been read.
    heard: bool,
}

impl Worker {
    fn run(mut self, queue: &Receiver<Job>) {
        while let Ok(job) = queue.recv() {
            lock(&self.shared.told).busy_since = Some(Instant::now());
            let done = catch_unwind(AssertUnwindSafe(|| self.does(job)));
            lock(&self.shared.told).busy_since = None;
            if !matches!(done, Ok(Ok(()))) && self.failed() {
                self.shared.given_up.store(true, Ordering::Release);
                return;
            }
        }
        // sled may panic while it closes, too.
        let _ = catch_unwind(AssertUnwindSafe(|| self.open = None));
    }

    /// Does a job; an error is a failure of the table.
    fn does(&mut self, job: Job) -> Result<(), TableError> {
        match job {
            Job::Follow(reader) => self.follow(&reader).map(drop),
            Job::Ask(reader, question, answer) => {
                if let Some(open) = self.follow(&reader)? {
                    match open.keeper.answer(&question, &reader) {
                        // Nobody may be waiting any more.
                        Ok(found) => drop(answer.try_send(found)),
                        Err(KeeperError::Table(error)) => return Err(error),
                        Err(_) => {}
                    }
                }
                Ok(())
            }
            Job::Remove(done) => {
                self.open = None;
                let _ = fs::remove_dir_all(&self.shared.root);
                let _ = done.try_send(());
                Ok(())
            }
        }
    }

    /// Brings the index up to the end of the journal; `None` where the journal can't be read.
    fn follow(&mut self, reader: &Reader) -> Result<Option<&Open>, TableError> {
        for _ in 0..2 {
            let mut open = match self.open.take() {
                Some(open) => open,
                None => self.newest_generation(reader.store_id())?,
            };
            match open.keeper.follow(reader) {
                Ok(()) => {
                    self.open = Some(open);
                    return Ok(self.open.as_ref());
                }
                Err(KeeperError::Table(error)) => return Err(error),
                Err(KeeperError::Journal(_) | KeeperError::Behind) => {
                    self.open = Some(open);
                    return Ok(None);
                }
                // It has seen a journal that is no more. The next one is made from this one.
                Err(KeeperError::OtherJournal | KeeperError::NotWhole) => self.discard(open),
            }
        }
        Ok(None)
    }

    /// Opens the newest generation that nobody has open, or begins one.
    fn newest_generation(&mut self, store: [u8; 16]) -> Result<Open, TableError> {
        let mut generations = generations(&self.shared.root);
        let next = generations.last().map_or(1, |(number, _)| number.saturating_add(1));
        let newest = generations.pop();
        for (_, path) in generations {
            if !lock(&OPEN).contains(&path) {
                let _ = fs::remove_dir_all(path);
            }
        }
        if let Some(in_use) = newest.and_then(|(_, path)| InUse::claim(path)) {
            match Keeper::open(SledTable::open(&in_use.0)?, store) {
                Ok(keeper) => {
                    if !std::mem::replace(&mut self.heard, true) && keeper.last_no() > 0 {
                        lock(&self.shared.told).witness = Some((store, keeper.last_no()));
                    }
                    return Ok(Open { keeper, in_use });
                }
                Err(KeeperError::Table(error)) => return Err(error),
                Err(_) => drop(fs::remove_dir_all(&in_use.0)),
            }
        }
        self.heard = true;
        self.begin(next, store)
    }

    fn begin(&self, number: u32, store: [u8; 16]) -> Result<Open, TableError> {
        let path = self.shared.root.join(format!("{number:08}"));
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&path);
        made.map_err(|error| TableError(error.to_string()))?;
        let in_use = InUse::claim(path).ok_or_else(|| TableError("a new generation is in use".to_owned()))?;
        let keeper = Keeper::open(SledTable::open(&in_use.0)?, store);
        let keeper = keeper.map_err(|error| TableError(error.to_string()))?;
        Ok(Open { keeper, in_use })
    }

    fn discard(&self, open: Open) {
        let Open { keeper, in_use } = open;
        drop(keeper);
        let _ = fs::remove_dir_all(&in_use.0);
    }

    /// Takes note of a failure, and sets the generation that failed aside; says whether it is time to give up.
    fn failed(&mut self) -> bool {
        self.failures += 1;
        ::log::warn!(target: LOG, "the index failed, {} of {} times", self.failures, limits::FAILURES);
        let _ = catch_unwind(AssertUnwindSafe(|| self.open = None));
        // The next one has another number, so whatever still holds this one does it no harm.
        if let Some((number, path)) = generations(&self.shared.root).pop() {
            let next = self.shared.root.join(format!("{:08}", number.saturating_add(1)));
            let _ = fs::remove_dir_all(path);
            let _ = fs::DirBuilder::new().recursive(true).mode(0o700).create(next);
        }
        self.failures >= limits::FAILURES
    }
}

/// The generations in a directory, by number.
fn generations(root: &Path) -> Vec<(u32, PathBuf)> {
    let names = fs::read_dir(root).into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> =
        names.filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path()))).collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        adapters::SystemDisk,
        index::FilingDay,
        journal::{Entry, FrameKind, Journal, Options},
        ports::{SeededEntropy, index::conformance, vault::MemoryVault},
    };

    fn journal_of(seed: u64, directory: &Path) -> Journal {
        let disk = Arc::new(SystemDisk::open(directory).unwrap());
        let entropy = Arc::new(SeededEntropy::new(seed));
        Journal::create(disk, &MemoryVault::new(1), entropy, Options::default(), b"").unwrap()
    }

    fn journal(directory: &Path) -> Journal {
        journal_of(1, directory)
    }

    fn all() -> Question {
        Question::Days { from: FilingDay::MIN, to: FilingDay::MAX }
    }

    /// Asks until there is an answer, or the index is given up.
    fn patiently(index: &SledIndex, journal: &Journal) -> Option<Answer> {
        for _ in 0..200 {
            if let Some(answer) = index.ask(journal.reader(), all()) {
                return Some(answer);
            }
            if index.shared.given_up.load(Ordering::Acquire) {
                return None;
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("no answer, and not given up");
    }

    #[test]
    fn sled_keeps_the_contract_of_a_table() {
        let directory = tempfile::tempdir().unwrap();
        conformance::run(&mut SledTable::open(directory.path()).unwrap());
    }

    #[test]
    fn what_was_followed_is_the_witness_of_the_next_process_and_of_no_other_store() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("index");
        let mut journal = journal(&directory.path().join("store"));
        journal.commit(&[Entry { kind: FrameKind::Note, body: b"{}" }], Vec::new).unwrap();
        let index = SledIndex::new(&root);
        assert_eq!(patiently(&index, &journal), Some(Answer::Places(Vec::new())));
        let store = journal.reader().store_id();
        assert_eq!(index.witness(store), None, "what this process wrote is no news");
        drop(index);
        let index = SledIndex::new(&root);
        assert!(!root.join("00000002").exists(), "the same generation goes on");
        patiently(&index, &journal);
        assert_eq!(index.witness(store), Some(journal.last_no()));
        assert_eq!(index.witness([0; 16]), None);
    }

    #[test]
    fn an_index_of_another_journal_is_made_anew() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("index");
        let (one, other) =
            (journal_of(1, &directory.path().join("one")), journal_of(2, &directory.path().join("other")));
        patiently(&SledIndex::new(&root), &one).unwrap();
        let index = SledIndex::new(&root);
        patiently(&index, &other).unwrap();
        assert_eq!(index.witness(other.reader().store_id()), None);
    }

    #[test]
    fn two_in_one_process_never_share_a_directory() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("index");
        let journal = journal(&directory.path().join("store"));
        let one = SledIndex::new(&root);
        patiently(&one, &journal).unwrap();
        let other = SledIndex::new(&root);
        patiently(&other, &journal).unwrap();
        assert_eq!(generations(&root).len(), 2);
    }

    #[test]
    fn a_directory_that_can_not_be_made_is_given_up_after_two_failures() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("index");
        fs::write(&root, "a file where the directory should be").unwrap();
        let journal = journal(&directory.path().join("store"));
        let index = SledIndex::new(&root);
        assert_eq!(patiently(&index, &journal), None);
        assert_eq!(index.ask(journal.reader(), all()), None);
    }

    #[test]
    fn a_removed_index_leaves_nothing_and_begins_again() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("index");
        let journal = journal(&directory.path().join("store"));
        let index = SledIndex::new(&root);
        patiently(&index, &journal).unwrap();
        index.remove();
        assert!(!root.exists());
        patiently(&index, &journal).unwrap();
    }

    #[test]
    fn damage_deletion_and_cut_files_cost_the_index_and_no_more() {
        let mut dice = 7_u32;
        let mut roll = move |below: usize| {
            dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (dice >> 8) as usize % below
        };
        for round in 0..12 {
            let directory = tempfile::tempdir().unwrap();
            let root = directory.path().join("index");
            let mut journal = journal(&directory.path().join("store"));
            journal.commit(&[Entry { kind: FrameKind::Note, body: b"{}" }], Vec::new).unwrap();
            patiently(&SledIndex::new(&root), &journal).unwrap();
            let (_, generation) = generations(&root).pop().unwrap();
            for name in ["db", "conf"] {
                let Ok(mut bytes) = fs::read(generation.join(name)) else { continue };
                match round % 4 {
                    0 => bytes.clear(),
                    1 => bytes.truncate(bytes.len() / 2),
                    2 => bytes.fill(0xff),
                    _ => (0..40).for_each(|_| {
                        let at = roll(bytes.len());
                        bytes[at] = bytes[at].wrapping_add(1);
                    }),
                }
                fs::write(generation.join(name), bytes).unwrap();
            }
            // An answer is the right one; none is none.
            if let Some(answer) = patiently(&SledIndex::new(&root), &journal) {
                assert_eq!(answer, Answer::Places(Vec::new()), "round {round}");
            }
        }
    }
}
