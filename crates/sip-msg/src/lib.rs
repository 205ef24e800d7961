//! SIP messages: bytes to values and back (RFC 3261 §7, §25).
//!
//! [`parse()`] takes one datagram and answers with a [`Message`] whose mandatory parts (start line,
//! Via, From, To, Call-ID, `CSeq`, Max-Forwards, body length) are values that upper layers may
//! trust, or with a [`Reject`] that says what is wrong and, where there is someone to tell, what to
//! send back. [`Framer`] cuts a byte stream into such datagrams.
//!
//! What stays true here:
//! - Hostile bytes never panic, and cost at most time linear in their number.
//! - Parts are slices of the datagram, shared and not copied; a value kept for long should be
//!   [`Text::detached`] from it.
//! - Bytes that are not UTF-8 are kept as they came, and go out as they came.
//! - Nothing that is printed can break out of its line: a CR or LF inside a value leaves as a space.
//! - `parse(message.to_bytes())` gives the same message, as long as it keeps to the limits.
//!
//! ```
//! use sip_msg::{Message, Method, StatusCode, parse};
//!
//! let datagram = "OPTIONS sip:bo@example.net SIP/2.0\r\n\
//!     Via: SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bK-1\r\n\
//!     From: <sip:ana@example.net>;tag=a1\r\n\
//!     To: <sip:bo@example.net>\r\n\
//!     Call-ID: 7f3c@192.0.2.7\r\n\
//!     CSeq: 21 OPTIONS\r\n\r\n";
//! let Ok(Message::Request(request)) = parse(datagram.into()) else { panic!("it is a request") };
//! assert_eq!(request.method, Method::Options);
//! let answer = request.reply(StatusCode::OK).to_bytes();
//! assert!(answer.starts_with(b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.7:5062;"));
//! ```

mod cursor;
mod framer;
mod headers;
mod host;
mod lexer;
mod limits;
mod lines;
mod malformed;
mod message;
mod method;
mod name;
mod name_addr;
mod params;
mod params_read;
mod parse;
mod print;
mod reject;
mod status;
mod text;
mod uri;
mod uri_headers;
mod via;

pub use framer::{Frame, FrameError, Framer};
pub use headers::{Contacts, Header, Headers};
pub use host::Host;
pub use limits::{
    CSEQ_MAX, HEADER_BYTES_MAX, HEADERS_MAX, MESSAGE_BYTES_MAX, PARAMS_MAX, URI_BYTES_MAX, VIA_MAX,
};
pub use malformed::Malformed;
pub use message::{Message, Request, Response};
pub use method::Method;
pub use name::Name;
pub use name_addr::NameAddr;
pub use params::Params;
pub use parse::parse;
pub use reject::{Reject, RejectReason, ReplyTo};
pub use status::StatusCode;
pub use text::Text;
pub use uri::{Scheme, Uri};
pub use via::Via;
