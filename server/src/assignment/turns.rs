//! Deals turns ahead and keeps them, so that nobody's days move when the staff list grows or a day passes.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use hadir_core::{
    model::PersonId,
    policy::Side,
    roster::{Placement, Reason, TurnList},
    schedule::Mode,
};

use super::{Roll, by_date, place_all, span};
use crate::{
    policies::PolicyBook,
    store::{Result, StoreTx, Turn, TurnState},
};

/// Deals the turns of every date that an assignment made today shows, where they are not dealt yet. Dates after today whose
/// policy has changed are dealt anew; today and before stay as they are. People who joined since get turns of what the
/// quota leaves. A date on which nobody has a turn yet is dealt from the list as it stands, also where dates after it were
/// looked at before: its rule may have been published since. Returns whether anything was dealt.
///
/// # Errors
/// What the store reports.
pub fn deal_turns(tx: &mut dyn StoreTx, book: &PolicyBook, today: NaiveDate) -> Result<bool> {
    let (from, until) = span(today);
    let before = from.checked_sub_days(Days::new(1)).unwrap_or(from);
    let state = tx.turn_state()?.unwrap_or(TurnState { until: before, turns: TurnList::default() });
    let kept = by_date(tx.turns(None, from, until)?);
    let stale = |turn: &&Turn| turn.date > today && book.on(turn.date).map(|booked| booked.number) != Some(turn.pack);
    let first_stale = kept.values().flatten().filter(stale).map(|turn| turn.date).min();
    let keep_until = first_stale.and_then(|date| date.pred_opt()).map_or(state.until, |date| date.min(state.until));
    let roll = Roll::load(tx.as_read(), None, from, until)?;
    let (mut added, mut list) = (Vec::new(), state.turns);
    for date in from.iter_days().take_while(|date| *date <= until) {
        let Some(number) = book.on(date).map(|booked| booked.number) else { continue };
        let dealt = kept.get(&date).filter(|_| date <= keep_until).map_or(&[] as &[Turn], Vec::as_slice);
        let have: BTreeSet<&PersonId> = dealt.iter().map(|turn| &turn.person).collect();
        // Fill-ins take what is left of the quota and do not move the list.
        let carried = if dealt.is_empty() { list.clone() } else { TurnList::default() };
        let (placed, after) = place_all(&roll, book, date, dealt.iter(), carried);
        let without = placed.iter().filter(|placement| !have.contains(&placement.person));
        let before = added.len();
        added.extend(without.filter_map(|placement| turn(placement, number)));
        // Looked at again with every dealing, a date that has no turns may not move the list each time.
        if date > keep_until || (dealt.is_empty() && added.len() > before) {
            list = after;
        }
    }
    let until = until.max(keep_until);
    if added.is_empty() && first_stale.is_none() && until == state.until {
        return Ok(false);
    }
    tx.deal_turns(keep_until, &added, &TurnState { until, turns: list })?;
    Ok(true)
}

/// The turn of a placement that a turn list made.
fn turn(placement: &Placement, pack: u64) -> Option<Turn> {
    let side = match (&placement.why, placement.mode) {
        (Reason::Turn { .. } | Reason::NotTheirTurn { .. }, Mode::Wfh) => Side::Home,
        (Reason::Turn { .. } | Reason::NotTheirTurn { .. }, _) => Side::Office,
        _ => return None,
    };
    Some(Turn { date: placement.date, person: placement.person.clone(), side, why: placement.why.clone(), pack })
}
