//! What holds of every store; run on the model and on SQLite.

use hadir_core::{
    model::{B64, EntryVerdict, EnvelopeHash, InstallId, Kind, Link, PersonId, RecordId, SessionId},
    policy::{Employment, Side},
    roster::{Fact, FactKind, LeaveKind, Reason, TurnList},
    schedule::WindowId,
    wire::{Outcome, Trust},
};

use super::*;

mod agency;
mod asks;
mod help;
mod old;
mod phones;
mod records;
mod staff;

use agency::{
    a_clock_set_back_redates_what_was_noted_later_and_nothing_else,
    a_clock_set_back_takes_marks_outages_and_sessions_with_it,
    marks_and_packs_are_read_as_the_same_unit_of_work_left_them, outages_that_touch_are_joined,
    the_agency_its_logins_and_its_log_come_back_as_stored, the_highest_signed_time_never_falls,
    the_newest_serial_of_the_certificates_is_known,
};
use asks::{decisions_are_added_and_never_lost, what_people_ask_is_found_by_kind_person_and_time};
use help::the_newest_report_of_a_phone_is_found_by_its_code_until_its_time_is_over;
use old::files_of_old_stores_grow_part_by_part_and_come_back_as_they_came;
use phones::{
    a_receipt_is_found_by_its_batch_and_dated_by_its_hash, a_replayed_request_does_not_replace_a_later_witness,
    phones_invites_packs_and_assignments_come_back_as_stored,
};
use records::{
    a_failed_unit_of_work_leaves_nothing, a_proof_holds_a_free_place_until_the_original_comes,
    a_stub_holds_its_place_until_the_original_comes, a_taken_place_is_never_overwritten,
    a_unit_of_work_sees_its_own_writes_and_readers_only_whole_ones, an_id_is_taken_once_for_each_installation,
    evidence_is_kept_once_and_fills_a_gap_only_for_a_taken_id, forms_are_found_by_person_and_date,
    orders_are_open_until_they_are_closed, records_are_found_by_their_short_code,
    records_come_back_byte_for_byte_in_chain_order, the_run_without_a_gap_ends_before_the_first_free_place,
    what_is_taken_of_each_epoch_is_counted,
};
use staff::{
    a_person_keeps_the_generation_through_an_import, facts_and_rulings_are_added_and_cancelled_never_lost,
    generations_are_raised_and_new_people_begin_there, turns_once_dealt_stay_until_they_are_dealt_anew,
};

fn date(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

fn person_id(number: &str) -> PersonId {
    format!("local:{number}").parse().unwrap()
}

fn person(number: &str) -> Person {
    Person {
        id: person_id(number),
        name: format!("Nama {number}"),
        unit: "dinas-a".parse().unwrap(),
        employment: Employment::Asn,
        rank: Some("pelaksana".into()),
        position: None,
        structural: false,
        can_wfh: true,
        household: Some("h1".into()),
        phone: None,
        shift: None,
        active: true,
    }
}

fn install_id(n: u8) -> InstallId {
    InstallId::new([n; 32])
}

fn installation(n: u8, of: &str) -> Installation {
    Installation {
        id: install_id(n),
        key: [n; 32],
        person: person_id(of),
        invite: CodeHash([n; 32]),
        enrolled_ms: i64::from(n),
        app: "test/1".into(),
        epoch: 0,
        contiguous: 0,
        head: None,
        seen_ms: 1,
        revoked: None,
        assigned_until: None,
        ahead: None,
    }
}

fn record(epoch: u32, seq: u64, id: u8) -> NewRecord {
    let compact = format!("record {epoch} {seq} {id}");
    NewRecord {
        epoch,
        seq,
        id: RecordId::new(i64::from(id), [id; 10]),
        hash: EnvelopeHash::of(&compact),
        kind: Kind::CheckIn,
        claimed_ms: 1_000 * i64::try_from(seq).unwrap(),
        compact,
    }
}

fn evidence(of: &NewRecord, cause: EvidenceCause) -> Evidence {
    Evidence {
        install: install_id(1),
        epoch: of.epoch,
        seq: of.seq,
        hash: of.hash,
        cause,
        received_ms: 9,
        compact: of.compact.clone(),
    }
}

fn stub(of: &NewRecord) -> StoredStub {
    StoredStub {
        install: install_id(1),
        epoch: of.epoch,
        seq: of.seq,
        stands_for: of.hash,
        reason: "bad_record".into(),
        received_ms: 8,
        compact: "stub".into(),
    }
}

/// A store with one person and one installation.
fn with_phone(make: &dyn Fn() -> Box<dyn Store>) -> Box<dyn Store> {
    let store = make();
    store
        .update(|tx| {
            tx.put_person(&person("1"))?;
            tx.put_installation(&installation(1, "1"))
        })
        .unwrap();
    store
}

macro_rules! suite {
    ($($case:ident),* $(,)?) => {
        mod memory {
            $(#[test] fn $case() { super::$case(&|| Box::new(super::MemoryStore::default())); })*
        }
        mod sqlite {
            $(#[test] fn $case() {
                let dir = tempfile::tempdir().unwrap();
                let made = std::cell::Cell::new(0);
                super::$case(&|| {
                    made.set(made.get() + 1);
                    Box::new(super::SqliteStore::open(dir.path().join(format!("{}.db", made.get()))).unwrap())
                });
            })*
        }
    };
}
suite!(
    a_failed_unit_of_work_leaves_nothing,
    a_unit_of_work_sees_its_own_writes_and_readers_only_whole_ones,
    records_come_back_byte_for_byte_in_chain_order,
    records_are_found_by_their_short_code,
    an_id_is_taken_once_for_each_installation,
    a_taken_place_is_never_overwritten,
    a_stub_holds_its_place_until_the_original_comes,
    a_proof_holds_a_free_place_until_the_original_comes,
    orders_are_open_until_they_are_closed,
    the_newest_serial_of_the_certificates_is_known,
    evidence_is_kept_once_and_fills_a_gap_only_for_a_taken_id,
    the_run_without_a_gap_ends_before_the_first_free_place,
    what_is_taken_of_each_epoch_is_counted,
    a_receipt_is_found_by_its_batch_and_dated_by_its_hash,
    the_highest_signed_time_never_falls,
    marks_and_packs_are_read_as_the_same_unit_of_work_left_them,
    a_clock_set_back_takes_marks_outages_and_sessions_with_it,
    a_clock_set_back_redates_what_was_noted_later_and_nothing_else,
    a_replayed_request_does_not_replace_a_later_witness,
    a_person_keeps_the_generation_through_an_import,
    generations_are_raised_and_new_people_begin_there,
    facts_and_rulings_are_added_and_cancelled_never_lost,
    turns_once_dealt_stay_until_they_are_dealt_anew,
    phones_invites_packs_and_assignments_come_back_as_stored,
    the_agency_its_logins_and_its_log_come_back_as_stored,
    outages_that_touch_are_joined,
    forms_are_found_by_person_and_date,
    what_people_ask_is_found_by_kind_person_and_time,
    decisions_are_added_and_never_lost,
    files_of_old_stores_grow_part_by_part_and_come_back_as_they_came,
    the_newest_report_of_a_phone_is_found_by_its_code_until_its_time_is_over,
);
