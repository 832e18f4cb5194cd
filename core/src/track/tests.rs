use proptest::prelude::*;

use super::*;

const S: u64 = 1_000;
const STANDS: u64 = 300 * S;

fn inside(at_s: u64) -> Seen {
    Seen { at_ms: at_s * S, what: What::Inside { accuracy_m: 12, mock: false } }
}

fn outside(at_s: u64, by_m: u32) -> Seen {
    Seen { at_ms: at_s * S, what: What::Outside { accuracy_m: 9, mock: false, by_m } }
}

fn near_edge(at_s: u64) -> Seen {
    Seen { at_ms: at_s * S, what: What::NearEdge }
}

fn no_fix(at_s: u64) -> Seen {
    Seen { at_ms: at_s * S, what: What::NoFix(NoFix::Off) }
}

/// The spans as short texts: `inside 300 x2`.
fn told(seen: &[Seen], from_s: u64, to_s: u64) -> Vec<String> {
    let say = |span: &TrackSpan| {
        let s = span.ms.get() / 1_000;
        match span.is {
            SpanIs::Inside(fixes) => format!("inside {s} x{}", fixes.fixes),
            SpanIs::Outside { fixes, by_m } => format!("outside {s} x{} by {by_m}", fixes.fixes),
            SpanIs::Unknown(why) => format!("{why:?} {s}"),
        }
    };
    spans(seen, from_s * S, to_s * S, STANDS).iter().map(say).collect()
}

#[test]
fn an_hour_at_home_with_a_fix_every_few_minutes_is_one_span() {
    let fixes: Vec<Seen> = (0..=30).map(|n| inside(n * 120)).collect();
    assert_eq!(told(&fixes, 0, 3_600), ["inside 3600 x31"]);
}

#[test]
fn the_earlier_fix_holds_until_the_later_one_came() {
    assert_eq!(
        told(&[inside(0), outside(100, 700), outside(160, 2_400), inside(250)], 0, 300),
        ["inside 100 x1", "outside 150 x2 by 2400", "inside 50 x1"]
    );
}

#[test]
fn near_the_edge_is_unknown_and_never_outside() {
    assert_eq!(
        told(&[inside(0), near_edge(100), inside(200)], 0, 300),
        ["inside 100 x1", "NearEdge 100", "inside 100 x1"]
    );
}

#[test]
fn a_fix_stands_for_so_long_on_either_side_and_for_no_longer() {
    assert_eq!(told(&[inside(0), inside(700)], 0, 1_200), ["inside 300 x1", "Gap 100", "inside 600 x1", "Gap 200"]);
    assert_eq!(told(&[inside(0), inside(301)], 0, 301), ["inside 301 x2"], "a second of jitter is no gap");
    assert_eq!(told(&[], 0, 300), ["Gap 300"]);
}

#[test]
fn location_switched_off_holds_until_it_is_on_again() {
    assert_eq!(
        told(&[inside(0), no_fix(60), inside(3_000)], 0, 3_060),
        ["inside 60 x1", "NoFix { no_fix: Off } 2940", "inside 60 x1"]
    );
}

#[test]
fn a_mock_is_not_mixed_with_other_fixes() {
    let mock = Seen { at_ms: 60 * S, what: What::Inside { accuracy_m: 1, mock: true } };
    let made = spans(&[inside(0), mock, inside(120)], 0, 180 * S, STANDS);
    let mocks: Vec<bool> = made.iter().map(|span| matches!(span.is, SpanIs::Inside(fixes) if fixes.mock)).collect();
    assert_eq!(mocks, [false, true, false]);
}

#[test]
fn what_was_seen_outside_the_stretch_does_not_count() {
    assert_eq!(told(&[inside(0), outside(600, 10)], 100, 500), ["Gap 400"]);
}

fn what() -> impl Strategy<Value = What> {
    prop_oneof![
        3 => (1..200_u32, any::<bool>()).prop_map(|(accuracy_m, mock)| What::Inside { accuracy_m, mock }),
        2 => (1..200_u32, any::<bool>(), 0..9_000_u32)
            .prop_map(|(accuracy_m, mock, by_m)| What::Outside { accuracy_m, mock, by_m }),
        1 => Just(What::NearEdge),
        1 => Just(What::NoRegion),
        1 => Just(What::NoFix(NoFix::Timeout)),
    ]
}

fn seen() -> impl Strategy<Value = Vec<Seen>> {
    proptest::collection::vec((0..4_000_u64, what()), 0..40).prop_map(|words| {
        let mut seen: Vec<Seen> = words.into_iter().map(|(at_s, what)| Seen { at_ms: at_s * S, what }).collect();
        seen.sort_by_key(|seen| seen.at_ms);
        seen
    })
}

proptest! {
    #[test]
    fn spans_follow_each_other_and_cover_exactly_what_was_asked(
        seen in seen(), from in 0..2_000_u64, len in 0..3_000_u64, stands in 1..900_u64,
    ) {
        let made = spans(&seen, from * S, (from + len) * S, stands * S);
        let covered: u64 = made.iter().map(|span| u64::from(span.ms.get())).sum();
        prop_assert_eq!(covered, len * S);
        prop_assert!(made.windows(2).all(|pair| !alike(pair[0].is, pair[1].is)), "neighbours are merged: {:?}", made);
    }

    #[test]
    fn no_instant_is_called_inside_or_outside_without_such_a_fix_near_it_in_the_same_span(
        seen in seen(), from in 0..2_000_u64, len in 1..3_000_u64, stands in 1..900_u64,
    ) {
        let stands = stands * S;
        let mut at = from * S;
        for span in spans(&seen, from * S, (from + len) * S, stands) {
            let (begins, ends) = (at, at + u64::from(span.ms.get()));
            at = ends;
            if matches!(span.is, SpanIs::Unknown(_)) {
                continue;
            }
            let agree: Vec<u64> = seen
                .iter()
                .filter(|seen| (begins..=ends).contains(&seen.at_ms) && alike(seen.what.claim(), span.is))
                .map(|seen| seen.at_ms)
                .collect();
            prop_assert!(!agree.is_empty());
            for instant in (begins..ends).step_by(1_000) {
                prop_assert!(agree.iter().any(|fix| fix.abs_diff(instant) <= stands), "{instant} of {begins}..{ends}");
            }
            let (SpanIs::Inside(fixes) | SpanIs::Outside { fixes, .. }) = span.is else { unreachable!() };
            prop_assert_eq!(fixes.fixes.get() as usize, agree.len());
        }
    }

    #[test]
    fn no_time_that_a_fix_contradicts_is_claimed(seen in seen(), stands in 1..900_u64) {
        // At the very instant of a word (the last of several at one instant) the span that begins there says the same.
        let made = spans(&seen, 0, 5_000 * S, stands * S);
        for (index, word) in seen.iter().enumerate() {
            if seen.get(index + 1).is_some_and(|next| next.at_ms == word.at_ms) {
                continue;
            }
            let mut at = 0;
            let span = made.iter().find(|span| {
                at += u64::from(span.ms.get());
                word.at_ms < at
            });
            prop_assert!(span.is_some_and(|span| alike(span.is, word.what.claim())), "{:?}", word);
        }
    }
}

#[test]
fn a_stretch_of_all_ages_overflows_nothing() {
    for (from, to) in [(0, u64::MAX), (u64::MAX - 5, u64::MAX), (9, 3)] {
        let far = Seen { at_ms: u64::MAX, what: What::NearEdge };
        let short = spans(&[far], from.max(to.saturating_sub(1 << 40)), to, u64::MAX);
        let covered: u64 = short.iter().map(|span| u64::from(span.ms.get())).sum();
        assert_eq!(covered, to.saturating_sub(from.max(to.saturating_sub(1 << 40))));
    }
}
