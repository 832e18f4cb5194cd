//! `hadir phone request`, `appeal` and `requests`: what a person asks of the office, and what became of it.

use chrono::NaiveDate;
use clap::Args;
use hadir_core::{
    engine::{AppealDraft, AskToday, Asked, AskedWhat, CheckInEngine, EngineError},
    model::{Ask, AskWhat, Grounds, RecordId, Words},
    schedule::WindowId,
    text::{Lang, ask as words, engine, time::DayClock},
};
use serde_json::json;

use super::{act::RecordDone, args::AfterArgs, deliver, failure::Failure, handset::Handset, screen};
use crate::out::{Exit, Out};

/// What to ask for, or what to withdraw
#[derive(Debug, Args)]
pub(super) struct RequestArgs {
    /// leave_region, duty_trip, sick, annual_leave, long_leave, sick_leave, maternity, important_reason, unpaid, study, training or technical
    #[arg(value_parser = parse_what, required_unless_present = "withdraw")]
    pub(super) what: Option<AskWhat>,
    /// First date; today without it
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) from: Option<NaiveDate>,
    /// Last date; the first one without it
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) until: Option<NaiveDate>,
    /// Only these windows, for half days: 14:00
    #[arg(long = "window", value_name = "TIME", value_parser = parse_window)]
    pub(super) windows: Vec<WindowId>,
    /// A few words for whoever decides, at most 300 characters
    #[arg(long, default_value = "")]
    pub(super) note: String,
    /// Withdraw the request or appeal with this id, as `requests` shows it
    #[arg(long, value_name = "ID", conflicts_with_all = ["what", "from", "until", "windows", "note"])]
    pub(super) withdraw: Option<RecordId>,
    #[command(flatten)]
    pub(super) after: AfterArgs,
}

/// Against what, and why
#[derive(Debug, Args)]
pub(super) struct AppealArgs {
    /// phone, network, time, place, rule, witnessed or other
    #[arg(value_parser = parse_grounds)]
    pub(super) grounds: Grounds,
    /// The duty date; today without it
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) date: Option<NaiveDate>,
    /// The window, such as 08:00; without it, the whole day
    #[arg(long, value_name = "TIME", value_parser = parse_window)]
    pub(super) window: Option<WindowId>,
    /// What happened, at most 300 characters; needed with `other`
    #[arg(long, default_value = "")]
    pub(super) text: String,
    /// The record that it is about, by its id, such as one that was parked or flagged
    #[arg(long, value_name = "ID")]
    pub(super) record: Option<RecordId>,
    /// A record that speaks for it, by its id; may be given more than once
    #[arg(long, value_name = "ID")]
    pub(super) evidence: Vec<RecordId>,
    #[command(flatten)]
    pub(super) after: AfterArgs,
}

/// Reads what is asked for; `-` for `_` does no harm.
pub(super) fn parse_what(text: &str) -> Result<AskWhat, String> {
    AskWhat::from_name(&text.replace('-', "_"))
        .ok_or_else(|| format!("expected one of {}", AskWhat::ALL.map(AskWhat::as_str).join(", ")))
}

/// Reads the ground of an appeal.
pub(super) fn parse_grounds(text: &str) -> Result<Grounds, String> {
    Grounds::from_name(text).ok_or_else(|| format!("expected one of {}", Grounds::ALL.map(Grounds::as_str).join(", ")))
}

/// Reads a window as people write it, `08:00` or `08.00`, or by its id, `w0800`.
pub(super) fn parse_window(text: &str) -> Result<WindowId, String> {
    let digits: String = text.chars().filter(|c| !matches!(c, ':' | '.')).collect();
    let is_time = digits.len() == 4 && digits.bytes().all(|c| c.is_ascii_digit());
    let id = if is_time { format!("w{digits}") } else { text.to_owned() };
    WindowId::new(id).map_err(|_| "expected the time of a window, such as 08:00".to_owned())
}

/// Puts a request together.
pub(super) fn ask(
    what: AskWhat,
    from: NaiveDate,
    until: Option<NaiveDate>,
    windows: &[WindowId],
    note: &str,
) -> Result<Ask, Failure> {
    let windows = windows.iter().map(ToString::to_string).collect();
    let note = Words::optional(note).map_err(EngineError::from)?;
    Ok(Ask::new(what, from, until.unwrap_or(from), windows, note).map_err(EngineError::from)?)
}

/// Asks, or withdraws.
pub(super) fn request(handset: &Handset, args: &RequestArgs, out: Out) -> Result<Exit, Failure> {
    let engine = &handset.engine;
    let (did, asked) = match (args.withdraw, args.what) {
        (Some(id), _) => ("withdraw", engine.withdraw(id)?),
        (None, Some(what)) => {
            let from = args.from.map_or_else(|| engine.today().map(|today| today.date), Ok)?;
            ("request", engine.request(ask(what, from, args.until, &args.windows, &args.note)?)?)
        }
        // clap asks for one of the two.
        (None, None) => return Err(EngineError::NothingToWithdraw.into()),
    };
    out.object(&done(did, &asked));
    for line in describe(engine, &asked, out)? {
        out.say(line);
    }
    deliver::after(handset, args.after, out)
}

/// Appeals.
pub(super) fn appeal(handset: &Handset, args: &AppealArgs, out: Out) -> Result<Exit, Failure> {
    let engine = &handset.engine;
    let date = args.date.map_or_else(|| engine.today().map(|today| today.date), Ok)?;
    let draft = AppealDraft {
        date,
        window: args.window.clone(),
        record: args.record,
        grounds: args.grounds,
        text: Words::optional(&args.text).map_err(EngineError::from)?,
        evidence: args.evidence.clone(),
    };
    let asked = engine.appeal(draft)?;
    out.object(&done("appeal", &asked));
    for line in describe(engine, &asked, out)? {
        out.say(line);
    }
    deliver::after(handset, args.after, out)
}

/// A record as it is printed for programs.
pub(super) fn done(did: &'static str, asked: &Asked) -> RecordDone<'static> {
    RecordDone::of(did, asked.id, asked.link, asked.pending)
}

/// What was just recorded, in words.
pub(super) fn describe(engine: &CheckInEngine, asked: &Asked, out: Out) -> Result<Vec<String>, EngineError> {
    let known = engine.requests()?.into_iter().find(|ask| ask.id == asked.id);
    let what =
        known.map_or_else(|| out.lang.pick("Ditarik", "Withdrawn").to_owned(), |ask| subject(&ask.what, out.lang));
    Ok(vec![match out.lang {
        Lang::Id => format!("Tercatat di HP ini, menunggu dikirim: {what} · catatan {}", asked.id),
        Lang::En => format!("Recorded on this phone, waiting to be sent: {what} · record {}", asked.id),
    }])
}

/// What was asked, in a line.
fn subject(what: &AskedWhat, lang: Lang) -> String {
    match what {
        AskedWhat::Request { request } => words::ask(request, lang),
        AskedWhat::Appeal { appeal } => words::appeal(appeal, lang),
    }
}

/// Lists what was asked, and what was decided.
pub(super) fn requests(handset: &Handset, out: Out) -> Result<Exit, Failure> {
    let clock = screen::clock_of(&handset.engine.today()?, out);
    let asks = handset.engine.requests()?;
    for ask in &asks {
        out.object(ask);
        for line in lines(ask, &clock) {
            out.say(line);
        }
    }
    if asks.is_empty() {
        out.object(&json!({ "did": "requests", "count": 0 }));
        out.tell("Belum ada permohonan.", "There is no request yet.");
    }
    Ok(Exit::Done)
}

/// A request or an appeal with its state and its decisions.
pub(super) fn lines(ask: &AskToday, clock: &DayClock) -> Vec<String> {
    let lang = clock.lang;
    let standing = match ask.what {
        AskedWhat::Request { .. } => words::request_standing(ask.standing, lang),
        AskedWhat::Appeal { .. } => words::appeal_standing(ask.standing, lang),
    };
    let delivery = engine::delivery(&ask.delivery, lang);
    let received = ask.received_ms.map(|at| format!(" {}", clock.second(at))).unwrap_or_default();
    let mut lines = vec![format!("{}  {} · {standing} · {delivery}{received}", ask.id, subject(&ask.what, lang))];
    lines.extend(
        ask.withdrawn
            .as_ref()
            .map(|state| format!("    {}: {}", lang.pick("Penarikan", "Withdrawal"), engine::delivery(state, lang))),
    );
    lines.extend(ask.decisions.iter().rev().map(|decision| {
        let answer = match (decision.answer, lang) {
            (hadir_core::wire::Answer::Granted, _) => lang.pick("Dikabulkan", "Granted"),
            (hadir_core::wire::Answer::Refused, _) => lang.pick("Ditolak", "Refused"),
        };
        format!("    {answer} {}", words::decided(decision, clock))
    }));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_written_as_its_time_and_a_kind_with_either_stroke() {
        assert_eq!(parse_window("14:00").unwrap().as_str(), "w1400");
        assert_eq!(parse_window("14.00"), parse_window("w1400"));
        assert!(parse_window("2 siang").is_err());
        assert_eq!(parse_what("annual-leave"), Ok(AskWhat::AnnualLeave));
        assert!(parse_what("holiday").is_err() && parse_grounds("because").is_err());
    }
}
