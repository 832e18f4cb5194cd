//! A server under bad connections over real HTTP: bodies cut at every point, hundreds closed in flight, uploads that are identical and
//! come at once, heads and bodies that never end. Nothing may crash, leak or wedge, and of what was cut nothing may be stored.
//!
//! HADIR_SEED repeats a run's choices.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use std::{
    fs,
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    sync::{Barrier, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use hadir_tests::{
    dice::{Dice, setting},
    hand_phone::{HandPhone, raw},
    office::Office,
};

/// Long enough for any server that is not wedged, on any machine.
const PATIENCE: Duration = Duration::from_secs(60);
const BEGAN_MS: i64 = 1_795_476_600_000;

/// What these tests hold, threads, files and memory, is counted for the whole process: one at a time.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    // A test that failed before left nothing that the next would mind.
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads one answer from a connection: status and body.
fn answer(stream: &mut TcpStream) -> std::io::Result<(u16, Vec<u8>)> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |n| n.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok((status, body))
}

fn exchange(address: SocketAddr, request: &[u8]) -> (u16, Vec<u8>) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request).unwrap();
    answer(&mut stream).unwrap()
}

/// An agency with its server, and its phones, enrolled.
fn open(people: u32, seed: u64) -> (tempfile::TempDir, Office, Vec<HandPhone>) {
    let home = tempfile::tempdir().unwrap();
    let office = Office::found_with(home.path(), people).unwrap();
    let mut phones = Vec::new();
    for (link, seed) in office.invite_all().unwrap().iter().zip(seed..) {
        let mut phone = HandPhone::new(link, seed, BEGAN_MS).unwrap();
        assert_eq!(exchange(office.address(), &raw(&phone.enrolment().unwrap())).0, 201);
        phones.push(phone);
    }
    (home, office, phones)
}

/// What this process, and with it the server, holds: open files, threads, resident bytes.
#[derive(Debug, Clone, Copy)]
struct Held {
    files: usize,
    threads: usize,
    resident: u64,
}

impl Held {
    fn now() -> Self {
        let count = |path: &str| fs::read_dir(path).unwrap().count();
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let kib = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap().trim();
        let resident = kib.strip_suffix(" kB").unwrap().parse::<u64>().unwrap() * 1_024;
        Self { files: count("/proc/self/fd"), threads: count("/proc/self/task"), resident }
    }
}

/// Waits until no more files and threads are held than before, and returns what is.
fn settles(before: Held) -> Held {
    let began = Instant::now();
    loop {
        let now = Held::now();
        if now.files <= before.files && now.threads <= before.threads {
            return now;
        }
        assert!(began.elapsed() < PATIENCE, "something is kept: {before:?}, then {now:?}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Ends a connection: politely, in the middle, or without reading what came.
fn leave(stream: &TcpStream, how: u64) {
    match how {
        0 => stream.shutdown(Shutdown::Write).unwrap_or(()),
        1 => stream.shutdown(Shutdown::Both).unwrap_or(()),
        // Dropped with bytes unread, a socket answers with a reset.
        _ => {}
    }
}

#[test]
fn connections_cut_at_any_point_store_nothing_and_leave_nothing_behind() {
    let _alone = alone();
    const WAVES: usize = 8;
    /// Waves that fill pools, caches and the allocator's own stock before growth is counted.
    const WARM: usize = 3;
    const AT_ONCE: usize = 400;
    let seed = setting("HADIR_SEED", u64::from(std::process::id()));
    println!("seed {seed}");
    let (_home, office, mut phones) = open(8, seed);
    let (address, mut dice) = (office.address(), Dice(seed));
    for phone in &mut phones {
        phone.tap(20).unwrap();
    }
    let requests: Vec<Vec<u8>> = phones.iter_mut().map(|phone| raw(&phone.upload(0..20).unwrap())).collect();
    let mut held = Vec::new();
    for _ in 0..WAVES {
        let before = Held::now();
        let mut open = Vec::new();
        for at in 0..AT_ONCE {
            let request = &requests[at % requests.len()];
            // Never the whole: at least its last byte is missing.
            let cut = usize::try_from(dice.roll(request.len() as u64)).unwrap();
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(&request[..cut]).unwrap();
            open.push((stream, dice.roll(3)));
        }
        // All are in flight; now all go.
        for (stream, how) in open {
            leave(&stream, how);
        }
        held.push(settles(before));
        assert_eq!(office.totals().unwrap().records, 0, "of what was cut, nothing is stored");
    }
    // What each later wave left behind would add up: a connection that is kept has a task and buffers of more than 16 KiB.
    let (first, last) = (held[WARM - 1].resident, held[WAVES - 1].resident);
    let a_connection = last.saturating_sub(first) / ((WAVES - WARM) * AT_ONCE) as u64;
    println!("{held:?}: {a_connection} bytes a connection");
    assert!(a_connection < 8_192, "memory grows with connections that are gone: {held:?}");
    for (phone, request) in phones.iter().zip(&requests) {
        assert_eq!(exchange(address, request).0, 200, "the same upload, whole at last");
        assert_eq!(office.records(&phone.install()).unwrap().len(), 20);
    }
}

#[test]
fn phones_that_hang_up_before_the_answer_have_their_records_once() {
    let _alone = alone();
    const ROUNDS: usize = 40;
    let seed = setting("HADIR_SEED", u64::from(std::process::id()));
    println!("seed {seed}");
    let (_home, office, mut phones) = open(16, seed);
    let (address, mut dice) = (office.address(), Dice(seed));
    let before = Held::now();
    for _ in 0..ROUNDS {
        let mut open = Vec::new();
        for phone in &mut phones {
            let from = phone.records.len();
            phone.tap(1).unwrap();
            let request = raw(&phone.upload(from..from + 1).unwrap());
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(&request).unwrap();
            open.push((stream, dice.roll(3)));
        }
        for (stream, how) in open {
            leave(&stream, how);
        }
    }
    settles(before);
    // Whatever became of each: the whole history once more, and every record is there once.
    for phone in &mut phones {
        let upload = phone.upload(0..ROUNDS).unwrap();
        // Some were asked too often for one minute and wait, as they are told.
        let (status, _) = exchange(address, &raw(&upload));
        assert_eq!(status, 200);
        let rows = office.records(&phone.install()).unwrap();
        let kept: Vec<&str> = rows.iter().map(|row| row.record.compact.as_str()).collect();
        let made: Vec<&str> = phone.records.iter().map(|record| record.compact()).collect();
        assert_eq!(kept, made);
    }
    assert_eq!(office.totals().unwrap().evidence, 0);
}

#[test]
fn eight_identical_uploads_at_once_get_the_same_receipt_eight_times_again_and_again() {
    let _alone = alone();
    const ROUNDS: usize = 5;
    let (_home, office, mut phones) = open(4, 7);
    let address = office.address();
    for round in 0..ROUNDS {
        for phone in &mut phones {
            phone.tap(20).unwrap();
            let (from, to) = (round * 20, (round + 1) * 20);
            // The same batch: half of them the same bytes, half asked for anew.
            let same = raw(&phone.upload(from..to).unwrap());
            let requests: Vec<Vec<u8>> = (0..8)
                .map(|at| if at % 2 == 0 { same.clone() } else { raw(&phone.upload(from..to).unwrap()) })
                .collect();
            let together = Barrier::new(requests.len());
            let answers: Vec<(u16, Vec<u8>)> = thread::scope(|scope| {
                let ask = |request: &Vec<u8>| {
                    let together = &together;
                    let request = request.clone();
                    scope.spawn(move || {
                        let mut stream = TcpStream::connect(address).unwrap();
                        together.wait();
                        stream.write_all(&request).unwrap();
                        answer(&mut stream).unwrap()
                    })
                };
                let threads: Vec<_> = requests.iter().map(ask).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert_eq!(answers[0].0, 200, "{}", String::from_utf8_lossy(&answers[0].1));
            assert!(answers.iter().all(|one| *one == answers[0]), "eight times the same");
        }
    }
    let totals = office.totals().unwrap();
    let batches = (phones.len() * ROUNDS) as u64;
    assert_eq!((totals.records, totals.receipts, totals.evidence), (batches * 20, batches, 0));
}

#[test]
fn hundreds_of_slow_connections_do_not_hold_up_a_phone_and_cost_little_each() {
    let _alone = alone();
    const SLOW: usize = 600;
    let (_home, office, mut phones) = open(1, 11);
    let (address, phone) = (office.address(), &mut phones[0]);
    phone.tap(3).unwrap();
    let whole = raw(&phone.upload(0..1).unwrap());
    let before = Held::now();
    // Half never end their head; half promise the largest body there may be and send its beginning.
    let promise = String::from_utf8(whole.clone()).unwrap();
    let length = promise.lines().find(|line| line.starts_with("content-length")).unwrap();
    let promise = promise.replace(length, "content-length: 1048576");
    let mut slow = Vec::new();
    for at in 0..SLOW {
        let mut stream = TcpStream::connect(address).unwrap();
        let part = if at % 2 == 0 { &whole[..40] } else { promise.as_bytes() };
        stream.write_all(part).unwrap();
        slow.push(stream);
    }
    for place in 0..3 {
        let began = Instant::now();
        assert_eq!(exchange(address, &raw(&phone.upload(place..place + 1).unwrap())).0, 200);
        assert!(began.elapsed() < Duration::from_secs(10), "a phone is served meanwhile: {:?}", began.elapsed());
    }
    let now = Held::now();
    let each = now.resident.saturating_sub(before.resident) / SLOW as u64;
    println!("{each} bytes a slow connection");
    // Both ends are in this process. A body is kept as far as it came, never as long as it was promised.
    assert!(each < 64 * 1_024, "{each} bytes a connection: {before:?}, {now:?}");
    drop(slow);
    settles(before);
}
