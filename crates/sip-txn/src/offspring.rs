//! The requests that an INVITE brings forth: its ACK and its CANCEL.

use sip_msg::{Method, Name, Request, Response, Text};

/// Max-Forwards of a request that starts here (§8.1.1.6).
pub(crate) const MAX_FORWARDS: u8 = 70;

/// What is kept of an INVITE: all but body and headers, with the route.
pub(crate) fn sketch(invite: &Request) -> Box<Request> {
    let mut sketch = Request::new(
        invite.method.clone(),
        invite.uri.clone(),
        invite.from.clone(),
        invite.to.clone(),
        invite.call_id.clone(),
        invite.cseq,
    );
    sketch.via = invite.via.iter().take(1).cloned().collect();
    sketch.max_forwards = Some(MAX_FORWARDS);
    // The route is the INVITE's (§9.1, §17.1.1.3), and so is the session identifier (RFC 7989 §6).
    for name in [Name::Route, Name::SessionId] {
        for value in invite.headers.all(&name) {
            sketch.headers.push(name.clone(), value.clone());
        }
    }
    Box::new(sketch)
}

/// The ACK to a refusal: the INVITE's branch and route, the refusal's To (§17.1.1.3).
pub(crate) fn ack(sketch: &Request, refusal: &Response) -> Request {
    Request { method: Method::Ack, to: refusal.to.clone(), ..sketch.clone() }
}

/// The CANCEL: the INVITE's branch, route and To (§9.1), with a Reason (RFC 3326) if there is one.
pub(crate) fn cancel(sketch: &Request, reason: Option<Text>) -> Request {
    let mut cancel = Request { method: Method::Cancel, ..sketch.clone() };
    if let Some(reason) = reason {
        cancel.headers.push(Name::Reason, reason);
    }
    cancel
}
