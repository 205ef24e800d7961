//! Processor time of threads: what others do on the machine meanwhile does not count.

use rustix::time::{ClockId, clock_gettime};
use std::fs;
use std::hint::black_box;
use std::time::Duration;

/// Between two looks at the clock.
const TURNS_AT_ONCE: u32 = 100;

/// Processor time that this thread has taken since it began.
#[must_use]
pub(crate) fn busy() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).expect("a thread has not begun in the future");
    Duration::from_secs(seconds)
        + Duration::from_nanos(u64::try_from(time.tv_nsec).expect("a part of a second"))
}

/// Nanoseconds of processor time that something takes, once it is warm, done over and over for so
/// long.
pub(crate) fn nanos<T>(measure: Duration, mut something: impl FnMut() -> T) -> f64 {
    let mut often = || (0..TURNS_AT_ONCE).for_each(|_| drop(black_box(something())));
    often();
    let (start, mut done) = (busy(), 0.0);
    loop {
        often();
        done += f64::from(TURNS_AT_ONCE);
        let spent = busy() - start;
        if spent >= measure {
            return spent.as_secs_f64() * 1e9 / done;
        }
    }
}

/// Processor time of the threads of this process whose names begin so.
pub(crate) fn busy_of(name: &str) -> Duration {
    busy_in("self", name)
}

/// The same of another process.
pub(crate) fn busy_of_thread(process: u32, name: &str) -> Duration {
    busy_in(&process.to_string(), name)
}

/// Processor time of all threads that a process has.
pub(crate) fn busy_of_process(process: u32) -> Duration {
    busy_in(&process.to_string(), "")
}

fn busy_in(process: &str, name: &str) -> Duration {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).expect("Linux tells it").flatten();
    let of = |task: fs::DirEntry| {
        let named = fs::read_to_string(task.path().join("comm")).ok()?;
        let spent = fs::read_to_string(task.path().join("schedstat")).ok()?;
        named.starts_with(name).then(|| spent.split(' ').next()?.parse::<u64>().ok())?
    };
    Duration::from_nanos(tasks.filter_map(of).sum())
}
