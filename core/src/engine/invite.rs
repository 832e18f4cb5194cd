//! Invite links and address links (protocol §5.2): `{server}/i#{base64url(JSON)}`, `{server}/s#{base64url(JSON)}`.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::Serialize;

use crate::{
    model::crockford::is_blank,
    wire::{Invite, ServerAddress, VERSION},
};

/// The longest link that is read: one with a certificate authority of 2 kB and room to spare.
const MAX_LINK: usize = 8_192;
/// The longest text in which one is looked for, blanks included: a messenger breaks a link once in a line.
const MAX_TYPED: usize = 4 * MAX_LINK;

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
    #[error("the server {0} is not an https address; ask the office for it")]
    BadServer(String),
    /// What was typed is no code.
    #[error("a code has ten letters and digits, in two groups of five; look at it again")]
    BadCode,
}

/// What an invite link says by itself, without a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InviteFacts {
    /// The agency's id.
    pub agency: String,
    /// The server's base URL.
    pub server: String,
    /// The server's host, with its port if that is not the usual one, as a screen shows it.
    pub server_host: String,
    /// Until when the invite may be used, milliseconds since 1970, excluded. By the phone's own clock it may look over when it is not.
    pub expires_ms: i64,
}

/// Reads what an invite link says by itself.
///
/// # Errors
/// [`InviteError`], which says what to do about it.
pub fn invite_facts(link: &str) -> Result<InviteFacts, InviteError> {
    let Invite { server, agency, exp_ms, .. } = parse_invite(link)?;
    let host = server.split_once("://").map_or(server.as_str(), |(_, host)| host);
    let server_host = host.split('/').next().unwrap_or_default().to_owned();
    Ok(InviteFacts { agency, server_host, server, expires_ms: exp_ms })
}

/// Reads an invite link. White space and line breaks in it, which messengers and paper leave there, do no harm.
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
    if link.len() > MAX_TYPED {
        return Err(InviteError::TooLong);
    }
    let link: String = link.chars().filter(|letter| !is_blank(*letter)).collect();
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
    fn blanks_and_line_breaks_anywhere_in_a_link_do_no_harm() {
        let whole = invite().link();
        let broken: String = whole.chars().flat_map(|letter| [letter, '\n', ' ', '\u{200b}', '\u{feff}']).collect();
        assert_eq!(parse_invite(&broken), Ok(invite()));
        assert_eq!(parse_address(&broken), Ok(invite().address()));
        assert_eq!(parse_invite(&" ".repeat(MAX_TYPED + 1)), Err(InviteError::TooLong));
        assert_eq!(parse_invite(&"a".repeat(MAX_LINK + 1)), Err(InviteError::TooLong));
    }

    #[test]
    fn a_link_says_by_itself_whose_server_it_is_and_until_when() {
        let link = Invite { server: "https://hadir.example:8443".into(), ..invite() }.link();
        let facts = InviteFacts {
            agency: "kota".into(),
            server: "https://hadir.example:8443".into(),
            server_host: "hadir.example:8443".into(),
            expires_ms: 5,
        };
        assert_eq!(invite_facts(&link), Ok(facts));
        assert_eq!(invite_facts("hello"), Err(InviteError::NoFragment));
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
