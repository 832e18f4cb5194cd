//! Enrolment: what was pasted or scanned, whose it is, and making this phone that person's.

use hadir_core::engine::parse_invite;

use crate::{engine::CheckInEngine, error::HadirError};

/// What an invite says of itself, before the server is asked.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct InviteCheck {
    /// The agency's id.
    pub agency: String,
    /// The server's address.
    pub server: String,
}

#[uniffi::export]
impl CheckInEngine {
    /// Reads a link that was pasted, scanned or opened, without the network: spaces and line breaks in it do no harm.
    ///
    /// # Errors
    /// [`HadirError::BadInput`] for what is no invite; [`HadirError::UpdateNeeded`] for one of a newer version.
    pub fn read_invite(&self, link: String) -> Result<InviteCheck, HadirError> {
        self.run(|_, _| {
            let invite = parse_invite(&link)?;
            Ok(InviteCheck { agency: invite.agency, server: invite.server })
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
