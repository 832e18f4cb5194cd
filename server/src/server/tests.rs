mod app_links;

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use hadir_core::{
    envelope::SigningKey,
    ports::{EntropyError, Reading},
    wire::ProblemCode,
};

use super::*;
use crate::{
    handle::{BodyIn, HttpIn},
    store::{Outage, OutageCause, Totals},
    testing::{MONDAY_MS, Phone, code_of, fill, head, server_keys},
};

struct TestClock(AtomicI64);
impl Clock for TestClock {
    fn read(&self) -> Reading {
        Reading { wall_ms: self.0.load(Ordering::Relaxed), boot_ms: 0 }
    }
}
struct Zeros;
impl Entropy for Zeros {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        buffer.fill(0);
        Ok(())
    }
}

/// A data directory with an agency and ten people.
fn agency() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let data = DataDir::open(dir.path()).unwrap();
    data.put_keys(&server_keys()).unwrap();
    fill(&data.store().unwrap(), 10);
    dir
}

fn config(data: &Path) -> ServerConfig {
    ServerConfig {
        data: data.to_owned(),
        listen: "127.0.0.1:0".parse().unwrap(),
        tls: None,
        behind_proxy: false,
        clock: Arc::new(TestClock(AtomicI64::new(MONDAY_MS))),
        entropy: Arc::new(Zeros),
        // A stop that does not close what is idle would hang for an hour.
        bounds: Bounds { stop_grace: Duration::from_secs(3_600), ..Bounds::default() },
        app_links: AppLinks::default(),
    }
}

fn raw(input: &HttpIn) -> Vec<u8> {
    let BodyIn::Whole(body) = &input.body else { panic!("a test sends whole bodies") };
    let mut text = format!("{} {} HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n", input.method, input.path, body.len());
    let headers = [
        ("hadir-request", &input.request),
        ("content-type", &input.content_type),
        ("content-encoding", &input.content_encoding),
    ];
    for (name, value) in headers {
        if let Some(value) = value {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    text.push_str("\r\n");
    [text.as_bytes(), body].concat()
}

/// Reads one answer.
fn answer(stream: &mut impl std::io::Read) -> crate::handle::HttpOut {
    let (mut bytes, mut byte) = (Vec::new(), [0]);
    while !bytes.ends_with(b"\r\n\r\n") {
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "cut off after {:?}", String::from_utf8_lossy(&bytes));
        bytes.push(byte[0]);
    }
    let text = String::from_utf8(bytes).unwrap();
    let header = |name: &str| {
        text.lines().find_map(|line| line.split_once(": ").filter(|(n, _)| *n == name).map(|(_, v)| v.to_owned()))
    };
    let mut body = vec![0; header("content-length").map_or(0, |bytes| bytes.parse().unwrap())];
    stream.read_exact(&mut body).unwrap();
    crate::handle::HttpOut {
        status: text[9..12].parse().unwrap(),
        content_type: match header("content-type").as_deref() {
            Some("application/json") => Some("application/json"),
            Some("application/problem+json") => Some("application/problem+json"),
            _ => None,
        },
        head: header("hadir-head"),
        retry_after_s: header("retry-after").map(|seconds| seconds.parse().unwrap()),
        body,
    }
}

fn send(server: &RunningServer, input: &HttpIn) -> crate::handle::HttpOut {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(&raw(input)).unwrap();
    answer(&mut stream)
}

fn enrolled(server: &RunningServer, number: u32) -> Phone {
    let phone = Phone::new(u8::try_from(number).unwrap());
    assert_eq!(send(server, &phone.enrol(number)).status, 201);
    phone
}

fn totals(server: &RunningServer) -> Totals {
    server.store().query(|read| read.totals()).unwrap()
}

#[test]
fn a_phone_enrols_and_delivers_over_one_connection() {
    let dir = agency();
    let server = Server::start(&config(dir.path())).unwrap();
    let mut phone = Phone::new(1);
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(&raw(&phone.enrol(1))).unwrap();
    assert_eq!(answer(&mut stream).status, 201);
    let records = phone.taps(3);
    stream.write_all(&raw(&phone.upload(&records))).unwrap();
    let stored = answer(&mut stream);
    assert_eq!((stored.status, head(&stored).seq), (200, 3));
    stream.write_all(&raw(&phone.ask("GET", "/v1/head", Vec::new()))).unwrap();
    assert_eq!(answer(&mut stream).status, 204);
    assert_eq!(server.url(), format!("http://{}", server.address()));
}

#[test]
fn an_invite_opened_in_a_browser_says_what_to_do() {
    let dir = agency();
    let server = Server::start(&config(dir.path())).unwrap();
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(b"GET /i HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let page = answer(&mut stream);
    assert_eq!(page.status, 200);
    assert!(String::from_utf8(page.body).unwrap().contains("Daftarkan HP ini"));
}

#[test]
fn eight_identical_uploads_at_once_get_the_same_receipt_eight_times() {
    let dir = agency();
    let server = Server::start(&config(dir.path())).unwrap();
    let mut phone = enrolled(&server, 1);
    let records = phone.taps(20);
    let upload = raw(&phone.upload(&records));
    let answers: Vec<Vec<u8>> = std::thread::scope(|scope| {
        let one = || {
            let mut stream = TcpStream::connect(server.address()).unwrap();
            stream.write_all(&upload).unwrap();
            answer(&mut stream).body
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(one)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|body| *body == answers[0]));
    assert!(String::from_utf8_lossy(&answers[0]).contains("receipt"));
    assert_eq!(totals(&server), Totals { records: 20, receipts: 1, ..Totals::default() });
}

#[test]
fn a_body_that_stops_half_way_stores_nothing_and_the_next_try_does() {
    let dir = agency();
    let server = Server::start(&config(dir.path())).unwrap();
    let mut phone = enrolled(&server, 1);
    let records = phone.taps(5);
    let upload = raw(&phone.upload(&records));
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(&upload[..upload.len() - 700]).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(!String::from_utf8_lossy(&rest).contains(" 200 "), "{}", String::from_utf8_lossy(&rest));
    assert_eq!(totals(&server).records, 0);
    assert_eq!(send(&server, &phone.upload(&records)).status, 200);
    assert_eq!(totals(&server).records, 5);
}

#[test]
fn a_body_or_a_head_that_never_ends_is_cut_off() {
    let dir = agency();
    // The head's time must be long enough for this test's own heads on a busy machine.
    let (header_timeout, body_timeout) = (Duration::from_secs(1), Duration::from_millis(50));
    let bounds = Bounds { header_timeout, body_timeout, ..config(dir.path()).bounds };
    let server = Server::start(&ServerConfig { bounds, ..config(dir.path()) }).unwrap();
    let mut phone = enrolled(&server, 1);
    let records = phone.taps(1);
    let upload = raw(&phone.upload(&records));
    let mut slow = TcpStream::connect(server.address()).unwrap();
    slow.write_all(&upload[..upload.len() - 10]).unwrap();
    assert_eq!(code_of(&answer(&mut slow)), ProblemCode::BadRequest);
    let lorises = [&b"GET /v1/head HTTP/1.1\r\nhost: x\r\nx-slow: a"[..], b""].map(|head| {
        let mut loris = TcpStream::connect(server.address()).unwrap();
        loris.write_all(head).unwrap();
        loris
    });
    for mut loris in lorises {
        let mut rest = Vec::new();
        let _ = loris.read_to_end(&mut rest);
        assert!(!String::from_utf8_lossy(&rest).contains(" 204 "));
    }
    assert_eq!(totals(&server).records, 0);
}

#[test]
fn a_body_longer_than_allowed_is_refused_before_it_is_read() {
    let dir = agency();
    let server = Server::start(&config(dir.path())).unwrap();
    let phone = enrolled(&server, 1);
    for (path, bytes) in [("/v1/records", (1 << 20) + 1), ("/v1/token", (16 << 10) + 1)] {
        let body = vec![b'x'; bytes];
        let input = if path == "/v1/records" { phone.upload_bytes(body) } else { phone.ask("POST", path, body) };
        let request = raw(&input);
        let start = request.len() - bytes;
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream.write_all(&request[..start]).unwrap();
        let told = answer(&mut stream);
        assert_eq!((code_of(&told), told.status), (ProblemCode::TooLarge, 413));
        assert_eq!(head(&told).install, phone.key.kid());
    }
}

#[test]
fn a_chunked_body_is_bounded_too() {
    let dir = agency();
    let server = Server::start(&config(dir.path())).unwrap();
    let phone = enrolled(&server, 1);
    let auth = phone.upload_bytes(Vec::new()).request.unwrap();
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let start = format!(
        "POST /v1/records HTTP/1.1\r\nhost: x\r\ncontent-type: application/vnd.hadir.records\r\nhadir-request: {auth}\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    stream.write_all(start.as_bytes()).unwrap();
    let chunk = [b"10000\r\n".to_vec(), vec![b'x'; 0x10000], b"\r\n".to_vec()].concat();
    for _ in 0..17 {
        // The server may close once it has read enough.
        let _ = stream.write_all(&chunk);
    }
    assert_eq!(code_of(&answer(&mut stream)), ProblemCode::TooLarge);
}

#[test]
fn connections_beyond_the_cap_wait_for_a_place() {
    let dir = agency();
    let bounds = Bounds { connections: 1, ..config(dir.path()).bounds };
    let server = Server::start(&ServerConfig { bounds, ..config(dir.path()) }).unwrap();
    let phone = Phone::new(1);
    let mut first = TcpStream::connect(server.address()).unwrap();
    first.write_all(&raw(&phone.enrol(1))).unwrap();
    assert_eq!(answer(&mut first).status, 201);
    let mut second = TcpStream::connect(server.address()).unwrap();
    second.write_all(&raw(&phone.ask("GET", "/v1/head", Vec::new()))).unwrap();
    second.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    let waiting = second.read(&mut [0]).unwrap_err();
    assert!(matches!(waiting.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut));
    drop(first);
    second.set_read_timeout(None).unwrap();
    assert_eq!(answer(&mut second).status, 204);
}

#[test]
fn a_stop_closes_the_port_at_once_and_lets_a_request_under_way_end() {
    let dir = agency();
    let server = Server::start(&config(dir.path())).unwrap();
    let address = server.address();
    let mut phone = enrolled(&server, 1);
    let records = phone.taps(2);
    let upload = raw(&phone.upload(&records));
    let at = upload.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let idle = TcpStream::connect(address).unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(&upload[..at]).unwrap();
    stream.write_all(b"\r\nexpect: 100-continue\r\n\r\n").unwrap();
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on[..12], b"HTTP/1.1 100");
    let stopping = std::thread::spawn(move || server.stop());
    while TcpStream::connect(address).is_ok() {}
    stream.write_all(&upload[at + 4..]).unwrap();
    assert_eq!(answer(&mut stream).status, 200);
    stopping.join().unwrap();
    drop(idle);
    // Everything is there after a start on the same port.
    let server = Server::start(&ServerConfig { listen: address, ..config(dir.path()) }).unwrap();
    assert_eq!(totals(&server).records, 2);
    let again = send(&server, &phone.upload(&records));
    assert_eq!((again.status, totals(&server).receipts), (200, 1));
}

#[test]
fn two_servers_on_one_data_directory_are_refused() {
    let dir = agency();
    let first = Server::start(&config(dir.path())).unwrap();
    assert!(matches!(Server::start(&config(dir.path())), Err(StartError::Data(DataDirError::InUse(_)))));
    first.stop();
    assert!(Server::start(&config(dir.path())).is_ok());
}

#[test]
fn a_server_without_agency_keys_or_tls_does_not_start() {
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(Server::start(&config(empty.path())), Err(StartError::Data(DataDirError::NoAgency(_)))));
    let keyless = tempfile::tempdir().unwrap();
    fill(&DataDir::open(keyless.path()).unwrap().store().unwrap(), 1);
    assert!(matches!(Server::start(&config(keyless.path())), Err(StartError::Data(DataDirError::Io { .. }))));
    let dir = agency();
    let open = ServerConfig { listen: "0.0.0.0:0".parse().unwrap(), ..config(dir.path()) };
    assert!(matches!(Server::start(&open), Err(StartError::PlainHttp(_))));
    let proxied = ServerConfig { behind_proxy: true, ..open };
    assert!(Server::start(&proxied).is_ok());
}

#[test]
fn an_address_in_use_is_named() {
    let dir = agency();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap();
    let failed = Server::start(&ServerConfig { listen, ..config(dir.path()) });
    assert!(matches!(failed, Err(StartError::Listen { address, .. }) if address == listen));
    assert!(Server::start(&config(dir.path())).is_ok());
}

#[test]
fn the_time_without_a_server_is_told_as_an_outage() {
    let dir = agency();
    let clock = Arc::new(TestClock(AtomicI64::new(MONDAY_MS)));
    let with_clock = || ServerConfig { clock: Arc::clone(&clock) as Arc<dyn Clock>, ..config(dir.path()) };
    Server::start(&with_clock()).unwrap().stop();
    clock.0.store(MONDAY_MS + 3_600_000, Ordering::Relaxed);
    let server = Server::start(&with_clock()).unwrap();
    let store = server.store();
    server.stop();
    let down = Outage { from_ms: MONDAY_MS, until_ms: MONDAY_MS + 3_600_000, cause: OutageCause::Down };
    assert_eq!(store.query(|read| read.outages(0, i64::MAX)).unwrap(), [down]);
    // A pause of seconds is none.
    clock.0.store(MONDAY_MS + 3_605_000, Ordering::Relaxed);
    Server::start(&with_clock()).unwrap().stop();
    assert_eq!(store.query(|read| read.outages(0, i64::MAX)).unwrap(), [down]);
}

#[test]
fn what_is_stored_is_announced_and_so_is_what_another_process_does() {
    let dir = agency();
    let server = Server::start(&config(dir.path())).unwrap();
    let mut phone = enrolled(&server, 1);
    let mut heard = server.changes().subscribe();
    let records = phone.taps(1);
    send(&server, &phone.upload(&records));
    let people = |change| matches!(change, Change::People(people) if people.contains(&crate::testing::person_id(1)));
    assert!(people(heard.blocking_recv().unwrap()));
    let other = DataDir::open(dir.path()).unwrap().store().unwrap();
    // Until the watcher has had its first look there is nothing to compare with.
    let mut at_ms = 1;
    let announced = std::thread::spawn(move || while heard.blocking_recv().unwrap() != Change::Anything {});
    while !announced.is_finished() {
        other.update(|tx| tx.set_backed_up_through_ms(at_ms)).unwrap();
        at_ms += 1;
    }
    announced.join().unwrap();
}

#[test]
fn tls_is_spoken_where_a_certificate_is_given() {
    let dir = agency();
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
    let files = TlsFiles { cert: dir.path().join("cert.pem"), key: dir.path().join("key.pem") };
    std::fs::write(&files.cert, cert.pem()).unwrap();
    std::fs::write(&files.key, signing_key.serialize_pem()).unwrap();
    let server = Server::start(&ServerConfig { tls: Some(files.clone()), ..config(dir.path()) }).unwrap();
    assert!(server.url().starts_with("https://"));
    let mut roots = rustls::RootCertStore::empty();
    roots.add(cert.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let client = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut connection = rustls::ClientConnection::new(Arc::new(client), "localhost".try_into().unwrap()).unwrap();
    let mut socket = TcpStream::connect(server.address()).unwrap();
    let mut stream = rustls::Stream::new(&mut connection, &mut socket);
    stream.write_all(&raw(&Phone::new(1).enrol(1))).unwrap();
    assert_eq!(answer(&mut stream).status, 201);
    let swapped = TlsFiles { cert: files.key, key: files.cert };
    server.stop();
    assert!(matches!(
        Server::start(&ServerConfig { tls: Some(swapped), ..config(dir.path()) }),
        Err(StartError::Tls(_))
    ));
}

#[test]
fn a_key_that_is_put_in_place_under_a_running_server_is_not_the_one_it_signs_with() {
    let dir = agency();
    let server = Server::start(&config(dir.path())).unwrap();
    let before = *server.signs_with();
    assert_eq!(before, server_keys().public());
    let data = DataDir::open(dir.path()).unwrap();
    data.replace_key(KeyUse::Receipt, &SigningKey::from_seed(&[55; 32])).unwrap();
    assert_ne!(data.keys().unwrap().public(), before);
    assert_eq!(*server.signs_with(), before);
    let phone = enrolled(&server, 1);
    head(&send(&server, &phone.ask("GET", "/v1/head", Vec::new())));
    server.stop();
}
