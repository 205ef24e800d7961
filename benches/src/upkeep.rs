//! What a process takes of the machine as time goes on: bytes in memory, and open files.

use crate::figure::Figure;
use crate::memory::resident_bytes_of;
use std::fs;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Looks at it so often in all, and no more than ten times a second.
const LOOKS: u32 = 600;
const LOOK_MIN: Duration = Duration::from_millis(100);

/// The most that it took in a while.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Most {
    pub(crate) bytes: f64,
    /// Files and sockets.
    pub(crate) descriptors: f64,
}

impl Most {
    /// What it takes now.
    pub(crate) fn now(process: u32) -> Self {
        Self { bytes: resident_bytes_of(process), descriptors: descriptors_of(process) }
    }

    fn and(self, other: Self) -> Self {
        Self {
            bytes: self.bytes.max(other.bytes),
            descriptors: self.descriptors.max(other.descriptors),
        }
    }
}

/// What it took at first, and the most in each half of the time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Upkeep {
    pub(crate) before: Most,
    pub(crate) halves: [Most; 2],
}

impl Upkeep {
    /// Looks at a process for so long.
    pub(crate) fn watch(process: u32, length: Duration) -> JoinHandle<Self> {
        let before = Most::now(process);
        thread::spawn(move || {
            let began = Instant::now();
            let mut upkeep = Self { before, halves: [Most::default(); 2] };
            while began.elapsed() < length {
                let [first, second] = &mut upkeep.halves;
                let half = if began.elapsed() < length / 2 { first } else { second };
                *half = half.and(Most::now(process));
                thread::sleep((length / LOOKS).max(LOOK_MIN));
            }
            upkeep
        })
    }

    /// The most of the second half beside the most of the first.
    pub(crate) fn figures(&self, name: &str) -> [Figure; 2] {
        let [first, second] = self.halves;
        let mebibytes = |most: Most| most.bytes / f64::from(1 << 20);
        let name = |of: &str| format!("{name}.{of}");
        [
            Figure::beside(name("memory"), mebibytes(second), "MiB", mebibytes(first)),
            Figure::beside(name("open"), second.descriptors, "files", first.descriptors),
        ]
    }
}

/// Files and sockets that a process has open. Linux tells how many there are as the length of their folder since 6.2, and
/// before that each by itself.
fn descriptors_of(process: u32) -> f64 {
    let folder = format!("/proc/{process}/fd");
    let told = fs::metadata(&folder).map_or(0, |folder| folder.len());
    let count = || fs::read_dir(&folder).map_or(0, |files| files.count());
    let all = if told > 0 { usize::try_from(told).unwrap_or(usize::MAX) } else { count() };
    f64::from(u32::try_from(all).unwrap_or(u32::MAX))
}
