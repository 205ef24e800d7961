//! RTP headers and RTCP (RFC 3550), telephone events (RFC 4733), G.711 and G.722, what packets of Opus say of themselves, and how well a stream arrives.
//!
//! A grammar crate: bytes become values and values bytes. It knows no socket and no clock, takes
//! any octets without panicking, and allocates nothing.
//!
//! ```
//! use rtp::{EventDetector, Header, TelephoneEvent};
//!
//! let header = Header { payload_type: 101, timestamp: 8_000, ..Header::default() };
//! let key = TelephoneEvent { event: 5, end: false, volume: 10, duration: 160 };
//! let packet = [&header.encode()[..], &key.encode()].concat();
//!
//! let (header, payload) = Header::parse(&packet).expect("it is RTP");
//! let key = TelephoneEvent::parse(&packet[payload]).expect("it is an event");
//! let mut detector = EventDetector::default();
//! assert_eq!(detector.hear(header.ssrc, header.timestamp, key), Some(5));
//! assert_eq!(detector.hear(header.ssrc, header.timestamp, key), None, "a press is told once");
//! ```

mod event_detector;
pub mod g711;
pub mod g722;
mod header;
pub mod opus;
pub mod quality;
pub mod rtcp;
mod sequence;
mod telephone_event;
mod tones;

pub use event_detector::EventDetector;
pub use header::{HEADER_LEN, Header, is_rtcp, payload_start};
pub use sequence::{Heard, LATE_MAX, Sequence};
pub use telephone_event::{TELEPHONE_EVENT_LEN, TelephoneEvent};
pub use tones::ToneDetector;
