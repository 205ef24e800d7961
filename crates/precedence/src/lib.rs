//! Which threads have their turn first, where the system lets us say so.
//!
//! What shares the cores with a thread that sleeps most of the time and is due at once when it wakes keeps it waiting for as
//! long as threads are let run in a row: some milliseconds for each that is before it. Linux has a niceness for each thread
//! (`setpriority(2)`), which whoever starts us allows (`LimitNICE=` of systemd, `RLIMIT_NICE`).
//!
//! It counts among the threads of a group alone. Groups are those of control (`cgroups(7)`), whose turn is a matter of their weight
//! (`CPUWeight=` of systemd), and otherwise those of each session (`sched(7)`, *The autogroup feature*): there a compiler in another terminal
//! has as much of the processor as all of us.

use std::fs;
use std::path::Path;
use std::sync::Once;

/// Where groups of the newer kind are.
const CONTROL: &str = "/sys/fs/cgroup";

/// What a thread is for, the first in turn first. Threads that ask for nothing come after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precedence {
    /// Sound, which is due each few milliseconds and takes little.
    Sound,
    /// Signalling, which a caller or an agent waits for: before what is written down of it, and before what is shown.
    Calls,
}

impl Precedence {
    /// As little as is enough: below are the threads of the system itself.
    const fn nice(self) -> i32 {
        match self {
            Self::Sound => -11,
            Self::Calls => -6,
        }
    }

    /// Asks for it on behalf of the thread that calls; who may not have it goes on without.
    pub fn take(self) {
        static TOLD: Once = Once::new();
        // On Linux `None` is the thread alone.
        if let Err(error) = rustix::process::setpriority_process(None, self.nice()) {
            TOLD.call_once(|| {
                tracing::info!(%error, "sound and calls have their turn like all else: LimitNICE=-11 lets them go first");
            });
        } else if sessions_are_groups() {
            TOLD.call_once(|| {
                tracing::info!(
                    "sound and calls go first among what was started in this session alone: `sysctl kernel.sched_autogroup_enabled=0`, \
                     or a service of systemd with CPUWeight=, lets them go before all else"
                );
            });
        }
    }
}

/// Whether each session has as much of the processor as any other, and we are in no group but that.
fn sessions_are_groups() -> bool {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let has_weight = |group: &Path| Path::new(CONTROL).join(group).join("cpu.weight").exists();
    are_groups(
        &read("/proc/sys/kernel/sched_autogroup_enabled"),
        &read("/proc/self/cgroup"),
        has_weight,
    )
}

fn are_groups(enabled: &str, of_control: &str, has_weight: impl Fn(&Path) -> bool) -> bool {
    // A line is `number:controllers:path`. Of the newer kind there are no controllers: there a group, or one that it is in, has a weight
    // where the processor is shared by groups.
    let is_of_none = |line: &str| {
        let mut parts = line.splitn(3, ':').skip(1);
        let (controllers, path) = (parts.next().unwrap_or_default(), parts.next());
        let path = path.unwrap_or_default().trim_start_matches('/');
        if controllers.is_empty() {
            let groups = Path::new(path).ancestors().filter(|group| !group.as_os_str().is_empty());
            !groups.into_iter().any(&has_weight)
        } else {
            path.is_empty() || !controllers.split(',').any(|it| it == "cpu")
        }
    };
    enabled.trim() == "1" && of_control.lines().all(is_of_none)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::thread;

    fn nice() -> i32 {
        rustix::process::getpriority_process(None).expect("a thread knows its own")
    }

    #[test]
    fn a_thread_goes_first_alone_or_goes_on_as_it_was() {
        let before = nice();
        let raised = thread::spawn(|| {
            Precedence::Calls.take();
            nice()
        });
        let raised = raised.join().expect("it does not panic");
        assert!(raised == -6 || raised == before, "{raised}");
        assert_eq!(nice(), before, "nobody else's turn has changed");
    }

    #[test]
    fn sessions_are_groups_where_they_are_enabled_and_we_are_in_no_other_group() {
        let none = |_: &Path| false;
        let older = "3:cpu,cpuacct:/\n2:memory:/some\n0::/\n";
        assert!(are_groups("1\n", older, none) && are_groups("1\n", "0::/\n", none));
        assert!(!are_groups("0\n", older, none) && !are_groups("", older, none));
        assert!(!are_groups("1\n", "3:cpu,cpuacct:/some\n0::/\n", none));
        let service = "0::/system.slice/telefonist.service\n";
        assert!(are_groups("1\n", service, none), "the processor is not shared by groups");
        assert!(!are_groups("1\n", service, |group| group == Path::new("system.slice")));
    }
}
