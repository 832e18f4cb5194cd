//! The agency, its logins, its log and its marks of time.

use super::*;

pub(super) fn the_highest_signed_time_never_falls(make: &dyn Fn() -> Box<dyn Store>) {
    let store = make();
    for (t_ms, highest) in [(-5, -5), (10, 10), (3, 10), (11, 11)] {
        store.update(|tx| tx.raise_highest_signed_ms(t_ms)).unwrap();
        assert_eq!(store.query(|read| read.highest_signed_ms()).unwrap(), Some(highest));
    }
}

pub(super) fn marks_and_packs_are_read_as_the_same_unit_of_work_left_them(make: &dyn Fn() -> Box<dyn Store>) {
    let pack = |number| StoredPack {
        number,
        hash: EnvelopeHash::of(&format!("pack {number}")),
        t_ms: 1,
        published_ms: 1,
        compact: format!("pack {number}"),
    };
    make()
        .update(|tx| {
            assert_eq!((tx.highest_signed_ms()?, tx.heartbeat_ms()?, tx.newest_pack()?), (None, None, None));
            tx.raise_highest_signed_ms(100)?;
            tx.set_heartbeat_ms(90)?;
            tx.add_pack(&pack(3))?;
            assert_eq!(
                (tx.highest_signed_ms()?, tx.heartbeat_ms()?, tx.newest_pack()?),
                (Some(100), Some(90), Some(3))
            );
            tx.set_clock_back(50, 50)?;
            tx.set_backed_up_through_ms(40)?;
            tx.add_pack(&pack(4))?;
            assert_eq!((tx.highest_signed_ms()?, tx.heartbeat_ms()?), (Some(50), Some(50)));
            assert_eq!((tx.backed_up_through_ms()?, tx.newest_pack()?), (Some(40), Some(4)));
            Ok(())
        })
        .unwrap();
}

pub(super) fn the_newest_serial_of_the_certificates_is_known(make: &dyn Fn() -> Box<dyn Store>) {
    let store = make();
    assert_eq!(store.query(|read| read.trust_serial()).unwrap(), 0);
    let trust = crate::testing::trust();
    let agency = Agency { id: "uji".into(), name: "Uji".into(), server: "http://127.0.0.1".into(), trust };
    store.update(|tx| tx.set_agency(&agency)).unwrap();
    assert_eq!(store.query(|read| read.trust_serial()).unwrap(), 3);
}

pub(super) fn a_clock_set_back_takes_marks_outages_and_sessions_with_it(make: &dyn Fn() -> Box<dyn Store>) {
    let store = make();
    let name: LoginName = "kepala".parse().unwrap();
    let session = |hash: u8, created_ms| Session {
        token_hash: [hash; 32],
        login: name.clone(),
        created_ms,
        expires_ms: created_ms + 1_000,
    };
    let outage = |from_ms, until_ms| Outage { from_ms, until_ms, cause: OutageCause::Down };
    store
        .update(|tx| {
            tx.raise_highest_signed_ms(900)?;
            tx.set_heartbeat_ms(950)?;
            tx.set_backed_up_through_ms(900)?;
            for outage in [outage(10, 20), outage(90, 800), outage(820, 850)] {
                tx.add_outage(outage)?;
            }
            tx.add_session(&session(1, 50))?;
            tx.add_session(&session(2, 500))?;
            tx.set_clock_back(100, 80)
        })
        .unwrap();
    store
        .query(|read| {
            assert_eq!(read.highest_signed_ms()?, Some(100));
            assert_eq!((read.heartbeat_ms()?, read.backed_up_through_ms()?), (Some(100), Some(80)));
            assert_eq!(read.outages(0, i64::MAX)?, [outage(10, 20), outage(90, 100)]);
            assert!(read.session(&[1; 32])?.is_some() && read.session(&[2; 32])?.is_none());
            Ok(())
        })
        .unwrap();
    store.update(|tx| tx.set_clock_back(5_000, 5_000)).unwrap();
    assert_eq!(store.query(|read| read.highest_signed_ms()).unwrap(), Some(100), "it never rises by this");
}

pub(super) fn a_clock_set_back_redates_what_was_noted_later_and_nothing_else(make: &dyn Fn() -> Box<dyn Store>) {
    let store = with_phone(make);
    let [early, late, proven] = [record(1, 1, 1), record(1, 2, 2), record(1, 3, 3)];
    let revoked = Some(Revocation { at_ms: 900, reason: "hilang".into(), by: "petugas".into() });
    store
        .update(|tx| {
            tx.put_installation(&Installation { revoked, ..installation(1, "1") })?;
            tx.insert_records(&install_id(1), 50, &[&early])?;
            tx.insert_records(&install_id(1), 900, &[&late])?;
            tx.insert_proven(&install_id(1), &ProvenPlace { epoch: 1, seq: 3, hash: proven.hash, receipt_ms: 900 })?;
            tx.insert_stub(&StoredStub { received_ms: 900, ..stub(&record(1, 4, 4)) })?;
            tx.insert_evidence(&Evidence { received_ms: 900, ..evidence(&record(1, 1, 9), EvidenceCause::Place) })?;
            tx.add_health(&HealthVerdict {
                person: person_id("1"),
                for_date: date("2026-03-02"),
                verdict: EntryVerdict::MayEnter,
                install: install_id(1),
                epoch: 1,
                seq: 2,
                claimed_ms: 2_000,
                received_ms: 900,
            })?;
            tx.set_clock_back(100, 80)
        })
        .unwrap();
    store
        .query(|read| {
            let received: Vec<_> = read.records(&install_id(1), Span::All)?.iter().map(|row| row.received_ms).collect();
            assert_eq!(received, [50, 100]);
            assert_eq!(read.records(&install_id(1), Span::All)?[1].record, late, "what the phone claims stays");
            assert_eq!(read.proven(&install_id(1))?[0].receipt_ms, 100);
            assert_eq!(read.stubs(&install_id(1))?[0].received_ms, 100);
            assert_eq!(read.evidence(&install_id(1))?[0].received_ms, 100);
            assert_eq!(read.health(None, date("2026-03-02"), date("2026-03-02"))?[0].received_ms, 100);
            let revoked = read.installation(&install_id(1))?.and_then(|phone| phone.revoked);
            assert_eq!(revoked.map(|revoked| revoked.at_ms), Some(100));
            Ok(())
        })
        .unwrap();
}

pub(super) fn the_agency_its_logins_and_its_log_come_back_as_stored(make: &dyn Fn() -> Box<dyn Store>) {
    let store = make();
    let agency = Agency {
        id: "luwu-utara".into(),
        name: "Kabupaten Luwu Utara".into(),
        server: "https://hadir.example".into(),
        trust: Trust { agency: "luwu-utara".into(), root: B64([1; 32]), certs: vec!["a.b.c".into()] },
    };
    let login = Login {
        name: "kepala".parse().unwrap(),
        role: Role::Head,
        unit: Some("dinas-a".parse().unwrap()),
        password_phc: "$argon2id$…".into(),
        created_ms: 1,
        disabled_ms: None,
    };
    let session = Session { token_hash: [7; 32], login: login.name.clone(), created_ms: 2, expires_ms: 3 };
    let act = Act { no: 0, at_ms: 4, by: "operator".into(), what: "login.add".into(), detail: "kepala".into() };
    store
        .update(|tx| {
            assert_eq!(tx.agency()?, None);
            tx.set_agency(&agency)?;
            assert_eq!(tx.agency()?, Some(agency.clone()));
            tx.put_login(&login)?;
            assert_eq!(tx.login(&login.name)?, Some(login.clone()));
            tx.put_login(&Login { disabled_ms: Some(9), unit: None, ..login.clone() })?;
            assert_eq!(tx.logins()?[0].disabled_ms, Some(9));
            tx.add_session(&session)?;
            assert_eq!(tx.session(&[7; 32])?, Some(session.clone()));
            tx.close_session(&[8; 32])?;
            tx.close_sessions_of(&login.name)?;
            assert_eq!(tx.session(&[7; 32])?, None);
            let first = tx.add_act(&act)?;
            let second = tx.add_act(&act)?;
            assert!(second > first);
            assert_eq!(tx.acts(first, 10)?, [Act { no: second, ..act.clone() }]);
            assert_eq!(tx.acts(0, 1)?.len(), 1);
            tx.set_heartbeat_ms(5)?;
            tx.set_backed_up_through_ms(6)?;
            assert_eq!((tx.heartbeat_ms()?, tx.backed_up_through_ms()?), (Some(5), Some(6)));
            Ok(())
        })
        .unwrap();
}

pub(super) fn outages_that_touch_are_joined(make: &dyn Fn() -> Box<dyn Store>) {
    let store = make();
    let down = |from_ms, until_ms| Outage { from_ms, until_ms, cause: OutageCause::Down };
    let shed = Outage { from_ms: 15, until_ms: 18, cause: OutageCause::Shed };
    store
        .update(|tx| {
            for one in [down(0, 10), down(20, 30), shed, down(10, 12), down(40, 50), down(28, 41)] {
                tx.add_outage(one)?;
            }
            assert_eq!(tx.outages(0, 100)?, [down(0, 12), shed, down(20, 50)]);
            assert_eq!(tx.outages(12, 15)?, []);
            assert_eq!(tx.outages(11, 16)?, [down(0, 12), shed]);
            Ok(())
        })
        .unwrap();
}
