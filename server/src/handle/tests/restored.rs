//! Certificates on request, orders to try again, and what a restored server is shown of its own.

use hadir_core::{
    model::InstallId,
    ports::SeededEntropy,
    trust::{Grant, certify},
    wire::{Gap, Head, KeyUse, Proofs, ReceiptAnswer, ReleaseOrder, TrustAnswer},
};

use super::*;
use crate::{
    admin::{Admin, AdminError, ProvenGap},
    store::OrderOutcome,
    testing::root,
};

fn admin<'a>(bench: &'a Bench, entropy: &'a SeededEntropy) -> Admin<'a> {
    Admin::new(&bench.store, entropy, "petugas", bench.now_ms)
}

fn release(bench: &Bench, install: InstallId, seq: u64) -> Result<ReleaseOrder, AdminError> {
    let order = admin(bench, &SeededEntropy::new(1)).release(&install, 1, seq)?;
    Ok(ReleaseOrder { t_ms: order.t_ms, epoch: order.epoch, seq: order.seq })
}

fn now(bench: &mut Bench, phone: &Phone) -> Head {
    head(&bench.send(phone.ask("GET", "/v1/head", Vec::new())))
}

#[test]
fn the_head_names_the_newest_certificate_and_the_list_is_given_on_request() {
    let mut bench = bench();
    let phone = bench.enrolled(1);
    assert_eq!(now(&mut bench, &phone).trust, 3);
    let x = SigningKey::from_seed(&[31; 32]).public().as_b64();
    let longer =
        certify(&trust(), &root(), &Grant { key_use: KeyUse::Receipt, x, nbf_ms: 0, exp_ms: i64::MAX >> 12 }).unwrap();
    bench
        .store
        .update(|tx| {
            let agency = tx.agency()?.unwrap();
            tx.set_agency(&crate::store::Agency { trust: longer.clone(), ..agency })
        })
        .unwrap();
    assert_eq!(now(&mut bench, &phone).trust, 4);
    let answer = bench.send(phone.ask("GET", "/v1/trust", Vec::new()));
    let said: TrustAnswer = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!((answer.status, said.trust), (200, longer));
}

#[test]
fn an_order_stands_in_every_head_until_the_original_has_come() {
    let mut bench = bench();
    let mut phone = bench.enrolled(1);
    let taps = phone.taps(3);
    let stub = phone.stub(&taps[1]);
    let body = lines([taps[0].compact(), stub.compact(), taps[2].compact()].into_iter());
    assert_eq!(bench.send(phone.upload_bytes(body)).status, 200);
    let id = phone.key.kid();
    assert!(matches!(release(&bench, id, 1), Err(AdminError::NotParked { epoch: 1, seq: 1 })), "that one is here");
    assert!(matches!(release(&bench, id, 9), Err(AdminError::NotParked { .. })));
    assert!(matches!(release(&bench, Phone::new(9).key.kid(), 2), Err(AdminError::UnknownInstallation(_))));
    let first = release(&bench, id, 2).unwrap();
    let second = release(&bench, id, 2).unwrap();
    assert!(second.t_ms > first.t_ms, "orders rise, also within a millisecond");
    assert_eq!(now(&mut bench, &phone).release, [first, second]);
    let entropy = SeededEntropy::new(1);
    let parked = admin(&bench, &entropy).parked(None).unwrap();
    assert_eq!((parked.len(), parked[0].stubs.len()), (1, 1));
    assert_eq!(parked[0].stubs[0].1.as_ref().map(|order| order.t_ms), Some(second.t_ms));

    let answer = bench.send(phone.upload(&taps[1..2]));
    assert_eq!((outcomes(&answer), head(&answer).release), (vec![Outcome::Stored], vec![]));
    let orders = bench.store.query(|read| read.orders(&id, false)).unwrap();
    assert!(orders.iter().all(|order| order.done == Some((MONDAY_MS, OrderOutcome::Received))));
    assert_eq!(admin(&bench, &entropy).parked(None).unwrap(), []);
    let row = bench.store.query(|read| read.records(&id, Span::All)).unwrap().remove(1);
    assert_eq!(row.record.hash, taps[1].hash(), "the original, by its hash");
}

#[test]
fn an_order_ends_when_the_phone_says_that_it_came_to_nothing_and_the_receipt_stays_the_same() {
    let mut bench = bench();
    let mut phone = bench.enrolled(1);
    let taps = phone.taps(1);
    bench.send(phone.upload_bytes(lines([phone.stub(&taps[0]).compact()].into_iter())));
    let order = release(&bench, phone.key.kid(), 1).unwrap();
    let mut tried = phone.stub(&taps[0]).into_payload();
    tried.order_ms = Some(order.t_ms);
    let tried = lines([sign(&phone.key, &tried).unwrap().compact()].into_iter());
    let first = bench.send(phone.upload_bytes(tried.clone()));
    assert_eq!((outcomes(&first), head(&first).release), (vec![Outcome::Stub], vec![]));
    bench.now_ms += 60_000;
    assert_eq!(bench.send(phone.upload_bytes(tried.clone())).body, first.body);
    // An older word does not end a newer order.
    let newer = release(&bench, phone.key.kid(), 1).unwrap();
    assert_eq!(head(&bench.send(phone.upload_bytes(tried))).release, [newer]);
    let orders = bench.store.query(|read| read.orders(&phone.key.kid(), false)).unwrap();
    assert_eq!(orders[0].done.map(|(_, outcome)| outcome), Some(OrderOutcome::RefusedAgain));
}

/// A phone with five records, of which its server has forgotten all but the first two; and the receipt for the last three.
fn forgetful() -> (Bench, Phone, ReceiptAnswer, String) {
    let mut bench = bench();
    let mut phone = bench.enrolled(1);
    let taps = phone.taps(5);
    bench.now_ms += 3_600_000;
    let answer = receipt(&bench.send(phone.upload(&taps[2..])));
    let later = bench.send(phone.ask("GET", "/v1/head", Vec::new())).head.unwrap();
    let mut restored = super::bench();
    restored.enrolled(1);
    restored.send(phone.upload(&taps[..2]));
    (restored, phone, answer, later)
}

fn show(bench: &mut Bench, phone: &Phone, proofs: &Proofs) -> HttpOut {
    bench.send(phone.ask("POST", "/v1/proofs", serde_json::to_vec(proofs).unwrap()))
}

#[test]
fn its_own_receipts_prove_to_a_restored_server_what_it_lost_and_the_chain_goes_on() {
    let (mut bench, phone, answer, _) = forgetful();
    let id = phone.key.kid();
    let gone = Some(Gap { epoch: 1, from: 3, to: 4 });
    let proofs = Proofs { head: None, gone, receipts: vec![answer.clone()] };
    let taken = show(&mut bench, &phone, &proofs);
    assert_eq!((taken.status, head(&taken).seq), (204, 4), "what the phone still has is not proven");
    assert_eq!(head(&show(&mut bench, &phone, &proofs)).seq, 4, "again, without effect");
    let entropy = SeededEntropy::new(1);
    let parked = admin(&bench, &entropy).parked(Some(&id)).unwrap();
    let receipt_ms = opened::<Receipt>(&answer.receipt).t_ms;
    assert_eq!(parked[0].gaps, [ProvenGap { epoch: 1, from: 3, to: 4, receipt_ms }]);
    assert_eq!(totals(&bench).records, 2, "a proof is no record");
    // A record that names the receipt is dated by it again.
    let hash = hadir_core::model::EnvelopeHash::of(&answer.receipt);
    assert_eq!(bench.store.query(|read| read.receipt_times(&id, [hash].into())).unwrap(), [(hash, receipt_ms)].into());

    // The bytes come from elsewhere after all, as the very batch of the receipt: it is answered as it was, and they are stored.
    let again = bench.send(phone.upload(&phone.records[2..]));
    assert_eq!(receipt(&again).receipt, answer.receipt);
    assert_eq!((totals(&bench).records, head(&again).seq), (5, 5));
    assert_eq!(admin(&bench, &entropy).parked(None).unwrap(), []);
}

#[test]
fn a_receipt_that_was_shown_does_not_keep_out_the_batch_it_is_of() {
    let (mut bench, phone, answer, _) = forgetful();
    // The phone still holds everything: nothing is gone, and the receipt is only to date what names it.
    assert_eq!(
        show(&mut bench, &phone, &Proofs { head: None, gone: None, receipts: vec![answer.clone()] }).status,
        204
    );
    let again = bench.send(phone.upload(&phone.records[2..]));
    assert_eq!(receipt(&again).receipt, answer.receipt);
    assert_eq!((totals(&bench).records, head(&again).seq), (5, 5));
    // Once it is here, the same again stores nothing; also where part of it is evidence.
    let fork = lines([phone.fork(2, 77).compact()].into_iter());
    let first = bench.send(phone.upload_bytes(fork.clone()));
    assert_eq!(outcomes(&first), [Outcome::Conflict]);
    let before = totals(&bench);
    assert_eq!(bench.send(phone.upload_bytes(fork)).body, first.body);
    assert_eq!((totals(&bench), head(&again).seq), (before, 5));
}

#[test]
fn a_restored_server_that_is_shown_its_later_head_signs_nothing_earlier_from_then_on() {
    let (mut bench, phone, _, later) = forgetful();
    let before = now(&mut bench, &phone).t_ms;
    let shown = opened::<Head>(&later).t_ms;
    assert!(before < shown);
    let taken = show(&mut bench, &phone, &Proofs { head: Some(later), gone: None, receipts: vec![] });
    assert_eq!((taken.status, head(&taken).t_ms), (204, shown));
    assert_eq!(code_of(&bench.send(phone.ask("POST", "/v1/token", Vec::new()))), ProblemCode::ClockBehind);
    bench.now_ms = shown + 1;
    assert_eq!(bench.send(phone.ask("POST", "/v1/token", Vec::new())).status, 200);
}

#[test]
fn only_what_the_server_itself_signed_for_this_phone_proves_anything() {
    let (mut bench, phone, answer, later) = forgetful();
    let other = bench.enrolled(2);
    let gone = Some(Gap { epoch: 1, from: 3, to: 5 });
    let good = Proofs { head: None, gone, receipts: vec![answer.clone()] };
    let forged = |change: &dyn Fn(&mut Receipt)| {
        let mut payload: Receipt = opened(&answer.receipt);
        change(&mut payload);
        let receipt = sign(&SigningKey::from_seed(&[66; 32]), &payload).unwrap().compact().to_owned();
        Proofs { receipts: vec![ReceiptAnswer { receipt, ..answer.clone() }], ..good.clone() }
    };
    let mut tampered = answer.clone();
    tampered.outcomes[0].outcome = Outcome::Conflict;
    let mut none = answer.clone();
    none.outcomes.clear();
    let bad = [
        ("another key", forged(&|_| {})),
        ("other lines", Proofs { receipts: vec![tampered], ..good.clone() }),
        ("no lines", Proofs { receipts: vec![none], ..good.clone() }),
        ("a receipt as a head", Proofs { head: Some(answer.receipt.clone()), ..good.clone() }),
        (
            "one bad among good",
            Proofs { receipts: vec![answer.clone(), forged(&|_| {}).receipts.remove(0)], ..good.clone() },
        ),
        ("too many", Proofs { receipts: vec![answer.clone(); 51], ..good.clone() }),
    ];
    for (what, proofs) in &bad {
        assert_eq!(code_of(&show(&mut bench, &phone, proofs)), ProblemCode::BadRequest, "{what}");
    }
    assert_eq!(code_of(&show(&mut bench, &other, &good)), ProblemCode::BadRequest, "somebody else's receipt");
    let head_alone = Proofs { head: Some(later), gone: None, receipts: vec![] };
    assert_eq!(code_of(&show(&mut bench, &other, &head_alone)), ProblemCode::BadRequest, "somebody else's head");
    for body in [&b"{"[..], b"[]", br#"{"head":null,"gone":null}"#, br#"{"head":null,"gone":null,"receipts":[],"x":1}"#]
    {
        let refused = bench.send(phone.ask("POST", "/v1/proofs", body.to_vec()));
        assert_eq!(code_of(&refused), ProblemCode::BadRequest);
    }
    assert_eq!(now(&mut bench, &phone).seq, 2, "nothing of it was kept");
    assert_eq!(show(&mut bench, &phone, &good).status, 204);
}

#[test]
fn what_was_lost_is_dated_by_when_the_office_had_it() {
    let (mut bench, phone, answer, _) = forgetful();
    let gone = Some(Gap { epoch: 1, from: 3, to: 5 });
    assert_eq!(show(&mut bench, &phone, &Proofs { head: None, gone, receipts: vec![answer] }).status, 204);
    let places = bench.store.query(|read| read.proven(&phone.key.kid())).unwrap();
    assert_eq!(places.iter().map(|place| place.seq).collect::<Vec<_>>(), [3, 4, 5]);
    assert!(places.iter().all(|place| place.receipt_ms == MONDAY_MS + 3_600_000));
}
