//! What a shell asks besides: a proof to share, what it costs, a tap for practice, and what can be chosen.

use super::*;
use crate::{
    judge::WindowState,
    model::{CheckIn, Grounds, ProofCode},
    outbox::Delivery,
    ports::TransportError,
    schedule::YearMonth,
    text::{self, Lang},
};

#[test]
fn a_proof_has_the_code_of_the_records_hash_and_no_place_unless_it_is_wanted() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.until("08:00");
    world.pass(9_500);
    let tapped = world.tap(&engine);
    let proof = engine.proof(tapped.id, false).unwrap();
    assert_eq!(proof.code, ProofCode::of(tapped.link.hash));
    assert_eq!(proof.what, ProofWhat::Tap { window: Some("08.00".into()), with_fix: true });
    assert_eq!((proof.delivery.clone(), proof.place), (Delivery::Waiting, None));
    let text = text::proof::text(&proof, Lang::Id);
    let date = text::policy::date(world.date, Lang::Id);
    for part in ["Andi Sitti, BKPSDM", &format!("{date}: jadwal 08.00"), "Tercatat 08.00.09 WIB", "Menunggu dikirim"] {
        let part = part.replace("WIB", world.zone.abbreviation());
        assert!(text.contains(&part), "{part} in\n{text}");
    }
    assert!(text.contains(&proof.code.to_string()) && !text.contains("119") && !text.contains("19850330"), "{text}");
    world.deliver(&engine);
    let proof = engine.proof(tapped.id, true).unwrap();
    assert_eq!((proof.delivery.clone(), proof.received_ms.is_some()), (Delivery::Received, true));
    let text = text::proof::text(&proof, Lang::En);
    assert!(text.contains("Received") && text.contains("Place: -5.147700, 119.432700 (±12 m)"), "{text}");
    assert!(world.office().kept.values().any(|kept| proof.code.matches(kept.hash)), "the office finds it");
}

#[test]
fn a_proof_of_a_form_does_not_say_what_it_declares() {
    let world = World::ordinary();
    let tomorrow = world.date.succ_opt().unwrap();
    world.office().mode(tomorrow, "wfo");
    let engine = world.enrolled();
    let form = engine.form_definition(tomorrow).unwrap().unwrap();
    let mut answers = crate::form::Answers::new();
    for question in &form.questions {
        answers.answer(question.id.clone(), true);
    }
    let filled = engine.submit_form(tomorrow, &answers).unwrap();
    let proof = engine.proof(filled.id, true).unwrap();
    assert_eq!(proof.what, ProofWhat::Form { for_date: tomorrow });
    let text = text::proof::text(&proof, Lang::Id);
    assert!(text.contains("penilaian mandiri") && !text.contains("oleh masuk"), "{text}");
    assert!(!format!("{proof:?} {}", serde_json::to_string(&proof).unwrap()).contains("may_not_enter"));
}

#[test]
fn a_proof_of_what_is_not_here_is_none() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let stranger = crate::model::RecordId::new(5, [3; 10]);
    assert!(matches!(engine.proof(stranger, false), Err(EngineError::UnknownRecord)));
}

#[test]
fn data_use_survives_a_restart_and_costs_no_sync_of_a_tap() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let enrolled = engine.data_use().unwrap();
    assert_eq!(enrolled.this_month.requests, 1, "the enrolment");
    world.until("08:00");
    world.tap(&engine);
    let report = world.sync(&engine);
    let used = engine.data_use().unwrap();
    assert_eq!(used.this_month.requests, 1 + u64::from(report.requests));
    assert!(used.this_month.sent_bytes > enrolled.this_month.sent_bytes + report.bytes_sent, "headers count too");
    assert!(used.this_month.received_bytes > enrolled.this_month.received_bytes + report.bytes_received);
    assert_eq!((used.this_month.month, used.last_month), (YearMonth::of(world.date), None));
    drop(engine);
    let engine = world.open();
    assert_eq!(engine.data_use().unwrap(), used);
    let syncs = crate::ports::Disk::syncs(&world.disk);
    world.tap(&engine);
    assert_eq!(crate::ports::Disk::syncs(&world.disk) - syncs, 1);
    // A sync that brings nothing new still counts, and is written.
    world.deliver(&engine);
    world.sync(&engine);
    let used = engine.data_use().unwrap();
    drop(engine);
    assert_eq!(world.open().data_use().unwrap(), used);
}

#[test]
fn what_never_left_the_phone_is_not_counted_and_is_not_written() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.deliver(&engine);
    let used = engine.data_use().unwrap();
    world.office().faults.extend([Some(office::Fault::Transport(TransportError::Unreachable))]);
    world.tap(&engine);
    world.sync(&engine);
    assert_eq!(engine.data_use().unwrap(), used);
}

#[test]
fn refusals_of_a_busy_server_are_counted_and_not_written_one_by_one() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.deliver(&engine);
    world.tap(&engine);
    let (used, syncs) = (engine.data_use().unwrap(), crate::ports::Disk::syncs(&world.disk));
    for _ in 0..3 {
        world.office().faults.extend([Some(office::Fault::Busy(5))]);
        assert!(matches!(world.sync(&engine).end, SyncEnd::Waiting { .. }));
        world.pass(10_000);
    }
    let after = engine.data_use().unwrap();
    assert_eq!(after.this_month.requests, used.this_month.requests + 3);
    assert_eq!(crate::ports::Disk::syncs(&world.disk), syncs);
    // What is recorded next carries nothing of it; the next sync that comes to something does.
    world.deliver(&engine);
    let after = engine.data_use().unwrap();
    drop(engine);
    assert_eq!(world.open().data_use().unwrap(), after);
}

#[test]
fn a_new_month_begins_with_nothing_and_shows_the_one_before() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.tap(&engine);
    world.deliver(&engine);
    let used = engine.data_use().unwrap();
    while YearMonth::of(engine.today().unwrap().date) == used.this_month.month {
        world.pass(24 * 60 * MINUTE);
    }
    let next = engine.data_use().unwrap();
    assert_eq!(next.last_month, Some(used.this_month));
    assert_eq!((next.this_month.requests, next.since_ms), (0, used.since_ms));
}

#[test]
fn a_practice_tap_says_what_a_tap_would_be_and_leaves_nothing_behind() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let before =
        (world.disk.used(), crate::ports::Disk::syncs(&world.disk), engine.log(&LogFilter::default()).unwrap().len());
    let practice = engine.practice(Some(&CheckIn::Fix(fix()))).unwrap();
    assert_eq!(practice.counts, TapNow::OutsideSchedule, "07.30 is before the first window");
    assert_eq!(practice.next.as_ref().map(|next| next.label.as_str()), Some("08.00"));
    assert_eq!((practice.with_fix, practice.accuracy_m), (Some(true), Some(12.0)));
    let told = text::practice::lines(&practice, Lang::Id);
    assert!(
        told[0].starts_with("Latihan") && told.iter().any(|line| line.contains("Jadwal berikutnya 08.00")),
        "{told:?}"
    );
    world.until("08:00");
    let practice = engine.practice(None).unwrap();
    assert!(matches!(practice.counts, TapNow::OnTime { .. }), "{:?}", practice.counts);
    assert_eq!((practice.label.as_deref(), practice.with_fix), (Some("08.00"), None));
    assert_eq!(
        (world.disk.used(), crate::ports::Disk::syncs(&world.disk), engine.log(&LogFilter::default()).unwrap().len()),
        before
    );
    assert_eq!(engine.today().unwrap().windows[0].state, WindowState::Open);
    assert_eq!(engine.reminders(1).unwrap()[0].id, format!("{}/w0800/closes", world.date));
}

#[test]
fn a_request_made_of_what_is_offered_is_taken() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let choices = engine.request_choices(None).unwrap();
    assert_eq!((choices.from, choices.until_dates.first), (world.date, world.date));
    let labels: Vec<&str> = choices.windows.iter().map(|window| window.label.as_str()).collect();
    assert_eq!(labels, ["08.00", "11.00", "14.00", "16.00"]);
    for kind in &choices.kinds {
        for (from, until) in
            [(choices.from_dates.first, choices.from_dates.first), (choices.from, choices.until_dates.last)]
        {
            let windows = choices.windows.iter().map(|window| window.id.to_string());
            let windows = if kind.windows == Needed::Required { windows.collect() } else { Vec::new() };
            let ask = crate::model::Ask::new(kind.what, from, until, windows, None).unwrap();
            engine.request(ask).unwrap();
        }
    }
    let far = NaiveDate::from_ymd_opt(2099, 1, 1).unwrap();
    let late = engine.request_choices(Some(far)).unwrap();
    assert_eq!(late.from, late.from_dates.last);
}

#[test]
fn an_appeal_is_offered_against_windows_that_have_a_verdict() {
    let world = World::ordinary();
    let engine = world.enrolled();
    assert_eq!(engine.appeal_choices(None).unwrap().windows, [], "no window is over");
    world.until("11:00");
    let tapped = world.tap(&engine);
    let choices = engine.appeal_choices(None).unwrap();
    let offered: Vec<(&str, WindowState, bool)> =
        choices.windows.iter().map(|window| (window.label.as_str(), window.state, window.appealed)).collect();
    assert_eq!(offered, [("08.00", WindowState::Missed, false), ("11.00", WindowState::OnTime, false)]);
    assert_eq!(choices.records.iter().map(|record| record.id).collect::<Vec<_>>(), [tapped.id]);
    assert_eq!(choices.dates.last, world.date);
    let window = Some(choices.windows[0].id.clone());
    let draft = AppealDraft {
        date: choices.date,
        window,
        record: None,
        grounds: Grounds::Phone,
        text: None,
        evidence: vec![choices.records[0].id],
    };
    engine.appeal(draft).unwrap();
    let again = engine.appeal_choices(Some(choices.date)).unwrap();
    assert!(again.windows[0].appealed && !again.windows[1].appealed);
}
