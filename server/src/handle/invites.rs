//! What is answered about an invite before anyone enrols: the invite of a typed code, and whose it is (protocol §5.2).

use base64ct::{Base64UrlUnpadded, Encoding as _};
use hadir_core::{
    model::B64,
    wire::{Invite, InviteByCode, InviteLook, InvitePerson, InviteSeen, InviteState, ProblemCode, TypedCode, VERSION},
};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{Desk, HttpOut, Refusal, ServerKeys, apply::agency};
use crate::store::{CodeHash, Result, StoreTx, StoredInvite};

const LABEL: &[u8] = b"hadir/typed-code/1\0";

/// Makes the code of an invite from a typed one, with a secret of this server: whoever has the database alone has 2⁵⁰ typed codes
/// to try and nothing to try them against. `Debug` shows nothing.
#[derive(Clone)]
pub struct TypedCodes(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for TypedCodes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TypedCodes(…)")
    }
}

impl ServerKeys {
    /// What turns typed codes into invites: it follows from the key that signs receipts, and changes with it.
    #[must_use]
    pub fn typed_codes(&self) -> TypedCodes {
        let mut secret = Sha256::new_with_prefix(LABEL);
        secret.update(self.receipt.seed().as_slice());
        TypedCodes(Zeroizing::new(secret.finalize().into()))
    }
}

impl TypedCodes {
    /// The code of the invite that goes with a typed code. What is hashed always has the same length, so no longer text begins with it.
    #[must_use]
    pub fn invite_code(&self, typed: &TypedCode) -> [u8; 16] {
        let mut hash = Sha256::new_with_prefix(LABEL);
        hash.update(self.0.as_slice());
        hash.update(typed.letters());
        let hash = Zeroizing::<[u8; 32]>::new(hash.finalize().into());
        let mut code = [0; 16];
        code.copy_from_slice(&hash[..16]);
        code
    }
}

impl Desk {
    /// Gives the invite that a typed code stands for. It is not used up: an answer may be lost.
    pub(super) fn by_code(&self, asked: &InviteByCode, now_ms: i64, tx: &dyn StoreTx) -> Result<HttpOut> {
        let code = self.typed.invite_code(&asked.code);
        let refuse = |code, detail: &str| Ok(Refusal::new(code, detail).answer());
        let Some((invite, typed)) = invite(&code, tx)?.and_then(|mut invite| {
            let typed = invite.typed.take()?;
            Some((invite, typed))
        }) else {
            return refuse(
                ProblemCode::InviteUnknown,
                "no such code; look at it again, letter by letter, or ask for a new one",
            );
        };
        match state(&invite, now_ms) {
            InviteState::Used => {
                refuse(ProblemCode::InviteUsed, "the code was used already; ask for a new one, and tell the office")
            }
            InviteState::Expired => refuse(ProblemCode::InviteExpired, "the code's time is over; ask for a new one"),
            InviteState::Open => {
                let agency = agency(tx)?;
                Ok(HttpOut::json(
                    200,
                    &Invite {
                        v: VERSION,
                        server: agency.server,
                        agency: agency.id,
                        root: agency.trust.root,
                        code: B64(code),
                        exp_ms: invite.exp_ms,
                        ca: typed.ca.as_deref().map(Base64UrlUnpadded::encode_string),
                        pins: typed.pins,
                    },
                ))
            }
        }
    }

    /// Says whose an invite is, to whoever has its secret code. Nothing is used up.
    pub(super) fn look(&self, asked: &InviteLook, now_ms: i64, tx: &dyn StoreTx) -> Result<HttpOut> {
        let agency = agency(tx)?;
        if asked.root != agency.trust.root {
            let detail = format!("the invite is of another agency than {}; ask for one of this server", agency.id);
            return Ok(Refusal::new(ProblemCode::WrongAgency, detail).answer());
        }
        let found = match invite(asked.invite.as_bytes(), tx)? {
            Some(invite) => tx.person(&invite.person)?.map(|person| (invite, person)),
            None => None,
        };
        let Some((invite, person)) = found else {
            let detail = "no such invite, or it was withdrawn; ask for a new one";
            return Ok(Refusal::new(ProblemCode::InviteUnknown, detail).answer());
        };
        // A link that still lies in a chat long after names nobody.
        let person = if now_ms >= invite.exp_ms {
            None
        } else {
            let unit = tx.units()?.into_iter().find(|unit| unit.id == person.unit);
            let unit_name = unit.map_or_else(|| person.unit.to_string(), |unit| unit.name);
            Some(InvitePerson { name: person.name, unit_name })
        };
        let state = state(&invite, now_ms);
        Ok(HttpOut::json(200, &InviteSeen { agency_name: agency.name, person, exp_ms: invite.exp_ms, state }))
    }
}

/// An invite that was not withdrawn, of somebody who is still on the staff list.
fn invite(code: &[u8; 16], tx: &dyn StoreTx) -> Result<Option<StoredInvite>> {
    let Some(invite) = tx.invite(&CodeHash::of(code))?.filter(|invite| invite.revoked_ms.is_none()) else {
        return Ok(None);
    };
    let active = tx.person(&invite.person)?.is_some_and(|person| person.active);
    Ok(active.then_some(invite))
}

fn state(invite: &StoredInvite, now_ms: i64) -> InviteState {
    if invite.used.is_some() {
        InviteState::Used
    } else if now_ms >= invite.exp_ms {
        InviteState::Expired
    } else {
        InviteState::Open
    }
}
