//! RTP headers (RFC 3550), telephone events (RFC 4733) and G.711.
//!
//! A grammar crate: bytes become values and values bytes. It knows no socket and no clock, takes
//! any octets without panicking, and allocates nothing.

mod event_detector;
pub mod g711;
mod header;
mod sequence;
mod telephone_event;

pub use event_detector::EventDetector;
pub use header::{HEADER_LEN, Header, is_rtcp};
pub use sequence::{Heard, Sequence};
pub use telephone_event::{TELEPHONE_EVENT_LEN, TelephoneEvent};
