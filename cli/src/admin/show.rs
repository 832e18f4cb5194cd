//! The log of acts.

use hadir_server::store::StoreExt;

use super::{Failure, Office, args::LogArgs, people::instant};
use crate::out::{Exit, Out};

/// Acts read at once.
const PAGE: usize = 1_000;

pub(super) fn log(args: &LogArgs, out: Out) -> Result<Exit, Failure> {
    let office = Office::open(&args.data)?;
    let mut acts = Vec::new();
    loop {
        let after = acts.last().map_or(0, |act: &hadir_server::store::Act| act.no);
        let page = office.store.query(|store| store.acts(after, PAGE))?;
        let whole = page.len() < PAGE;
        acts.extend(page);
        let surplus = acts.len().saturating_sub(args.last.max(1));
        acts.drain(..surplus);
        if whole {
            break;
        }
    }
    for act in &acts {
        out.object(&serde_json::json!({ "no": act.no, "at_ms": act.at_ms, "by": act.by, "what": act.what, "detail": act.detail }));
        out.say(format!("{:>5} {} {:<12} {:<16} {}", act.no, instant(act.at_ms), act.by, act.what, act.detail));
    }
    Ok(Exit::Done)
}
