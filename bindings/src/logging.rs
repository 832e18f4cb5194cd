//! The log hook: a shell asks for the newest lines and hands them to the platform's log. The core calls nobody for it.

use std::{
    collections::VecDeque,
    sync::{Mutex, Once, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

/// How many lines are kept.
const KEPT: usize = 256;

/// How much a line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum LogLevel {
    /// Something does not work, and somebody should look.
    Error,
    /// Something did not go as it should; Hadir goes on by itself.
    Warning,
    /// What happened.
    Info,
}

/// One line, in English, without personal data: no name, number, place, answer, key or code stands in it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct LogLine {
    /// Its number within this process, from 1.
    pub number: u64,
    /// When, by the phone's clock, milliseconds since 1970.
    pub at_ms: i64,
    /// How much it matters.
    pub level: LogLevel,
    /// What happened.
    pub text: String,
}

/// The lines after a number, oldest first: 0 for all that are kept, which are the newest 256 of this process, of every engine in it.
/// Costs a few microseconds, waits for nothing, and may be called from any thread. Lines are kept from the first engine that was opened on.
#[uniffi::export]
#[must_use]
pub fn log_lines(after: u64) -> Vec<LogLine> {
    KEEPER.lines(after)
}

/// Takes the core's lines from now on, unless another logger of this process does already.
pub(crate) fn keep() {
    static KEEPING: Once = Once::new();
    KEEPING.call_once(|| {
        if log::set_logger(&KEEPER).is_ok() {
            log::set_max_level(log::LevelFilter::Info);
        }
    });
}

static KEEPER: Keeper = Keeper(Mutex::new(Lines { last: 0, kept: VecDeque::new() }));

struct Keeper(Mutex<Lines>);

struct Lines {
    last: u64,
    kept: VecDeque<LogLine>,
}

impl Keeper {
    fn lines(&self, after: u64) -> Vec<LogLine> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.kept.iter().filter(|line| line.number > after).cloned().collect()
    }

    fn add(&self, level: LogLevel, text: String) {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let at_ms = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.last += 1;
        let number = lines.last;
        if lines.kept.len() == KEPT {
            lines.kept.pop_front();
        }
        lines.kept.push_back(LogLine { number, at_ms, level, text });
    }
}

impl log::Log for Keeper {
    /// The core's own alone: what libraries under it say was written for others, and may name a server.
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.target() == hadir_core::LOG && metadata.level() <= log::Level::Info
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            let level = match record.level() {
                log::Level::Error => LogLevel::Error,
                log::Level::Warn => LogLevel::Warning,
                _ => LogLevel::Info,
            };
            self.add(level, record.args().to_string());
        }
    }

    fn flush(&self) {}
}

#[cfg(test)]
mod tests {
    use log::Log as _;

    use super::*;

    fn keeper() -> Keeper {
        Keeper(Mutex::new(Lines { last: 0, kept: VecDeque::new() }))
    }

    #[test]
    fn the_newest_lines_are_kept_and_asked_for_by_number() {
        let keeper = keeper();
        for number in 1..=300 {
            keeper.add(LogLevel::Info, format!("line {number}"));
        }
        let all = keeper.lines(0);
        assert_eq!((all.len(), all[0].number, all[0].text.as_str()), (KEPT, 45, "line 45"));
        let new: Vec<String> = keeper.lines(298).into_iter().map(|line| line.text).collect();
        assert_eq!(new, ["line 299", "line 300"]);
        assert_eq!(keeper.lines(300), []);
    }

    #[test]
    fn only_the_cores_own_lines_are_taken() {
        let keeper = keeper();
        for (target, level) in
            [("hadir", log::Level::Warn), ("hadir", log::Level::Debug), ("rustls", log::Level::Error)]
        {
            keeper.log(&log::Record::builder().target(target).level(level).args(format_args!("said")).build());
        }
        let lines = keeper.lines(0);
        assert_eq!((lines.len(), lines[0].level), (1, LogLevel::Warning));
    }
}
