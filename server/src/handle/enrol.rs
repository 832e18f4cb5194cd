//! Enrolment: a single-use invite and proof of possession make an installation (protocol §5.2).

use hadir_core::{
    envelope::Envelope,
    wire::{EnrolAnswer, EnrolRequest, ProblemCode},
};

use super::{
    Applied, Desk, HttpOut, Refusal,
    apply::{agency, clock_behind, signing_time},
};
use crate::{
    assignment,
    store::{CodeHash, Installation, Result, StoreTx, StoredInvite},
};

impl Desk {
    pub(super) fn enrol(
        &mut self,
        request: &Envelope<EnrolRequest>,
        now_ms: i64,
        tx: &mut dyn StoreTx,
    ) -> Result<Applied> {
        let refused = |refusal: &Refusal| Applied::unsigned(refusal.answer());
        let agency = agency(tx)?;
        let said = request.payload();
        if said.root != agency.trust.root {
            let detail = format!("the invite is of another agency than {}; ask for one of this server", agency.id);
            return Ok(refused(&Refusal::new(ProblemCode::WrongAgency, detail)));
        }
        let invite = match usable(tx.invite(&CodeHash::of(said.invite.as_bytes()))?, request, now_ms) {
            Ok(invite) => invite,
            Err(refusal) => return Ok(refused(&refusal)),
        };
        if !tx.person(&invite.person)?.is_some_and(|person| person.active) {
            let refusal =
                Refusal::new(ProblemCode::InviteUnknown, "the person of this invite is no longer on the staff list");
            return Ok(refused(&refusal));
        }
        let time = signing_time(now_ms, tx)?;
        if time.in_doubt() {
            // Its first windows would be planned for a day that nobody knows.
            return Ok(refused(&clock_behind()));
        }
        let known = tx.installation(&request.kid())?;
        if known.as_ref().is_some_and(|known| known.person != invite.person) {
            let detail =
                "this key is another person's installation; delete the app's data on this phone and enrol again";
            return Ok(refused(&Refusal::new(ProblemCode::InviteUsed, detail)));
        }
        let mut phone = known.unwrap_or_else(|| Installation {
            id: request.kid(),
            key: said.key.0,
            person: invite.person.clone(),
            invite: invite.code,
            enrolled_ms: time.now_ms,
            app: said.app.clone(),
            epoch: 0,
            contiguous: 0,
            head: None,
            seen_ms: time.now_ms,
            revoked: None,
            assigned_until: None,
            ahead: None,
        });
        let time = time.of(&phone);
        tx.put_installation(&phone)?;
        if invite.used.is_none() {
            tx.put_invite(&StoredInvite { used: Some((phone.id, time.now_ms)), ..invite })?;
        }
        self.book.refresh(tx.as_read())?;
        let issued = assignment::issue(&mut phone, &self.book, &self.keys, time.into(), tx)?;
        tx.put_installation(&phone)?;
        let answer = EnrolAnswer {
            trust: agency.trust,
            packs: self.packs_to_come(time.now_ms, tx)?,
            assignment: issued.compact,
        };
        let head = self.head(&phone, time, tx)?;
        Ok(Applied {
            answer: HttpOut::json(201, &answer),
            head: Some(head),
            install: Some(phone.id),
            changed: Some(phone.person),
            enrolled: true,
        })
    }

    /// The packs in force or to come, lowest number first: those whose policy has not ended before yesterday.
    fn packs_to_come(&self, now_ms: i64, tx: &dyn StoreTx) -> Result<Vec<String>> {
        let yesterday = self.book.duty_date(now_ms).and_then(|today| today.pred_opt());
        let over = |number: u64| {
            let last = self.book.by_number(number).and_then(|booked| booked.policy.valid.last_date());
            last.zip(yesterday).is_some_and(|(last, yesterday)| last < yesterday)
        };
        Ok(tx.packs(0)?.into_iter().filter(|pack| !over(pack.number)).map(|pack| pack.compact).collect())
    }
}

/// Checks that an invite may be used by the key that asks.
fn usable(
    invite: Option<StoredInvite>,
    request: &Envelope<EnrolRequest>,
    now_ms: i64,
) -> std::result::Result<StoredInvite, Refusal> {
    let refuse = |code, detail: &str| Err(Refusal::new(code, detail));
    match invite {
        None => refuse(ProblemCode::InviteUnknown, "no such invite; check that the whole link or code was copied"),
        Some(invite) if invite.revoked_ms.is_some() => {
            refuse(ProblemCode::InviteUnknown, "the invite was withdrawn; ask for a new one")
        }
        Some(invite) if invite.used.is_some_and(|(install, _)| install != request.kid()) => {
            refuse(ProblemCode::InviteUsed, "the invite was used by another phone; ask for a new one")
        }
        Some(invite) if now_ms >= invite.exp_ms => {
            refuse(ProblemCode::InviteExpired, "the invite's time is over; ask for a new one")
        }
        Some(invite) => Ok(invite),
    }
}
