//! *Kode bantuan*: six letters by which a help desk finds how this phone stands (protocol §5.7).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{CheckInEngine, EngineError};
use crate::{
    journal::SmallFile,
    limits::net,
    model::Nonce,
    ports::{Cancel, HttpRequest, HttpResponse, Method, TransportError},
    wire::{HELP_CHARS, Head, HelpAnswer, HelpReport, PhoneState, Problem, VERSION},
};

const PATH: &str = "/v1/help";
/// Under which the newest code is kept beside the drafts; no date is called so.
const LABEL: &str = "help";

/// A code to read out to the help desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HelpCode {
    /// Six letters and digits, upper case.
    pub code: String,
    /// Until when the help desk finds the phone by it, milliseconds since 1970, by the server's clock.
    pub expires_ms: i64,
    /// When the server took the report, milliseconds, by its own clock: older ones say how the phone stood then.
    pub reported_ms: i64,
    /// Whether the report went up now; else this is an earlier code, since the server could not be reached.
    pub sent_now: bool,
}

/// The newest code, as it is kept on the phone.
#[derive(Serialize, Deserialize)]
struct Kept {
    answer: HelpAnswer,
}

impl CheckInEngine {
    /// Sends how this phone stands and returns the code by which the help desk finds it. What the shell knows is in `phone`, whose
    /// longer texts are cut; version, last contact, pending and parked records and the clock are the engine's own. Nothing
    /// about health, places or records goes up. Where the server can't be reached or is busy, the last code is returned if the help desk still knows it.
    ///
    /// # Errors
    /// [`EngineError::NotEnrolled`]; [`EngineError::Network`], [`EngineError::NotOurServer`] and [`EngineError::HelpRefused`] where
    /// there is no earlier code either; [`EngineError::Store`] when the store can't be read.
    pub fn help_code(&self, phone: &PhoneState, deadline: Duration, cancel: &Cancel) -> Result<HelpCode, EngineError> {
        let transport = self.transport()?;
        let request = self.help_request(phone)?;
        let answer = transport.send(&request, deadline.min(net::EXCHANGE), cancel).map_err(EngineError::from);
        match answer.and_then(|answer| self.take_help(&answer)) {
            Ok(answer) => Ok(code(&answer, true)),
            Err(EngineError::Network(TransportError::Cancelled)) => Err(TransportError::Cancelled.into()),
            Err(error) if error.is_transient() => {
                let last = self.last_help()?;
                last.map(|answer| code(&answer, false)).ok_or(error)
            }
            Err(error) => Err(error),
        }
    }

    fn help_request(&self, phone: &PhoneState) -> Result<HttpRequest, EngineError> {
        let now = self.ports.clock.read();
        let entropy = &*self.ports.entropy;
        let mut nonce = [0; 16];
        entropy.fill(&mut nonce)?;
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        store.session(now, entropy)?;
        self.tls_clock.set(store.tls_time(now));
        let state = &store.state;
        let report = HelpReport {
            v: VERSION,
            phone: PhoneState { model: short(&phone.model), os: short(&phone.os), ..phone.clone() },
            app: short(&self.settings.app),
            last_sync_ms: state.server_head.as_ref().map(|held| held.head.t_ms),
            pending: state.outbox.pending_count(),
            parked: u32::try_from(state.outbox.parked_places().len()).unwrap_or(u32::MAX),
            clock_off_ms: store.now(now).wall_off_ms,
        };
        let body = serde_json::to_vec(&report).expect("texts and numbers always have a JSON form");
        let auth = store.authenticate(Method::Post, PATH, &body, Nonce::new(nonce), now)?;
        let server = state.identity.as_ref().map_or("", |identity| &identity.server);
        let headers = vec![("content-type", "application/json".to_owned()), ("hadir-request", auth)];
        Ok(HttpRequest { method: Method::Post, url: format!("{server}{PATH}"), headers, body })
    }

    /// Reads an answer, and keeps the code: a full disk is no reason not to show it.
    fn take_help(&self, answer: &HttpResponse) -> Result<HelpAnswer, EngineError> {
        let not_ours = |what: &str| EngineError::NotOurServer(what.to_owned());
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        let problem: Option<Problem> = serde_json::from_slice(&answer.body).ok();
        if let Some(problem) = problem.filter(|problem| problem.status == answer.status) {
            return Err(EngineError::HelpRefused { code: problem.code, detail: problem.detail });
        }
        let head = answer.header("hadir-head").ok_or_else(|| not_ours("it does not sign its head"))?;
        let head = store.trust.as_ref().and_then(|trust| trust.open::<Head>(head).ok());
        let install = store.install();
        if answer.status != 200 || head.is_none_or(|head| head.payload().install != install) {
            return Err(not_ours("its head is not signed for this phone"));
        }
        let answer: HelpAnswer =
            serde_json::from_slice(&answer.body).map_err(|_| not_ours("the answer can't be read"))?;
        let kept = Kept { answer };
        let plain = serde_json::to_vec(&kept).expect("texts and numbers always have a JSON form");
        let _ = store.journal.save_draft(LABEL, &plain);
        Ok(kept.answer)
    }

    /// The last code, if the help desk still knows it.
    fn last_help(&self) -> Result<Option<HelpAnswer>, EngineError> {
        let now = self.ports.clock.read();
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        let now_ms = store.now(now).ms;
        let SmallFile::Found(plain) = store.journal.load_draft(LABEL)? else { return Ok(None) };
        let kept: Option<Kept> = serde_json::from_slice(&plain).ok();
        Ok(kept.map(|kept| kept.answer).filter(|answer| now_ms < answer.until_ms))
    }
}

fn code(answer: &HelpAnswer, sent_now: bool) -> HelpCode {
    let HelpAnswer { code, t_ms, until_ms } = *answer;
    HelpCode { code: code.to_string(), expires_ms: until_ms, reported_ms: t_ms, sent_now }
}

/// What of a text can be shown, and fits.
fn short(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(HELP_CHARS).collect()
}
