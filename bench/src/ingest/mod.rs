//! How many records a second the server takes in over HTTP on loopback, into SQLite with `synchronous=FULL`, while the
//! client runs on the same cores; and where the time goes.
//!
//! - [`made`]: installations, and their batches made and signed beforehand, as whole HTTP requests;
//! - [`client`]: connections that are kept alive;
//! - [`stages`]: each stage of the work by itself;
//! - [`single`]: the same server, one record a request.

mod client;
mod made;
pub(crate) mod single;
mod stages;

use std::{
    net::SocketAddr,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use hadir_core::{adapters::SystemClock, ports::Clock as _};
use hadir_server::{server::RunningServer, store::StoreExt as _};

use self::{client::Connection, made::Phone, stages::Stages};
use crate::{
    cpu::{process_time, thread_time, threads},
    figures::{Report, median},
    site::{Agency, Outcome, scratch},
};

const PART: &str = "ingest";
/// Records in a batch.
const BATCH: usize = 20;
const PHONES: u32 = 320;
/// Batches of one installation in a round.
const BATCHES_A_ROUND: usize = 3;
/// The first is not counted. All of them stay below the 60 requests that an installation may make at once.
const ROUNDS: usize = 8;
/// Connections, each with one request under way: phones by the dozen come at once, and share a commit.
const CONNECTIONS: usize = 48;
/// The promise, records a second.
const LIMIT: f64 = 20_000.0;
/// The promise for the half without a store, beside nothing but signature checks, percent.
const LEAST_VERIFY: f64 = 85.0;

/// What a round took.
struct Round {
    wall: Duration,
    /// Processor time of the whole process, server and client.
    process: Duration,
    /// Of the client's threads.
    client: Duration,
    /// Of the server's one thread that writes.
    writer: Duration,
}

pub(crate) fn run(report: &mut Report) -> Outcome<()> {
    let stages = stages::measure()?;
    let dir = scratch()?;
    let clock = Arc::new(SystemClock::new());
    let now_ms = clock.read().wall_ms;
    let agency = Agency::found(&dir.path().join("office"), PHONES, now_ms)?;
    let server = agency.serve(clock, None)?;
    let address = server.address();
    let store = server.store();
    let mut phones = enrolled(&agency, &server, PHONES, now_ms)?;
    let requests = made_beforehand(&mut phones, BATCHES_A_ROUND * ROUNDS, BATCH)?;
    let records_a_round = PHONES as usize * BATCHES_A_ROUND * BATCH;
    let mut rounds = Vec::new();
    for round in 0..ROUNDS {
        rounds.push(send(address, &requests, round)?);
    }
    let stored = store.query(|read| read.totals())?;
    let expected = (records_a_round * ROUNDS) as u64;
    if (stored.records, stored.evidence) != (expected, 0) {
        return Err(format!("{expected} records were sent, and the database holds {stored:?}").into());
    }
    server.stop();
    tell(report, &rounds[1..], records_a_round, &stages);
    Ok(())
}

/// Phones that enrolled over HTTP, by their number.
fn enrolled(agency: &Agency, server: &RunningServer, phones: u32, now_ms: i64) -> Outcome<Vec<Phone>> {
    let (store, mut door) = (server.store(), Connection::open(server.address())?);
    let enrol = |number| {
        let invite = agency.invite(&*store, number, &server.url(), None)?;
        let mut phone = Phone::new(&invite, number)?;
        let answer = door.exchange(&made::http("/v1/enrol", &phone.enrolment()?))?;
        phone.enrolled(&answer, now_ms)?;
        Ok(phone)
    };
    (1..=phones).map(enrol).collect()
}

/// So many batches of every phone, as requests: `[phone][batch]`, in the order of its chain.
fn made_beforehand(phones: &mut [Phone], batches: usize, records: usize) -> Outcome<Vec<Vec<Vec<u8>>>> {
    let cores = thread::available_parallelism()?.get();
    let share = phones.len().div_ceil(cores);
    thread::scope(|scope| {
        let make = |phones: &mut [Phone]| -> Result<Vec<_>, String> {
            let make_one = |phone: &mut Phone| -> Outcome<Vec<Vec<u8>>> {
                (0..batches).map(|_| Ok(made::http("/v1/records", &phone.batch(records)?.request))).collect()
            };
            phones.iter_mut().map(|phone| make_one(phone).map_err(|error| error.to_string())).collect()
        };
        let threads: Vec<_> = phones.chunks_mut(share).map(|phones| scope.spawn(move || make(phones))).collect();
        let mut made = Vec::new();
        for thread in threads {
            made.extend(thread.join().map_err(|_| "making the batches failed")??);
        }
        Ok(made)
    })
}

/// Sends one round: each connection serves its own phones, a phone's batches in their order.
fn send(address: SocketAddr, requests: &[Vec<Vec<u8>>], round: usize) -> Outcome<Round> {
    let share = requests.len().div_ceil(CONNECTIONS);
    let mut connections = Vec::new();
    for _ in 0..requests.len().div_ceil(share) {
        connections.push(Connection::open(address)?);
    }
    let writer = || threads().get("hadir-writer").copied().unwrap_or_default();
    let (wrote, began, process) = (writer(), Instant::now(), process_time());
    let client = thread::scope(|scope| {
        let threads: Vec<_> = requests
            .chunks(share)
            .zip(connections)
            .map(|(phones, mut connection)| {
                scope.spawn(move || -> Result<Duration, String> {
                    let began = thread_time();
                    for batch in round * BATCHES_A_ROUND..(round + 1) * BATCHES_A_ROUND {
                        for phone in phones {
                            connection.exchange(&phone[batch]).map_err(|error| error.to_string())?;
                        }
                    }
                    Ok(thread_time().saturating_sub(began))
                })
            })
            .collect();
        let mut spent = Duration::ZERO;
        for thread in threads {
            spent += thread.join().map_err(|_| "a connection's thread failed".to_owned())??;
        }
        Ok::<_, String>(spent)
    })?;
    let (wall, process) = (began.elapsed(), process_time().saturating_sub(process));
    Ok(Round { wall, process, client, writer: writer().saturating_sub(wrote) })
}

fn tell(report: &mut Report, rounds: &[Round], records: usize, stages: &Stages) {
    #[expect(clippy::cast_precision_loss, reason = "some ten thousand")]
    let records = records as f64;
    let each = |time: fn(&Round) -> Duration| -> Vec<f64> {
        rounds.iter().map(|round| time(round).as_secs_f64() * 1e6 / records).collect()
    };
    let wall = each(|round| round.wall);
    let [process, client, writer] =
        [each(|round| round.process), each(|round| round.client), each(|round| round.writer)].map(|each| median(&each));
    let rate = |us: f64| 1e6 / us;
    report.at_least(PART, "records a second over HTTP, median of the rounds", rate(median(&wall)), "1/s", LIMIT);
    let best = wall.iter().copied().fold(f64::INFINITY, f64::min);
    report.beside(PART, "the same, best round", rate(best), "1/s");
    report.at_least(
        PART,
        "signatures checked in prepare() a second, of bare verify_strict, one core",
        stages.share,
        "%",
        LEAST_VERIFY,
    );
    report.beside(PART, "processor time of a record, server and client", process, "µs/record");
    let cores = thread::available_parallelism().map_or(1.0, |cores| cores.get().min(1_024) as f64);
    report.beside(PART, "records a second if these cores did nothing else", cores * rate(process), "1/s");
    for (what, us) in stages.each() {
        report.beside(PART, format!("stage: {what}"), us, "µs/record");
    }
    report.beside(
        PART,
        "stage: the writer's rest (queue, larger tables, checkpoints)",
        writer - stages.apply,
        "µs/record",
    );
    let http = process - client - writer - stages.prepare - stages.head;
    report.beside(PART, "stage: HTTP, hand-over between threads", http, "µs/record");
    report.beside(PART, "stage: the client", client, "µs/record");
    report.beside(PART, "all of prepare(), to compare with the first five stages", stages.prepare, "µs/record");
    report.beside(PART, "beside it: waiting for the disk, in a commit of 8 requests", stages.commit_wait, "µs/record");
    report.beside(PART, "beside it: bare verify_strict, one core", rate(stages.verify), "1/s");
    report.beside(PART, "beside it: bare verify_strict, all cores at once", stages.verify_together, "1/s");
}
