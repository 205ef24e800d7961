//! `sip.parse`: what it costs to read an INVITE of usual size with its SDP, and to print it.
//!
//! `.read` is the message with its own fields (Request-URI, Via, From, To, Call-ID, `CSeq`, Max-Forwards,
//! body), all other headers unread; `.views` the same and what an engine between two legs reads beside
//! them. The limit is the least that any reader must do: find the ends of the lines in the same bytes.

use crate::busy::nanos;
use crate::figure::Figure;
use bytes::Bytes;
use sip_msg::{Message, Name, Request, parse};
use std::hint::black_box;
use std::time::Duration;

/// How long each thing is done over and over.
const MEASURE: Duration = Duration::from_millis(500);

/// An INVITE as a desk phone behind one proxy sends it, 1.1 kB long.
const INVITE: &str = "INVITE sip:9000@cc.example.com:5060;transport=udp SIP/2.0\r\n\
Via: SIP/2.0/UDP 192.0.2.20:5060;branch=z9hG4bK-524287-1---9d3f1c6be2a84710;rport\r\n\
Via: SIP/2.0/UDP 10.1.20.33:5062;branch=z9hG4bK776asdhds1928;received=203.0.113.9;rport=40112\r\n\
Max-Forwards: 69\r\n\
Record-Route: <sip:192.0.2.20;lr;ftag=1928301774>\r\n\
From: \"Anna Svensson\" <sip:+46701234567@example.com>;tag=1928301774\r\n\
To: <sip:9000@cc.example.com>\r\n\
Call-ID: a84b4c76e66710-3fd1@10.1.20.33\r\n\
CSeq: 314159 INVITE\r\n\
Contact: <sip:anna-0x7f2b@10.1.20.33:5062;transport=udp>;+sip.instance=\"<urn:uuid:0c67446e>\"\r\n\
Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, UPDATE, INFO\r\n\
Supported: replaces, timer, outbound\r\n\
User-Agent: Deskphone 7/4.2.0\r\n\
Session-Expires: 1800\r\n\
Min-SE: 90\r\n\
Content-Type: application/sdp\r\n\
Content-Length: 301\r\n\
\r\n\
v=0\r\n\
o=- 3905542391 3905542391 IN IP4 10.1.20.33\r\n\
s=call\r\n\
c=IN IP4 10.1.20.33\r\n\
t=0 0\r\n\
m=audio 11780 RTP/AVP 8 0 9 18 101\r\n\
a=rtpmap:8 PCMA/8000\r\n\
a=rtpmap:0 PCMU/8000\r\n\
a=rtpmap:9 G722/8000\r\n\
a=rtpmap:18 G729/8000\r\n\
a=rtpmap:101 telephone-event/8000\r\n\
a=fmtp:101 0-16\r\n\
a=ptime:20\r\n\
a=sendrecv\r\n\
a=rtcp:11781\r\n";

/// Measures reading and printing.
#[must_use]
pub(crate) fn run() -> Vec<Figure> {
    // As from a socket: bytes of their own, not a piece of the program.
    let datagram = Bytes::copy_from_slice(INVITE.as_bytes());
    let message = parse(datagram.clone()).expect("the INVITE above is lawful");
    let Message::Request(request) = &message else { unreachable!("it is a request") };
    let scan = nanos(MEASURE, || lines(black_box(&datagram)));
    let read = nanos(MEASURE, || parse(black_box(datagram.clone())));
    let views = nanos(MEASURE, || {
        let message = parse(black_box(datagram.clone()));
        let Ok(Message::Request(request)) = &message else { unreachable!("it is a request") };
        look_at(request);
        message
    });
    let print = nanos(MEASURE, || black_box(request).to_bytes());
    vec![
        Figure::beside("sip.parse.read", read, "ns", scan),
        Figure::beside("sip.parse.views", views, "ns", scan),
        Figure::beside("sip.parse.print", print, "ns", scan),
    ]
}

/// What is read of an INVITE before a call begins.
fn look_at(request: &Request) {
    black_box(request.via.first().and_then(|via| via.branch()));
    black_box((request.from.tag(), request.to.tag()));
    black_box(request.headers.contacts()).expect("it has a Contact");
    black_box(request.headers.record_routes()).expect("it has a Record-Route");
    black_box(request.headers.get(Name::ContentType));
    black_box(request.headers.has(Name::Require));
    for option in request.headers.tokens(Name::Supported) {
        black_box(option);
    }
}

fn lines(bytes: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', bytes).count()
}
