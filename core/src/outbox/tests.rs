use super::*;
use crate::model::KeyId;

fn hash(text: &str) -> EnvelopeHash {
    EnvelopeHash::of(text)
}

fn link(epoch: u32, seq: u64) -> Link {
    Link { epoch, seq, hash: hash(&format!("{epoch}/{seq}")) }
}

fn written(epochs: &[(u32, u64)]) -> Outbox {
    let mut outbox = Outbox::default();
    for &(epoch, last) in epochs {
        (1..=last).for_each(|seq| outbox.appended(link(epoch, seq)));
    }
    outbox
}

fn stored(epoch: u32, from: u64, to: u64) -> Vec<ReceiptEntry> {
    (from..=to).map(|seq| ReceiptEntry { seq, hash: link(epoch, seq).hash, outcome: Outcome::Stored }).collect()
}

fn head(epoch: u32, seq: u64, hash: Option<EnvelopeHash>) -> Head {
    Head {
        v: 1,
        install: KeyId::new([1; 32]),
        epoch,
        seq,
        hash,
        pack: None,
        roster: 1,
        trust: 1,
        release: Vec::new(),
        backed_up_through_ms: None,
        revoked: false,
        t_ms: 1,
    }
}

#[test]
fn pending_is_the_absence_of_a_receipt_and_the_oldest_epoch_goes_first() {
    let mut outbox = written(&[(1, 3), (2, 2)]);
    assert_eq!((outbox.pending(), outbox.pending_count()), (Some(Pending { epoch: 1, from: 1, to: 3 }), 5));
    outbox.receipted(1, &stored(1, 1, 3));
    assert_eq!((outbox.pending(), outbox.pending_count()), (Some(Pending { epoch: 2, from: 1, to: 2 }), 2));
    assert_eq!((outbox.delivery(1, 3), outbox.delivery(2, 1)), (Delivery::Received, Delivery::Waiting));
    outbox.receipted(2, &stored(2, 1, 2));
    assert_eq!(outbox.pending(), None);
    assert_eq!(outbox.last_held(), Some(link(2, 2)));
}

#[test]
fn a_receipt_beyond_a_gap_moves_nothing() {
    let mut outbox = written(&[(1, 9)]);
    outbox.receipted(1, &stored(1, 4, 6));
    assert_eq!(outbox.pending(), Some(Pending { epoch: 1, from: 1, to: 9 }));
}

#[test]
fn a_conflict_is_told_and_does_not_come_back() {
    let mut outbox = written(&[(1, 1)]);
    outbox.receipted(1, &[ReceiptEntry { seq: 1, hash: link(1, 1).hash, outcome: Outcome::Conflict }]);
    assert_eq!((outbox.delivery(1, 1), outbox.pending()), (Delivery::Conflict, None));
}

#[test]
fn a_head_that_is_behind_takes_us_back_to_it_and_one_without_the_epoch_to_the_start() {
    let mut outbox = written(&[(1, 3), (2, 3)]);
    outbox.receipted(1, &stored(1, 1, 3));
    outbox.receipted(2, &stored(2, 1, 3));
    assert_eq!(outbox.server_head(&head(2, 3, Some(link(2, 3).hash))), HeadVerdict::Agrees);
    assert_eq!(outbox.server_head(&head(2, 1, Some(link(2, 1).hash))), HeadVerdict::Behind);
    assert_eq!(outbox.pending(), Some(Pending { epoch: 2, from: 2, to: 3 }));
    assert_eq!(outbox.server_head(&head(1, 2, Some(link(1, 2).hash))), HeadVerdict::Behind);
    assert_eq!(outbox.pending(), Some(Pending { epoch: 1, from: 3, to: 3 }));
    assert_eq!(outbox.pending_count(), 4);
    assert_eq!(outbox.delivery(2, 3), Delivery::Received, "its receipt is still held");
    assert_eq!(outbox.server_head(&head(0, 0, None)), HeadVerdict::Behind);
    assert_eq!(outbox.pending_count(), 6);
    assert_eq!(outbox.server_head(&head(0, 0, None)), HeadVerdict::Agrees, "once is enough");
}

#[test]
fn a_head_that_has_what_was_never_written_here_shows_an_old_copy() {
    let mut outbox = written(&[(1, 3)]);
    assert_eq!(outbox.server_head(&head(1, 4, Some(hash("x")))), HeadVerdict::Ahead { server_seq: 4 });
    assert_eq!(outbox.server_head(&head(1, 3, Some(hash("x")))), HeadVerdict::Ahead { server_seq: 3 });
    assert_eq!(outbox.server_head(&head(2, 1, Some(hash("x")))), HeadVerdict::Ahead { server_seq: 1 });
    assert_eq!(outbox.server_head(&head(1, 3, Some(link(1, 3).hash))), HeadVerdict::Agrees);
}

#[test]
fn a_parked_record_is_listed_until_it_is_released_and_stored() {
    let mut outbox = written(&[(1, 3)]);
    outbox.parked(link(1, 2), "bad_record");
    assert_eq!(outbox.parked_places(), [ParkedPlace { link: link(1, 2), reason: "bad_record".into() }]);
    let mut lines = stored(1, 1, 3);
    lines[1] = ReceiptEntry { seq: 2, hash: hash("stub"), outcome: Outcome::Stub };
    outbox.receipted(1, &lines);
    assert_eq!((outbox.pending(), outbox.parked_reason(1, 2)), (None, Some("bad_record")));
    assert!(outbox.released(1, 2, None));
    assert_eq!(outbox.pending(), Some(Pending { epoch: 1, from: 2, to: 2 }));
    outbox.receipted(1, &stored(1, 2, 2));
    assert_eq!((outbox.pending(), outbox.delivery(1, 2)), (None, Delivery::Received));
}

#[test]
fn the_state_survives_a_snapshot() {
    let mut outbox = written(&[(1, 3), (2, 2)]);
    outbox.receipted(1, &stored(1, 1, 2));
    outbox.parked(link(1, 3), "bad_record");
    let json = serde_json::to_string(&outbox).unwrap();
    assert_eq!(serde_json::from_str::<Outbox>(&json).unwrap(), outbox);
}

#[test]
fn places_that_this_store_lost_hold_up_nothing() {
    let mut outbox = written(&[(1, 9)]);
    assert!(outbox.lost(1, 1, 2));
    assert!(outbox.lost(1, 5, 6));
    assert_eq!(outbox.pending(), Some(Pending { epoch: 1, from: 3, to: 9 }));
    let sent: Vec<_> = stored(1, 3, 9).into_iter().filter(|line| !(5..=6).contains(&line.seq)).collect();
    outbox.receipted(1, &sent[..2]);
    assert_eq!(outbox.pending(), Some(Pending { epoch: 1, from: 7, to: 9 }));
    outbox.receipted(1, &sent[2..]);
    assert_eq!(outbox.pending(), None);
    assert_eq!(outbox.server_head(&head(1, 4, Some(link(1, 4).hash))), HeadVerdict::Agrees, "it can't reach further");
    let mut received = written(&[(1, 9)]);
    received.receipted(1, &stored(1, 1, 9));
    assert!(!received.lost(1, 5, 6), "the server has them");
    assert_eq!((received.delivery(1, 5), outbox.delivery(1, 1)), (Delivery::Received, Delivery::Lost));
}

#[test]
fn a_refused_record_that_is_lost_is_no_longer_tried_and_told_as_lost_wherever_it_stands() {
    let stub = |seq| [ReceiptEntry { seq, hash: hash("stub"), outcome: Outcome::Stub }];
    for order in [None, Some(7)] {
        let mut outbox = written(&[(1, 9)]);
        outbox.parked(link(1, 5), "bad_record");
        outbox.receipted(1, &stored(1, 1, 4));
        outbox.receipted(1, &stub(5));
        outbox.receipted(1, &stored(1, 6, 9));
        outbox.released(1, 5, order);
        assert_eq!(outbox.pending(), Some(Pending { epoch: 1, from: 5, to: 5 }));
        assert!(outbox.lost(1, 5, 5), "the server has none of it");
        assert_eq!((outbox.pending(), outbox.delivery(1, 5)), (None, Delivery::Lost));
        assert!(!outbox.lost(1, 5, 5), "once");
        assert!(!outbox.lost(1, 5, 4), "an empty stretch is no loss");
        assert_eq!(outbox.parked_places(), []);
    }
}

#[test]
fn stretches_that_are_lost_one_over_the_other_are_one() {
    let mut outbox = written(&[(1, 9)]);
    outbox.lost(1, 5, 5);
    outbox.lost(1, 3, 8);
    assert_eq!((outbox.delivery(1, 7), outbox.delivery(1, 9)), (Delivery::Lost, Delivery::Waiting));
}
