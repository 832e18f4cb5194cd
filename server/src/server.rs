//! A whole running server in one value: database, writer, listener.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, thread};

use hadir_core::{
    model::B64,
    ports::{Clock, Entropy, EntropyError},
    wire::KeyUse,
};
use tokio::{runtime::Runtime, sync::watch, task::JoinHandle};

use crate::{
    board::Board,
    changes::{AnnouncingStore, Change, Changes},
    datadir::{DataDir, DataDirError, ServeLock},
    day::Days,
    handle::KeysError,
    http::{
        self,
        app_links::AppLinks,
        listener::{self, Bounds},
        tls::{TlsError, TlsFiles},
    },
    limits::{FOREIGN_CHANGES_EVERY, HEARTBEAT},
    service::Service,
    store::{SqliteStore, Store, StoreError, StoreExt as _},
};

/// What a server needs.
pub struct ServerConfig {
    /// The data directory, with an agency and the server's keys in it.
    pub data: PathBuf,
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// TLS; without it, the address must be loopback, or [`ServerConfig::behind_proxy`] true.
    pub tls: Option<TlsFiles>,
    /// Whether a proxy before this server does TLS.
    pub behind_proxy: bool,
    /// The server's clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness, for board sessions.
    pub entropy: Arc<dyn Entropy>,
    /// How connections are treated.
    pub bounds: Bounds,
    /// The apps that open invite links.
    pub app_links: AppLinks,
}

impl std::fmt::Debug for ServerConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ServerConfig({}, {})", self.data.display(), self.listen)
    }
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data directory.
    #[error(transparent)]
    Data(#[from] DataDirError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The server's keys.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// TLS.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Plain HTTP beyond this machine.
    #[error(
        "{0} is not loopback, and phones speak TLS alone beyond this machine: \
         give --tls-cert and --tls-key, or --behind-proxy if a proxy does TLS"
    )]
    PlainHttp(SocketAddr),
    /// The address.
    #[error("can't listen on {address}: {error}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why not.
        error: std::io::Error,
    },
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// No threads.
    #[error("the server's threads could not be started: {0}")]
    Threads(std::io::Error),
}

/// Starts servers.
#[derive(Debug)]
pub struct Server;

/// A running server. Dropping it stops it.
pub struct RunningServer {
    address: SocketAddr,
    tls: bool,
    store: Arc<dyn Store>,
    changes: Arc<Changes>,
    days: Arc<Days>,
    service: Arc<Service>,
    signs_with: [(KeyUse, B64<32>); 2],
    stop: watch::Sender<bool>,
    serving: Option<JoinHandle<()>>,
    runtime: Option<Runtime>,
    _lock: ServeLock,
}

impl std::fmt::Debug for RunningServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RunningServer({})", self.address)
    }
}

impl Server {
    /// Starts a server on threads of its own and returns when it listens.
    ///
    /// # Errors
    /// [`StartError`]; nothing runs then.
    pub fn start(config: &ServerConfig) -> Result<RunningServer, StartError> {
        if config.tls.is_none() && !config.behind_proxy && !config.listen.ip().is_loopback() {
            return Err(StartError::PlainHttp(config.listen));
        }
        let tls = config.tls.as_ref().map(http::tls::acceptor).transpose()?;
        let data = DataDir::open(&config.data)?;
        let lock = data.lock()?;
        let sqlite = Arc::new(data.store()?);
        let inner: Arc<dyn Store> = Arc::clone(&sqlite) as Arc<dyn Store>;
        let agency = inner.query(|read| read.agency())?.ok_or_else(|| DataDirError::NoAgency(config.data.clone()))?;
        let keys = data.keys()?;
        keys.check(&agency.trust, config.clock.read().wall_ms)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .thread_name("hadir-http")
            .enable_all()
            .build()
            .map_err(StartError::Threads)?;
        let listener = {
            let _context = runtime.enter();
            let failed = |error| StartError::Listen { address: config.listen, error };
            listener::bind(config.listen).map_err(failed)?
        };
        let failed = |error| StartError::Listen { address: config.listen, error };
        let address = listener.local_addr().map_err(failed)?;
        let changes = Arc::new(Changes::default());
        let signs_with = keys.public();
        let service = Arc::new(Service::start(
            &inner,
            keys,
            Arc::clone(&config.clock),
            Arc::clone(&config.entropy),
            Arc::clone(&changes),
        )?);
        let stop = watch::Sender::new(false);
        let days = Arc::new(Days::new(Arc::clone(&inner), Arc::clone(&changes)));
        let only_tls = tls.is_some() || config.behind_proxy;
        let (clock, entropy) = (Arc::clone(&config.clock), Arc::clone(&config.entropy));
        let board = Board::new(Arc::clone(&inner), Arc::clone(&days), clock, entropy, only_tls)?;
        let router =
            http::router(Arc::clone(&service), config.bounds.body_timeout, config.behind_proxy, &config.app_links)
                .merge(board.routes());
        runtime.spawn(close_boards(board, stop.subscribe()));
        runtime.spawn(keep_time(Arc::clone(&service), stop.subscribe()));
        runtime.spawn(watch_foreign(sqlite, Arc::clone(&changes), stop.subscribe()));
        let is_tls = tls.is_some();
        let serving = runtime.spawn(listener::serve(listener, router, tls, config.bounds, stop.subscribe()));
        Ok(RunningServer {
            address,
            tls: is_tls,
            store: Arc::new(AnnouncingStore::new(inner, Arc::clone(&changes))),
            changes,
            days,
            service,
            signs_with,
            stop,
            serving: Some(serving),
            runtime: Some(runtime),
            _lock: lock,
        })
    }
}

impl RunningServer {
    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base URL under which it is reached on this machine, without a slash at its end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}", if self.tls { "https" } else { "http" }, self.address)
    }

    /// The store, for acts inside this process: what is written through it shows on open boards at once.
    #[must_use]
    pub fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }

    /// What time its clock says, milliseconds since 1970.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.service.now_ms()
    }

    /// The keys that it signs with, by their public halves. Those of the data directory may have been replaced since it started.
    #[must_use]
    pub const fn signs_with(&self) -> &[(KeyUse, B64<32>); 2] {
        &self.signs_with
    }

    /// Where changes are announced.
    #[must_use]
    pub const fn changes(&self) -> &Arc<Changes> {
        &self.changes
    }

    /// The days as the board shows them.
    #[must_use]
    pub const fn days(&self) -> &Arc<Days> {
        &self.days
    }

    /// Stops: the port is closed at once, requests under way have a moment to end, all that was accepted is on disk after.
    pub fn stop(mut self) {
        self.shut();
    }

    fn shut(&mut self) {
        self.stop.send_replace(true);
        let Some(runtime) = self.runtime.take() else { return };
        let (serving, service) = (self.serving.take(), Arc::clone(&self.service));
        // A runtime may not be waited for from within another: a thread of its own may, wherever the caller stands.
        let stopping = thread::spawn(move || {
            if let Some(serving) = serving {
                let _ = runtime.block_on(serving);
            }
            service.stop();
            runtime.shutdown_background();
        });
        let _ = stopping.join();
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        self.shut();
    }
}

/// Notes at intervals that the server is alive.
async fn keep_time(service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let mut beats = tokio::time::interval(HEARTBEAT);
    loop {
        tokio::select! {
            () = listener::stopped(&mut stop) => return,
            _ = beats.tick() => service.beat(),
        }
    }
}

/// Ends open boards' event streams, which would hold up a graceful stop.
async fn close_boards(board: Arc<Board>, mut stop: watch::Receiver<bool>) {
    listener::stopped(&mut stop).await;
    board.close();
}

/// Announces what another process, such as `hadir admin`, wrote.
async fn watch_foreign(store: Arc<SqliteStore>, changes: Arc<Changes>, mut stop: watch::Receiver<bool>) {
    let mut known = None;
    let mut looks = tokio::time::interval(FOREIGN_CHANGES_EVERY);
    loop {
        tokio::select! {
            () = listener::stopped(&mut stop) => return,
            _ = looks.tick() => {}
        }
        let store = Arc::clone(&store);
        let seen = tokio::task::spawn_blocking(move || store.foreign_changes()).await;
        if let Ok(Ok(seen)) = seen {
            if known.is_some_and(|known| known != seen) {
                changes.announce(Change::Anything);
            }
            known = Some(seen);
        }
    }
}

#[cfg(test)]
mod tests;
