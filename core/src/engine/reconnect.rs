//! A new address for the server of an installation, or new pins: from a link, believed once the server has proved itself there.

use super::{CheckInEngine, EngineError, parse_address, state::Identity, store::Control};
use crate::{
    journal::FrameKind,
    limits::engine as limits,
    model::Nonce,
    ports::{Cancel, HttpRequest, Method},
    wire::Head,
};

const PATH: &str = "/v1/head";

impl CheckInEngine {
    /// Takes the server's address, authority and pins from an address link, or from any invite link of the agency, whose code stays
    /// unused. The link is not trusted: it holds only if whatever answers there signs this installation's head with a key that the
    /// agency's root certifies. Nothing else changes, and nothing but that one question is sent before.
    ///
    /// # Errors
    /// [`EngineError::NotEnrolled`]; [`EngineError::Invite`] for a link that is none; [`EngineError::OtherAgency`];
    /// [`EngineError::Network`] and [`EngineError::NotOurServer`]: the address of before holds on then.
    pub fn reconnect(&self, link: &str, cancel: &Cancel) -> Result<(), EngineError> {
        let address = parse_address(link)?;
        let now = self.ports.clock.read();
        let entropy = &*self.ports.entropy;
        let mut nonce = [0; 16];
        entropy.fill(&mut nonce)?;
        let request = {
            let mut inner = self.inner();
            let store = inner.enrolled()?;
            let known = store.state.identity.as_ref().ok_or(EngineError::NotEnrolled)?;
            if (&known.agency, &known.root) != (&address.agency, &address.root) {
                return Err(EngineError::OtherAgency { found: address.agency });
            }
            store.session(now, entropy)?;
            self.tls_clock.set(store.tls_time(now));
            let auth = store.authenticate(Method::Get, PATH, b"", Nonce::new(nonce), now)?;
            HttpRequest {
                method: Method::Get,
                url: format!("{}{PATH}", address.server),
                headers: vec![("hadir-request", auth)],
                body: Vec::new(),
            }
        };
        let transport = self.connect(address.ca.as_deref(), address.pins.clone())?;
        let answer = transport.send(&request, limits::ENROL, cancel)?;
        let not_ours = |what: &str| EngineError::NotOurServer(what.to_owned());
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        let head = answer.header("hadir-head").ok_or_else(|| not_ours("it does not sign its head"))?;
        let head = store.trust.as_ref().and_then(|trust| trust.open::<Head>(head).ok());
        let install = store.install();
        if head.is_none_or(|head| head.payload().install != install) {
            return Err(not_ours("its head is not signed for this phone"));
        }
        let known = store.state.identity.clone().ok_or(EngineError::NotEnrolled)?;
        let identity = Identity { server: address.server, ca: address.ca, pins: address.pins, ..known };
        store.control(vec![Control::json(FrameKind::Identity, &identity)])?;
        *self.connected() = Some(transport);
        // Whatever the server at the old address was waited for, this one has just answered.
        inner.sync.person_acted();
        Ok(())
    }
}
