//! A day through the border, as a shell plays it, against a real server.

mod phone;

use hadir_bindings::{
    Appealed, DeliveryMark, FormAnswer, GroundsForAppeal, HadirError, Language, NoFixReason, PlaceSeen, Standing,
    SyncEnd, WindowMark, log_lines,
};

use self::phone::{Phone, here, office, outside, tap};

#[test]
fn a_day_goes_as_the_screens_tell_it() {
    let office = office("2026-11-24T07:55:00");
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
    let attempt = engine.begin_tap().unwrap().id;
    let first = engine.check_in(attempt.clone(), here()).unwrap();
    assert_eq!(
        (first.time_text.as_str(), first.counts_title.as_str(), first.zone.as_str()),
        ("08.00.09", "Tepat waktu", "WITA")
    );
    assert_eq!((first.place_detail.as_str(), first.mark), ("±25 m", WindowMark::OnTime));
    office.until("2026-11-24T11:40:00".into()).unwrap();
    let late = engine.check_in(engine.begin_tap().unwrap().id, outside()).unwrap();
    assert_eq!((late.mark, late.counts_mark), (WindowMark::Look, WindowMark::Late));
    office.until("2026-11-24T12:30:00".into()).unwrap();
    let third = engine.check_in(engine.begin_tap().unwrap().id, PlaceSeen::NoFix { reason: NoFixReason::Off }).unwrap();
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
    assert_eq!(engine.today().unwrap().day_title, "Working from home");
    let lines = log_lines(0);
    assert!(lines.iter().any(|line| line.text.starts_with("POST /v1/records: 200, ")), "{lines:?}");
    let said = lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
    for personal in ["Siti", "Mutasi", "A-1", "2.55", "120.37", "Sinyal", "demam", "127.0.0.1"] {
        assert!(!said.contains(personal), "{personal} stands in the log: {said}");
    }
    assert_eq!(log_lines(lines.last().unwrap().number), []);
    engine.wipe().unwrap();
    assert_eq!(engine.standing().unwrap(), Standing::NotEnrolled);
    office.close();
}
