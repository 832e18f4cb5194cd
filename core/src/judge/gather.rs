//! From the records of one installation to what a judge is told of them.

use std::collections::BTreeMap;

use super::{FormSeen, Installation, Tap, TrackSeen};
use crate::model::{Body, CheckIn, EnvelopeHash, Fix, Link, Record, TimeEvidence, Track};
use crate::place::{Geofence, PlaceLimits, Placement, Sighting, Signal, fix_signals, speed_signal};
use crate::time::{Anchors, Bounds, ChainEntry, Timed, bounds_of_chain, bounds_of_reading, received_past};

/// A record with what is known of its way.
#[derive(Debug, Clone, Copy)]
pub struct HistoryEntry<'a> {
    /// The record.
    pub record: &'a Record,
    /// Server time of the receipt that it names, milliseconds; `None` where it names none that is known.
    pub receipt_ms: Option<i64>,
    /// When its bytes came to the server, milliseconds; `None` while it waits on the phone.
    pub arrival_ms: Option<i64>,
}

/// A signed request: it tells that the phone had no record after the head that it names.
#[derive(Debug, Clone, Copy)]
pub struct RequestSeen<'a> {
    /// The phone's clocks.
    pub time: &'a TimeEvidence,
    /// The phone's newest record; `None`: it had none.
    pub head: Option<Link>,
}

/// How to read a history.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// The installation's place in [`Case::installations`](super::Case::installations).
    pub installation: usize,
    /// When it was enrolled, milliseconds.
    pub enrolled_ms: i64,
    /// When it was revoked, milliseconds.
    pub revoked_ms: Option<i64>,
    /// Its checked time tokens.
    pub anchors: &'a Anchors,
    /// The region that fixes are held against.
    pub fence: Option<&'a Geofence>,
    /// From where on something is worth a look.
    pub limits: &'a PlaceLimits,
    /// How far the server's clock may be from UTC, milliseconds.
    pub server_err_ms: u32,
}

/// What the records of one installation tell.
#[derive(Debug, Clone, PartialEq)]
pub struct Gathered {
    /// The time of each record, in the order given.
    pub timed: Vec<Timed>,
    /// The taps, in that order.
    pub taps: Vec<Tap>,
    /// Their fixes, by place in `taps`, to compare with those of other people.
    pub fixes: Vec<Option<Fix>>,
    /// The batches of live share, in that order.
    pub tracks: Vec<TrackSeen>,
    /// The self-assessments.
    pub forms: Vec<FormSeen>,
    /// What has been received of it.
    pub installation: Installation,
}

impl Gathered {
    /// When a change had surely reached the phone, milliseconds: the latest instant of the first of `entries` (those that
    /// were gathered) that names both the pack and the assignment.
    #[must_use]
    pub fn reached_ms(
        &self,
        entries: &[HistoryEntry<'_>],
        pack: EnvelopeHash,
        assignment: EnvelopeHash,
    ) -> Option<i64> {
        let names = |record: &Record| record.pack == Some(pack) && record.assignment == Some(assignment);
        let first = entries.iter().zip(&self.timed).find(|(entry, _)| names(entry.record));
        first.and_then(|(_, timed)| timed.proven.latest_ms)
    }
}

/// Reads the records of one installation, rising by epoch and place, without doubles.
///
/// A tap whose body can't be read is a tap all the same, without a place.
#[must_use]
pub fn gather(reader: &Reader<'_>, entries: &[HistoryEntry<'_>], requests: &[RequestSeen<'_>]) -> Gathered {
    let bodies: Vec<Option<Body>> = entries.iter().map(|entry| entry.record.body().ok()).collect();
    let places: BTreeMap<(u32, u64), usize> =
        entries.iter().enumerate().map(|(at, entry)| ((entry.record.epoch, entry.record.seq), at)).collect();
    let chain: Vec<ChainEntry<'_>> = entries
        .iter()
        .enumerate()
        .map(|(at, entry)| ChainEntry {
            time: &entry.record.time,
            after: before(entries, &bodies, &places, at),
            receipt_ms: entry.receipt_ms,
            arrival_ms: entry.arrival_ms,
        })
        .collect();
    let timed = bounds_of_chain(&chain, reader.anchors, reader.server_err_ms);
    let installation = received(reader, entries, &bodies, &places, &timed, requests);
    let mut gathered =
        Gathered { timed, taps: Vec::new(), fixes: Vec::new(), tracks: Vec::new(), forms: Vec::new(), installation };
    gathered.read(reader, entries, &bodies);
    gathered
}

impl Gathered {
    fn read(&mut self, reader: &Reader<'_>, entries: &[HistoryEntry<'_>], bodies: &[Option<Body>]) {
        let mut last_fix: Option<(usize, &Fix)> = None;
        for (at, (entry, body)) in entries.iter().zip(bodies).enumerate() {
            let HistoryEntry { record, arrival_ms, .. } = *entry;
            let timed = self.timed[at];
            match body {
                Some(Body::HealthForm(form)) => self.forms.push(FormSeen {
                    record: record.id,
                    place: record.place(),
                    for_date: form.for_date,
                    verdict: form.verdict,
                    timed,
                }),
                Some(Body::Track(track)) => {
                    let seen = TrackSeen::of(record, track, timed, arrival_ms, reader.installation, reader.anchors);
                    self.tracks.push(seen);
                }
                Some(Body::CheckIn(check_in)) => {
                    let mut signals = fix_signals(check_in, &record.time, reader.limits);
                    let fix = match check_in {
                        CheckIn::Fix(fix) => Some(fix),
                        CheckIn::NoFix(_) => None,
                    };
                    if let Some(fix) = fix {
                        let sighting = |at: usize, fix| {
                            let record = entries[at].record;
                            Sighting { record: record.id, fix, time: &record.time, timed: &self.timed[at] }
                        };
                        signals.extend(last_fix.and_then(|(before, earlier)| {
                            speed_signal(&sighting(before, earlier), &sighting(at, fix), reader.limits)
                        }));
                        last_fix = Some((at, fix));
                    }
                    let placement = fix.zip(reader.fence).map(|(fix, fence)| fence.place(fix));
                    self.tap(reader, entry, timed, placement, signals);
                    self.fixes.push(fix.cloned());
                }
                None if record.kind == crate::model::Kind::CheckIn => {
                    self.tap(reader, entry, timed, None, Vec::new());
                    self.fixes.push(None);
                }
                _ => {}
            }
        }
    }

    fn tap(
        &mut self,
        reader: &Reader<'_>,
        entry: &HistoryEntry<'_>,
        timed: Timed,
        placement: Option<Placement>,
        signals: Vec<Signal>,
    ) {
        self.taps.push(Tap {
            record: entry.record.id,
            installation: reader.installation,
            place: entry.record.place(),
            timed,
            placement,
            signals,
            arrival_ms: entry.arrival_ms,
        });
    }
}

impl TrackSeen {
    /// A batch with the time of its end: that of its record (`made`), or where it ended earlier of that moment by its own session.
    /// `arrival_ms`: when its bytes came to the server.
    pub(crate) fn of(
        record: &Record,
        track: &Track,
        made: Timed,
        arrival_ms: Option<i64>,
        installation: usize,
        anchors: &Anchors,
    ) -> Self {
        let timed = track.until.as_ref().map(|until| bounds_of_reading(until, None, anchors));
        let until = track.until.as_ref().unwrap_or(&record.time);
        Self {
            record: record.id,
            installation,
            timed: timed.unwrap_or(made),
            session: (until.session, until.run),
            until_elapsed_ms: until.elapsed_ms,
            spans: track.spans.clone(),
            points: track.points.len(),
            then: track.then,
            arrival_ms,
        }
    }
}

/// The place of the record that surely came before: in its epoch, or the last good one that a new epoch names.
fn before(
    entries: &[HistoryEntry<'_>],
    bodies: &[Option<Body>],
    places: &BTreeMap<(u32, u64), usize>,
    at: usize,
) -> Option<usize> {
    let record = entries[at].record;
    match at.checked_sub(1) {
        Some(before) if entries[before].record.epoch == record.epoch => Some(before),
        _ => match &bodies[at] {
            Some(Body::Epoch(start)) => places.get(&start.last_good.map(|good| (good.epoch, good.seq))?).copied(),
            _ => None,
        },
    }
}

/// Walks the records that came without a gap: through each epoch from its first place, and into the next where the last
/// good record that it names has come. What an epoch reports as missing, and has not come from elsewhere, is lost.
fn received(
    reader: &Reader<'_>,
    entries: &[HistoryEntry<'_>],
    bodies: &[Option<Body>],
    places: &BTreeMap<(u32, u64), usize>,
    timed: &[Timed],
    requests: &[RequestSeen<'_>],
) -> Installation {
    let mut whole = vec![false; entries.len()];
    let mut lost: Vec<Bounds> = Vec::new();
    let (mut epoch, mut seq) = (1, 1);
    loop {
        if let Some(&at) = places.get(&(epoch, seq)) {
            whole[at] = true;
            seq += 1;
            continue;
        }
        let next = places.get(&(epoch + 1, 1)).copied();
        let Some((at, Some(Body::Epoch(start)))) = next.map(|at| (at, &bodies[at])) else { break };
        let good = match &start.last_good {
            None => None,
            Some(good) => match places.get(&(good.epoch, good.seq)) {
                Some(&good) if whole[good] => Some(good),
                _ => break,
            },
        };
        // Only a short range is worth looking through; a longer one has not come as a whole.
        let came = |range: &crate::model::SeqRange| {
            let places_missing = range.from_seq..=range.to_seq;
            range.to_seq.saturating_sub(range.from_seq) < 100_000
                && places_missing.into_iter().all(|seq| places.contains_key(&(epoch, seq)))
        };
        if !start.missing.as_ref().is_some_and(came) {
            lost.push(Bounds {
                earliest_ms: good.and_then(|good| timed[good].proven.earliest_ms),
                latest_ms: timed[at].proven.latest_ms,
            });
        }
        (epoch, seq) = (epoch + 1, 1);
    }
    let came = |head: &Link| {
        let at = *places.get(&(head.epoch, head.seq))?;
        whole[at].then(|| &timed[at])
    };
    let asked: Vec<Timed> = requests
        .iter()
        .filter_map(|request| match &request.head {
            None => Some(bounds_of_reading(request.time, None, reader.anchors)),
            Some(head) => came(head).map(|head| bounds_of_reading(request.time, Some(head), reader.anchors)),
        })
        .collect();
    Installation {
        enrolled_ms: reader.enrolled_ms,
        revoked_ms: reader.revoked_ms,
        received_past_ms: received_past(
            timed.iter().zip(&whole).filter(|(_, came)| **came).map(|(timed, _)| timed).chain(&asked),
        ),
        lost,
        lost_by_office: Vec::new(),
    }
}
