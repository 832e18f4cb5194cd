//! How what a person asked stands: requests and appeals against the decisions that were made on them.
//!
//! - [`standing`] reads a log of decisions and a withdrawal. Decisions are added, never changed: the one with the highest
//!   number holds, all stay visible, and the order in which they came plays no part;
//! - [`fact_of`] is the dated fact that a granted request becomes;
//! - [`AppealSeen`] is an appeal as the judge shows it beside a verdict.

use serde::Serialize;

use crate::{
    model::{Appeal, Ask, AskWhat, EnvelopeHash, PersonId, RecordId},
    roster::{Fact, FactKind, LeaveKind},
    schedule::{BadWindowId, WindowId},
    wire::{Answer, Decision},
};

/// How a request or an appeal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// *Menunggu keputusan.*
    Open,
    /// *Dikabulkan*; of an appeal: *diterima*.
    Granted,
    /// *Ditolak.*
    Refused,
    /// *Ditarik* by the person; nothing of it holds.
    Withdrawn,
    /// *Ditarik setelah dikabulkan*: what was granted still holds, until a person takes it back.
    WithdrawnAfterGrant,
}

impl Standing {
    /// All.
    pub const ALL: [Self; 5] = [Self::Open, Self::Granted, Self::Refused, Self::Withdrawn, Self::WithdrawnAfterGrant];

    /// Whether somebody has to decide.
    #[must_use]
    pub const fn awaits_decision(self) -> bool {
        matches!(self, Self::Open | Self::WithdrawnAfterGrant)
    }
}

/// The decision that holds: the one with the highest number, in whatever order they are given.
#[must_use]
pub fn holding(decisions: &[Decision]) -> Option<&Decision> {
    decisions.iter().max_by_key(|decision| decision.no)
}

/// How something stands, by the decisions on it and whether the person withdrew it.
#[must_use]
pub fn standing(decisions: &[Decision], withdrawn: bool) -> Standing {
    match (holding(decisions).map(|decision| decision.answer), withdrawn) {
        (None, false) => Standing::Open,
        (Some(Answer::Granted), false) => Standing::Granted,
        (Some(Answer::Refused), false) => Standing::Refused,
        (Some(Answer::Granted), true) => Standing::WithdrawnAfterGrant,
        (None | Some(Answer::Refused), true) => Standing::Withdrawn,
    }
}

/// The dated fact that a request becomes when it is granted.
///
/// # Errors
/// [`BadWindowId`] for a name that no window can have; a request that was checked has none.
pub fn fact_of(ask: &Ask, person: PersonId, reference: String) -> Result<Fact, BadWindowId> {
    let windows = ask.windows().iter().map(WindowId::new).collect::<Result<_, _>>()?;
    let whole = Fact::days(person, ask.from(), ask.until(), fact_kind(ask.what()));
    Ok(Fact { windows, reference: Some(reference), ..whole })
}

const fn fact_kind(what: AskWhat) -> FactKind {
    match what {
        AskWhat::LeaveRegion => FactKind::MayLeaveRegion,
        AskWhat::DutyTrip => FactKind::DutyTrip,
        AskWhat::Sick => FactKind::Sick,
        AskWhat::AnnualLeave => FactKind::Leave(LeaveKind::Annual),
        AskWhat::LongLeave => FactKind::Leave(LeaveKind::Long),
        AskWhat::SickLeave => FactKind::Leave(LeaveKind::Sick),
        AskWhat::Maternity => FactKind::Leave(LeaveKind::Maternity),
        AskWhat::ImportantReason => FactKind::Leave(LeaveKind::ImportantReason),
        AskWhat::Unpaid => FactKind::Leave(LeaveKind::Unpaid),
        AskWhat::Study => FactKind::Leave(LeaveKind::Study),
        AskWhat::Training => FactKind::Leave(LeaveKind::Training),
        AskWhat::Technical => FactKind::Technical,
    }
}

/// An appeal as it is shown beside the verdict that it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AppealSeen {
    /// The record that it is.
    pub record: RecordId,
    /// Its hash, as decisions name it.
    pub hash: EnvelopeHash,
    /// What it says.
    pub appeal: Appeal,
    /// When it was made, by the clock that it was judged by, milliseconds.
    pub at_ms: i64,
    /// When it came to the server, milliseconds; `None` while it waits on the phone.
    pub arrival_ms: Option<i64>,
    /// How it stands.
    pub standing: Standing,
    /// The decision that holds.
    pub decision: Option<Decision>,
}

impl AppealSeen {
    /// Whether it waits for a ruling.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.standing.awaits_decision()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decision(no: u64, granted: bool) -> Decision {
        Decision {
            no,
            reference: EnvelopeHash::of("ask"),
            answer: if granted { Answer::Granted } else { Answer::Refused },
            by: "kepala".into(),
            t_ms: i64::try_from(no).unwrap(),
            reason: None,
        }
    }

    #[test]
    fn a_later_decision_holds_and_a_withdrawal_does_not_undo_what_was_granted() {
        let (granted, refused) = (decision(1, true), decision(2, false));
        assert_eq!(standing(&[], false), Standing::Open);
        let both = [granted.clone(), refused];
        assert_eq!(standing(std::slice::from_ref(&granted), false), Standing::Granted);
        assert_eq!(standing(&both, false), Standing::Refused);
        assert_eq!(standing(&[], true), Standing::Withdrawn);
        assert_eq!(standing(&[granted], true), Standing::WithdrawnAfterGrant);
        assert_eq!(standing(&both, true), Standing::Withdrawn);
    }

    #[test]
    fn a_granted_request_is_a_fact_of_the_same_days_and_windows() {
        let (from, until) = ("2026-11-24".parse().unwrap(), "2026-11-26".parse().unwrap());
        let person: PersonId = "local:7".parse().unwrap();
        for what in AskWhat::ALL {
            let ask = Ask::new(what, from, until, vec!["w1400".into()], None).unwrap();
            let fact = fact_of(&ask, person.clone(), "permohonan".into()).unwrap();
            assert_eq!((fact.from, fact.until, fact.windows.len()), (from, until, 1));
            assert!(!fact.is_whole_day() && fact.covers(from) && fact.covers(until));
        }
    }

    proptest! {
        #[test]
        fn the_order_in_which_decisions_come_plays_no_part(
            answers in proptest::collection::vec(any::<bool>(), 0..6), withdrawn: bool, seed: u64,
        ) {
            let log: Vec<Decision> = (1..).zip(&answers).map(|(no, granted)| decision(no, *granted)).collect();
            let mut shuffled = log.clone();
            shuffled.sort_by_key(|decision| decision.no.wrapping_mul(seed | 1));
            prop_assert_eq!(standing(&log, withdrawn), standing(&shuffled, withdrawn));
            let last = answers.last().copied();
            prop_assert_eq!(holding(&shuffled).map(|held| held.answer == Answer::Granted), last);
        }
    }
}
