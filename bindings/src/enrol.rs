//! Enrolment: what was pasted, scanned or typed, whose it is, and making this phone that person's.

use hadir_core::{
    engine::{self, InviteState, invite_facts},
    text::engine as said,
};

use crate::{engine::CheckInEngine, error::HadirError};

/// What an invite says of itself, before the server is asked.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct InviteCheck {
    /// The agency's id.
    pub agency: String,
    /// The server's host, as a person reads it.
    pub server: String,
}

/// Whose an invite is: *Apakah ini Anda?*
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct InviteLook {
    /// The agency, for people.
    pub agency: String,
    /// Name; `None` once the invite's time is over: then nobody is told whose it was.
    pub person: Option<String>,
    /// Name of the unit, likewise.
    pub unit: Option<String>,
    /// *Undangan ini masih berlaku.*
    pub text: String,
    /// Whether enrolling with it can succeed.
    pub usable: bool,
}

impl std::fmt::Debug for InviteLook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "InviteLook({}, usable: {})", self.agency, self.usable)
    }
}

#[uniffi::export]
impl CheckInEngine {
    /// Reads a link that was pasted, scanned or opened, without the network: spaces and line breaks in it do no harm.
    ///
    /// # Errors
    /// [`HadirError::BadInput`] for what is no invite; [`HadirError::UpdateNeeded`] for one of a newer version.
    pub fn read_invite(&self, link: String) -> Result<InviteCheck, HadirError> {
        self.run(|_, _| {
            let facts = invite_facts(&link)?;
            Ok(InviteCheck { agency: facts.agency, server: facts.server_host })
        })
    }

    /// Fetches the link of an invite that was typed: ten letters and digits in any case, with or without spaces, and the server's
    /// address as typed or scanned. Blocks for the network, at most half a minute. Nothing is kept, and the invite is not used up.
    ///
    /// # Errors
    /// [`HadirError::BadInput`]; [`HadirError::InviteRefused`]; [`HadirError::Network`]; [`HadirError::WrongServer`].
    pub fn invite_by_code(&self, server: String, code: String) -> Result<String, HadirError> {
        self.run_online(|engine, _, cancel| engine.invite_by_code(&server, &code, cancel))
    }

    /// Asks the server whose an invite is, so that nobody enrols with a neighbour's. Blocks likewise; the invite is not used up.
    ///
    /// # Errors
    /// As [`Self::invite_by_code`].
    pub fn look_at_invite(&self, link: String) -> Result<InviteLook, HadirError> {
        self.run_online(|engine, lang, cancel| {
            let engine::InvitePreview { agency_name, whose, state, .. } = engine.look_at_invite(&link, cancel)?;
            let (person, unit) = whose.map(|whose| (whose.person_name, whose.unit_name)).unzip();
            let text = said::invite_state(state, lang).to_owned();
            // One that was used may have been used by this phone, whose answer was lost: enrolling again tells.
            Ok(InviteLook { agency: agency_name, person, unit, text, usable: state != InviteState::Expired })
        })
    }

    /// Enrols this phone: blocks for the network, at most half a minute. The key is on disk before the server hears of it, so the
    /// same invite can be tried again when an answer was lost.
    ///
    /// # Errors
    /// [`HadirError::AlreadyEnrolled`]; [`HadirError::BadInput`]; [`HadirError::InviteRefused`]; [`HadirError::Network`];
    /// [`HadirError::WrongServer`]; [`HadirError::KeysUnavailable`]; [`HadirError::StoreFull`] and [`HadirError::Store`].
    pub fn enrol(&self, link: String) -> Result<(), HadirError> {
        self.run_online(|engine, _, cancel| engine.enrol(&link, cancel))
    }
}
