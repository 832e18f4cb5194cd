//! The board over HTTP, without sockets: a store, a phone that speaks the protocol, and requests to the router.

mod asks;
mod proof;

use std::sync::Arc;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
    response::Response,
};
use hadir_core::{
    policy::Side,
    ports::{Clock, Reading, SeededEntropy},
    roster::{Fact, FactKind},
};
use hyper::body::Body as _;
use hyper_util::service::TowerToHyperService;

use super::Board;
use crate::{
    board::{
        password,
        session::{self, LinkUse},
    },
    changes::{Change, Changes},
    day::Days,
    store::{Login, MemoryStore, NewFact, Role, Store, StoreExt, Unit},
    testing::{Bench, MONDAY_MS, person, person_id},
};

struct Fixed(i64);
impl Clock for Fixed {
    fn read(&self) -> Reading {
        Reading { wall_ms: self.0, boot_ms: 0 }
    }
}

const PASSWORD: &str = "empat kata yang panjang";

struct Office {
    bench: Bench,
    board: Arc<Board>,
    changes: Arc<Changes>,
    store: Arc<dyn Store>,
}

impl Office {
    fn new() -> Self {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
        let bench = Bench::new(Arc::clone(&store));
        let entropy = Arc::new(SeededEntropy::new(3));
        let phc = password::hash(PASSWORD, &*entropy).unwrap();
        store
            .update(|tx| {
                tx.put_unit(&Unit {
                    id: "dinas-b".parse().unwrap(),
                    name: "Dinas B".into(),
                    parent: None,
                    service: None,
                })?;
                let mut other = person(9);
                other.unit = "dinas-b".parse().unwrap();
                tx.put_person(&other)?;
                let logins = [
                    ("semua", Role::Head, None),
                    ("kepala-a", Role::Head, Some("dinas-a")),
                    ("pemantau-a", Role::Monitor, Some("dinas-a")),
                ];
                for (name, role, unit) in logins {
                    tx.put_login(&Login {
                        name: name.parse().unwrap(),
                        role,
                        unit: unit.map(|unit| unit.parse().unwrap()),
                        password_phc: phc.clone(),
                        created_ms: 0,
                        disabled_ms: None,
                    })?;
                }
                Ok(())
            })
            .unwrap();
        let changes = Arc::new(Changes::default());
        let days = Arc::new(Days::new(Arc::clone(&store), Arc::clone(&changes)));
        let clock = Arc::new(Fixed(MONDAY_MS));
        let board = Board::new(Arc::clone(&store), days, clock, entropy, false).unwrap();
        Self { bench, board, changes, store }
    }

    fn session(&self, name: &str) -> String {
        let name = name.parse().unwrap();
        let token = session::open(&*self.store, &*self.board.entropy, &name, MONDAY_MS).unwrap();
        format!("hadir_board={}", token.as_str())
    }

    async fn call(&self, request: Request<Body>) -> Response {
        let service = TowerToHyperService::new(self.board.routes());
        hyper::service::Service::call(&service, request).await.unwrap()
    }

    async fn get(&self, path: &str, cookie: &str) -> (StatusCode, String) {
        let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
        let response = self.call(request).await;
        let status = response.status();
        (status, text(response).await)
    }

    async fn sign_in(&self, user: &str, password: &str) -> Response {
        let form = format!("user={user}&password={}", password.replace(' ', "+"));
        let request = Request::post("/login")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(form));
        self.call(request.unwrap()).await
    }

    /// A phone of person 1 enrols and delivers one tap.
    fn tap(&mut self) {
        let mut phone = self.bench.enrolled(1);
        let record = phone.tap();
        let input = phone.upload(&[record]);
        assert_eq!(self.bench.send(input).status, 200);
        self.changes.announce(Change::People(Arc::from([person_id(1)])));
    }
}

async fn text(response: Response) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), 4 << 20).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn cookie_of(response: &Response) -> String {
    let cookies = response.headers().get_all(header::SET_COOKIE);
    let session = cookies.iter().map(|c| c.to_str().unwrap()).find(|c| c.starts_with("hadir_board=")).unwrap();
    assert!(session.contains("; HttpOnly; SameSite=Strict"), "{session}");
    session.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn nobody_enters_without_a_login() {
    let office = Office::new();
    for path in ["/board", "/board/why?p=x&w=day", "/board/rule"] {
        let response = office.call(Request::get(path).body(Body::empty()).unwrap()).await;
        assert_eq!(
            (response.status(), &response.headers()["location"]),
            (StatusCode::SEE_OTHER, &"/login".parse().unwrap())
        );
    }
    let (_, events) = office.get("/board/events?", "hadir_board=AAAA").await;
    assert_eq!(events, "event: over\ndata: session\n\n");
}

#[tokio::test]
async fn the_right_password_opens_and_a_wrong_one_is_slowed_down() {
    let office = Office::new();
    let response = office.sign_in("semua", PASSWORD).await;
    assert_eq!(response.status(), StatusCode::OK);
    let cookie = cookie_of(&response);
    assert_eq!(office.get("/board", &cookie).await.0, StatusCode::OK);
    for name in ["semua", "tidak-ada"] {
        let statuses = [office.sign_in(name, "salah").await.status(), office.sign_in(name, "salah").await.status()];
        assert_eq!(statuses, [StatusCode::UNAUTHORIZED; 2], "{name}");
    }
    for _ in 0..4 {
        office.sign_in("semua", "salah").await;
    }
    let slowed = office.sign_in("semua", PASSWORD).await;
    assert_eq!(slowed.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(slowed.headers().contains_key(header::RETRY_AFTER));
}

#[tokio::test]
async fn another_site_can_neither_sign_in_nor_out() {
    let office = Office::new();
    for (name, value) in
        [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example")]
    {
        let request = Request::post("/logout").header(header::HOST, "hadir.example").header(name, value);
        let response = office.call(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{name}: {value}");
    }
}

#[tokio::test]
async fn a_link_signs_in_once_and_the_session_ends_by_signing_out() {
    let office = Office::new();
    let (store, entropy) = (&*office.store, &*office.board.entropy);
    let token =
        session::issue_link(store, entropy, &"semua".parse().unwrap(), LinkUse::Once, MONDAY_MS, 60_000).unwrap();
    let path = session::link_path(&token);
    let response = office.call(Request::get(&path).body(Body::empty()).unwrap()).await;
    let cookie = cookie_of(&response);
    assert!(text(response).await.contains("http-equiv=\"refresh\" content=\"0;url=/board\""));
    assert_eq!(office.get("/board", &cookie).await.0, StatusCode::OK);
    assert_eq!(office.get(&path, "").await.0, StatusCode::GONE);
    assert_eq!(office.get(&path, &cookie).await.0, StatusCode::SEE_OTHER, "who is in goes on to the board");
    let out = Request::post("/logout").header(header::COOKIE, &cookie).body(Body::empty()).unwrap();
    assert_eq!(office.call(out).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(office.get("/board", &cookie).await.0, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_tap_shows_with_its_reason_and_without_coordinates() {
    let mut office = Office::new();
    let cookie = office.session("semua");
    let (_, before) = office.get("/board", &cookie).await;
    assert!(before.contains("Nama 1") && !before.contains(" menit</span>"), "{before}");
    office.tap();
    let (status, board) = office.get("/board", &cookie).await;
    assert_eq!(status, StatusCode::OK);
    assert!(board.contains("Terlambat 45 menit") || board.contains("terlambat 45 menit"), "{board}");
    let link = board.split("href=\"").find(|part| part.contains("w=w0800")).unwrap();
    let link = link.split('"').next().unwrap().replace("&amp;", "&");
    let (status, why) = office.get(&link, &cookie).await;
    assert_eq!(status, StatusCode::OK);
    for part in
        ["Nama 1", "Surat edaran yang berlaku", "Dibuka 07.45 WITA", "Jam HP saat absen: 09.00.00", "ketelitian ±12 m"]
    {
        assert!(why.contains(part), "{part} in {why}");
    }
    for page in [&board, &why] {
        assert!(!page.contains("120.2") && !page.contains("120,2") && !page.contains("1202000"), "no coordinates");
        assert!(!page.contains("local:1"), "no staff number");
    }
}

#[tokio::test]
async fn a_login_sees_its_own_units_alone() {
    let office = Office::new();
    let all = office.get("/board", &office.session("semua")).await.1;
    assert!(all.contains("Nama 1") && all.contains("Nama 9"));
    let own = office.session("kepala-a");
    let (_, board) = office.get("/board", &own).await;
    assert!(board.contains("Nama 1") && !board.contains("Nama 9") && !board.contains("Dinas B"));
    assert_eq!(office.get("/board?u=dinas-b", &own).await.0, StatusCode::NOT_FOUND);
    let key = super::super::pages::table::person_key(&person_id(9));
    assert_eq!(office.get(&format!("/board/why?p={key}&w=day"), &own).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_monitor_sees_taps_and_neither_entries_nor_health_direction() {
    let office = Office::new();
    let tomorrow = "2026-03-03".parse().unwrap();
    let fact = Fact::days(person_id(1), tomorrow, tomorrow, FactKind::HeadsList(Side::Office));
    office.store.update(|tx| tx.add_fact(&NewFact { fact, by: "kepala".into(), at_ms: 1 })).unwrap();
    let (head, monitor) = (office.session("kepala-a"), office.session("pemantau-a"));
    let (_, full) = office.get("/board", &head).await;
    let (_, less) = office.get("/board", &monitor).await;
    let told = ["Masuk kantor", "Belum mengisi"];
    assert!(told.iter().all(|word| full.contains(word)), "{full}");
    assert!(!told.iter().any(|word| less.contains(word)) && less.contains("08.00"), "{less}");
    let key = super::super::pages::table::person_key(&person_id(1));
    let entry = format!("/board/why?d=2026-03-02&p={key}&w=entry");
    assert_eq!(office.get(&entry, &head).await.0, StatusCode::OK);
    assert_eq!(office.get(&entry, &monitor).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_page_forbids_what_it_does_not_need() {
    let office = Office::new();
    let cookie = office.session("semua");
    for path in ["/board", "/board/rule", "/login", "/board/why?p=no&w=day"] {
        let request = Request::get(path).header(header::COOKIE, &cookie).body(Body::empty()).unwrap();
        let headers = office.call(request).await.headers().clone();
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(headers["cache-control"], "no-store", "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
    }
}

#[tokio::test]
async fn an_address_that_is_none_says_so_on_a_page() {
    let office = Office::new();
    for path in ["/nonsense", "/board/nonsense", "/favicon.ico", "/in"] {
        let (status, page) = office.get(path, "hadir_lang=id").await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.contains("Halaman ini tidak ada.") && page.contains("href=\"/board\""), "{path}: {page}");
    }
    assert!(office.get("/nonsense", "hadir_lang=en").await.1.contains("There is no such page."));
}

#[tokio::test]
async fn the_rule_page_says_where_each_value_comes_from() {
    let office = Office::new();
    let (status, rule) = office.get("/board/rule?lang=en", &office.session("semua")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(rule.contains("class=\"src ours\"") && rule.contains("Window 08.00"), "{rule}");
}

#[tokio::test]
async fn english_is_kept_once_chosen() {
    let office = Office::new();
    let cookie = office.session("semua");
    let request = Request::get("/board?lang=en").header(header::COOKIE, &cookie).body(Body::empty()).unwrap();
    let response = office.call(request).await;
    assert!(response.headers()[header::SET_COOKIE].to_str().unwrap().starts_with("hadir_lang=en;"));
    let (_, board) = office.get("/board", &format!("{cookie}; hadir_lang=en")).await;
    assert!(board.contains("<html lang=\"en\"") && board.contains("Sign out"));
}

/// Takes the next frame of a stream.
async fn frame(body: &mut Body) -> String {
    let frame = std::future::poll_fn(|context| std::pin::Pin::new(&mut *body).poll_frame(context)).await;
    String::from_utf8(frame.unwrap().unwrap().into_data().unwrap().to_vec()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn an_open_board_is_sent_the_row_that_changed_and_then_the_time() {
    let mut office = Office::new();
    let cookie = office.session("semua");
    let (_, page) = office.get("/board", &cookie).await;
    let version = page.split("data-version=\"").nth(1).unwrap().split('"').next().unwrap();
    let path = format!("/board/events?&v={version}");
    let request = Request::get(path).header(header::COOKIE, &cookie).body(Body::empty()).unwrap();
    let mut body = office.call(request).await.into_body();
    let first = frame(&mut body).await;
    assert!(first.contains("event: t\ndata: 09.00.00"), "{first}");
    office.tap();
    let patch = loop {
        let next = frame(&mut body).await;
        if next.contains("event: patch") {
            break next;
        }
    };
    let row = |number| format!("<tr id=\\\"p-{}", super::super::pages::table::person_key(&person_id(number)));
    assert!(patch.contains(&row(1)) && !patch.contains(&row(2)) && !patch.contains("<table"), "{patch}");
    office.board.close();
    let end = std::future::poll_fn(|context| std::pin::Pin::new(&mut body).poll_frame(context)).await;
    assert!(end.is_none(), "a stopping server ends its streams");
}
