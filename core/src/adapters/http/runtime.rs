//! The one network thread of a process: a current-thread runtime that all transports share.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError, Weak},
    thread,
};

use tokio::{
    runtime::{Builder, Handle},
    sync::oneshot,
};

use crate::limits::net;

/// The thread; it ends, in the background, when the last transport is dropped.
#[derive(Debug)]
pub(super) struct NetworkThread {
    handle: Handle,
    // Dropped with the last transport, which ends the thread.
    _alive: oneshot::Sender<()>,
}

static SHARED: Mutex<Weak<NetworkThread>> = Mutex::new(Weak::new());

impl NetworkThread {
    /// Returns the process's thread, starting it if there is none.
    pub(super) fn shared() -> io::Result<Arc<Self>> {
        // Whoever panicked while holding this left a Weak that is still whole.
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = shared.upgrade() {
            return Ok(running);
        }
        let runtime = Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(net::LOOKUP_THREADS)
            .thread_name("hadir-lookup")
            .build()?;
        let handle = runtime.handle().clone();
        let (alive, gone) = oneshot::channel::<()>();
        thread::Builder::new().name("hadir-network".into()).spawn(move || {
            // Ends with an error when the sender is dropped, which is how it is told to end.
            let _ = runtime.block_on(gone);
            // A lookup that hangs in the system is left behind, not waited for.
            runtime.shutdown_background();
        })?;
        let started = Arc::new(Self { handle, _alive: alive });
        *shared = Arc::downgrade(&started);
        Ok(started)
    }

    pub(super) fn handle(&self) -> &Handle {
        &self.handle
    }
}
