//! What is asked beside the delivery itself: the agency's list of keys, and what a restored server has to be shown.

use super::{Effect, Pause, Sent, Sync, WaitReason};
use crate::{
    model::KeyId,
    ports::{HttpResponse, Reading, TransportError},
    wire::TrustAnswer,
};

/// Something that is asked once in a run at most, when there is a reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Asked {
    /// No reason so far.
    #[default]
    No,
    /// It is due.
    Due,
    /// It was asked.
    Done,
}

impl Asked {
    /// There is a reason; once asked, it stays asked.
    pub(super) fn want(&mut self) {
        if *self == Self::No {
            *self = Self::Due;
        }
    }

    pub(super) fn done(&mut self) {
        *self = Self::Done;
    }

    pub(super) fn is_due(self) -> bool {
        self == Self::Due
    }

    pub(super) fn may_be_tried(self) -> bool {
        self != Self::Done
    }
}

impl Sync {
    /// What answered signs with a key that is not known: the agency's list is asked first, and after that it is a stranger.
    pub(super) fn unknown_key(&mut self, kid: KeyId, now: Reading, random: u64, effects: &mut Vec<Effect>) {
        if self.run.trust.may_be_tried() {
            self.run.trust.want();
            return;
        }
        effects.push(Effect::UnknownKey(kid));
        let count = self.failed("unknown_key", now);
        self.pause = Some(Pause::backoff(count, WaitReason::UnknownKey, now, random));
    }

    /// Takes the answer to `GET /v1/trust`. Whoever signed its head may be what is in question, so only the list counts,
    /// and that by the pinned root.
    pub(super) fn trust_answered(
        &mut self,
        sent: &Sent,
        response: Result<HttpResponse, TransportError>,
        now: Reading,
        random: u64,
    ) -> Vec<Effect> {
        match response {
            Err(TransportError::Cancelled) => {}
            Err(_) => self.no_network(sent, WaitReason::NoNetwork, now, random),
            Ok(response) => {
                // What comes next tells whether it helped.
                self.run.trust.done();
                if response.status == 200
                    && let Ok(TrustAnswer { trust }) = serde_json::from_slice(&response.body)
                {
                    return vec![Effect::Trust(Box::new(trust))];
                }
            }
        }
        Vec::new()
    }
}
