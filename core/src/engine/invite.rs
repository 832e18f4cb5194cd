//! Invite links and address links (protocol §5.2): `{server}/i#{base64url(JSON)}`, `{server}/s#{base64url(JSON)}`.

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::wire::{Invite, ServerAddress, VERSION};

/// The longest link that is read: one with a certificate authority of 2 kB and room to spare.
const MAX_LINK: usize = 8_192;

/// Says why a text is no invite.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InviteError {
    /// There is no `#`, so this is another link or the end was cut off.
    #[error("this is not an invite link: it has no part after '#'; copy the whole link")]
    NoFragment,
    /// The part after `#` is not whole.
    #[error("the invite link is damaged or cut off; copy the whole link or scan the code again")]
    Damaged,
    /// The link is longer than any invite.
    #[error("this is no invite link: it is longer than {MAX_LINK} characters")]
    TooLong,
    /// A newer server made it.
    #[error("the invite is of version {0}; update the app")]
    Newer(u32),
    /// The server's address is not usable.
    #[error("the invite names the server {0}, which is not an https address")]
    BadServer(String),
}

/// Reads an invite link.
///
/// # Errors
/// [`InviteError`], which says what to do about it.
pub fn parse_invite(link: &str) -> Result<Invite, InviteError> {
    let json = fragment(link)?;
    let invite: Invite = serde_json::from_slice(&json).map_err(|_| InviteError::Damaged)?;
    check_server(&invite.server)?;
    Ok(invite)
}

/// Reads where the server is from an address link, or from an invite link, whose code is not used then.
///
/// # Errors
/// [`InviteError`], which says what to do about it.
pub fn parse_address(link: &str) -> Result<ServerAddress, InviteError> {
    let json = fragment(link)?;
    let address = match serde_json::from_slice::<ServerAddress>(&json) {
        Ok(address) => address,
        Err(_) => serde_json::from_slice::<Invite>(&json).map_err(|_| InviteError::Damaged)?.address(),
    };
    check_server(&address.server)?;
    Ok(address)
}

/// The JSON of a link's fragment, of a version that this build reads.
fn fragment(link: &str) -> Result<Vec<u8>, InviteError> {
    #[derive(serde::Deserialize)]
    struct Version {
        v: u32,
    }
    let link = link.trim();
    if link.len() > MAX_LINK {
        return Err(InviteError::TooLong);
    }
    let (_, fragment) = link.split_once('#').ok_or(InviteError::NoFragment)?;
    let json = Base64UrlUnpadded::decode_vec(fragment).map_err(|_| InviteError::Damaged)?;
    let Version { v } = serde_json::from_slice(&json).map_err(|_| InviteError::Damaged)?;
    if v == VERSION { Ok(json) } else { Err(InviteError::Newer(v)) }
}

fn check_server(server: &str) -> Result<(), InviteError> {
    let known = server.starts_with("https://") || server.starts_with("http://");
    if known && !server.ends_with('/') { Ok(()) } else { Err(InviteError::BadServer(server.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::B64, wire::Pins};

    fn invite() -> Invite {
        Invite {
            v: 1,
            server: "https://hadir.example".into(),
            agency: "kota".into(),
            root: B64([1; 32]),
            code: B64([2; 16]),
            exp_ms: 5,
            ca: None,
            pins: None,
        }
    }

    #[test]
    fn a_link_is_read_as_it_was_written_and_every_cut_of_it_is_named() {
        let whole = invite().link();
        assert_eq!(parse_invite(&format!(" {whole}\n")), Ok(invite()));
        let hash = whole.find('#').unwrap();
        for cut in 0..whole.len() {
            let expected = if cut <= hash { InviteError::NoFragment } else { InviteError::Damaged };
            assert_eq!(parse_invite(&whole[..cut]), Err(expected), "cut at {cut}");
        }
    }

    #[test]
    fn a_newer_invite_or_one_for_no_server_is_refused_with_what_to_do() {
        assert_eq!(parse_invite(&Invite { v: 2, ..invite() }.link()), Err(InviteError::Newer(2)));
        for server in ["ftp://x", "https://x/", "hadir.example"] {
            let bad = Invite { server: server.into(), ..invite() };
            assert_eq!(parse_invite(&bad.link()), Err(InviteError::BadServer(server.into())));
        }
    }

    #[test]
    fn an_address_is_read_from_its_own_link_and_from_an_invite() {
        let pins = Pins::new(vec![Pins::of_key(b"a"), Pins::of_key(b"b")]).unwrap();
        let invite = Invite { pins: Some(pins), ca: Some("AAAA".into()), ..invite() };
        let address = invite.address();
        assert_eq!(parse_address(&invite.link()), Ok(address.clone()));
        assert_eq!(parse_address(&address.link()), Ok(address.clone()));
        assert_eq!(parse_invite(&address.link()), Err(InviteError::Damaged), "it invites nobody");
    }

    #[test]
    fn a_pin_without_a_reserve_is_no_invite() {
        let json = serde_json::to_string(&invite()).unwrap();
        let one = json.replace("\"exp_ms\":5", &format!("\"exp_ms\":5,\"pins\":[\"{}\"]", Pins::of_key(b"a")));
        let link = format!("https://hadir.example/i#{}", Base64UrlUnpadded::encode_string(one.as_bytes()));
        assert_eq!(parse_invite(&link), Err(InviteError::Damaged));
    }
}
