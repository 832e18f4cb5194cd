//! `hadir phone reminders`, `month`, `choices` and `practice`: what is to come, what a month came to, and what can be chosen.

use chrono::NaiveDate;
use hadir_core::{
    engine::{AppealChoices, Attempt, DayKnown, MonthDay, Needed, Reminder, RequestChoices},
    schedule::{DateRange, YearMonth},
    text::{
        self, Lang, ask, judge, policy,
        time::{DayClock, short_date},
    },
};
use serde::Serialize;

use super::{
    act,
    args::{ChoicesFor, PracticeArgs},
    deliver::patiently,
    failure::Failure,
    handset::Handset,
};
use crate::out::{Exit, Out};

/// A reminder with its words, for programs.
#[derive(Debug, Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    reminder: &'a Reminder,
    title: &'a str,
    body: &'a str,
}

/// Lists the reminders that a telephone would set.
pub(super) fn reminders(handset: &Handset, limit: usize, out: Out) -> Result<Exit, Failure> {
    let reminders = handset.engine.reminders(limit)?;
    for reminder in &reminders {
        let (title, body) = (text::reminder::title(reminder, out.lang), text::reminder::body(reminder, out.lang));
        out.object(&Told { reminder, title: &title, body: &body });
        let date = reminder.zone.local(reminder.at_ms).date();
        let clock = DayClock { zone: reminder.zone, date, lang: out.lang };
        out.say(format!("{}, {}  {title}. {body}", short_date(date, out.lang), clock.minute(reminder.at_ms)));
    }
    if reminders.is_empty() {
        out.tell("Tidak ada pengingat.", "There is nothing to remind of.");
    }
    Ok(Exit::Done)
}

/// Shows a month; the present one without one.
pub(super) fn month(handset: &Handset, which: Option<YearMonth>, out: Out) -> Result<Exit, Failure> {
    let lang = out.lang;
    let month = patiently(out, lang.pick("Membaca", "Reading"), || handset.engine.month(which))?;
    out.object(&month);
    out.say(text::month::title(month.month, lang));
    for day in &month.days {
        let clock = DayClock { zone: month.zone, date: day.date, lang };
        out.say(format!("  {}: {}", policy::date(day.date, lang), of_day(day, &clock)));
    }
    for line in text::month::totals(&month.totals, lang) {
        out.say(line);
    }
    out.say(text::month::preview_note(lang));
    Ok(Exit::Done)
}

fn of_day(day: &MonthDay, clock: &DayClock) -> String {
    let (state, windows, flagged) = match &day.known {
        DayKnown::Judged { state, windows, flagged, .. } => (state, windows, flagged),
        DayKnown::NotJudged { why } => return text::month::not_judged(*why, clock.lang).to_owned(),
    };
    let of_window = |window: &hadir_core::engine::MonthWindow| {
        format!("{} {}", window.label, judge::window_state(window.state, clock.lang))
    };
    let windows: Vec<String> = windows.iter().map(of_window).collect();
    let mut line = judge::day_state(*state, clock.lang).to_owned();
    if !windows.is_empty() {
        line = windows.join(" · ");
    }
    if *flagged { format!("{line} · {}", judge::flagged(clock.lang)) } else { line }
}

/// Shows what can be chosen in a request or an appeal.
pub(super) fn choices(handset: &Handset, of: ChoicesFor, date: Option<NaiveDate>, out: Out) -> Result<Exit, Failure> {
    let lines = match of {
        ChoicesFor::Request => {
            let choices = handset.engine.request_choices(date)?;
            out.object(&choices);
            of_request(&choices, out.lang)
        }
        ChoicesFor::Appeal => {
            let choices = handset.engine.appeal_choices(date)?;
            out.object(&choices);
            of_appeal(&choices, out.lang)
        }
    };
    for line in lines {
        out.say(line);
    }
    Ok(Exit::Done)
}

fn range(range: DateRange, lang: Lang) -> String {
    format!("{} – {}", short_date(range.first, lang), short_date(range.last, lang))
}

fn needed(needed: Needed, id: &'static str, en: &'static str, lang: Lang) -> String {
    match needed {
        Needed::Required => format!(" ({})", lang.pick(id, en)),
        Needed::Optional => String::new(),
    }
}

fn of_request(choices: &RequestChoices, lang: Lang) -> Vec<String> {
    let mut lines = vec![
        format!("{}: {}", lang.pick("Tanggal pertama", "First date"), range(choices.from_dates, lang)),
        format!(
            "{} {}: {}",
            lang.pick("Tanggal terakhir, mulai", "Last date, from"),
            short_date(choices.from, lang),
            range(choices.until_dates, lang)
        ),
    ];
    lines.extend(choices.kinds.iter().map(|kind| {
        let windows = needed(kind.windows, "dengan jadwalnya", "with its windows", lang);
        format!("  {}: {}{windows}", kind.what.as_str(), ask::what(kind.what, lang))
    }));
    let windows: Vec<&str> = choices.windows.iter().map(|window| window.label.as_str()).collect();
    lines.push(format!("{}: {}", lang.pick("Jadwal", "Windows"), windows.join(", ")));
    lines
}

fn of_appeal(choices: &AppealChoices, lang: Lang) -> Vec<String> {
    let mut lines = vec![format!("{}: {}", lang.pick("Tanggal", "Date"), range(choices.dates, lang))];
    lines.push(format!("{}:", policy::date(choices.date, lang)));
    lines.extend(choices.windows.iter().map(|window| {
        let appealed = if window.appealed { lang.pick(" · sudah disanggah", " · appealed already") } else { "" };
        format!("  {}: {}{appealed}", window.label, judge::window_state(window.state, lang))
    }));
    lines.extend(choices.grounds.iter().map(|choice| {
        let text = needed(choice.text, "dengan penjelasan", "with a text", lang);
        format!("  {}: {}{text}", choice.grounds.as_str(), ask::grounds(choice.grounds, lang))
    }));
    lines
}

/// Shows what a tap would come to, without one.
pub(super) fn practice(handset: &Handset, args: &PracticeArgs, out: Out) -> Result<Exit, Failure> {
    let attempt = match (args.lat, args.lon, args.accuracy, args.no_fix) {
        (Some(lat), Some(lon), Some(accuracy), _) => Some(act::fix(lat, lon, accuracy, 0.0, false)?),
        (_, _, _, Some(why)) => Some(Attempt::without_fix(why.into())),
        _ => None,
    };
    let practice = handset.engine.practice(attempt.as_ref().map(|attempt| &attempt.check_in))?;
    out.object(&practice);
    for line in text::practice::lines(&practice, out.lang) {
        out.say(line);
    }
    Ok(Exit::Done)
}
