//! The history, and the answer to *why?*.

use std::{fs, io::Write, path::Path};

use hadir_core::{
    engine::{LogEntry, LogFilter, LogWhat},
    judge::{DayVerdict, WindowVerdict},
    model::Kind,
    text::{
        engine as said, home, judge, parked, policy, share,
        time::{DayClock, grade},
    },
};

use crate::{
    engine::CheckInEngine,
    error::{HadirError, WhatToDo},
    home::{DeliveryMark, WindowMark},
    words::{count, date, record, window},
};

/// What kind of record a row is; a shell chooses a picture by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum LogMark {
    /// A tap with a fix.
    Tap,
    /// A tap without one.
    TapWithoutFix,
    /// A self-assessment.
    Form,
    /// A batch of live share.
    Share,
    /// A request, a withdrawal or an appeal.
    Asked,
    /// A confirmation.
    Seen,
    /// A note of the phone itself: clock, network, storage.
    Note,
}

/// A record as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct LogRow {
    /// Names it for `why_record`, `appeal` and `proof`.
    pub id: String,
    /// Of which kind.
    pub mark: LogMark,
    /// The date that it is listed under, for people: *Selasa, 24 November 2026*.
    pub day_text: String,
    /// *08.00.09.*
    pub time_text: String,
    /// *Presensi, ketelitian ±25 m.*
    pub title: String,
    /// How well its time is proven: *Waktu terbukti*.
    pub grade_text: String,
    /// *Sudah diterima 08.01*, in the office's zone.
    pub delivery_text: String,
    /// The same, as a colour.
    pub delivery: DeliveryMark,
}

/// Why something stands as it does.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Why {
    /// The duty date; names it for `appeal`.
    pub date: String,
    /// The window, by id; `None` for a whole day or a record that counts for none.
    pub window: Option<String>,
    /// *Jadwal 08.00, Selasa, 24 November 2026.*
    pub title: String,
    /// *Terlambat 12 menit.*
    pub state: String,
    /// Shape and colour.
    pub mark: WindowMark,
    /// The rule, the window, the evidence; one sentence each, in the order in which they are told.
    pub reasons: Vec<String>,
    /// The record that it rests on.
    pub record: Option<String>,
    /// Whether an appeal can be made.
    pub can_appeal: bool,
    /// Said where the office may know more: it decides, this is a preview.
    pub preview_note: String,
}

/// A record that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ParkedRow {
    /// Its place; both name it for [`CheckInEngine::release`].
    pub epoch: u32,
    /// Likewise.
    pub seq: u64,
    /// The record, where it is still here.
    pub record: Option<String>,
    /// What it is, and when it was made.
    pub title: String,
    /// Why the server could not take it, that it is kept here, and what the person can do.
    pub reason: String,
    /// *Kode: bad_record*: the server's problem code, small, for whoever helps.
    pub code_text: String,
}

#[uniffi::export]
impl CheckInEngine {
    /// The newest records of this phone, newest first; at most `limit`. Some tens of milliseconds for fifty. The server's times, which come with each
    /// delivery, are not among them: they are evidence, in `export`, and nothing that the person did.
    ///
    /// # Errors
    /// [`HadirError::NotEnrolled`]; [`HadirError::Store`] when the store can't be read.
    pub fn history(&self, limit: u32) -> Result<Vec<LogRow>, HadirError> {
        self.run(|engine, lang| {
            let today = home::clock_of(&engine.today()?, lang);
            let limit = Some(usize::try_from(limit).unwrap_or(usize::MAX));
            let entries = engine.log(&LogFilter { limit, without_server_time: true, ..LogFilter::default() })?;
            Ok(entries.iter().rev().map(|entry| row(entry, &today)).collect())
        })
    }

    /// Why a window of a date stands as it does; `None` where there is no such window.
    ///
    /// # Errors
    /// As [`Self::history`]; [`HadirError::BadInput`] for a date that is none.
    pub fn why(&self, date_of: String, window_id: String) -> Result<Option<Why>, HadirError> {
        let (date, window) = (date(&date_of, self.lang())?, window(&window_id, self.lang())?);
        self.run(|engine, lang| {
            let Some(day) = engine.day(date)? else { return Ok(None) };
            let clock = judge::clock_of(&day, lang);
            Ok(day.windows.iter().find(|verdict| verdict.id == window).map(|verdict| of_window(&day, verdict, &clock)))
        })
    }

    /// Why a day stands as it does: its windows first, then live share and what concerns the whole day. Empty where no rule is in force.
    ///
    /// # Errors
    /// As [`Self::why`].
    pub fn why_day(&self, date_of: String) -> Result<Vec<Why>, HadirError> {
        let date = date(&date_of, self.lang())?;
        self.run(|engine, lang| {
            let Some(day) = engine.day(date)? else { return Ok(Vec::new()) };
            let clock = judge::clock_of(&day, lang);
            let mut all: Vec<Why> = day.windows.iter().map(|verdict| of_window(&day, verdict, &clock)).collect();
            all.extend(of_share(&day, &clock));
            all.push(of_day(&day, &clock));
            Ok(all)
        })
    }

    /// What a record came to, with the evidence for its time.
    ///
    /// # Errors
    /// [`HadirError::NotFound`]; and as [`Self::history`].
    pub fn why_record(&self, id: String) -> Result<Why, HadirError> {
        let id = record(&id, self.lang())?;
        self.run(|engine, lang| {
            let (entry, day) = engine.why_record(id)?;
            let clock = match &day {
                Some(day) => judge::clock_of(day, lang),
                None => home::clock_of(&engine.today()?, lang),
            };
            Ok(of_record(&entry, day.as_ref(), &clock))
        })
    }

    /// Records that the server could not take, and that wait for a person.
    ///
    /// # Errors
    /// As [`Self::history`].
    pub fn parked(&self) -> Result<Vec<ParkedRow>, HadirError> {
        self.run(|engine, lang| {
            let places = engine.diagnostics().parked;
            if places.is_empty() {
                return Ok(Vec::new());
            }
            let clock = home::clock_of(&engine.today()?, lang);
            let entries = engine.log(&LogFilter::default())?;
            let row = |place: &hadir_core::outbox::ParkedPlace| {
                let entry = entries.iter().find(|entry| entry.link == place.link);
                let title = entry.map_or_else(
                    || format!("{} {}:{}", lang.pick("Catatan", "Record"), place.link.epoch, place.link.seq),
                    |entry| format!("{}, {}", clock.second(entry.claimed_ms), said::log_what(&entry.what, lang)),
                );
                ParkedRow {
                    epoch: place.link.epoch,
                    seq: place.link.seq,
                    record: entry.map(|entry| entry.id.to_string()),
                    title,
                    reason: parked::parked(&place.reason, lang),
                    code_text: parked::code(&place.reason, lang),
                }
            };
            Ok(places.iter().map(row).collect())
        })
    }

    /// Has a parked record tried again with the next sync.
    ///
    /// # Errors
    /// [`HadirError::NotFound`] when none is parked there; and as a tap.
    pub fn release(&self, epoch: u32, seq: u64) -> Result<(), HadirError> {
        self.run(|engine, _| engine.release(epoch, seq))
    }

    /// Writes the whole signed history into a new file, for anyone to check; returns how many records it holds. Positions are in it:
    /// say so before it is shared.
    ///
    /// # Errors
    /// [`HadirError::BadInput`] when the file exists or can't be made; and as [`Self::history`].
    pub fn export(&self, file: String) -> Result<u32, HadirError> {
        self.attempt(|engine, lang| {
            let export = engine.export().map_err(|error| HadirError::of(&error, lang))?;
            let text =
                serde_json::to_vec_pretty(&export).map_err(|error| HadirError::internal(error.to_string(), lang))?;
            let failed =
                |_| HadirError::bad_input("Berkas tidak dapat dibuat di sana.", "The file can't be made there.", lang);
            let path = Path::new(&file);
            let mut out = fs::OpenOptions::new().write(true).create_new(true).open(path).map_err(failed)?;
            if out.write_all(&text).and_then(|()| out.sync_all()).is_err() {
                // Half a history is nobody's evidence; it was ours to make, so it is ours to remove.
                let _ = fs::remove_file(path);
                let text = lang.pick("Tidak ada ruang untuk berkas itu.", "There is no room for that file.").to_owned();
                return Err(HadirError::Store { text, todo: WhatToDo::FreeSpace });
            }
            Ok(count(export.records.len()))
        })
    }
}

fn row(entry: &LogEntry, today: &DayClock) -> LogRow {
    let lang = today.lang;
    let at_ms = entry.bounds.nearest(entry.claimed_ms);
    let date = today.zone.local(at_ms).date();
    let clock = DayClock { date, ..*today };
    let received = entry.received_ms.map(|at| format!(" {}", clock.brief(at))).unwrap_or_default();
    LogRow {
        id: entry.id.to_string(),
        mark: mark(&entry.kind, &entry.what),
        day_text: policy::date(date, lang),
        time_text: home::bare(&clock, at_ms),
        title: said::log_in_brief(&entry.what, lang),
        grade_text: grade(entry.grade, lang).to_owned(),
        delivery_text: format!("{}{received}", said::delivery(&entry.delivery, lang)),
        delivery: (&entry.delivery).into(),
    }
}

fn mark(kind: &Kind, what: &LogWhat) -> LogMark {
    match (kind, what) {
        (_, LogWhat::TapWithoutFix { .. }) => LogMark::TapWithoutFix,
        (Kind::CheckIn, _) => LogMark::Tap,
        (Kind::HealthForm, _) => LogMark::Form,
        (Kind::Track, _) => LogMark::Share,
        (Kind::Request | Kind::Appeal, _) => LogMark::Asked,
        (Kind::Acknowledge, _) => LogMark::Seen,
        _ => LogMark::Note,
    }
}

fn of_window(day: &DayVerdict, verdict: &WindowVerdict, clock: &DayClock) -> Why {
    let lang = clock.lang;
    // Its first line is the state itself.
    let mut why = judge::why(verdict, clock).into_iter();
    let state = why.next().unwrap_or_default();
    Why {
        date: day.date.to_string(),
        window: Some(verdict.id.to_string()),
        title: format!("{} {}, {}", lang.pick("Jadwal", "Window"), verdict.window.label, policy::date(day.date, lang)),
        state,
        mark: WindowMark::of(verdict.effective(), verdict.needs_a_look()),
        reasons: why.collect(),
        record: verdict.tap.map(|tap| tap.record.to_string()),
        can_appeal: !verdict.is_appealed(),
        preview_note: judge::preview(lang).to_owned(),
    }
}

fn of_share(day: &DayVerdict, clock: &DayClock) -> Option<Why> {
    let verdict = day.share.as_ref()?;
    let mut why = share::why(verdict, clock).into_iter();
    Some(Why {
        date: day.date.to_string(),
        window: None,
        title: format!("{}, {}", share::label(clock.lang), policy::date(day.date, clock.lang)),
        state: why.next().unwrap_or_default(),
        mark: if verdict.needs_a_look() { WindowMark::Look } else { WindowMark::OnTime },
        reasons: why.collect(),
        record: None,
        can_appeal: false,
        preview_note: judge::preview(clock.lang).to_owned(),
    })
}

fn of_day(day: &DayVerdict, clock: &DayClock) -> Why {
    let lang = clock.lang;
    let mut reasons: Vec<String> = day.reasons.iter().map(|reason| judge::reason(reason, clock)).collect();
    reasons.extend(day.corrections.iter().map(|correction| judge::correction(correction, clock)));
    reasons.extend(day.appeals.iter().map(|seen| hadir_core::text::ask::appeal_seen(seen, clock)));
    reasons.extend(
        day.others.iter().map(|other| format!("{}: {}", clock.second(other.tap.at_ms), judge::other(other.why, clock))),
    );
    if day.entry.form.is_some() {
        reasons.push(judge::entry(day.entry, lang));
    }
    Why {
        date: day.date.to_string(),
        window: None,
        title: policy::date(day.date, lang),
        state: judge::day_state(day.state, lang).to_owned(),
        mark: WindowMark::NotOwed,
        reasons,
        record: None,
        can_appeal: day.appeals.iter().all(|seen| !seen.is_open()),
        preview_note: judge::preview(lang).to_owned(),
    }
}

fn of_record(entry: &LogEntry, day: Option<&DayVerdict>, clock: &DayClock) -> Why {
    let lang = clock.lang;
    let id = entry.id;
    let received = entry.received_ms.map(|at| format!(" {}", clock.second(at))).unwrap_or_default();
    let counted = day.and_then(|day| {
        let rests_on = |verdict: &&WindowVerdict| {
            verdict.tap.is_some_and(|tap| tap.record == id) || verdict.supporting.contains(&id)
        };
        day.windows.iter().find(rests_on).map(|verdict| of_window(day, verdict, clock))
    });
    let other = day.and_then(|day| day.others.iter().find(|other| other.tap.record == id));
    let mut reasons = vec![
        format!("{}: {}", lang.pick("Bukti waktu", "Evidence of time"), clock.bounds(entry.bounds)),
        grade(entry.grade, lang).to_owned(),
        format!("{}{received}", said::delivery(&entry.delivery, lang)),
    ];
    let state = match (&counted, other) {
        (Some(counted), _) => {
            // When it arrived is told by both.
            let more: Vec<String> = counted.reasons.iter().filter(|told| !reasons.contains(told)).cloned().collect();
            reasons.extend(more);
            format!("{}: {}", counted.title, counted.state)
        }
        (None, Some(other)) => {
            reasons.extend(home::flags(&other.flags, clock));
            judge::other(other.why, clock)
        }
        (None, None) => said::delivery(&entry.delivery, lang).to_owned(),
    };
    let date = day.map_or_else(|| clock.zone.local(entry.bounds.nearest(entry.claimed_ms)).date(), |day| day.date);
    Why {
        date: date.to_string(),
        window: counted.as_ref().and_then(|counted| counted.window.clone()),
        title: format!("{}, {}", said::log_what(&entry.what, lang), clock.second(entry.claimed_ms)),
        state,
        mark: counted.as_ref().map_or(WindowMark::NotOwed, |counted| counted.mark),
        reasons,
        record: Some(id.to_string()),
        can_appeal: matches!(entry.kind, Kind::CheckIn | Kind::HealthForm),
        preview_note: judge::preview(lang).to_owned(),
    }
}
