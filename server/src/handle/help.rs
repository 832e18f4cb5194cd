//! Takes how a phone stands, and gives its person a code for the help desk (protocol §5.7).

use hadir_core::{
    model::InstallId,
    ports::Entropy,
    wire::{HelpAnswer, HelpNumber, HelpReport, ProblemCode},
};

use super::{HttpOut, Refusal, apply::SigningTime};
use crate::{
    limits::{HELP_LIFE_MS, SHED_RETRY_AFTER_S},
    store::{Result, StoreTx, StoredHelp},
};

/// Draws of a code before it is given up: with a million live ones each is free with 999 of 1,000.
const DRAWS: usize = 8;

/// Keeps a report in place of the one before. A code that is still known stays: its person may be reading it out.
pub(super) fn take(
    report: &HelpReport,
    install: InstallId,
    time: SigningTime,
    entropy: &dyn Entropy,
    tx: &mut dyn StoreTx,
) -> Result<HttpOut> {
    let live = |help: &StoredHelp| help.until_ms > time.now_ms;
    let code = match tx.help_of(&install)?.filter(live) {
        Some(help) => Some(help.code),
        None => draw(time, entropy, tx)?,
    };
    let Some(code) = code else {
        let detail = "no code can be given now; try again in a moment";
        return Ok(Refusal::for_now(ProblemCode::Unavailable, detail, SHED_RETRY_AFTER_S).answer());
    };
    let until_ms = time.now_ms.saturating_add(HELP_LIFE_MS);
    tx.put_help(&StoredHelp { install, code, report: report.clone(), received_ms: time.now_ms, until_ms })?;
    Ok(HttpOut::json(200, &HelpAnswer { code, t_ms: time.now_ms, until_ms }))
}

/// A code that nobody has now; none without randomness, or where every draw was taken.
fn draw(time: SigningTime, entropy: &dyn Entropy, tx: &dyn StoreTx) -> Result<Option<HelpNumber>> {
    for _ in 0..DRAWS {
        let mut bytes = [0; 4];
        if entropy.fill(&mut bytes).is_err() {
            return Ok(None);
        }
        let code = HelpNumber::of_bits(u32::from_be_bytes(bytes));
        if tx.help_by_code(code)?.is_none_or(|help| help.until_ms <= time.now_ms) {
            return Ok(Some(code));
        }
    }
    Ok(None)
}
