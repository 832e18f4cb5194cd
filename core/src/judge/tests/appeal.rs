//! Appeals stand beside the verdict, and change nothing by themselves.

use super::*;
use crate::{
    ask::{Standing, standing},
    model::{Appeal, EnvelopeHash, Grounds, Words},
    wire::{Answer, Decision},
};

fn decision(no: u64, answer: Answer, time: &str) -> Decision {
    let reason = Some(Words::new("absensi rapat ada").unwrap());
    Decision { no, reference: EnvelopeHash::of("appeal"), answer, by: "kepala".into(), t_ms: at(time), reason }
}

fn appeal(window: Option<&str>, decisions: &[Decision]) -> AppealSeen {
    let date = plan(Mode::Wfh).duty_date;
    let text = Some(Words::new("HP saya mati").unwrap());
    AppealSeen {
        record: record(9),
        hash: EnvelopeHash::of("appeal"),
        appeal: Appeal::new(date, window.map(str::to_owned), Grounds::Phone, text).unwrap(),
        at_ms: at("17:00"),
        arrival_ms: Some(at("17:01")),
        standing: standing(decisions, false),
        decision: decisions.last().cloned(),
    }
}

#[test]
fn an_appeal_is_shown_beside_the_verdict_and_changes_nothing() {
    let mut day = Day::at_home().received_past("22:00");
    let before = day.judged();
    day.appeals = vec![appeal(Some(before.windows[0].id.as_str()), &[])];
    let after = day.judged();
    assert!(after.windows[0].is_appealed() && !after.windows[1].is_appealed());
    assert_eq!(after.windows[0].effective(), before.windows[0].effective());
    assert_eq!(after.windows[0].reasons, before.windows[0].reasons);
    assert_eq!(
        why(&after, 0)[..2],
        ["Terlewat", "Disanggah 17.00 WITA: HP rusak, hilang, atau baterainya habis. Menunggu keputusan"]
    );
}

#[test]
fn an_upheld_appeal_shows_the_correction_the_ruling_and_what_was_computed() {
    let mut day = Day::at_home().received_past("22:00");
    let id = plan(Mode::Wfh).windows[0].id.clone();
    day.appeals = vec![appeal(Some(id.as_str()), &[decision(1, Answer::Granted, "18:00")])];
    day.corrections = vec![Correction {
        window: Some(id),
        ruling: Ruling::OnTime,
        at_ms: at("18:00"),
        by: "kepala".into(),
        note: "absensi rapat ada".into(),
    }];
    let judged = day.judged();
    let window = &judged.windows[0];
    assert_eq!((window.state, window.effective()), (WindowState::Missed, WindowState::OnTime));
    assert!(!window.is_appealed(), "it was ruled on");
    let told = why(&judged, 0);
    assert_eq!(told[1], "Koreksi, dicatat oleh kepala, 18.00 WITA: Tepat waktu — absensi rapat ada");
    assert!(told[2].contains("Sanggahan diterima oleh kepala, 18.00 WITA: absensi rapat ada"), "{}", told[2]);
}

#[test]
fn a_correction_that_is_taken_back_leaves_what_was_computed() {
    let mut day = Day::at_home().received_past("22:00");
    let id = plan(Mode::Wfh).windows[0].id.clone();
    let ruled = |ruling, time| Correction {
        window: Some(id.clone()),
        ruling,
        at_ms: at(time),
        by: "kepala".into(),
        note: String::new(),
    };
    day.corrections = vec![ruled(Ruling::OnTime, "18:00"), ruled(Ruling::AsComputed, "19:00")];
    let judged = day.judged();
    assert_eq!(judged.windows[0].effective(), WindowState::Missed);
    assert_eq!(judged.windows[0].corrections.len(), 2, "both stay in sight");
}

#[test]
fn an_appeal_against_a_day_stands_at_the_day_and_that_of_another_date_nowhere() {
    let mut day = Day::at_home();
    let mut other = appeal(None, &[]);
    other.appeal = Appeal::new(plan(Mode::Wfh).duty_date.succ_opt().unwrap(), None, Grounds::Network, None).unwrap();
    let nowhere = appeal(Some("w0300"), &[]);
    day.appeals = vec![appeal(None, &[]), other, nowhere];
    let ruled = |window: Option<&str>| Correction {
        window: window.map(|id| crate::schedule::WindowId::new(id.to_owned()).unwrap()),
        ruling: Ruling::OnTime,
        at_ms: at("18:00"),
        by: "kepala".into(),
        note: String::new(),
    };
    day.corrections = vec![ruled(None), ruled(Some("w0300")), ruled(Some(plan(Mode::Wfh).windows[0].id.as_str()))];
    let judged = day.judged();
    assert_eq!(judged.corrections, day.corrections[..2], "so is a ruling on it");
    assert_eq!(judged.appeals.len(), 2, "one against a window that is none of the day's is not out of sight");
    assert_eq!(judged.appeals[0].standing, Standing::Open);
    assert!(judged.windows.iter().all(|window| window.appeals.is_empty()));
}
