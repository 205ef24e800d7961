//! The HTTP surface: health, metrics, status and the API, on a local port and a control socket.
//!
//! | Path       | Answer                                             |
//! |------------|----------------------------------------------------|
//! | `/healthz` | 200 or 503, and a word for each part as JSON       |
//! | `/metrics` | Prometheus text                                    |
//! | `/status`  | the latest [`snapshot::Snapshot`] as JSON          |
//! | `/calls/ID/trace` | the SIP messages of a call as a ladder      |
//! | `/calls/ID/trace.pcap` | the same as a pcap file                |
//!
//! | `/api/v1/…` | what pages and integrations are built on; where tokens are set, and always over the control socket |
//!
//! It reads what others have published, hands commands over and decides nothing. [`fetch_status`] is the other side of
//! `/status`, for `telefonist status`.

mod client;
mod connections;
mod control;
mod feed;
mod guard;
mod health;
mod knock;
mod messages;
mod past;
mod problem;
mod queues_of;
mod recordings;
mod repeats;
mod routes;
mod serve;
mod tokens;
mod trace_form;
mod v1;

pub use client::{ClientError, fetch_status, fetch_trace};
pub use control::{
    Control, Editions, Explaining, Given, Giving, NotGiven, NotReloaded, PlanDesk, Reloaded,
    Reloading, Why,
};
pub use feed::{Feed, Teller};
pub use health::{Condition, Health};
pub use knock::{Knock, NoAnswer};
pub use messages::{Listing, Messages, Opening};
pub use past::{NoReport, Past, Recalling, Report, ReportWords, Reporting};
pub use queues_of::Memberships;
pub use recordings::{RecordingForm, Recordings};
pub use serve::{Shared, Trace, serve, serve_socket};
pub use tokens::{Scope, Token, Tokens};
pub use trace::Numbers;
pub use trace_form::TraceForm;
