//! The times of a policy: check-in windows, shifts, dated hours, live sharing.

use super::sheet::Sheet;
use super::values::number_of;
use crate::policy::{
    CheckInRule, DatedHours, Expected, Fault, LateBand, LiveShareRule, Marks, Named, ShareHours, Shift, Source,
    WindowRule,
};
use crate::schedule::{DayTime, LateFrom, LateRule, Mode, Rounding, ShareDetail, Weekdays, WindowId};

/// Minutes on either side of a scheduled time that are on time, where a policy does not say.
const TOLERANCE_MIN: u32 = 15;
/// Minutes for which lateness runs, where a policy does not say.
const LATE_RUNS_MIN: u32 = 60;
/// The product's own check-in times, for circulars without any.
const DEFAULT_TIMES: [(u8, u8); 4] = [(8, 0), (11, 0), (14, 0), (16, 0)];

/// `[check_in]`. Without it the product's own windows hold for people at home.
pub(super) fn check_in(root: &Sheet<'_>) -> CheckInRule {
    let Some(sheet) = root.table("check_in") else {
        return CheckInRule {
            modes: vec![Mode::Wfh],
            windows: default_windows(),
            late_runs_min: LATE_RUNS_MIN,
            late: LateRule::default(),
            bands: Vec::new(),
            marks: Marks::all(Source::Ours),
        };
    };
    let modes = sheet.modes("modes", &[Mode::Wfh]);
    let late_runs_min = sheet.opt_int("late_runs_min").unwrap_or(LATE_RUNS_MIN);
    let counted_from = [("on_time_end", LateFrom::OnTimeEnd), ("scheduled_time", LateFrom::Nominal)];
    let rounding = [("down", Rounding::Down), ("up", Rounding::Up)];
    let late = LateRule {
        counted_from: sheet.name("late_minutes_from", Named::LateFrom, &counted_from).unwrap_or_default(),
        rounding: sheet.name("late_minutes_round", Named::Rounding, &rounding).unwrap_or_default(),
    };
    let bands = sheet.tables("bands").iter().map(band).collect();
    let asks_nobody = modes.is_empty();
    let windows = match sheet.has("windows") {
        true => windows(&sheet, "windows"),
        false if asks_nobody => {
            sheet.get("windows");
            Vec::new()
        }
        false => {
            sheet.get("windows");
            default_windows()
        }
    };
    CheckInRule { modes, windows, late_runs_min, late, bands, marks: sheet.marks() }
}

fn default_windows() -> Vec<WindowRule> {
    let times = DEFAULT_TIMES.iter().filter_map(|(h, m)| DayTime::hm(*h, *m));
    times.map(|at| around(at, TOLERANCE_MIN, TOLERANCE_MIN, Weekdays::ALL, (Source::Ours, Source::Ours))).collect()
}

/// A window around a scheduled time.
fn around(at: DayTime, before: u32, after: u32, days: Weekdays, (time, tolerance): (Source, Source)) -> WindowRule {
    let seconds = |minutes: u32| i32::try_from(minutes).unwrap_or(1_440).min(1_440) * 60;
    WindowRule {
        id: WindowId::of_time(at),
        label: at.dotted(),
        days,
        nominal: at,
        opens: at.plus_seconds(-seconds(before)),
        on_time_until: at.plus_seconds(seconds(after)),
        time_source: time,
        tolerance_source: tolerance,
    }
}

/// `[[….windows]]`: days and either `times` with a tolerance or `spans`.
fn windows(parent: &Sheet<'_>, key: &str) -> Vec<WindowRule> {
    let list = parent.at(key);
    let mut rules: Vec<WindowRule> = Vec::new();
    for sheet in parent.tables(key) {
        let days = sheet.opt_days("days").unwrap_or(Weekdays::ALL);
        let before = sheet.opt_int("opens_before_min").unwrap_or(TOLERANCE_MIN);
        let after = sheet.opt_int("on_time_after_min").unwrap_or(TOLERANCE_MIN);
        let (times, mut spans) = (sheet.words("times"), sheet.words("spans"));
        let asked_for_times = sheet.has("opens_before_min") || sheet.has("on_time_after_min");
        match (sheet.has("times"), sheet.has("spans")) {
            (true, true) => {
                sheet.fault("spans", Fault::Either { first: "times", second: "spans" });
                spans.clear();
            }
            (false, false) => {
                sheet.need("times", "[\"08:00\", \"11:00\"]");
            }
            (false, true) if asked_for_times => {
                sheet.fault("spans", Fault::Either { first: "opens_before_min", second: "spans" });
            }
            _ => {}
        }
        let marks = sheet.marks();
        let mut add = |span: std::ops::Range<usize>, rule: Option<WindowRule>, expected, text: String| match rule {
            Some(rule) => {
                sheet.notes.put(format!("{list}[{}]", rules.len()), span);
                rules.push(rule);
            }
            None => sheet.notes.add(span, &sheet.path, Fault::Unreadable { expected, text }),
        };
        let tolerance = marks.of("on_time_after_min");
        for (span, text) in times {
            let at = DayTime::parse(&text).ok();
            let rule = at.map(|at| around(at, before, after, days, (marks.of("times"), tolerance)));
            add(span, rule, "07:30", text);
        }
        for (span, text) in spans {
            let rule = read_span(&text).map(|(from, until)| WindowRule {
                id: WindowId::of_time(from),
                label: from.dotted_until(until),
                days,
                nominal: from,
                opens: from,
                on_time_until: until,
                time_source: marks.of("spans"),
                tolerance_source: marks.of("spans"),
            });
            add(span, rule, "07:00-07:30", text);
        }
    }
    rules
}

fn read_span(text: &str) -> Option<(DayTime, DayTime)> {
    let (from, until) = text.split_once(['-', '–'])?;
    Some((DayTime::parse(from).ok()?, DayTime::parse(until).ok()?))
}

fn band(sheet: &Sheet<'_>) -> LateBand {
    sheet.need("from_min", "1");
    sheet.need("cut_percent", "0.5");
    let band = LateBand {
        name: sheet.text("name", "\"TL1\""),
        from_min: sheet.opt_int("from_min").unwrap_or(0),
        below_min: sheet.opt_int("below_min"),
        cut_e4: sheet.opt_scaled("cut_percent", 100).unwrap_or(0),
        source: Source::Ours,
    };
    LateBand { source: sheet.marks().source, ..band }
}

/// `[[shifts]]`.
pub(super) fn shifts(root: &Sheet<'_>) -> Vec<Shift> {
    let shifts = root.tables("shifts");
    let read = shifts.iter().map(|sheet| Shift {
        id: sheet.text("id", "\"malam\""),
        title: sheet.text("title", "\"Sif malam\""),
        windows: windows(sheet, "windows"),
        marks: sheet.marks(),
    });
    read.collect()
}

/// `[[hours]]`: dated hours such as Ramadan's.
pub(super) fn hours(root: &Sheet<'_>) -> Vec<DatedHours> {
    let hours = root.tables("hours");
    let read = hours.iter().map(|sheet| {
        let own = sheet.has("windows").then(|| windows(sheet, "windows"));
        if own.is_none() {
            sheet.get("windows");
        }
        let share = sheet.table("share").map(|share| {
            let hours = share_hours(&share);
            share.unknown_keys();
            hours
        });
        DatedHours {
            name: sheet.text("name", "\"Jam kerja Ramadan\""),
            from: sheet.date("from"),
            until: sheet.date("until"),
            windows: own,
            share,
            marks: sheet.marks(),
        }
    });
    read.collect()
}

/// `[live_share]`.
pub(super) fn live_share(root: &Sheet<'_>) -> Option<LiveShareRule> {
    let sheet = root.table("live_share")?;
    let detail = [("interval", ShareDetail::Interval), ("point", ShareDetail::Point)];
    Some(LiveShareRule {
        modes: sheet.modes("modes", &[Mode::Wfh]),
        hours: share_hours(&sheet),
        detail: sheet.name("detail", Named::Detail, &detail).unwrap_or(ShareDetail::Interval),
        interval_s: sheet.opt_int("interval_s").unwrap_or(300),
        marks: sheet.marks(),
    })
}

fn share_hours(sheet: &Sheet<'_>) -> ShareHours {
    sheet.need("starts", "\"07:30\"");
    let minutes = sheet.need("hours", "8").and_then(|value| number_of(value.get_ref()));
    if let (None, Some(value)) = (minutes, sheet.get("hours")) {
        sheet.wrong_type("hours", Expected::Number, value);
    }
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast saturates; the range is checked later"
    )]
    let minutes = minutes.map_or(60, |hours| (hours * 60.0).round() as u32);
    ShareHours { starts: sheet.opt_time("starts").unwrap_or(DayTime::MIDNIGHT), minutes }
}
