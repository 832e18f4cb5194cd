//! A day through the border, as a shell plays it, against a real server.

use std::sync::{Arc, Mutex};

use hadir_bindings::{
    Appealed, CheckInEngine, DeliveryMark, FixOrigin, FormAnswer, GroundsForAppeal, HadirError, KeyVault, Language,
    NoFixReason, OpenConfig, PlaceSeen, Standing, SyncEnd, VaultError, WindowMark,
};
use hadir_office::TestOffice;

/// One office at a time: its clock is everyone's.
static ONE: Mutex<()> = Mutex::new(());

/// A key store that wraps by adding, enough to be told apart from nothing.
#[derive(Default)]
struct Vault(Mutex<Option<VaultError>>);

impl KeyVault for Vault {
    fn wrap(&self, secret: Vec<u8>) -> Result<Vec<u8>, VaultError> {
        match *self.0.lock().unwrap() {
            Some(trouble) => Err(trouble),
            None => Ok(secret.iter().map(|byte| byte ^ 0x5a).collect()),
        }
    }
    fn unwrap(&self, wrapped: Vec<u8>) -> Result<Vec<u8>, VaultError> {
        self.wrap(wrapped)
    }
}

struct Phone {
    directory: tempfile::TempDir,
    vault: Arc<Vault>,
}

impl Phone {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap(), vault: Arc::default() }
    }
    fn open(&self) -> Result<Arc<CheckInEngine>, HadirError> {
        let config = OpenConfig {
            directory: self.directory.path().join("store").display().to_string(),
            app: "story/1".into(),
            boot_mark: Some("7".into()),
            language: Language::Indonesian,
            proxy: None,
        };
        CheckInEngine::open(config, self.vault.clone())
    }
}

fn here() -> PlaceSeen {
    PlaceSeen::Fix {
        latitude: -2.55,
        longitude: 120.37,
        accuracy_m: 25.0,
        age_ms: 800,
        origin: FixOrigin::Gnss,
        mock: Some(false),
        speed_mps: None,
        gnss_utc_ms: None,
    }
}

fn tap(engine: &CheckInEngine) -> hadir_bindings::TapRecorded {
    engine.check_in(engine.begin_tap().unwrap(), here()).unwrap()
}

#[test]
fn a_day_goes_as_the_screens_tell_it() {
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let office = TestOffice::new("default".into(), "2026-11-24T07:55:00".into()).unwrap();
    let phone = Phone::new();
    let engine = phone.open().unwrap();
    assert_eq!(engine.standing().unwrap(), Standing::NotEnrolled);
    assert!(matches!(engine.today(), Err(HadirError::NotEnrolled { .. })));

    let code = office.code("A-1".into()).unwrap();
    let link = engine.invite_by_code(office.address(), format!(" {}\n", code.to_lowercase())).unwrap();
    let look = engine.look_at_invite(link.clone()).unwrap();
    assert_eq!((look.person.as_deref(), look.unit.as_deref()), (Some("Siti Aminah"), Some("Bidang Mutasi")));
    engine.enrol(link).unwrap();
    assert_eq!(engine.standing().unwrap(), Standing::Enrolled);

    let today = engine.today().unwrap();
    assert_eq!((today.windows.len(), today.tap.button.as_str()), (4, "Absen sekarang"), "{today:?}");
    office.online(false).unwrap();
    office.until("2026-11-24T08:00:09".into()).unwrap();
    let attempt = engine.begin_tap().unwrap();
    let first = engine.check_in(attempt.clone(), here()).unwrap();
    assert_eq!(
        (first.time_text.as_str(), first.counts_title.as_str(), first.zone.as_str()),
        ("08.00.09", "Tepat waktu", "WITA")
    );
    assert_eq!((first.place_detail.as_str(), first.mark), ("±25 m", WindowMark::OnTime));
    office.until("2026-11-24T11:40:00".into()).unwrap();
    assert_eq!(tap(&engine).mark, WindowMark::Late);
    office.until("2026-11-24T12:30:00".into()).unwrap();
    let third = engine.check_in(engine.begin_tap().unwrap(), PlaceSeen::NoFix { reason: NoFixReason::Off }).unwrap();
    assert_eq!((third.counts_title.as_str(), third.place_detail.as_str()), ("Di luar jadwal", "lokasi dimatikan"));

    // The process is killed, and comes back: the same attempt said again is the same record.
    drop(engine);
    let engine = phone.open().unwrap();
    assert_eq!(engine.check_in(attempt, here()).unwrap().record, first.record);
    let waiting = engine.sync(10_000).unwrap();
    assert_eq!((waiting.end, waiting.no_network), (SyncEnd::Again, true), "{waiting:?}");

    let tomorrow = &engine.today().unwrap().forms;
    if let Some(row) = tomorrow.first() {
        let form = engine.form(row.date.clone()).unwrap();
        assert_eq!(form.questions.len(), 6);
        let answers: Vec<_> =
            form.questions.iter().map(|q| FormAnswer { question: q.id.clone(), yes: q.id == "6" }).collect();
        engine.save_form_draft(row.date.clone(), answers[..3].to_vec()).unwrap();
        assert_eq!(engine.form(row.date.clone()).unwrap().answers.len(), 3);
        assert!(matches!(
            engine.submit_form(row.date.clone(), answers[..3].to_vec()),
            Err(HadirError::BadInput { .. })
        ));
        let result = engine.submit_form(row.date.clone(), answers).unwrap();
        assert!(!result.may_enter && result.meaning.contains("arahan kesehatan"), "{}", result.meaning);
    }

    office.online(true).unwrap();
    office.advance(3_600_000);
    let sent = engine.sync(20_000).unwrap();
    assert_eq!((sent.end, sent.pending), (SyncEnd::Done, 0), "{sent:?}");
    let windows = engine.today().unwrap().windows;
    assert_eq!(windows[0].delivery, Some(DeliveryMark::Received));
    assert_eq!(windows[0].detail, "08.00.09 · sudah diterima");

    office.refuse(true);
    let parked = tap(&engine);
    let refused = engine.sync(20_000).unwrap();
    office.refuse(false);
    let rows = engine.parked().unwrap();
    assert!(rows.iter().any(|row| row.record.as_ref() == Some(&parked.record)), "{refused:?} {rows:?}");
    for row in rows {
        engine.release(row.epoch, row.seq).unwrap();
    }
    office.advance(3_600_000);
    assert_eq!(engine.sync(20_000).unwrap().end, SyncEnd::Done);
    assert_eq!(engine.parked().unwrap(), []);

    let why = engine.why("2026-11-24".into(), windows[1].id.clone()).unwrap().unwrap();
    assert!(why.state.starts_with("Terlambat") && !why.reasons.is_empty(), "{why:?}");
    let appeal = engine
        .appeal(Appealed {
            date: why.date,
            window: why.window,
            record: None,
            grounds: GroundsForAppeal::Network,
            text: Some("Sinyal hilang".into()),
            evidence: Vec::new(),
        })
        .unwrap();
    assert_eq!(appeal.granted, None);
    engine.sync(20_000).unwrap();
    assert_eq!(office.decide(false, "Sinyal ada di kantor desa".into()).unwrap(), 1);
    office.advance(3_600_000);
    engine.sync(20_000).unwrap();
    let decided = engine.requests().unwrap();
    assert_eq!((decided[0].granted, decided[0].unseen), (Some(false), true));
    let need = engine.today().unwrap().needs.into_iter().find_map(|need| need.confirm).unwrap();
    engine.acknowledge(need).unwrap();
    assert!(!engine.requests().unwrap()[0].unseen);

    let proof = engine.share_text(first.record, false).unwrap();
    assert!(proof.text.contains("Siti Aminah") && proof.text.contains(&proof.code) && !proof.text.contains("120,3"));
    assert!(!engine.history(50).unwrap().is_empty());
    assert!(!engine.month(None).unwrap().totals.is_empty());
    assert!(!engine.reminders(64).unwrap().is_empty());
    engine.set_language(Language::English);
    assert_eq!(engine.today().unwrap().day_title, "Works from home");
    engine.wipe().unwrap();
    assert_eq!(engine.standing().unwrap(), Standing::NotEnrolled);
    office.close();
}
