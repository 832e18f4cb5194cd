//! The protocol without sockets: requests against a desk over a store.

mod bad_batches;
mod batches;
mod clock;
mod enrolment;
mod help;
mod invites;
mod requests;
mod restored;

use std::sync::Arc;

use hadir_core::{
    envelope::{SigningKey, sign},
    model::{Body, EntryVerdict, EpochCause, EpochStart, HealthForm, Link, Sealed},
    wire::{
        Assignment, AssignmentAnswer, EnrolAnswer, Outcome, PacksAnswer, ProblemCode, Receipt, TimeToken, TokenAnswer,
        outcomes_digest,
    },
};
use proptest::prelude::*;

use super::*;
use crate::{
    limits::{BATCH_OBJECTS, BATCH_UNPACKED_BYTES, OBJECT_BYTES, RATE_BURST},
    store::{EvidenceCause, MemoryStore, Revocation, Span, SqliteStore, Store, StoreExt as _, Totals},
    testing::{
        Bench, MONDAY_MS, Phone, code_of, gzip, head, lines, opened, person_id, problem, receipt, server_keys, trust,
    },
};

fn bench() -> Bench {
    Bench::new(Arc::new(MemoryStore::default()))
}

fn totals(bench: &Bench) -> Totals {
    bench.store.query(|read| read.totals()).unwrap()
}

fn outcomes(answer: &HttpOut) -> Vec<Outcome> {
    receipt(answer).outcomes.iter().map(|line| line.outcome).collect()
}
