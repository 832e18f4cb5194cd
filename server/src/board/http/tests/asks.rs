//! The page of requests and appeals over HTTP: authority, other sites, nonsense.

use hadir_core::{
    ask::Standing,
    model::{Appeal, Ask, AskWhat, Body as RecordBody, EnvelopeHash, Grounds, Request as Asks, Words},
};

use super::*;
use crate::asks;

const NOTE: &str = "istri saya <melahirkan>";

impl Office {
    /// A phone of person 1 asks for leave and appeals against its first window.
    fn asked(&mut self) -> (EnvelopeHash, EnvelopeHash) {
        let mut phone = self.bench.enrolled(1);
        let day = "2026-03-02".parse().unwrap();
        let ask =
            Ask::new(AskWhat::AnnualLeave, day, day, vec!["w1400".into()], Some(Words::new(NOTE).unwrap())).unwrap();
        let appeal =
            Appeal::new(day, Some("w0800".into()), Grounds::Phone, Some(Words::new("HP mati").unwrap())).unwrap();
        let first = phone.payload(1, 1, &RecordBody::Request(Asks::Ask(ask)));
        let first = phone.add(&first);
        let second = phone.payload(2, 2, &RecordBody::Appeal(appeal));
        let second = phone.add(&second);
        let hashes = (first.hash(), second.hash());
        let input = phone.upload(&[first, second]);
        assert_eq!(self.bench.send(input).status, 200);
        self.changes.announce(Change::People(Arc::from([person_id(1)])));
        hashes
    }

    fn login(&self, name: &str, role: Role, unit: Option<&str>) -> String {
        let login = Login {
            name: name.parse().unwrap(),
            role,
            unit: unit.map(|unit| unit.parse().unwrap()),
            password_phc: String::new(),
            created_ms: 0,
            disabled_ms: None,
        };
        self.store.update(|tx| tx.put_login(&login)).unwrap();
        self.session(name)
    }

    async fn decide(&self, cookie: &str, fields: &str) -> Response {
        let token = session::form_token(cookie.split_once('=').unwrap().1);
        let request = Request::post("/board/asks")
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(format!("t={token}&{fields}")));
        self.call(request.unwrap()).await
    }

    fn standing(&self, hash: &EnvelopeHash) -> Standing {
        self.store.query(|read| asks::find(read, hash)).unwrap().unwrap().standing
    }
}

#[tokio::test]
async fn a_head_grants_a_request_without_a_script_and_the_page_shows_it() {
    let mut office = Office::new();
    let (hash, _) = office.asked();
    let head = office.session("kepala-a");
    let (status, page) = office.get("/board/asks", &head).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        page.contains("Menunggu keputusan (2)") && page.contains("Cuti tahunan, 2 Mar 2026, jadwal 14.00"),
        "{page}"
    );
    assert!(page.contains("istri saya &lt;melahirkan&gt;"), "what people write is escaped");
    let answer = office.decide(&head, &format!("a={hash}&after=0&do=grant&reason=selamat")).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.headers()[header::LOCATION], "/board/asks?v=done");
    assert_eq!(office.standing(&hash), Standing::Granted);
    let (_, page) = office.get("/board/asks?v=done", &head).await;
    assert!(page.contains("Menunggu keputusan (1)") && page.contains("oleh kepala-a"), "{page}");
    let acts = office.store.query(|read| read.acts(0, 9)).unwrap();
    assert!(acts.iter().any(|act| act.what == "request.grant" && act.by == "kepala-a"));
    assert!(acts.iter().all(|act| !act.detail.contains("istri")), "the log has no personal word");
    let (_, board) = office.get("/board", &head).await;
    assert!(board.contains("menunggu keputusan"), "the board counts the one that is left");
}

#[tokio::test]
async fn an_appeal_is_upheld_and_the_reason_shows_both() {
    let mut office = Office::new();
    let (_, hash) = office.asked();
    let head = office.session("semua");
    let fields = format!("a={hash}&after=0&do=uphold&ruling=technical&reason=HP+dinas+rusak");
    assert_eq!(office.decide(&head, &fields).await.status(), StatusCode::SEE_OTHER);
    let key = crate::board::pages::table::person_key(&person_id(1));
    let (status, page) = office.get(&format!("/board/why?d=2026-03-02&p={key}&w=w0800"), &head).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("Dicatat oleh semua") && page.contains("Sanggahan diterima oleh semua"), "{page}");
}

#[tokio::test]
async fn who_has_no_authority_decides_nothing() {
    let mut office = Office::new();
    let (hash, _) = office.asked();
    let fields = format!("a={hash}&after=0&do=grant");
    for (name, role) in [("pantau", Role::Monitor), ("kasubag", Role::PersonnelOfficer), ("admin", Role::Admin)] {
        let cookie = office.login(name, role, None);
        let (_, page) = office.get("/board/asks", &cookie).await;
        assert!(!page.contains("value=\"grant\""), "{name} is offered no decision");
        assert_eq!(page.contains("melahirkan"), role == Role::PersonnelOfficer, "{name} reads what is theirs to read");
        assert_eq!(office.decide(&cookie, &fields).await.status(), StatusCode::FORBIDDEN, "{name}");
    }
    let other = office.login("kepala-b", Role::Head, Some("dinas-b"));
    assert!(!office.get("/board/asks", &other).await.1.contains("Cuti tahunan"));
    assert_eq!(office.get("/board/asks?u=dinas-a", &other).await.0, StatusCode::NOT_FOUND);
    assert_eq!(office.decide(&other, &fields).await.status(), StatusCode::NOT_FOUND);
    let signed_out = office.decide("hadir_board=x", &fields).await;
    assert_eq!(signed_out.status(), StatusCode::SEE_OTHER);
    assert_eq!(signed_out.headers()[header::LOCATION], "/login");
    assert_eq!(office.standing(&hash), Standing::Open);
}

#[tokio::test]
async fn another_site_or_a_form_of_another_session_decides_nothing() {
    let mut office = Office::new();
    let (hash, _) = office.asked();
    let (head, again) = (office.session("kepala-a"), office.session("kepala-a"));
    let post = |site: &str, token: String| {
        Request::post("/board/asks")
            .header(header::COOKIE, &head)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", site)
            .body(Body::from(format!("t={token}&a={hash}&after=0&do=grant")))
            .unwrap()
    };
    let token = |cookie: &str| session::form_token(cookie.split_once('=').unwrap().1);
    for (site, token) in [("cross-site", token(&head)), ("same-origin", token(&again)), ("same-origin", String::new())]
    {
        assert_eq!(office.call(post(site, token)).await.status(), StatusCode::FORBIDDEN);
    }
    assert_eq!(office.standing(&hash), Standing::Open);
}

#[tokio::test]
async fn nonsense_and_stale_forms_are_answered_in_words_and_change_nothing() {
    let mut office = Office::new();
    let (hash, appeal) = office.asked();
    let head = office.session("kepala-a");
    let cases = [
        (format!("a={hash}&after=0&do=refuse&reason=+"), StatusCode::UNPROCESSABLE_ENTITY, "Tulis alasannya"),
        (format!("a={hash}&after=0&do=refuse&reason={}", "x".repeat(301)), StatusCode::UNPROCESSABLE_ENTITY, "300"),
        (format!("a={hash}&after=7&do=grant"), StatusCode::CONFLICT, "Sudah ada keputusan"),
        (format!("a={hash}&after=0&do=destroy"), StatusCode::NOT_FOUND, "tidak ada di sini"),
        (format!("a={appeal}&after=0&do=grant"), StatusCode::NOT_FOUND, "tidak ada di sini"),
        (format!("a={appeal}&after=0&do=uphold&ruling=god&reason=x"), StatusCode::NOT_FOUND, "tidak ada di sini"),
        (format!("a={}&after=0&do=grant", EnvelopeHash::of("x")), StatusCode::NOT_FOUND, "tidak ada di sini"),
        ("a=%00&after=-1&do=grant".to_owned(), StatusCode::NOT_FOUND, "tidak ada di sini"),
        (String::new(), StatusCode::NOT_FOUND, "tidak ada di sini"),
    ];
    for (fields, status, words) in cases {
        let answer = office.decide(&head, &fields).await;
        assert_eq!(answer.status(), status, "{fields}");
        assert!(text(answer).await.contains(words), "{fields}");
    }
    assert_eq!((office.standing(&hash), office.standing(&appeal)), (Standing::Open, Standing::Open));
    assert_eq!(office.decide(&head, &format!("a={hash}&after=0&do=grant")).await.status(), StatusCode::SEE_OTHER);
    let twice = office.decide(&head, &format!("a={hash}&after=0&do=grant")).await;
    assert_eq!(twice.status(), StatusCode::CONFLICT, "a form that is sent twice decides once");
    assert_eq!(office.store.query(|read| read.decisions(None)).unwrap().len(), 1);
}

#[tokio::test]
async fn who_asks_for_very_much_hides_nobody_elses_and_what_is_long_past_is_not_listed() {
    let mut office = Office::new();
    let mut asks = |number: u32, count: u64| {
        let mut phone = office.bench.enrolled(number);
        let day = "2026-03-02".parse().unwrap();
        for seq in 1..=count {
            let ask = Ask::new(AskWhat::AnnualLeave, day, day, Vec::new(), None).unwrap();
            let record = phone.payload(seq, u8::try_from(seq).unwrap(), &RecordBody::Request(Asks::Ask(ask)));
            phone.add(&record);
        }
        let input = phone.upload(&phone.records);
        assert_eq!(office.bench.send(input).status, 200);
    };
    asks(1, 25);
    asks(2, 1);
    let head = office.session("kepala-a");
    let (_, page) = office.get("/board/asks", &head).await;
    assert!(page.contains("Menunggu keputusan (21)") && page.contains("masih 5 lagi"), "{page}");
    office.bench.now_ms += 92 * 86_400_000;
    let view = office.board.days.view(&crate::day::Scope::default(), office.bench.now_ms + 1).unwrap();
    assert_eq!(view.open_asks, 0);
}
