use proptest::prelude::*;

use super::*;
use crate::{
    envelope::{SigningKey, sign},
    model::{Body, CheckIn, EnvelopeHash, EpochCause, EpochStart, Link, NoFix, Nonce, Record, RecordId, SeqRange},
    model::{SessionId, TimeEvidence},
    trust::{Grant, certify, found},
    wire::{KeyUse, Outcome, Receipt, ReceiptEntry, outcomes_digest},
};

fn root() -> SigningKey {
    SigningKey::from_seed(&[1; 32])
}

fn server() -> SigningKey {
    SigningKey::from_seed(&[2; 32])
}

/// A phone that writes a history, and the server that receives it.
struct Phone {
    key: SigningKey,
    epoch: u32,
    seq: u64,
    prev: Option<EnvelopeHash>,
    hashes: Vec<(Place, EnvelopeHash)>,
    export: Export,
}

impl Phone {
    fn new() -> Self {
        let key = SigningKey::from_seed(&[3; 32]);
        let grant = Grant { key_use: KeyUse::Receipt, x: server().public().as_b64(), nbf_ms: 0, exp_ms: 1_000_000 };
        let trust = certify(&found("luwu-utara", &root()).unwrap(), &root(), &grant).unwrap();
        let (install, x) = (key.kid(), key.public().as_b64());
        let export = Export {
            v: 1,
            trust,
            install,
            key: x,
            records: Vec::new(),
            receipts: Vec::new(),
            tokens: Vec::new(),
            freed: Vec::new(),
        };
        Self { key, epoch: 1, seq: 0, prev: None, hashes: Vec::new(), export }
    }

    /// Taps `count` times and syncs after each `batch` taps.
    fn day(count: u64, batch: u64) -> Self {
        let mut phone = Self::new();
        for at in 1..=count {
            phone.record(&Body::CheckIn(CheckIn::NoFix(NoFix::Timeout)));
            if at % batch == 0 {
                phone.sync(batch);
            }
        }
        phone
    }

    fn record(&mut self, body: &Body) -> Link {
        self.seq += 1;
        let (kind, raw_body) = body.to_raw().unwrap();
        let time = TimeEvidence { wall_ms: 5, session: SessionId::new([0; 16]), run: 0, elapsed_ms: 5, gnss: None };
        let mut random = [0; 10];
        random[2..6].copy_from_slice(&self.epoch.to_be_bytes());
        random[9] = self.seq as u8;
        let record = Record {
            v: 1,
            id: RecordId::new(5, random),
            install: self.key.kid(),
            epoch: self.epoch,
            seq: self.seq,
            prev: self.prev,
            receipt: None,
            pack: None,
            assignment: None,
            app: "test/1".to_owned(),
            kind,
            time,
            raw_body,
        };
        let envelope = sign(&self.key, &record).unwrap();
        self.prev = Some(envelope.hash());
        self.hashes.push((Place { epoch: self.epoch, seq: self.seq }, envelope.hash()));
        self.export.records.push(envelope.compact().to_owned());
        record.link(envelope.hash())
    }

    fn begin_epoch(&mut self, cause: EpochCause, last_good: Option<Link>, missing: Option<(u64, u64)>) {
        (self.epoch, self.seq, self.prev) = (self.epoch + 1, 0, last_good.map(|good| good.hash));
        let missing = missing.map(|(from_seq, to_seq)| SeqRange { from_seq, to_seq });
        self.record(&Body::Epoch(EpochStart { cause, last_good, missing }));
    }

    /// The server receipts the last `count` records.
    fn sync(&mut self, count: u64) {
        let lines: Vec<_> = self.hashes[self.hashes.len() - count as usize..]
            .iter()
            .map(|(place, hash)| ReceiptEntry { seq: place.seq, hash: *hash, outcome: Outcome::Stored })
            .collect();
        self.export.receipts.push(receipt(&server(), self.key.kid(), self.epoch, lines));
    }

    fn head(&self) -> Link {
        let (place, hash) = *self.hashes.last().unwrap();
        Link { epoch: place.epoch, seq: place.seq, hash }
    }

    fn check(&self) -> Report {
        verify(&self.export, Some(&root().public().as_b64()))
    }
}

fn receipt(key: &SigningKey, install: InstallId, epoch: u32, outcomes: Vec<ReceiptEntry>) -> ReceiptAnswer {
    let (first, last) = (outcomes[0], outcomes[outcomes.len() - 1]);
    let digest = outcomes_digest(&outcomes);
    let receipt = Receipt { v: 1, install, epoch, from: first.seq, to: last.seq, head: last.hash, digest, t_ms: 9 };
    ReceiptAnswer { receipt: sign(key, &receipt).unwrap().compact().to_owned(), outcomes }
}

fn place(epoch: u32, seq: u64) -> Place {
    Place { epoch, seq }
}

fn span(from_seq: u64, to_seq: u64) -> Span {
    Span { from_seq, to_seq }
}

#[test]
fn an_untouched_history_is_good_and_says_what_no_receipt_covers() {
    let phone = Phone::day(10, 4);
    let report = phone.check();
    assert!(report.is_good(), "{:?}", report.problems);
    assert_eq!((report.records, report.receipts, report.root_pinned), (10, 2, true));
    assert_eq!(report.epochs[0].not_receipted, [span(9, 10)]);
    assert_eq!(report.not_receipted(), 2);
    let unpinned = verify(&phone.export, None);
    assert!(unpinned.is_good() && !unpinned.root_pinned);
}

#[test]
fn an_export_comes_back_from_its_text() {
    let phone = Phone::day(3, 3);
    let json = serde_json::to_vec(&phone.export).unwrap();
    let read = Export::parse(&json).unwrap();
    assert!(verify(&read, Some(&root().public().as_b64())).is_good());
    assert!(matches!(Export::parse(b"{\"v\":1}"), Err(NotAnExport::Form { .. })));
    assert_eq!(Export::parse(b"{\"v\":2,\"more\":[]}").unwrap_err(), NotAnExport::Version { found: 2 });
}

#[test]
fn a_dropped_record_is_missed_at_the_start_in_the_middle_and_at_the_end() {
    for (seq, receipted) in [(1, true), (4, true), (8, true), (9, false)] {
        let mut phone = Phone::day(10, 4);
        phone.export.records.remove(seq as usize - 1);
        assert_eq!(phone.check().problems, [Problem::Missing { epoch: 1, span: span(seq, seq), receipted }], "{seq}");
    }
    // What was never receipted, cut off at the end, is a named limit; what was, is not.
    let mut phone = Phone::day(10, 4);
    phone.export.records.truncate(8);
    assert!(phone.check().is_good());
    phone.export.records.truncate(6);
    assert_eq!(phone.check().problems, [Problem::Missing { epoch: 1, span: span(7, 8), receipted: true }]);
}

#[test]
fn records_in_another_order_are_named() {
    let mut phone = Phone::day(6, 6);
    phone.export.records.swap(2, 3);
    assert_eq!(phone.check().problems, [Problem::OutOfOrder { place: place(1, 3) }]);
}

#[test]
fn a_record_rewritten_by_the_keys_holder_does_not_fit_the_receipt() {
    let mut phone = Phone::day(4, 4);
    // The whole tail signed anew, so that the chain itself is in harmony.
    let mut rewritten = Phone::new();
    for at in 0..4 {
        let reason = if at < 2 { NoFix::Timeout } else { NoFix::Denied };
        rewritten.record(&Body::CheckIn(CheckIn::NoFix(reason)));
    }
    phone.export.records = rewritten.export.records;
    let expected = [3, 4].map(|seq| Problem::NotAsReceived { place: place(1, seq), receipt: 0 });
    assert_eq!(phone.check().problems, expected);
    // One record alone breaks the chain too.
    let mut phone = Phone::day(4, 5);
    let mut other = Phone::new();
    other.record(&Body::CheckIn(CheckIn::NoFix(NoFix::Denied)));
    phone.export.records[0] = other.export.records.remove(0);
    assert_eq!(phone.check().problems, [Problem::Chain { place: place(1, 2) }]);
}

#[test]
fn two_records_for_one_place_are_a_fork_and_the_same_twice_a_repetition() {
    let mut phone = Phone::day(2, 2);
    let mut other = Phone::new();
    other.record(&Body::CheckIn(CheckIn::NoFix(NoFix::Denied)));
    phone.export.records.insert(1, other.export.records.remove(0));
    assert_eq!(phone.check().problems, [Problem::Fork { place: place(1, 1) }]);
    let mut phone = Phone::day(2, 2);
    phone.export.records.insert(1, phone.export.records[0].clone());
    assert_eq!(phone.check().problems, [Problem::Repeated { place: place(1, 1) }]);
}

#[test]
fn a_receipt_forged_altered_or_for_another_is_refused() {
    let mut phone = Phone::day(4, 4);
    let impostor = SigningKey::from_seed(&[66; 32]);
    let lines = phone.export.receipts[0].outcomes.clone();
    phone.export.receipts[0] = receipt(&impostor, phone.key.kid(), 1, lines.clone());
    let forged = phone.check();
    assert!(matches!(&forged.problems[..], [Problem::Receipt { index: 0, .. }]), "{:?}", forged.problems);
    assert_eq!(forged.epochs[0].not_receipted, [span(1, 4)]);

    phone.export.receipts[0] = receipt(&server(), impostor.kid(), 1, lines.clone());
    assert!(matches!(&phone.check().problems[..], [Problem::Receipt { why, .. }] if why.contains("installation")));

    phone.export.receipts[0] = receipt(&server(), phone.key.kid(), 1, lines);
    assert!(phone.check().is_good());
    phone.export.receipts[0].outcomes[2].outcome = Outcome::Conflict;
    assert!(matches!(&phone.check().problems[..], [Problem::Receipt { why, .. }] if why.contains("digest")));
    phone.export.receipts[0].outcomes.clear();
    assert!(matches!(&phone.check().problems[..], [Problem::Receipt { why, .. }] if why.contains("rise")));
}

#[test]
fn a_conflict_that_the_server_saw_is_named() {
    let mut phone = Phone::day(2, 3);
    let lines = vec![ReceiptEntry { seq: 2, hash: phone.head().hash, outcome: Outcome::Conflict }];
    phone.export.receipts.push(receipt(&server(), phone.key.kid(), 1, lines));
    assert_eq!(phone.check().problems, [Problem::Conflict { place: place(1, 2), receipt: 0 }]);
    // With an epoch that goes on from before the fork, it is a reported loss.
    let first = Link { epoch: 1, seq: 1, hash: phone.hashes[0].1 };
    phone.begin_epoch(EpochCause::RestoredCopy, Some(first), None);
    let report = phone.check();
    assert!(report.is_good(), "{:?}", report.problems);
    assert_eq!(report.epochs[0].declared_forks, [2]);
}

#[test]
fn another_root_or_a_certificate_too_old_shows() {
    let phone = Phone::day(4, 4);
    let other = SigningKey::from_seed(&[9; 32]);
    let report = verify(&phone.export, Some(&other.public().as_b64()));
    assert!(matches!(&report.problems[..], [Problem::Trust { .. }]), "{:?}", report.problems);
    assert_eq!((report.records, report.receipts), (4, 0), "the chain is checked all the same");

    let mut phone = Phone::day(1, 2);
    let grant = Grant { key_use: KeyUse::Receipt, x: server().public().as_b64(), nbf_ms: 10, exp_ms: 20 };
    phone.export.trust = certify(&found("luwu-utara", &root()).unwrap(), &root(), &grant).unwrap();
    phone.sync(1);
    assert!(matches!(&phone.check().problems[..], [Problem::Receipt { index: 0, .. }]));
}

#[test]
fn a_key_that_is_not_the_installations_checks_nothing() {
    let mut phone = Phone::day(2, 2);
    phone.export.key = server().public().as_b64();
    assert!(matches!(&phone.check().problems[..], [Problem::Key { .. }]));
    phone.export.key = B64([0; 32]);
    assert!(matches!(&phone.check().problems[..], [Problem::Key { .. }]));
}

#[test]
fn a_loss_that_the_phone_declared_is_a_loss_and_no_tampering() {
    let mut phone = Phone::day(4, 2);
    let good = phone.head();
    for _ in 0..2 {
        phone.record(&Body::CheckIn(CheckIn::NoFix(NoFix::Off)));
    }
    // Two taps reached the server and were then lost with the end of the disk.
    phone.sync(2);
    phone.export.records.truncate(4);
    phone.begin_epoch(EpochCause::LostTail, Some(good), Some((5, 6)));
    let report = phone.check();
    assert!(report.is_good(), "{:?}", report.problems);
    assert_eq!(report.epochs[0].declared_lost, [span(5, 6)]);
    assert_eq!(report.epochs[1].start.as_ref().unwrap().cause, EpochCause::LostTail);

    // More than was declared is missing.
    phone.export.records.remove(2);
    assert_eq!(phone.check().problems, [Problem::Missing { epoch: 1, span: span(3, 3), receipted: true }]);
}

#[test]
fn an_epoch_of_unknown_loss_excuses_only_what_comes_after_the_last_good_record() {
    let mut phone = Phone::day(4, 5);
    let good = phone.head();
    phone.begin_epoch(EpochCause::RestoredCopy, Some(good), None);
    assert!(phone.check().is_good());
    // The last good record itself must be there.
    let mut cut = phone.export.clone();
    cut.records.remove(3);
    let report = verify(&cut, None);
    assert_eq!(report.problems, [Problem::Missing { epoch: 1, span: span(4, 4), receipted: false }]);
    // A blind epoch excuses everything before it, and says so.
    let mut blind = Phone::day(4, 5);
    blind.begin_epoch(EpochCause::Damage, None, None);
    blind.export.records.drain(1..3);
    let report = blind.check();
    assert!(report.is_good(), "{:?}", report.problems);
    assert_eq!(report.epochs[0].declared_lost, [span(2, 3)]);
    blind.export.records.drain(..2);
    assert!(blind.check().is_good());
}

#[test]
fn missing_places_may_be_of_an_epoch_after_the_last_good_record() {
    // The server has three records of epoch 2, and the phone came back from a copy that ends in epoch 1.
    let mut phone = Phone::day(4, 4);
    let good = phone.head();
    phone.begin_epoch(EpochCause::Damage, Some(good), None);
    phone.export.records.pop();
    phone.begin_epoch(EpochCause::RestoredCopy, Some(good), Some((1, 3)));
    assert!(phone.check().is_good(), "{:?}", phone.check().problems);
    phone.export.receipts.push(receipt(
        &server(),
        phone.key.kid(),
        2,
        (1..=3).map(|seq| ReceiptEntry { seq, hash: EnvelopeHash::new([7; 32]), outcome: Outcome::Stored }).collect(),
    ));
    let report = phone.check();
    assert!(report.is_good(), "{:?}", report.problems);
    assert_eq!(report.epochs[1].declared_lost, [span(1, 3)]);
}

#[test]
fn an_epoch_dropped_or_begun_with_another_past_is_named() {
    let mut phone = Phone::day(2, 2);
    let first = phone.head();
    phone.begin_epoch(EpochCause::RestoredCopy, Some(first), Some((3, 3)));
    let second = phone.head();
    phone.begin_epoch(EpochCause::RestoredCopy, Some(second), Some((2, 2)));
    assert!(phone.check().is_good(), "{:?}", phone.check().problems);
    let mut cut = phone.export.clone();
    cut.records.remove(2);
    let problems = verify(&cut, None).problems;
    assert_eq!(problems, [Problem::Missing { epoch: 2, span: span(1, 1), receipted: false }]);
    let mut cut = phone.export.clone();
    cut.records.drain(..2);
    cut.receipts.clear();
    let problems = verify(&cut, None).problems;
    assert_eq!(problems, [Problem::Missing { epoch: 1, span: span(1, 2), receipted: false }]);

    let mut phone = Phone::day(2, 2);
    let elsewhere = Link { hash: EnvelopeHash::new([7; 32]), ..phone.head() };
    phone.begin_epoch(EpochCause::RestoredCopy, Some(elsewhere), None);
    assert!(matches!(&phone.check().problems[..], [Problem::EpochStart { .. }]));

    let mut skipping = Phone::day(2, 2);
    skipping.epoch = 4_000_000_000;
    let good = skipping.head();
    skipping.begin_epoch(EpochCause::RestoredCopy, Some(good), Some((3, 3)));
    assert_eq!(skipping.check().problems, [Problem::MissingEpochs { from: 2, to: 4_000_000_000 }]);
}

#[test]
fn a_receipt_of_a_later_epoch_covers_the_last_good_record_that_it_names() {
    let mut phone = Phone::day(3, 5);
    let good = phone.head();
    phone.record(&Body::CheckIn(CheckIn::NoFix(NoFix::Off)));
    phone.begin_epoch(EpochCause::RestoredCopy, Some(good), None);
    phone.sync(1);
    let report = phone.check();
    assert!(report.is_good(), "{:?}", report.problems);
    assert_eq!(report.epochs[0].not_receipted, [span(4, 4)], "3 is in the chain of what the server has; 4 is not");
    assert!(report.epochs[1].not_receipted.is_empty());
}

#[test]
fn numbers_at_the_edge_of_what_can_be_written_do_not_overflow() {
    for (good, missing) in [(u64::MAX, None), (2, Some((0, u64::MAX))), (2, Some((u64::MAX, 0)))] {
        let mut phone = Phone::day(2, 2);
        let good = Link { seq: good, ..phone.head() };
        phone.begin_epoch(EpochCause::Damage, Some(good), missing);
        let _ = phone.check();
    }
}

#[test]
fn a_token_of_another_or_of_nobody_is_named() {
    let mut phone = Phone::day(1, 1);
    let token = |install| TimeToken { v: 1, install, nonce: Nonce::new([1; 16]), t_ms: 5, err_ms: 10 };
    phone.export.tokens.push(sign(&server(), &token(phone.key.kid())).unwrap().compact().to_owned());
    assert_eq!((phone.check().tokens, phone.check().is_good()), (1, true));
    phone.export.tokens.push(sign(&server(), &token(server().kid())).unwrap().compact().to_owned());
    phone.export.tokens.push("x.y.z".to_owned());
    let problems = phone.check().problems;
    assert!(matches!(&problems[..], [Problem::Token { index: 1, .. }, Problem::Token { index: 2, .. }]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_character_changed_anywhere_in_the_signed_bytes_is_named(
        which in 0..9usize, at in any::<prop::sample::Index>(), to in "[A-Za-z0-9_-]",
    ) {
        let mut phone = Phone::day(8, 4);
        let text = if which < 8 { &mut phone.export.records[which] } else { &mut phone.export.receipts[0].receipt };
        let at = at.index(text.len());
        prop_assume!(text[at..=at] != to);
        text.replace_range(at..=at, &to);
        prop_assert!(!phone.check().is_good());
    }

    #[test]
    fn any_receipted_record_dropped_or_moved_is_named(from in 0..8usize, to in 0..8usize, drop in any::<bool>()) {
        let mut phone = Phone::day(8, 4);
        let moved = phone.export.records.remove(from);
        if !drop {
            prop_assume!(from != to);
            phone.export.records.insert(to, moved);
        }
        prop_assert!(!phone.check().is_good());
    }
}
