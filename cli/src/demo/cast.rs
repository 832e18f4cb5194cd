//! Who plays: made-up people, and which mishap befalls whom, dealt by the seed.

use hadir_core::text::Lang;
use serde::Serialize;

use super::rng::Rng;

/// What happens to a phone or its person in the course of the day. Everyone else has an ordinary day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
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
    /// Called back to the office after the first window.
    Recalled,
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
    /// Shares live, and leaves the region without a permit.
    LeavesRegion,
    /// Shares live, and leaves the region with a permit.
    LeavesWithPermit,
    /// Shares live, and pauses for a while.
    PausesShare,
    /// Shares live, and the phone is switched off before noon.
    SwitchedOff,
}

/// The order in which mishaps are dealt, with how many people each needs: what comes first is dealt even to a small cast,
/// and a mishap that needs more people than are left is passed over.
const DEAL: [(Role, usize); 15] = [
    (Role::NoNetwork, 1),
    (Role::ReinstalledWaiting, 1),
    (Role::Killed, 1),
    (Role::Recalled, 1),
    (Role::MockLocation, 1),
    (Role::ClockSetBack, 1),
    (Role::NoFix, 1),
    (Role::SamePoint, 3),
    (Role::Spouse, 2),
    (Role::PoorFixAtTheEdge, 1),
    (Role::ReinstalledAfterSync, 1),
    (Role::Revoked, 1),
    (Role::Late, 1),
    (Role::Forgets, 1),
    (Role::BatteryEmpty, 1),
];

/// What happens to people who share their place live; the first are dealt even to a small cast.
const SHARE_DEAL: [Role; 4] = [Role::LeavesRegion, Role::LeavesWithPermit, Role::PausesShare, Role::SwitchedOff];

/// Deals the roles of a day with live share.
#[must_use]
pub fn deal_share(phones: &[usize], rng: &mut Rng) -> Deal {
    let mut phones = phones.to_vec();
    rng.shuffle(&mut phones);
    let left_out = SHARE_DEAL.iter().skip(phones.len()).copied().collect();
    Deal { roles: phones.into_iter().zip(SHARE_DEAL).collect(), left_out }
}

/// Who plays what, and what there were too few people for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Deal {
    /// Which phone plays which role; the others have an ordinary day.
    pub roles: Vec<(usize, Role)>,
    /// Mishaps that befall nobody on this day.
    pub left_out: Vec<Role>,
}

/// Deals the roles to phones whose person owes taps.
#[must_use]
pub fn deal(phones: &[usize], rng: &mut Rng) -> Deal {
    let mut phones = phones.to_vec();
    rng.shuffle(&mut phones);
    let mut dealt = Deal::default();
    for (role, people) in DEAL {
        if phones.len() < people {
            dealt.left_out.push(role);
        } else {
            dealt.roles.extend(phones.drain(..people).map(|phone| (phone, role)));
        }
    }
    dealt
}

impl Role {
    /// The mishap in words.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::NoNetwork => lang.pick("tanpa sinyal", "no network"),
            Self::PoorFixAtTheEdge => {
                lang.pick("lokasi kurang teliti di tepi wilayah", "a poor fix at the region's edge")
            }
            Self::NoFix => lang.pick("tanpa lokasi", "no fix"),
            Self::MockLocation => lang.pick("lokasi tiruan", "a mock location"),
            Self::SamePoint => lang.pick("tiga rumah tangga di satu titik", "three households on one point"),
            Self::Spouse => lang.pick("suami istri di satu titik", "two spouses on one point"),
            Self::Recalled => lang.pick("panggilan ke kantor", "a recall"),
            Self::ClockSetBack => lang.pick("jam HP dimundurkan", "a clock set back"),
            Self::Killed => lang.pick("proses dimatikan paksa", "a process killed"),
            Self::ReinstalledAfterSync => lang.pick("pasang ulang sesudah terkirim", "a reinstall after a sync"),
            Self::ReinstalledWaiting => lang.pick("pasang ulang sebelum terkirim", "a reinstall with taps waiting"),
            Self::Revoked => lang.pick("HP dicabut", "a phone revoked"),
            Self::Late => lang.pick("terlambat", "a late tap"),
            Self::Forgets => lang.pick("lupa absen", "a forgotten window"),
            Self::BatteryEmpty => lang.pick("baterai habis", "an empty battery"),
            Self::LeavesRegion => lang.pick("keluar daerah tanpa izin", "an exit without a permit"),
            Self::LeavesWithPermit => lang.pick("keluar daerah dengan izin", "an exit with a permit"),
            Self::PausesShare => lang.pick("jeda berbagi lokasi", "a pause of live share"),
            Self::SwitchedOff => lang.pick("HP mati saat berbagi lokasi", "a phone switched off while it shares"),
        }
    }
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
        let full: usize = DEAL.iter().map(|(_, people)| people).sum();
        assert_eq!(dealt.roles.iter().map(|(phone, _)| phone).collect::<HashSet<_>>().len(), full);
        assert!(dealt.left_out.is_empty());
    }

    #[test]
    fn a_small_cast_gets_the_first_roles_that_fit_and_names_the_rest() {
        let roles = |phones: usize| {
            let dealt = deal(&(0..phones).collect::<Vec<_>>(), &mut Rng::new(7));
            let mut count = dealt.roles.len();
            for (role, people) in DEAL {
                let cast = dealt.roles.iter().filter(|(_, r)| *r == role).count();
                assert_eq!((cast, dealt.left_out.contains(&role)), if cast == 0 { (0, true) } else { (people, false) });
                count -= cast;
            }
            assert_eq!(count, 0);
            dealt.roles.into_iter().map(|(_, role)| role).collect::<Vec<_>>()
        };
        assert_eq!(roles(0), []);
        assert_eq!(roles(2), [Role::NoNetwork, Role::ReinstalledWaiting]);
        assert!(roles(4).contains(&Role::Recalled));
        let nine = roles(9);
        assert!(!nine.contains(&Role::SamePoint) && nine.contains(&Role::Spouse), "two are left for a pair, not three");
    }
}
