//! IPv6 and both at once.

use std::net::{IpAddr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::*;

/// Answers [`Peer::Echoes`] on an address; `None` where this machine has no such address.
fn echo_on(address: &str) -> Option<SocketAddr> {
    let listener = TcpListener::bind(address).ok()?;
    let bound = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || play(&Peer::Echoes, stream));
        }
    });
    Some(bound)
}

#[test]
fn a_server_is_reached_by_an_ipv6_literal() {
    let Some(address) = echo_on("[::1]:0") else { return };
    let answer = transport().send(&get(&format!("http://{address}/v1/head?x=1")), LONG, &Cancel::default());
    assert_eq!(answer.unwrap().status, 200);
}

#[test]
fn a_name_with_two_addresses_is_reached_though_one_is_dead() {
    struct Both(Vec<SocketAddr>);
    impl Resolve for Both {
        fn resolve(&self, _: Name) -> Resolving {
            let all = self.0.clone();
            Box::pin(async move { Ok(Box::new(all.into_iter()) as Addrs) })
        }
    }
    let alive = echo_on("127.0.0.1:0").unwrap();
    // The same port of IPv6 has nobody, and neither has the discard port.
    let dead: [IpAddr; 2] = ["::1".parse().unwrap(), "127.0.0.9".parse().unwrap()];
    for dead in dead {
        for order in [[dead, alive.ip()], [alive.ip(), dead]] {
            let both = Both(order.map(|ip| SocketAddr::new(ip, alive.port())).to_vec());
            let transport =
                HttpTransport::build(&HttpOptions::default(), |builder| builder.dns_resolver(both)).unwrap();
            let url = format!("http://localhost:{}/v1/head", alive.port());
            let began = Instant::now();
            let answer = transport.send(&get(&url), LONG, &Cancel::default());
            assert_eq!(answer.unwrap().status, 200, "{order:?}");
            assert!(began.elapsed() < Duration::from_secs(2), "{order:?}: the dead one is not waited for");
        }
    }
}
