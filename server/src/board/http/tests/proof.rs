//! Proofs and help codes on the board: authentic, not here, of another unit; nonsense; who may ask.

use hadir_core::{
    envelope::Envelope,
    model::{EnvelopeHash, ProofCode, Record},
    wire::{BatteryState, HelpAnswer, HelpReport, Permission, PhoneState},
};

use super::*;

impl Office {
    /// A phone of a person enrols and delivers one tap.
    fn tap_of(&mut self, number: u32) -> Envelope<Record> {
        let mut phone = self.bench.enrolled(number);
        let record = phone.tap();
        let input = phone.upload(std::slice::from_ref(&record));
        assert_eq!(self.bench.send(input).status, 200);
        self.changes.announce(Change::People(Arc::from([person_id(number)])));
        record
    }

    fn login_of(&self, name: &str, role: Role, unit: Option<&str>) {
        let login = Login {
            name: name.parse().unwrap(),
            role,
            unit: unit.map(|unit| unit.parse().unwrap()),
            password_phc: String::new(),
            created_ms: 0,
            disabled_ms: None,
        };
        self.store.update(|tx| tx.put_login(&login)).unwrap();
    }

    async fn proof(&self, code: &str, cookie: &str) -> String {
        let (status, page) = self.get(&format!("/board/proof?c={}", code.replace(' ', "+")), cookie).await;
        assert_eq!(status, StatusCode::OK);
        page
    }
}

#[tokio::test]
async fn a_proof_is_found_however_it_is_typed_and_says_what_the_office_has() {
    let mut office = Office::new();
    let record = office.tap_of(1);
    let code = ProofCode::of(record.hash()).to_string();
    let cookie = office.session("kepala-a");
    for typed in [code.clone(), code.to_lowercase(), code.replace('-', " "), format!(" {code} ")] {
        let page = office.proof(&typed, &cookie).await;
        for words in
            ["Catatan asli", "Nama 1", "Dinas A", "Presensi", "Senin, 2 Maret 2026", "09.00.00 WITA", "Diterima server"]
        {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(page.contains(&code), "it stands in the field as it is written");
        assert!(!page.contains("-2.4") && !page.contains("120.2"), "no place");
    }
    let (_, page) = office.get(&format!("/board/proof?c={code}&lang=en"), &cookie).await;
    assert!(page.contains("Authentic record") && page.contains("Check-in"), "{page}");
    assert!(office.get("/board", &cookie).await.1.contains("href=\"/board/proof\""), "the board leads there");
}

#[tokio::test]
async fn what_is_not_here_is_told_without_accusing_anyone() {
    let mut office = Office::new();
    let record = office.tap_of(1);
    let cookie = office.session("semua");
    let other = ProofCode::of(EnvelopeHash::of("another")).to_string();
    let page = office.proof(&other, &cookie).await;
    assert!(
        page.contains("Belum ada catatan dengan kode ini") && page.contains("bukan tanda bahwa buktinya palsu"),
        "{page}"
    );
    assert!(!page.contains("Nama 1"));
    // The same first 48 bits, and another one of the last two.
    let mut near = *record.hash().as_bytes();
    near[6] ^= 0x80;
    let page = office.proof(&ProofCode::of(EnvelopeHash::new(near)).to_string(), &cookie).await;
    assert!(page.contains("Belum ada catatan"), "{page}");
    for nonsense in ["abc", "%3Cscript%3E", "0000000000U", &"7".repeat(200)] {
        let page = office.proof(nonsense, &cookie).await;
        assert!(page.contains("dua kelompok berisi lima") && !page.contains("<script>"), "{nonsense}: {page}");
    }
    assert!(office.proof("", &cookie).await.contains("name=\"c\""));
}

#[tokio::test]
async fn a_login_is_told_of_its_own_units_alone() {
    let mut office = Office::new();
    let record = office.tap_of(1);
    office.login_of("kepala-b", Role::Head, Some("dinas-b"));
    let code = ProofCode::of(record.hash()).to_string();
    let page = office.proof(&code, &office.session("kepala-b")).await;
    assert!(page.contains("dari unit yang tidak Anda lihat"), "{page}");
    assert!(!page.contains("Nama 1") && !page.contains("Dinas A") && !page.contains("WITA"), "{page}");
    let request = Request::get(format!("/board/proof?c={code}")).body(Body::empty()).unwrap();
    assert_eq!(office.call(request).await.status(), StatusCode::SEE_OTHER, "nobody without a login");
}

#[tokio::test]
async fn the_help_desk_finds_a_phone_of_its_units_and_nobody_else_may_ask() {
    let mut office = Office::new();
    let phone = office.bench.enrolled(1);
    let state = PhoneState {
        model: "<b>Contoh</b>".into(),
        os: "Android 9".into(),
        location: Permission::DeniedForEver,
        location_on: Some(false),
        background: Permission::Unknown,
        notifications: Permission::Denied,
        exact_alarms: Permission::Limited,
        battery: BatteryState::Restricted,
    };
    let (last_sync_ms, clock_off_ms) = (Some(MONDAY_MS), None);
    let report =
        HelpReport { v: 1, phone: state, app: "uji/1".into(), last_sync_ms, pending: 3, parked: 1, clock_off_ms };
    let answer = office.bench.send(phone.ask("POST", "/v1/help", serde_json::to_vec(&report).unwrap()));
    let code = serde_json::from_slice::<HelpAnswer>(&answer.body).unwrap().code.to_string();
    let path = format!("/board/help?c={}", code.to_lowercase());
    office.login_of("operator", Role::Admin, None);
    office.login_of("kasubag-a", Role::PersonnelOfficer, Some("dinas-a"));
    office.login_of("kasubag-b", Role::PersonnelOfficer, Some("dinas-b"));
    for name in ["operator", "kasubag-a"] {
        let cookie = office.session(name);
        let (status, page) = office.get(&path, &cookie).await;
        assert_eq!(status, StatusCode::OK);
        for words in [
            "Nama 1",
            "Dinas A",
            "&lt;b&gt;Contoh&lt;/b&gt;",
            "Android 9",
            "MATI",
            "ditolak seterusnya",
            "09.00.00 WITA",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(office.get("/board/help?c=ZZZZZ", &cookie).await.1.contains("enam huruf dan angka"));
        assert!(office.proof("", &cookie).await.contains("href=\"/board/help\""));
    }
    let (status, page) = office.get(&path, &office.session("kasubag-b")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("Tidak ada HP dengan kode itu") && !page.contains("Nama 1"), "{page}");
    for name in ["semua", "pemantau-a"] {
        let cookie = office.session(name);
        assert_eq!(office.get(&path, &cookie).await.0, StatusCode::NOT_FOUND, "{name}");
        assert!(!office.proof("", &cookie).await.contains("/board/help"));
    }
}
