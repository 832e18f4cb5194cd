//! A server's clock that was ahead, from the alarm to the act that mends it.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{MINUTE, MORNING_MS, Office, tap};

#[test]
fn a_clock_that_jumped_ahead_is_told_at_the_start_and_mended_by_the_operator() {
    let office = Office::found();
    let server = office.serve();
    office.enrol("p1", "local:A-1");
    office.enrol("p2", "local:A-2");
    let admin = |args: &[&str]| {
        office.run(&[&["--lang", "en", "--json", "admin", "clock", "--data", "srv", "--clock", "clock"], args].concat())
    };
    assert_eq!(admin(&[]).ends(0).lines()[0]["behind_ms"], 0);
    let year = 365 * 24 * 60 * MINUTE;
    office.set_clock(MORNING_MS + year);
    office.phone("p1", &["sync"]).ends(0);
    assert_eq!(server.terminate(), 0);

    let now_ms = MORNING_MS + 90 * MINUTE;
    office.set_clock(now_ms);
    let mut command = office.server();
    let started = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut server = started.spawn().unwrap();
    use std::io::{BufRead as _, BufReader, Read as _};
    let mut first = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.contains("listening"), "{first}");
    let state = admin(&[]).ends(1).lines().remove(0);
    assert_eq!(state["behind_ms"], year - 90 * MINUTE);
    // Taps are taken all the same; nobody gets a proof of time.
    let waiting = office.phone("p2", &tap(&[]));
    assert_eq!(waiting.did("check_in")["did"], "check_in");

    admin(&["--true-time", "2026-11-24T09:00+08:00"]).ends(2);
    let wrong = admin(&["--true-time", "2026-11-24T11:00+08:00", "--reason", "RTC"]).ends(1);
    assert!(wrong.err.contains("set it right first"), "{wrong:?}");
    let mended = admin(&["--true-time", "2026-11-24T09:00+08:00", "--reason", "RTC battery"]).ends(0).lines().remove(0);
    let named: Vec<_> = mended["phones"].as_array().unwrap().iter().map(|phone| phone["person"].clone()).collect();
    assert!(named.contains(&"local:A-1".into()), "{mended}");
    let told = admin(&[]).ends(0).lines().remove(0);
    assert_eq!((&told["behind_ms"], told["told_false_times"].as_array().unwrap().len()), (&0.into(), named.len()));

    // Enrolled anew, the phone has true times and its days.
    office.enrol("p1-again", "local:A-1");
    office.set_clock(now_ms + 120 * MINUTE);
    office.phone("p1-again", &tap(&[])).ends(0);
    let taps = office.taps("p1-again");
    assert_eq!((&taps[0]["grade"], &taps[0]["delivery"]["delivery"]), (&"anchored".into(), &"received".into()));
    let log = office.admin(&["log"]).out;
    assert!(log.contains("clock.mend") && log.contains("RTC battery"), "{log}");
    let pid = rustix::process::Pid::from_child(&server);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert_eq!(server.wait().unwrap().code(), Some(0));
    let mut warned = String::new();
    server.stderr.take().unwrap().read_to_string(&mut warned).unwrap();
    assert!(warned.contains("behind what this server has signed"), "{warned}");
}
