//! Requests and appeals of one phone, from the tap on a button to the answer.

use super::*;
use crate::{
    ask::Standing,
    model::{Acknowledged, Ask, AskWhat, Grounds, Kind, RecordId, Words},
    outbox::Delivery,
    schedule::WindowId,
    wire::{Answer, Corrected, Decision},
};

fn words(text: &str) -> Option<Words> {
    Some(Words::new(text).unwrap())
}

fn sick(world: &World, windows: &[&str]) -> Ask {
    let windows = windows.iter().map(|id| (*id).to_owned()).collect();
    Ask::new(AskWhat::Sick, world.date, world.date, windows, words("demam sejak pagi")).unwrap()
}

fn decide(world: &World, engine: &CheckInEngine, id: RecordId, no: u64, answer: Answer) {
    let asked = engine.requests().unwrap().into_iter().find(|ask| ask.id == id).unwrap();
    let mut office = world.office();
    let (t_ms, reason) = (office.now_ms, words("sudah dibicarakan"));
    office.decisions.push(Decision { no, reference: asked.hash, answer, by: "kepala".into(), t_ms, reason });
    office.roster += 1;
}

fn standing(engine: &CheckInEngine) -> Vec<Standing> {
    engine.requests().unwrap().iter().map(|ask| ask.standing).collect()
}

#[test]
fn a_request_is_kept_without_a_network_and_through_a_power_cut() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.office().down = true;
    let asked = engine.request(sick(&world, &["w1400"])).unwrap();
    drop(engine);
    world.disk.power_cut(crate::ports::disk::model::Cut::LosesAll);
    let engine = world.open();
    let held = engine.requests().unwrap();
    assert_eq!((held.len(), held[0].id, held[0].delivery.clone()), (1, asked.id, Delivery::Waiting));
    assert_eq!(held[0].standing, Standing::Open);
    world.office().down = false;
    world.deliver(&engine);
    let held = engine.requests().unwrap();
    assert_eq!(held[0].delivery, Delivery::Received);
    assert!(held[0].received_ms.is_some());
}

#[test]
fn a_decision_comes_with_the_next_assignment_and_asks_to_be_seen_once() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let asked = engine.request(sick(&world, &[])).unwrap();
    world.deliver(&engine);
    decide(&world, &engine, asked.id, 4, Answer::Granted);
    assert_eq!(standing(&engine), [Standing::Open], "the phone was not told yet");
    world.pass(MINUTE);
    world.sync(&engine);
    world.sync(&engine);
    assert_eq!(standing(&engine), [Standing::Granted]);
    let needs = engine.today().unwrap().needs;
    let reference = needs.iter().find_map(|need| match need {
        Need::Decision { standing: Standing::Granted, reference, .. } => Some(*reference),
        _ => None,
    });
    engine.acknowledge(Acknowledged::Decision, reference.expect("the decision is to be seen")).unwrap();
    let asks =
        |engine: &CheckInEngine| engine.today().unwrap().needs.iter().any(|need| matches!(need, Need::Decision { .. }));
    assert!(!asks(&engine));
    drop(engine);
    let engine = world.open();
    assert!(!asks(&engine), "it stays seen");
    decide(&world, &engine, asked.id, 9, Answer::Refused);
    world.pass(MINUTE);
    world.sync(&engine);
    world.sync(&engine);
    assert_eq!(standing(&engine), [Standing::Refused]);
    assert!(asks(&engine), "a later decision is news");
    let decisions = engine.requests().unwrap().remove(0).decisions;
    assert_eq!(decisions.iter().map(|decision| decision.no).collect::<Vec<_>>(), [4, 9], "both are in sight");
}

#[test]
fn a_withdrawal_closes_what_nobody_decided_and_is_made_once() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let first = engine.request(sick(&world, &[])).unwrap();
    let second = engine.request(sick(&world, &["w0800"])).unwrap();
    engine.withdraw(first.id).unwrap();
    assert_eq!(standing(&engine), [Standing::Withdrawn, Standing::Open]);
    assert_eq!(engine.withdraw(first.id).unwrap_err(), EngineError::NothingToWithdraw);
    assert_eq!(engine.withdraw(RecordId::new(7, [7; 10])).unwrap_err(), EngineError::NothingToWithdraw);
    world.deliver(&engine);
    decide(&world, &engine, second.id, 1, Answer::Granted);
    world.pass(MINUTE);
    world.sync(&engine);
    world.sync(&engine);
    engine.withdraw(second.id).unwrap();
    assert_eq!(standing(&engine), [Standing::Withdrawn, Standing::WithdrawnAfterGrant]);
}

#[test]
fn a_window_that_the_rule_does_not_have_is_not_asked_for() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let error = engine.request(sick(&world, &["w0830"])).unwrap_err();
    assert_eq!(error, EngineError::UnknownWindow("w0830".into()));
    let draft = AppealDraft {
        date: world.date,
        window: Some(WindowId::new("w0830").unwrap()),
        record: None,
        grounds: Grounds::Phone,
        text: None,
        evidence: Vec::new(),
    };
    assert_eq!(engine.appeal(draft.clone()).unwrap_err(), EngineError::UnknownWindow("w0830".into()));
    let unknown = AppealDraft { window: None, evidence: vec![RecordId::new(7, [7; 10])], ..draft };
    assert_eq!(engine.appeal(unknown).unwrap_err(), EngineError::UnknownRecord);
    assert!(engine.requests().unwrap().is_empty(), "nothing of it was recorded");
}

#[test]
fn an_upheld_appeal_and_its_correction_stand_in_the_phones_own_verdict() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.until("08:20");
    let tap = world.tap(&engine);
    let draft = AppealDraft {
        date: world.date,
        window: Some(WindowId::new("w0800").unwrap()),
        record: Some(tap.id),
        grounds: Grounds::Time,
        text: words("antre di pos jaga"),
        evidence: vec![tap.id],
    };
    let appeal = engine.appeal(draft).unwrap();
    world.deliver(&engine);
    let window = engine.why(world.date, &WindowId::new("w0800").unwrap()).unwrap().unwrap();
    assert!(window.is_appealed());
    decide(&world, &engine, appeal.id, 1, Answer::Granted);
    {
        let mut office = world.office();
        let (date, t_ms) = (world.date, office.now_ms);
        office.corrections.push(Corrected {
            date,
            window: Some("w0800".into()),
            ruling: "on_time".into(),
            minutes: None,
            excuse: None,
            by: "kepala".into(),
            t_ms,
            note: "absensi pos jaga".into(),
        });
    }
    world.pass(MINUTE);
    world.sync(&engine);
    world.sync(&engine);
    let window = engine.why(world.date, &WindowId::new("w0800").unwrap()).unwrap().unwrap();
    assert_eq!(window.effective(), crate::judge::WindowState::OnTime);
    assert!(matches!(window.state, crate::judge::WindowState::Late { .. }), "what was computed stays");
    assert!(!window.is_appealed());
}

#[test]
fn the_log_lists_what_was_asked_and_no_debug_text_tells_it() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let asked = engine.request(sick(&world, &[])).unwrap();
    engine.withdraw(asked.id).unwrap();
    let filter = LogFilter { kinds: vec![Kind::Request], ..LogFilter::default() };
    let log = engine.log(&filter).unwrap();
    assert!(matches!(log[0].what, LogWhat::Request { .. }) && log[1].what == LogWhat::Withdrawn);
    assert!(!format!("{log:?} {:?}", engine.requests().unwrap()).contains("demam"));
}

#[test]
fn a_phone_keeps_the_newest_requests_at_hand_however_many_there_are() {
    let world = World::ordinary();
    let engine = world.enrolled();
    for _ in 0..200 {
        engine.request(sick(&world, &[])).unwrap();
    }
    assert_eq!(engine.requests().unwrap().len(), crate::limits::ask::HELD);
}
