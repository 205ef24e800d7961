//! Messages written the way they read best.

use bytes::Bytes;
use sip_msg::{Message, Reject, Request, parse};

/// The text as a datagram: its line ends become CRLF, and a head without an empty line gets one.
pub(crate) fn datagram(text: &str) -> Bytes {
    let mut text = text.trim_start().replace('\n', "\r\n");
    if !text.contains("\r\n\r\n") {
        text.truncate(text.trim_end_matches("\r\n").len());
        text.push_str("\r\n\r\n");
    }
    Bytes::from(text)
}

/// Reads a message, which must be one.
pub(crate) fn read(text: &str) -> Message {
    parse(datagram(text)).unwrap_or_else(|reject| panic!("{reject}: {text}"))
}

/// Reads a request, which must be one.
#[allow(dead_code, reason = "not every test file needs it")]
pub(crate) fn request(text: &str) -> Request {
    match read(text) {
        Message::Request(request) => request,
        Message::Response(_) => panic!("a response: {text}"),
    }
}

/// Reads what must be refused.
#[allow(dead_code, reason = "not every test file needs it")]
pub(crate) fn refused(text: &str) -> Reject {
    parse(datagram(text)).expect_err(text)
}

/// An OPTIONS with one of its lines replaced, or taken away, or with further lines.
/// Lines with an empty one among them bring a body.
#[allow(dead_code, reason = "not every test file needs it")]
pub(crate) fn options_with(name: &str, lines: &str) -> String {
    const OPTIONS: &str = "
OPTIONS sip:bo@example.net SIP/2.0
Via: SIP/2.0/UDP 198.51.100.7:5062;branch=z9hG4bK-one
Max-Forwards: 70
From: \"Ana\" <sip:ana@example.net>;tag=a1
To: <sip:bo@example.net>
Call-ID: 7f3c@198.51.100.7
CSeq: 21 OPTIONS
";
    let kept =
        OPTIONS.lines().filter(|line| !line.starts_with(name)).map(|line| format!("{line}\n"));
    let kept: String = kept.collect();
    match name {
        "OPTIONS" => format!("{lines}\n{}", kept.trim_start()),
        _ if lines.contains("\n\n") => format!("{}{lines}", kept.trim_start()),
        _ => format!("{}{lines}\n", kept.trim_start()),
    }
}
