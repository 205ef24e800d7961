//! Finds the SDP in a body: alone, or as a part of several (RFC 5621).

use bytes::Bytes;
use sip_msg::{Headers, Name, Request, Text};

/// How many parts of a body are looked at.
const PARTS_MAX: usize = 8;

/// What a body is, as far as we care.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    Empty,
    Sdp(Bytes),
    /// Something that we cannot read.
    Foreign,
}

/// Looks into a body. One without a Content-Type is taken for SDP: nothing else comes here.
pub(crate) fn body(headers: &Headers, body: &Bytes) -> Body {
    if body.is_empty() {
        return Body::Empty;
    }
    if headers
        .get(Name::ContentEncoding)
        .is_some_and(|encoding| !encoding.eq_ignore_case("identity"))
    {
        return Body::Foreign;
    }
    let Some(content_type) = headers.get(Name::ContentType) else { return Body::Sdp(body.clone()) };
    if is_type(content_type.as_bytes(), b"application/sdp") {
        return Body::Sdp(body.clone());
    }
    if !starts_ignoring_case(content_type.as_bytes(), b"multipart/") {
        return Body::Foreign;
    }
    boundary(content_type)
        .and_then(|boundary| sdp_part(body, &boundary))
        .map_or(Body::Foreign, Body::Sdp)
}

/// The SDP that an INVITE offers, alone or as a part of its body; `None` if it asks for ours.
#[must_use]
pub fn offer_of(invite: &Request) -> Option<Bytes> {
    sdp(&invite.headers, &invite.body)
}

/// The SDP of a message, if it has one.
pub(crate) fn sdp(headers: &Headers, bytes: &Bytes) -> Option<Bytes> {
    match body(headers, bytes) {
        Body::Sdp(sdp) => Some(sdp),
        Body::Empty | Body::Foreign => None,
    }
}

fn is_type(value: &[u8], wanted: &[u8]) -> bool {
    let end = value.iter().position(|byte| *byte == b';').unwrap_or(value.len());
    value.get(..end).unwrap_or(value).trim_ascii().eq_ignore_ascii_case(wanted)
}

fn starts_ignoring_case(value: &[u8], start: &[u8]) -> bool {
    value.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

fn boundary(content_type: &Text) -> Option<Vec<u8>> {
    let param = content_type
        .as_bytes()
        .split(|byte| *byte == b';')
        .map(<[u8]>::trim_ascii)
        .find(|param| starts_ignoring_case(param, b"boundary="))?;
    let value = param.get(b"boundary=".len()..)?.trim_ascii();
    let value =
        value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value);
    (!value.is_empty()).then(|| [b"--", value].concat())
}

/// Walks the lines once: a boundary ends one part and begins the next.
fn sdp_part(body: &Bytes, boundary: &[u8]) -> Option<Bytes> {
    let mut starts: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(boundary) {
            starts.push((at, at + line.len()));
            if starts.len() > PARTS_MAX {
                break;
            }
        }
        at += line.len();
    }
    starts.windows(2).find_map(|pair| match pair {
        [(_, from), (to, _)] => sdp_of_part(body, *from, *to),
        _ => None,
    })
}

fn sdp_of_part(body: &Bytes, from: usize, to: usize) -> Option<Bytes> {
    let mut at = from;
    let mut is_sdp = false;
    for line in body.get(from..to)?.split_inclusive(|byte| *byte == b'\n') {
        at += line.len();
        let line = line.trim_ascii();
        if line.is_empty() {
            return is_sdp.then(|| body.slice(at..to));
        }
        if let Some(value) = line
            .split_first_chunk::<13>()
            .filter(|(name, _)| name.eq_ignore_ascii_case(b"content-type:"))
        {
            is_sdp = is_type(value.1, b"application/sdp");
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(content_type: &'static str) -> Headers {
        let mut headers = Headers::new();
        headers.push(Name::ContentType, content_type);
        headers
    }

    #[test]
    fn sdp_stands_alone_or_as_a_part() {
        let alone = Bytes::from_static(b"v=0\r\n");
        assert_eq!(sdp(&headers("Application/SDP;charset=utf-8"), &alone), Some(alone.clone()));
        assert_eq!(sdp(&Headers::new(), &alone), Some(alone));
        let parts = Bytes::from_static(
            b"--x\r\nContent-Type: text/plain\r\n\r\nhej\r\n--x\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--x--\r\n",
        );
        let found = sdp(&headers("multipart/mixed; boundary=\"x\""), &parts);
        assert_eq!(found, Some(Bytes::from_static(b"v=0\r\n")));
    }

    #[test]
    fn what_is_no_sdp_is_foreign() {
        let text = Bytes::from_static(b"hej");
        assert_eq!(body(&headers("text/plain"), &text), Body::Foreign);
        assert_eq!(body(&headers("multipart/mixed"), &text), Body::Foreign);
        assert_eq!(
            body(&headers("multipart/mixed;boundary=x"), &Bytes::from_static(b"--x\r\n--x")),
            Body::Foreign
        );
        assert_eq!(body(&headers("text/plain"), &Bytes::new()), Body::Empty);
        let mut zipped = headers("application/sdp");
        zipped.push(Name::ContentEncoding, "gzip");
        assert_eq!(body(&zipped, &text), Body::Foreign);
    }
}
