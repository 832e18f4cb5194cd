//! `--trace`: what the core tells of itself, line by line, on the error output.

use std::io::{self, Write};

struct Trace;

impl log::Log for Trace {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.target() == hadir_core::LOG
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            // A closed standard error leaves nowhere to say so.
            let _ = writeln!(io::stderr().lock(), "trace: {}", record.args());
        }
    }

    fn flush(&self) {}
}

/// Prints the core's lines from now on.
pub(super) fn begin() {
    // Once a process: another logger can't have been there before.
    if log::set_logger(&Trace).is_ok() {
        log::set_max_level(log::LevelFilter::Info);
    }
}
