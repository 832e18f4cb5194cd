//! One record a request, 32 connections: what a morning looks like, when every phone sends its one tap.

use std::{
    net::SocketAddr,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use hadir_core::{adapters::SystemClock, ports::Clock as _};
use hadir_server::store::StoreExt as _;

use super::{client::Connection, enrolled, made::Phone, made_beforehand};
use crate::{
    cpu::{process_time, thread_time},
    figures::{Report, Samples, median},
    site::{Agency, Outcome, scratch},
};

const PART: &str = "single";
const CONNECTIONS: usize = 32;
const PHONES: u32 = 640;
/// Requests of one installation in a round; all rounds stay below the 60 that it may make at once.
const REQUESTS_A_ROUND: usize = 8;
/// The first is not counted.
const ROUNDS: usize = 6;
/// The promises: records a second, and milliseconds within which 99 of 100 are answered.
const LEAST_RATE: f64 = 7_000.0;
const MOST_P99_MS: f64 = 25.0;

/// What a round took.
struct Round {
    wall: Duration,
    process: Duration,
    client: Duration,
    answers: Samples,
}

pub(crate) fn run(report: &mut Report) -> Outcome<()> {
    let dir = scratch()?;
    let clock = Arc::new(SystemClock::new());
    let now_ms = clock.read().wall_ms;
    let agency = Agency::found(&dir.path().join("office"), PHONES, now_ms)?;
    let server = agency.serve(clock, None)?;
    let mut phones: Vec<Phone> = enrolled(&agency, &server, PHONES, now_ms)?;
    let requests = made_beforehand(&mut phones, REQUESTS_A_ROUND * ROUNDS, 1)?;
    let mut rounds = Vec::new();
    for round in 0..ROUNDS {
        rounds.push(send(server.address(), &requests, round)?);
    }
    let stored = server.store().query(|read| read.totals())?;
    let expected = u64::from(PHONES) * (REQUESTS_A_ROUND * ROUNDS) as u64;
    if (stored.records, stored.evidence) != (expected, 0) {
        return Err(format!("{expected} records were sent, and the database holds {stored:?}").into());
    }
    server.stop();
    tell(report, &rounds[1..]);
    Ok(())
}

fn send(address: SocketAddr, requests: &[Vec<Vec<u8>>], round: usize) -> Outcome<Round> {
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        connections.push(Connection::open(address)?);
    }
    let (began, process) = (Instant::now(), process_time());
    let done = thread::scope(|scope| {
        let threads: Vec<_> = requests
            .chunks(requests.len().div_ceil(CONNECTIONS))
            .zip(connections)
            .map(|(phones, mut connection)| {
                scope.spawn(move || -> Result<(Duration, Vec<Duration>), String> {
                    let (began, mut answers) = (thread_time(), Vec::new());
                    for at in round * REQUESTS_A_ROUND..(round + 1) * REQUESTS_A_ROUND {
                        for phone in phones {
                            let asked = Instant::now();
                            connection.exchange(&phone[at]).map_err(|error| error.to_string())?;
                            answers.push(asked.elapsed());
                        }
                    }
                    Ok((thread_time().saturating_sub(began), answers))
                })
            })
            .collect();
        let one = |thread: thread::ScopedJoinHandle<'_, _>| {
            thread.join().map_err(|_| "a connection's thread failed".to_owned())?
        };
        threads.into_iter().map(one).collect::<Result<Vec<_>, String>>()
    })?;
    let (wall, process) = (began.elapsed(), process_time().saturating_sub(process));
    let (mut client, mut answers) = (Duration::ZERO, Samples::default());
    for (spent, took) in done {
        client += spent;
        took.into_iter().for_each(|one| answers.add(one));
    }
    Ok(Round { wall, process, client, answers })
}

fn tell(report: &mut Report, rounds: &[Round]) {
    #[expect(clippy::cast_precision_loss, reason = "some thousand")]
    let requests = f64::from(PHONES) * REQUESTS_A_ROUND as f64;
    let of = |figure: &dyn Fn(&Round) -> f64| median(&rounds.iter().map(figure).collect::<Vec<_>>());
    let rates: Vec<f64> = rounds.iter().map(|round| requests / round.wall.as_secs_f64()).collect();
    report.at_least(PART, "requests of one record a second, median of the rounds", median(&rates), "1/s", LEAST_RATE);
    let best = rates.iter().copied().fold(0.0, f64::max);
    report.beside(PART, "the same, best round", best, "1/s");
    let p = |p: f64| of(&|round: &Round| round.answers.us(p) / 1_000.0);
    report.beside(PART, "an answer, p50, median of the rounds", p(50.0), "ms");
    report.at_most(PART, "an answer, p99, median of the rounds", p(99.0), "ms", MOST_P99_MS);
    let process = of(&|round: &Round| round.process.as_secs_f64() * 1e6 / requests);
    let client = of(&|round: &Round| round.client.as_secs_f64() * 1e6 / requests);
    report.beside(PART, "processor time of a request, server", process - client, "µs");
    report.beside(PART, "processor time of a request, client", client, "µs");
}
