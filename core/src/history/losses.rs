//! What the first records of epochs declare about the epochs before them: honest damage, and no tampering.

use super::Place;
use crate::model::{EpochCause, EpochStart};

/// Everything declared in a history.
pub(super) struct Losses {
    declared: Vec<Loss>,
    /// The last good places that are named: an epoch reaches at least so far.
    named: Vec<Place>,
}

enum Loss {
    /// Whatever is absent from one place up to another.
    Between(Place, Place),
    /// Places from `from_seq` to `to_seq`, in one of these epochs.
    Span { epochs: (u32, u32), from_seq: u64, to_seq: u64 },
}

impl Loss {
    fn holds(&self, place: Place) -> bool {
        match *self {
            Self::Between(from, until) => (from..=until).contains(&place),
            Self::Span { epochs, from_seq, to_seq } => {
                (epochs.0..=epochs.1).contains(&place.epoch) && (from_seq..=to_seq).contains(&place.seq)
            }
        }
    }

    /// The last places of an epoch for which [`Self::holds`] gives the same answer as before them.
    fn edges(&self, epoch: u32) -> [Option<u64>; 2] {
        match *self {
            Self::Between(from, until) => {
                [(from.epoch == epoch).then(|| from.seq.saturating_sub(1)), (until.epoch == epoch).then_some(until.seq)]
            }
            Self::Span { epochs, from_seq, to_seq } => {
                let inside = (epochs.0..=epochs.1).contains(&epoch);
                [inside.then(|| from_seq.saturating_sub(1)), inside.then_some(to_seq)]
            }
        }
    }
}

impl Losses {
    /// Reads the declarations: the number of each epoch with how it began.
    pub(super) fn declared<'a>(starts: impl Iterator<Item = (u32, &'a EpochStart)>) -> Self {
        let mut losses = Self { declared: Vec::new(), named: Vec::new() };
        for (epoch, start) in starts {
            let before = epoch.saturating_sub(1);
            let until = Place { epoch: before, seq: u64::MAX };
            let good = start.last_good.map(|good| Place { epoch: good.epoch, seq: good.seq });
            losses.named.extend(good);
            losses.declared.push(match (start.cause, good, start.missing) {
                // Nothing good is known, or nothing could be read: whatever is absent before is declared.
                (EpochCause::UnreadableFormat, ..) | (_, None, None) => {
                    Loss::Between(Place { epoch: 1, seq: 1 }, until)
                }
                (_, Some(good), None) => Loss::Between(Place { seq: good.seq.saturating_add(1), ..good }, until),
                (_, good, Some(missing)) => Loss::Span {
                    epochs: (good.map_or(1, |good| good.epoch), before),
                    from_seq: missing.from_seq,
                    to_seq: missing.to_seq,
                },
            });
        }
        losses
    }

    pub(super) fn named(&self) -> &[Place] {
        &self.named
    }

    pub(super) fn declare(&self, place: Place) -> bool {
        self.declared.iter().any(|loss| loss.holds(place))
    }

    /// Tells whether these epochs may be absent altogether.
    pub(super) fn declare_epochs(&self, from: u32, to: u32) -> bool {
        self.declared.iter().any(|loss| match *loss {
            Loss::Between(first, last) => first <= Place { epoch: from, seq: 1 } && last.epoch >= to,
            // A copy that ends before an epoch began knows from the server's head only how far that epoch reached.
            Loss::Span { epochs, from_seq, .. } => from_seq <= 1 && epochs.0 <= from && to <= epochs.1,
        })
    }

    /// The last place from `seq` on for which [`Self::declare`] gives the same answer.
    pub(super) fn same_until(&self, epoch: u32, seq: u64) -> u64 {
        let edges = self.declared.iter().flat_map(|loss| loss.edges(epoch)).flatten();
        edges.filter(|&edge| edge >= seq).min().unwrap_or(u64::MAX)
    }

    /// How far an epoch is known to have reached.
    pub(super) fn known_end(&self, epoch: u32) -> u64 {
        let spans = self.declared.iter().filter_map(|loss| match *loss {
            // Where several epochs could be meant, none is known to have reached so far.
            Loss::Span { epochs: (first, last), to_seq, .. } if first == last && first == epoch => Some(to_seq),
            _ => None,
        });
        let named = self.named.iter().filter(|place| place.epoch == epoch).map(|place| place.seq);
        spans.chain(named).filter(|&seq| seq < u64::MAX).max().unwrap_or(0)
    }
}
