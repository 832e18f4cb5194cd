//! Rulings stand beside what was computed.

use super::*;

fn ruled(ruling: Ruling, time: &str) -> Correction {
    let window = plan(Mode::Wfh).windows[0].id.clone();
    Correction {
        window: Some(window),
        ruling,
        at_ms: at(time),
        by: "Kasubag Kepegawaian".into(),
        note: "HP rusak".into(),
    }
}

#[test]
fn a_correction_is_added_and_never_overwrites() {
    let mut day = Day::at_home().received_past("22:00");
    let before = day.judged();
    day.corrections = vec![ruled(Ruling::Excused(ExcuseKind::Technical), "13:00"), ruled(Ruling::Missed, "12:00")];
    let after = day.judged();
    assert_eq!(after.windows[0].state, before.windows[0].state, "what was computed stays");
    assert_eq!(after.windows[0].reasons, before.windows[0].reasons);
    assert_eq!(
        after.windows[0].effective(),
        WindowState::Excused { kind: ExcuseKind::Technical },
        "the last one holds"
    );
    assert_eq!(after.windows[0].corrections.len(), 2, "and the first is not lost");
    assert_eq!(
        why(&after, 0)[..2],
        [
            "Dengan alasan yang sah: Alasan teknis",
            "Koreksi, dicatat oleh Kasubag Kepegawaian, 13.00 WITA: Dengan alasan yang sah: Alasan teknis — HP rusak",
        ]
    );
}

#[test]
fn who_looked_at_a_flag_settles_it_without_changing_the_state() {
    let mock = crate::place::Signal::Mock { source: crate::model::FixSource::Fused };
    let mut day = Day::at_home().with([Tap { signals: vec![mock], ..tap(1, "08:00") }]);
    assert!(day.judged().needs_a_look());
    day.corrections = vec![ruled(Ruling::Checked, "09:00")];
    let judged = day.judged();
    assert!(!judged.needs_a_look());
    assert_eq!((judged.windows[0].effective(), judged.windows[0].flags.len()), (WindowState::OnTime, 1));
}

#[test]
fn debug_shows_neither_who_nor_what_they_wrote() {
    let text = format!("{:?}", ruled(Ruling::OnTime, "09:00"));
    assert!(!text.contains("Kasubag") && !text.contains("rusak"), "{text}");
}
