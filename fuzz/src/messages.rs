//! Readers of SIP.

use bytes::Bytes;
use sip_msg::{
    Frame, Framer, MESSAGE_BYTES_MAX, Message, Method, NameAddr, RejectReason, Request, Text, Uri,
    Via,
};

/// A datagram: what is read prints as what reads the same, and what is refused has an answer of one
/// head.
pub fn message(data: &[u8]) {
    match sip_msg::parse(Bytes::copy_from_slice(data)) {
        Ok(message) => {
            use_everything(&message);
            let printed = message.to_bytes();
            match sip_msg::parse(printed.clone()) {
                Ok(again) => assert_eq!(again, message, "{printed:?}"),
                Err(reject) => assert!(is_a_limit(&reject.why), "{reject}: {printed:?}"),
            }
        }
        Err(reject) => {
            let Some(answer) = reject.response() else { return };
            assert!(answer.starts_with(b"SIP/2.0 ") && answer.ends_with(b"\r\n\r\n"));
            assert_eq!(answer.windows(4).filter(|four| four == b"\r\n\r\n").count(), 1);
        }
    }
}

/// Printing may take more bytes than reading did: quotes, brackets, one line for each Via.
fn is_a_limit(why: &RejectReason) -> bool {
    matches!(
        why,
        RejectReason::TooLarge | RejectReason::HeaderTooLong | RejectReason::TooManyHeaders
    )
}

fn use_everything(message: &Message) {
    let (headers, via, to) = match message {
        Message::Request(request) => (&request.headers, &request.via, &request.to),
        Message::Response(response) => (&response.headers, &response.via, &response.to),
    };
    let _ = (headers.contacts(), headers.routes(), headers.record_routes(), headers.expires());
    let _ = headers.tokens(sip_msg::Name::Supported).count();
    for via in via {
        let _ = (via.branch(), via.received(), via.rport());
    }
    let _ = (to.uri().user_unescaped(), to.uri().to_socket_addr());
}

/// A stream: it is cut into the same frames however it drips in. The first byte says how.
pub fn stream(data: &[u8]) {
    let Some((step, data)) = data.split_first() else { return };
    if data.len() > MESSAGE_BYTES_MAX {
        return;
    }
    let at_once = frames(data, data.len().max(1));
    assert_eq!(frames(data, usize::from(*step).max(1)), at_once);
}

fn frames(data: &[u8], step: usize) -> Vec<Result<Frame, RejectReason>> {
    let mut framer = Framer::new();
    let mut frames = Vec::new();
    for piece in data.chunks(step) {
        framer.push(piece);
        while let Some(frame) = framer.next() {
            if let Ok(Frame::Message(bytes)) = &frame {
                drop(sip_msg::parse(bytes.clone()));
            }
            frames.push(frame.map_err(|error| error.reject.why));
        }
    }
    frames
}

/// URIs, addresses and Vias: what is read is printed into a request that reads the same.
pub fn uri(data: &[u8]) {
    // A line of the wire has no line ends, and printing would make spaces of them.
    if data.iter().any(|byte| matches!(byte, b'\r' | b'\n')) {
        return;
    }
    let text = || Text::copied(data);
    if let Ok(uri) = Uri::parse(text()) {
        assert!(uri.is_same(&uri));
        let _ = (uri.user_unescaped(), uri.to_socket_addr());
        assert_comes_back(&Request { uri, ..empty() });
    }
    if let Ok(to) = NameAddr::parse(text()) {
        assert_comes_back(&Request { to, ..empty() });
    }
    if let Ok(via) = Via::parse(text()) {
        assert_comes_back(&Request { via: vec![via], ..empty() });
    }
}

fn assert_comes_back(request: &Request) {
    let printed = request.to_bytes();
    match sip_msg::parse(printed.clone()) {
        Ok(again) => assert_eq!(again, Message::Request(request.clone()), "{printed:?}"),
        Err(reject) => assert!(is_a_limit(&reject.why), "{reject}: {printed:?}"),
    }
}

fn empty() -> Request {
    let uri = || Uri::parse("sip:b").expect("a URI");
    let (from, to) = (NameAddr::new(uri()), NameAddr::new(uri()));
    let mut request = Request::new(Method::Options, uri(), from, to, "c".into(), 1);
    request.via = vec![Via::parse("SIP/2.0/UDP b").expect("a Via")];
    request
}
