use hadir_core::{
    envelope::SigningKey,
    judge::{ExcuseKind, Ruling},
    policy,
    ports::{Entropy, SeededEntropy},
    roster::{Fact, FactKind, LeaveKind},
    seal::wrap::OpeningKey,
    trust::{Grant, certify, found},
    wire::{KeyUse, Trust},
};

use super::{staff::parse, *};
use crate::store::{MemoryStore, Role, StoreExt};

const NOW: i64 = 1_795_478_400_000;
const YEAR_MS: i64 = 365 * 86_400_000;
const STAFF: &str = "scheme,number,name,unit,unit_name\nnip,198503302003121002,Andi Saputra,dinas,Dinas Contoh\nlocal,H-1,Sitti Rauf,dinas,\n";

struct Office {
    store: MemoryStore,
    entropy: SeededEntropy,
    root: SigningKey,
    policy: SigningKey,
    trust: Trust,
}

impl Office {
    /// Founds an agency with every key but `without`.
    fn new(without: Option<KeyUse>) -> Self {
        let entropy = SeededEntropy::new(7);
        let root = SigningKey::generate(&entropy).unwrap();
        let policy = SigningKey::generate(&entropy).unwrap();
        let mut trust = found("contoh", &root).unwrap();
        let uses = [KeyUse::Policy, KeyUse::Receipt, KeyUse::Assignment, KeyUse::Health, KeyUse::Health];
        for key_use in uses.into_iter().filter(|key_use| Some(*key_use) != without) {
            let x = match key_use {
                KeyUse::Policy => policy.public().as_b64(),
                KeyUse::Health => OpeningKey::generate(&entropy as &dyn Entropy).unwrap().public().x(),
                _ => SigningKey::generate(&entropy).unwrap().public().as_b64(),
            };
            let grant = Grant { key_use, x, nbf_ms: NOW - YEAR_MS, exp_ms: NOW + YEAR_MS };
            trust = certify(&trust, &root, &grant).unwrap();
        }
        Self { store: MemoryStore::default(), entropy, root, policy, trust }
    }

    fn admin(&self) -> Admin<'_> {
        Admin::new(&self.store, &self.entropy, "operator", NOW)
    }

    fn agency(&self) -> NewAgency {
        NewAgency {
            name: "Kabupaten Contoh".into(),
            server: "https://hadir.example.go.id/".into(),
            root: self.root.public().as_b64(),
            trust: self.trust.clone(),
        }
    }

    fn with_staff() -> Self {
        let office = Self::new(None);
        office.admin().init(&office.agency()).unwrap();
        office.admin().import_staff(&parse(STAFF.as_bytes()).unwrap(), false).unwrap();
        office
    }

    fn acts(&self) -> Vec<String> {
        self.store.query(|store| store.acts(0, 100)).unwrap().into_iter().map(|act| act.what).collect()
    }
}

fn andi() -> PersonId {
    "nip:198503302003121002".parse().unwrap()
}

#[test]
fn an_agency_is_set_up_once_and_only_with_every_key_certified() {
    let office = Office::new(None);
    office.admin().init(&office.agency()).unwrap();
    assert!(matches!(office.admin().init(&office.agency()), Err(AdminError::AgencyExists(_))));
    for missing in [KeyUse::Policy, KeyUse::Receipt, KeyUse::Assignment, KeyUse::Health] {
        let office = Office::new(Some(missing));
        assert!(matches!(office.admin().init(&office.agency()), Err(AdminError::NotCertified(_))), "{missing:?}");
        assert!(office.acts().is_empty());
    }
    let mut impostor = office.agency();
    impostor.root = Office::new(None).policy.public().as_b64();
    assert!(matches!(office.admin().init(&impostor), Err(AdminError::Trust(_))));
}

#[test]
fn every_phone_is_told_to_fetch_a_longer_list_of_certificates() {
    let office = Office::with_staff();
    let serial = || office.store.query(|store| store.trust_serial()).unwrap();
    let before = serial();
    let x = SigningKey::generate(&office.entropy).unwrap().public().as_b64();
    let grant = Grant { key_use: KeyUse::Receipt, x, nbf_ms: NOW, exp_ms: NOW + YEAR_MS };
    office.admin().set_trust(&certify(&office.trust, &office.root, &grant).unwrap()).unwrap();
    assert_eq!(serial(), before + 1, "every head names it");
}

#[test]
fn a_staff_list_is_imported_again_without_change_and_who_left_stays_on_record() {
    let office = Office::with_staff();
    let again = office.admin().import_staff(&parse(STAFF.as_bytes()).unwrap(), true).unwrap();
    assert_eq!((again.added, again.changed, again.unchanged, again.left), (0, 0, 2, 0));
    let one: String = STAFF.lines().take(2).map(|line| format!("{line}\n")).collect();
    let fewer = office.admin().import_staff(&parse(one.as_bytes()).unwrap(), true).unwrap();
    assert_eq!((fewer.unchanged, fewer.left), (1, 1));
    let left = office.store.query(|store| store.person(&"local:H-1".parse().unwrap())).unwrap().unwrap();
    assert!(!left.active);
}

#[test]
fn an_invite_carries_all_that_a_phone_needs_and_the_store_only_its_hash() {
    let office = Office::with_staff();
    let created = office.admin().create_invites(&[andi()], None, &InviteTls::default()).unwrap().remove(0);
    assert_eq!(created.invite.server, "https://hadir.example.go.id");
    assert!(created.link.starts_with("https://hadir.example.go.id/i#"));
    let stored = office.store.query(|store| store.invites()).unwrap().remove(0);
    assert_eq!(stored.code, crate::store::CodeHash::of(created.invite.code.as_bytes()));
    assert_eq!(stored.exp_ms, NOW + crate::limits::INVITE_LIFE_MS);
    office.admin().revoke_invite(&created.short).unwrap();
    assert!(office.store.query(|store| store.invites()).unwrap()[0].revoked_ms.is_some());
    assert!(matches!(office.admin().revoke_invite("zz"), Err(AdminError::UnknownInvite(_))));
}

#[test]
fn no_invite_is_made_when_one_of_the_people_is_unknown() {
    let office = Office::with_staff();
    let stranger: PersonId = "local:nobody".parse().unwrap();
    let refused = office.admin().create_invites(&[andi(), stranger], None, &InviteTls::default());
    assert!(matches!(refused, Err(AdminError::UnknownPerson(_))));
    assert!(office.store.query(|store| store.invites()).unwrap().is_empty());
}

#[test]
fn packs_are_numbered_and_signed_by_a_certified_key_only() {
    let office = Office::with_staff();
    let (_, toml) = policy::shipped()[0];
    assert_eq!(office.admin().publish_policy(toml, &office.policy).unwrap().number, 1);
    assert_eq!(office.admin().publish_policy(toml, &office.policy).unwrap().number, 2);
    assert!(matches!(office.admin().publish_policy(toml, &office.root), Err(AdminError::Trust(_))));
    assert!(matches!(office.admin().publish_policy("windows = 3", &office.policy), Err(AdminError::Policy(_))));
    assert_eq!(office.store.query(|store| store.newest_pack()).unwrap(), Some(2));
}

#[test]
fn facts_are_added_and_cancelled_and_never_removed() {
    let office = Office::with_staff();
    let day = "2026-11-24".parse().unwrap();
    let leave = Fact::days(andi(), day, day, FactKind::Leave(LeaveKind::Annual));
    let no = office.admin().add_fact(&leave).unwrap();
    office.admin().cancel_fact(no).unwrap();
    assert!(matches!(office.admin().cancel_fact(no), Err(AdminError::UnknownFact(_))));
    let facts = office.admin().facts(day, day).unwrap();
    assert!(facts.len() == 1 && facts[0].cancelled.is_some());
    let backwards = Fact::days(andi(), day, day.pred_opt().unwrap(), FactKind::MayLeaveRegion);
    assert!(matches!(office.admin().add_fact(&backwards), Err(AdminError::Dates { .. })));
    assert!(matches!(office.admin().recall(&andi(), day, " "), Err(AdminError::Text { .. })));
}

#[test]
fn a_login_gets_a_made_password_and_loses_its_sessions_with_it() {
    let office = Office::with_staff();
    let name = "kepala".parse().unwrap();
    let unit = "dinas".parse().unwrap();
    let created = office.admin().add_login(&name, Role::Head, Some(&unit)).unwrap();
    assert!(crate::board::password::verify(&created.password, &created.login.password_phc));
    assert!(matches!(office.admin().add_login(&name, Role::Head, None), Err(AdminError::LoginExists(_))));
    let reset = office.admin().reset_password(&name).unwrap();
    assert!(!crate::board::password::verify(&created.password, &reset.login.password_phc));
    office.admin().close_login(&name).unwrap();
    assert!(matches!(office.admin().reset_password(&name), Err(AdminError::UnknownLogin(_))));
    let nowhere = "tidak-ada".parse().unwrap();
    assert!(matches!(office.admin().add_login(&name, Role::Head, Some(&nowhere)), Err(AdminError::UnknownUnit(_))));
}

#[test]
fn a_ruling_needs_a_reason_and_reads_back_as_it_was_given() {
    let office = Office::with_staff();
    let day = "2026-11-24".parse().unwrap();
    assert!(matches!(office.admin().rule(&andi(), day, None, Ruling::Checked, ""), Err(AdminError::Text { .. })));
    let ruling = Ruling::Excused(ExcuseKind::Technical);
    office.admin().rule(&andi(), day, Some("08:00"), ruling, "listrik padam").unwrap();
    let stored = office.store.query(|store| store.rulings(None, day, day)).unwrap().remove(0);
    assert_eq!(serde_json::from_str::<Ruling>(&stored.ruling.verdict).unwrap(), ruling);
}

#[test]
fn every_act_leaves_a_line_and_a_refused_one_leaves_none() {
    let office = Office::with_staff();
    let before = office.acts();
    assert_eq!(before, ["agency.init", "staff.import"]);
    let stranger: PersonId = "local:nobody".parse().unwrap();
    let _ = office.admin().create_invites(&[stranger], None, &InviteTls::default());
    assert_eq!(office.acts(), before);
}
