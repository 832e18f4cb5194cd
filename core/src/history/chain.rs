//! The records of an export: each by itself, their order, their links, and what is absent.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{EpochReport, Export, Place, Problem, Report, Span, losses::Losses};
use crate::{
    envelope::{PublicKey, Unverified},
    model::{Body, EnvelopeHash, EpochStart, Record, RecordId},
    order,
};

/// The authentic records, by place.
#[derive(Default)]
pub(super) struct Chain {
    held: BTreeMap<Place, Held>,
    /// Places claimed by records that are not authentic: already named, not missing.
    spoilt: BTreeSet<Place>,
    /// Places that receipts name and the file does not have.
    receipted_absent: BTreeSet<Place>,
    /// Places at which the server holds another record, with the index of the receipt that says so.
    conflicts: Vec<(Place, usize)>,
    /// Places that the file says were freed, with the hash that a receipt names for each.
    freed: BTreeMap<Place, EnvelopeHash>,
    /// Places of which a receipt, or the first record of a covered epoch, names the hash.
    covered: BTreeSet<Place>,
}

struct Held {
    hash: EnvelopeHash,
    prev: Option<EnvelopeHash>,
    receipt: Option<EnvelopeHash>,
    start: Option<EpochStart>,
}

/// What a receipt's line meets.
pub(super) enum Meets {
    /// The record that it was given for.
    Same,
    /// Another record.
    Other,
    /// Nothing.
    Nothing,
}

/// Reads the records in the order of the file.
pub(super) fn read(export: &Export, key: &PublicKey, report: &mut Report) -> Chain {
    let mut chain = Chain::default();
    let mut ids: HashMap<RecordId, Place> = HashMap::new();
    let mut last: Option<Place> = None;
    for (index, compact) in export.records.iter().enumerate() {
        let (place, record, hash) = match open(compact, key) {
            Ok(opened) => opened,
            Err((claims, why)) => {
                chain.spoilt.extend(claims);
                report.problems.push(Problem::Record { index, claims, why });
                continue;
            }
        };
        if let Some(held) = chain.held.get(&place) {
            let same = held.hash == hash;
            report.problems.push(if same { Problem::Repeated { place } } else { Problem::Fork { place } });
            continue;
        }
        if last.is_some_and(|last| place < last) {
            report.problems.push(Problem::OutOfOrder { place });
        }
        last = Some(last.map_or(place, |last| last.max(place)));
        if let Some(first) = ids.insert(record.id, place) {
            report.problems.push(Problem::RepeatedId { place, first });
        }
        let start = match record.body() {
            Ok(Body::Epoch(start)) => Some(start),
            _ => None,
        };
        report.records += 1;
        chain.held.insert(place, Held { hash, prev: record.prev, receipt: record.receipt, start });
    }
    chain
}

type Opened = (Place, Record, EnvelopeHash);

fn open(compact: &str, key: &PublicKey) -> Result<Opened, (Option<Place>, String)> {
    let unverified = Unverified::<Record>::parse(compact).map_err(|e| (None, e.to_string()))?;
    let place = Place { epoch: unverified.unverified_payload().epoch, seq: unverified.unverified_payload().seq };
    let envelope = unverified.verify(key).map_err(|e| (Some(place), e.to_string()))?;
    let hash = envelope.hash();
    Ok((place, envelope.into_payload(), hash))
}

impl Chain {
    /// Compares a receipt's line with the record at its place.
    pub(super) fn meets(&self, place: Place, hash: EnvelopeHash) -> Meets {
        match self.held.get(&place) {
            Some(held) if held.hash == hash => Meets::Same,
            Some(_) => Meets::Other,
            None => Meets::Nothing,
        }
    }

    /// Notes that a receipt names the hash at a place, and so covers what the chain holds below it.
    pub(super) fn cover(&mut self, place: Place) {
        self.covered.insert(place);
    }

    /// Notes that the server has a record that the file does not have: freed, if the file says so, or missing.
    pub(super) fn absent(&mut self, place: Place, hash: EnvelopeHash, freed: bool) {
        if freed {
            self.freed.insert(place, hash);
            return;
        }
        if !self.spoilt.contains(&place) {
            self.receipted_absent.insert(place);
        }
    }

    /// Notes that the server holds another record at a place.
    pub(super) fn conflict(&mut self, place: Place, receipt: usize) {
        self.conflicts.push((place, receipt));
    }

    /// Returns the hashes of receipts that records name.
    pub(super) fn named_receipts(&self) -> BTreeSet<EnvelopeHash> {
        self.held.values().filter_map(|held| held.receipt).collect()
    }

    /// Checks links and absences, and describes each epoch.
    pub(super) fn finish(mut self, report: &mut Report) {
        self.check_links(report);
        self.check_epoch_starts(report);
        self.cover_through_links();
        let losses =
            Losses::declared(self.held.iter().filter_map(|(place, held)| Some((place.epoch, held.start.as_ref()?))));
        for &(place, receipt) in self.conflicts.iter().filter(|(place, _)| !losses.declare(*place)) {
            report.problems.push(Problem::Conflict { place, receipt });
        }
        let places = self
            .held
            .keys()
            .chain(self.freed.keys())
            .chain(&self.receipted_absent)
            .chain(&self.spoilt)
            .chain(losses.named());
        let epochs: BTreeSet<u32> = places.map(|place| place.epoch).collect();
        // Epochs count up by one, so those below the newest must be there too.
        let mut next = 1;
        for epoch in epochs {
            if epoch > next && !losses.declare_epochs(next, epoch - 1) {
                report.problems.push(Problem::MissingEpochs { from: next, to: epoch - 1 });
            }
            next = epoch.saturating_add(1);
            self.describe(epoch, &losses, report);
        }
    }

    /// Each record but the first of an epoch names the one before.
    fn check_links(&self, report: &mut Report) {
        let mut before: Option<(Place, EnvelopeHash)> = None;
        for (&place, held) in &self.held {
            // Of a freed record the receipt names the hash.
            let freed = Place { seq: place.seq.saturating_sub(1), ..place };
            if let Some(hash) = self.freed.get(&freed) {
                before = Some((freed, *hash));
            }
            let broken = match before {
                Some((prior, hash)) if prior.epoch == place.epoch && prior.seq + 1 == place.seq => {
                    held.prev != Some(hash)
                }
                _ => false,
            };
            if broken {
                report.problems.push(Problem::Chain { place });
            }
            before = Some((place, held.hash));
        }
    }

    fn check_epoch_starts(&self, report: &mut Report) {
        for (&place, held) in self.held.iter().filter(|(place, _)| place.epoch > 1 && place.seq == 1) {
            let why = match &held.start {
                None => "it does not say why the epoch began",
                Some(EpochStart { last_good: Some(good), .. }) if good.epoch >= place.epoch => {
                    "the last good record that it names is not of an earlier epoch"
                }
                Some(EpochStart { last_good, .. }) if last_good.map(|good| good.hash) != held.prev => {
                    "it does not name the same record as the last good one and as the one before"
                }
                Some(EpochStart { last_good: Some(good), .. }) => {
                    match self.meets(Place { epoch: good.epoch, seq: good.seq }, good.hash) {
                        Meets::Other => "the last good record that it names is another in this file",
                        Meets::Same | Meets::Nothing => continue,
                    }
                }
                Some(EpochStart { last_good: None, .. }) => continue,
            };
            report.problems.push(Problem::EpochStart { place, why });
        }
    }

    /// A covered epoch covers what its first record names: the hash is in the chain that the receipt is for.
    fn cover_through_links(&mut self) {
        let starts = self.held.iter().rev().filter_map(|(place, held)| {
            let good = held.start.as_ref()?.last_good?;
            Some((*place, Place { epoch: good.epoch, seq: good.seq }))
        });
        for (place, good) in starts.collect::<Vec<_>>() {
            let linked = self.runs(place.epoch).into_iter().next().filter(|run| run.from_seq == place.seq);
            if linked.is_some_and(|run| self.covered_through(place.epoch, run).is_some())
                && good.epoch < place.epoch
                && self.held.contains_key(&good)
            {
                self.cover(good);
            }
        }
    }

    /// The runs of consecutive places that the file has of an epoch.
    fn runs(&self, epoch: u32) -> Vec<Span> {
        let mut runs: Vec<Span> = Vec::new();
        for (&Place { seq, .. }, _) in self.held.range(Place { epoch, seq: 0 }..=Place { epoch, seq: u64::MAX }) {
            match runs.last_mut() {
                Some(run) if run.to_seq + 1 == seq => run.to_seq = seq,
                _ => runs.push(Span { from_seq: seq, to_seq: seq }),
            }
        }
        runs
    }

    fn covered_through(&self, epoch: u32, run: Span) -> Option<u64> {
        let range = Place { epoch, seq: run.from_seq }..=Place { epoch, seq: run.to_seq };
        self.covered.range(range).next_back().map(|place| place.seq)
    }

    fn describe(&self, epoch: u32, losses: &Losses, report: &mut Report) {
        let runs = self.runs(epoch);
        let last_seq = runs.last().map_or(0, |run| run.to_seq);
        let of_epoch = |places: &BTreeSet<Place>| {
            places.iter().filter(|place| place.epoch == epoch).map(|place| place.seq).max().unwrap_or(0)
        };
        let end =
            last_seq.max(of_epoch(&self.receipted_absent)).max(of_epoch(&self.spoilt)).max(losses.known_end(epoch));
        let of_freed = self.freed.keys().filter(|place| place.epoch == epoch).map(|place| place.seq);
        let freed = spans(of_freed);
        let mut declared_lost = Vec::new();
        for gap in gaps(&joined(&runs, &freed), end) {
            self.sort_gap(epoch, gap, losses, &mut declared_lost, report);
        }
        let not_receipted = runs.iter().filter_map(|run| {
            let from_seq = self.covered_through(epoch, *run).map_or(run.from_seq, |through| through + 1);
            (from_seq <= run.to_seq).then_some(Span { from_seq, to_seq: run.to_seq })
        });
        report.epochs.push(EpochReport {
            epoch,
            records: runs.iter().map(|run| run.to_seq - run.from_seq + 1).sum(),
            last_seq,
            not_receipted: not_receipted.collect(),
            freed,
            start: self.held.get(&Place { epoch, seq: 1 }).and_then(|held| held.start.clone()),
            declared_lost,
            declared_forks: self.declared_forks(epoch, losses),
        });
    }

    /// Places of an epoch at which the server holds another record, and a later epoch says that it went on from a copy.
    fn declared_forks(&self, epoch: u32, losses: &Losses) -> Vec<u64> {
        let of_epoch = self.conflicts.iter().map(|(place, _)| *place).filter(|place| place.epoch == epoch);
        let forks: BTreeSet<u64> = of_epoch.filter(|place| losses.declare(*place)).map(|place| place.seq).collect();
        forks.into_iter().collect()
    }

    /// Parts a gap into places that are declared lost and places that are missing.
    fn sort_gap(&self, epoch: u32, gap: Span, losses: &Losses, lost: &mut Vec<Span>, report: &mut Report) {
        let mut from_seq = gap.from_seq;
        while from_seq <= gap.to_seq {
            let to_seq = losses.same_until(epoch, from_seq).min(gap.to_seq);
            let span = Span { from_seq, to_seq };
            let inside = |places: &BTreeSet<Place>| {
                places.range(Place { epoch, seq: from_seq }..=Place { epoch, seq: to_seq }).count() as u64
            };
            if losses.declare(Place { epoch, seq: from_seq }) {
                lost.push(span);
            } else if inside(&self.spoilt) <= to_seq - from_seq {
                let receipted = inside(&self.receipted_absent) > 0;
                report.problems.push(Problem::Missing { epoch, span, receipted });
            }
            from_seq = to_seq + 1;
        }
    }
}

/// Rising places as spans.
fn spans(places: impl Iterator<Item = u64>) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for seq in places {
        match spans.last_mut() {
            Some(span) if span.to_seq + 1 == seq => span.to_seq = seq,
            _ => spans.push(Span { from_seq: seq, to_seq: seq }),
        }
    }
    spans
}

/// Two lists of spans as one, rising.
fn joined(one: &[Span], two: &[Span]) -> Vec<Span> {
    let mut all: Vec<Span> = one.iter().chain(two).copied().collect();
    order::sort_by_key(&mut all, |span| span.from_seq);
    all
}

/// What the runs leave out between 1 and `end`.
fn gaps(runs: &[Span], end: u64) -> Vec<Span> {
    let mut gaps = Vec::new();
    let mut next = 1;
    for run in runs {
        if run.from_seq > next {
            gaps.push(Span { from_seq: next, to_seq: run.from_seq - 1 });
        }
        next = run.to_seq + 1;
    }
    if next <= end {
        gaps.push(Span { from_seq: next, to_seq: end });
    }
    gaps
}
