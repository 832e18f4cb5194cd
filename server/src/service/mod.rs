//! Requests through both halves of their handling: verified on the threads that read them, written by one thread, shed when there
//! are too many.

#[cfg(test)]
mod tests;
mod writer;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc::TrySendError,
    },
};

use hadir_core::{
    model::InstallId,
    ports::{Clock, Entropy},
    wire::ProblemCode,
};
use tokio::sync::oneshot;

use crate::{
    changes::Changes,
    handle::{Desk, Gate, HttpIn, HttpOut, Prepared, Refusal, ServerKeys, prepare},
    limits::{SHED_RETRY_AFTER_S, VERIFY_QUEUE},
    store::{Result, Store, StoreError, StoreExt as _},
};
use writer::{Job, Task, Work, Writer};

/// Answers requests of phones.
pub struct Service {
    clock: Arc<dyn Clock>,
    keys: ServerKeys,
    gate: Arc<Gate>,
    writer: Mutex<Option<Writer>>,
    tasks: std::sync::mpsc::SyncSender<Task>,
    verifying: Arc<AtomicUsize>,
    /// The last head that each installation was given: for answers that are given without the store.
    heads: Mutex<HashMap<InstallId, String>>,
    shed: Mutex<Option<(i64, i64)>>,
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").finish_non_exhaustive()
    }
}

impl Service {
    /// Starts the writer.
    ///
    /// # Errors
    /// What the store reports, or that no thread could be started.
    pub fn start(
        store: &Arc<dyn Store>,
        keys: ServerKeys,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        changes: Arc<Changes>,
    ) -> Result<Self> {
        let known = store.query(|read| read.installations(None))?.into_iter().map(|phone| phone.id);
        let verifying = Arc::new(AtomicUsize::new(0));
        let coming = Arc::clone(&verifying);
        let gate = Arc::new(Gate::new(known));
        let desk = Desk::new(keys.clone(), entropy);
        let work = Work::new(Arc::clone(store), desk, Arc::clone(&gate), Arc::clone(&clock), changes, coming);
        let writer =
            Writer::start(work).map_err(|error| StoreError::Engine(format!("no thread for writing: {error}")))?;
        Ok(Self {
            clock,
            keys,
            gate,
            tasks: writer.tasks.clone(),
            writer: Mutex::new(Some(writer)),
            verifying,
            heads: Mutex::default(),
            shed: Mutex::default(),
        })
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.read().wall_ms
    }

    /// Answers one request.
    pub async fn answer(&self, input: HttpIn) -> HttpOut {
        let Some(prepared) = self.prepare(input).await else { return self.shed("the server is busy") };
        let install = match &prepared {
            Prepared::Answered(answer, install) => {
                return answer.clone().with_head(install.and_then(|install| self.head_of(&install)));
            }
            Prepared::Asked(asked) => Some(asked.auth.kid()),
            Prepared::Enrol(_) | Prepared::ByCode(_) | Prepared::Look(_) => None,
        };
        let (reply, answered) = oneshot::channel();
        match self.tasks.try_send(Task::Apply(Box::new(Job { request: prepared, reply }))) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => {
                return self.shed("the server is busy").with_head(install.and_then(|install| self.head_of(&install)));
            }
            Err(TrySendError::Disconnected(_)) => return self.shed("the server is stopping"),
        }
        let Ok(applied) = answered.await else { return self.shed("the server is stopping") };
        let install = applied.install;
        // Here and not where it was written: one thread writes, and a signature costs as much as storing a record.
        let answer = applied.signed(&self.keys);
        if let Some((install, head)) = install.zip(answer.head.as_ref()) {
            self.heads.lock().unwrap_or_else(PoisonError::into_inner).insert(install, head.clone());
        }
        answer
    }

    /// Verifies on the thread that read the request; none if too many wait. There are as many of these threads as cores, so
    /// another would only be a hand-over more, and a batch of the largest size holds one for 10 ms.
    async fn prepare(&self, input: HttpIn) -> Option<Prepared> {
        struct Waits<'a>(&'a AtomicUsize);
        impl Drop for Waits<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::Relaxed);
            }
        }
        let waits = Waits(&self.verifying);
        if waits.0.fetch_add(1, Ordering::Relaxed) >= VERIFY_QUEUE {
            return None;
        }
        // To the back of the queue: whoever's bytes have come is read first, so that the count is true and sheds in time.
        tokio::task::yield_now().await;
        Some(prepare(input, &self.gate, self.now_ms()))
    }

    fn head_of(&self, install: &InstallId) -> Option<String> {
        self.heads.lock().unwrap_or_else(PoisonError::into_inner).get(install).cloned()
    }

    /// Turns a request away, and notes when: a person late because of it is not at fault.
    fn shed(&self, why: &str) -> HttpOut {
        let now_ms = self.now_ms();
        let mut shed = self.shed.lock().unwrap_or_else(PoisonError::into_inner);
        *shed = Some(shed.map_or((now_ms, now_ms + 1), |(from, until)| (from.min(now_ms), until.max(now_ms + 1))));
        let detail = format!("{why}; nothing was stored, come back later");
        Refusal::for_now(ProblemCode::Unavailable, detail, SHED_RETRY_AFTER_S).answer()
    }

    /// Notes that the server is alive. A full queue is no reason to worry: it will be noted the next time.
    pub fn beat(&self) {
        let shed = self.shed.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Err(TrySendError::Full(Task::Beat { shed: Some((from, until)) })) =
            self.tasks.try_send(Task::Beat { shed })
        {
            let mut again = self.shed.lock().unwrap_or_else(PoisonError::into_inner);
            *again = Some(again.map_or((from, until), |(f, u)| (f.min(from), u.max(until))));
        }
    }

    /// Finishes what was accepted and ends the writer. Blocks until it is on disk.
    pub fn stop(&self) {
        if let Some(writer) = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take() {
            writer.stop();
        }
    }
}
