//! What the process takes in memory.

/// Bytes of this process in memory.
#[must_use]
pub(crate) fn resident_bytes() -> f64 {
    resident_bytes_of(std::process::id())
}

/// Bytes of a process in memory, from `/proc`, in whole pages.
///
/// # Panics
/// Where there is no `/proc`: these figures are measured on Linux.
#[must_use]
pub(crate) fn resident_bytes_of(process: u32) -> f64 {
    const PAGE: f64 = 4_096.0;
    let statm = std::fs::read_to_string(format!("/proc/{process}/statm")).expect("Linux tells it");
    let pages = statm.split_whitespace().nth(1).and_then(|pages| pages.parse::<f64>().ok());
    pages.expect("the second word is a number") * PAGE
}
