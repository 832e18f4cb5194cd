//! Power cuts at every disk operation of random days, on a disk that loses and tears whatever was not synced.

use proptest::prelude::*;

use super::*;
use crate::{
    journal::Warning,
    ports::disk::model::{Cut, Fault},
};

#[derive(Debug, Clone)]
enum Act {
    /// A commit of frames with bodies of these lengths.
    Commit(Vec<usize>),
    Roll,
    Maintain,
    Reopen,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        6 => proptest::collection::vec(4usize..900, 1..4).prop_map(Act::Commit),
        1 => proptest::collection::vec(4usize..6000, 1..3).prop_map(Act::Commit),
        1 => Just(Act::Roll),
        2 => Just(Act::Maintain),
        1 => Just(Act::Reopen),
    ];
    proptest::collection::vec(act, 1..10)
}

/// One commit's ids, in order. A body is its id, then filler that follows from it.
type Ids = Vec<u32>;

fn body(id: u32, len: usize) -> Vec<u8> {
    let mut bytes = id.to_le_bytes().to_vec();
    bytes.resize(len.max(4), id as u8 ^ 0x5a);
    bytes
}

fn id_of(bytes: &[u8]) -> u32 {
    let id = u32::from_le_bytes(*bytes.first_chunk().unwrap());
    assert_eq!(bytes, body(id, bytes.len()), "half a body, or another's");
    id
}

fn encode(state: &[u32]) -> Vec<u8> {
    state.iter().flat_map(|id| id.to_le_bytes()).collect()
}

fn state_of(opened: &Opened) -> Ids {
    let snapshot = opened.snapshot.as_deref().unwrap_or_default();
    let before = snapshot.chunks(4).map(|id| u32::from_le_bytes(id.try_into().unwrap()));
    before.chain(opened.frames.iter().map(|frame| id_of(&frame.body))).collect()
}

/// What a program that ran until the disk died knows.
#[derive(Default, Debug)]
struct Known {
    /// The engine's state: what it was given back and what it committed since.
    state: Ids,
    acknowledged: Ids,
    /// Commits that failed since the last acknowledged one.
    in_doubt: Vec<Ids>,
}

impl Known {
    /// Takes what an open gave back as what there is, unless it said itself that it could not make sure; then only the
    /// next commit makes sure of it.
    fn learn(&mut self, opened: &Opened) {
        self.state = state_of(opened);
        if !opened.report.warnings.iter().any(|warning| matches!(warning, Warning::NotSynced(_))) {
            self.acknowledged.clone_from(&self.state);
            self.in_doubt.clear();
        }
    }
}

/// Plays `acts` until the disk dies, keeping a state as the engine does.
fn play(bench: &Bench, acts: &[Act], known: &mut Known) {
    let mut journal = match bench.open() {
        Ok((journal, opened)) => {
            known.learn(&opened);
            journal
        }
        Err(_) => match bench.create_with(b"") {
            Ok(journal) => journal,
            Err(_) => return,
        },
    };
    let mut next_id = known.acknowledged.iter().chain(known.in_doubt.iter().flatten()).max().map_or(0, |id| id + 1);
    for act in acts {
        match act {
            Act::Commit(lens) => {
                let ids: Ids = (next_id..).take(lens.len()).collect();
                next_id += lens.len() as u32;
                let bodies: Vec<_> = ids.iter().zip(lens).map(|(id, len)| body(*id, *len)).collect();
                let entries: Vec<_> = bodies.iter().map(|body| Entry { kind: FrameKind::Record, body }).collect();
                if journal.commit(&entries, || encode(&known.state)).is_ok() {
                    known.state.extend(ids);
                    known.acknowledged.clone_from(&known.state);
                    known.in_doubt.clear();
                } else {
                    known.in_doubt.push(ids);
                }
            }
            Act::Roll => {
                if journal.roll(&encode(&known.state)).is_ok() {
                    known.acknowledged.clone_from(&known.state);
                    known.in_doubt.clear();
                }
            }
            Act::Maintain => {
                let _ = journal.maintain();
            }
            Act::Reopen => {
                drop(journal);
                let Ok((again, opened)) = bench.open() else { return };
                check(&opened, known);
                known.learn(&opened);
                journal = again;
            }
        }
    }
}

/// Everything acknowledged is there, in order; beyond it at most whole commits that failed last.
fn check(opened: &Opened, known: &Known) {
    let state = state_of(opened);
    let rest =
        state.strip_prefix(known.acknowledged.as_slice()).unwrap_or_else(|| panic!("{known:?}, found {state:?}"));
    let mut rest = rest.to_vec();
    for commit in &known.in_doubt {
        if let Some(after) = rest.strip_prefix(commit.as_slice()) {
            rest = after.to_vec();
        }
    }
    assert!(rest.is_empty(), "neither acknowledged nor a whole commit: {rest:?} of {known:?}");
}

/// How the program ended.
#[derive(Debug, Clone, Copy)]
enum End {
    PowerCut(Cut),
    /// The process alone: the system still has everything that was written.
    Killed,
}

fn ends(seed: u64) -> [End; 5] {
    let tears = |seed| End::PowerCut(Cut::Tears(seed));
    [
        End::PowerCut(Cut::LosesAll),
        End::PowerCut(Cut::KeepsAll),
        End::Killed,
        tears(seed),
        tears(seed.wrapping_mul(31) + 7),
    ]
}

/// Plays `acts` with the disk dying at every operation in turn, then `later`, then cuts the power.
fn survives(acts: &[Act], later: &[Act], faults: &[(u64, Fault)], seed: u64) {
    let start = || {
        let bench = Bench::new();
        faults.iter().for_each(|(nth, fault)| bench.disk.fail(*nth, *fault));
        bench
    };
    let total = {
        let bench = start();
        play(&bench, acts, &mut Known::default());
        bench.disk.operations()
    };
    for nth in 0..=total {
        for end in ends(seed.wrapping_add(nth)) {
            let bench = start();
            bench.disk.die(nth);
            let mut known = Known::default();
            play(&bench, acts, &mut known);
            match end {
                End::PowerCut(cut) => bench.disk.power_cut(cut),
                End::Killed => bench.disk.process_killed(),
            }
            look(&bench, &mut known);
            play(&bench, later, &mut known);
            bench.disk.power_cut(if let End::PowerCut(cut) = end { cut } else { Cut::LosesAll });
            look(&bench, &mut known);
        }
    }
}

/// Opens and checks that everything known is there, in the state and in the history.
fn look(bench: &Bench, known: &mut Known) {
    match bench.open() {
        Ok((journal, opened)) => {
            check(&opened, known);
            let told: Ids = history_bodies(&journal).iter().map(|body| id_of(body)).collect();
            assert_eq!(told, state_of(&opened), "history and state agree");
            known.learn(&opened);
        }
        Err(JournalError::NoStore) => assert!(known.acknowledged.is_empty(), "{known:?}"),
        Err(error) => panic!("does not open: {error}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]

    #[test]
    fn everything_acknowledged_survives_a_power_cut_or_a_kill_at_every_operation(acts in acts(), later in acts(), seed: u64) {
        survives(&acts, &later, &[], seed);
    }

    #[test]
    fn everything_acknowledged_survives_failing_operations_and_then_a_power_cut(
        acts in acts(),
        later in acts(),
        faults in proptest::collection::vec(
            (0u64..60, prop_oneof![Just(Fault::Io), Just(Fault::Full), Just(Fault::ReadOnly), Just(Fault::Short)]), 1..6),
        seed: u64,
    ) {
        survives(&acts, &later, &faults, seed);
    }
}

#[test]
fn a_create_that_was_interrupted_anywhere_can_be_done_again() {
    survives(&[], &[Act::Commit(vec![100]), Act::Commit(vec![4000])], &[], 1);
}
