//! Shifts and half days, as the assignment carries them: a phone plans them like the server.

use super::*;
use crate::{
    judge::{ExcuseKind, WindowState},
    text::{self, Lang},
    wire::ExcusedWindow,
};

/// The default rule with a night shift.
fn with_a_night() -> Policy {
    let default = crate::policy::shipped().iter().find(|(id, _)| *id == "default").unwrap().1;
    let night = "[[shifts]]\nsource = \"ours\"\nid = \"malam\"\ntitle = \"Sif malam\"\n\
                 [[shifts.windows]]\nspans = [\"20:30-21:15\", \"06:45+1-07:30+1\"]\n";
    Policy::parse(&format!("{default}\n{night}")).unwrap()
}

fn world_of_nights() -> World {
    let world = World::ordinary();
    world.office().publish(&with_a_night());
    let date = world.date;
    world.office().day(date, |day| day.shift = Some("malam".into()));
    world
}

#[test]
fn a_night_shift_is_planned_past_midnight_and_belongs_to_the_date_of_its_start() {
    let world = world_of_nights();
    let engine = world.enrolled();
    let today = engine.today().unwrap();
    assert_eq!(today.mode.as_ref().unwrap().shift.as_deref(), Some("Sif malam"));
    let windows = |today: &Today| today.windows.iter().map(|it| it.window.label.clone()).collect::<Vec<_>>();
    assert_eq!(windows(&today), ["20.30–21.15", "06.45–07.30 (+1)"]);
    assert_eq!(today.rule.as_ref().unwrap().sources.len(), 2, "and says where their times come from");

    world.until("20:40");
    assert!(matches!(world.tap(&engine).counts, TapNow::OnTime { window } if window.as_str() == "w2030"));
    world.until("03:00+1");
    let night = engine.today().unwrap();
    assert_eq!((night.date, night.next.as_ref().unwrap().label.as_str()), (world.date, "06.45–07.30 (+1)"));
    world.until("07:00+1");
    let tapped = world.tap(&engine);
    assert!(matches!(&tapped.counts, TapNow::OnTime { window } if window.as_str() == "w0645n"), "{:?}", tapped.counts);
    assert_eq!(engine.today().unwrap().windows[1].state, WindowState::OnTime);

    // The next date has no shift: its first window opens at 07.45, and ends the night.
    world.until("07:45+1");
    let next = engine.today().unwrap();
    assert_eq!((next.date, windows(&next).len()), (world.date.succ_opt().unwrap(), 4));
    let (_, day) = engine.why_record(tapped.id).unwrap();
    let day = day.unwrap();
    assert_eq!((day.date, day.windows[1].state), (world.date, WindowState::OnTime));
}

#[test]
fn a_half_days_leave_is_excused_on_the_phone_and_is_not_what_comes_next() {
    let world = World::ordinary();
    let date = world.date;
    world.office().day(date, |day| {
        let excused = |window: &str, kind: &str| ExcusedWindow { window: window.into(), kind: kind.into() };
        // The second is a kind of a later version; the third is no window of the rule.
        day.excused = vec![excused("w0800", "leave"), excused("w1100", "something_new"), excused("w0930", "sick")];
    });
    let engine = world.enrolled();
    let states = || engine.today().unwrap().windows.iter().map(|window| window.state).collect::<Vec<_>>();
    let leave = WindowState::Excused { kind: ExcuseKind::Leave };
    let permission = WindowState::Excused { kind: ExcuseKind::Permission };
    assert_eq!(states(), [leave, permission, WindowState::Upcoming, WindowState::Upcoming]);
    assert_eq!(engine.today().unwrap().next.unwrap().label, "14.00");
    assert_eq!(text::judge::window_state(leave, Lang::Id), "Dengan alasan yang sah: Cuti");
    // Whoever taps all the same is on time: the button is never disabled.
    world.until("11:00");
    world.tap(&engine);
    world.until("13:00");
    assert_eq!(states(), [leave, WindowState::OnTime, WindowState::Upcoming, WindowState::Upcoming]);
}

#[test]
fn the_form_for_monday_can_be_filled_on_sunday_and_not_on_saturday() {
    let mut world = World::of("palopo-2020", "wfo");
    // Friday, 12 June 2020.
    world.date = "2020-06-12".parse().unwrap();
    let engine = world.enrolled();
    let forms = |time: &str| {
        world.until(time);
        engine.today().unwrap().forms.iter().map(|form| form.duty.target_date.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(forms("12:00"), ["2020-06-12"]);
    assert_eq!(forms("23:00+1"), [""; 0], "Saturday is no eve of an office day");
    world.date = "2020-06-14".parse().unwrap();
    let forms = |time: &str| {
        world.until(time);
        engine.today().unwrap().forms.iter().map(|form| form.duty.target_date.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(forms("00:00"), ["2020-06-15"]);
    assert_eq!(forms("08:00+1"), ["2020-06-15", "2020-06-16"]);
}
