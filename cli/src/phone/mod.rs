//! `hadir phone`: a phone on the command line.

use std::path::{Path, PathBuf};

/// Where the engine keeps its store below a phone's directory.
pub(crate) fn store_dir(dir: &Path) -> PathBuf {
    dir.join("store")
}

/// The mark of this boot: with a clock file, the file stands for the machine.
pub(crate) fn boot_mark(clock: Option<&Path>) -> Option<String> {
    clock.map(|path| format!("clock file {}", path.display()))
}
