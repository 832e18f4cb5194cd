//! `hadir admin request` and `hadir admin appeal`: decisions from the operator's terminal, each logged.

use std::sync::Arc;

use clap::{Args, Subcommand};
use hadir_core::{
    judge::Ruling,
    model::EnvelopeHash,
    text::{self, time::DayClock},
};
use hadir_server::{
    admin::AdminError,
    asks::{self, Asked, OfficeAsk, on_the_wire},
    changes::Changes,
    day::Days,
    policies::PolicyBook,
    store::{Store, StoreExt},
};

use super::{Failure, Office, args::DataArgs, people::read_ruling};
use crate::out::{Exit, Out};

#[derive(Debug, Args)]
pub(crate) struct RequestArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
    #[command(subcommand)]
    pub(super) command: RequestCommand,
}

/// What to do about requests
#[derive(Debug, Subcommand)]
pub(crate) enum RequestCommand {
    /// List those that await a decision
    List {
        /// Those that were decided too
        #[arg(long)]
        all: bool,
    },
    /// Grant one: it becomes a dated fact
    Grant {
        /// Its name, or the first letters of it, as `list` shows it
        #[arg(allow_hyphen_values = true)]
        id: String,
        /// A word to the person
        #[arg(long)]
        reason: Option<String>,
    },
    /// Refuse one, or take back what was granted
    Refuse {
        /// Its name, or the first letters of it, as `list` shows it
        #[arg(allow_hyphen_values = true)]
        id: String,
        /// Why; the person sees it
        #[arg(long)]
        reason: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct AppealArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
    #[command(subcommand)]
    pub(super) command: AppealCommand,
}

/// What to do about appeals
#[derive(Debug, Subcommand)]
pub(crate) enum AppealCommand {
    /// List those that await a ruling
    List {
        /// Those that were ruled on too
        #[arg(long)]
        all: bool,
    },
    /// Uphold one: a correction is added beside what was computed
    Uphold {
        /// Its name, or the first letters of it, as `list` shows it
        #[arg(allow_hyphen_values = true)]
        id: String,
        /// What it becomes: on-time, late:MINUTES, or excused:leave|sick|duty-trip|permission|technical
        ruling: String,
        /// Why; everyone who may see the verdict sees it
        #[arg(long)]
        reason: String,
    },
    /// Reject one; where it was upheld before, what was computed holds again
    Reject {
        /// Its name, or the first letters of it, as `list` shows it
        #[arg(allow_hyphen_values = true)]
        id: String,
        /// Why; the person sees it
        #[arg(long)]
        reason: String,
    },
}

pub(super) fn request(args: &RequestArgs, out: Out) -> Result<Exit, Failure> {
    let office = Office::open(&args.data)?;
    match &args.command {
        RequestCommand::List { all } => list(&office, *all, |ask| !ask.is_appeal(), out),
        RequestCommand::Grant { id, reason } => {
            let hash = named(&office, id)?;
            let no = office.admin().grant_request(&hash, reason.as_deref(), None)?;
            told(no, out)
        }
        RequestCommand::Refuse { id, reason } => {
            let hash = named(&office, id)?;
            let no = office.admin().refuse_request(&hash, reason, None)?;
            told(no, out)
        }
    }
}

pub(super) fn appeal(args: &AppealArgs, out: Out) -> Result<Exit, Failure> {
    let office = Office::open(&args.data)?;
    match &args.command {
        AppealCommand::List { all } => list(&office, *all, OfficeAsk::is_appeal, out),
        AppealCommand::Uphold { id, ruling, reason } => {
            let hash = named(&office, id)?;
            let ruling: Ruling = read_ruling(ruling)?;
            let ask = office.store.query(|store| asks::find(store, &hash))?;
            let ask = ask.ok_or_else(|| AdminError::UnknownAsk(id.clone()))?;
            let store: Arc<dyn Store> = Arc::clone(&office.store) as Arc<dyn Store>;
            let days = Days::new(store, Arc::new(Changes::default()));
            let windows =
                days.windows_to_correct(&ask, office.now_ms).map_err(|error| Failure::Usage(error.to_string()))?;
            let no = office.admin().uphold_appeal(&hash, &windows, ruling, reason, None)?;
            told(no, out)
        }
        AppealCommand::Reject { id, reason } => {
            let hash = named(&office, id)?;
            let no = office.admin().reject_appeal(&hash, reason, None)?;
            told(no, out)
        }
    }
}

fn told(no: u64, out: Out) -> Result<Exit, Failure> {
    out.object(&serde_json::json!({ "decision": no }));
    out.tell(
        format!("Keputusan {no} dicatat; HP pemohon diberi tahu pada pengiriman berikutnya."),
        format!("Decision {no} noted; the person's phone is told at its next sync."),
    );
    Ok(Exit::Done)
}

/// The request or appeal whose hash begins with these letters.
fn named(office: &Office, id: &str) -> Result<EnvelopeHash, Failure> {
    let all = office.store.query(|store| asks::load(store, None, i64::MIN))?;
    let mut found = all.iter().map(|ask| ask.hash).filter(|hash| hash.to_string().starts_with(id));
    match (found.next(), found.next()) {
        (Some(hash), None) if !id.is_empty() => Ok(hash),
        (Some(_), _) => Err(AdminError::AmbiguousAsk(id.to_owned()).into()),
        (None, _) => Err(AdminError::UnknownAsk(id.to_owned()).into()),
    }
}

fn list(office: &Office, all: bool, wanted: impl Fn(&OfficeAsk) -> bool, out: Out) -> Result<Exit, Failure> {
    let (asks, book) =
        office.store.query(|store| Ok((asks::load(store, None, i64::MIN)?, PolicyBook::load(store)?)))?;
    let now_ms = office.now_ms;
    let clock =
        book.zone(now_ms).zip(book.duty_date(now_ms)).map(|(zone, date)| DayClock { zone, date, lang: out.lang });
    for ask in asks.iter().filter(|ask| wanted(ask) && (all || ask.standing.awaits_decision())) {
        let (line, standing) = match &ask.asked {
            Asked::Request(request) => {
                (text::ask::ask(request, out.lang), text::ask::request_standing(ask.standing, out.lang))
            }
            Asked::Appeal(appeal) => {
                (text::ask::appeal(appeal, out.lang), text::ask::appeal_standing(ask.standing, out.lang))
            }
            Asked::Unread => (
                out.lang.pick("tidak terbaca oleh versi ini", "not readable by this version").to_owned(),
                text::ask::request_standing(ask.standing, out.lang),
            ),
        };
        let decisions: Vec<_> = ask.decisions.iter().map(on_the_wire).collect();
        out.object(&serde_json::json!({
            "id": ask.short(), "hash": ask.hash, "person": ask.person, "standing": ask.standing,
            "received_ms": ask.received_ms, "after_revocation": ask.after_revocation, "decisions": decisions,
        }));
        out.say(format!("{} {:<30} {line} · {standing}", ask.short(), ask.person));
        if let Some(clock) = &clock {
            for decision in decisions.iter().rev() {
                out.say(format!("           {} {}", decision.answer.as_str(), text::ask::decided(decision, clock)));
            }
        }
    }
    Ok(Exit::Done)
}
