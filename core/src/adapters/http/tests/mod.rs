//! The HTTP transport against a small server on loopback that misbehaves on request.

mod addresses;
mod deadlines;
mod tls;
mod tunnel;

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    thread,
};

use super::*;
use crate::ports::transport::conformance::{self, Peer};

/// Listens on loopback, plays `peer` for each connection, and returns the base URL. The thread ends with the test process.
fn serve(peer: Peer) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    if matches!(peer, Peer::Absent) {
        return base;
    }
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let peer = peer.clone();
            thread::spawn(move || {
                // The client may be gone; that ends this connection and nothing else.
                let _ = play(&peer, stream);
            });
        }
    });
    base
}

fn read_request(stream: &TcpStream) -> io::Result<HttpRequest> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let method = if line.starts_with("GET") { Method::Get } else { Method::Post };
    let (mut headers, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap(),
            "hadir-request" => headers.push(("hadir-request", value.to_owned())),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(HttpRequest { method, url: String::new(), headers, body })
}

fn answer(mut stream: &TcpStream, response: &HttpResponse) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {} X\r\ncontent-length: {}\r\n", response.status, response.body.len());
    for (name, value) in &response.headers {
        head += &format!("{name}: {value}\r\n");
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    stream.write_all(&response.body)
}

fn play(peer: &Peer, mut stream: TcpStream) -> io::Result<()> {
    let request = read_request(&stream)?;
    match peer {
        Peer::Echoes => answer(&stream, &conformance::echo(&request)),
        Peer::SendsHtml => answer(&stream, &conformance::html()),
        Peer::Redirects => answer(&stream, &conformance::redirect()),
        Peer::Busy => answer(&stream, &conformance::busy()),
        Peer::HalfReplies => stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this"),
        Peer::ClosesAtOnce | Peer::Absent => Ok(()),
        Peer::NeverAnswers => hang(&stream),
        Peer::CancelsAndHangs(cancel) => {
            cancel.cancel();
            hang(&stream)
        }
        Peer::Drips => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")?;
            stream.set_read_timeout(Some(Duration::from_millis(20)))?;
            loop {
                // Waits for the client to go, 20 ms at a time.
                let _ = stream.read(&mut [0]);
                stream.write_all(b"x")?;
            }
        }
        Peer::Floods => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")?;
            let chunk = [&b"10000\r\n"[..], &[b'x'; 0x10000], b"\r\n"].concat();
            loop {
                stream.write_all(&chunk)?;
            }
        }
    }
}

/// Waits until the client goes.
fn hang(mut stream: &TcpStream) -> io::Result<()> {
    stream.read(&mut [0]).map(|_| ())
}

fn transport() -> HttpTransport {
    HttpTransport::new(&HttpOptions::default()).unwrap()
}

fn get(url: &str) -> HttpRequest {
    HttpRequest { method: Method::Get, url: url.into(), headers: vec![], body: vec![] }
}

const LONG: Duration = Duration::from_secs(20);

#[test]
fn http_keeps_the_contract() {
    conformance::run(&mut |peer| (Box::new(transport()), serve(peer)));
}

#[test]
fn http_keeps_the_contract_within_an_async_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { conformance::run(&mut |peer| (Box::new(transport()), serve(peer))) });
}

#[test]
fn a_transport_may_be_made_and_dropped_within_an_async_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let base = serve(Peer::Echoes);
    runtime.block_on(async {
        for _ in 0..3 {
            assert!(transport().send(&get(&base), LONG, &Cancel::default()).is_ok());
        }
    });
}

#[test]
fn nothing_is_sent_in_the_clear_beyond_this_machine() {
    let transport = transport();
    for url in ["http://192.0.2.7/v1/head", "http://localhost.example/x", "http://[::2]/x", "ftp://127.0.0.1/x", "x"] {
        let outcome = transport.send(&get(url), LONG, &Cancel::default());
        assert!(matches!(outcome, Err(TransportError::Unsendable(_))), "{url}: {outcome:?}");
    }
    for url in ["http://127.8.0.1/", "http://localhost/", "http://[::1]:80/"] {
        assert!(is_loopback(&Url::parse(url).unwrap()), "{url}");
    }
}

#[test]
fn plain_http_behind_an_https_address_is_told_as_tls() {
    let base = serve(Peer::HalfReplies).replace("http://", "https://");
    let outcome = transport().send(&get(&base), LONG, &Cancel::default());
    assert!(matches!(outcome, Err(TransportError::Tls(_) | TransportError::Unreachable)), "{outcome:?}");
}

#[test]
fn an_authority_that_is_no_certificate_is_refused_at_once() {
    let tls = ServerTls { ca: Some(b"not DER".to_vec()), ..ServerTls::default() };
    let options = HttpOptions { tls, ..HttpOptions::default() };
    assert!(matches!(HttpTransport::new(&options), Err(HttpTransportError::BadAuthority(_))));
}
