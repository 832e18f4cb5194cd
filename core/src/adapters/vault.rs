//! Stands before a platform's key store, which may hang: each call runs on a thread of its own and is given up in time.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::{RecvTimeoutError, sync_channel},
    },
    thread,
    time::Duration,
};

use crate::{
    limits::vault as limits,
    ports::{KeyVault, VaultError},
};

type Answer = Result<Vec<u8>, VaultError>;

/// Waits for another vault so long and no longer.
pub struct PatientVault {
    inner: Arc<dyn KeyVault>,
    patience: Duration,
    under_way: Arc<AtomicUsize>,
}

impl PatientVault {
    /// Stands before `inner` with the patience of [`limits::CALL`].
    #[must_use]
    pub fn new(inner: Arc<dyn KeyVault>) -> Self {
        Self::with_patience(inner, limits::CALL)
    }

    /// Stands before `inner` and waits for `patience`.
    #[must_use]
    pub fn with_patience(inner: Arc<dyn KeyVault>, patience: Duration) -> Self {
        Self { inner, patience, under_way: Arc::default() }
    }

    /// Runs a call; one that does not come back is left behind with its thread.
    fn call(&self, work: impl FnOnce(&dyn KeyVault) -> Answer + Send + 'static) -> Answer {
        let guard = UnderWay::enter(&self.under_way)?;
        let (answer, answered) = sync_channel(1);
        let inner = Arc::clone(&self.inner);
        let run = move || {
            let guard = guard;
            let done = work(&*inner);
            // Before the answer: who has it may call again at once, and must not meet calls that are over. (A panic ends it likewise.)
            drop(guard);
            // Nobody waits any more if it took too long.
            let _ = answer.send(done);
        };
        thread::Builder::new().name("hadir-vault".into()).spawn(run).map_err(|_| VaultError::Unavailable)?;
        match answered.recv_timeout(self.patience) {
            Ok(answer) => answer,
            // Disconnected: the key store's own code panicked.
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Err(VaultError::Unavailable),
        }
    }
}

impl fmt::Debug for PatientVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PatientVault({:?})", self.patience)
    }
}

impl KeyVault for PatientVault {
    fn wrap(&self, secret: &[u8]) -> Answer {
        let secret = zeroize::Zeroizing::new(secret.to_vec());
        self.call(move |vault| vault.wrap(&secret))
    }

    fn unwrap(&self, wrapped: &[u8]) -> Answer {
        let wrapped = wrapped.to_vec();
        self.call(move |vault| vault.unwrap(&wrapped))
    }
}

/// A call that has not come back. A key store that hangs for ever must not be given thread after thread.
struct UnderWay(Arc<AtomicUsize>);

impl UnderWay {
    fn enter(count: &Arc<AtomicUsize>) -> Result<Self, VaultError> {
        let entered = Self(Arc::clone(count));
        if count.fetch_add(1, Ordering::AcqRel) < limits::HANGING { Ok(entered) } else { Err(VaultError::Unavailable) }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::ports::vault::{HangingVault, LyingVault, MemoryVault, conformance};

    const SHORT: Duration = Duration::from_millis(40);

    #[test]
    fn a_vault_that_answers_is_as_good_behind_it() {
        conformance::run(&PatientVault::new(Arc::new(MemoryVault::new(1))));
    }

    #[test]
    fn a_call_that_was_answered_is_not_under_way_any_more() {
        let vault = PatientVault::new(Arc::new(MemoryVault::new(1)));
        for call in 0..1_000 {
            vault.wrap(b"secret").unwrap();
            assert_eq!(vault.under_way.load(Ordering::Acquire), 0, "call {call}");
        }
    }

    #[test]
    fn trouble_is_passed_on_as_it_is() {
        let inner = Arc::new(MemoryVault::new(1));
        let wrapped = inner.wrap(b"secret").unwrap();
        let vault = PatientVault::new(inner.clone());
        for trouble in [VaultError::Locked, VaultError::Unavailable, VaultError::KeyGone, VaultError::Rejected] {
            inner.set_trouble(Some(trouble));
            conformance::run_in_trouble(&vault, &wrapped, trouble);
        }
    }

    #[test]
    fn a_vault_that_hangs_is_given_up_in_time_and_takes_no_thread_after_thread() {
        let inner = Arc::new(HangingVault::default());
        let vault = PatientVault::with_patience(inner.clone(), SHORT);
        let began = Instant::now();
        conformance::run_in_trouble(&vault, b"anything", VaultError::Unavailable);
        assert!(began.elapsed() < SHORT * 6 + Duration::from_millis(250), "{:?}", began.elapsed());
        assert_eq!(vault.under_way.load(Ordering::Acquire), limits::HANGING, "no more hang than are allowed to");
        let again = Instant::now();
        assert_eq!(vault.unwrap(b"anything"), Err(VaultError::Unavailable));
        assert!(again.elapsed() < SHORT, "who hangs for ever is not waited for again");
        inner.let_go();
    }

    #[test]
    fn a_vault_that_panics_is_unavailable() {
        struct Panics;
        impl KeyVault for Panics {
            fn wrap(&self, _: &[u8]) -> Answer {
                panic!("the platform's code")
            }
            fn unwrap(&self, _: &[u8]) -> Answer {
                panic!("the platform's code")
            }
        }
        let vault = PatientVault::new(Arc::new(Panics));
        conformance::run_in_trouble(&vault, b"anything", VaultError::Unavailable);
        assert_eq!(vault.under_way.load(Ordering::Acquire), 0, "and nothing hangs");
    }

    #[test]
    #[should_panic(expected = "what was wrapped comes back")]
    fn a_vault_that_lies_is_no_better_behind_it() {
        conformance::run(&PatientVault::new(Arc::new(LyingVault)));
    }
}
