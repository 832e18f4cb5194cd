//! How long to wait: what a server asked for, or exponential backoff; both with full jitter.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{limits::sync as limits, ports::Reading, wire::ProblemCode};

/// Nothing is sent before then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// Until when, on the clock that nobody can set, milliseconds.
    pub until_boot_ms: u64,
    /// Why.
    pub why: WaitReason,
}

/// Why nothing is sent for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitReason {
    /// No connection, or none that lasted.
    NoNetwork,
    /// Something answered that is not our server, such as a captive portal.
    NotOurServer,
    /// The server's certificate begins after this phone's time: the phone's clock is behind.
    ClockWrong,
    /// The server's certificate ended before this phone's time: the clock is ahead, or nobody renewed it.
    CertificateEnded,
    /// The server shows a key that the invite does not pin.
    PinMismatch,
    /// The proxy of this network does not connect.
    Proxy,
    /// What answered signs with a key that the agency does not vouch for.
    UnknownKey,
    /// The server asked for time.
    ServerBusy,
    /// The server refused, for a reason that waiting may mend.
    Refused(ProblemCode),
    /// The person must enrol again.
    NotEnrolled,
    /// The app must be updated.
    UpdateNeeded,
}

impl WaitReason {
    /// Whether a change of network, or of the phone's clock, may end the wait.
    #[must_use]
    pub const fn is_for_want_of_network(self) -> bool {
        matches!(
            self,
            Self::NoNetwork
                | Self::NotOurServer
                | Self::ClockWrong
                | Self::CertificateEnded
                | Self::PinMismatch
                | Self::Proxy
                | Self::UnknownKey
        )
    }
}

/// What of the waiting outlives the process: how long things have been failing, and until when the server asked to be left alone.
/// A wait for want of a network does not: whoever starts the app anew tries once, and then waits as long as before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lasting {
    /// The last failure: a problem code, or `transport`.
    pub code: String,
    /// Failures in a row, rounded down to a power of two, so that a long outage is few writes.
    pub count: u32,
    /// Wall clock of the first, milliseconds.
    pub since_ms: i64,
    /// Until when the server asked for time, on the clock that nobody can set, milliseconds.
    pub asked_until_boot_ms: Option<u64>,
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// A number from 0 to `bound`, both included.
fn uniform(random: u64, bound: u64) -> u64 {
    random % bound.saturating_add(1).max(1)
}

impl Pause {
    /// After the `count`-th failure in a row: a random time up to a bound that doubles (full jitter).
    pub(super) fn backoff(count: u32, why: WaitReason, now: Reading, random: u64) -> Self {
        let doublings = count.saturating_sub(1).min(20);
        let bound = (ms(limits::BACKOFF_FIRST) << doublings).min(ms(limits::BACKOFF_LONGEST));
        Self { until_boot_ms: now.boot_ms.saturating_add(uniform(random, bound)), why }
    }

    /// What the server asked for, bounded, and as much again at random: thousands of phones were told the same.
    pub(super) fn asked(retry_after_ms: Option<u64>, now: Reading, random: u64) -> Self {
        let asked = retry_after_ms.unwrap_or(ms(limits::RETRY_AFTER_DEFAULT)).min(ms(limits::RETRY_AFTER_LONGEST));
        let wait = asked + uniform(random, asked.max(ms(limits::BACKOFF_FIRST)));
        Self { until_boot_ms: now.boot_ms.saturating_add(wait), why: WaitReason::ServerBusy }
    }

    /// Until somebody may have acted.
    pub(super) fn person(why: WaitReason, now: Reading) -> Self {
        Self { until_boot_ms: now.boot_ms.saturating_add(ms(limits::PERSON_WAIT)), why }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Reading = Reading { wall_ms: 0, boot_ms: 1_000 };

    proptest! {
        #[test]
        fn no_wait_is_longer_than_its_bound_and_none_ends_before_what_was_asked(
            count in any::<u32>(), asked in any::<Option<u64>>(), random in any::<u64>(),
        ) {
            let backoff = Pause::backoff(count, WaitReason::NoNetwork, NOW, random).until_boot_ms - NOW.boot_ms;
            prop_assert!(backoff <= ms(limits::BACKOFF_LONGEST));
            let wait = Pause::asked(asked, NOW, random).until_boot_ms - NOW.boot_ms;
            let believed = asked.unwrap_or(ms(limits::RETRY_AFTER_DEFAULT)).min(ms(limits::RETRY_AFTER_LONGEST));
            prop_assert!(wait >= believed && wait <= 2 * believed.max(2_000));
        }
    }

    #[test]
    fn the_bound_doubles_with_each_failure() {
        let longest =
            |count| Pause::backoff(count, WaitReason::NoNetwork, NOW, 2_000 << (count - 1)).until_boot_ms - 1_000;
        assert_eq!((longest(1), longest(2), longest(5)), (2_000, 4_000, 32_000));
    }
}
