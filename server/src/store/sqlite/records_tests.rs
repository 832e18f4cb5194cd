//! What storing a record comes to.

use rusqlite::Connection;

use super::{SqliteStore, records::TAKE_PLACE};
use crate::{
    handle::prepare,
    store::StoreExt as _,
    testing::{Bench, fill},
};

#[test]
fn a_record_is_stored_without_a_table_built_for_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("hadir.db");
    drop(SqliteStore::open(&path).unwrap());
    let connection = Connection::open(&path).unwrap();
    let mut statement = connection.prepare(&format!("EXPLAIN {TAKE_PLACE}")).unwrap();
    let nulls = rusqlite::params_from_iter([rusqlite::types::Null; 9]);
    let steps = statement.query_map(nulls, |row| row.get::<_, String>(1)).unwrap();
    let steps = steps.map(Result::unwrap).collect::<Vec<_>>();
    assert!(steps.iter().any(|step| step == "IdxInsert"), "{steps:?}");
    assert!(!steps.iter().any(|step| step.contains("Ephemeral")), "{steps:?}");
}

/// Each phone has pages of its own by then. What a commit writes is what bounds how many phones are served.
#[test]
fn a_record_by_itself_comes_to_few_pages_of_the_log() {
    const PHONES: u32 = 12;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("hadir.db");
    let store = std::sync::Arc::new(SqliteStore::open(&path).unwrap());
    fill(&*store, PHONES);
    let mut bench = Bench::again(std::sync::Arc::clone(&store) as _);
    let mut phones: Vec<_> = (1..=PHONES).map(|number| bench.enrolled(number)).collect();
    let pages = || {
        let connection = Connection::open(&path).unwrap();
        let all = "PRAGMA wal_checkpoint(TRUNCATE)";
        connection.query_row(all, [], |row| row.get::<_, i64>(0)).unwrap();
        move || connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get::<_, u32>(1)).unwrap()
    };
    let mut of_the_last = 0;
    for _ in 0..30 {
        let asked: Vec<_> = phones
            .iter_mut()
            .map(|phone| {
                let tap = phone.tap();
                prepare(phone.upload(&[tap]), &bench.gate, bench.now_ms)
            })
            .collect();
        bench.now_ms += 1_000;
        let counted = pages();
        let (desk, now_ms) = (&mut bench.desk, bench.now_ms);
        store.update(|tx| asked.iter().try_for_each(|one| desk.apply(one, now_ms, tx).map(|_| ()))).unwrap();
        of_the_last = counted();
    }
    assert_eq!(store.query(|read| read.totals()).unwrap().records, 30 * u64::from(PHONES));
    assert!(of_the_last > PHONES && of_the_last <= 3 * PHONES, "{of_the_last} pages for {PHONES} records");
}
