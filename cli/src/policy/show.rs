//! `hadir policy show`: what a policy asks on a date, and where each value comes from.

use std::io::{self, Write};
use std::path::PathBuf;

use chrono::{Datelike, NaiveDate};
use clap::Args;
use hadir_core::policy::{GroupPlace, Marks, Policy, Shape, Source, Until};
use hadir_core::schedule::{DayPlan, Mode, PlanFor, Shifts, Weekdays, plan_day};
use hadir_core::text::{Lang, policy as words, roster, share};
use serde_json::json;

use crate::out::{Exit, Out};

/// Arguments of `show`.
#[derive(Args, Debug)]
pub(super) struct ShowArgs {
    /// A policy file, or the id of a shipped policy.
    file: PathBuf,
    /// The duty date.
    #[arg(long)]
    date: NaiveDate,
    /// A unit's id, for its work week.
    #[arg(long)]
    unit: Option<String>,
    /// A shift's id.
    #[arg(long)]
    shift: Option<String>,
}

pub(super) fn run(args: &ShowArgs, how: Out, out: &mut impl Write, err: &mut impl Write) -> io::Result<Exit> {
    let lang = how.lang;
    let text = match super::read(&args.file, lang) {
        Ok(text) => text,
        Err(sentence) => {
            writeln!(err, "{sentence}")?;
            return Ok(Exit::Store);
        }
    };
    let policy = match Policy::parse(&text) {
        Ok(policy) => policy,
        Err(errors) => {
            super::check::explain(&args.file.display().to_string(), &text, &errors, lang, err)?;
            return Ok(Exit::Usage);
        }
    };
    let who = PlanFor { unit: args.unit.as_deref(), shifts: Shifts::every_day(args.shift.as_deref()) };
    if let Some(shift) = who.shifts.on.filter(|shift| policy.shift(shift).is_none()) {
        let sentence = lang.pick("aturan ini tidak mempunyai sif", "this policy has no shift");
        writeln!(err, "{}: {sentence} \"{shift}\"", args.file.display())?;
        return Ok(Exit::Usage);
    }
    let modes = Mode::ALL.into_iter().filter(|mode| *mode != Mode::Off);
    let plans: Vec<DayPlan> = modes.map(|mode| plan_day(&policy, args.date, mode, &who)).collect();
    if how.json {
        writeln!(out, "{}", json!({ "date": args.date, "policy": policy, "plans": plans }))?;
    } else {
        Page { policy: &policy, lang, out }.write(args.date, &plans)?;
    }
    Ok(Exit::Done)
}

/// A page of text about one policy on one date.
struct Page<'a, W> {
    policy: &'a Policy,
    lang: Lang,
    out: &'a mut W,
}

impl<W: Write> Page<'_, W> {
    fn write(&mut self, date: NaiveDate, plans: &[DayPlan]) -> io::Result<()> {
        self.head()?;
        writeln!(self.out)?;
        self.day(date, plans)?;
        writeln!(self.out)?;
        self.rules(date)
    }

    /// The mark of a key, as it stands behind a value.
    fn mark(&self, marks: &Marks, key: &str) -> String {
        self.of(marks.of(key))
    }

    fn of(&self, source: Source) -> String {
        format!("[{}]", words::source(source, self.lang))
    }

    fn head(&mut self) -> io::Result<()> {
        let (policy, lang) = (self.policy, self.lang);
        writeln!(self.out, "{} · {}", policy.id, policy.title)?;
        writeln!(self.out, "{} · {} ({})", policy.place, policy.zone.abbreviation(), policy.zone)?;
        let legal = &policy.legal;
        let mut basis = legal.kind.clone();
        for (key, value) in [("number", legal.number.clone()), ("date", legal.date.map(|d| words::date(d, lang)))] {
            if let Some(value) = value {
                basis = format!("{basis} {value} {}", self.mark(&legal.marks, key));
            }
        }
        writeln!(self.out, "{basis}; {} {}", legal.issuer, self.mark(&legal.marks, "issuer"))?;
        let from = words::date(policy.valid.from, lang);
        let (key, until) = match &policy.valid.until {
            Until::Date(date) => ("valid_until", words::date(*date, lang)),
            Until::Act(act) => ("valid_until_act", act.clone()),
            Until::Open => ("valid_until", lang.pick("tanpa batas", "open-ended").to_owned()),
        };
        let (in_force, to) = (lang.pick("Berlaku", "In force"), lang.pick("sampai", "until"));
        let marks = (self.mark(&policy.marks, "valid_from"), self.mark(&policy.marks, key));
        writeln!(self.out, "{in_force} {from} {} {to} {until} {}", marks.0, marks.1)?;
        if let Some(note) = &policy.note {
            writeln!(self.out, "{note}")?;
        }
        Ok(())
    }

    fn day(&mut self, date: NaiveDate, plans: &[DayPlan]) -> io::Result<()> {
        let lang = self.lang;
        let status = plans.first().map(|plan| words::day_status(&plan.reason.day, lang)).unwrap_or_default();
        writeln!(self.out, "{} · {status}", words::date(date, lang))?;
        if plans.first().is_some_and(|plan| !plan.reason.calendar_known) {
            let warning = lang.pick(
                "Daftar libur nasional tahun ini belum ada: hanya akhir pekan yang diketahui.",
                "The national holidays of this year are not known here: only weekends are.",
            );
            writeln!(self.out, "{warning}")?;
        }
        // Modes of which the same is asked share one paragraph.
        let mut paragraphs: Vec<(Vec<&str>, String)> = Vec::new();
        for plan in plans {
            let (name, asked) = (words::mode(plan.mode, lang), self.asked(plan));
            match paragraphs.iter_mut().find(|(_, same)| *same == asked) {
                // On a day off every mode is the same one.
                Some((names, _)) if names.contains(&name) => {}
                Some((names, _)) => names.push(name),
                None => paragraphs.push((vec![name], asked)),
            }
        }
        for (names, asked) in paragraphs {
            writeln!(self.out, "  {}", names.join(" · "))?;
            self.out.write_all(asked.as_bytes())?;
        }
        Ok(())
    }

    /// What is asked of one mode, line by line.
    fn asked(&self, plan: &DayPlan) -> String {
        let lang = self.lang;
        let local = |ms: i64| plan.zone.local(ms).format("%H.%M").to_string();
        let mut lines = Vec::new();
        for window in &plan.windows {
            let (opens, until, late) =
                (local(window.opens_ms), local(window.on_time_until_ms), local(window.late_until_ms));
            let (on_time, and_late) =
                (lang.pick("tepat waktu", "on time"), lang.pick("terlambat sampai", "late until"));
            lines.push(format!("{:<12} {on_time} {opens}–{until}, {and_late} {late}", window.label));
        }
        if !plan.owes_check_in {
            lines.push(words::check_in_reason(plan.reason.check_in, lang).to_owned());
        }
        if let Some(share) = &plan.live_share {
            let (starts, ends) = (local(share.starts_ms), local(share.ends_ms));
            lines.push(format!("{} {starts}–{ends}", share::label(lang)));
        }
        if let Some(form) = &plan.form {
            let opens = plan.zone.local(form.opens_ms);
            let opens = format!("{} {}", words::date(opens.date(), lang), opens.format("%H.%M"));
            let (title, opened) = (lang.pick("Penilaian mandiri", "Self-assessment"), lang.pick("dibuka", "opens"));
            let late = lang.pick("terlambat mulai", "late from");
            lines.push(format!("{title} {} {opened} {opens}, {late} {}", form.form, local(form.late_from_ms)));
        }
        for notice in &plan.notices {
            lines.push(format!("• {} {}", lang.pick(&notice.id, &notice.en), self.of(notice.source)));
        }
        lines.iter().map(|line| format!("    {line}\n")).collect()
    }

    fn rules(&mut self, date: NaiveDate) -> io::Result<()> {
        let (policy, lang) = (self.policy, self.lang);
        let check_in = &policy.check_in;
        let names = |modes: &[Mode]| match modes {
            [] => lang.pick("tidak ada", "nobody").to_owned(),
            _ => modes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        };
        let mark = self.mark(&check_in.marks, "modes");
        writeln!(self.out, "{}: {} {mark}", lang.pick("Wajib absen", "Check-ins owed by"), names(&check_in.modes))?;
        for rule in &check_in.windows {
            let days = match rule.days {
                Weekdays::ALL => lang.pick("setiap hari kerja", "each working day").to_owned(),
                days => Vec::<String>::from(days).join(" "),
            };
            let tolerance = (lang.pick("toleransi", "tolerance"), self.of(rule.tolerance_source));
            let time = self.of(rule.time_source);
            writeln!(self.out, "  {:<12} {days} {time}; {} {}", rule.label, tolerance.0, tolerance.1)?;
        }
        if let Some(share) = &policy.live_share {
            let (mark, detail) = (self.mark(&share.marks, "hours"), self.mark(&share.marks, "detail"));
            let label = share::label(lang);
            let (starts, minutes) = (share.hours.starts.dotted(), share.hours.minutes);
            writeln!(
                self.out,
                "{label}: {} {starts}, {minutes} min {mark}; {} {detail}",
                names(&share.modes),
                words::share_detail(share.detail, lang)
            )?;
        }
        for group in &policy.groups {
            let (place, key) = match group.place {
                GroupPlace::Turns(quota) => {
                    (format!("≤ {} % {}", quota.percent, roster::side(quota.caps, lang)), "quota")
                }
                GroupPlace::Home => (lang.pick("di rumah", "at home").to_owned(), "works"),
                GroupPlace::Office => (lang.pick("di kantor", "at the office").to_owned(), "works"),
            };
            let mark = self.mark(&group.marks, key);
            writeln!(self.out, "{}: {} {place} {mark}", lang.pick("Kelompok", "Group"), group.title)?;
        }
        for exemption in &policy.exemptions {
            let (label, mark) = (lang.pick("Tidak dirumahkan", "Not sent home"), self.of(exemption.source));
            writeln!(self.out, "{label}: {} {mark}", exemption.title)?;
        }
        if let Some(region) = &policy.region {
            let circles = region.shapes.iter().filter(|shape| matches!(shape, Shape::Circle { .. })).count();
            let (polygons, mark) = (region.shapes.len() - circles, self.mark(&region.marks, "circles"));
            let label = lang.pick("Daerah", "Region");
            let (circle, polygon) = (lang.pick("lingkaran", "circles"), lang.pick("poligon", "polygons"));
            writeln!(self.out, "{label}: {}; {circle} {circles}, {polygon} {polygons} {mark}", region.name)?;
        }
        for approval in &policy.approvals {
            let (label, mark) = (lang.pick("Wewenang", "Authority"), self.of(approval.source));
            let when = approval.when.as_ref().map(|when| format!(" ({when})")).unwrap_or_default();
            writeln!(self.out, "{label}: {}: {}{when} {mark}", words::approval(approval.act, lang), approval.by)?;
        }
        let evidence = &policy.evidence;
        let mark = self.mark(&evidence.marks, "grace_working_days");
        let grace = lang.pick("Tenggang sebelum \"terlewat\"", "Grace before \"missed\"");
        let days = lang.pick("hari kerja", "working days");
        writeln!(self.out, "{grace}: {} {days} {mark}", evidence.grace_working_days)?;
        let kept: Vec<String> = policy.retention.days.iter().map(|(kind, days)| format!("{kind} {days}")).collect();
        let mark = self.of(policy.retention.marks.source);
        writeln!(self.out, "{}: {} {mark}", lang.pick("Disimpan (hari)", "Kept (days)"), kept.join(", "))?;
        for decree in policy.calendar.decrees.iter().filter(|decree| decree.year == date.year()) {
            let label = lang.pick("Kalender", "Calendar");
            writeln!(self.out, "{label} {}: {} {}", decree.year, decree.title, decree.number)?;
        }
        Ok(())
    }
}
