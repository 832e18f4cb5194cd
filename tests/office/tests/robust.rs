//! What a shell may do wrong, and what a phone may do to it: threads at once, closing at any moment, key stores of every temper.

mod phone;

use std::{
    sync::{
        Barrier,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use hadir_bindings::{HadirError, Standing, SyncEnd, VaultError, WhatToDo};

use self::phone::{Phone, Temper, here, office, tap};

#[test]
fn eight_threads_that_tap_sync_read_and_close_at_once_end_and_lose_nothing() {
    let office = office("2026-11-24T07:55:00");
    let phone = Phone::enrolled(&office);
    let kept = AtomicU32::new(0);
    for _ in 0..4 {
        let engine = phone.open().unwrap();
        let start = Barrier::new(8);
        let over = AtomicBool::new(false);
        let closed = |error: &HadirError| matches!(error, HadirError::Closed { .. } | HadirError::Busy { .. });
        thread::scope(|scope| {
            for number in 0..7 {
                let (engine, start, over, kept) = (&engine, &start, &over, &kept);
                scope.spawn(move || {
                    start.wait();
                    while !over.load(Ordering::Acquire) {
                        let ended = match number {
                            0..3 => engine.begin_tap().and_then(|tap| engine.check_in(tap.id, here())).map(|_| {
                                kept.fetch_add(1, Ordering::AcqRel);
                            }),
                            3 | 4 => engine.sync(2_000).map(drop),
                            5 => engine.today().map(drop),
                            _ => engine.history(20).map(drop),
                        };
                        match ended {
                            Ok(()) => {}
                            Err(HadirError::Busy { .. }) => thread::yield_now(),
                            Err(error) => return assert!(closed(&error), "{error:?}"),
                        }
                    }
                });
            }
            let (engine, start, over, kept, enough) =
                (&engine, &start, &over, &kept, kept.load(Ordering::Acquire) + 12);
            scope.spawn(move || {
                start.wait();
                while kept.load(Ordering::Acquire) < enough {
                    thread::yield_now();
                }
                assert!(engine.close(), "every call ended");
                over.store(true, Ordering::Release);
            });
        });
        assert!(matches!(engine.today(), Err(HadirError::Closed { .. })));
    }
    let engine = phone.open().unwrap();
    assert!(kept.load(Ordering::Acquire) > 0);
    assert!(!engine.history(10_000).unwrap().is_empty());
    assert!(engine.diagnostics().unwrap().store_whole);
    assert_eq!(engine.diagnostics().unwrap().faults, 0);
    office.advance(3_600_000);
    let report = engine.sync(30_000).unwrap();
    assert_eq!((report.end, report.pending), (SyncEnd::Done, 0), "{report:?}");
    engine.close();
    office.close();
}

#[test]
fn closing_ends_a_sync_that_hangs_and_the_store_can_be_opened_again() {
    let office = office("2026-11-24T08:00:00");
    let phone = Phone::enrolled(&office);
    let engine = phone.open().unwrap();
    // A network that takes the connection and never answers.
    let hole = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    tap(&engine);
    office.hang(Some(hole.local_addr().unwrap().to_string()));
    thread::scope(|scope| {
        let syncing = scope.spawn(|| engine.sync(60_000));
        let _connected = hole.accept().unwrap();
        let began = Instant::now();
        assert!(engine.close());
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
        let ended = syncing.join().unwrap().unwrap();
        assert_eq!(ended.end, SyncEnd::Cancelled);
    });
    assert!(engine.close(), "closing twice does no harm");
    assert!(matches!(engine.begin_tap(), Err(HadirError::Closed { .. })));
    office.hang(None);
    let again = phone.open().unwrap();
    assert_eq!(again.today().unwrap().pending, 1);
    again.close();
    office.close();
}

#[test]
fn two_engines_never_have_one_store() {
    let office = office("2026-11-24T08:00:00");
    let phone = Phone::enrolled(&office);
    let engine = phone.open().unwrap();
    let second = phone.open().unwrap_err();
    assert!(matches!(second, HadirError::Store { todo: WhatToDo::TryLater, .. }), "{second:?}");
    engine.close();
    phone.open().unwrap().close();
    office.close();
}

#[test]
fn a_key_store_of_every_temper_has_its_way_on_and_nothing_is_lost_to_it() {
    let office = office("2026-11-24T08:00:00");
    let phone = Phone::enrolled(&office);
    {
        let engine = phone.open().unwrap();
        tap(&engine);
        engine.close();
    }
    let todo = |temper| {
        phone.vault.set(temper);
        match phone.open() {
            Err(HadirError::KeysUnavailable { todo, .. }) => todo,
            other => panic!("{temper:?}: {other:?}"),
        }
    };
    assert_eq!(todo(Temper::Says(VaultError::Locked)), WhatToDo::UnlockPhone);
    assert_eq!(todo(Temper::Says(VaultError::Unavailable)), WhatToDo::TryLater);
    assert_eq!(todo(Temper::Panics), WhatToDo::TryLater);
    let began = Instant::now();
    assert_eq!(todo(Temper::Hangs), WhatToDo::TryLater);
    assert!(began.elapsed() < Duration::from_secs(7), "{:?}", began.elapsed());
    phone.vault.let_go();

    phone.vault.set(Temper::Good);
    let engine = phone.open().unwrap();
    assert_eq!((engine.standing().unwrap(), engine.today().unwrap().pending), (Standing::Enrolled, 1));
    engine.close();

    // Rubbish, and a key that is gone: the person enrols again, and the old store goes up sealed.
    for temper in [Temper::Rubbish, Temper::Says(VaultError::KeyGone)] {
        phone.vault.set(temper);
        let engine = phone.open().unwrap();
        assert_eq!(engine.standing().unwrap(), Standing::KeysLost, "{temper:?}");
        assert!(matches!(engine.today(), Err(HadirError::NotEnrolled { .. })));
        engine.close();
    }
    phone.vault.set(Temper::Good);
    phone.vault.change_key();
    let engine = phone.open().unwrap();
    assert_eq!(engine.standing().unwrap(), Standing::KeysLost);
    engine.enrol(office.invite("A-1".into()).unwrap()).unwrap();
    assert_eq!(engine.standing().unwrap(), Standing::Enrolled);
    let old = engine.diagnostics().unwrap().old_stores;
    assert_eq!(old.len(), 1, "{old:?}");
    office.advance(3_600_000);
    engine.sync(30_000).unwrap();
    let old = engine.diagnostics().unwrap().old_stores;
    assert!(old.iter().all(|store| store.sent || !store.recoverable), "{old:?}");
    engine.close();
    office.close();
}

#[test]
fn a_panic_inside_becomes_an_error_and_the_store_is_as_before() {
    let office = office("2026-11-24T08:00:00");
    let phone = Phone::enrolled(&office);
    let engine = phone.open().unwrap();
    tap(&engine);
    office.panic_in_next_request();
    let fault = engine.sync(5_000).unwrap_err();
    assert!(matches!(&fault, HadirError::Internal { place, .. } if place.contains("src/refusing.rs:")), "{fault:?}");
    let today = engine.today().unwrap();
    assert_eq!(today.pending, 1);
    assert_eq!(tap(&engine).pending, 1, "the same press");
    office.advance(3_600_000);
    assert_eq!(engine.sync(20_000).unwrap().pending, 0);
    assert!(engine.diagnostics().unwrap().faults >= 1);
    engine.close();
    office.close();
}

#[test]
fn rubbish_from_a_shell_is_told_and_never_records_anything_odd() {
    use hadir_bindings::{AskKind, AskedFor, FixOrigin, PlaceSeen};
    let office = office("2026-11-24T08:00:00");
    let phone = Phone::enrolled(&office);
    let engine = phone.open().unwrap();
    for (latitude, longitude, accuracy_m) in
        [(f64::NAN, 0.0, 1.0), (91.0, 0.0, 1.0), (0.0, f64::INFINITY, 1.0), (0.0, 0.0, 0.0), (0.0, 0.0, -1.0)]
    {
        let place = PlaceSeen::Fix {
            latitude,
            longitude,
            accuracy_m,
            age_ms: u64::MAX,
            origin: FixOrigin::Network,
            mock: None,
            speed_mps: Some(f64::NAN),
            gnss_utc_ms: Some(i64::MIN),
        };
        office.advance(5_000);
        let recorded = engine.check_in(engine.begin_tap().unwrap().id, place).unwrap();
        assert_eq!(recorded.place_title, "Tidak didapat");
    }
    assert!(matches!(engine.check_in("nonsense".into(), here()), Err(HadirError::NotFound { .. })));
    assert!(matches!(engine.form("kemarin".into()), Err(HadirError::BadInput { .. })));
    assert!(matches!(engine.why_record(String::new()), Err(HadirError::NotFound { .. })));
    assert!(matches!(engine.acknowledge("recall:zzz".into()), Err(HadirError::NotFound { .. })));
    assert!(matches!(engine.month(Some("13-2026".into())), Err(HadirError::BadInput { .. })));
    assert!(matches!(engine.release(7, 7), Err(HadirError::NotFound { .. })));
    let backwards = AskedFor {
        kind: AskKind::DutyTrip,
        from: "2026-11-26".into(),
        until: "2026-11-25".into(),
        windows: vec![],
        note: None,
    };
    assert!(matches!(engine.request(backwards), Err(HadirError::BadInput { .. })));
    assert!(matches!(engine.set_proxy(Some("ftp://x".into())), Err(HadirError::BadInput { .. })));
    assert!(matches!(engine.read_invite("https://example.org".into()), Err(HadirError::BadInput { .. })));
    engine.close();
    office.close();
}
