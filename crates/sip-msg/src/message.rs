//! Requests and responses.

use crate::{Headers, Method, Name, NameAddr, StatusCode, Text, Uri, Via};
use bytes::Bytes;

/// Hops a request of ours may take (RFC 3261 §8.1.1.6).
const MAX_FORWARDS_DEFAULT: u8 = 70;

/// A request (RFC 3261 §7.1). Headers that every layer needs are fields; all others are in
/// `headers`, in the order they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is asked for. The `CSeq` header names the same.
    pub method: Method,
    /// The Request-URI.
    pub uri: Uri,
    /// The hops it took, the latest first. At least one in a parsed message.
    pub via: Vec<Via>,
    /// Who asks.
    pub from: NameAddr,
    /// Who is asked.
    pub to: NameAddr,
    /// The Call-ID.
    pub call_id: Text,
    /// The sequence number, at most [`CSEQ_MAX`](crate::CSEQ_MAX).
    pub cseq: u32,
    /// How many more hops it may take.
    pub max_forwards: Option<u8>,
    /// All other headers but Content-Length.
    pub headers: Headers,
    /// The body.
    pub body: Bytes,
}

/// A response (RFC 3261 §7.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// How the request was answered.
    pub status: StatusCode,
    /// The reason phrase, for people.
    pub reason: Text,
    /// The hops of the request.
    pub via: Vec<Via>,
    /// Who asked.
    pub from: NameAddr,
    /// Who answers.
    pub to: NameAddr,
    /// The Call-ID.
    pub call_id: Text,
    /// The sequence number of the request.
    pub cseq: u32,
    /// The method of the request.
    pub cseq_method: Method,
    /// All other headers but Content-Length.
    pub headers: Headers,
    /// The body.
    pub body: Bytes,
}

/// Either of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A request.
    Request(Request),
    /// A response.
    Response(Response),
}

impl Request {
    /// A request with nothing in it but what every request needs, and still without a Via.
    #[must_use]
    pub const fn new(
        method: Method,
        uri: Uri,
        from: NameAddr,
        to: NameAddr,
        call_id: Text,
        cseq: u32,
    ) -> Self {
        Self {
            method,
            uri,
            via: Vec::new(),
            from,
            to,
            call_id,
            cseq,
            max_forwards: Some(MAX_FORWARDS_DEFAULT),
            headers: Headers::new(),
            body: Bytes::new(),
        }
    }

    /// The same request with one more header.
    #[must_use]
    pub fn with_header(mut self, name: Name, value: impl Into<Text>) -> Self {
        self.headers.push(name, value);
        self
    }

    /// The same request with this body.
    #[must_use]
    pub fn with_body(mut self, content_type: impl Into<Text>, body: Bytes) -> Self {
        self.headers.set(Name::ContentType, content_type);
        self.body = body;
        self
    }

    /// A response to this request (RFC 3261 §8.2.6.2): Via, From, To, Call-ID and `CSeq` are the
    /// same; so is Record-Route where the response may begin a dialog (§12.1.1), and Timestamp in
    /// a 100 (§8.2.6.1). The To tag is the caller's to add.
    #[must_use]
    pub fn reply(&self, status: StatusCode) -> Response {
        let mut headers = Headers::new();
        let copied = match status {
            StatusCode::TRYING => Some(Name::Timestamp),
            status if status.code() < 300 => Some(Name::RecordRoute),
            _ => None,
        };
        if let Some(name) = copied {
            for value in self.headers.all(&name) {
                headers.push(name.clone(), value);
            }
        }
        Response {
            status,
            reason: Text::from(status.reason()),
            via: self.via.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
            call_id: self.call_id.clone(),
            cseq: self.cseq,
            cseq_method: self.method.clone(),
            headers,
            body: Bytes::new(),
        }
    }
}

impl Response {
    /// The same response with one more header.
    #[must_use]
    pub fn with_header(mut self, name: Name, value: impl Into<Text>) -> Self {
        self.headers.push(name, value);
        self
    }

    /// The same response with this body.
    #[must_use]
    pub fn with_body(mut self, content_type: impl Into<Text>, body: Bytes) -> Self {
        self.headers.set(Name::ContentType, content_type);
        self.body = body;
        self
    }

    /// The same response with this reason phrase.
    #[must_use]
    pub fn with_reason(mut self, reason: impl Into<Text>) -> Self {
        self.reason = reason.into();
        self
    }
}
