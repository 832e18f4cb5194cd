//! `hadir phone track --gpx FILE`: plays a recorded track to the engine as a telephone's receiver would, and syncs every so
//! often. What is shared, when, and what is told of it, is the engine's doing.
//!
//! - [`gpx`]: the file, read whole and checked;
//! - [`run`]: one track against a clock, for this command and for scripts.

pub(super) mod gpx;

use hadir_core::{
    engine::{CheckInEngine, EngineError, ShareNow, ShareToday, Shared},
    model::{CheckIn, RecordId},
    text::{self, Lang, many, time::DayClock},
};
use serde::Serialize;

use super::{
    args::{AfterArgs, PlaceArgs, ShareAct, TrackArgs},
    deliver,
    failure::Failure,
    handset::Handset,
    play::Timer,
    screen,
};
use crate::out::{Exit, Out};

/// How a track is played.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct How {
    /// Accuracy where the file says nothing of it, metres.
    pub(super) accuracy_m: f64,
    /// Whether the platform calls the fixes mocks.
    pub(super) mock: bool,
    /// At the times that the file names, instead of from now on.
    pub(super) as_recorded: bool,
    /// Minutes between two syncs; `None`: no sync at all.
    pub(super) sync_every_min: Option<u32>,
    /// The longest that one may take, seconds.
    pub(super) deadline_s: u64,
}

/// What came of a track.
#[derive(Debug, Default, Serialize)]
pub(super) struct Played {
    did: &'static str,
    points: usize,
    given: usize,
    records: usize,
    syncs: usize,
    skipped: usize,
    pending: u64,
    share: Option<ShareToday>,
}

/// `hadir phone track`.
pub(super) fn track(place: &PlaceArgs, args: &TrackArgs, out: Out) -> Result<Exit, Failure> {
    if args.drive && place.clock.is_none() {
        return Err(Failure::DriveWhat);
    }
    let points = gpx::load(&args.gpx)?;
    let handset = Handset::enrolled(place)?;
    let timer = Timer::new(&handset.clock, args.drive);
    let how = How {
        accuracy_m: args.accuracy,
        mock: args.mock,
        as_recorded: args.as_recorded,
        sync_every_min: (!args.after.offline).then_some(args.sync_every),
        deadline_s: args.after.deadline,
    };
    let failed = |error| Failure::Clock(place.clock.clone().unwrap_or_default(), error);
    let played = run(&handset, &timer, &points, how, out, &failed)?;
    out.object(&played);
    for line in played.lines(out.lang) {
        out.say(line);
    }
    deliver::after(&handset, args.after, out)
}

/// What a person's act came to.
#[derive(Debug, Serialize)]
pub(super) struct ShareDone {
    did: &'static str,
    records: Vec<RecordId>,
    share: Option<ShareToday>,
}

impl ShareDone {
    /// Of a call.
    pub(super) fn of(did: &'static str, shared: &Shared) -> Self {
        Self { did, records: shared.recorded.clone(), share: shared.today.clone() }
    }
}

/// Does what the person does with live share.
pub(super) fn act(engine: &CheckInEngine, act: ShareAct) -> Result<Shared, EngineError> {
    match act {
        ShareAct::Start => engine.share(),
        ShareAct::Pause => engine.pause_share(),
        ShareAct::Stop => engine.stop_share(),
    }
}

/// `hadir phone share start | pause | stop`.
pub(super) fn share(handset: &Handset, what: ShareAct, after: AfterArgs, out: Out) -> Result<Exit, Failure> {
    let shared = act(&handset.engine, what)?;
    out.object(&ShareDone::of("share", &shared));
    let clock = screen::clock_of(&handset.engine.today()?, out);
    out.say(describe(&shared, &clock));
    deliver::after(handset, after, out)
}

/// How live share stands after a call, in a sentence.
pub(super) fn describe(shared: &Shared, clock: &DayClock) -> String {
    match &shared.today {
        Some(share) => text::share::line(share, clock),
        None => text::engine::error(&EngineError::NoLiveShare, clock.lang),
    }
}

/// Plays a track: starts sharing when its hours are there, gives each point at its time, and stops at the end. The
/// engine drops what lies outside the hours.
pub(super) fn run(
    handset: &Handset,
    timer: &Timer,
    points: &[gpx::Point],
    how: How,
    out: Out,
    failed: &dyn Fn(std::io::Error) -> Failure,
) -> Result<Played, Failure> {
    // The accuracy is checked before anything is done.
    if let Some(first) = points.first() {
        first.fix(how.accuracy_m, how.mock)?;
    }
    let engine = &handset.engine;
    let first_ms = points.first().map_or(0, |point| point.at_ms);
    let begun_ms = timer.now_ms();
    let shift_ms = if how.as_recorded { 0 } else { begun_ms.saturating_sub(first_ms) };
    let every_ms = how.sync_every_min.map(|minutes| i64::from(minutes.max(1)) * 60_000);
    let mut next_sync_ms = every_ms.map(|every| begun_ms.saturating_add(every));
    let mut played = Played { did: "track", points: points.len(), ..Played::default() };
    if engine.today()?.share.is_none() {
        return Err(EngineError::NoLiveShare.into());
    }
    let mut state = None;
    for (number, point) in (1..).zip(points) {
        let at_ms = point.at_ms.saturating_add(shift_ms);
        if at_ms < begun_ms {
            played.skipped += 1;
            continue;
        }
        timer.wait_until(at_ms, number, out).map_err(failed)?;
        let before = engine.today()?;
        let mut now = before.share.as_ref().map(|share| share.state);
        if matches!(now, Some(ShareNow::Ready | ShareNow::Stopped | ShareNow::Paused)) && played.given == 0 {
            played.note(&engine.share()?);
            now = Some(ShareNow::Sharing);
        }
        let shared = engine.track(&CheckIn::Fix(point.fix(how.accuracy_m, how.mock)?))?;
        played.note(&shared);
        if now == Some(ShareNow::Sharing) {
            played.given += 1;
        } else {
            played.skipped += 1;
        }
        let after = shared.today.as_ref().map(|share| share.state);
        if after != state {
            let clock = screen::clock_of(&before, out);
            out.say(say(&shared, &clock, timer.now_ms()));
            state = after;
        }
        if matches!(after, None | Some(ShareNow::Over)) {
            played.skipped += points.len() - number;
            break;
        }
        if let (Some(due), Some(every)) = (next_sync_ms, every_ms)
            && timer.now_ms() >= due
        {
            deliver::run(handset, how.deadline_s, out)?;
            played.syncs += 1;
            next_sync_ms = Some(timer.now_ms().saturating_add(every));
        }
    }
    played.note(&engine.stop_share()?);
    played.pending = engine.diagnostics().pending;
    Ok(played)
}

fn say(shared: &Shared, clock: &DayClock, now_ms: i64) -> String {
    format!("{}  {}", clock.second(now_ms), describe(shared, clock))
}

impl Played {
    fn note(&mut self, shared: &Shared) {
        self.records += shared.recorded.len();
        self.share.clone_from(&shared.today);
    }

    /// In words.
    pub(super) fn lines(&self, lang: Lang) -> Vec<String> {
        let Self { points, given, records, syncs, skipped, pending, .. } = self;
        let totals = self.share.as_ref().map(|share| text::share::totals(share.shared, lang)).unwrap_or_default();
        let mut lines = vec![match lang {
            Lang::Id => format!("{given} dari {points} titik dibagikan: {totals}"),
            Lang::En => format!("{given} of {points} points were shared: {totals}"),
        }];
        if *skipped > 0 {
            lines.push(match lang {
                Lang::Id => {
                    format!("{skipped} titik di luar jamnya atau sudah lewat: tidak dibagikan dan tidak disimpan")
                }
                Lang::En => {
                    format!("{} outside the hours or long past: not shared and not kept", many(*skipped, "point"))
                }
            });
        }
        lines.push(match lang {
            Lang::Id => format!("{records} catatan, {syncs} kali dikirim, {pending} menunggu"),
            Lang::En => format!("{}, sent {}, {pending} waiting", many(*records, "record"), many(*syncs, "time")),
        });
        lines
    }
}
