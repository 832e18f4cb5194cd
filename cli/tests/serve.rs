//! `hadir serve`: what it says when it starts, why it does not, and how it stops.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{Office, hadir, run_with};

#[test]
fn a_server_says_where_it_listens_and_warns_of_a_test_clock_and_stops_when_told() {
    let office = Office::found();
    let server = office.serve();
    assert_eq!(server.terminate(), 0);
    // At once again, on the same port and directory.
    let server = office.serve();
    let second = run_with(&mut office.server(), "").ends(3);
    assert!(second.err.contains("another server runs on srv"), "{second:?}");
    drop(server);

    let held = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = held.local_addr().unwrap().port();
    let listen = format!("127.0.0.1:{port}");
    let taken = office.run(&["--lang", "en", "serve", "--data", "srv", "--listen", &listen]).ends(3);
    assert!(taken.err.contains(&listen) && taken.err.contains("--listen"), "{taken:?}");
}

#[test]
fn a_server_without_an_agency_a_clock_or_tls_says_what_to_do_and_makes_nothing() {
    let office = Office::found();
    let nothing = office.run(&["serve", "--data", "elsewhere"]).ends(5);
    assert!(nothing.err.contains("hadir admin init"), "{nothing:?}");
    assert!(!office.path("elsewhere").exists());
    let clock = office.run(&["serve", "--data", "srv", "--clock", "no-clock"]).ends(3);
    assert!(clock.err.contains("no-clock"), "{clock:?}");
    let open = office.run(&["serve", "--data", "srv", "--listen", "0.0.0.0:0"]).ends(2);
    assert!(open.err.contains("--behind-proxy"), "{open:?}");
    office.run(&["serve", "--data", "srv", "--tls-cert", "x.pem"]).ends(2);
    let tls = office.run(&["serve", "--data", "srv", "--tls-cert", "x.pem", "--tls-key", "y.pem"]).ends(3);
    assert!(tls.err.contains("x.pem"), "{tls:?}");
}

#[test]
fn apps_that_open_invite_links_are_named_right_or_nothing_starts() {
    let office = Office::found();
    let serve = |option: &str, value: &str| office.run(&["serve", "--data", "srv", option, value]).ends(2).err;
    assert!(serve("--android-app", "id.hadir.app=14:6D").contains("64 hexadecimal digits"));
    assert!(serve("--apple-app", "id.hadir.app").contains("no Apple team"));
}

#[test]
fn the_words_of_a_start_are_for_people() {
    use std::io::{BufRead as _, Read as _};
    let office = Office::found();
    let mut command = hadir(office.dir.path());
    let listen = format!("127.0.0.1:{}", office.port);
    command.args(["--lang", "en", "serve", "--data", "srv", "--clock", "clock", "--listen", &listen]);
    let mut child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut said = String::new();
    while !said.contains("Stop it with Ctrl-C") {
        assert!(out.read_line(&mut said).unwrap() > 0, "{said}");
    }
    assert!(said.contains(&format!("http://{listen}")) && said.contains("Board:"), "{said}");
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let mut warned = String::new();
    child.stderr.take().unwrap().read_to_string(&mut warned).unwrap();
    assert!(warned.contains("TEST CLOCK"), "{warned}");
    out.read_to_string(&mut said).unwrap();
    assert!(said.contains("on disk"), "{said}");
}
