//! DESIGN's "A day", with its evidence computed by the time floor.

use super::*;
use crate::model::EntryVerdict;
use crate::place::{Place, Placement, Signal};
use WindowState::{Missed, NotYetReceived, OnTime, Open, Upcoming};

/// Two taps of a morning without signal; the session began at 06.00, the token came at 12.40.
fn morning(token: bool) -> Vec<Tap> {
    let elapsed = |time: &str| u64::try_from(at(time) - at("06:00")).unwrap();
    let session = SessionId::new([4; 16]);
    let times: Vec<TimeEvidence> = ["08:00:09", "11:02"]
        .into_iter()
        .map(|time| TimeEvidence { wall_ms: at(time), session, run: 0, elapsed_ms: elapsed(time), gnss: None })
        .collect();
    let (s_ms, r_ms) = (elapsed("12:40"), elapsed("12:40") + 900);
    let anchors: Anchors =
        token.then(|| Anchor::new(session, 0, s_ms, r_ms, at("12:40") + 400, 100).unwrap()).iter().collect();
    let arrival_ms = token.then(|| at("12:40:03"));
    let entries: Vec<ChainEntry<'_>> = times
        .iter()
        .enumerate()
        .map(|(n, time)| ChainEntry { time, after: n.checked_sub(1), receipt_ms: None, arrival_ms })
        .collect();
    let inside =
        Placement { place: Place::Inside, point_inside: true, edge_m: 2_300, accuracy_m: 12, uncertainty_m: 24 };
    bounds_of_chain(&entries, &anchors, 100)
        .into_iter()
        .zip(1..)
        .map(|(timed, number)| Tap { arrival_ms, placement: Some(inside), ..tap_of(number, timed) })
        .collect()
}

#[test]
fn the_board_says_not_received_until_the_network_returns_and_then_on_time() {
    assert_eq!(Day::at_home().now("07:30").states(), [Upcoming; 4]);
    assert_eq!(Day::at_home().now("08:30").states(), [Open, Upcoming, Upcoming, Upcoming]);
    assert_eq!(Day::at_home().now("11:30").states(), [NotYetReceived, Open, Upcoming, Upcoming]);
    assert_eq!(Day::at_home().now("12:39").states(), [NotYetReceived, NotYetReceived, Upcoming, Upcoming]);

    let day = Day::at_home().with(morning(true)).received_past("12:39:58").now("12:41").judged();
    let states: Vec<WindowState> = day.windows.iter().map(|window| window.state).collect();
    assert_eq!(states, [OnTime, OnTime, Upcoming, Upcoming]);
    assert!(!day.needs_a_look());
    let tap = day.windows[0].tap.unwrap();
    assert_eq!((tap.at_ms, tap.grade), (at("08:00:09"), Grade::Anchored));
}

#[test]
fn the_phone_previews_the_same_with_what_it_knows() {
    let day = Day::at_home().with(morning(false)).now("11:05").judged();
    assert_eq!(day.windows[0].state, OnTime);
    assert_eq!(day.windows[0].flags, [], "the evidence comes with the next sync");
    assert!(day.windows[0].reasons.contains(&Reason::Waiting));
}

#[test]
fn every_verdict_answers_why_in_the_words_of_the_office() {
    let day = Day::at_home().with(morning(true)).now("12:41").judged();
    assert_eq!(
        why(&day, 0),
        [
            "Tepat waktu",
            "Surat edaran yang berlaku: Aturan (paket 1)",
            "Jadwal: dibuka 07.45 WITA, tepat waktu sampai 08.15 WITA, terlambat tetapi masih dihitung sampai 09.15 WITA",
            "Jam HP saat absen: 08.00.09 WITA",
            "Waktu terbukti: antara 07.59.59 WITA dan 08.00.18 WITA",
            "Sebelum 08.15 WITA: tepat waktu",
            "Sudah diterima 12.40.03 WITA",
            "Di dalam wilayah, 2,3 km dari batas; ketelitian ±12 m",
        ]
    );
}

#[test]
fn a_window_is_missed_once_the_history_is_received_past_it_and_not_before() {
    let later = || Day::at_home().with([tap(3, "14:00")]).now("15:30");
    assert_eq!(later().states(), [NotYetReceived, NotYetReceived, OnTime, Upcoming]);
    assert_eq!(later().received_past("12:14:59").states()[1], NotYetReceived, "the window runs until 12.15");
    let day = later().received_past("13:59:59");
    assert_eq!(day.states(), [Missed, Missed, OnTime, Upcoming]);
    assert_eq!(
        why(&day.judged(), 1)[3],
        "Catatan HP sudah diterima sampai 13.59.59 WITA, melewati jadwal ini, dan tidak ada absen di dalamnya"
    );
}

#[test]
fn the_grace_is_three_working_days_after_the_date() {
    let policy = default_policy();
    let who = PlanFor::default();
    let midnight = |date: &str| policy.zone.midnight_ms(date.parse().unwrap());
    assert_eq!(grace_until_ms(policy, date(), &who), midnight("2026-11-28"), "Wednesday to Friday");
    assert_eq!(grace_until_ms(policy, "2026-11-26".parse().unwrap(), &who), midnight("2026-12-02"), "over a weekend");
    let mut day = Day::at_home();
    day.now_ms = midnight("2026-11-28") - 1;
    assert_eq!(day.states(), [NotYetReceived; 4]);
    day.now_ms += 1;
    assert_eq!(day.states(), [Missed; 4]);
}

#[test]
fn a_cough_makes_tomorrow_a_day_at_home_without_lateness_or_absence() {
    let form = |number, verdict, time: &str| FormSeen {
        record: record(number),
        place: place(number),
        for_date: date(),
        verdict,
        timed: tap(number, time).timed,
    };
    let mut office = Day::of(plan(Mode::Wfo));
    assert_eq!((office.judged().state, office.judged().entry.state), (DayState::AtOffice, EntryState::NotSubmitted));
    office.forms = vec![form(1, EntryVerdict::MayEnter, "06:00")];
    let entry = office.judged().entry;
    assert_eq!((entry.state, entry.late), (EntryState::MayEnter, false));
    office.forms.insert(0, form(5, EntryVerdict::MayEnter, "09:00"));
    assert_eq!(office.judged().entry, entry, "the earliest counts");
    office.forms.pop();
    assert!(office.judged().entry.late, "made after the time of entry");
    office.forms.push(form(1, EntryVerdict::MayEnter, "06:00"));
    office.forms.push(form(2, EntryVerdict::MayNotEnter, "06:30"));
    office.forms.push(form(3, EntryVerdict::MayEnter, "06:31"));
    let judged = office.judged();
    assert_eq!((judged.state, judged.entry.state), (DayState::HealthDirection, EntryState::MayNotEnter));
    assert_eq!(judged.entry.form, Some(record(2)));
    assert_eq!(crate::text::judge::day_state(judged.state, Lang::Id), "Bekerja dari rumah (arahan kesehatan)");

    let mut home = Day::at_home().with([tap(4, "08:20")]).received_past("22:00");
    home.forms = office.forms;
    assert_eq!(home.states(), [WindowState::Excused { kind: ExcuseKind::HealthDirection }; 4]);
}

#[test]
fn office_people_are_at_the_office_and_never_missed() {
    for (mode, state) in [
        (Mode::Wfo, DayState::AtOffice),
        (Mode::Exempt, DayState::AtOffice),
        (Mode::Recalled, DayState::AtOffice),
        (Mode::Leave, DayState::Leave),
        (Mode::Sick, DayState::Sick),
        (Mode::DutyTrip, DayState::DutyTrip),
        (Mode::Off, DayState::Off),
    ] {
        let day = Day::of(plan(mode)).with([tap(1, "08:00")]).received_past("22:00").judged();
        assert_eq!((day.state, day.windows.len()), (state, 0), "{mode}");
        assert_eq!(day.others[0].why, OtherWhy::NothingOwed, "and a tap is kept");
    }
}

#[test]
fn signals_flag_and_change_nothing_else() {
    let outside =
        Placement { place: Place::Outside, point_inside: false, edge_m: 12_000, accuracy_m: 9, uncertainty_m: 18 };
    let uncertain = Placement { place: Place::Uncertain, edge_m: 100, accuracy_m: 400, ..outside };
    let mock = Signal::Mock { source: crate::model::FixSource::Fused };
    let mut day = Day::at_home().with([
        Tap { signals: vec![mock.clone()], placement: Some(outside), ..tap(1, "08:00") },
        Tap { placement: Some(uncertain), ..tap(2, "11:00") },
        Tap { signals: vec![Signal::NoFix { reason: crate::model::NoFix::Timeout }], ..tap(3, "14:00") },
    ]);
    let judged = day.judged();
    assert_eq!(day.states()[..3], [OnTime; 3]);
    assert_eq!(
        judged.windows[0].flags,
        [Flag::Signal(mock.clone()), Flag::Signal(Signal::OutsideRegion { by_m: 12_000 })]
    );
    assert_eq!(judged.windows[1].flags, [Flag::PlaceUncertain { edge_m: 100, accuracy_m: 400 }]);
    assert!(judged.windows[2].needs_a_look());
    day.may_leave_region = true;
    let judged = day.judged();
    assert_eq!(judged.windows[0].flags, [Flag::Signal(mock)]);
    assert!(judged.windows[0].reasons.contains(&Reason::Permit));
}

#[test]
fn an_outage_excuses_arrival_and_never_a_missing_tap() {
    let mut day = Day::at_home().with([Tap { arrival_ms: Some(at("09:40")), ..tap(1, "08:00") }]);
    day.outages = vec![Outage { from_ms: at("07:50"), until_ms: Some(at("09:30")) }];
    let judged = day.judged();
    assert_eq!(judged.windows[0].state, OnTime);
    assert!(
        why(&judged, 0)
            .contains(&"Gangguan server 07.50 WITA sampai 09.30 WITA: tidak membuat siapa pun terlambat".to_owned())
    );
    let silent = |day: Day| Day { outages: vec![Outage { from_ms: at("07:50"), until_ms: None }], ..day };
    assert_eq!(silent(Day::at_home()).states()[0], NotYetReceived);
    assert_eq!(silent(Day::at_home().received_past("22:00")).states(), [Missed; 4]);
}

#[test]
fn verdicts_are_json_without_coordinates_or_names() {
    let json = serde_json::to_value(Day::at_home().with(morning(true)).judged()).unwrap();
    assert_eq!(json["windows"][0]["state"]["state"], "on_time");
    assert_eq!(json["windows"][0]["tap"]["grade"], "anchored");
    assert_eq!(json["windows"][0]["tap"]["placement"]["place"], "inside");
    assert!(!json.to_string().contains("lat_e7"));
}
