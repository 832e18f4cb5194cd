//! What the systems of phones fetch from the host of an invite link, over HTTP.

use super::*;

const PLAY: &str = "14:6D:E9:83:C5:73:06:50:D8:EE:B9:95:2F:34:FC:64:16:A0:83:42:E6:1D:BE:A8:8A:04:96:B2:3F:CF:44:E5";
const OWN: &str = "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF";

/// Status line with headers, and the body.
fn fetched(server: &RunningServer, path: &str) -> (String, String) {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

fn document(server: &RunningServer, path: &str) -> serde_json::Value {
    let (head, body) = fetched(server, path);
    assert!(head.starts_with("HTTP/1.1 200 "), "no redirect, no refusal: {head}");
    for header in ["content-type: application/json", "cache-control: public, max-age=3600"] {
        assert!(head.lines().any(|line| line == header), "{header}: {head}");
    }
    serde_json::from_str(&body).unwrap()
}

#[test]
fn a_server_says_which_apps_open_its_invite_links() {
    let dir = agency();
    let android = [PLAY, OWN].map(|print| format!("id.hadir.app={print}").parse().unwrap());
    let apple = vec!["ABCDE12345.id.hadir.app".parse().unwrap()];
    let app_links = AppLinks { android: android.into(), apple };
    let server = Server::start(&ServerConfig { app_links, ..config(dir.path()) }).unwrap();
    assert_eq!(
        document(&server, "/.well-known/assetlinks.json"),
        serde_json::json!([{
            "relation": ["delegate_permission/common.handle_all_urls"],
            "target": { "namespace": "android_app", "package_name": "id.hadir.app", "sha256_cert_fingerprints": [PLAY, OWN] },
        }])
    );
    assert_eq!(
        document(&server, "/.well-known/apple-app-site-association"),
        serde_json::json!({ "applinks": { "details": [{
            "appIDs": ["ABCDE12345.id.hadir.app"],
            "components": [{ "/": "*/i" }],
        }] } })
    );
}

#[test]
fn a_server_that_was_told_of_no_app_has_nothing_there() {
    let dir = agency();
    let apple = vec!["ABCDE12345.id.hadir.app".parse().unwrap()];
    let app_links = AppLinks { apple, ..AppLinks::default() };
    let server = Server::start(&ServerConfig { app_links, ..config(dir.path()) }).unwrap();
    assert!(fetched(&server, "/.well-known/assetlinks.json").0.starts_with("HTTP/1.1 404 "));
    server.stop();
    let server = Server::start(&config(dir.path())).unwrap();
    for path in ["/.well-known/assetlinks.json", "/.well-known/apple-app-site-association"] {
        assert!(fetched(&server, path).0.starts_with("HTTP/1.1 404 "));
    }
}
