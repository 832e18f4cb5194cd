//! What stands around every call: nothing panics across the border, and nothing runs on a closed engine.

use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe},
    sync::Once,
};

thread_local! {
    /// Where the panic on this thread began, while a guarded call unwinds.
    static PLACE: Cell<Option<String>> = const { Cell::new(None) };
}

/// Notes where panics begin; what another hook did before, it still does.
fn watch() {
    static WATCHING: Once = Once::new();
    WATCHING.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let place = info.location().map(|at| format!("{}:{}", short(at.file()), at.line()));
            // A thread that is being torn down has no place to note it; the panic is caught all the same.
            let _ = PLACE.try_with(|noted| noted.set(place));
            before(info);
        }));
    });
}

/// The last parts of a source path: whose machine built it is nobody's business.
fn short(path: &str) -> &str {
    let mut cuts = path.rmatch_indices(['/', '\\']).map(|(at, _)| at + 1);
    cuts.nth(2).map_or(path, |from| &path[from..])
}

/// Runs `work`; a panic in it becomes its place.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    watch();
    // The engine's locks are taken again after a panic: what they guard is the state of the last commit, which is whole.
    panic::catch_unwind(AssertUnwindSafe(work))
        .map_err(|_| PLACE.with(Cell::take).unwrap_or_else(|| "unknown".to_owned()))
        .inspect_err(|place| log::error!(target: hadir_core::LOG, "a fault at {place}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_its_place_and_the_next_call_goes_on() {
        let place = guarded(|| -> u8 { panic!("a fault") }).unwrap_err();
        assert!(place.starts_with("bindings/src/guard.rs:") || place.contains("src/guard.rs:"), "{place}");
        assert_eq!(guarded(|| 7), Ok(7));
    }

    #[test]
    fn paths_are_cut_to_what_is_ours() {
        assert_eq!(short("/home/somebody/hadir/core/src/engine/act.rs"), "src/engine/act.rs");
        assert_eq!(short("lib.rs"), "lib.rs");
    }
}
