//! The half of the work that needs the store: one unit of work a request, run by the one writer.

use std::{fmt, ops::Range, sync::Arc};

use hadir_core::{
    envelope::Envelope,
    model::{InstallId, PersonId},
    ports::Entropy,
    wire::{
        AssignmentAnswer, Head, MAX_ORDERS, PacksAnswer, ProblemCode, ReleaseOrder, RequestAuth, TimeToken,
        TokenAnswer, TrustAnswer, VERSION,
    },
};

use super::{
    Ask, Asked, HttpOut, Prepared, Refusal, ServerKeys, TypedCodes, help, ingest, keys::signed, old,
    prepare::not_enrolled, proofs,
};
use crate::{
    assignment,
    limits::{
        ASSIGNMENT_RENEW_BELOW_DAYS, CLOCK_BEHIND_RETRY_AFTER_S, CLOCK_DOUBT_MS, CLOCK_ERROR_MS, SHED_RETRY_AFTER_S,
    },
    policies::PolicyBook,
    store::{Agency, Installation, Result, StoreError, StoreTx, StoredOrder, Witness},
};

impl From<SigningTime> for assignment::IssueTime {
    fn from(time: SigningTime) -> Self {
        Self { t_ms: time.t_ms, now_ms: time.now_ms }
    }
}

/// What a request came to.
#[derive(Debug)]
pub struct Applied {
    /// The answer without its head, to be sent once the unit of work is on disk.
    pub answer: HttpOut,
    /// Where the server's copy of the installation's history ends, to be signed with the answer: nothing of it is kept, so the
    /// one who writes need not wait for its signature.
    pub head: Option<Head>,
    /// The installation that asked or enrolled.
    pub install: Option<InstallId>,
    /// The person about whom something is new on the board.
    pub changed: Option<PersonId>,
    /// Whether the installation enrolled: whoever lets requests in has to know it from then on. Also where it had enrolled before,
    /// since that answer may have been lost.
    pub enrolled: bool,
}

impl Applied {
    /// An answer to nobody who is known, by which nothing changed.
    pub(crate) const fn unsigned(answer: HttpOut) -> Self {
        Self { answer, head: None, install: None, changed: None, enrolled: false }
    }

    /// The whole answer, its head signed. For any thread, once the unit of work is on disk.
    #[must_use]
    pub fn signed(self, keys: &ServerKeys) -> HttpOut {
        match self.head.map(|head| signed(&keys.receipt, &head)).transpose() {
            Ok(None) => self.answer,
            Ok(Some(head)) => self.answer.with_head(Some(head.compact().to_owned())),
            // What was stored is stored: sent again, it gets the same receipt.
            Err(error) => Refusal::for_now(ProblemCode::Unavailable, error.to_string(), SHED_RETRY_AFTER_S).answer(),
        }
    }
}

/// Whoever answers requests from the store: the server's keys, and what it has read of its policies.
pub struct Desk {
    pub(super) keys: ServerKeys,
    pub(super) typed: TypedCodes,
    pub(super) book: PolicyBook,
    entropy: Arc<dyn Entropy>,
    clock_error_ms: u32,
    /// While when the keys are certified, by the list of which serial.
    certified: Option<(u64, Range<i64>)>,
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("keys", &self.keys).finish_non_exhaustive()
    }
}

/// The time to sign, never earlier than what was signed before.
#[derive(Debug, Clone, Copy)]
pub(super) struct SigningTime {
    /// The time to sign, milliseconds.
    pub(super) t_ms: i64,
    /// When it is, for what is noted and planned: the server's clock, or the highest time that it signed, milliseconds.
    pub(super) now_ms: i64,
    /// How far the server's clock is behind what it signed for anyone, milliseconds.
    pub(super) behind_ms: i64,
}

impl SigningTime {
    /// The time to sign for one installation, which may hold false times from ahead.
    pub(super) fn of(self, phone: &Installation) -> Self {
        Self { t_ms: self.t_ms.max(phone.ahead.map_or(i64::MIN, |ahead| ahead.until_ms)), ..self }
    }

    /// Whether no true time can be signed.
    const fn is_behind(&self) -> bool {
        self.behind_ms > 0 || self.t_ms > self.now_ms
    }

    /// Whether it is not known which day it is: nothing new is planned then.
    pub(super) const fn in_doubt(&self) -> bool {
        self.behind_ms > CLOCK_DOUBT_MS
    }
}

impl Desk {
    /// A desk with these keys, and randomness for what people read out.
    #[must_use]
    pub fn new(keys: ServerKeys, entropy: Arc<dyn Entropy>) -> Self {
        let typed = keys.typed_codes();
        Self { keys, typed, book: PolicyBook::default(), entropy, clock_error_ms: CLOCK_ERROR_MS, certified: None }
    }

    /// Does what was asked. The request may be applied again if the unit of work could not be kept.
    ///
    /// # Errors
    /// What the store reports; nothing may be answered then but that it did not work.
    pub fn apply(&mut self, request: &Prepared, now_ms: i64, tx: &mut dyn StoreTx) -> Result<Applied> {
        match request {
            Prepared::Answered(answer, install) => {
                Ok(Applied { install: *install, ..Applied::unsigned(answer.clone()) })
            }
            Prepared::ByCode(asked) => Ok(Applied::unsigned(self.by_code(asked, now_ms, tx)?)),
            Prepared::Look(asked) => Ok(Applied::unsigned(self.look(asked, now_ms, tx)?)),
            _ if !self.may_sign(now_ms, tx)? => Ok(Applied::unsigned(not_certified().answer())),
            Prepared::Enrol(request) => self.enrol(request, now_ms, tx),
            Prepared::Asked(asked) => self.asked(asked, now_ms, tx),
        }
    }

    /// Whether the keys are certified by now. Beyond it phones believe nothing that is signed; and a clock that jumped years
    /// ahead would be remembered as signed, and could never be caught up with.
    fn may_sign(&mut self, now_ms: i64, tx: &dyn StoreTx) -> Result<bool> {
        let serial = tx.trust_serial()?;
        if !self.certified.as_ref().is_some_and(|(of, while_ms)| *of == serial && while_ms.contains(&now_ms)) {
            let around = self.keys.certified_around(&agency(tx)?.trust, now_ms);
            self.certified = around.map(|while_ms| (serial, while_ms));
        }
        Ok(self.certified.is_some())
    }

    fn asked(&mut self, asked: &Asked, now_ms: i64, tx: &mut dyn StoreTx) -> Result<Applied> {
        let id = asked.auth.kid();
        let Some(mut phone) = tx.installation(&id)? else {
            return Ok(Applied::unsigned(not_enrolled().answer()));
        };
        let mut time = signing_time(now_ms, tx)?.of(&phone);
        phone.seen_ms = phone.seen_ms.max(time.now_ms);
        let mut changed = None;
        let answer = match &asked.what {
            Ask::Refused(refusal) => refusal.answer(),
            Ask::Head => HttpOut::empty(204),
            Ask::Token => self.token(&asked.auth, time)?,
            Ask::Records(batch) => {
                let stored = ingest::store(batch, &mut phone, time, &self.keys, tx)?;
                changed = stored.anything_new.then(|| phone.person.clone());
                HttpOut::json(200, &stored.answer)
            }
            Ask::Trust => HttpOut::json(200, &TrustAnswer { trust: agency(tx)?.trust }),
            Ask::Proofs(shown) => match proofs::take(shown, &mut phone, tx)? {
                Ok(filled) => {
                    changed = (filled > 0).then(|| phone.person.clone());
                    // It may have been reminded of a later time than its clock's.
                    time = signing_time(now_ms, tx)?.of(&phone);
                    phone.seen_ms = phone.seen_ms.max(time.now_ms);
                    HttpOut::empty(204)
                }
                Err(refusal) => refusal.answer(),
            },
            Ask::Old(part) => old::keep(part, id, time, &self.keys, tx)?,
            Ask::Help(report) => help::take(report, id, time, &*self.entropy, tx)?,
            Ask::Packs { after } => {
                let packs = tx.packs(*after)?.into_iter().map(|pack| pack.compact).collect();
                HttpOut::json(200, &PacksAnswer { trust: agency(tx)?.trust, packs })
            }
            Ask::Assignment => {
                self.book.refresh(tx.as_read())?;
                let issued = match tx.newest_assignment(&phone.id)?.filter(|_| time.in_doubt()) {
                    Some(issued) => issued,
                    None => assignment::issue(&mut phone, &self.book, &self.keys, time.into(), tx)?,
                };
                HttpOut::json(200, &AssignmentAnswer { trust: agency(tx)?.trust, assignment: issued.compact })
            }
        };
        if keep_witness(&asked.auth, &phone, time, tx)? {
            changed = Some(phone.person.clone());
        }
        let head = self.head(&phone, time, tx)?;
        tx.put_installation(&phone)?;
        Ok(Applied { answer, head: Some(head), install: Some(id), changed, enrolled: false })
    }

    fn token(&self, auth: &Envelope<RequestAuth>, time: SigningTime) -> Result<HttpOut> {
        if time.is_behind() {
            return Ok(clock_behind().answer());
        }
        let token = TimeToken {
            v: VERSION,
            install: auth.kid(),
            nonce: auth.payload().nonce,
            t_ms: time.t_ms,
            err_ms: self.clock_error_ms,
        };
        Ok(HttpOut::json(200, &TokenAnswer { token: signed(&self.keys.receipt, &token)?.compact().to_owned() }))
    }

    /// Where the server's copy of an installation's history ends, to be signed.
    pub(super) fn head(&mut self, phone: &Installation, time: SigningTime, tx: &mut dyn StoreTx) -> Result<Head> {
        self.renew_assignment(phone, time, tx)?;
        let order = |order: StoredOrder| ReleaseOrder { t_ms: order.t_ms, epoch: order.epoch, seq: order.seq };
        let release = tx.orders(&phone.id, true)?.into_iter().take(MAX_ORDERS).map(order).collect();
        Ok(Head {
            v: VERSION,
            install: phone.id,
            epoch: phone.epoch,
            seq: phone.contiguous,
            hash: phone.head,
            pack: tx.newest_pack()?,
            roster: tx.roster_generation(&phone.person)?,
            trust: tx.trust_serial()?,
            release,
            backed_up_through_ms: tx.backed_up_through_ms()?,
            revoked: phone.revoked.is_some(),
            t_ms: time.t_ms,
        })
    }

    /// An assignment whose days run short is replaced: the generation rises, and the phone fetches it.
    fn renew_assignment(&mut self, phone: &Installation, time: SigningTime, tx: &mut dyn StoreTx) -> Result<()> {
        let Some(until) = phone.assigned_until.filter(|_| !time.in_doubt()) else { return Ok(()) };
        // A cheap look first: within one day of UTC it is some office's date.
        let utc = chrono::DateTime::from_timestamp_millis(time.now_ms).map_or(until, |now| now.date_naive());
        if (until - utc).num_days() > ASSIGNMENT_RENEW_BELOW_DAYS {
            return Ok(());
        }
        self.book.refresh(tx.as_read())?;
        let Some(today) = self.book.duty_date(time.now_ms) else { return Ok(()) };
        let short = (until - today).num_days() < ASSIGNMENT_RENEW_BELOW_DAYS;
        let offered = tx.newest_assignment(&phone.id)?.is_some_and(|issued| {
            tx.roster_generation(&phone.person).is_ok_and(|generation| generation > issued.roster)
        });
        if short && !offered { tx.bump_roster(Some(&phone.person)) } else { Ok(()) }
    }
}

/// The answer while the agency's root certifies no key of this server's.
fn not_certified() -> Refusal {
    let detail = "by the server's clock its keys are not certified now: its clock is wrong, or a certificate has ended; \
                  nothing was stored, and an administrator has to look";
    Refusal::for_now(ProblemCode::Unavailable, detail, CLOCK_BEHIND_RETRY_AFTER_S)
}

/// The answer while no true time can be signed.
pub(super) fn clock_behind() -> Refusal {
    let detail =
        "the server's clock is behind what it has signed before; it signs no time until an administrator has looked";
    Refusal::for_now(ProblemCode::ClockBehind, detail, CLOCK_BEHIND_RETRY_AFTER_S)
}

/// The agency; the server does not start without one.
pub(super) fn agency(tx: &dyn StoreTx) -> Result<Agency> {
    tx.agency()?.ok_or(StoreError::Corrupt("agency: it was never set"))
}

/// Takes the time to sign and notes that it is signed.
pub(super) fn signing_time(now_ms: i64, tx: &mut dyn StoreTx) -> Result<SigningTime> {
    let highest = tx.highest_signed_ms()?;
    let t_ms = highest.map_or(now_ms, |highest| highest.max(now_ms));
    let time = SigningTime { t_ms, now_ms: t_ms, behind_ms: t_ms.saturating_sub(now_ms) };
    if highest != Some(time.t_ms) {
        tx.raise_highest_signed_ms(time.t_ms)?;
    }
    Ok(time)
}

/// Keeps the request as a witness if the history up to the head that it names is here; returns whether it was kept.
fn keep_witness(
    auth: &Envelope<RequestAuth>,
    phone: &Installation,
    time: SigningTime,
    tx: &mut dyn StoreTx,
) -> Result<bool> {
    let said = auth.payload();
    let received = match said.head {
        None => true,
        Some(head) if (head.epoch, head.seq, Some(head.hash)) == (phone.epoch, phone.contiguous, phone.head) => true,
        Some(head) if head.epoch == phone.epoch && head.seq <= phone.contiguous => {
            tx.places(&phone.id, head.epoch, head.seq, head.seq)?.first().is_some_and(|place| place.hash == head.hash)
        }
        Some(_) => false,
    };
    if received {
        tx.keep_witness(&Witness {
            install: phone.id,
            session: said.time.session,
            run: said.time.run,
            elapsed_ms: said.time.elapsed_ms,
            head: said.head,
            received_ms: time.now_ms,
            request: auth.compact().to_owned(),
        })?;
    }
    Ok(received)
}
