//! Live share: hours, batches, pauses, exits, crashes and clocks.

use super::*;
use crate::{
    judge::{Here, ShareFlag, ShareState},
    model::{Body, CheckIn, Kind, NoFix, Record, RecordId, ShareThen, SpanIs, Track, Unknown},
    policy::Policy,
    ports::disk::model::Cut,
    seal::frame::FrameKey,
    track::Totals,
    wire::DateSpan,
};

/// Somebody at home under Parepare's rule, at 07:30 sharp; the region is a circle of 10.5 km around the town.
fn at_home() -> World {
    World::of("parepare-2021", "wfh")
}

/// A fix so many kilometres north of the middle of Parepare's region.
fn fix_at(km_north: f64, accuracy_m: f64) -> CheckIn {
    CheckIn::Fix(Fix::new(-4.02 + km_north / 110.57, 119.66, accuracy_m, 0, FixSource::Gnss).unwrap())
}

fn home() -> CheckIn {
    fix_at(1.0, 12.0)
}

fn away() -> CheckIn {
    fix_at(14.0, 12.0)
}

impl World {
    /// Feeds a fix every two and a half minutes, for so many minutes.
    fn walk(&self, engine: &CheckInEngine, minutes: u64, seen: &CheckIn) -> Vec<RecordId> {
        let mut recorded = Vec::new();
        for _ in 0..minutes * 2 / 5 {
            self.pass(150_000);
            recorded.extend(engine.track(seen).unwrap().recorded);
        }
        recorded
    }

    fn tracks(&self, engine: &CheckInEngine) -> Vec<(Record, Track)> {
        self.deliver(engine);
        let records = self.office().records_kept();
        let track = |record: Record| match record.body() {
            Ok(Body::Track(track)) => Some((record, track)),
            _ => None,
        };
        records.into_iter().filter_map(track).collect()
    }
}

fn told(tracks: &[(Record, Track)]) -> Totals {
    tracks.iter().fold(Totals::default(), |sum, (_, track)| sum + Totals::of(&track.spans))
}

fn state(engine: &CheckInEngine) -> ShareNow {
    engine.today().unwrap().share.unwrap().state
}

fn minutes(count: u64) -> u64 {
    count * MINUTE
}

#[test]
fn a_day_of_sharing_is_a_batch_each_five_minutes_and_covers_the_hours_without_a_gap() {
    let world = at_home();
    let engine = world.enrolled();
    assert_eq!(state(&engine), ShareNow::Ready);
    let started = engine.share().unwrap();
    assert_eq!(started.recorded.len(), 1, "that it began is on disk");
    assert_eq!(started.today.unwrap().fix_every_s, 150);
    let recorded = world.walk(&engine, 480, &home());
    assert_eq!(state(&engine), ShareNow::Over);
    assert!((90..=97).contains(&recorded.len()), "{}", recorded.len());
    let tracks = world.tracks(&engine);
    assert_eq!(told(&tracks), Totals { inside_ms: minutes(480), outside_ms: 0, unknown_ms: 0 });
    assert!(tracks.iter().all(|(_, track)| track.points.is_empty()), "no point of somebody at home");
    assert_eq!(tracks.last().unwrap().1.then, ShareThen::Over);
    assert_eq!(told(&tracks), engine.today().unwrap().share.unwrap().shared);
}

#[test]
fn the_phone_judges_a_days_live_share_as_the_office_will() {
    let world = at_home();
    let engine = world.enrolled();
    let verdict = |engine: &CheckInEngine| engine.day(world.date).unwrap().unwrap().share.unwrap();
    assert_eq!(verdict(&engine).shared, Totals::default(), "not started");
    engine.share().unwrap();
    world.walk(&engine, 60, &home());
    assert_eq!(verdict(&engine).state, ShareState::Sharing { here: Here::Inside });
    world.walk(&engine, 60, &away());
    world.walk(&engine, 360, &home());
    let over = verdict(&engine);
    assert_eq!((over.state, over.shared), (ShareState::Shared, told(&world.tracks(&engine))));
    let [exit] = over.exits[..] else { panic!("{over:?}") };
    assert!(exit.until_ms - exit.from_ms >= 59 * 60_000, "{exit:?}");
    assert_eq!(over.flags, [ShareFlag::LeftRegion(exit)]);
    // As at hand, so when it is looked up days later.
    world.pass(3 * 24 * 60 * MINUTE);
    assert_eq!(verdict(&engine).shared, over.shared);
}

#[test]
fn a_batch_costs_one_sync_to_the_medium_and_a_fix_none() {
    let world = at_home();
    let engine = world.enrolled();
    engine.share().unwrap();
    world.sync(&engine);
    for _ in 0..20 {
        world.pass(60_000);
        let before = engine.ports.disk.syncs();
        let recorded = engine.track(&home()).unwrap().recorded.len() as u64;
        assert_eq!(engine.ports.disk.syncs() - before, recorded);
    }
}

#[test]
fn the_agencys_recovery_key_does_not_lead_to_the_open_batch() {
    let world = at_home();
    let engine = world.enrolled();
    engine.share().unwrap();
    world.walk(&engine, 3, &home());
    let sealed = world.disk.content("share.draft");
    let mut inner = engine.inner();
    let journal = &inner.enrolled().unwrap().journal;
    let opens = |key: &[u8; 32]| FrameKey::new(key).open(b"hadir/share-draft/1", &sealed).is_ok();
    assert!(opens(&journal.derive_own_key("share")) && !opens(&journal.derive_key("share")));
}

#[test]
fn nothing_is_shared_before_the_person_starts_nor_outside_the_hours() {
    let world = at_home();
    let engine = world.enrolled();
    assert_eq!(engine.track(&away()).unwrap().recorded, [], "not started");
    world.until("15:29");
    engine.share().unwrap();
    world.until("18:00");
    let late = engine.track(&away()).unwrap();
    assert_eq!(late.today.unwrap().state, ShareNow::Over);
    assert_eq!(engine.track(&away()).unwrap().recorded, []);
    assert!(matches!(engine.share(), Err(EngineError::OutsideShareHours { .. })));
    let tracks = world.tracks(&engine);
    assert_eq!(
        told(&tracks),
        Totals { inside_ms: 0, outside_ms: 0, unknown_ms: minutes(1) },
        "until 15:30 and no further"
    );
    assert!(tracks.iter().all(|(_, track)| track.points.is_empty()));
    let (_, last) = tracks.last().unwrap();
    let ends_ms = DayTime::parse("15:30").unwrap().on(world.date, world.zone);
    assert_eq!((last.then, last.until.as_ref().unwrap().wall_ms), (ShareThen::Over, ends_ms));
    assert!(matches!(World::ordinary().enrolled().share(), Err(EngineError::NoLiveShare)));
    assert!(matches!(World::of("parepare-2021", "wfo").enrolled().share(), Err(EngineError::NoLiveShare)));
}

#[test]
fn the_hours_end_with_the_next_sync_even_if_no_fix_comes() {
    let world = at_home();
    let engine = world.enrolled();
    engine.share().unwrap();
    world.walk(&engine, 10, &home());
    world.until("20:00");
    let tracks = world.tracks(&engine);
    assert_eq!(tracks.last().unwrap().1.then, ShareThen::Over);
    let sums = told(&tracks);
    assert_eq!(sums.inside_ms + sums.unknown_ms, minutes(480));
    assert_eq!(sums.inside_ms, minutes(15), "the last fix stands for five minutes");
}

#[test]
fn a_pause_is_unknown_by_the_persons_wish_and_nothing_seen_in_it_is_kept() {
    let world = at_home();
    let engine = world.enrolled();
    engine.share().unwrap();
    world.walk(&engine, 10, &home());
    engine.pause_share().unwrap();
    assert_eq!(state(&engine), ShareNow::Paused);
    assert_eq!(world.walk(&engine, 20, &away()), []);
    engine.share().unwrap();
    world.walk(&engine, 10, &home());
    engine.stop_share().unwrap();
    assert_eq!(state(&engine), ShareNow::Stopped);
    assert_eq!(engine.track(&away()).unwrap().recorded, []);
    let tracks = world.tracks(&engine);
    assert_eq!(told(&tracks), Totals { inside_ms: minutes(20), outside_ms: 0, unknown_ms: minutes(20) });
    let paused = tracks.iter().flat_map(|(_, track)| &track.spans).find(|span| matches!(span.is, SpanIs::Unknown(_)));
    assert_eq!(paused.unwrap().is, SpanIs::Unknown(Unknown::Paused));
    assert!(tracks.iter().all(|(_, track)| track.points.is_empty()));
}

#[test]
fn an_exit_without_a_permit_shows_its_first_point_and_no_other() {
    let world = at_home();
    let engine = world.enrolled();
    engine.share().unwrap();
    world.walk(&engine, 10, &home());
    world.walk(&engine, 30, &away());
    world.walk(&engine, 10, &home());
    world.walk(&engine, 10, &fix_at(15.0, 30.0));
    let tracks = world.tracks(&engine);
    let points: Vec<_> = tracks.iter().flat_map(|(_, track)| &track.points).collect();
    assert_eq!(points.len(), 2, "one for each exit");
    assert!(points[0].fix.lat() > -3.9 && points[0].fix.lat() < points[1].fix.lat());
    let outside = told(&tracks).outside_ms;
    assert!((minutes(37)..=minutes(40)).contains(&outside), "{outside}");
    let by: Vec<u32> = tracks
        .iter()
        .flat_map(|(_, track)| &track.spans)
        .filter_map(|span| match span.is {
            SpanIs::Outside { by_m, .. } => Some(by_m),
            _ => None,
        })
        .collect();
    assert!(by.iter().all(|by_m| (3_400..4_600).contains(by_m)), "{by:?}");
}

#[test]
fn an_exit_that_begins_with_the_word_that_closes_a_batch_is_shown_once() {
    for first in [149_000_u64, 150_000, 151_000] {
        let world = at_home();
        let engine = world.enrolled();
        engine.share().unwrap();
        world.pass(first);
        engine.track(&home()).unwrap();
        world.pass(150_000);
        engine.track(&away()).unwrap();
        world.walk(&engine, 15, &away());
        let points: usize = world.tracks(&engine).iter().map(|(_, track)| track.points.len()).sum();
        assert_eq!(points, 1, "after {first} ms");
    }
}

#[test]
fn an_exit_with_a_permit_is_told_and_not_shown() {
    let world = at_home();
    world.office().permits = vec![DateSpan { from: world.date, until: world.date }];
    let engine = world.enrolled();
    assert!(engine.share().unwrap().today.unwrap().may_leave_region);
    world.walk(&engine, 20, &away());
    let tracks = world.tracks(&engine);
    assert!(told(&tracks).outside_ms >= minutes(19), "{:?}", told(&tracks));
    assert!(tracks.iter().all(|(_, track)| track.points.is_empty()));
}

#[test]
fn near_the_border_nobody_is_called_outside() {
    let world = at_home();
    let engine = world.enrolled();
    engine.share().unwrap();
    // 300 m beyond the border, accurate to 200 m.
    world.walk(&engine, 20, &fix_at(10.8, 200.0));
    let tracks = world.tracks(&engine);
    let sums = told(&tracks);
    assert_eq!((sums.outside_ms, sums.inside_ms), (0, 0));
    assert!(tracks.iter().all(|(_, track)| track.points.is_empty()));
    let why = tracks.iter().flat_map(|(_, track)| &track.spans).any(|s| s.is == SpanIs::Unknown(Unknown::NearEdge));
    assert!(why);
}

#[test]
fn an_old_fix_tells_where_the_phone_was_and_not_where_it_is() {
    let world = at_home();
    let engine = world.enrolled();
    engine.share().unwrap();
    world.pass(10 * MINUTE);
    let stale = CheckIn::Fix(Fix::new(-4.02, 119.66, 10.0, 301_000, FixSource::Fused).unwrap());
    engine.track(&stale).unwrap();
    world.pass(5 * MINUTE);
    engine.track(&stale).unwrap();
    assert_eq!(told(&world.tracks(&engine)).inside_ms, 0);
}

#[test]
fn a_killed_process_loses_nothing_and_a_power_cut_at_most_the_open_batch() {
    for power_cut in [false, true] {
        let mut world = at_home();
        let engine = world.enrolled();
        engine.share().unwrap();
        world.walk(&engine, 10, &home());
        world.pass(150_000);
        assert_eq!(engine.track(&home()).unwrap().recorded, [], "the batch is open");
        if power_cut {
            world.disk = world.disk.after_power_cut(Cut::LosesAll);
        } else {
            drop(engine);
        }
        world.boot_mark = None;
        let engine = world.open();
        assert_eq!(state(&engine), ShareNow::Sharing, "what the person wished is kept");
        world.pass(150_000);
        engine.track(&home()).unwrap();
        world.pass(150_000);
        engine.stop_share().unwrap();
        let sums = told(&world.tracks(&engine));
        if power_cut {
            assert!((minutes(12)..=minutes(15)).contains(&sums.inside_ms), "{sums:?}");
        } else {
            assert!(sums.inside_ms >= minutes(15), "{sums:?}");
        }
        assert_eq!(sums.outside_ms, 0);
    }
}

#[test]
fn with_a_boot_mark_another_process_goes_on_as_if_nothing_had_happened() {
    let mut world = at_home();
    world.boot_mark = Some("7".into());
    let engine = world.enrolled();
    engine.share().unwrap();
    drop(engine);
    for _ in 0..12 {
        world.pass(150_000);
        // An app that is started anew for each fix.
        world.open().track(&home()).unwrap();
    }
    let engine = world.open();
    engine.stop_share().unwrap();
    assert_eq!(told(&world.tracks(&engine)), Totals { inside_ms: minutes(30), outside_ms: 0, unknown_ms: 0 });
}

#[test]
fn a_phone_that_was_off_says_nothing_of_that_time() {
    let world = at_home();
    let engine = world.enrolled();
    engine.share().unwrap();
    world.walk(&engine, 10, &home());
    world.pass(100_000);
    engine.track(&home()).unwrap();
    drop(engine);
    let off = 2 * 60 * MINUTE;
    world.clock.reboot(off);
    world.office().now_ms += i64::try_from(off).unwrap();
    let engine = world.open();
    assert_eq!(state(&engine), ShareNow::Sharing);
    world.walk(&engine, 10, &home());
    engine.stop_share().unwrap();
    let tracks = world.tracks(&engine);
    let covered = told(&tracks).inside_ms + told(&tracks).unknown_ms;
    // It begins again with the first word after the restart.
    assert_eq!(covered, minutes(20) - 150_000 + 100_000, "the two hours are in no batch");
    let before = tracks.iter().find(|(_, track)| track.until.is_some()).unwrap();
    assert_ne!(before.1.until.as_ref().unwrap().session, before.0.time.session);
    assert_eq!(told(std::slice::from_ref(before)).inside_ms, 100_000);
}

#[test]
fn a_clock_that_is_set_wrong_neither_prolongs_nor_ends_the_hours() {
    let world = at_home();
    let engine = world.enrolled();
    world.sync(&engine);
    engine.share().unwrap();
    world.until("09:00");
    // Nine hours on: by the wall clock it is evening.
    world.clock.set_wall(world.office().now_ms + 9 * 3_600_000);
    assert_eq!(engine.track(&home()).unwrap().today.unwrap().state, ShareNow::Sharing);
    world.until("15:40");
    world.clock.set_wall(world.office().now_ms - 5 * 3_600_000);
    engine.track(&away()).unwrap();
    assert_eq!(state(&engine), ShareNow::Over);
    let sums = told(&world.tracks(&engine));
    assert_eq!(sums.inside_ms + sums.unknown_ms, minutes(480));
    assert_eq!(sums.outside_ms, 0);
}

#[test]
fn a_recall_to_the_office_ends_it_and_the_batch_before_is_closed_by_the_rule_under_which_it_was_made() {
    let world = at_home();
    let engine = world.enrolled();
    engine.share().unwrap();
    world.walk(&engine, 8, &home());
    let date = world.date;
    world.office().mode(date, "recalled");
    world.deliver(&engine);
    let before = world.tracks(&engine);
    let (record, track) = before.iter().rfind(|(_, track)| !track.spans.is_empty()).unwrap();
    assert_eq!(track.covers_ms(), 150_000);
    assert_eq!(record.assignment, before[0].0.assignment, "signed before the new assignment was taken");
    world.pass(150_000);
    assert_eq!(engine.track(&away()).unwrap().today, None);
    let after = world.tracks(&engine);
    assert_eq!(after.last().unwrap().1.then, ShareThen::Over);
    assert_eq!(told(&after).outside_ms, 0);
}

#[test]
fn points_are_sent_at_each_interval_where_the_rule_asks_for_points() {
    let world = at_home();
    let toml = crate::policy::shipped().iter().find(|(id, _)| *id == "parepare-2021").unwrap().1;
    let policy = Policy::parse(&toml.replace("detail = \"interval\"", "detail = \"point\"")).unwrap();
    world.office().publish(&policy);
    let engine = world.enrolled();
    engine.share().unwrap();
    for _ in 0..30 {
        world.pass(60_000);
        engine.track(&home()).unwrap();
    }
    engine.stop_share().unwrap();
    let tracks = world.tracks(&engine);
    let points: usize = tracks.iter().map(|(_, track)| track.points.len()).sum();
    assert!((6..=7).contains(&points), "{points} in half an hour");
    for (_, track) in &tracks {
        assert!(track.points.iter().all(|point| point.ms <= track.covers_ms()));
    }
}

#[test]
fn without_a_fix_the_reason_is_told() {
    let world = at_home();
    let engine = world.enrolled();
    engine.share().unwrap();
    world.walk(&engine, 10, &CheckIn::NoFix(NoFix::Off));
    let tracks = world.tracks(&engine);
    let off = SpanIs::Unknown(Unknown::NoFix { no_fix: NoFix::Off });
    assert!(tracks.iter().flat_map(|(_, track)| &track.spans).any(|span| span.is == off));
}

#[test]
fn a_full_disk_is_said_and_the_batch_stays_open_until_there_is_room() {
    let world = at_home();
    let engine = world.enrolled();
    engine.share().unwrap();
    world.walk(&engine, 5, &home());
    let used = world.disk.used();
    world.disk.set_capacity(Some(used));
    let mut refused = 0;
    for _ in 0..400 {
        world.pass(150_000);
        match engine.track(&home()) {
            Ok(_) => {}
            Err(EngineError::StoreFull) => refused += 1,
            Err(other) => panic!("{other:?}"),
        }
        if refused > 3 {
            break;
        }
    }
    world.disk.set_capacity(None);
    if state(&engine) == ShareNow::Sharing {
        engine.stop_share().unwrap();
    }
    let sums = told(&world.tracks(&engine));
    assert_eq!(sums.outside_ms + sums.unknown_ms, 0, "{sums:?}");
}

#[test]
fn the_log_lists_batches_in_words() {
    let world = at_home();
    let engine = world.enrolled();
    engine.share().unwrap();
    world.walk(&engine, 5, &home());
    let log = engine.log(&LogFilter { kinds: vec![Kind::Track], ..LogFilter::default() }).unwrap();
    let words: Vec<String> =
        log.iter().map(|entry| crate::text::engine::log_what(&entry.what, crate::text::Lang::En)).collect();
    assert_eq!(words, ["Live share: started", "Live share: 5 minutes inside the region, goes on"]);
}
