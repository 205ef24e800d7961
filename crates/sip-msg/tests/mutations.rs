//! Lawful messages, bent by a seeded hand: nothing panics, and what is still a message is one
//! through and through.

#![allow(clippy::indexing_slicing, reason = "a test that panics has said enough")]

mod common;

use bytes::Bytes;
use common::{datagram, options_with};
use sip_msg::{Frame, Framer, Message, parse};

/// A seed tells every bend of the run.
struct Hand(u64);

impl Hand {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % end.max(1)
    }

    /// Changes, drops, doubles or moves a few bytes; the letters it writes are those that mean
    /// something.
    fn bend(&mut self, bytes: &[u8]) -> Vec<u8> {
        const LETTERS: &[u8] = b"\r\n\t ,;:<>\"\\@?=/[]()%0\x00\xff9azSIP-*";
        let mut bent = bytes.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(bent.len());
            let until = at + self.below(12.min(bent.len() - at));
            match self.below(5) {
                0 => bent[at] = LETTERS[self.below(LETTERS.len())],
                1 => bent.insert(at, LETTERS[self.below(LETTERS.len())]),
                2 => drop(bent.drain(at..until)),
                3 => bent.splice(at..at, bytes[..until.min(bytes.len())].to_vec()).for_each(drop),
                _ => bent.truncate(at.max(1)),
            }
        }
        bent
    }
}

fn lawful() -> Vec<Bytes> {
    let texts = [
        options_with(
            "X",
            "m: \"A, \\\"B\\\"\" <sip:%00a;b@[::1]:5060;lr?x=y>;q=0.1;+x=\"<,;>\", <tel:+46;x=y>",
        ),
        options_with(
            "Via",
            "v: SIP / 2.0 / TCP h ; branch = z9hG4bK1 ,\n SIP/2.0/UDP [::1]:1;rport;received=::1",
        ),
        options_with("OPTIONS", "SIP/2.0 200 OK"),
        options_with("Content", "Content-Length: 5\nk: a,b\nExpires: 3600\n\nv=0\n"),
        options_with("To", "t :\n sip:bo@example.net\n ;tag=x\nl:0"),
    ];
    texts.iter().map(|text| datagram(text)).collect()
}

#[test]
fn bent_messages_are_read_or_refused_and_never_worse() {
    let mut hand = Hand(2_026);
    let (mut read, mut answered) = (0, 0);
    for lawful in lawful() {
        assert!(parse(lawful.clone()).is_ok(), "{lawful:?}");
        for _ in 0..4_000 {
            match parse(hand.bend(&lawful).into()) {
                Ok(message) => {
                    read += 1;
                    use_everything(&message);
                    assert_eq!(parse(message.to_bytes()), Ok(message));
                }
                Err(reject) => {
                    let Some(answer) = reject.response() else { continue };
                    answered += 1;
                    assert!(answer.starts_with(b"SIP/2.0 ") && answer.ends_with(b"\r\n\r\n"));
                    let ends = answer.windows(4).filter(|window| window == b"\r\n\r\n").count();
                    assert_eq!(ends, 1, "{answer:?}");
                }
            }
        }
    }
    assert!(read > 1_000 && answered > 1_000, "the hand must bend, not break: {read}, {answered}");
}

/// Calls what upper layers call on a message.
fn use_everything(message: &Message) {
    let (headers, via, to) = match message {
        Message::Request(request) => (&request.headers, &request.via, &request.to),
        Message::Response(response) => (&response.headers, &response.via, &response.to),
    };
    let _ = (headers.contacts(), headers.routes(), headers.record_routes(), headers.expires());
    let _ = headers.tokens(sip_msg::Name::Supported).count();
    for via in via {
        let _ =
            (via.transport(), via.host(), via.port(), via.branch(), via.received(), via.rport());
    }
    let uri = to.uri();
    let _ = (uri.user_unescaped(), uri.to_socket_addr(), uri.is_same(&uri));
    let _ = format!("{message:?} {to}");
}

#[test]
fn bent_streams_give_frames_or_end() {
    let mut hand = Hand(7);
    for lawful in lawful() {
        for _ in 0..400 {
            let mut stream = hand.bend(&lawful);
            stream.extend_from_slice(&lawful);
            let mut framer = Framer::new();
            let mut rest = &stream[..];
            while !rest.is_empty() {
                let (now, later) = rest.split_at(1 + hand.below(rest.len()));
                framer.push(now);
                rest = later;
                while let Some(frame) = framer.next() {
                    let Ok(Frame::Message(bytes)) = frame else { continue };
                    drop(parse(bytes));
                }
            }
        }
    }
}
