//! What holds of every day.

use proptest::prelude::*;

use super::*;
use crate::model::EntryVerdict;
use crate::place::Signal;
use crate::text;

fn burden(state: WindowState) -> (u8, u32) {
    match state {
        WindowState::OnTime => (0, 0),
        WindowState::NotOwed | WindowState::Excused { .. } => (1, 0),
        WindowState::Late { minutes } => (2, minutes),
        WindowState::Upcoming | WindowState::Open => (3, 0),
        WindowState::NotYetReceived => (4, 0),
        WindowState::Missed => (5, 0),
    }
}

fn instant() -> impl Strategy<Value = i64> {
    prop_oneof![8 => at("06:00")..at("23:00"), 1 => Just(at("08:15")), 1 => any::<i64>()]
}

fn any_tap() -> impl Strategy<Value = Tap> {
    let signal = prop::option::of(Just(Signal::OldFix { age_ms: 200_000 }));
    let slack = prop_oneof![Just(None), (0..7_200_000_i64).prop_map(Some)];
    let place = (1..3_u32, 1..50_u64).prop_map(|(epoch, seq)| ChainPlace { epoch, seq });
    let of = (any::<[u8; 10]>(), 0..3_usize, place);
    (of, instant(), slack.clone(), slack, signal, prop::option::of(instant())).prop_map(
        |((id, installation, place), claimed_ms, below, above, signal, arrival_ms)| {
            let bounds = Bounds {
                earliest_ms: below.map(|ms| claimed_ms.saturating_sub(ms)),
                latest_ms: above.map(|ms| claimed_ms.saturating_add(ms)),
            };
            Tap {
                record: RecordId::new(claimed_ms, id),
                installation,
                place,
                timed: timed(claimed_ms, bounds, Grade::Bounded),
                placement: None,
                signals: signal.into_iter().collect(),
                arrival_ms,
            }
        },
    )
}

fn any_day() -> impl Strategy<Value = Day> {
    let installation = (instant(), prop::option::weighted(0.2, instant()), prop::option::of(instant())).prop_map(
        |(enrolled_ms, revoked_ms, received_past_ms)| Installation {
            enrolled_ms,
            revoked_ms,
            received_past_ms,
            lost: vec![],
            lost_by_office: vec![],
        },
    );
    let outage = (instant(), prop::option::of(instant())).prop_map(|(from_ms, until_ms)| Outage { from_ms, until_ms });
    let earlier = prop::option::of((prop::sample::select(Mode::ALL.to_vec()), prop::option::of(instant())));
    let verdict = prop::sample::select(vec![EntryVerdict::MayEnter, EntryVerdict::MayNotEnter]);
    (
        prop::sample::select(vec![Mode::Wfh, Mode::Wfh, Mode::Wfo, Mode::Recalled]),
        prop::collection::vec(any_tap(), 0..8),
        prop::collection::vec(installation, 0..3),
        prop::collection::vec(outage, 0..3),
        earlier,
        prop::option::weighted(0.2, (verdict, instant())),
        (instant(), instant(), any::<bool>()),
    )
        .prop_map(
            |(mode, taps, installations, outages, earlier, form, (now_ms, grace_until_ms, may_leave_region))| Day {
                taps,
                installations,
                outages,
                now_ms,
                grace_until_ms,
                may_leave_region,
                earlier: earlier.map(|(mode, reached)| (plan(mode), rule_ref("lama"), reached)),
                forms: form
                    .map(|(verdict, at_ms)| FormSeen {
                        record: record(9),
                        place: place(9),
                        for_date: date(),
                        verdict,
                        timed: timed(at_ms, Bounds::OPEN, Grade::Unanchored),
                    })
                    .into_iter()
                    .collect(),
                ..Day::of(plan(mode))
            },
        )
}

proptest! {
    #[test]
    fn the_order_in_which_evidence_is_given_does_not_matter(day in any_day()) {
        let judged = day.judged();
        prop_assert_eq!(&judged, &day.judged());
        let mut turned = day;
        turned.taps.reverse();
        turned.outages.reverse();
        turned.forms.reverse();
        let again = turned.judged();
        prop_assert_eq!(judged.windows.iter().map(|w| (w.state, w.tap)).collect::<Vec<_>>(), again.windows.iter().map(|w| (w.state, w.tap)).collect::<Vec<_>>());
        prop_assert_eq!(judged.others, again.others);
    }

    #[test]
    fn of_taps_in_one_millisecond_the_earliest_of_the_chain_counts(
        (ids, seqs) in (2..6_usize).prop_flat_map(|taps| {
            let seqs = prop::collection::btree_set(1..1_000_u64, taps);
            (prop::collection::btree_set(any::<[u8; 10]>(), taps), seqs.prop_map(|set| set.into_iter().collect::<Vec<_>>()).prop_shuffle())
        }),
        offset_ms in 0..3_600_000_i64,
    ) {
        let at_ms = at("07:50") + offset_ms;
        let taps = ids.into_iter().zip(seqs).map(|(id, seq)| Tap {
            record: RecordId::new(at_ms, id),
            place: ChainPlace { epoch: 1, seq },
            ..tap_of(1, timed(at_ms, Bounds::between(at_ms, at_ms), Grade::Anchored))
        });
        let taps: Vec<Tap> = taps.collect();
        let judged = Day::at_home().with(taps.clone()).judged();
        let mut chain = taps;
        chain.sort_by_key(|tap| tap.place);
        let chain: Vec<RecordId> = chain.iter().map(|tap| tap.record).collect();
        prop_assert_eq!(judged.windows[0].tap.unwrap().record, chain[0]);
        prop_assert_eq!(&judged.windows[0].supporting[..], &chain[1..]);
    }

    #[test]
    fn another_tap_never_makes_a_window_worse(day in any_day(), tap in any_tap()) {
        let before = day.judged();
        let after = day.with([tap]).judged();
        for window in &before.windows {
            let now = after.windows.iter().find(|now| now.id == window.id).unwrap();
            prop_assert!(burden(now.state) <= burden(window.state), "{:?} became {:?}", window.state, now.state);
        }
    }

    #[test]
    fn tighter_bounds_around_the_claim_make_nothing_worse_and_flag_no_more(day in any_day(), slack in 0..60_000_i64) {
        let before = day.judged();
        let mut tighter = day;
        for tap in &mut tighter.taps {
            let claimed = tap.timed.claimed_ms;
            let close = Bounds::between(claimed.saturating_sub(slack), claimed.saturating_add(slack));
            tap.timed.bounds = tap.timed.bounds.intersect(close);
        }
        let after = tighter.judged();
        for (before, after) in before.windows.iter().zip(&after.windows) {
            prop_assert!(burden(after.state) <= burden(before.state));
            let same_tap = before.tap.map(|tap| tap.record) == after.tap.map(|tap| tap.record);
            prop_assert!(!same_tap || after.flags.len() <= before.flags.len());
        }
    }

    #[test]
    fn nothing_is_missed_before_it_was_received_past_or_the_grace_ran_out(day in any_day()) {
        for window in day.judged().windows.iter().filter(|window| window.state == WindowState::Missed) {
            prop_assert!(window.tap.is_none());
            prop_assert!(day.now_ms >= window.window.late_until_ms);
            let holds_more = |installation: &Installation| {
                let ends = window.window.late_until_ms.min(installation.revoked_ms.unwrap_or(i64::MAX));
                installation.enrolled_ms < window.window.late_until_ms
                    && installation.revoked_ms.is_none_or(|revoked| revoked > window.window.opens_ms)
                    && installation.received_past_ms.is_none_or(|past| past < ends)
            };
            prop_assert!(day.now_ms >= day.grace_until_ms || !day.installations.iter().any(holds_more));
        }
    }

    #[test]
    fn every_tap_of_the_day_is_named_exactly_once(day in any_day()) {
        let judged = day.judged();
        let counted = judged.windows.iter().flat_map(|window| {
            window.tap.iter().map(|tap| tap.record).chain(window.supporting.iter().copied())
        });
        let mut named: Vec<RecordId> = counted.chain(judged.others.iter().map(|other| other.tap.record)).collect();
        let of_the_day = day.plan.starts_ms..day.plan.ends_ms;
        let mut given: Vec<RecordId> = day
            .taps
            .iter()
            .filter(|tap| of_the_day.contains(&tap.timed.judged_ms()))
            .map(|tap| tap.record)
            .collect();
        named.sort_unstable();
        given.sort_unstable();
        prop_assert_eq!(named, given);
    }

    #[test]
    fn every_verdict_has_reasons_in_both_languages(day in any_day()) {
        let judged = day.judged();
        prop_assert!(serde_json::to_string(&judged).is_ok());
        for lang in [Lang::Id, Lang::En] {
            let clock = text::judge::clock_of(&judged, lang);
            for window in &judged.windows {
                let lines = text::judge::why(window, &clock);
                prop_assert!(lines.len() >= 2 && lines.iter().all(|line| !line.is_empty()));
                prop_assert!(!lines.concat().to_lowercase().contains("curang"));
            }
        }
    }
}
