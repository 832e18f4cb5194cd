//! Invites: one person, one installation, a short life.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use hadir_core::{
    model::{B64, PersonId},
    wire::{Invite, Pins, ServerAddress, TypedCode, VERSION},
};

use super::{Admin, AdminError, agency_of, person_of};
use crate::{
    handle::TypedCodes,
    limits,
    store::{CodeHash, StoreRead, StoredInvite, TypedTls},
};

const HOUR_MS: i64 = 3_600_000;
const LONGEST_LIFE_MS: i64 = 90 * 24 * HOUR_MS;

/// A fresh invite. Its code is nowhere else: the database holds only the hash. `Debug` shows no code.
#[derive(Clone, PartialEq, Eq)]
pub struct CreatedInvite {
    /// The short name by which it is listed and revoked.
    pub short: String,
    /// For whom.
    pub person: PersonId,
    /// The link to hand over.
    pub link: String,
    /// What the link carries.
    pub invite: Invite,
    /// The code by which the invite can be fetched, if one was asked for.
    pub typed: Option<TypedCode>,
}

impl std::fmt::Debug for CreatedInvite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CreatedInvite({})", self.short)
    }
}

/// How phones are to know the server's TLS, besides the web's authorities.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InviteTls {
    /// A certificate authority (DER) that phones trust for this server besides the web's.
    pub ca: Option<Vec<u8>>,
    /// The keys that the server may show.
    pub pins: Option<Pins>,
}

impl InviteTls {
    fn ca(&self) -> Option<String> {
        self.ca.as_deref().map(Base64UrlUnpadded::encode_string)
    }
}

impl Admin<'_> {
    /// The link that tells enrolled phones where the server is and how its TLS is known. It invites nobody.
    ///
    /// # Errors
    /// What the store reports.
    pub fn server_address(&self, tls: &InviteTls) -> Result<ServerAddress, AdminError> {
        self.act("server.address", |tx| {
            let agency = agency_of(tx.as_read())?;
            let address = ServerAddress {
                v: VERSION,
                server: agency.server,
                agency: agency.id,
                root: agency.trust.root,
                ca: tls.ca(),
                pins: tls.pins.clone(),
            };
            let detail = address.server.clone();
            Ok((address, detail))
        })
    }

    /// Makes an invite for each of `people`; `life_ms` is how long they may be used, by default [`limits::INVITE_LIFE_MS`].
    ///
    /// # Errors
    /// [`AdminError::UnknownPerson`], [`AdminError::Inactive`], [`AdminError::InviteLife`]; no invite is made then.
    pub fn create_invites(
        &self,
        people: &[PersonId],
        life_ms: Option<i64>,
        tls: &InviteTls,
    ) -> Result<Vec<CreatedInvite>, AdminError> {
        self.invite(people, life_ms, tls, None)
    }

    /// As [`Self::create_invites`], each with a typed code as well, by which this server gives it out.
    ///
    /// # Errors
    /// As [`Self::create_invites`].
    pub fn create_typed_invites(
        &self,
        people: &[PersonId],
        life_ms: Option<i64>,
        tls: &InviteTls,
        codes: &TypedCodes,
    ) -> Result<Vec<CreatedInvite>, AdminError> {
        self.invite(people, life_ms, tls, Some(codes))
    }

    fn invite(
        &self,
        people: &[PersonId],
        life_ms: Option<i64>,
        tls: &InviteTls,
        codes: Option<&TypedCodes>,
    ) -> Result<Vec<CreatedInvite>, AdminError> {
        let life = life_ms.unwrap_or(limits::INVITE_LIFE_MS);
        if !(HOUR_MS..=LONGEST_LIFE_MS).contains(&life) {
            return Err(AdminError::InviteLife);
        }
        self.act("invite.create", |tx| {
            let agency = agency_of(tx.as_read())?;
            let people: Vec<PersonId> = people
                .iter()
                .map(|id| {
                    let person = person_of(tx.as_read(), id)?;
                    if person.active { Ok(person.id) } else { Err(AdminError::Inactive(person.id)) }
                })
                .collect::<Result<_, _>>()?;
            let exp_ms = self.now_ms.saturating_add(life);
            let mut created = Vec::with_capacity(people.len());
            for person in people {
                let (code, typed) = match codes {
                    Some(codes) => self.typed_code(codes, tx.as_read())?,
                    None => (self.random()?, None),
                };
                let hash = CodeHash::of(&code);
                tx.put_invite(&StoredInvite {
                    code: hash,
                    person: person.clone(),
                    created_ms: self.now_ms,
                    exp_ms,
                    by: self.by.to_owned(),
                    used: None,
                    revoked_ms: None,
                    typed: typed.map(|_| TypedTls { ca: tls.ca.clone(), pins: tls.pins.clone() }),
                })?;
                let invite = Invite {
                    v: VERSION,
                    server: agency.server.clone(),
                    agency: agency.id.clone(),
                    root: agency.trust.root,
                    code: B64(code),
                    exp_ms,
                    ca: tls.ca(),
                    pins: tls.pins.clone(),
                };
                created.push(CreatedInvite { short: hash.short(), person, link: invite.link(), invite, typed });
            }
            let names: Vec<&str> = created.iter().map(|invite| invite.short.as_str()).collect();
            let detail = match names.as_slice() {
                [] => "none".to_owned(),
                [one] => format!("{one} for {}", created[0].person),
                many => format!("{} invites, {} to {}", many.len(), many[0], many[many.len() - 1]),
            };
            Ok((created, detail))
        })
    }

    /// A typed code that leads to no invite yet, used up or not, and the code of its invite.
    fn typed_code(
        &self,
        codes: &TypedCodes,
        store: &dyn StoreRead,
    ) -> Result<([u8; 16], Option<TypedCode>), AdminError> {
        loop {
            let typed = TypedCode::of_random(self.random()?);
            let code = codes.invite_code(&typed);
            if store.invite(&CodeHash::of(&code))?.is_none() {
                return Ok((code, Some(typed)));
            }
        }
    }

    /// Revokes an unused invite by the beginning of its name.
    ///
    /// # Errors
    /// [`AdminError::UnknownInvite`], [`AdminError::AmbiguousInvite`], [`AdminError::InviteUsed`], [`AdminError::InviteRevoked`].
    pub fn revoke_invite(&self, name: &str) -> Result<StoredInvite, AdminError> {
        self.act("invite.revoke", |tx| {
            let mut found =
                tx.invites()?.into_iter().filter(|invite| !name.is_empty() && invite.code.short().starts_with(name));
            let mut invite = found.next().ok_or_else(|| AdminError::UnknownInvite(name.to_owned()))?;
            if found.next().is_some() {
                return Err(AdminError::AmbiguousInvite(name.to_owned()));
            }
            if invite.used.is_some() {
                return Err(AdminError::InviteUsed(invite.code.short()));
            }
            if invite.revoked_ms.is_some() {
                return Err(AdminError::InviteRevoked(invite.code.short()));
            }
            invite.revoked_ms = Some(self.now_ms);
            tx.put_invite(&invite)?;
            let short = invite.code.short();
            Ok((invite, short))
        })
    }
}
