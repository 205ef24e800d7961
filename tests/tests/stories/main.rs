//! Stories of callers and agents, told with the program as it is shipped and with real phones.
//!
//! One program for all of them: they mostly listen and wait, so they are told side by side.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod abandoned;
mod agents;
mod browsers;
mod callbacks;
mod clock_set;
mod colleagues;
mod control;
mod demo;
mod doors;
mod exhaustion;
mod first_call;
mod fixed_at_start;
mod guesses;
mod guide;
mod guided;
mod handed_over;
mod hostile;
mod lamps;
mod leave;
mod ledger_faults;
mod ledger_tools;
mod linphone;
mod lossy_signalling;
mod messages_wait;
mod monitored;
mod networks;
mod noting;
mod over_tcp;
mod overflow;
mod overload;
mod power_failure;
mod programs;
mod quality;
mod recorded;
mod recovered;
mod refused;
mod rehearsed;
mod reloading;
mod repaired;
mod reports;
mod rolled_back;
mod rough;
mod secrets;
mod secure;
mod sound_paths;
mod surveyed;
mod torture;
mod traces;
mod transfers;
mod trunks;
mod two_lines;
mod voicemails;
mod who_calls;
