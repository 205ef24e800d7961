//! The harness of the end-to-end tests: the program as it is shipped, and phones around it.
//!
//! [`Server`] runs `telefonist serve` on a [`Site`] of the test's own and looks at it from outside:
//! by HTTP, by the command line and by its ledger. [`Baresip`], [`Linphone`] and [`Sipp`] are phones
//! that nobody here wrote; `softphone` stands in where those cannot do what a story needs. What was heard is a
//! [`Sound`], and [`Sound::find_in`] says whether it is the sound it should be.
//!
//! Whatever a server says in SIP is judged by `sip-audit`, and a breach fails the story when the server
//! ends ([`Site::unaudited`] is for those that nobody can judge).
//!
//! Nothing here sleeps and then hopes: [`wait::until`] looks again and again, with much time, and
//! says what it waited for. Ports are free ones, never fixed. Programs are ended when their handle
//! is dropped, and show their last words when a test fails.
#![allow(
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "where something is not as it should be, a harness has to panic: that fails the test"
)]

pub mod as_simulated;
pub mod http;
pub mod made_up;
pub mod ports;
pub mod soft;
pub mod wait;
pub mod wireshark;

mod auditing;
mod authority;
mod baresip;
mod books;
mod browser;
mod caller_sound;
mod commit_gate;
mod copied;
mod crm;
mod disk_fault;
mod hep;
mod hold;
mod kamailio;
mod kill_point;
mod ledger_lock;
mod linphone;
mod lossy_path;
mod nat;
mod program;
mod running;
mod server;
mod sipp;
mod site;
mod sound;
mod status;
mod wal;
mod wall_clock;

pub use authority::{Authority, Certificate};
pub use baresip::{Baresip, PhoneSetup, Picks, Registers};
pub use books::{Books, Written};
pub use browser::{Browser, Desk};
pub use caller_sound::CallerSound;
pub use commit_gate::CommitGate;
pub use crm::{Crm, Question};
pub use disk_fault::{DiskFault, Faulty};
pub use hep::HepCopy;
pub use kamailio::{Customer, Kamailio};
pub use kill_point::KillPoint;
pub use ledger_lock::LedgerLock;
pub use linphone::{Keys, Linphone};
pub use lossy_path::{Fates, LossyPath};
pub use nat::Nat;
pub use program::{Ran, program, run, run_with};
pub use running::{Running, Signal};
pub use server::Server;
pub use sipp::{Sipp, SippAgent, SippCall, SippWorld};
pub use site::Site;
pub use sound::{Found, Sound, prompt};
pub use status::Status;
