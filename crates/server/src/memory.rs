//! The memory of this process: how much it has, and how much there is for it.

use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How often it is looked at.
const LOOKED_EVERY: Duration = Duration::from_millis(500);

/// Memory belongs to the process, and so does how much it is.
static IN_USE: AtomicU64 = AtomicU64::new(0);

/// How much the process had when it was last looked at, in bytes. Reads no file.
pub(crate) fn in_use() -> u64 {
    IN_USE.load(Ordering::Relaxed)
}

/// Looks at it for as long as the process lives.
pub(crate) async fn watch() {
    let mut ticks = tokio::time::interval(LOOKED_EVERY);
    loop {
        ticks.tick().await;
        if let Some(bytes) = resident(&fs::read_to_string("/proc/self/status").unwrap_or_default())
        {
            IN_USE.store(bytes, Ordering::Relaxed);
            #[expect(clippy::cast_precision_loss, reason = "a gauge need not be exact")]
            metrics::gauge!("memory_bytes").set(bytes as f64);
        }
    }
}

/// How much there is for this process: that of its control group (cgroup v2), or of the machine. None where neither says it.
pub(crate) fn there_is() -> Option<u64> {
    let group = fs::read_to_string("/sys/fs/cgroup/memory.max").ok();
    let group = group.and_then(|max| max.trim().parse().ok());
    let machine = fs::read_to_string("/proc/meminfo").ok();
    let machine = machine.and_then(|text| kibibytes(&text, "MemTotal:"));
    group.into_iter().chain(machine).min()
}

fn resident(status: &str) -> Option<u64> {
    kibibytes(status, "VmRSS:")
}

/// The figure of a line such as `VmRSS:      8120 kB`, in bytes.
fn kibibytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let figure: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    figure.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_read_as_the_kernel_writes_it() {
        let status = "Name:\ttelefonist\nVmHWM:\t    9000 kB\nVmRSS:\t    8120 kB\n";
        assert_eq!(resident(status), Some(8_120 * 1024));
        assert_eq!(resident("Name:\ttelefonist\n"), None);
        assert_eq!(resident("VmRSS:\t8120\n"), None);
    }

    #[test]
    fn there_is_more_than_this_test_has() {
        let own = resident(&fs::read_to_string("/proc/self/status").unwrap()).unwrap();
        assert!(there_is().unwrap() > own);
    }
}
