//! One sync: asks [`Sync`] what is next, does it without holding the engine's lock, and writes down what follows.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use base64ct::{Base64, Encoding};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{
    CheckInEngine, EngineError, Inner,
    change::Change,
    state::{Remark, Setting},
    store::{Control, Store},
    upload::{Loaded, compress},
};
use crate::{
    LOG,
    envelope::{Unverified, sign},
    journal::{FrameKind, Pos},
    limits::{engine as limits, net},
    model::{B64, InstallId, Nonce, Note, SessionId},
    ports::{Cancel, HttpRequest, HttpResponse, Method, Reading, ServerTls, Transport, TransportError},
    sync::{Distrust, Effect, Sent, Signatures, Step, WaitReason},
    trust::{TrustError, TrustStore},
    wire::{Certified, Head, Outcome, Pins, ProblemCode, Receipt, ReceiptAnswer, RequestAuth, TimeToken, VERSION},
};

/// What a sync did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SyncReport {
    /// How it ended.
    pub end: SyncEnd,
    /// Records that were receipted.
    pub received: u64,
    /// Records that the server refused, and that are parked.
    pub parked: u64,
    /// Records that the office lost and that are no longer here: its own receipts were shown to it.
    pub proven: u64,
    /// Records that wait to be sent.
    pub pending: u64,
    /// Time tokens that came.
    pub tokens: u32,
    /// Packs that came.
    pub packs: u32,
    /// Assignments that came.
    pub assignments: u32,
    /// Requests sent.
    pub requests: u32,
    /// Bytes of bodies sent, as sent.
    pub bytes_sent: u64,
    /// Bytes of bodies received.
    pub bytes_received: u64,
    /// Problems that only somebody else can mend.
    pub problems: Vec<ProblemCode>,
    /// Why packs or assignments that came were not taken.
    pub not_taken: Vec<String>,
}

/// How a sync ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "end", rename_all = "snake_case")]
pub enum SyncEnd {
    /// Everything is done.
    #[default]
    Done,
    /// Nothing more before then.
    Waiting {
        /// In how many milliseconds it is worth another try.
        for_ms: u64,
        /// Why.
        why: WaitReason,
    },
    /// The deadline came.
    OutOfTime,
    /// The caller cancelled.
    Cancelled,
}

/// One sync at a time; ends when dropped, even by a panic.
struct Running<'a>(&'a AtomicBool);

impl<'a> Running<'a> {
    fn begin(running: &'a AtomicBool) -> Result<Self, EngineError> {
        if running.swap(true, Ordering::AcqRel) { Err(EngineError::SyncRunning) } else { Ok(Self(running)) }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// What is under way.
struct Exchange {
    sent: Sent,
    request: HttpRequest,
    /// Session, run and elapsed time before the request left.
    left: (SessionId, u32, u64),
    transport: Arc<dyn Transport>,
    last: Option<Pos>,
}

enum Next {
    Exchange(Box<Exchange>),
    /// Something was taken note of instead; ask again.
    Again,
    End(SyncEnd),
}

/// Checks what the server signed for one installation.
struct Checker<'a> {
    trust: Option<&'a TrustStore>,
    install: InstallId,
}

impl Checker<'_> {
    fn open<T: Certified>(&self, compact: &str, whose: impl Fn(&T) -> InstallId) -> Result<T, Distrust> {
        // The certificates were lost with a damaged part of the store: whoever signed is to be vouched for anew, by the root.
        let Some(trust) = self.trust else {
            let signer = Unverified::<T>::parse(compact).map_err(|_| Distrust::Bad)?.kid();
            return Err(Distrust::Signer(signer));
        };
        let opened = match trust.open::<T>(compact) {
            Ok(opened) => opened.into_payload(),
            Err(TrustError::NotCertified { kid, .. } | TrustError::OutsideDates { kid, .. }) => {
                return Err(Distrust::Signer(kid));
            }
            Err(_) => return Err(Distrust::Bad),
        };
        if whose(&opened) == self.install { Ok(opened) } else { Err(Distrust::Bad) }
    }
}

impl Signatures for Checker<'_> {
    fn head(&self, compact: &str) -> Result<Head, Distrust> {
        self.open(compact, |head: &Head| head.install)
    }
    fn receipt(&self, compact: &str) -> Result<Receipt, Distrust> {
        self.open(compact, |receipt: &Receipt| receipt.install)
    }
    fn token(&self, compact: &str) -> Result<TimeToken, Distrust> {
        self.open(compact, |token: &TimeToken| token.install)
    }
}

impl Store {
    /// Signs a request (protocol §5.1).
    pub(super) fn authenticate(
        &self,
        method: Method,
        path: &str,
        body: &[u8],
        nonce: Nonce,
        now: Reading,
    ) -> Result<String, EngineError> {
        let auth = RequestAuth {
            v: VERSION,
            key: self.key.public().as_b64(),
            method: method.as_str().to_owned(),
            path: path.to_owned(),
            body: B64(Sha256::digest(body).into()),
            nonce,
            head: self.state.head,
            time: self.evidence(now),
        };
        Ok(sign(&self.key, &auth)?.into_parts().1)
    }
}

impl CheckInEngine {
    /// Sends what waits and fetches what is new, until all is done, a wait begins, or the deadline comes. Taps go on meanwhile.
    ///
    /// # Errors
    /// [`EngineError::SyncRunning`] when another sync is; [`EngineError::NotEnrolled`]; or what the store says when it
    /// can't be read or written. A network that fails is no error: the report says so.
    pub fn sync(&self, deadline: Duration, cancel: &Cancel) -> Result<SyncReport, EngineError> {
        let _running = Running::begin(&self.syncing)?;
        self.run_sync(deadline, cancel)
    }

    /// Tells that the platform has a network again, or that the phone's clock was set: a wait for want of one ends, what a
    /// server asked for does not.
    pub fn network_changed(&self) {
        self.inner().sync.network_changed();
    }

    fn run_sync(&self, deadline: Duration, cancel: &Cancel) -> Result<SyncReport, EngineError> {
        let began = self.ports.clock.read().boot_ms;
        let budget = u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX);
        let mut report = SyncReport::default();
        {
            let mut inner = self.inner();
            inner.sync.begin();
            let now = self.ports.clock.read();
            if let Ok(store) = inner.enrolled() {
                store.session(now, &*self.ports.entropy)?;
                // A full disk must not keep from sending what is on it: the batch stays open.
                let _ = store.share_before_sync(&self.ports, now);
                // While the network is busy, the index can be opened.
                self.follow(store);
            }
        }
        report.end = loop {
            let spent = self.ports.clock.read().boot_ms.saturating_sub(began);
            let left = Duration::from_millis(budget.saturating_sub(spent));
            if cancel.is_cancelled() {
                break SyncEnd::Cancelled;
            }
            if left.is_zero() {
                break SyncEnd::OutOfTime;
            }
            let exchange = match self.prepare()? {
                Next::End(end) => break end,
                Next::Again => continue,
                Next::Exchange(exchange) => exchange,
            };
            report.requests += 1;
            report.bytes_sent += exchange.request.body.len() as u64;
            let answer = exchange.transport.send(&exchange.request, left.min(net::EXCHANGE), cancel);
            if let Ok(response) = &answer {
                report.bytes_received += response.body.len() as u64;
            }
            self.finish(&exchange, answer, &mut report)?;
        };
        if report.end == SyncEnd::Done {
            let left = || {
                let spent = self.ports.clock.read().boot_ms.saturating_sub(began);
                Duration::from_millis(budget.saturating_sub(spent))
            };
            self.send_old(left, cancel, &mut report)?;
        }
        let now = self.ports.clock.read();
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        let put_off = matches!(report.end, SyncEnd::Waiting { .. });
        store.write_count(if put_off { limits::DATA_UNWRITTEN_BYTES } else { 1 });
        store.remove_kept();
        store.free();
        store.protect(store.now(now).ms);
        store.tidy();
        self.follow(store);
        report.pending = store.state.outbox.pending_count();
        for reason in &report.not_taken {
            ::log::warn!(target: LOG, "not taken: {reason}");
        }
        let SyncReport { end, received, parked, pending, requests, .. } = &report;
        ::log::info!(target: LOG, "sync: {end:?}, {received} received, {parked} parked, {pending} pending, {requests} requests");
        Ok(report)
    }

    /// Decides and prepares the next exchange, under the lock.
    fn prepare(&self) -> Result<Next, EngineError> {
        let transport = self.transport()?;
        let mut inner = self.inner();
        let Inner { store, sync, ahead, .. } = &mut *inner;
        let store = store.as_mut().filter(|store| store.state.identity.is_some()).ok_or(EngineError::NotEnrolled)?;
        let now = self.ports.clock.read();
        let entropy = &*self.ports.entropy;
        let session = store.session(now, entropy)?.clone();
        self.tls_clock.set(store.tls_time(now));
        // The office learns of a loss with this sync, not with the next tap.
        store.record_epoch(now, entropy)?;
        let step = sync.next(&store.view(session.id), now);
        let mut nonce = [0; 16];
        entropy.fill(&mut nonce)?;
        let mut sent = Sent { step, nonce: Nonce::new(nonce), objects: Vec::new() };
        let (mut body, mut last, mut headers) = (Vec::new(), None, Vec::new());
        let (method, path) = match step {
            Step::Idle => return Ok(Next::End(SyncEnd::Done)),
            Step::Wait(pause) => {
                let for_ms = pause.until_boot_ms.saturating_sub(now.boot_ms);
                return Ok(Next::End(SyncEnd::Waiting { for_ms, why: pause.why }));
            }
            Step::Token => (Method::Post, "/v1/token".to_owned()),
            Step::Head => (Method::Get, "/v1/head".to_owned()),
            Step::Trust => (Method::Get, "/v1/trust".to_owned()),
            Step::Proofs(_) => {
                body = store.proofs(None, Vec::new());
                (Method::Post, "/v1/proofs".to_owned())
            }
            Step::Packs { after } => (Method::Get, format!("/v1/packs?after={after}")),
            Step::Assignment => (Method::Get, "/v1/assignment".to_owned()),
            Step::Records(batch) => match store.load(&batch, ahead)? {
                Loaded::Lost => return Ok(Next::Again),
                Loaded::Gone(gap, receipts) => {
                    sent.step = Step::Proofs(Some(gap));
                    body = store.proofs(Some(gap), receipts);
                    (Method::Post, "/v1/proofs".to_owned())
                }
                Loaded::Here(load) => {
                    let (packed, encoding) = compress(load.body);
                    headers.push(("content-type", "application/vnd.hadir.records".to_owned()));
                    headers.extend(encoding.map(|encoding| ("content-encoding", encoding.to_owned())));
                    (sent.objects, body, last) = (load.objects, packed, Some(load.last));
                    (Method::Post, "/v1/records".to_owned())
                }
            },
        };
        let time = store.evidence(now);
        let left = (time.session, time.run, time.elapsed_ms);
        headers.push(("hadir-request", store.authenticate(method, &path, &body, sent.nonce, now)?));
        let server = store.state.identity.as_ref().map_or("", |identity| &identity.server);
        let request = HttpRequest { method, url: format!("{server}{path}"), headers, body };
        Ok(Next::Exchange(Box::new(Exchange { sent, request, left, transport, last })))
    }

    /// Takes an answer, under the lock.
    fn finish(
        &self,
        exchange: &Exchange,
        answer: Result<HttpResponse, TransportError>,
        report: &mut SyncReport,
    ) -> Result<(), EngineError> {
        let now = self.ports.clock.read();
        let entropy = &*self.ports.entropy;
        let mut random = [0; 8];
        entropy.fill(&mut random)?;
        let mut inner = self.inner();
        let Inner { store, sync, ahead, .. } = &mut *inner;
        // Wiped meanwhile: nobody is left to tell.
        let store = store.as_mut().ok_or(EngineError::NotEnrolled)?;
        let session = store.session(now, entropy)?.id;
        store.count(&exchange.request, &answer, now);
        let good = answer.as_ref().is_ok_and(|response| (200..300).contains(&response.status));
        let is_servers = |effect: &Effect| !matches!(effect, Effect::Trust(_) | Effect::UnknownKey(_));
        let effects = {
            let checker = Checker { trust: store.trust.as_ref(), install: store.install() };
            sync.on_response(&exchange.sent, answer, &store.view(session), &checker, now, u64::from_le_bytes(random))
        };
        let mut change = Change::default();
        if effects.iter().any(is_servers) && store.state.unknown_key.is_some() {
            change.controls.push(Control::json(FrameKind::Note, &Remark::ServerKey(None)));
        }
        if good && effects.iter().any(is_servers) {
            if store.state.not_enrolled {
                change.controls.push(Control::json(FrameKind::Note, &Remark::NotEnrolled(false)));
            }
            if store.state.update_needed {
                change.controls.push(Control::json(FrameKind::Note, &Remark::UpdateNeeded(false)));
            }
        }
        for effect in effects {
            match effect {
                Effect::Receipt { compact, outcomes, receipt } => {
                    report.received += outcomes.iter().filter(|line| line.outcome != Outcome::Stub).count() as u64;
                    change.receipt(store, &receipt, &ReceiptAnswer { receipt: compact, outcomes });
                    change.sent_through = exchange.last;
                }
                Effect::Token { compact, token: _ } => {
                    let (session, run, s_ms) = exchange.left;
                    let time = store.evidence(now);
                    // A session that ended meanwhile has no reading after the answer.
                    if (time.session, time.run) == (session, run) {
                        report.tokens += 1;
                        change.notes.push(Note::TimeToken {
                            token: compact,
                            session,
                            run,
                            s_ms,
                            r_ms: time.elapsed_ms,
                        });
                    }
                }
                Effect::Park { link, reason } => {
                    report.parked += 1;
                    change.controls.push(Control::json(FrameKind::Parked, &Setting { link, reason, order_ms: None }));
                }
                Effect::Packs(answer) => match store.take_packs(&answer, &mut change) {
                    Ok(count) => report.packs += count,
                    Err(error) => report.not_taken.push(error.to_string()),
                },
                Effect::Assignment(answer) => match store.take_assignment(&answer, &mut change) {
                    Ok(count) => report.assignments += count,
                    Err(error) => report.not_taken.push(error.to_string()),
                },
                Effect::Head(head) => {
                    store.take_orders(&head.head, &mut change);
                    change.head = Some(*head);
                }
                Effect::Trust(trust) => {
                    if let Err(error) = change.trust(store, &trust) {
                        report.not_taken.push(error.to_string());
                    }
                }
                Effect::UnknownKey(kid) if store.state.unknown_key != Some(kid) => {
                    change.controls.push(Control::json(FrameKind::Note, &Remark::ServerKey(Some(kid))));
                }
                Effect::UnknownKey(_) => {}
                Effect::Proven(gap) => {
                    report.proven += gap.to - gap.from + 1;
                    store.state.outbox.proven(gap.epoch, gap.from, gap.to);
                }
                Effect::Unproven(gap) => store.lose(gap.epoch, gap.from, gap.to)?,
                Effect::NotEnrolled if !store.state.not_enrolled => {
                    change.controls.push(Control::json(FrameKind::Note, &Remark::NotEnrolled(true)));
                }
                Effect::UpdateNeeded if !store.state.update_needed => {
                    change.controls.push(Control::json(FrameKind::Note, &Remark::UpdateNeeded(true)));
                }
                Effect::NotEnrolled | Effect::UpdateNeeded => {}
                Effect::Reported(code) => report.problems.push(code),
                Effect::Recovered { code, count, since_ms } => {
                    change.notes.push(Note::UploadFailed { code, count, since_ms });
                }
            }
        }
        change.controls.extend(store.waiting(sync.lasting(now), now));
        if !(change.controls.is_empty() && change.notes.is_empty()) {
            change.controls.extend(store.counted());
        }
        let may_rewind = || sync.may_rewind();
        if store.make(change, now, &self.ports, may_rewind)? {
            ahead.clear();
        }
        Ok(())
    }

    /// The transport to the server of this installation, made with the invite's authority on first use.
    pub(super) fn transport(&self) -> Result<Arc<dyn Transport>, EngineError> {
        let (ca, pins) = {
            let inner = self.inner();
            let identity = inner.store.as_ref().and_then(|store| store.state.identity.as_ref());
            let identity = identity.ok_or(EngineError::NotEnrolled)?;
            (identity.ca.clone(), identity.pins.clone())
        };
        let mut transport = self.connected();
        if let Some(made) = &*transport {
            return Ok(made.clone());
        }
        let made = self.connect(ca.as_deref(), pins)?;
        *transport = Some(made.clone());
        Ok(made)
    }

    /// Makes a transport that trusts `ca` (base64url DER) besides the web's authorities, and of them only `pins` if there are any.
    pub(super) fn connect(&self, ca: Option<&str>, pins: Option<Pins>) -> Result<Arc<dyn Transport>, EngineError> {
        let ca = match ca {
            Some(text) => Some(decode(text).ok_or_else(|| {
                TransportError::Unsendable("the invite's certificate authority is not base64url".to_owned())
            })?),
            None => None,
        };
        Ok((self.ports.connect)(&ServerTls { ca, pins, clock: self.tls_clock.clone() })?)
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    base64ct::Base64UrlUnpadded::decode_vec(text).or_else(|_| Base64::decode_vec(text)).ok()
}
