//! `hadir phone check-in`: the tap. It is on disk before anything else happens.

use hadir_core::{
    engine::{Attempt, EngineError, Recorded, TapNow},
    model::{Fix, FixSource, Link, RecordId},
    text::{Lang, engine, time::grade},
};
use serde::Serialize;

use super::{
    args::{PlaceArgs, TapArgs},
    deliver,
    failure::Failure,
    handset::Handset,
    screen, words,
};
use crate::out::{Exit, Out};

/// No position is older than a thousand days, and no argument overflows.
const MAX_AGE_S: f64 = 86_400_000.0;

/// Makes the attempt that the arguments describe.
pub(super) fn attempt(args: &TapArgs) -> Result<Attempt, Failure> {
    match (args.lat, args.lon, args.accuracy, args.no_fix) {
        (Some(lat), Some(lon), Some(accuracy), _) => fix(lat, lon, accuracy, args.age, args.mock),
        // clap asks for one of the two.
        (_, _, _, why) => Ok(Attempt::without_fix(why.map_or(hadir_core::model::NoFix::Timeout, Into::into))),
    }
}

/// A position that was typed in: degrees, metres, seconds.
pub(super) fn fix(lat: f64, lon: f64, accuracy: f64, age_s: f64, mock: bool) -> Result<Attempt, Failure> {
    if !age_s.is_finite() {
        return Err(Failure::Age(age_s));
    }
    #[expect(clippy::cast_possible_truncation, reason = "clamped to a thousand days")]
    let age_ms = (age_s.clamp(-MAX_AGE_S, MAX_AGE_S) * 1_000.0).round() as i64;
    Ok(Attempt::with_fix(Fix::new(lat, lon, accuracy, age_ms, FixSource::Manual)?.with_mock(mock)))
}

/// A record as it is printed for programs.
#[derive(Debug, Serialize)]
pub(super) struct RecordDone<'a> {
    did: &'static str,
    id: RecordId,
    hash: hadir_core::model::EnvelopeHash,
    epoch: u32,
    seq: u64,
    pending: u64,
    #[serde(flatten)]
    tap: Option<TapDone<'a>>,
}

#[derive(Debug, Serialize)]
struct TapDone<'a> {
    at: hadir_core::engine::Now,
    counts: &'a TapNow,
}

impl<'a> RecordDone<'a> {
    /// Of a tap.
    pub(super) fn tap(did: &'static str, recorded: &'a Recorded) -> Self {
        let tap = TapDone { at: recorded.at, counts: &recorded.counts };
        Self { tap: Some(tap), ..Self::of(did, recorded.id, recorded.link, recorded.pending) }
    }

    /// Of any record.
    pub(super) fn of(did: &'static str, id: RecordId, link: Link, pending: u64) -> Self {
        Self { did, id, hash: link.hash, epoch: link.epoch, seq: link.seq, pending, tap: None }
    }
}

/// Records a tap, says so, and syncs.
pub(super) fn check_in(place: &PlaceArgs, args: &TapArgs, out: Out) -> Result<Exit, Failure> {
    let attempt = attempt(args)?;
    let did = if args.no_fix.is_some() { "no_fix" } else { "check_in" };
    let handset = Handset::enrolled(place)?;
    let recorded = handset.engine.check_in(attempt)?;
    out.object(&RecordDone::tap(did, &recorded));
    for line in describe(&handset, did, &recorded, out)? {
        out.say(line);
    }
    deliver::after(&handset, args.after, out)
}

/// A recorded tap in words.
pub(super) fn describe(
    handset: &Handset,
    did: &str,
    recorded: &Recorded,
    out: Out,
) -> Result<Vec<String>, EngineError> {
    let lang = out.lang;
    let mut today = handset.engine.today()?;
    let clock = screen::clock_of(&today, out);
    // The words know the windows' labels from the screen; what the tap counted as is what it was when it was made.
    today.tap = recorded.counts.clone();
    let (at, proven) = (words::now(&recorded.at, &clock), grade(recorded.at.grade, lang));
    let counts = engine::tap_now(&today, lang);
    let mut lines = Vec::new();
    if did == "no_fix" {
        lines.push(lang.pick("Lokasi tidak didapat, tetap tercatat", "No position, recorded all the same").to_owned());
    }
    lines.push(match lang {
        Lang::Id => format!("Tercatat di HP ini, {at}, menunggu dikirim. {counts}."),
        Lang::En => format!("Recorded on this phone, {at}, waiting to be sent. {counts}."),
    });
    lines.push(format!("{proven} · {} {}", lang.pick("catatan", "record"), recorded.id));
    Ok(lines)
}
