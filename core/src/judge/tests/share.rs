//! Live share on Parepare's day, from the batches up.

use std::num::NonZeroU32;

use proptest::prelude::*;

use super::*;
use crate::model::{ShareThen, SpanFixes, SpanIs, TrackSpan, Unknown};
use crate::text;
use crate::track::Totals;

const DAY: &str = "2021-07-27";
const MINUTE: i64 = 60_000;

fn parepare() -> &'static Policy {
    static POLICY: LazyLock<Policy> = LazyLock::new(|| shipped_policy("parepare-2021").unwrap().unwrap());
    &POLICY
}

fn at(time: &str) -> i64 {
    DayTime::parse(time).unwrap().on(DAY.parse().unwrap(), parepare().zone)
}

fn home(mode: Mode) -> Day {
    let date = DAY.parse().unwrap();
    let mut day = Day::of(plan_day(parepare(), date, mode, &PlanFor::default()));
    day.rule = rule_ref("parepare-2021");
    day.grace_until_ms = grace_until_ms(parepare(), date, &PlanFor::default());
    day.now_ms = at("20:00");
    day
}

fn fixes(mock: bool) -> SpanFixes {
    SpanFixes { fixes: NonZeroU32::MIN, accuracy_m: 10, mock }
}

fn inside(minutes: i64) -> TrackSpan {
    span(SpanIs::Inside(fixes(false)), minutes)
}

fn outside(minutes: i64, by_m: u32) -> TrackSpan {
    span(SpanIs::Outside { fixes: fixes(false), by_m }, minutes)
}

fn unknown(why: Unknown, minutes: i64) -> TrackSpan {
    span(SpanIs::Unknown(why), minutes)
}

fn span(is: SpanIs, minutes: i64) -> TrackSpan {
    TrackSpan { is, ms: NonZeroU32::new(u32::try_from(minutes * MINUTE).unwrap()).unwrap() }
}

fn span_of_seconds(is: SpanIs) -> TrackSpan {
    TrackSpan { is, ms: NonZeroU32::new(1_000).unwrap() }
}

/// A batch that ended at a local time, anchored to a second.
fn batch(number: u8, ends: &str, spans: Vec<TrackSpan>, then: ShareThen) -> TrackSeen {
    let ends_ms = at(ends);
    TrackSeen {
        record: record(number),
        installation: 0,
        timed: timed(ends_ms, Bounds::between(ends_ms - 400, ends_ms + 400), Grade::Anchored),
        session: (SessionId::new([1; 16]), 0),
        until_elapsed_ms: u64::try_from(ends_ms - at("06:00")).unwrap(),
        spans,
        points: 0,
        then,
        arrival_ms: Some(ends_ms + 60_000),
    }
}

impl Day {
    fn tracks(mut self, tracks: impl IntoIterator<Item = TrackSeen>) -> Self {
        self.tracks.extend(tracks);
        self
    }

    fn clock(mut self, now: &str) -> Self {
        self.now_ms = super::share::at(now);
        self
    }

    fn heard_past(mut self, time: &str) -> Self {
        self.installations[0].received_past_ms = Some(super::share::at(time));
        self
    }

    fn share(&self) -> ShareVerdict {
        self.judged().share.unwrap()
    }
}

fn minutes(count: u64) -> u64 {
    count * 60_000
}

#[test]
fn a_whole_day_at_home_is_shared_and_needs_no_look() {
    let day = home(Mode::Wfh).heard_past("15:40").tracks([
        batch(1, "07:30", vec![], ShareThen::Sharing),
        batch(2, "12:00", vec![inside(270)], ShareThen::Sharing),
        batch(3, "15:30", vec![inside(210)], ShareThen::Over),
    ]);
    let share = day.share();
    assert_eq!((share.state, share.percent, share.not_shared_ms), (ShareState::Shared, Some(100), 0));
    assert_eq!(share.shared, Totals { inside_ms: minutes(480), outside_ms: 0, unknown_ms: 0 });
    assert!(share.flags.is_empty() && !day.judged().needs_a_look());
    assert!(home(Mode::Wfo).judged().share.is_none(), "who is at the office owes none");
    assert!(Day::at_home().judged().share.is_none(), "the default rule asks for none");
}

#[test]
fn what_lies_outside_the_hours_does_not_count() {
    let share = home(Mode::Wfh)
        .heard_past("18:00")
        .tracks([batch(1, "17:00", vec![outside(60, 900), inside(600)], ShareThen::Stopped)])
        .share();
    assert_eq!(share.shared, Totals { inside_ms: minutes(480), outside_ms: 0, unknown_ms: 0 });
    assert!(share.exits.is_empty() && share.flags.is_empty());
}

#[test]
fn an_exit_without_a_permit_is_a_flag_and_with_one_it_is_not() {
    let spans = || vec![inside(90), outside(20, 3_100), unknown(Unknown::NearEdge, 5), outside(5, 200), inside(360)];
    let mut day = home(Mode::Wfh).heard_past("15:40").tracks([batch(1, "15:30", spans(), ShareThen::Over)]);
    let share = day.share();
    let exit = Exit { from_ms: at("09:00"), until_ms: at("09:30"), by_m: 3_100 };
    assert_eq!((share.state, share.exits.clone()), (ShareState::Shared, vec![exit]));
    assert_eq!(share.flags, [ShareFlag::LeftRegion(exit)]);
    assert!(share.needs_a_look());
    day.may_leave_region = true;
    let share = day.share();
    assert_eq!((share.flags.clone(), share.exits.len()), (vec![], 1));
    assert!(share.reasons.contains(&Reason::Permit));
    day.may_leave_region = false;
    day.corrections.push(Correction {
        window: Some(crate::schedule::WindowId::new(SHARE.to_owned()).unwrap()),
        ruling: Ruling::Checked,
        at_ms: at("16:00"),
        by: "Kepala".into(),
        note: "menjemput anak".into(),
    });
    assert!(!day.share().needs_a_look(), "a person has looked");
}

#[test]
fn near_the_edge_is_unknown_and_no_exit() {
    let spans = vec![inside(240), unknown(Unknown::NearEdge, 30), inside(210)];
    let share = home(Mode::Wfh).heard_past("15:40").tracks([batch(1, "15:30", spans, ShareThen::Over)]).share();
    assert!(share.exits.is_empty() && share.flags.is_empty());
    assert_eq!(share.unknown, [UnknownTime { why: Unknown::NearEdge, ms: minutes(30) }]);
}

#[test]
fn within_the_hours_the_last_batch_says_how_it_stands_and_silence_is_not_received_yet() {
    let with =
        |spans, then, now: &str| home(Mode::Wfh).clock(now).tracks([batch(1, "10:00", spans, then)]).share().state;
    let sharing = |here| ShareState::Sharing { here };
    assert_eq!(with(vec![inside(150)], ShareThen::Sharing, "10:20"), sharing(Here::Inside));
    assert_eq!(with(vec![inside(140), outside(10, 50)], ShareThen::Sharing, "10:20"), sharing(Here::Outside));
    assert_eq!(with(vec![unknown(Unknown::Gap, 150)], ShareThen::Sharing, "10:20"), sharing(Here::Unknown));
    assert_eq!(with(vec![inside(150)], ShareThen::Sharing, "10:25"), ShareState::NotYetReceived);
    assert_eq!(with(vec![inside(150)], ShareThen::Paused, "12:00"), ShareState::Paused);
    assert_eq!(with(vec![inside(150)], ShareThen::Stopped, "12:00"), ShareState::Stopped);
    assert_eq!(home(Mode::Wfh).clock("07:29").share().state, ShareState::Upcoming);
    assert_eq!(home(Mode::Wfh).clock("07:31").share().state, ShareState::NotYetReceived);
    assert_eq!(
        home(Mode::Wfh).clock("10:00").heard_past("09:50").share().state,
        ShareState::Idle,
        "heard, and not sharing"
    );
    let killed = home(Mode::Wfh).clock("12:00").heard_past("11:58");
    let killed = killed.tracks([batch(1, "10:00", vec![inside(150)], ShareThen::Sharing)]).share();
    assert_eq!(killed.state, ShareState::Idle);
    let permitted = Day { may_leave_region: true, ..home(Mode::Wfh).clock("10:10") };
    let permitted = permitted.tracks([batch(1, "10:00", vec![outside(150, 50)], ShareThen::Sharing)]).share();
    assert_eq!(permitted.state, sharing(Here::OutsideWithPermit));
}

#[test]
fn nobody_has_not_shared_before_the_phone_was_heard_past_the_hours() {
    let some = || batch(1, "10:00", vec![inside(150)], ShareThen::Sharing);
    let share = home(Mode::Wfh).heard_past("10:00").tracks([some()]).share();
    assert_eq!((share.state, share.not_shared_ms, share.percent), (ShareState::NotYetReceived, 0, Some(100)));
    assert!(share.flags.is_empty());
    let heard = home(Mode::Wfh).heard_past("15:45").tracks([some()]).share();
    assert_eq!((heard.state, heard.not_shared_ms), (ShareState::Shared, minutes(330)));
    assert_eq!(heard.flags, [ShareFlag::LittleShared { percent: 31 }]);
    assert_eq!(home(Mode::Wfh).share().state, ShareState::NotYetReceived);
    assert_eq!(home(Mode::Wfh).heard_past("15:45").share().state, ShareState::NotShared);
    let mut late = home(Mode::Wfh);
    late.now_ms = late.grace_until_ms;
    assert_eq!(late.share().state, ShareState::NotShared, "the grace ran out");
}

#[test]
fn what_may_lie_in_an_open_batch_is_not_called_not_shared() {
    let some = |then| home(Mode::Wfh).clock("10:10").tracks([batch(1, "10:00", vec![inside(150)], then)]);
    assert_eq!(some(ShareThen::Sharing).heard_past("10:04").share().not_shared_ms, 0);
    assert_eq!(some(ShareThen::Sharing).heard_past("10:09").share().not_shared_ms, minutes(4));
    assert_eq!(some(ShareThen::Stopped).heard_past("10:04").share().not_shared_ms, minutes(4));
}

#[test]
fn a_pause_says_when_it_began_however_long_the_phone_goes_on_sending() {
    let now = |batches| home(Mode::Wfh).clock("11:10").tracks(batches).share();
    let first = batch(1, "10:00", vec![inside(150)], ShareThen::Paused);
    let second = batch(2, "10:30", vec![unknown(Unknown::Paused, 30)], ShareThen::Paused);
    let third = batch(3, "11:00", vec![unknown(Unknown::Paused, 30)], ShareThen::Paused);
    let began = now(vec![first.clone()]).since_ms;
    assert_eq!(began, Some(at("10:00")));
    let later = now(vec![first, second, third]);
    assert_eq!((later.state, later.since_ms), (ShareState::Paused, began));
    assert!(later.through_ms > began);
    let stopped = now(vec![batch(1, "10:00", vec![inside(150)], ShareThen::Stopped)]);
    assert_eq!((stopped.since_ms, stopped.state), (began, ShareState::Stopped));
    assert_eq!(now(vec![batch(1, "11:00", vec![inside(210)], ShareThen::Sharing)]).since_ms, None);
}

#[test]
fn a_pause_is_shown_with_its_length_and_never_as_outside() {
    let spans = vec![inside(120), unknown(Unknown::Paused, 60), inside(300)];
    let share = home(Mode::Wfh).heard_past("15:40").tracks([batch(1, "15:30", spans, ShareThen::Over)]).share();
    assert_eq!(share.unknown, [UnknownTime { why: Unknown::Paused, ms: minutes(60) }]);
    assert_eq!((share.percent, share.flags.len()), (Some(87), 0));
}

#[test]
fn where_two_phones_disagree_the_one_outside_is_shown() {
    let mut other = batch(2, "10:00", vec![outside(30, 500)], ShareThen::Sharing);
    other.installation = 1;
    other.session = (SessionId::new([2; 16]), 0);
    let mut day =
        home(Mode::Wfh).heard_past("15:40").tracks([batch(1, "15:30", vec![inside(480)], ShareThen::Over), other]);
    day.installations.push(day.installations[0].clone());
    let share = day.share();
    assert_eq!(share.shared, Totals { inside_ms: minutes(450), outside_ms: minutes(30), unknown_ms: 0 });
    assert_eq!(share.exits.len(), 1);
}

#[test]
fn a_revoked_phone_counts_up_to_its_revocation_only() {
    let mut day = home(Mode::Wfh).heard_past("15:40").tracks([
        batch(1, "10:00", vec![inside(150)], ShareThen::Sharing),
        batch(2, "12:00", vec![outside(120, 900)], ShareThen::Sharing),
    ]);
    day.installations[0].revoked_ms = Some(at("11:00"));
    let share = day.share();
    assert_eq!(share.shared, Totals { inside_ms: minutes(150), outside_ms: 0, unknown_ms: 0 });
}

#[test]
fn a_rule_that_had_not_reached_the_phone_asks_for_nothing_before_it_did() {
    let mut day = home(Mode::Wfh).heard_past("15:45");
    let before = plan_day(parepare(), DAY.parse().unwrap(), Mode::Leave, &PlanFor::default());
    day.earlier = Some((before.clone(), rule_ref("parepare-2021"), None));
    assert_eq!((day.share().state, day.share().not_shared_ms), (ShareState::Shared, 0));
    day.earlier = Some((before, rule_ref("parepare-2021"), Some(at("12:00"))));
    assert_eq!((day.share().state, day.share().not_shared_ms), (ShareState::NotShared, minutes(210)));
}

#[test]
fn a_batch_covers_no_more_than_its_own_clock_says_and_a_second_of_doubt_is_no_gap() {
    let begun = batch(1, "07:30", vec![], ShareThen::Sharing);
    // The phone ran for five minutes between them, and says that they are eight hours apart.
    let stretched = TrackSeen {
        until_elapsed_ms: begun.until_elapsed_ms + minutes(5),
        ..batch(2, "15:30", vec![inside(5)], ShareThen::Over)
    };
    let share = home(Mode::Wfh).heard_past("15:40").tracks([begun.clone(), stretched]).share();
    assert_eq!((share.shared.inside_ms, share.not_shared_ms), (minutes(5), minutes(475)));

    let a_little_late = TrackSeen {
        until_elapsed_ms: begun.until_elapsed_ms + minutes(480) - 3_000,
        spans: vec![inside(400), TrackSpan { ms: NonZeroU32::new(80 * 60_000 - 3_000).unwrap(), ..inside(1) }],
        ..batch(2, "15:30", vec![], ShareThen::Over)
    };
    let share = home(Mode::Wfh).heard_past("15:40").tracks([begun, a_little_late]).share();
    assert_eq!((share.shared.inside_ms, share.not_shared_ms), (minutes(480), 0));
}

#[test]
fn a_clock_that_is_set_back_between_two_batches_erases_neither() {
    let before = batch(1, "12:00", vec![inside(60)], ShareThen::Sharing);
    let after = TrackSeen {
        until_elapsed_ms: before.until_elapsed_ms + minutes(30),
        ..batch(2, "10:30", vec![inside(30)], ShareThen::Sharing)
    };
    let share = home(Mode::Wfh).heard_past("15:40").tracks([before, after]).share();
    assert_eq!(share.shared.inside_ms, minutes(90));
}

#[test]
fn of_many_spans_over_each_other_the_one_to_show_is_found_without_looking_at_all_of_them() {
    // A hundred batches of a thousand spans of a second, each beginning two minutes after the one before.
    let short = |index: u32| match index % 3 {
        0 => span_of_seconds(SpanIs::Inside(fixes(false))),
        1 => span_of_seconds(SpanIs::Outside { fixes: fixes(false), by_m: index }),
        _ => span_of_seconds(SpanIs::Unknown(Unknown::Gap)),
    };
    let day = home(Mode::Wfh).heard_past("15:40").tracks((0..100_u8).map(|number| {
        let ends_ms = at("08:00") + i64::from(number) * 2 * MINUTE;
        let many = (0..1_000).map(short).collect();
        let batch = batch(number, "08:00", many, ShareThen::Sharing);
        TrackSeen { timed: timed(ends_ms, Bounds::between(ends_ms, ends_ms), Grade::Anchored), ..batch }
    }));
    // Each span compared with each, this takes minutes.
    let share = day.share();
    assert!(share.shared.outside_ms > minutes(60), "{:?}", share.shared);
}

#[test]
fn mocks_and_a_wrong_clock_are_flags() {
    let mut track = batch(1, "15:30", vec![span(SpanIs::Inside(fixes(true)), 480)], ShareThen::Over);
    track.timed.grade = Grade::Contradictory;
    let flags = home(Mode::Wfh).heard_past("15:40").tracks([track]).share().flags;
    assert!(flags.contains(&ShareFlag::Mock { ms: minutes(480) }));
    assert!(flags.iter().any(|flag| matches!(flag, ShareFlag::TimeContradicts { .. })));
}

#[test]
fn the_answer_to_why_names_hours_sums_exits_and_what_is_missing_in_both_languages() {
    let spans = vec![inside(90), outside(30, 3_100), unknown(Unknown::Paused, 30), inside(120)];
    let day = home(Mode::Wfh).heard_past("15:45").tracks([batch(1, "12:00", spans, ShareThen::Sharing)]);
    let share = day.share();
    for (lang, wanted) in [
        (Lang::Id, ["07.30 WITA", "Perlu diperiksa", "di luar daerah", "jeda oleh pegawai", "tidak dibagikan"]),
        (Lang::En, ["07.30 WITA", "Flagged", "outside the region", "paused by the person", "not shared"]),
    ] {
        let told = text::share::why(&share, &text::judge::clock_of(&day.judged(), lang)).join("\n");
        for word in wanted {
            assert!(told.contains(word), "{word} in:\n{told}");
        }
    }
}

proptest! {
    #[test]
    fn whatever_comes_the_hours_are_divided_and_nothing_is_counted_twice(
        batches in proptest::collection::vec((0..700_i64, 0..3_u8, proptest::collection::vec((0..4_u8, 1..90_i64), 0..5), 0..4_u8), 0..12),
        heard in proptest::option::of(0..900_i64),
        now in 0..900_i64,
    ) {
        let tracks = batches.into_iter().enumerate().map(|(number, (ends, session, spans, then))| {
            let spans = spans.into_iter().map(|(is, minutes)| match is {
                0 => inside(minutes),
                1 => outside(minutes, 10),
                2 => unknown(Unknown::Paused, minutes),
                _ => unknown(Unknown::Gap, minutes),
            });
            let then = [ShareThen::Sharing, ShareThen::Paused, ShareThen::Stopped, ShareThen::Over][usize::from(then)];
            let mut made = batch(u8::try_from(number).unwrap(), "06:00", spans.collect(), then);
            let ends_ms = at("06:00") + ends * MINUTE;
            made.timed = timed(ends_ms, Bounds::between(ends_ms, ends_ms), Grade::Anchored);
            made.until_elapsed_ms = u64::try_from(ends * MINUTE).unwrap() + 1;
            made.session = (SessionId::new([session; 16]), 0);
            made
        });
        let mut day = home(Mode::Wfh).tracks(tracks);
        day.installations[0].received_past_ms = heard.map(|minutes| at("06:00") + minutes * MINUTE);
        day.now_ms = at("06:00") + now * MINUTE;
        let share = day.share();
        let known = share.shared.inside_ms + share.shared.outside_ms + share.shared.unknown_ms + share.not_shared_ms;
        prop_assert!(known <= minutes(480), "{:?}", share);
        prop_assert!(share.exits.iter().all(|exit| exit.from_ms < exit.until_ms));
        prop_assert!(share.exits.windows(2).all(|pair| pair[0].until_ms <= pair[1].from_ms));
        prop_assert!(share.unknown.iter().map(|known| known.ms).sum::<u64>() == share.shared.unknown_ms);
        if share.state == ShareState::NotShared {
            prop_assert_eq!(share.shared, Totals::default());
        }
        if day.now_ms >= share.hours.ends_ms && share.state == ShareState::Shared {
            prop_assert_eq!(known, minutes(480));
        }
        prop_assert!(share.changes_ms.is_none_or(|at_ms| at_ms > day.now_ms));
    }
}
