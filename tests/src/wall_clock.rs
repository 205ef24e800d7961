//! Another wall clock than that of the machine, by libfaketime: a call on Christmas Eve is made in March as well.
//! The clock that timers go by stays as it is.

use jiff::Timestamp;
use jiff::civil::DateTime;
use std::fs;
use std::path::{Path, PathBuf};

/// The zone of every site that is called at another time.
const ZONE: &str = "Europe/Stockholm";

/// The moment that somebody in the zone of every site calls so: `2026-12-24 10:00`.
///
/// # Panics
/// If this is no moment.
pub(crate) fn moment(at: &str) -> Timestamp {
    let at: DateTime = at.parse().unwrap_or_else(|error| panic!("{at}: {error}"));
    at.in_tz(ZONE).expect("this zone is known").timestamp()
}

/// What a program finds in its environment for which it is this moment.
///
/// # Panics
/// If libfaketime is not installed, with the remedy.
pub(crate) fn showing(at: Timestamp) -> [(&'static str, String); 4] {
    [
        ("LD_PRELOAD", library().display().to_string()),
        ("FAKETIME", at.strftime("@%Y-%m-%d %H:%M:%S").to_string()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        // In which libfaketime reads what it is told.
        ("TZ", "UTC".to_owned()),
    ]
}

/// What a program finds in its environment whose wall clock is set by what stands in a file, such as `+3h`, at any time.
///
/// # Panics
/// If libfaketime is not installed, with the remedy.
pub(crate) fn set_by(file: &Path) -> [(&'static str, String); 4] {
    [
        ("LD_PRELOAD", library().display().to_string()),
        ("FAKETIME_TIMESTAMP_FILE", file.display().to_string()),
        // It looks at the file each time that somebody asks for the time.
        ("FAKETIME_NO_CACHE", "1".to_owned()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
    ]
}

/// Debian has it in the folder of the machine's kind.
fn library() -> PathBuf {
    let kinds = fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let files = kinds.map(|kind| kind.path().join("faketime/libfaketimeMT.so.1"));
    let file = files.into_iter().find(|file| file.is_file());
    file.expect("libfaketime is missing: `cargo xtask test` installs what tests need")
}
