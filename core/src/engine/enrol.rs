//! Enrolment: an invite and a fresh key become an installation (protocol §5.2).

use std::sync::PoisonError;

use super::{
    CheckInEngine, EngineError, WayOn, open_store, parse_invite,
    state::Identity,
    store::{Control, Store},
};
use crate::{
    LOG,
    envelope::sign,
    journal::{FrameKind, Journal, Options, set_aside},
    limits::engine as limits,
    model::Nonce,
    outbox::HeadVerdict,
    ports::{Cancel, HttpRequest, HttpResponse, Method},
    trust::TrustStore,
    wire::{Assignment, EnrolAnswer, EnrolRequest, Head, Invite, Pack, Problem, ProblemCode, VERSION},
};

impl CheckInEngine {
    /// Enrols this phone by an invite link. The key is on disk before the server hears of it, so that the same invite can
    /// be tried again when an answer was lost.
    ///
    /// # Errors
    /// [`EngineError::AlreadyEnrolled`]; [`EngineError::Invite`] for a link that is none; [`EngineError::EnrolRefused`],
    /// [`EngineError::Network`], [`EngineError::NotOurServer`] and [`EngineError::Trust`] for what the network said;
    /// [`EngineError::Vault`] and [`EngineError::Store`] when the store can't be made.
    pub fn enrol(&self, link: &str, cancel: &Cancel) -> Result<(), EngineError> {
        let invite = parse_invite(link)?;
        let transport = self.connect(invite.ca.as_deref(), invite.pins.clone())?;
        let _enrolling = self.enrolling.lock().unwrap_or_else(PoisonError::into_inner);
        self.make_store(&invite)?;
        let request = {
            let mut inner = self.inner();
            let store = inner.store.as_mut().ok_or(EngineError::NotEnrolled)?;
            let known = store.state.identity.as_ref();
            // After a revocation or a lost server the same person may be invited again on the same phone; another agency may not.
            if known.is_some_and(|known| !store.state.not_enrolled || known.root != invite.root) {
                return Err(EngineError::AlreadyEnrolled);
            }
            self.tls_clock.set(store.tls_time(self.ports.clock.read()));
            self.enrolment(store, &invite)?
        };
        let answer = transport.send(&request, limits::ENROL, cancel);
        let now = self.ports.clock.read();
        let mut inner = self.inner();
        let store = inner.store.as_mut().ok_or(EngineError::NotEnrolled)?;
        store.accept(&invite, answer.as_ref().map_err(Clone::clone)?)?;
        // The rules came with the answer, and with them the zone whose months are counted.
        store.count(&request, &answer, now);
        store.write_count(1);
        store.tidy();
        store.look_for_old();
        store.protect(store.now(self.ports.clock.read()).ms);
        inner.sync.person_acted();
        *self.connected() = Some(transport);
        ::log::info!(target: LOG, "enrolled");
        Ok(())
    }

    /// Makes sure that there is a store. Nobody else waits meanwhile: the key store is a foreign one, and may take its time.
    fn make_store(&self, invite: &Invite) -> Result<(), EngineError> {
        let lost = {
            let inner = self.inner();
            if inner.store.is_some() {
                return Ok(());
            }
            inner.lost
        };
        let mut store = None;
        if lost {
            store = self.old_or_none(invite)?;
            self.inner().lost = false;
        }
        let store = match store {
            Some(store) => store,
            None => self.create()?,
        };
        self.inner().store = Some(store);
        Ok(())
    }

    /// The store that lies here, should its keys have come back; else nothing any more, for it is set aside. That can't wait
    /// until the server has said yes: the new key has to be on disk before. But it is asked of the key store once more, and
    /// not done for an invite that is over.
    fn old_or_none(&self, invite: &Invite) -> Result<Option<Store>, EngineError> {
        match open_store(&self.ports, &self.settings) {
            Err(error) if error.way_on() == WayOn::EnrolAgain => {}
            opened => return opened,
        }
        if invite.exp_ms <= self.ports.clock.read().wall_ms {
            let detail = "by this phone's clock the invite's time is over; ask for a new one, or set the clock";
            return Err(EngineError::EnrolRefused { code: ProblemCode::InviteExpired, detail: detail.to_owned() });
        }
        set_aside(&*self.ports.disk)?;
        Ok(None)
    }

    fn create(&self) -> Result<Store, EngineError> {
        let ports = &self.ports;
        let options = Options { segment_bytes: self.settings.segment_bytes, witness: None };
        let snapshot = super::state::State::default().to_snapshot();
        let journal = Journal::create(ports.disk.clone(), &*ports.vault, ports.entropy.clone(), options, &snapshot)?;
        let (app, mark) = (&self.settings.app, self.settings.boot_mark.as_deref());
        Store::new(journal, None, app, mark, &*ports.clock, &*ports.entropy)
    }

    fn enrolment(&self, store: &Store, invite: &Invite) -> Result<HttpRequest, EngineError> {
        let mut nonce = [0; 16];
        self.ports.entropy.fill(&mut nonce)?;
        let said = EnrolRequest {
            v: VERSION,
            key: store.key.public().as_b64(),
            invite: invite.code,
            root: invite.root,
            app: self.settings.app.chars().take(64).collect(),
            nonce: Nonce::new(nonce),
        };
        Ok(HttpRequest {
            method: Method::Post,
            url: format!("{}/v1/enrol", invite.server),
            headers: vec![("content-type", "application/jose".to_owned())],
            body: sign(&store.key, &said)?.into_parts().1.into_bytes(),
        })
    }
}

impl Store {
    /// Checks the answer against the invite's root, and writes all of it in one commit.
    fn accept(&mut self, invite: &Invite, answer: &HttpResponse) -> Result<(), EngineError> {
        if let Some(refused) = refusal(answer) {
            return Err(refused);
        }
        let not_ours = |what: &str| EngineError::NotOurServer(what.to_owned());
        let said: EnrolAnswer =
            serde_json::from_slice(&answer.body).map_err(|_| not_ours("the answer is no enrolment"))?;
        // A phone that enrols again holds a list of the same root, and takes no older one.
        let trust = match &self.trust {
            Some(held) => held.renew(&said.trust)?,
            None => TrustStore::verify(&said.trust, &invite.root)?,
        };
        if trust.agency() != invite.agency {
            return Err(not_ours("it is another agency's"));
        }
        let assignment = trust.open::<Assignment>(&said.assignment)?;
        let install = self.install();
        if assignment.payload().install != install {
            return Err(EngineError::OtherInstallation { found: assignment.payload().install });
        }
        let head = answer.header("hadir-head").ok_or_else(|| not_ours("it does not sign its head"))?;
        let signed_head = head.to_owned();
        let head = trust.open::<Head>(head)?.into_payload();
        if head.install != install {
            return Err(EngineError::OtherInstallation { found: head.install });
        }
        let identity = Identity {
            server: invite.server.clone(),
            agency: invite.agency.clone(),
            root: invite.root,
            ca: invite.ca.clone(),
            pins: invite.pins.clone(),
            enrolled_ms: head.t_ms,
        };
        let mut frames =
            vec![Control::json(FrameKind::Identity, &identity), Control::json(FrameKind::Certificates, &said.trust)];
        for compact in &said.packs {
            trust.open::<Pack>(compact)?;
            frames.push(Control::text(FrameKind::Pack, compact));
        }
        frames.push(Control::text(FrameKind::Assignment, &said.assignment));
        frames.push(Control::text(FrameKind::Head, &signed_head));
        if self.state.not_enrolled {
            frames.push(Control::json(FrameKind::Note, &super::state::Remark::NotEnrolled(false)));
        }
        if let HeadVerdict::Ahead { server_seq } = self.state.outbox.clone().server_head(&head) {
            // The server knows this key from before this store lost what it had.
            let doubt = self.restored_copy(&head, server_seq);
            frames.push(Control::json(FrameKind::Note, &super::state::Remark::Doubt(doubt)));
        }
        self.control(frames)
    }
}

fn refusal(answer: &HttpResponse) -> Option<EngineError> {
    if answer.status == 201 || answer.status == 200 {
        return None;
    }
    let problem: Option<Problem> = serde_json::from_slice(&answer.body).ok();
    Some(match problem.filter(|problem| problem.status == answer.status) {
        Some(problem) => EngineError::EnrolRefused { code: problem.code, detail: problem.detail },
        None if answer.status == 429 || answer.status == 503 => {
            let code = if answer.status == 429 { ProblemCode::TooMany } else { ProblemCode::Unavailable };
            EngineError::EnrolRefused { code, detail: "the server is busy; try again in a minute".to_owned() }
        }
        None => EngineError::NotOurServer(format!("it answered with status {}", answer.status)),
    })
}
