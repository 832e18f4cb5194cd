//! `hadir serve`: the server of an agency, until it is told to stop.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use clap::Args;
use hadir_core::{
    adapters::{SystemClock, SystemEntropy},
    ports::Clock,
    text::{Lang, time::duration},
    trust::TrustStore,
};
use hadir_server::{
    datadir::{DataDir, DataDirError},
    http::{
        app_links::{AndroidApp, AppLinks, AppleApp},
        listener::Bounds,
        tls::TlsFiles,
    },
    limits::CLOCK_ERROR_MS,
    server::{RunningServer, Server, ServerConfig, StartError},
    store::StoreExt as _,
};
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    admin::certificates,
    clock::FileClock,
    out::{Exit, Out},
};

/// Run the agency's server
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The data directory that `hadir admin init` made
    #[arg(long, value_name = "DIR", env = "HADIR_DATA")]
    data: PathBuf,
    /// Where to listen; port 0 takes any free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8420", env = "HADIR_LISTEN")]
    listen: SocketAddr,
    /// The TLS certificate chain, PEM, the server's own first
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The TLS key, PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// A proxy before this server does TLS
    #[arg(long, conflicts_with = "tls_cert")]
    behind_proxy: bool,
    /// An Android app that may open invite links, and the SHA-256 of the certificate that signs it; may be repeated
    #[arg(long, value_name = "PACKAGE=SHA256")]
    android_app: Vec<AndroidApp>,
    /// An iOS app that may open invite links; may be repeated
    #[arg(long, value_name = "TEAM.BUNDLE")]
    apple_app: Vec<AppleApp>,
    /// Take the time from a clock file instead of the system: for trials and tests ONLY
    #[arg(long, value_name = "FILE", env = "HADIR_CLOCK")]
    clock: Option<PathBuf>,
}

/// Why the server does not run, or not on.
enum Failure {
    Start(StartError),
    Clock(PathBuf, std::io::Error),
    Signals(std::io::Error),
}

/// Runs `hadir serve`.
#[must_use]
pub(crate) fn run(args: &ServeArgs, out: Out) -> Exit {
    match start(args).and_then(|server| serve(args, server, out)) {
        Ok(()) => Exit::Done,
        Err(failure) => {
            out.complain(&failure.words(out.lang));
            failure.exit()
        }
    }
}

fn start(args: &ServeArgs) -> Result<RunningServer, Failure> {
    // A directory of another name would be made and found empty.
    if !args.data.join("hadir.db").exists() {
        return Err(Failure::Start(StartError::Data(DataDirError::NoAgency(args.data.clone()))));
    }
    let clock: Arc<dyn Clock> = match &args.clock {
        Some(path) => Arc::new(FileClock::open(path).map_err(|error| Failure::Clock(path.clone(), error))?),
        None => Arc::new(SystemClock::new()),
    };
    let tls = args.tls_cert.clone().zip(args.tls_key.clone()).map(|(cert, key)| TlsFiles { cert, key });
    let config = ServerConfig {
        data: args.data.clone(),
        listen: args.listen,
        tls,
        behind_proxy: args.behind_proxy,
        clock,
        entropy: Arc::new(SystemEntropy::new()),
        bounds: Bounds::default(),
        app_links: AppLinks { android: args.android_app.clone(), apple: args.apple_app.clone() },
    };
    Server::start(&config).map_err(Failure::Start)
}

/// How often a running server looks whether a certificate ends.
const LOOK_AT_CERTIFICATES: Duration = Duration::from_secs(24 * 3_600);

/// Warns of certificates that end soon, and of keys that were put in place and that this server does not sign with yet. A database
/// that does not answer is told elsewhere.
fn look_at_certificates(args: &ServeArgs, server: &RunningServer, out: Out) {
    let Ok(Some(agency)) = server.store().query(|read| read.agency()) else { return };
    let Ok(trust) = TrustStore::verify(&agency.trust, &agency.trust.root) else { return };
    certificates::warn(&trust, server.signs_with(), server.now_ms(), out);
    let there = DataDir::open(&args.data).map(|data| certificates::in_use_at(&data)).unwrap_or_default();
    if !there.is_empty() && there != server.signs_with() {
        out.warn(out.lang.pick(
            "PERINGATAN: kunci di direktori data sudah diganti, dan server ini masih menandatangani dengan yang lama. Mulai ulang.",
            "WARNING: the keys of the data directory were replaced, and this server still signs with the ones before. Restart it.",
        ));
    }
}

/// Says where it listens, and waits for Ctrl-C or SIGTERM.
fn serve(args: &ServeArgs, server: RunningServer, out: Out) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::Signals)?;
    // Before anyone is told that it listens: from then on it may be told to stop.
    let (mut interrupt, mut terminate) = {
        let _context = runtime.enter();
        let handler = |kind| signal(kind).map_err(Failure::Signals);
        (handler(SignalKind::interrupt())?, handler(SignalKind::terminate())?)
    };
    let (url, test_clock) = (server.url(), args.clock.is_some());
    out.object(&json!({ "listening": url, "board": format!("{url}/"), "test_clock": args.clock }));
    out.tell(format!("Hadir melayani di {url}"), format!("Hadir serves at {url}"));
    out.tell(
        format!("Papan: {url}/ (tautan masuk: hadir admin login --data {} NAMA --link)", args.data.display()),
        format!("Board: {url}/ (a link to sign in: hadir admin login --data {} NAME --link)", args.data.display()),
    );
    if test_clock {
        let file = args.clock.as_deref().unwrap_or(std::path::Path::new("")).display();
        out.warn(&match out.lang {
            Lang::Id => format!("PERINGATAN: JAM UJI dari {file}. Tanda terima dan bukti waktu server ini TIDAK sah di luar uji coba."),
            Lang::En => format!("WARNING: a TEST CLOCK from {file}. This server's receipts and proofs of time are WORTHLESS outside a trial."),
        });
    }
    warn_of_a_clock_behind(&server, args, out);
    out.tell("Hentikan dengan Ctrl-C.", "Stop it with Ctrl-C.");
    runtime.block_on(async {
        // At the start, and then once a day: a server runs for months.
        let mut looks = tokio::time::interval(LOOK_AT_CERTIFICATES);
        loop {
            tokio::select! {
                _ = interrupt.recv() => return,
                _ = terminate.recv() => return,
                _ = looks.tick() => look_at_certificates(args, &server, out),
            }
        }
    });
    out.progress(out.lang.pick("Berhenti …", "Stopping …"));
    server.stop();
    out.progress("");
    out.tell("Berhenti. Semua yang diterima sudah tersimpan.", "Stopped. Everything that was received is on disk.");
    Ok(())
}

/// Says when the clock is behind what the server has signed: it signs no proofs of time then.
fn warn_of_a_clock_behind(server: &RunningServer, args: &ServeArgs, out: Out) {
    let now_ms = match &args.clock {
        Some(path) => FileClock::open(path).map(|clock| clock.read().wall_ms).ok(),
        None => Some(SystemClock::new().read().wall_ms),
    };
    let highest = server.store().query(|store| store.highest_signed_ms()).ok().flatten();
    let behind = highest.zip(now_ms).map_or(0, |(highest, now_ms)| highest.saturating_sub(now_ms));
    if behind > i64::from(CLOCK_ERROR_MS) {
        let by = duration(behind.unsigned_abs(), out.lang);
        let data = args.data.display();
        out.warn(&match out.lang {
            Lang::Id => format!("PERINGATAN: jam tertinggal {by} dari waktu yang sudah ditandatangani; bukti waktu tidak diterbitkan. Lihat: hadir admin clock --data {data}"),
            Lang::En => format!("WARNING: the clock is {by} behind what this server has signed; it signs no proofs of time. See: hadir admin clock --data {data}"),
        });
    }
}

impl Failure {
    const fn exit(&self) -> Exit {
        match self {
            Self::Start(StartError::PlainHttp(_)) => Exit::Usage,
            Self::Start(StartError::Data(DataDirError::NoAgency(_))) => Exit::NeedsPerson,
            _ => Exit::Store,
        }
    }

    fn words(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Start(error), Lang::Id) => start_id(error),
            (Self::Start(StartError::Listen { address, error }), Lang::En)
                if error.kind() == std::io::ErrorKind::AddrInUse =>
            {
                format!("another program listens on {address} already; stop it, or choose another port with --listen")
            }
            (Self::Start(error), Lang::En) => error.to_string(),
            (Self::Clock(path, error), Lang::Id) => {
                format!(
                    "jam di {} tidak dapat dibaca: {error}; isinya harus satu bilangan, milidetik sejak 1970",
                    path.display()
                )
            }
            (Self::Clock(path, error), Lang::En) => {
                format!(
                    "the clock in {} can't be read: {error}; it must hold one number, milliseconds since 1970",
                    path.display()
                )
            }
            (Self::Signals(error), Lang::Id) => {
                format!("sistem tidak memberi jalan untuk berhenti dengan baik: {error}")
            }
            (Self::Signals(error), Lang::En) => format!("the system gives no way to stop in good order: {error}"),
        }
    }
}

fn start_id(error: &StartError) -> String {
    match error {
        StartError::Listen { address, error } if error.kind() == std::io::ErrorKind::AddrInUse => {
            format!("program lain sudah melayani di {address}; hentikan dulu, atau pilih port lain dengan --listen")
        }
        StartError::Listen { address, error } => format!("tidak dapat melayani di {address}: {error}"),
        StartError::Data(DataDirError::NoAgency(dir)) => {
            format!("{} belum berisi instansi; buat dengan `hadir admin init`", dir.display())
        }
        StartError::Data(DataDirError::InUse(dir)) => {
            format!("server lain sedang memakai {}; hentikan dulu, atau pilih direktori lain", dir.display())
        }
        StartError::Data(DataDirError::Io { path, error }) => {
            format!("{} tidak dapat dipakai: {error}", path.display())
        }
        StartError::PlainHttp(address) => format!(
            "{address} dapat dicapai dari luar komputer ini, dan HP hanya memakai TLS: beri --tls-cert dan --tls-key, \
             atau --behind-proxy bila TLS dikerjakan proksi"
        ),
        other => other.to_string(),
    }
}
