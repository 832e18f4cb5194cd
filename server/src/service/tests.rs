use std::{
    sync::{
        Condvar, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    task::Poll,
};

use hadir_core::{
    ports::{Reading, SeededEntropy},
    wire::ProblemCode,
};

use super::*;
use crate::{
    limits::{GROUP_COMMIT, WRITER_QUEUE},
    store::{MemoryStore, OutageCause, StoreRead, StoreTx},
    testing::{MONDAY_MS, Phone, code_of, fill, head, server_keys},
};

struct Still;
impl Clock for Still {
    fn read(&self) -> Reading {
        Reading { wall_ms: MONDAY_MS, boot_ms: 0 }
    }
}

/// A store whose disk can be held up, or broken.
#[derive(Default)]
struct SlowDisk {
    inner: MemoryStore,
    held: Mutex<bool>,
    freed: Condvar,
    broken: Mutex<bool>,
    /// Units of work that were tried.
    tried: AtomicUsize,
}

impl SlowDisk {
    fn hold(&self, hold: bool) {
        *self.held.lock().unwrap() = hold;
        self.freed.notify_all();
    }
}

impl Store for SlowDisk {
    fn read(&self, work: &mut dyn FnMut(&dyn StoreRead) -> Result<()>) -> Result<()> {
        self.inner.read(work)
    }
    fn write(&self, work: &mut dyn FnMut(&mut dyn StoreTx) -> Result<()>) -> Result<()> {
        drop(self.freed.wait_while(self.held.lock().unwrap(), |held| *held).unwrap());
        let broken = *self.broken.lock().unwrap();
        self.tried.fetch_add(1, Ordering::Relaxed);
        self.inner.write(&mut |tx| {
            work(tx)?;
            if broken { Err(StoreError::Full) } else { Ok(()) }
        })
    }
}

/// A clock that is set by hand.
struct Hands(AtomicI64);
impl Clock for Hands {
    fn read(&self) -> Reading {
        Reading { wall_ms: self.0.load(Ordering::Relaxed), boot_ms: 0 }
    }
}

fn service(people: u32) -> (Arc<SlowDisk>, Arc<Service>) {
    service_by(people, Arc::new(Still))
}

fn service_by(people: u32, clock: Arc<dyn Clock>) -> (Arc<SlowDisk>, Arc<Service>) {
    let disk = Arc::new(SlowDisk::default());
    fill(&*disk, people);
    let store: Arc<dyn Store> = Arc::clone(&disk) as Arc<dyn Store>;
    let service = Service::start(&store, server_keys(), clock, entropy(), Arc::default()).unwrap();
    (disk, Arc::new(service))
}

fn entropy() -> Arc<SeededEntropy> {
    Arc::new(SeededEntropy::new(1))
}

#[tokio::test]
async fn when_the_disk_does_not_keep_up_phones_are_told_to_come_back_and_it_is_told_as_an_outage() {
    const WAVE: usize = 400;
    let (disk, service) = service(40);
    let mut phones = Vec::new();
    for number in 1..=40 {
        let phone = Phone::new(u8::try_from(number).unwrap());
        assert_eq!(service.answer(phone.enrol(number)).await.status, 201);
        phones.push(phone);
    }
    disk.hold(true);
    let mut asked = Vec::new();
    // In waves, so that it is the writer that fills up and not the verifying before it.
    let begun = Arc::new(AtomicUsize::new(0));
    for wave in 1..=4 {
        for at in 0..WAVE {
            let (service, ask) = (Arc::clone(&service), phones[at % 40].ask("GET", "/v1/head", Vec::new()));
            let begun = Arc::clone(&begun);
            asked.push(tokio::spawn(async move {
                begun.fetch_add(1, Ordering::Relaxed);
                service.answer(ask).await
            }));
        }
        std::future::poll_fn(|context| {
            if begun.load(Ordering::Relaxed) == wave * WAVE && service.verifying.load(Ordering::Relaxed) == 0 {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
        tokio::task::yield_now().await;
    }
    disk.hold(false);
    let (mut served, mut shed) = (0, 0);
    for answer in asked {
        let answer = answer.await.unwrap();
        if answer.status == 204 {
            served += 1;
        } else {
            assert_eq!((code_of(&answer), answer.retry_after_s), (ProblemCode::Unavailable, Some(5)));
            assert_eq!(head(&answer).seq, 0);
            shed += 1;
        }
    }
    assert_eq!(served + shed, 4 * WAVE);
    assert!(shed >= 4 * WAVE - WRITER_QUEUE - GROUP_COMMIT && served > WRITER_QUEUE, "served {served}, shed {shed}");
    service.beat();
    let stopping = Arc::clone(&service);
    tokio::task::spawn_blocking(move || stopping.stop()).await.unwrap();
    let outages = disk.query(|read| read.outages(0, i64::MAX)).unwrap();
    assert!(outages.iter().any(|outage| outage.cause == OutageCause::Shed && outage.touches(MONDAY_MS, MONDAY_MS + 1)));
    assert_eq!(service.answer(phones[0].ask("GET", "/v1/head", Vec::new())).await.status, 503);
}

#[tokio::test]
async fn a_full_disk_is_told_as_such_and_nothing_of_the_batch_is_kept() {
    let (disk, service) = service(1);
    let mut phone = Phone::new(1);
    assert_eq!(service.answer(phone.enrol(1)).await.status, 201);
    let records = phone.taps(3);
    *disk.broken.lock().unwrap() = true;
    let refused = service.answer(phone.upload(&records)).await;
    assert_eq!((code_of(&refused), refused.retry_after_s), (ProblemCode::Unavailable, Some(5)));
    assert_eq!(disk.query(|read| read.totals()).unwrap().records, 0);
    *disk.broken.lock().unwrap() = false;
    assert_eq!(service.answer(phone.upload(&records)).await.status, 200);
    assert_eq!(disk.query(|read| read.totals()).unwrap().records, 3);
}

#[tokio::test]
async fn a_phone_whose_enrolment_was_cut_off_is_let_in_when_it_enrols_again() {
    let (disk, service) = service(1);
    let phone = Phone::new(1);
    disk.hold(true);
    {
        let mut cut_off = Box::pin(service.answer(phone.enrol(1)));
        // To the back of the queue, then to the writer; the connection ends before the answer.
        for _ in 0..2 {
            std::future::poll_fn(|context| {
                assert!(cut_off.as_mut().poll(context).is_pending());
                Poll::Ready(())
            })
            .await;
        }
    }
    disk.hold(false);
    assert_eq!(service.answer(phone.enrol(1)).await.status, 201);
    assert_eq!(service.answer(phone.ask("GET", "/v1/head", Vec::new())).await.status, 204);
}

#[tokio::test]
async fn hours_without_a_disk_are_an_outage_though_the_server_ran_and_so_is_what_was_shed_before() {
    const HOURS: i64 = 3 * 3_600_000;
    let clock = Arc::new(Hands(AtomicI64::new(MONDAY_MS)));
    let (disk, service) = service_by(1, Arc::clone(&clock) as Arc<dyn Clock>);
    let phone = Phone::new(1);
    assert_eq!(service.answer(phone.enrol(1)).await.status, 201);
    *disk.broken.lock().unwrap() = true;
    clock.0.store(MONDAY_MS + 10_000, Ordering::Relaxed);
    *service.shed.lock().unwrap() = Some((MONDAY_MS + 1, MONDAY_MS + 2));
    service.beat();
    // Behind the beat in the queue: when this is answered, the beat was tried.
    assert_eq!(service.answer(phone.ask("GET", "/v1/head", Vec::new())).await.status, 503);
    clock.0.store(MONDAY_MS + HOURS, Ordering::Relaxed);
    *disk.broken.lock().unwrap() = false;
    service.beat();
    assert_eq!(service.answer(phone.ask("GET", "/v1/head", Vec::new())).await.status, 204);
    let outages = disk.query(|read| read.outages(0, i64::MAX)).unwrap();
    let told: Vec<_> = outages.iter().map(|outage| (outage.cause, outage.from_ms, outage.until_ms)).collect();
    assert_eq!(
        told,
        [(OutageCause::Down, MONDAY_MS, MONDAY_MS + HOURS), (OutageCause::Shed, MONDAY_MS + 1, MONDAY_MS + 2)]
    );
}

#[tokio::test]
async fn while_it_is_in_doubt_which_day_it_is_no_turns_are_dealt() {
    let started = |signed_ms: i64| {
        let disk = Arc::new(SlowDisk::default());
        fill(&*disk, 2);
        disk.update(|tx| tx.raise_highest_signed_ms(signed_ms)).unwrap();
        let store: Arc<dyn Store> = Arc::clone(&disk) as Arc<dyn Store>;
        Service::start(&store, server_keys(), Arc::new(Still), entropy(), Arc::default()).unwrap().stop();
        disk.query(|read| read.turn_state()).unwrap().is_some()
    };
    assert!(started(MONDAY_MS + 60_000), "a minute is no other day");
    assert!(!started(MONDAY_MS + 365 * 86_400_000));
}

#[tokio::test]
async fn a_full_disk_is_tried_once_for_all_who_wait_and_not_for_each() {
    let (disk, service) = service(20);
    let mut phones = Vec::new();
    for number in 1..=20 {
        let phone = Phone::new(number);
        assert_eq!(service.answer(phone.enrol(number.into())).await.status, 201);
        phones.push(phone);
    }
    disk.hold(true);
    *disk.broken.lock().unwrap() = true;
    let tried = disk.tried.load(Ordering::Relaxed);
    let ask = |phone: &Phone| {
        let (service, ask) = (Arc::clone(&service), phone.ask("GET", "/v1/head", Vec::new()));
        tokio::spawn(async move { service.answer(ask).await })
    };
    let asked: Vec<_> = phones.iter().map(ask).collect();
    // Twice: to the back of the queue, and to the writer.
    for _ in 0..2 {
        tokio::task::yield_now().await;
    }
    disk.hold(false);
    for answer in asked {
        assert_eq!(code_of(&answer.await.unwrap()), ProblemCode::Unavailable);
    }
    // One or a few that the writer took before the others came, and all others together.
    assert!(disk.tried.load(Ordering::Relaxed) - tried < 6, "{}", disk.tried.load(Ordering::Relaxed) - tried);
}
