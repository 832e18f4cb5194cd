//! Processor time: what work costs, however busy the machine is otherwise.

use std::{collections::BTreeMap, fs, time::Duration};

use rustix::time::{ClockId, clock_gettime};

/// Processor time of this process so far.
pub(crate) fn process_time() -> Duration {
    time_of(ClockId::ProcessCPUTime)
}

/// Processor time of this thread so far.
pub(crate) fn thread_time() -> Duration {
    time_of(ClockId::ThreadCPUTime)
}

fn time_of(clock: ClockId) -> Duration {
    let now = clock_gettime(clock);
    // Neither is ever negative for these clocks.
    Duration::new(u64::try_from(now.tv_sec).unwrap_or(0), u32::try_from(now.tv_nsec).unwrap_or(0))
}

/// Processor time so far of the threads that live, by their names, where Linux tells it (`/proc/self/task/*/schedstat`).
pub(crate) fn threads() -> BTreeMap<String, Duration> {
    let mut spent = BTreeMap::new();
    for thread in fs::read_dir("/proc/self/task").into_iter().flatten().flatten() {
        let read = |file: &str| fs::read_to_string(thread.path().join(file)).ok();
        // A thread that ended meanwhile has neither.
        let (Some(name), Some(times)) = (read("comm"), read("schedstat")) else { continue };
        let nanos = times.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0);
        *spent.entry(name.trim_end().to_owned()).or_default() += Duration::from_nanos(nanos);
    }
    spent
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_costs_processor_time_of_its_thread_and_of_the_process() {
        let (thread, process) = (thread_time(), process_time());
        let mut sum = 0_u64;
        while thread_time() == thread {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
        assert!(process_time() > process);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn threads_are_told_by_their_names() {
        let (tell, told) = std::sync::mpsc::channel();
        let (begin, begun) = std::sync::mpsc::channel();
        let named = std::thread::Builder::new().name("hadir-named".into());
        let work = move || {
            begin.send(()).unwrap();
            told.recv().unwrap();
        };
        let thread = named.spawn(work).unwrap();
        // A thread takes its name itself, so it has one only once it runs.
        begun.recv().unwrap();
        assert!(threads().contains_key("hadir-named"));
        tell.send(()).unwrap();
        thread.join().unwrap();
    }
}
