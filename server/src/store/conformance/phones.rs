//! Installations, and what is signed for them.

use super::*;
use crate::limits::WITNESSES;
use crate::store::TypedTls;
use hadir_core::wire::Pins;

pub(super) fn a_receipt_is_found_by_its_batch_and_dated_by_its_hash(make: &dyn Fn() -> Box<dyn Store>) {
    let store = with_phone(make);
    let receipt = StoredReceipt {
        install: install_id(1),
        batch: [5; 32],
        hash: EnvelopeHash::of("receipt"),
        t_ms: 44,
        epoch: 1,
        from: 1,
        to: 3,
        outcomes: vec![Outcome::Stored, Outcome::Conflict, Outcome::Stub],
        compact: "receipt".into(),
    };
    store.update(|tx| tx.add_receipt(&receipt)).unwrap();
    let again = StoredReceipt { t_ms: 99, hash: EnvelopeHash::of("later"), ..receipt.clone() };
    store.update(|tx| tx.add_receipt(&again)).unwrap();
    store
        .query(|read| {
            assert_eq!(read.receipt(&install_id(1), (1, 1), &[5; 32])?, Some(receipt.clone()));
            for (install, begins, batch) in [(2, (1, 1), 5), (1, (2, 1), 5), (1, (1, 2), 5), (1, (1, 1), 6)] {
                assert_eq!(read.receipt(&install_id(install), begins, &[batch; 32])?, None, "{begins:?} {batch}");
            }
            let named = [receipt.hash, again.hash].into();
            assert_eq!(read.receipt_times(&install_id(1), named)?, [(receipt.hash, 44)].into());
            assert_eq!(read.receipt_times(&install_id(2), [receipt.hash].into())?, [].into());
            assert_eq!(read.totals()?.receipts, 1);
            Ok(())
        })
        .unwrap();
}

pub(super) fn a_replayed_request_does_not_replace_a_later_witness(make: &dyn Fn() -> Box<dyn Store>) {
    let store = with_phone(make);
    let witness = |run: u32, elapsed_ms: u64, received_ms: i64| Witness {
        install: install_id(1),
        session: SessionId::new([3; 16]),
        run,
        elapsed_ms,
        head: Some(Link { epoch: 1, seq: elapsed_ms, hash: EnvelopeHash::of("head") }),
        received_ms,
        request: format!("request {elapsed_ms}"),
    };
    for one in [witness(0, 5, 10), witness(0, 9, 20), witness(0, 5, 30), witness(0, 9, 40), witness(1, 1, 25)] {
        store.update(|tx| tx.keep_witness(&one)).unwrap();
    }
    let bare = Witness { head: None, session: SessionId::new([4; 16]), ..witness(0, 1, 50) };
    store.update(|tx| tx.keep_witness(&bare)).unwrap();
    let kept = store.query(|read| read.witnesses(&install_id(1))).unwrap();
    assert_eq!(kept, [witness(0, 9, 20), witness(1, 1, 25), bare]);
    // Of many, the newest.
    let many = i64::try_from(WITNESSES).unwrap() + 5;
    store
        .update(|tx| (100..100 + many).try_for_each(|at| tx.keep_witness(&witness(u32::try_from(at).unwrap(), 1, at))))
        .unwrap();
    let kept = store.query(|read| read.witnesses(&install_id(1))).unwrap();
    assert_eq!((kept.len(), kept[0].received_ms), (WITNESSES, 105));
}

pub(super) fn phones_invites_packs_and_assignments_come_back_as_stored(make: &dyn Fn() -> Box<dyn Store>) {
    let store = with_phone(make);
    let invite = StoredInvite {
        code: CodeHash::of(&[1; 16]),
        person: person_id("1"),
        created_ms: 1,
        exp_ms: 9,
        by: "operator".into(),
        used: None,
        revoked_ms: None,
        typed: None,
    };
    let used = StoredInvite { used: Some((install_id(1), 4)), revoked_ms: Some(5), ..invite.clone() };
    let pins = Pins::new(vec![Pins::of_key(b"a"), Pins::of_key(b"b")]).unwrap();
    let typed = TypedTls { ca: Some(vec![1, 0, 2]), pins: Some(pins) };
    let typed = StoredInvite { code: CodeHash::of(&[2; 16]), typed: Some(typed), ..invite.clone() };
    let bare = StoredInvite { code: CodeHash::of(&[3; 16]), typed: Some(TypedTls::default()), ..invite.clone() };
    let phone = Installation {
        epoch: 2,
        contiguous: 7,
        head: Some(EnvelopeHash::of("x")),
        revoked: Some(Revocation { at_ms: 3, reason: "hilang".into(), by: "kasubag".into() }),
        ahead: Some(SignedAhead { after_ms: 4, until_ms: 9, mended_ms: 5 }),
        assigned_until: Some(date("2026-03-20")),
        ..installation(1, "1")
    };
    let pack = |number: u64| StoredPack {
        number,
        hash: EnvelopeHash::of(&number.to_string()),
        t_ms: 1,
        published_ms: 2,
        compact: number.to_string(),
    };
    let assignment = |roster: u64| IssuedAssignment {
        install: install_id(1),
        hash: EnvelopeHash::of(&roster.to_string()),
        roster,
        from: date("2026-03-01"),
        until: date("2026-03-16"),
        t_ms: 8,
        compact: roster.to_string(),
    };
    store
        .update(|tx| {
            tx.put_invite(&invite)?;
            assert_eq!(tx.invite(&invite.code)?, Some(invite.clone()));
            tx.put_invite(&used)?;
            assert_eq!(tx.invites()?, std::slice::from_ref(&used));
            for invite in [&typed, &bare] {
                tx.put_invite(invite)?;
                assert_eq!(tx.invite(&invite.code)?.as_ref(), Some(invite));
            }
            tx.put_installation(&phone)?;
            assert_eq!(tx.installation(&install_id(1))?, Some(phone.clone()));
            // Each member that may change comes back changed, whichever of them it is.
            for changed in [
                Installation { ahead: None, ..phone.clone() },
                Installation { ahead: Some(SignedAhead { after_ms: 1, until_ms: 2, mended_ms: 3 }), ..phone.clone() },
                Installation { revoked: None, ..phone.clone() },
                Installation { seen_ms: phone.seen_ms + 1, app: "x/2".into(), ..phone.clone() },
                Installation { contiguous: 8, head: Some(EnvelopeHash::of("y")), ..phone.clone() },
                Installation { assigned_until: None, ..phone.clone() },
                phone.clone(),
            ] {
                tx.put_installation(&changed)?;
                assert_eq!(tx.installation(&install_id(1))?, Some(changed));
            }
            assert_eq!(tx.installations(None)?, std::slice::from_ref(&phone));
            assert_eq!(tx.installations(Some(&person_id("9")))?, []);
            assert_eq!(tx.newest_pack()?, None);
            tx.add_pack(&pack(2))?;
            tx.add_pack(&pack(1))?;
            tx.add_pack(&StoredPack { compact: "other".into(), ..pack(1) })?;
            assert_eq!(tx.packs(0)?, [pack(1), pack(2)]);
            assert_eq!(tx.packs(1)?, [pack(2)]);
            assert_eq!(tx.newest_pack()?, Some(2));
            tx.add_assignment(&assignment(2))?;
            tx.add_assignment(&assignment(1))?;
            tx.add_assignment(&assignment(2))?;
            assert_eq!(tx.newest_assignment(&install_id(1))?, Some(assignment(1)));
            let later = IssuedAssignment { from: date("2026-03-17"), until: date("2026-04-01"), ..assignment(3) };
            tx.add_assignment(&later)?;
            let touching = |from, until| tx.assignments(&install_id(1), date(from), date(until));
            assert_eq!(touching("2026-03-16", "2026-03-16")?, [assignment(2), assignment(1)]);
            assert_eq!(touching("2026-03-16", "2026-03-17")?, [assignment(2), assignment(1), later.clone()]);
            assert_eq!(touching("2026-04-02", "2026-04-30")?, []);
            assert_eq!(tx.assignment(&install_id(1), &later.hash)?, Some(later));
            assert_eq!(tx.assignment(&install_id(2), &assignment(1).hash)?, None);
            assert_eq!(tx.newest_assignment(&install_id(2))?, None);
            Ok(())
        })
        .unwrap();
}
