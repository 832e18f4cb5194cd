//! Before enrolment: the invite of a typed code, and whose an invite is (protocol §5.2). Nothing is stored, and nothing used up.

use serde::{Serialize, de::DeserializeOwned};

use super::{CheckInEngine, EngineError, InviteError, parse_address, parse_invite};
use crate::{
    limits::engine as limits,
    model::crockford::is_blank,
    ports::{Cancel, HttpRequest, Method, Transport},
    wire::{
        Invite, InviteByCode, InviteLook, InvitePerson, InviteSeen, InviteState, Problem, ProblemCode, ServerAddress,
        TypedCode, VERSION,
    },
};

/// Whose an invite is and how it stands, to be shown before enrolling: *Apakah ini Anda?*
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InvitePreview {
    /// The agency's id, from the link.
    pub agency: String,
    /// The agency's name, for people.
    pub agency_name: String,
    /// The server's base URL, from the link.
    pub server: String,
    /// Whose it is; `None` once its time is over.
    pub whose: Option<InviteWhose>,
    /// Until when it may be used, milliseconds since 1970, excluded; as the server says it.
    pub expires_ms: i64,
    /// How it stands, by the server's clock.
    pub state: InviteState,
}

/// A person as an invite names them. `Debug` shows no name.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct InviteWhose {
    /// Name.
    pub person_name: String,
    /// The unit's name.
    pub unit_name: String,
}

impl std::fmt::Debug for InviteWhose {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InviteWhose(…)")
    }
}

/// Where a typed code is taken to.
struct Asked {
    server: String,
    /// What a scanned address link says beside: its root, authority and pins hold.
    link: Option<ServerAddress>,
}

impl CheckInEngine {
    /// Fetches the invite of a typed code and returns its link, for [`Self::look_at_invite`] and [`Self::enrol`]. `server` is its
    /// host as typed or scanned (https is assumed; plain http is for loopback alone), or an address link, whose root, authority
    /// and pins hold then. Without one, the invite is believed because TLS says that it comes from that host. `code` may be in any
    /// case, with blanks, line breaks and hyphens anywhere.
    ///
    /// # Errors
    /// [`EngineError::Invite`] for what can't be a code or a server; [`EngineError::InviteRefused`] with the reason;
    /// [`EngineError::OtherAgency`] where the address link is another's; [`EngineError::Network`], [`EngineError::NotOurServer`].
    pub fn invite_by_code(&self, server: &str, code: &str, cancel: &Cancel) -> Result<String, EngineError> {
        let code: TypedCode = code.parse().map_err(|_| InviteError::BadCode)?;
        let Asked { server, link } = read_server(server)?;
        let (ca, pins) = link.as_ref().map_or((None, None), |link| (link.ca.as_deref(), link.pins.clone()));
        let transport = self.connect_before(ca, pins)?;
        let said = InviteByCode { v: VERSION, code };
        let invite: Invite = ask(&*transport, &format!("{server}/v1/invite"), &said, cancel)?;
        let mut invite = parse_invite(&invite.link()).map_err(|_| not_ours("its invite is none"))?;
        // Whoever was reached by TLS may not send on to somebody without.
        if server.starts_with("https://") && !invite.server.starts_with("https://") {
            return Err(not_ours("its invite leads away from TLS"));
        }
        if let Some(link) = link {
            if (&link.agency, &link.root) != (&invite.agency, &invite.root) {
                return Err(EngineError::OtherAgency { found: invite.agency });
            }
            invite.ca = link.ca.or(invite.ca);
            invite.pins = link.pins.or(invite.pins);
        }
        Ok(invite.link())
    }

    /// Asks the server whose an invite is. Nobody needs to be enrolled, and the invite stays unused. The answer is shown to a person
    /// and nothing else rests on it: it is as true as TLS, while what [`Self::enrol`] takes is signed.
    ///
    /// # Errors
    /// [`EngineError::Invite`] for a link that is none; [`EngineError::InviteRefused`] where the server does not know the invite, is
    /// another agency's or busy; [`EngineError::Network`], [`EngineError::NotOurServer`].
    pub fn look_at_invite(&self, link: &str, cancel: &Cancel) -> Result<InvitePreview, EngineError> {
        let invite = parse_invite(link)?;
        let transport = self.connect_before(invite.ca.as_deref(), invite.pins.clone())?;
        let said = InviteLook { v: VERSION, invite: invite.code, root: invite.root };
        let seen: InviteSeen = ask(&*transport, &format!("{}/v1/invite/look", invite.server), &said, cancel)?;
        let whose = seen.person.map(|InvitePerson { name, unit_name }| InviteWhose { person_name: name, unit_name });
        Ok(InvitePreview {
            agency: invite.agency,
            agency_name: seen.agency_name,
            server: invite.server,
            whose,
            expires_ms: seen.exp_ms,
            state: seen.state,
        })
    }

    /// A transport for whoever may not be enrolled yet: certificates are judged by the best time there is.
    fn connect_before(
        &self,
        ca: Option<&str>,
        pins: Option<crate::wire::Pins>,
    ) -> Result<std::sync::Arc<dyn Transport>, EngineError> {
        let now = self.ports.clock.read();
        if let Some(store) = &self.inner().store {
            self.tls_clock.set(store.tls_time(now));
        }
        self.connect(ca, pins)
    }
}

fn ask<T: DeserializeOwned>(
    transport: &dyn Transport,
    url: &str,
    said: &impl Serialize,
    cancel: &Cancel,
) -> Result<T, EngineError> {
    let request = HttpRequest {
        method: Method::Post,
        url: url.to_owned(),
        headers: vec![("content-type", "application/json".to_owned())],
        body: serde_json::to_vec(said).expect("a struct of texts and numbers always has a JSON form"),
    };
    let answer = transport.send(&request, limits::INVITE, cancel)?;
    if answer.status == 200 {
        return serde_json::from_slice(&answer.body).map_err(|_| not_ours("the answer can't be read"));
    }
    let problem: Option<Problem> = serde_json::from_slice(&answer.body).ok();
    Err(match problem.filter(|problem| problem.status == answer.status) {
        Some(problem) => EngineError::InviteRefused { code: problem.code, detail: problem.detail },
        None if answer.status == 429 || answer.status == 503 => {
            let code = if answer.status == 429 { ProblemCode::TooMany } else { ProblemCode::Unavailable };
            EngineError::InviteRefused { code, detail: "the server is busy; try again in a minute".to_owned() }
        }
        None => not_ours(&format!("it answered with status {}", answer.status)),
    })
}

fn not_ours(what: &str) -> EngineError {
    EngineError::NotOurServer(what.to_owned())
}

/// Reads a server as people type it, or an address link as it is scanned.
fn read_server(typed: &str) -> Result<Asked, InviteError> {
    if typed.contains('#') {
        let link = parse_address(typed)?;
        return Ok(Asked { server: link.server.clone(), link: Some(link) });
    }
    let bad = || InviteError::BadServer(typed.trim().chars().take(80).collect());
    let text: String = typed.chars().filter(|letter| !is_blank(*letter)).collect::<String>().to_ascii_lowercase();
    let (scheme, rest) = text.split_once("://").unwrap_or(("https", &text));
    let host = rest.trim_end_matches(['/', '.']);
    let good = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | ':' | '[' | ']');
    let is_host = (1..=260).contains(&host.len()) && host.chars().all(good) && !host.starts_with([':', '.', '-']);
    let takes = scheme == "https" || scheme == "http" && is_loopback(host);
    if is_host && takes { Ok(Asked { server: format!("{scheme}://{host}"), link: None }) } else { Err(bad()) }
}

/// Whether a host, with or without a port, is this machine. The transport looks again and speaks plain http to nobody else.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_read_as_people_type_it() {
        for (typed, server) in [
            ("hadir.kota.go.id", "https://hadir.kota.go.id"),
            (" Hadir.Kota.go.id/\n", "https://hadir.kota.go.id"),
            ("hadir. kota.go.id:8443", "https://hadir.kota.go.id:8443"),
            ("https://hadir.kota.go.id", "https://hadir.kota.go.id"),
            ("127.0.0.1:8080", "https://127.0.0.1:8080"),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("http://localhost:80", "http://localhost:80"),
        ] {
            assert_eq!(read_server(typed).map(|asked| asked.server), Ok(server.to_owned()), "{typed:?}");
        }
    }

    #[test]
    fn what_is_no_server_or_would_be_asked_without_tls_is_refused() {
        for typed in [
            "",
            "/",
            "http://hadir.kota.go.id",
            "http://127.0.0.1.evil.example",
            "ftp://hadir.kota.go.id",
            "https://user@hadir.kota.go.id",
            "https://hadir.kota.go.id/path",
            "hadir.kota.go.id?x",
        ] {
            assert!(matches!(read_server(typed), Err(InviteError::BadServer(_))), "{typed:?}");
        }
    }
}
