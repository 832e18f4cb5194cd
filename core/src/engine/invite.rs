//! Invite links (protocol §5.2): `{server}/i#{base64url(JSON)}`.

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::wire::{Invite, VERSION};

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
    if v != VERSION {
        return Err(InviteError::Newer(v));
    }
    let invite: Invite = serde_json::from_slice(&json).map_err(|_| InviteError::Damaged)?;
    let known = invite.server.starts_with("https://") || invite.server.starts_with("http://");
    if !known || invite.server.ends_with('/') {
        return Err(InviteError::BadServer(invite.server));
    }
    Ok(invite)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::B64;

    fn link(invite: &Invite) -> String {
        let json = serde_json::to_vec(invite).unwrap();
        format!("{}/i#{}", invite.server, Base64UrlUnpadded::encode_string(&json))
    }

    fn invite() -> Invite {
        Invite {
            v: 1,
            server: "https://hadir.example".into(),
            agency: "kota".into(),
            root: B64([1; 32]),
            code: B64([2; 16]),
            exp_ms: 5,
            ca: None,
        }
    }

    #[test]
    fn a_link_is_read_as_it_was_written_and_every_cut_of_it_is_named() {
        let whole = link(&invite());
        assert_eq!(parse_invite(&format!(" {whole}\n")), Ok(invite()));
        let hash = whole.find('#').unwrap();
        for cut in 0..whole.len() {
            let expected = if cut <= hash { InviteError::NoFragment } else { InviteError::Damaged };
            assert_eq!(parse_invite(&whole[..cut]), Err(expected), "cut at {cut}");
        }
    }

    #[test]
    fn a_newer_invite_or_one_for_no_server_is_refused_with_what_to_do() {
        assert_eq!(parse_invite(&link(&Invite { v: 2, ..invite() })), Err(InviteError::Newer(2)));
        for server in ["ftp://x", "https://x/", "hadir.example"] {
            let bad = Invite { server: server.into(), ..invite() };
            assert_eq!(parse_invite(&link(&bad)), Err(InviteError::BadServer(server.into())));
        }
    }
}
