//! `hadir admin invite --ca … --pin … --address`: how phones are to know the server's TLS.

use hadir_core::{
    model::B64,
    wire::{Pins, ServerAddress},
};
use hadir_server::{admin::InviteTls, http::tls};

use super::{Failure, args::InviteArgs};
use crate::out::{Exit, Out};

/// Reads the authority and the pins that were named.
pub(super) fn read(args: &InviteArgs) -> Result<InviteTls, Failure> {
    let ca = args.ca.as_deref().map(tls::certificate).transpose()?;
    let pins = args.pins.iter().map(|text| pin(text)).collect::<Result<Vec<_>, _>>()?;
    let pins = if pins.is_empty() { None } else { Some(Pins::new(pins).map_err(Failure::Pins)?) };
    Ok(InviteTls { ca, pins })
}

/// A hash as it stands, else what a file holds.
fn pin(text: &str) -> Result<B64<32>, Failure> {
    match text.parse() {
        Ok(hash) => Ok(hash),
        Err(_) => Ok(tls::pin(text.as_ref())?),
    }
}

/// Prints the link for enrolled phones.
pub(super) fn show_address(address: &ServerAddress, out: Out) -> Result<Exit, Failure> {
    let link = address.link();
    out.object(&serde_json::json!({ "server": address.server, "pins": address.pins, "link": link }));
    out.tell(
        format!("Untuk HP yang sudah terdaftar (tidak mengundang siapa pun, boleh dibagikan):\n{link}"),
        format!("For phones that are enrolled (it invites nobody, and may be shared):\n{link}"),
    );
    Ok(Exit::Done)
}
