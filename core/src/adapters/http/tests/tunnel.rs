//! HTTP proxies: a tunnel through one, and what is told when it gives none.

use std::sync::{Arc, Mutex};

use rcgen::KeyPair;

use super::{
    tls::{Authority, clock},
    *,
};

const NOW_MS: i64 = 1_584_316_800_000;

/// What the proxy does with a `CONNECT`.
#[derive(Clone, Copy)]
enum Does {
    Tunnels,
    Refuses,
    WantsPassword,
}

/// A proxy on loopback that leads every tunnel to `target`, and keeps the heads of what it was asked.
struct Proxy {
    address: std::net::SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn start(does: Does, target: std::net::SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, asked) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let heads = asked.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let heads = heads.clone();
                // Either end may hang up; that ends this tunnel and nothing else.
                thread::spawn(move || tunnel(stream, does, target, &heads));
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    fn setting(&self) -> ProxySetting {
        ProxySetting::new(Some(&format!("http://orang:rahasia@{}", self.address))).unwrap()
    }
}

fn tunnel(
    mut phone: TcpStream,
    does: Does,
    target: std::net::SocketAddr,
    heads: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        phone.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    heads.lock().unwrap().push(String::from_utf8(head).unwrap());
    match does {
        Does::Refuses => return phone.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"),
        Does::WantsPassword => {
            return phone.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n");
        }
        Does::Tunnels => phone.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?,
    }
    let mut server = TcpStream::connect(target)?;
    let (mut from, mut to) = (phone.try_clone()?, server.try_clone()?);
    thread::spawn(move || io::copy(&mut from, &mut to));
    io::copy(&mut server, &mut phone).map(|_| ())
}

fn ask(authority: &Authority, proxy: ProxySetting, url: &str) -> Result<u16, TransportError> {
    let tls = ServerTls { ca: Some(authority.der()), pins: None, clock: clock(NOW_MS) };
    let transport = HttpTransport::new(&HttpOptions { tls, proxy, user_agent: None }).unwrap();
    transport.send(&get(url), LONG, &Cancel::default()).map(|answer| answer.status)
}

#[test]
fn a_request_goes_through_the_proxy_as_tls_and_the_proxy_learns_the_name_alone() {
    let authority = Authority::new();
    let server = authority.serve("hadir.example", &KeyPair::generate().unwrap());
    let proxy = Proxy::start(Does::Tunnels, server);
    assert_eq!(ask(&authority, proxy.setting(), "https://hadir.example/v1/packs?after=7"), Ok(204));
    let asked = proxy.asked();
    assert_eq!(asked.len(), 1);
    assert!(asked[0].starts_with("CONNECT hadir.example:443 HTTP/1.1\r\n"), "{asked:?}");
    // "orang:rahasia" in base64 (RFC 7617).
    assert!(asked[0].to_ascii_lowercase().contains("proxy-authorization: basic b3jhbmc6cmfoyxnpyq=="), "{asked:?}");
    assert!(!asked[0].contains("packs"), "{asked:?}");
}

#[test]
fn a_proxy_that_gives_no_tunnel_is_named() {
    let authority = Authority::new();
    let nowhere = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for does in [Does::Refuses, Does::WantsPassword] {
        let proxy = Proxy::start(does, nowhere);
        let outcome = ask(&authority, proxy.setting(), "https://hadir.example/");
        assert!(matches!(outcome, Err(TransportError::Proxy(_))), "{outcome:?}");
    }
    let gone = ProxySetting::new(Some(&nowhere.to_string())).unwrap();
    let outcome = ask(&authority, gone, "https://hadir.example/");
    assert!(matches!(outcome, Err(TransportError::Proxy(_))), "{outcome:?}");
}

#[test]
fn this_machine_is_asked_directly_and_an_impostor_behind_a_proxy_is_not_believed() {
    let authority = Authority::new();
    let key = KeyPair::generate().unwrap();
    let server = authority.serve("127.0.0.1", &key);
    let proxy = Proxy::start(Does::Tunnels, authority.serve("other.example", &key));
    assert_eq!(ask(&authority, proxy.setting(), &format!("https://{server}/")), Ok(204));
    assert!(proxy.asked().is_empty());
    let outcome = ask(&authority, proxy.setting(), "https://hadir.example/");
    assert_eq!(outcome, Err(crate::ports::TlsFault::WrongName.into()));
}
