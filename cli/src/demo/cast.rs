//! Who plays: made-up people, and which mishap befalls whom, dealt by the seed.

use super::rng::Rng;

/// What happens to a phone or its person in the course of the day. Everyone else has an ordinary day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// No network from before the first window until past the second.
    NoNetwork,
    /// A poor fix at the region's edge.
    PoorFixAtTheEdge,
    /// No fix comes within the deadline.
    NoFix,
    /// The platform calls the fix a mock.
    MockLocation,
    /// One of three people of different households on one identical point.
    SamePoint,
    /// One of two spouses under one roof, on one identical point.
    Spouse,
    /// Sets the phone's clock back by fifty minutes and then taps.
    ClockSetBack,
    /// The process is killed by signal 9 between the tap and the sync.
    Killed,
    /// The app is installed anew after everything was sent.
    ReinstalledAfterSync,
    /// The app is installed anew while two taps wait to be sent.
    ReinstalledWaiting,
    /// The installation is revoked at noon.
    Revoked,
    /// Taps twelve minutes after the end of on-time.
    Late,
    /// Forgets a window, with the phone online.
    Forgets,
    /// The phone's battery is empty from noon on.
    BatteryEmpty,
}

/// How many phones a full cast needs: one a role, three on one point, two spouses.
pub const FULL_CAST: usize = 17;

/// The order in which roles are dealt; what comes first is dealt even to a small cast.
const DEAL: [Role; FULL_CAST] = [
    Role::NoNetwork,
    Role::MockLocation,
    Role::Killed,
    Role::ReinstalledWaiting,
    Role::ClockSetBack,
    Role::SamePoint,
    Role::SamePoint,
    Role::SamePoint,
    Role::Spouse,
    Role::Spouse,
    Role::NoFix,
    Role::PoorFixAtTheEdge,
    Role::ReinstalledAfterSync,
    Role::Revoked,
    Role::Late,
    Role::Forgets,
    Role::BatteryEmpty,
];

/// Deals the roles to `phones` phones: which phone plays which role; the others have an ordinary day.
#[must_use]
pub fn deal(phones: &[usize], rng: &mut Rng) -> Vec<(usize, Role)> {
    let mut phones = phones.to_vec();
    rng.shuffle(&mut phones);
    phones.into_iter().zip(DEAL).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_same_seed_deals_the_same_and_nobody_plays_two_roles() {
        let phones: Vec<_> = (0..40).collect();
        let dealt = deal(&phones, &mut Rng::new(7));
        assert_eq!(dealt, deal(&phones, &mut Rng::new(7)));
        assert_ne!(dealt, deal(&phones, &mut Rng::new(8)));
        assert_eq!(dealt.iter().map(|(phone, _)| phone).collect::<HashSet<_>>().len(), FULL_CAST);
    }

    #[test]
    fn a_small_cast_gets_the_first_roles() {
        let dealt = deal(&[0, 1], &mut Rng::new(7));
        assert_eq!(dealt.iter().map(|(_, role)| *role).collect::<Vec<_>>(), DEAL[..2]);
    }
}
