//! The HTTP surface: health, metrics and status, on a local port.
//!
//! | Path       | Answer                                             |
//! |------------|----------------------------------------------------|
//! | `/healthz` | 200 or 503, and a word for each part as JSON       |
//! | `/metrics` | Prometheus text                                    |
//! | `/status`  | the latest [`snapshot::Snapshot`] as JSON          |
//! | `/calls/ID/trace` | the SIP messages of a call as a ladder      |
//! | `/calls/ID/trace.pcap` | the same as a pcap file                |
//!
//! It reads what others have published and decides nothing. [`fetch_status`] is the other side of
//! `/status`, for `telefonist status`.

mod client;
mod connections;
mod guard;
mod health;
mod routes;
mod serve;
mod trace_form;

pub use client::{ClientError, fetch_status, fetch_trace};
pub use health::{Condition, Health};
pub use serve::{Shared, Trace, serve};
pub use trace::Numbers;
pub use trace_form::TraceForm;
