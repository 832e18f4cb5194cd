//! A made-up day for the tests of the pages: every state once.

use std::sync::Arc;

use chrono::NaiveDate;
use hadir_core::{
    judge::{
        CountedTap, DayState, DayVerdict, Entry, EntryState, ExcuseKind, Flag, Outage, Reason, RuleRef, WindowState,
        WindowVerdict,
    },
    model::{FixSource, NoFix, RecordId},
    place::{Place, Placement, Signal},
    roster,
    schedule::{DayTime, Mode, Window, WindowId, Zone},
    time::{Bounds, Grade},
};

use crate::day::{DayView, PersonDay, PhoneNote, RuleInForce};

/// Tuesday, 24 November 2026.
pub(crate) fn date() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
}

/// An instant of that day in WITA.
pub(crate) fn at(h: u32, m: u32, s: u32) -> i64 {
    Zone::WITA.instant_ms(date().and_hms_opt(h, m, s).unwrap())
}

fn window(h: u32) -> Window {
    Window {
        id: WindowId::of_time(DayTime::hm(u8::try_from(h).unwrap(), 0).unwrap()),
        label: format!("{h:02}.00"),
        nominal_ms: at(h, 0, 0),
        opens_ms: at(h - 1, 45, 0),
        on_time_until_ms: at(h, 15, 0),
        late_until_ms: at(h + 1, 15, 0),
    }
}

fn empty(hour: u32, state: WindowState) -> WindowVerdict {
    let window = window(hour);
    let reasons = vec![
        Reason::Rule(RuleRef { policy: "luwu-utara-2021".into(), title: "Luwu Utara 2021".into(), pack: Some(1) }),
        Reason::Window {
            opens_ms: window.opens_ms,
            on_time_until_ms: window.on_time_until_ms,
            late_until_ms: window.late_until_ms,
        },
    ];
    WindowVerdict {
        id: window.id.clone(),
        window,
        state,
        flags: vec![],
        tap: None,
        supporting: vec![],
        reasons,
        corrections: vec![],
        appeals: vec![],
    }
}

fn tap(hour: u32, state: WindowState, at_ms: i64, received: i64, flags: Vec<Flag>) -> WindowVerdict {
    let bounds = Bounds::between(at_ms - 700, at_ms + 900);
    let placement =
        Placement { place: Place::Inside, edge_m: 8_400, point_inside: true, accuracy_m: 18, uncertainty_m: 36 };
    let tap = CountedTap {
        record: RecordId::new(at_ms, [7; 10]),
        at_ms,
        claimed_ms: at_ms,
        bounds,
        grade: Grade::Anchored,
        placement: Some(placement),
        arrival_ms: Some(received),
    };
    let mut verdict = WindowVerdict { tap: Some(tap), flags, ..empty(hour, state) };
    verdict.reasons.extend([
        Reason::Claimed { claimed_ms: at_ms },
        Reason::Evidence { bounds, grade: Grade::Anchored },
        Reason::Arrived { at_ms: received },
        Reason::Placed(placement),
    ]);
    verdict
}

fn person(n: usize, mode: Mode, state: DayState, windows: Vec<WindowVerdict>, entry: EntryState) -> PersonDay {
    PersonDay {
        id: format!("local:{n:03}").parse().unwrap(),
        name: format!("Pegawai {n:03}"),
        group: ["Pelaksana", "Pengawas", "Non-ASN"][n % 3].into(),
        unit: "dinas".into(),
        unit_name: "Dinas Contoh".into(),
        verdict: DayVerdict {
            date: date(),
            zone: Zone::WITA,
            mode,
            state,
            windows,
            others: vec![],
            share: None,
            entry: Entry { state: EntryState::NotOwed, form: None, late: false },
            corrections: vec![],
            appeals: vec![],
            reasons: vec![],
        },
        begins_ms: at(0, 0, 0),
        mode_why: None,
        entry_mode: Mode::Wfo,
        entry: Entry { state: entry, form: None, late: false },
        entry_received_ms: None,
        entry_opens_ms: Some(at(0, 0, 0)),
        last_heard_ms: Some(at(8, 3, 0)),
        phones: Vec::new(),
        notes: Vec::new(),
        recalls: Vec::new(),
    }
}

/// A day at 12.41 with `many` ordinary people besides the particular ones.
pub(crate) fn day(many: usize) -> DayView {
    use EntryState::{MayEnter, MayNotEnter, NotOwed, NotSubmitted};
    use WindowState::{Late, Missed, NotYetReceived, OnTime, Open, Upcoming};
    let owes = |n, windows: [WindowVerdict; 2], entry| {
        let mut windows = windows.to_vec();
        windows.extend([empty(14, Upcoming), empty(16, Upcoming)]);
        person(n, Mode::Wfh, DayState::OwesCheckIn, windows, entry)
    };
    let good = |h: u32, m, s| tap(h.max(8), OnTime, at(h, m, s), at(h, m, s) + 900, vec![]);
    let mock = Flag::Signal(Signal::Mock { source: FixSource::Gnss });
    let same = Flag::Signal(Signal::IdenticalCoordinates { households: 3, people: 3 });
    let poor = Flag::Signal(Signal::PoorAccuracy { accuracy_m: 640 });
    let no_fix = Flag::Signal(Signal::NoFix { reason: NoFix::Timeout });
    let excused = WindowState::Excused { kind: ExcuseKind::Technical };
    let mut people = vec![
        owes(1, [good(7, 58, 41), tap(11, OnTime, at(11, 2, 9), at(12, 41, 0), vec![])], MayEnter),
        owes(
            2,
            [
                tap(8, OnTime, at(8, 0, 12), at(8, 21, 0), vec![]),
                tap(11, Late { minutes: 12 }, at(11, 27, 30), at(11, 27, 31), vec![]),
            ],
            NotSubmitted,
        ),
        owes(3, [tap(8, OnTime, at(7, 59, 1), at(7, 59, 2), vec![mock]), empty(11, NotYetReceived)], MayNotEnter),
        person(4, Mode::Wfo, DayState::AtOffice, vec![], MayEnter),
        person(5, Mode::Leave, DayState::Leave, vec![], NotOwed),
        owes(
            6,
            [empty(8, Missed), tap(11, Late { minutes: 3 }, at(11, 18, 30), at(11, 18, 31), vec![no_fix])],
            NotSubmitted,
        ),
        person(7, Mode::HealthDirection, DayState::HealthDirection, vec![], MayNotEnter),
        person(8, Mode::Recalled, DayState::AtOffice, vec![], MayEnter),
        owes(9, [empty(8, excused), empty(11, Open)], MayEnter),
        owes(
            10,
            [tap(8, OnTime, at(8, 1, 1), at(8, 40, 2), vec![same, poor]), empty(11, NotYetReceived)],
            NotSubmitted,
        ),
    ];
    people[4].mode_why = Some(roster::Reason::Fact {
        kind: roster::FactKind::Leave(roster::LeaveKind::Annual),
        reference: Some("Cuti tahunan 23–27 November".into()),
    });
    people[2].phones = vec![PhoneNote::Revoked(at(9, 5, 0))];
    people[9].phones = vec![PhoneNote::Enrolled(at(8, 38, 0)), PhoneNote::ReportedLoss];
    people[8].last_heard_ms = None;
    for n in 0..many {
        let s = u32::try_from(n % 60).unwrap();
        people.push(owes(11 + n, [good(7, 50, s), good(11, 1, s)], MayEnter));
    }
    DayView {
        open_asks: 0,
        place: "Dinas Contoh".into(),
        agency: Some("Kab. Luwu Utara".into()),
        date: date(),
        today: date(),
        zone: Zone::WITA,
        now_ms: at(12, 41, 7),
        rule: Some(RuleInForce {
            policy: "luwu-utara-2021".into(),
            citation: "Surat 800/935/BKPSDM/2021".into(),
            pack: 1,
        }),
        windows: [8, 11, 14, 16].map(window).to_vec(),
        share: None,
        people: people.into_iter().map(Arc::new).collect(),
        outages: vec![Outage { from_ms: at(7, 55, 0), until_ms: Some(at(8, 20, 0)) }],
        clock_behind_ms: None,
        shows_entry: true,
        entry_for: date().succ_opt().unwrap(),
        next_change_ms: Some(at(13, 45, 0)),
    }
}
