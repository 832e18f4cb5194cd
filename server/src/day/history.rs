//! What an installation's stored history says around a date: every record with its bounds, and up to when all has come.
//!
//! A stretch gives bounds that are true, if wider than the whole history would: tokens days away bound nothing tighter
//! than those of the day. Up to where the history has no gap the store knows without reading it.

use std::collections::{BTreeMap, BTreeSet};

use hadir_core::{
    envelope::Unverified,
    judge::{Gathered, HistoryEntry, Installation as Received, Reader, gather},
    model::{Body, EnvelopeHash, EpochStart, InstallId, Note, Record, SeqRange},
    place::{Geofence, PlaceLimits},
    time::{Anchor, Anchors, Bounds, Timed, bounds_of_reading, received_past},
    trust::TrustStore,
    wire::{RequestAuth, TimeToken},
};

use crate::{
    limits::CLOCK_ERROR_MS,
    store::{
        EpochPlaces, EvidenceCause, Installation, PlaceState, ProvenPlace, RecordRow, Result, Span, StoreError,
        StoreRead,
    },
};

/// A stretch of an installation's history.
#[derive(Debug)]
pub(super) struct History {
    /// Its records, by epoch and place.
    pub(super) records: Vec<Record>,
    /// When each was received, milliseconds.
    pub(super) received_ms: Vec<i64>,
    /// Times, taps, forms, and up to when all has come.
    pub(super) gathered: Gathered,
    /// Stubs whose original has not come.
    pub(super) parked: u32,
    /// Whether a place before another one was never received.
    pub(super) has_gap: bool,
    /// Whether two objects claim one place.
    pub(super) forks: bool,
    /// When the phone reported a loss, by the arrival of the report, milliseconds.
    pub(super) losses: Vec<i64>,
}

/// Where histories are read from, and how.
pub(super) struct Source<'a> {
    pub(super) store: &'a dyn StoreRead,
    pub(super) trust: &'a TrustStore,
    pub(super) fence: Option<&'a Geofence>,
    /// Records that claim or arrived at a time in `[from_ms, until_ms)` are read.
    pub(super) from_ms: i64,
    pub(super) until_ms: i64,
}

/// Reads one installation; `index` is its place among the person's.
pub(super) fn read(source: &Source<'_>, index: usize, phone: &Installation) -> Result<History> {
    let store = source.store;
    let rows = store.records(&phone.id, Span::Touching { from_ms: source.from_ms, until_ms: source.until_ms })?;
    let records = rows.iter().map(payload).collect::<Result<Vec<Record>>>()?;
    let is_false = |t_ms: i64| phone.ahead.is_some_and(|ahead| ahead.holds(t_ms));
    let anchors = anchors(source.trust, phone, &records);
    let mut receipts = receipt_times(store, &phone.id, &records)?;
    receipts.retain(|_, t_ms| !is_false(*t_ms));
    let entries: Vec<HistoryEntry<'_>> = records
        .iter()
        .zip(&rows)
        .map(|(record, row)| HistoryEntry {
            record,
            receipt_ms: record.receipt.and_then(|hash| receipts.get(&hash).copied()),
            arrival_ms: Some(row.received_ms),
        })
        .collect();
    let reader = Reader {
        installation: index,
        enrolled_ms: phone
            .ahead
            .filter(|ahead| ahead.holds(phone.enrolled_ms))
            .map_or(phone.enrolled_ms, |it| it.after_ms),
        revoked_ms: phone.revoked.as_ref().map(|revoked| revoked.at_ms),
        anchors: &anchors,
        fence: source.fence,
        limits: &PlaceLimits::default(),
        server_err_ms: CLOCK_ERROR_MS,
    };
    let mut gathered = gather(&reader, &entries, &[]);
    let whole = whole_until(store, phone)?;
    let losses = losses(store, phone, &rows, &records, &gathered.timed)?;
    let lost_by_office = lost_by_office(source, phone, &records, &gathered.timed)?;
    gathered.installation = Received {
        received_past_ms: past(source, phone, &whole, &anchors, &records, &gathered.timed)?,
        lost: losses.iter().map(|(bounds, _)| *bounds).collect(),
        lost_by_office,
        ..gathered.installation
    };
    Ok(History {
        parked: u32::try_from(whole.stubs).unwrap_or(u32::MAX),
        has_gap: !whole.earlier || whole.beyond,
        forks: store.evidence(&phone.id)?.iter().any(|object| object.cause == EvidenceCause::Place),
        losses: losses.iter().map(|(_, at_ms)| *at_ms).collect(),
        received_ms: rows.iter().map(|row| row.received_ms).collect(),
        records,
        gathered,
    })
}

/// The signature was checked before the record was stored; what is read here is our own disk.
fn payload(row: &RecordRow) -> Result<Record> {
    let parsed = Unverified::<Record>::parse(row.record.compact.as_str());
    parsed.map(|parsed| parsed.unverified_payload().clone()).map_err(|_| StoreError::Corrupt("records.compact"))
}

/// The tokens that the history carries. Each counts once, at its first place, and only if the server signed it for this phone.
fn anchors(trust: &TrustStore, phone: &Installation, records: &[Record]) -> Anchors {
    let mut anchors = Anchors::default();
    let mut used = BTreeSet::new();
    for record in records {
        let Ok(Body::Note(Note::TimeToken { token, session, run, s_ms, r_ms })) = record.body() else { continue };
        let Ok(opened) = trust.open::<TimeToken>(&token) else { continue };
        let TimeToken { install: whose, nonce, t_ms, err_ms, .. } = *opened.payload();
        if whose == phone.id
            && !phone.ahead.is_some_and(|ahead| ahead.holds(t_ms))
            && used.insert(*nonce.as_bytes())
            && let Ok(anchor) = Anchor::new(session, run, s_ms, r_ms, t_ms, err_ms)
        {
            anchors.add(&anchor);
        }
    }
    anchors
}

fn receipt_times(
    store: &dyn StoreRead,
    install: &InstallId,
    records: &[Record],
) -> Result<BTreeMap<EnvelopeHash, i64>> {
    store.receipt_times(install, records.iter().filter_map(|record| record.receipt).collect())
}

/// Up to where a history has come without a gap. A stub is a gap: what it stands for has not come.
struct Whole {
    /// Whether every epoch before the newest has come from its first place to the last one that is here.
    earlier: bool,
    /// The last place of the newest epoch without a gap before it.
    places: u64,
    /// Whether something came after a gap of the newest epoch.
    beyond: bool,
    /// Stubs in the newest epoch.
    stubs: u64,
}

fn whole_until(store: &dyn StoreRead, phone: &Installation) -> Result<Whole> {
    let epochs = store.epochs(&phone.id)?;
    let newest = epochs.iter().find(|of| of.epoch == phone.epoch);
    let is_whole = |of: &EpochPlaces| of.taken == of.last && of.stubs == 0;
    let mut earlier = epochs.iter().filter(|of| of.epoch < phone.epoch).all(is_whole);
    let mut before = 0;
    for of in &epochs {
        // An epoch of which nothing is here is a gap too, unless the phone says that it lost it.
        if of.epoch > before + 1 {
            earlier &= says_lost_after(store, phone, of.epoch)?.is_some_and(|good| good <= before);
        }
        before = of.epoch;
    }
    let gap = newest.and_then(|of| of.first_stub).map_or(phone.contiguous, |stub| phone.contiguous.min(stub - 1));
    Ok(Whole {
        earlier,
        places: gap,
        beyond: newest.is_some_and(|of| of.last > phone.contiguous),
        stubs: newest.map_or(0, |of| of.stubs),
    })
}

/// After which epoch everything is lost, by the record that begins a later one; 0 where nothing was good.
fn says_lost_after(store: &dyn StoreRead, phone: &Installation, epoch: u32) -> Result<Option<u32>> {
    let first = store.records(&phone.id, Span::Places { epoch, from: 1, to: 1 })?;
    let Some(record) = first.first().map(payload).transpose()? else { return Ok(None) };
    Ok(match record.body() {
        Ok(Body::Epoch(EpochStart { last_good, .. })) => Some(last_good.map_or(0, |good| good.epoch)),
        _ => None,
    })
}

impl Whole {
    /// Whether everything up to a place has come.
    fn holds(&self, phone: &Installation, epoch: u32, seq: u64) -> bool {
        self.earlier && (epoch < phone.epoch || (epoch == phone.epoch && seq <= self.places))
    }
}

/// Up to when everything has come: by records without a gap before them, and by signed requests whose head is among them.
fn past(
    source: &Source<'_>,
    phone: &Installation,
    whole: &Whole,
    anchors: &Anchors,
    records: &[Record],
    timed: &[Timed],
) -> Result<Option<i64>> {
    let store = source.store;
    let come = records.iter().zip(timed).filter(|(record, _)| whole.holds(phone, record.epoch, record.seq));
    let mut known: Vec<Timed> = come.map(|(_, timed)| *timed).collect();
    let within = source.from_ms..source.until_ms;
    let mut newest = true;
    for witness in store.witnesses(&phone.id)?.into_iter().rev() {
        // Up to when all has come the newest says, and of the stretch each: one before it is told by another clock.
        if !newest && !within.contains(&witness.received_ms) {
            continue;
        }
        if witness.head.is_some_and(|head| !whole.holds(phone, head.epoch, head.seq)) {
            continue;
        }
        let request = Unverified::<RequestAuth>::parse(witness.request.as_str())
            .map_err(|_| StoreError::Corrupt("witnesses.request"))?;
        let head = witness
            .head
            .and_then(|head| records.iter().position(|record| (record.epoch, record.seq) == (head.epoch, head.seq)));
        let time = &request.unverified_payload().time;
        let bounds = bounds_of_reading(time, head.map(|at| &timed[at]), anchors);
        newest &= bounds.proven.is_empty() || bounds.proven.earliest_ms.is_none();
        known.push(bounds);
    }
    Ok(received_past(known.iter()))
}

/// What the office itself had and lost: between the records on either side of each gap, and before its receipt.
fn lost_by_office(
    source: &Source<'_>,
    phone: &Installation,
    records: &[Record],
    timed: &[Timed],
) -> Result<Vec<Bounds>> {
    let mut gaps: Vec<(ProvenPlace, ProvenPlace, i64)> = Vec::new();
    for place in source.store.proven(&phone.id)? {
        match gaps.last_mut() {
            Some((_, last, receipt_ms)) if (last.epoch, last.seq + 1) == (place.epoch, place.seq) => {
                (*last, *receipt_ms) = (place, place.receipt_ms.max(*receipt_ms));
            }
            _ => gaps.push((place, place, place.receipt_ms)),
        }
    }
    let read = |epoch, seq| records.iter().position(|record| (record.epoch, record.seq) == (epoch, seq));
    let mut lost = Vec::new();
    for (first, last, receipt_ms) in gaps {
        let before = read(first.epoch, first.seq - 1).map(|at| timed[at].proven.earliest_ms);
        if before.is_none() {
            // The record before is not of this stretch: a gap after it begins either long before or after everything here.
            let (epoch, seq) = (first.epoch, first.seq - 1);
            let row = source.store.records(&phone.id, Span::Places { epoch, from: seq, to: seq })?;
            if row.first().is_some_and(|row| row.record.claimed_ms >= source.until_ms) {
                continue;
            }
        }
        let after = read(last.epoch, last.seq + 1).and_then(|at| timed[at].proven.latest_ms);
        let latest_ms = after.map_or(receipt_ms, |after| after.min(receipt_ms));
        lost.push(Bounds { earliest_ms: before.flatten(), latest_ms: Some(latest_ms) });
    }
    Ok(lost)
}

/// What epochs report as missing and has not come from elsewhere: between which instants it was made, and when the report came.
fn losses(
    store: &dyn StoreRead,
    phone: &Installation,
    rows: &[RecordRow],
    records: &[Record],
    timed: &[Timed],
) -> Result<Vec<(Bounds, i64)>> {
    let mut lost = Vec::new();
    for (at, record) in records.iter().enumerate() {
        let Ok(Body::Epoch(EpochStart { last_good, missing, .. })) = record.body() else { continue };
        if let Some(SeqRange { from_seq, to_seq }) = missing {
            let came = store.places(&phone.id, record.epoch.saturating_sub(1), from_seq, to_seq)?;
            let wanted = to_seq.saturating_sub(from_seq).saturating_add(1);
            if came.iter().filter(|place| place.state == PlaceState::Record).count() as u64 == wanted {
                continue;
            }
        }
        let good = last_good
            .and_then(|good| records.iter().position(|record| (record.epoch, record.seq) == (good.epoch, good.seq)));
        let bounds = Bounds {
            earliest_ms: good.and_then(|good| timed[good].proven.earliest_ms),
            latest_ms: timed[at].proven.latest_ms,
        };
        lost.push((bounds, rows[at].received_ms));
    }
    Ok(lost)
}
