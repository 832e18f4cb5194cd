//! Decides what goes over the network next, and what an answer means. Sans-I/O: it opens no connection and reads no clock.
//!
//! The engine asks [`Sync::next`] with a [`View`] of its state, does the [`Step`], and hands what came to
//! [`Sync::on_response`], which returns [`Effect`]s to write down and apply. Believed is only what the server signed;
//! a captive portal's page, a redirect or half a reply is *no network*. A refusal halves the batch until the record is
//! found, which is then parked while a stub takes its place: nothing is dropped, and nothing holds up the rest.
//! A signer that is not known is no stranger before the agency's own list, which the pinned root vouches for, was asked.

mod answer;
mod asides;
mod pause;
mod step;
#[cfg(test)]
mod tests;

use crate::{
    limits::sync as limits,
    model::Link,
    outbox::Pending,
    ports::{HttpResponse, Reading, TransportError},
    wire::{Head, Outcomes, ProblemCode, Receipt, ReceiptAnswer, TokenAnswer, outcomes_digest},
};

pub use self::{
    answer::{Answer, Refusal, SignedHead},
    pause::{Lasting, Pause, WaitReason},
    step::{Batch, Distrust, Effect, Moment, Sent, SentObject, Signatures, Step, View},
};

/// What lasts from one answer to the next.
#[derive(Debug, Clone)]
pub struct Sync {
    batch_objects: usize,
    /// A record that a batch was refused for: the next batches end before it, then it goes alone.
    suspect: Option<(u32, u64)>,
    /// How often the server failed on the suspect, alone.
    strikes: u32,
    failing: Option<Failing>,
    pause: Option<Pause>,
    run: Run,
}

#[derive(Debug, Clone)]
struct Failing {
    code: String,
    count: u32,
    since_ms: i64,
}

/// What is remembered within one run, from [`Sync::begin`] to idle.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    token_tried: bool,
    head: Option<Named>,
    trust: asides::Asked,
    proofs: asides::Asked,
    packs_asked_after: Option<u64>,
    assignment_asked: bool,
    rewound: bool,
}

/// What the newest head names.
#[derive(Debug, Clone, Copy)]
struct Named {
    pack: Option<u64>,
    roster: u64,
    trust: u64,
}

impl Default for Sync {
    fn default() -> Self {
        Self {
            batch_objects: limits::FIRST_BATCH_OBJECTS,
            suspect: None,
            strikes: 0,
            failing: None,
            pause: None,
            run: Run::default(),
        }
    }
}

impl Sync {
    /// Begins a run: the server is asked for its head at least once, and everything is tried once more.
    pub fn begin(&mut self) {
        self.run = Run::default();
    }

    /// The network came back, as the platform says: a wait for want of network ends. What a server asked for stays.
    pub fn network_changed(&mut self) {
        if self.pause.is_some_and(|pause| pause.why.is_for_want_of_network()) {
            self.pause = None;
        }
    }

    /// The person has acted, by enrolling again or by naming another address: what was waited for is no reason any more.
    pub fn person_acted(&mut self) {
        self.pause = None;
    }

    /// What of the waiting should outlive the process; `None` where nothing is worth a write.
    #[must_use]
    pub fn lasting(&self, now: Reading) -> Option<Lasting> {
        let asked = self.pause.filter(|pause| pause.why == WaitReason::ServerBusy).map(|pause| pause.until_boot_ms);
        let worth = u64::try_from(limits::WAIT_TO_KEEP.as_millis()).unwrap_or(u64::MAX);
        let asked_until_boot_ms = asked.filter(|until| until.saturating_sub(now.boot_ms) >= worth);
        let failing = self.failing.as_ref().filter(|failing| failing.count >= limits::FAILURES_TO_KEEP);
        if asked_until_boot_ms.is_none() && failing.is_none() {
            return None;
        }
        let Failing { code, count, since_ms } = self.failing.clone()?;
        Some(Lasting { code, count: 1 << count.max(1).ilog2(), since_ms, asked_until_boot_ms })
    }

    /// Takes up the waiting of an earlier process.
    pub fn take_up(&mut self, lasting: Lasting) {
        let Lasting { code, count, since_ms, asked_until_boot_ms } = lasting;
        self.failing = Some(Failing { code, count, since_ms });
        self.pause = asked_until_boot_ms.map(|until_boot_ms| Pause { until_boot_ms, why: WaitReason::ServerBusy });
    }

    /// Whether going back to a restored server's head is still allowed in this run; once, so that a server that
    /// never moves on can't keep a phone sending.
    pub fn may_rewind(&mut self) -> bool {
        !std::mem::replace(&mut self.run.rewound, true)
    }

    /// Decides the next step.
    #[must_use]
    pub fn next(&self, view: &View, now: Reading) -> Step {
        if let Some(pause) = self.pause.filter(|pause| now.boot_ms < pause.until_boot_ms) {
            return Step::Wait(pause);
        }
        if self.run.trust.is_due() {
            return Step::Trust;
        }
        if self.run.proofs.is_due() {
            return Step::Proofs(None);
        }
        if view.token_due() && !self.run.token_tried {
            return Step::Token;
        }
        if let Some(pending) = view.pending {
            // A head speaks of the newest epoch alone: what a restored server lacks of an earlier one has to be learnt before
            // it is given a record of a later one.
            if pending.epoch > 1 && self.run.head.is_none() {
                return Step::Head;
            }
            return Step::Records(self.batch(pending));
        }
        let Some(Named { pack, roster, trust }) = self.run.head else { return Step::Head };
        if trust > view.trust && self.run.trust.may_be_tried() {
            return Step::Trust;
        }
        let after = view.pack.unwrap_or(0);
        if pack.is_some_and(|newest| newest > after) && self.run.packs_asked_after != Some(after) {
            return Step::Packs { after };
        }
        if roster > view.roster && !self.run.assignment_asked {
            return Step::Assignment;
        }
        Step::Idle
    }

    fn batch(&self, pending: Pending) -> Batch {
        let Pending { epoch, from, to } = pending;
        let mut to = to.min(from.saturating_add(self.batch_objects as u64 - 1));
        if let Some((_, suspect)) = self.suspect.filter(|&(e, seq)| e == epoch && (from..=to).contains(&seq)) {
            to = if suspect == from { from } else { suspect - 1 };
        }
        Batch { epoch, from, to, bytes: limits::BATCH_BYTES }
    }

    /// Says what an answer means. `random` is a fresh random number, for the jitter of a wait.
    pub fn on_response(
        &mut self,
        sent: &Sent,
        response: Result<HttpResponse, TransportError>,
        view: &View,
        signatures: &dyn Signatures,
        now: Reading,
        random: u64,
    ) -> Vec<Effect> {
        if sent.step == Step::Trust {
            return self.trust_answered(sent, response, now, random);
        }
        let mut effects = Vec::new();
        let answer = Answer::read(response, now, signatures);
        // An older head than one seen is a copy from some cache, or by a server that was restored: authentic, and no news.
        let is_new = |head: &&SignedHead| view.head_t_ms.is_none_or(|seen| head.head.t_ms >= seen);
        let head = answer.head().filter(is_new).cloned();
        if head.is_none() && answer.head().is_some() {
            self.run.proofs.want();
        }
        match answer {
            Answer::Cancelled => {}
            Answer::UnknownKey(kid) => self.unknown_key(kid, now, random, &mut effects),
            Answer::NoNetwork(why) => self.no_network(sent, why, now, random),
            Answer::Busy { retry_after_ms, code } => {
                if sent.step == Step::Token && code == Some(ProblemCode::ClockBehind) {
                    // No tokens to be had; records do not wait for them.
                    self.run.token_tried = true;
                } else {
                    self.failed(code.map_or("busy", ProblemCode::as_str), now);
                    self.pause = Some(Pause::asked(retry_after_ms, now, random));
                }
            }
            Answer::Refused(refusal) => self.refused(sent, &refusal, now, random, &mut effects),
            Answer::Good { body, .. } => match self.accept(sent, &body, head.is_some(), signatures) {
                Err(Distrust::Signer(kid)) => self.unknown_key(kid, now, random, &mut effects),
                Ok(mut accepted) => {
                    if let Some(Failing { code, count, since_ms }) = self.failing.take()
                        && count >= limits::FAILURES_TO_NOTE
                    {
                        accepted.push(Effect::Recovered { code, count, since_ms });
                    }
                    self.pause = None;
                    effects = accepted;
                }
                Err(Distrust::Bad) => match sent.step {
                    // The server itself, and no use: what comes after does not depend on these.
                    Step::Token => self.run.token_tried = true,
                    Step::Packs { after } => self.run.packs_asked_after = Some(after),
                    Step::Assignment => self.run.assignment_asked = true,
                    _ => self.no_network(sent, WaitReason::NotOurServer, now, random),
                },
            },
        }
        if let Some(head) = head {
            let Head { pack, roster, trust, .. } = head.head;
            self.run.head = Some(Named { pack, roster, trust });
            effects.push(Effect::Head(Box::new(head)));
        }
        effects
    }

    /// Checks a good answer against what was sent; `head` tells whether its head is no older than the newest seen.
    fn accept(
        &mut self,
        sent: &Sent,
        body: &[u8],
        head: bool,
        signatures: &dyn Signatures,
    ) -> Result<Vec<Effect>, Distrust> {
        let effect = match sent.step {
            Step::Token => {
                let answer: TokenAnswer = read(body)?;
                let token = signatures.token(&answer.token)?;
                if token.nonce != sent.nonce {
                    return Err(Distrust::Bad);
                }
                if !head {
                    // The time of a server that has forgotten what it signed is no evidence; it is shown what, and asked again.
                    return if self.run.proofs.is_due() { Ok(Vec::new()) } else { Err(Distrust::Bad) };
                }
                self.run.token_tried = true;
                Effect::Token { compact: answer.token, token }
            }
            Step::Records(batch) => {
                let answer: ReceiptAnswer = read(body)?;
                let receipt = signatures.receipt(&answer.receipt)?;
                if !fits(&receipt, &answer.outcomes, &sent.objects, batch.epoch) {
                    return Err(Distrust::Bad);
                }
                self.batch_objects = (self.batch_objects * 2).min(limits::BATCH_OBJECTS);
                self.suspect = self
                    .suspect
                    .filter(|&(epoch, seq)| epoch != batch.epoch || !(receipt.from..=receipt.to).contains(&seq));
                self.strikes = 0;
                Effect::Receipt { compact: answer.receipt, receipt, outcomes: answer.outcomes }
            }
            Step::Packs { after } => {
                let answer = read(body)?;
                self.run.packs_asked_after = Some(after);
                Effect::Packs(Box::new(answer))
            }
            Step::Assignment => {
                let answer = read(body)?;
                self.run.assignment_asked = true;
                Effect::Assignment(Box::new(answer))
            }
            Step::Proofs(gap) => {
                self.run.proofs.done();
                return Ok(gap.map(Effect::Proven).into_iter().collect());
            }
            // The head is all that was asked for; an old one is no answer, unless the server can still be reminded.
            Step::Head if head || self.run.proofs.is_due() => return Ok(Vec::new()),
            Step::Head => return Err(Distrust::Bad),
            Step::Trust | Step::Wait(_) | Step::Idle => return Ok(Vec::new()),
        };
        Ok(vec![effect])
    }

    fn no_network(&mut self, sent: &Sent, why: WaitReason, now: Reading, random: u64) {
        let may_be_size = matches!(why, WaitReason::NoNetwork | WaitReason::NotOurServer);
        if may_be_size && matches!(sent.step, Step::Records(_)) && sent.objects.len() > 1 {
            // It may have been too much for this network.
            self.batch_objects = sent.objects.len() / 2;
        }
        let count = self.failed("transport", now);
        self.pause = Some(Pause::backoff(count, why, now, random));
    }

    fn failed(&mut self, code: &str, now: Reading) -> u32 {
        let failing =
            self.failing.get_or_insert_with(|| Failing { code: String::new(), count: 0, since_ms: now.wall_ms });
        code.clone_into(&mut failing.code);
        failing.count = failing.count.saturating_add(1);
        failing.count
    }

    fn refused(&mut self, sent: &Sent, refusal: &Refusal, now: Reading, random: u64, effects: &mut Vec<Effect>) {
        let code = refusal.code;
        match code {
            ProblemCode::NotEnrolled => {
                effects.push(Effect::NotEnrolled);
                self.pause = Some(Pause::person(WaitReason::NotEnrolled, now));
            }
            ProblemCode::UnsupportedVersion => {
                effects.push(Effect::UpdateNeeded);
                self.pause = Some(Pause::person(WaitReason::UpdateNeeded, now));
            }
            _ => match sent.step {
                Step::Records(batch) => self.batch_refused(sent, batch, refusal, now, random, effects),
                // What comes after does not depend on these.
                Step::Token if refusal.authentic => self.run.token_tried = true,
                Step::Packs { after } if refusal.authentic => self.run.packs_asked_after = Some(after),
                Step::Proofs(None) if refusal.authentic => self.run.proofs.done(),
                Step::Proofs(Some(gap)) if refusal.authentic => effects.push(Effect::Unproven(gap)),
                Step::Assignment if refusal.authentic => self.run.assignment_asked = true,
                _ => self.report(code, now, random, effects),
            },
        }
    }

    fn report(&mut self, code: ProblemCode, now: Reading, random: u64, effects: &mut Vec<Effect>) {
        effects.push(Effect::Reported(code));
        let count = self.failed(code.as_str(), now);
        self.pause = Some(Pause::backoff(count, WaitReason::Refused(code), now, random));
    }

    /// Narrows a refusal down to one record; parks that one if it is the record's fault.
    fn batch_refused(
        &mut self,
        sent: &Sent,
        batch: Batch,
        refusal: &Refusal,
        now: Reading,
        random: u64,
        effects: &mut Vec<Effect>,
    ) {
        let about_size = refusal.code == ProblemCode::TooLarge;
        if !refusal.authentic && !about_size {
            // Only the server that has read the batch can blame it.
            return self.report(refusal.code, now, random, effects);
        }
        let [.., last] = sent.objects.as_slice() else { return };
        if sent.objects.len() > 1 {
            let half = sent.objects.len() / 2;
            let named = refusal.index.and_then(|index| sent.objects.get(index)).map(|object| object.seq);
            if let (ProblemCode::BadRecord, Some(seq)) = (refusal.code, named) {
                self.suspect = Some((batch.epoch, seq));
            }
            self.batch_objects = half;
            return;
        }
        self.strikes += 1;
        let to_blame = match refusal.code {
            ProblemCode::BadRecord => true,
            ProblemCode::TooLarge => refusal.authentic,
            // The server's own fault, perhaps; perhaps not for ever.
            _ => self.strikes >= limits::STRIKES,
        };
        if last.stub || !to_blame || !refusal.authentic {
            return self.report(refusal.code, now, random, effects);
        }
        self.strikes = 0;
        self.suspect = None;
        let link = Link { epoch: batch.epoch, seq: last.seq, hash: last.hash };
        effects.push(Effect::Park { link, reason: refusal.code.as_str().to_owned() });
    }
}

fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Distrust> {
    serde_json::from_slice(body).map_err(|_| Distrust::Bad)
}

/// Whether a receipt and its lines are about exactly what was sent.
fn fits(receipt: &Receipt, outcomes: &Outcomes, objects: &[SentObject], epoch: u32) -> bool {
    let (Some(first), Some(last)) = (objects.first(), objects.last()) else { return false };
    receipt.epoch == epoch
        && (receipt.from, receipt.to, receipt.head) == (first.seq, last.seq, last.hash)
        && outcomes.len() == objects.len()
        && outcomes.iter().zip(objects).all(|(line, object)| (line.seq, line.hash) == (object.seq, object.hash))
        && receipt.digest == outcomes_digest(outcomes)
}
