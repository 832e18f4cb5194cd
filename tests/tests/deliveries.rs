//! A hundred thousand deliveries, many of them twice and many whose answer is lost: one row each in the database.
//!
//! A delivery is one record going up once. HADIR_DELIVERIES takes more or fewer, HADIR_SEED repeats a run's choices.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use hadir_core::{
    adapters::SystemEntropy,
    ports::{Clock, Reading},
    wire::Outcome,
};
use hadir_server::{
    datadir::DataDir,
    service::Service,
    store::{Span, Store, StoreExt as _},
};
use hadir_tests::{
    dice::setting,
    hand_phone::{HandPhone, receipt},
    office::Office,
};

const PHONES: u32 = 64;
/// Records in an upload at most; a phone cuts anew after an answer was lost.
const MOST: u64 = 40;
const DUPLICATES_PERCENT: u64 = 30;
const LOST_PERCENT: u64 = 20;
const BEGAN_MS: i64 = 1_795_476_600_000;

/// Moves on by a second at each look, so that no phone asks too often.
struct Hurries(AtomicI64);

impl Clock for Hurries {
    fn read(&self) -> Reading {
        let wall_ms = self.0.fetch_add(1_000, Ordering::Relaxed);
        Reading { wall_ms, boot_ms: u64::try_from(wall_ms).unwrap() }
    }
}

#[derive(Default)]
struct Counted {
    deliveries: AtomicU64,
    duplicates: AtomicU64,
    lost: AtomicU64,
    uploads: AtomicU64,
}

/// One phone: sends until so many of its deliveries are made and everything is receipted.
async fn deliver(service: &Service, phone: &mut HandPhone, quota: u64, counted: &Counted) {
    let (mut receipted, mut deliveries) = (0, 0);
    // What was receipted for which upload, to be told again word for word.
    let mut answers: Vec<(hadir_server::handle::HttpIn, Vec<u8>, u64)> = Vec::new();
    while deliveries < quota || receipted < phone.records.len() {
        let wanted = usize::try_from(1 + phone.roll(MOST)).unwrap();
        if phone.records.len() < receipted + wanted && deliveries < quota {
            phone.tap(receipted + wanted - phone.records.len()).unwrap();
        }
        let to = phone.records.len().min(receipted + wanted);
        let upload = phone.upload(receipted..to).unwrap();
        let answer = service.answer(upload.clone()).await;
        let said = receipt(&answer).unwrap();
        let count = (to - receipted) as u64;
        deliveries += count;
        counted.deliveries.fetch_add(count, Ordering::Relaxed);
        counted.uploads.fetch_add(1, Ordering::Relaxed);
        assert!(said.outcomes.iter().all(|line| line.outcome == Outcome::Stored), "{said:?}");
        if phone.roll(100) < LOST_PERCENT {
            // The phone never hears of it, and sends from the same place again, cut anew.
            counted.lost.fetch_add(1, Ordering::Relaxed);
            continue;
        }
        receipted = to;
        answers.push((upload, answer.body, count));
        if phone.roll(100) < DUPLICATES_PERCENT {
            let which = usize::try_from(phone.roll(answers.len() as u64)).unwrap();
            let (again, told, count) = &answers[which];
            let answer = service.answer(again.clone()).await;
            assert_eq!(&answer.body, told, "the same upload gets the same receipt");
            deliveries += count;
            counted.deliveries.fetch_add(*count, Ordering::Relaxed);
            counted.duplicates.fetch_add(1, Ordering::Relaxed);
            counted.uploads.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[test]
fn a_hundred_thousand_deliveries_with_duplicates_and_lost_answers_leave_one_row_each() {
    let (seed, wanted) = (setting("HADIR_SEED", u64::from(std::process::id())), setting("HADIR_DELIVERIES", 100_000));
    let home = tempfile::tempdir().unwrap();
    let mut office = Office::found_with(home.path(), PHONES).unwrap();
    office.stop();
    let data = DataDir::open(home.path()).unwrap();
    let store: Arc<dyn Store> = Arc::new(data.store().unwrap());
    let clock = Arc::new(Hurries(AtomicI64::new(office.founded_ms() + 1_000)));
    let service = Arc::new(
        Service::start(&store, data.keys().unwrap(), clock, Arc::new(SystemEntropy::new()), Arc::default()).unwrap(),
    );
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    let counted = Arc::new(Counted::default());
    let phones: Vec<_> = office
        .invite_all()
        .unwrap()
        .iter()
        .zip(seed..)
        .map(|(link, seed)| {
            let (service, counted) = (Arc::clone(&service), Arc::clone(&counted));
            let mut phone = HandPhone::new(link, seed, BEGAN_MS).unwrap();
            runtime.spawn(async move {
                assert_eq!(service.answer(phone.enrolment().unwrap()).await.status, 201);
                deliver(&service, &mut phone, wanted.div_ceil(u64::from(PHONES)), &counted).await;
                phone
            })
        })
        .collect();
    let phones: Vec<HandPhone> = phones.into_iter().map(|phone| runtime.block_on(phone).unwrap()).collect();
    service.stop();
    let count = |of: &AtomicU64| of.load(Ordering::Relaxed);
    let (deliveries, uploads) = (count(&counted.deliveries), count(&counted.uploads));
    println!(
        "seed {seed}: {deliveries} deliveries in {uploads} uploads, {} of them twice, {} answers lost",
        count(&counted.duplicates),
        count(&counted.lost)
    );
    assert!(deliveries >= wanted);
    // The mix is what it is meant to be, within chance.
    if wanted >= 10_000 {
        let share = |part: u64, of: u64| part * 100 / of.max(1);
        let firsts = uploads - count(&counted.duplicates);
        assert!((15..=25).contains(&share(count(&counted.lost), firsts)), "answers lost");
        let heard = firsts - count(&counted.lost);
        assert!((24..=36).contains(&share(count(&counted.duplicates), heard)), "sent twice");
    }
    let distinct: u64 = phones.iter().map(|phone| phone.records.len() as u64).sum();
    let totals = store.query(|read| read.totals()).unwrap();
    assert_eq!((totals.records, totals.stubs, totals.evidence), (distinct, 0, 0), "one row each, and nothing beside");
    for phone in &phones {
        let rows = store.query(|read| read.records(&phone.install(), Span::All)).unwrap();
        let mut by_place = BTreeMap::new();
        for row in rows {
            assert!(by_place.insert(row.record.seq, row.record.compact).is_none(), "a place has one row");
        }
        assert_eq!(by_place.len(), phone.records.len());
        for (record, (seq, compact)) in phone.records.iter().zip(&by_place) {
            assert_eq!(
                (record.payload().seq, record.compact()),
                (*seq, compact.as_str()),
                "the bytes that were signed"
            );
        }
        let known = store.query(|read| read.installation(&phone.install())).unwrap().unwrap();
        assert_eq!(known.contiguous, phone.records.len() as u64);
        assert_eq!(known.head, phone.records.last().map(|last| last.hash()));
    }
}
