//! Values to bytes. Printing goes through bytes, not `Display`, because names on the wire need not
//! be UTF-8.

use crate::{Header, Headers, Message, Method, Name, Request, Response, Text, Via};
use bytes::Bytes;

/// A value that can be put on the wire.
pub(crate) trait Print {
    /// Appends the value as it stands on the wire.
    fn print(&self, out: &mut Vec<u8>);

    /// The value as it stands on the wire.
    fn printed(&self) -> Text {
        let mut out = Vec::with_capacity(96);
        self.print(&mut out);
        Text::from(Bytes::from(out))
    }
}

/// `Display` (fit for logs) and `Text::from` (exact, for headers) by way of [`Print`].
macro_rules! display {
    ($type:ty) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&$crate::print::Print::printed(self), f)
            }
        }

        /// As it stands on the wire.
        impl From<&$type> for $crate::Text {
            fn from(value: &$type) -> Self {
                $crate::print::Print::printed(value)
            }
        }

        /// As it stands on the wire.
        impl From<$type> for $crate::Text {
            fn from(value: $type) -> Self {
                $crate::print::Print::printed(&value)
            }
        }
    };
}
pub(crate) use display;

/// Appends one line. A CR or LF that got into a value becomes a space: no value ends its line.
pub(crate) fn line(out: &mut Vec<u8>, print: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    print(out);
    let written = out.get_mut(start..).unwrap_or_default();
    if memchr::memchr2(b'\r', b'\n', written).is_some() {
        for byte in written.iter_mut().filter(|byte| matches!(**byte, b'\r' | b'\n')) {
            *byte = b' ';
        }
    }
    out.extend_from_slice(b"\r\n");
}

/// Appends a number in decimal.
pub(crate) fn number(out: &mut Vec<u8>, number: u64) {
    let mut digits = [0; 20];
    let mut rest = number;
    let mut len = 0;
    for place in digits.iter_mut().rev() {
        *place = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
        len += 1;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(digits.get(digits.len() - len..).unwrap_or_default());
}

/// Appends `text` as a quoted string.
pub(crate) fn quoted(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    for &byte in text {
        if matches!(byte, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out.push(b'"');
}

impl Request {
    /// The request on the wire: canonical names, Content-Length last, lines end in CRLF.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        let mut out = Vec::with_capacity(room(&self.headers, &self.via, &self.body));
        line(&mut out, |out| {
            out.extend_from_slice(self.method.as_bytes());
            out.push(b' ');
            self.uri.print(out);
            out.extend_from_slice(b" SIP/2.0");
        });
        vias(&mut out, &self.via);
        if let Some(hops) = self.max_forwards {
            header(&mut out, &Name::MaxForwards, |out| number(out, u64::from(hops)));
        }
        header(&mut out, &Name::From, |out| self.from.print(out));
        header(&mut out, &Name::To, |out| self.to.print(out));
        header(&mut out, &Name::CallId, |out| out.extend_from_slice(self.call_id.as_bytes()));
        cseq(&mut out, self.cseq, &self.method);
        rest(&mut out, &self.headers, &self.body);
        Bytes::from(out)
    }
}

impl Response {
    /// The response on the wire: canonical names, Content-Length last, lines end in CRLF.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        let mut out = Vec::with_capacity(room(&self.headers, &self.via, &self.body));
        line(&mut out, |out| {
            out.extend_from_slice(b"SIP/2.0 ");
            number(out, u64::from(self.status.code()));
            out.push(b' ');
            out.extend_from_slice(self.reason.as_bytes());
        });
        vias(&mut out, &self.via);
        header(&mut out, &Name::From, |out| self.from.print(out));
        header(&mut out, &Name::To, |out| self.to.print(out));
        header(&mut out, &Name::CallId, |out| out.extend_from_slice(self.call_id.as_bytes()));
        cseq(&mut out, self.cseq, &self.cseq_method);
        rest(&mut out, &self.headers, &self.body);
        Bytes::from(out)
    }
}

impl Message {
    /// The message on the wire.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        match self {
            Self::Request(request) => request.to_bytes(),
            Self::Response(response) => response.to_bytes(),
        }
    }
}

/// About as many bytes as the message takes, so that printing seldom moves it.
fn room(headers: &Headers, vias: &[Via], body: &Bytes) -> usize {
    let values: usize = headers.iter().map(|header| header.value.len() + 24).sum();
    512 + values + 128 * vias.len() + body.len()
}

fn vias(out: &mut Vec<u8>, vias: &[Via]) {
    for via in vias {
        header(out, &Name::Via, |out| via.print(out));
    }
}

fn cseq(out: &mut Vec<u8>, sequence: u32, method: &Method) {
    header(out, &Name::CSeq, |out| {
        number(out, u64::from(sequence));
        out.push(b' ');
        out.extend_from_slice(method.as_bytes());
    });
}

/// All other headers, the length, and the body.
fn rest(out: &mut Vec<u8>, headers: &Headers, body: &Bytes) {
    for Header { name, value } in headers.iter() {
        header(out, name, |out| out.extend_from_slice(value.as_bytes()));
    }
    header(out, &Name::ContentLength, |out| {
        number(out, u64::try_from(body.len()).unwrap_or(u64::MAX));
    });
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(body);
}

pub(crate) fn header(out: &mut Vec<u8>, name: &Name, value: impl FnOnce(&mut Vec<u8>)) {
    line(out, |out| {
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b": ");
        value(out);
    });
}
