//! A server's clock that was ahead, and how it is mended.

use hadir_core::ports::SeededEntropy;

use super::*;
use crate::{
    admin::{Admin, AdminError, MendedClock},
    assignment::deal_turns,
    policies::PolicyBook,
};

const HOUR: i64 = 3_600_000;
/// What the clock said while it was ahead.
const AHEAD: i64 = MONDAY_MS + 30 * 24 * HOUR;

fn token_of(bench: &mut Bench, phone: &Phone) -> std::result::Result<i64, (ProblemCode, i64)> {
    let answer = bench.send(phone.ask("POST", "/v1/token", Vec::new()));
    match answer.status {
        200 => {
            let token: TokenAnswer = serde_json::from_slice(&answer.body).unwrap();
            Ok(opened::<TimeToken>(&token.token).t_ms)
        }
        _ => Err((code_of(&answer), head(&answer).t_ms)),
    }
}

fn mend(bench: &Bench, stated_ms: i64, since_ms: Option<i64>) -> std::result::Result<MendedClock, AdminError> {
    let entropy = SeededEntropy::new(1);
    Admin::new(&*bench.store, &entropy, "operator", bench.now_ms).mend_clock(stated_ms, since_ms, "baterai RTC")
}

/// Two phones; the clock is far ahead while the first of them asks, and then right again.
fn jumped() -> (Bench, Phone, Phone) {
    let mut bench = bench();
    let (told, spared) = (bench.enrolled(1), bench.enrolled(2));
    bench.now_ms = AHEAD;
    assert_eq!(token_of(&mut bench, &told), Ok(AHEAD));
    bench.now_ms = MONDAY_MS + HOUR;
    (bench, told, spared)
}

#[test]
fn a_clock_far_behind_what_was_signed_plans_and_enrols_nothing_and_stores_everything() {
    let (mut bench, told, mut spared) = jumped();
    for phone in [&told, &spared] {
        assert_eq!(token_of(&mut bench, phone), Err((ProblemCode::ClockBehind, AHEAD)));
    }
    let records = spared.taps(1);
    assert_eq!(outcomes(&bench.send(spared.upload(&records))), [Outcome::Stored]);
    let answer = bench.send(spared.ask("GET", "/v1/assignment", Vec::new()));
    let answer: AssignmentAnswer = serde_json::from_slice(&answer.body).unwrap();
    let held: Assignment = opened(&answer.assignment);
    assert_eq!(held.t_ms, MONDAY_MS, "the one from before; none for next month");
    let refused = bench.send(Phone::new(3).enrol(3));
    assert_eq!((code_of(&refused), refused.retry_after_s), (ProblemCode::ClockBehind, Some(60)));
}

#[test]
fn a_mended_clock_signs_true_times_for_whoever_was_not_told_a_false_one_and_never_back_for_the_others() {
    let (mut bench, mut told, spared) = jumped();
    let now_ms = bench.now_ms;
    let mended = mend(&bench, now_ms + 60_000, None).unwrap();
    assert_eq!(mended.phones, [(told.key.kid(), person_id(1))]);
    assert_eq!((mended.after_ms, mended.until_ms), (now_ms, AHEAD));

    assert_eq!(token_of(&mut bench, &spared), Ok(now_ms));
    let third = bench.enrolled(3);
    assert_eq!(token_of(&mut bench, &third), Ok(now_ms));
    // The false time stays the least that the first phone is ever signed; what it sends arrives when it arrives.
    let highest = |bench: &mut Bench, told: &Phone| token_of(bench, told).unwrap_err();
    assert_eq!(highest(&mut bench, &told), (ProblemCode::ClockBehind, AHEAD));
    let records = told.taps(2);
    let stored = receipt(&bench.send(told.upload(&records)));
    assert_eq!(opened::<Receipt>(&stored.receipt).t_ms, AHEAD);
    bench
        .store
        .query(|read| {
            let kept = read.records(&told.key.kid(), Span::All)?;
            assert!(kept.iter().all(|row| row.received_ms == now_ms));
            Ok(())
        })
        .unwrap();
    for phone in [&told, &spared] {
        let answer = bench.send(phone.ask("GET", "/v1/assignment", Vec::new()));
        let answer: AssignmentAnswer = serde_json::from_slice(&answer.body).unwrap();
        let planned: Assignment = opened(&answer.assignment);
        assert!(planned.roster > 1 && planned.days.iter().any(|day| day.date.to_string() == "2026-03-02"));
    }
    bench.now_ms = AHEAD + 1;
    assert_eq!(token_of(&mut bench, &told), Ok(AHEAD + 1), "when the time has come, it is told again");
}

#[test]
fn mending_needs_a_reason_a_clock_that_is_right_and_something_to_mend() {
    let (mut bench, _, spared) = jumped();
    let now_ms = bench.now_ms;
    assert!(matches!(mend(&bench, now_ms + HOUR, None), Err(AdminError::ClockDisagrees { .. })));
    assert!(matches!(mend(&bench, now_ms, Some(now_ms + 1)), Err(AdminError::ClockSince)));
    let since = mend(&bench, now_ms, Some(MONDAY_MS + 1)).unwrap();
    assert_eq!((since.after_ms, since.phones.len()), (MONDAY_MS + 1, 1));
    assert!(matches!(mend(&bench, now_ms, None), Err(AdminError::ClockNotBehind)));
    let acts = bench.store.query(|read| read.acts(0, 100)).unwrap();
    assert_eq!(acts.iter().filter(|act| act.what == "clock.mend" && act.detail.contains("baterai RTC")).count(), 1);
    // Ahead once more, while another phone asks.
    bench.now_ms = AHEAD + HOUR;
    assert_eq!(token_of(&mut bench, &spared), Ok(AHEAD + HOUR));
    bench.now_ms = now_ms + HOUR;
    assert_eq!(mend(&bench, bench.now_ms, None).unwrap().phones, [(spared.key.kid(), person_id(2))]);
}

#[test]
fn turns_that_the_false_clock_dealt_are_taken_back_and_the_days_that_come_are_dealt() {
    let (mut bench, _, _) = jumped();
    let book = bench.store.query(|read| PolicyBook::load(read)).unwrap();
    let deal = |bench: &Bench, today| bench.store.update(|tx| deal_turns(tx, &book, today)).unwrap();
    assert!(deal(&bench, book.duty_date(AHEAD).unwrap()));
    bench.now_ms = MONDAY_MS + 14 * 24 * HOUR;
    mend(&bench, bench.now_ms, None).unwrap();
    let date = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    let (today, until) = (date("2026-03-16"), date("2026-03-30"));
    bench
        .store
        .query(|read| {
            assert_eq!(read.turn_state()?.map(|state| state.until), Some(until));
            assert_eq!(read.turns(None, until, date("2030-01-01"))?, []);
            Ok(())
        })
        .unwrap();
    assert!(deal(&bench, today));
    assert_eq!(bench.store.query(|read| read.turns(None, until, until)).unwrap().len(), 3, "a Monday, for everyone");
}

#[test]
fn beyond_its_certificates_a_server_signs_nothing_and_remembers_no_time() {
    let mut bench = bench();
    let phone = bench.enrolled(1);
    bench.now_ms = i64::MAX / 2; // no certificate lasts as long
    for (method, path) in [("POST", "/v1/token"), ("GET", "/v1/head")] {
        let refused = bench.send(phone.ask(method, path, Vec::new()));
        assert_eq!((refused.status, code_of(&refused)), (503, ProblemCode::Unavailable), "{path}");
        assert!(refused.head.is_none(), "nothing that no phone could believe");
    }
    bench.now_ms = MONDAY_MS + HOUR;
    assert_eq!(token_of(&mut bench, &phone), Ok(MONDAY_MS + HOUR), "as if the clock had never been wrong");
}
