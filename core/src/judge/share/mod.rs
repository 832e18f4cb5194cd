//! The verdict on a day's live share: how long inside, outside, unknown, not shared; exits; and how it stands now.
//!
//! The batches of all the person's phones are laid over the hours of the rule in force. Where two say different things of
//! one instant, *outside* is shown before *inside*, and that before *unknown*: nothing is hidden, and a person looks. What
//! no batch covers is *not shared* only where the phone's history has been received past it, or the grace has run out;
//! until then it is *not received yet*, which is nobody's fault. An exit is a flag and never a refusal.

mod verdict;

use std::collections::{BTreeMap, BTreeSet};

use super::{Case, Correction, DayState, ExcuseKind, Installation, Reason};
use crate::model::{ShareThen, SpanIs, Unknown};
use crate::order;
use crate::schedule::{Mode, Span};
use crate::time::{Bounds, CLOCK_TOLERANCE_MS, Grade, Side};
use crate::track::Totals;

pub use self::verdict::{Exit, Here, ShareFlag, ShareState, ShareVerdict, TrackSeen, UnknownTime};

/// The name under which people rule on a day's live share, in the place of a window's id.
pub const SHARE: &str = "share";

/// For how long after the end of what has come a phone counts as sharing, milliseconds: a batch of five minutes, a sync
/// every fifteen, and as much again for a network that is slow.
pub const LIVE_MS: i64 = 25 * 60_000;

/// For how long before a phone was last heard its place may be in a batch that is still open, milliseconds: a sync records
/// what is older.
const OPEN_MS: i64 = 5 * 60_000;

/// Below this share of the hours, in percent, with everything received, a person should look. Ours: no circular says it.
pub const LEAST_SHARED_PERCENT: u8 = 80;

/// A stretch with what is known of it.
#[derive(Debug, Clone, Copy)]
struct Piece {
    from_ms: i64,
    until_ms: i64,
    is: SpanIs,
}

impl Piece {
    /// What is shown before what, where two disagree.
    const fn rank(&self) -> u8 {
        match self.is {
            SpanIs::Outside { .. } => 2,
            SpanIs::Inside(_) => 1,
            SpanIs::Unknown(_) => 0,
        }
    }

    fn ms(&self) -> u64 {
        u64::try_from(self.until_ms - self.from_ms).unwrap_or(0)
    }
}

/// Judges live share; `None` where it is not owed, or the judge is told of no batches.
pub(super) fn judge_share(case: &Case<'_>, day: DayState) -> Option<ShareVerdict> {
    let hours = case.plan.live_share?;
    let tracks = case.tracks?;
    let mut flags = Vec::new();
    let mut counted = Vec::new();
    for track in tracks {
        match before_revocation(case, track) {
            Ok(()) => counted.push(track),
            Err(flag) => flags.extend(flag),
        }
    }
    order::sort_by_key(&mut counted, |track| (track.timed.judged_ms(), track.record));
    counted.dedup_by_key(|track| track.record);
    let placed = place(&counted);
    let pieces = lay_over(&placed, &hours);
    let mut last: Option<(i64, &TrackSeen)> = None;
    for (ends_ms, begins_ms, track) in &placed {
        if *ends_ms > hours.starts_ms && *begins_ms < hours.ends_ms && last.is_none_or(|(at, _)| at <= *ends_ms) {
            last = Some((*ends_ms, *track));
        }
    }
    let heard = Heard::of(case, &hours);
    let owed_from_ms = owed_from(case, &hours);
    let known_until_ms = if case.now_ms >= case.grace_until_ms {
        hours.ends_ms
    } else {
        match last {
            // What a phone that goes on has seen since its last record lies in a batch that is not one yet.
            Some((_, track)) if track.then.goes_on() => heard.past_ms().saturating_sub(OPEN_MS),
            _ => heard.past_ms(),
        }
    };
    let uncovered = gaps(&pieces, owed_from_ms, hours.ends_ms);
    let not_shared_ms: u64 = uncovered
        .iter()
        .map(|(from_ms, until_ms)| u64::try_from((*until_ms).min(known_until_ms).saturating_sub(*from_ms)).unwrap_or(0))
        .sum();
    let all_has_come = uncovered.iter().all(|(_, until_ms)| *until_ms <= known_until_ms);
    let shared = sums(&pieces);
    let percent = percent(shared, not_shared_ms);
    let permitted = case.may_leave_region || case.plan.mode == Mode::DutyTrip;
    let exits = exits(&pieces);
    if !permitted {
        flags.extend(exits.iter().copied().map(ShareFlag::LeftRegion));
    }
    let mock_ms = pieces.iter().filter(|piece| is_mock(piece.is)).map(Piece::ms).sum();
    if mock_ms > 0 {
        flags.push(ShareFlag::Mock { ms: mock_ms });
    }
    let contradicts = counted.iter().find(|track| track.timed.grade == Grade::Contradictory);
    flags.extend(
        contradicts
            .map(|track| ShareFlag::TimeContradicts { claimed_ms: track.timed.claimed_ms, bounds: track.timed.bounds }),
    );
    let over = case.now_ms >= hours.ends_ms;
    let excused = day == DayState::HealthDirection;
    let anything = shared != Totals::default();
    if let Some(percent) = percent.filter(|percent| over && all_has_come && !excused && *percent < LEAST_SHARED_PERCENT)
        && anything
    {
        flags.push(ShareFlag::LittleShared { percent });
    }
    let state = if case.now_ms < hours.starts_ms {
        ShareState::Upcoming
    } else if !over {
        live(case, last, permitted, heard.past_ms())
    } else if !all_has_come {
        ShareState::NotYetReceived
    } else if anything || owed_from_ms >= hours.ends_ms {
        ShareState::Shared
    } else if excused {
        ShareState::Excused { kind: ExcuseKind::HealthDirection }
    } else {
        ShareState::NotShared
    };
    let through_ms = last.map(|(ends_ms, _)| ends_ms.clamp(hours.starts_ms, hours.ends_ms));
    let since_ms = through_ms.filter(|_| matches!(state, ShareState::Paused | ShareState::Stopped | ShareState::Idle));
    let since_ms = since_ms.map(|through_ms| since(&pieces, state, through_ms));
    let mut corrections: Vec<Correction> = case
        .corrections
        .iter()
        .filter(|ruled| ruled.window.as_ref().is_some_and(|id| id.as_str() == SHARE))
        .cloned()
        .collect();
    order::sort_by_key(&mut corrections, |ruled| ruled.at_ms);
    let stale_ms = last.map(|(ends_ms, _)| ends_ms.saturating_add(LIVE_MS));
    let edges = [Some(hours.starts_ms), Some(hours.ends_ms), stale_ms, Some(case.grace_until_ms)];
    Some(ShareVerdict {
        hours,
        state,
        shared,
        not_shared_ms,
        percent,
        through_ms,
        since_ms,
        arrival_ms: last.and_then(|(_, track)| track.arrival_ms),
        unknown: why_unknown(&pieces),
        exits,
        flags,
        points: counted.iter().map(|track| track.points).sum(),
        reasons: reasons(case, &hours, &heard, permitted, all_has_come, owed_from_ms),
        corrections,
        changes_ms: edges.into_iter().flatten().filter(|edge| *edge > case.now_ms).min(),
    })
}

/// When a state began that has been told of until `through_ms`: a phone goes on sending while it pauses.
fn since(pieces: &[Piece], state: ShareState, through_ms: i64) -> i64 {
    let of_it = |piece: &&Piece| match state {
        ShareState::Paused => piece.is == SpanIs::Unknown(Unknown::Paused),
        ShareState::Idle => piece.is == SpanIs::Unknown(Unknown::Gap),
        _ => false,
    };
    let mut since_ms = through_ms;
    for piece in pieces.iter().rev().take_while(of_it) {
        // Batches of one pause may be a second apart.
        if since_ms - piece.until_ms > 60_000 {
            break;
        }
        since_ms = piece.from_ms;
    }
    since_ms
}

/// How it stands within the hours, by the last batch that came.
fn live(case: &Case<'_>, last: Option<(i64, &TrackSeen)>, permitted: bool, past_ms: i64) -> ShareState {
    // A phone that was heard since, and had nothing to say of its place, does not share.
    let silent = |since_ms: i64| past_ms >= since_ms.saturating_add(LIVE_MS);
    let Some((ends_ms, track)) = last else {
        let begun_ms = case.plan.live_share.map_or(i64::MAX, |hours| hours.starts_ms);
        return if past_ms > begun_ms { ShareState::Idle } else { ShareState::NotYetReceived };
    };
    match track.then {
        ShareThen::Paused => ShareState::Paused,
        ShareThen::Stopped => ShareState::Stopped,
        ShareThen::Sharing if case.now_ms < ends_ms.saturating_add(LIVE_MS) => {
            let here = match track.spans.last().map(|span| span.is) {
                Some(SpanIs::Inside(_)) => Here::Inside,
                Some(SpanIs::Outside { .. }) if permitted => Here::OutsideWithPermit,
                Some(SpanIs::Outside { .. }) => Here::Outside,
                Some(SpanIs::Unknown(_)) | None => Here::Unknown,
            };
            ShareState::Sharing { here }
        }
        ShareThen::Over => ShareState::Idle,
        ShareThen::Sharing if silent(ends_ms) => ShareState::Idle,
        ShareThen::Sharing => ShareState::NotYetReceived,
    }
}

/// Whether a batch counts: one of a revoked installation does only if it is surely from before.
fn before_revocation(case: &Case<'_>, track: &TrackSeen) -> Result<(), Option<ShareFlag>> {
    let revoked_ms = case.installations.get(track.installation).and_then(|phone| phone.revoked_ms);
    match revoked_ms.map(|revoked_ms| (revoked_ms, track.timed.bounds.side(revoked_ms))) {
        None | Some((_, Side::Before)) => Ok(()),
        Some((_, Side::After)) => Err(None),
        Some((revoked_ms, Side::CannotTell)) => Err(Some(ShareFlag::AroundRevocation { revoked_ms })),
    }
}

/// When each batch ended and began. One that begins where another of its session ended, by the clock that nobody can set,
/// begins there by the office's time too: a second of doubt must not look like a gap. No further than the tolerance of clocks
/// and than the batch is long, though: where the two disagree by more, what it covers by its own clock is all that it covers.
fn place<'a>(tracks: &[&'a TrackSeen]) -> Vec<(i64, i64, &'a TrackSeen)> {
    let mut ends: BTreeMap<(usize, [u8; 16], u32, u64), i64> = BTreeMap::new();
    for track in tracks {
        let (session, run) = track.session;
        ends.insert((track.installation, *session.as_bytes(), run, track.until_elapsed_ms), track.timed.judged_ms());
    }
    let placed = tracks.iter().map(|track| {
        let covers: u64 = track.spans.iter().map(|span| u64::from(span.ms.get())).sum();
        let ends_ms = track.timed.judged_ms();
        let (session, run) = track.session;
        let before = track
            .until_elapsed_ms
            .checked_sub(covers)
            .and_then(|begins| ends.get(&(track.installation, *session.as_bytes(), run, begins)).copied());
        let covers = i64::try_from(covers).unwrap_or(i64::MAX);
        let began_ms = ends_ms.saturating_sub(covers);
        let doubt = i64::from(CLOCK_TOLERANCE_MS).min(covers);
        let near = |before: &i64| *before < ends_ms && before.abs_diff(began_ms) <= doubt.unsigned_abs();
        (ends_ms, before.filter(near).unwrap_or(began_ms), *track)
    });
    placed.collect()
}

/// What is known of the hours: disjoint pieces, rising.
fn lay_over(placed: &[(i64, i64, &TrackSeen)], hours: &Span) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (ends_ms, begins_ms, track) in placed {
        let mut until_ms = *ends_ms;
        for (index, span) in track.spans.iter().enumerate().rev() {
            let from_ms = match index {
                0 => *begins_ms,
                _ => until_ms.saturating_sub(i64::from(span.ms.get())).max(*begins_ms),
            };
            let clipped = (from_ms.max(hours.starts_ms), until_ms.min(hours.ends_ms));
            if clipped.0 < clipped.1 {
                pieces.push(Piece { from_ms: clipped.0, until_ms: clipped.1, is: span.is });
            }
            until_ms = from_ms;
        }
    }
    order::sort_by_key(&mut pieces, |piece| piece.from_ms);
    let mut edges: Vec<i64> = pieces.iter().flat_map(|piece| [piece.from_ms, piece.until_ms]).collect();
    edges.sort_unstable();
    edges.dedup();
    let mut by_end: Vec<usize> = (0..pieces.len()).collect();
    order::sort_by_key(&mut by_end, |index| pieces[*index].until_ms);
    let (mut begins, mut ends) = (0..pieces.len(), by_end.into_iter());
    // Those that cover the present stretch, the one to show last: one pass, since what one phone sends may be many thousands.
    let mut over: BTreeSet<(u8, usize)> = BTreeSet::new();
    let (mut next, mut gone) = (begins.next(), ends.next());
    let mut laid: Vec<Piece> = Vec::new();
    for pair in edges.windows(2) {
        let (from_ms, until_ms) = (pair[0], pair[1]);
        while let Some(index) = next.filter(|index| pieces[*index].from_ms <= from_ms) {
            over.insert((pieces[index].rank(), index));
            next = begins.next();
        }
        while let Some(index) = gone.filter(|index| pieces[*index].until_ms <= from_ms) {
            over.remove(&(pieces[index].rank(), index));
            gone = ends.next();
        }
        let Some(top) = over.last().map(|(_, index)| pieces[*index]) else { continue };
        match laid.last_mut() {
            Some(before) if before.until_ms == from_ms && before.is == top.is => before.until_ms = until_ms,
            _ => laid.push(Piece { from_ms, until_ms, is: top.is }),
        }
    }
    laid
}

/// What no piece covers of a stretch.
fn gaps(pieces: &[Piece], from_ms: i64, until_ms: i64) -> Vec<(i64, i64)> {
    let mut gaps = Vec::new();
    let mut at_ms = from_ms;
    for piece in pieces {
        if piece.from_ms > at_ms {
            gaps.push((at_ms, piece.from_ms.min(until_ms)));
        }
        at_ms = at_ms.max(piece.until_ms);
    }
    if at_ms < until_ms {
        gaps.push((at_ms, until_ms));
    }
    gaps
}

fn sums(pieces: &[Piece]) -> Totals {
    let mut totals = Totals::default();
    for piece in pieces {
        *match piece.is {
            SpanIs::Inside(_) => &mut totals.inside_ms,
            SpanIs::Outside { .. } => &mut totals.outside_ms,
            SpanIs::Unknown(_) => &mut totals.unknown_ms,
        } += piece.ms();
    }
    totals
}

fn percent(shared: Totals, not_shared_ms: u64) -> Option<u8> {
    let sure = shared.inside_ms + shared.outside_ms;
    let all = sure + shared.unknown_ms + not_shared_ms;
    (all > 0).then(|| u8::try_from(sure * 100 / all).unwrap_or(100))
}

fn is_mock(is: SpanIs) -> bool {
    matches!(is, SpanIs::Inside(fixes) | SpanIs::Outside { fixes, .. } if fixes.mock)
}

/// Pieces outside, as exits: what is unknown between two of them does not end one, what is inside does.
fn exits(pieces: &[Piece]) -> Vec<Exit> {
    let mut exits: Vec<Exit> = Vec::new();
    let mut goes_on = false;
    for piece in pieces {
        match (piece.is, exits.last_mut()) {
            (SpanIs::Outside { by_m, .. }, Some(exit)) if goes_on => {
                exit.until_ms = piece.until_ms;
                exit.by_m = exit.by_m.max(by_m);
            }
            (SpanIs::Outside { by_m, .. }, _) => {
                exits.push(Exit { from_ms: piece.from_ms, until_ms: piece.until_ms, by_m });
                goes_on = true;
            }
            (SpanIs::Inside(_), _) => goes_on = false,
            (SpanIs::Unknown(_), _) => {}
        }
    }
    exits
}

fn why_unknown(pieces: &[Piece]) -> Vec<UnknownTime> {
    let mut found: Vec<UnknownTime> = Vec::new();
    for piece in pieces {
        let SpanIs::Unknown(why) = piece.is else { continue };
        match found.iter_mut().find(|known| known.why == why) {
            Some(known) => known.ms += piece.ms(),
            None => found.push(UnknownTime { why, ms: piece.ms() }),
        }
    }
    order::sort_by_key(&mut found, |known| std::cmp::Reverse(known.ms));
    found
}

/// From when it is owed: where the rule before asked none, from when the change had reached the phone.
fn owed_from(case: &Case<'_>, hours: &Span) -> i64 {
    match case.earlier {
        Some(earlier) if earlier.plan.live_share.is_none() => {
            earlier.reached_ms.unwrap_or(hours.ends_ms).clamp(hours.starts_ms, hours.ends_ms)
        }
        _ => hours.starts_ms,
    }
}

/// Up to when the person's phones have been heard.
struct Heard {
    /// Whether any phone could hold something of the hours.
    any: bool,
    /// Up to when the slowest of them has been received; `None`: one of them not at all.
    past_ms: Option<i64>,
    /// Times of which a phone reports a loss that touches the hours.
    lost: Option<Bounds>,
}

impl Heard {
    fn of(case: &Case<'_>, hours: &Span) -> Self {
        let could_hold = |phone: &&Installation| {
            phone.enrolled_ms < hours.ends_ms && phone.revoked_ms.is_none_or(|revoked| revoked > hours.starts_ms)
        };
        let within = Bounds::between(hours.starts_ms, hours.ends_ms.saturating_sub(1));
        let mut heard = Self { any: false, past_ms: Some(i64::MAX), lost: None };
        for phone in case.installations.iter().filter(could_hold) {
            heard.any = true;
            let whole =
                phone.revoked_ms.is_some_and(|revoked| phone.received_past_ms.is_some_and(|past| past >= revoked));
            if !whole {
                heard.past_ms = heard.past_ms.min(phone.received_past_ms);
            }
            let lost = phone.lost.iter().find(|made| !made.intersect(within).is_empty());
            heard.lost = heard.lost.or(lost.copied());
        }
        heard
    }

    /// Up to when what is not here was not made, milliseconds.
    fn past_ms(&self) -> i64 {
        match (self.any, self.lost) {
            (true, None) => self.past_ms.unwrap_or(i64::MIN),
            _ => i64::MIN,
        }
    }
}

fn reasons(
    case: &Case<'_>,
    hours: &Span,
    heard: &Heard,
    permitted: bool,
    all_has_come: bool,
    owed_from_ms: i64,
) -> Vec<Reason> {
    let mut reasons = vec![Reason::Rule(case.rule.clone())];
    if let Some(earlier) = case.earlier.filter(|_| owed_from_ms > hours.starts_ms) {
        reasons.push(Reason::EarlierRule { rule: earlier.rule.clone(), reached_ms: earlier.reached_ms });
    }
    if permitted {
        reasons.push(Reason::Permit);
    }
    let until_ms = case.now_ms.min(hours.ends_ms);
    let touching = case.outages.iter().filter(|outage| outage.touches(hours.starts_ms, until_ms));
    reasons.extend(touching.map(|outage| Reason::Outage { from_ms: outage.from_ms, until_ms: outage.until_ms }));
    let grace_until_ms = case.grace_until_ms;
    if case.now_ms < hours.ends_ms || all_has_come && case.now_ms < grace_until_ms {
        return reasons;
    }
    reasons.push(match (heard.any, heard.lost) {
        _ if case.now_ms >= grace_until_ms => Reason::GraceRanOut { until_ms: grace_until_ms },
        (false, _) => Reason::NoInstallation { grace_until_ms },
        (true, Some(made)) => Reason::RecordsLost { made, grace_until_ms },
        (true, None) => Reason::NotReceivedPast { past_ms: heard.past_ms, grace_until_ms },
    });
    reasons
}
