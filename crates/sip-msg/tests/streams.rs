//! Byte streams: where messages begin and end (RFC 3261 §18.3), and how they are kept alive.

mod common;

use bytes::Bytes;
use common::{datagram, options_with};
use sip_msg::{Frame, Framer, MESSAGE_BYTES_MAX, Message, RejectReason, parse};

fn message(body: &str) -> Bytes {
    datagram(&options_with("Content", &format!("Content-Length: {}\n\n{body}", body.len())))
}

/// All frames of a stream that arrives in pieces of `size` bytes, and how it ended.
fn frames(stream: &[u8], size: usize) -> (Vec<Frame>, Option<RejectReason>) {
    let mut framer = Framer::new();
    let mut frames = Vec::new();
    for piece in stream.chunks(size) {
        framer.push(piece);
        while let Some(frame) = framer.next() {
            match frame {
                Ok(frame) => frames.push(frame),
                Err(error) => return (frames, Some(error.reject.why)),
            }
        }
    }
    (frames, None)
}

#[test]
fn pieces_of_any_size_give_the_same_frames() {
    let (one, two) = (message("abc"), message(""));
    let mut stream = b"\r\n".to_vec();
    stream.extend_from_slice(&one);
    stream.extend_from_slice(b"\r\n\r\n");
    stream.extend_from_slice(&two);
    stream.extend_from_slice(&one);
    let expected =
        vec![Frame::Message(one.clone()), Frame::Ping, Frame::Message(two), Frame::Message(one)];
    for size in 1..=stream.len() {
        assert_eq!(frames(&stream, size), (expected.clone(), None), "in pieces of {size}");
    }
}

#[test]
fn a_frame_is_a_datagram() {
    let (frames, _) = frames(&message("xyz"), 9);
    let [Frame::Message(bytes)] = &frames[..] else { panic!() };
    let Ok(Message::Request(request)) = parse(bytes.clone()) else { panic!() };
    assert_eq!(&request.body[..], b"xyz");
}

#[test]
fn a_stream_whose_lengths_cannot_be_trusted_is_given_up_with_an_answer() {
    let cases = [
        ("X: y", RejectReason::LengthMissing),
        ("Content-Length: -1", RejectReason::Bad(sip_msg::Name::ContentLength)),
        ("Content-Length: 0\nl: 2", RejectReason::Repeated(sip_msg::Name::ContentLength)),
        ("Content-Length: 65535", RejectReason::TooLarge),
        ("Content-Length: 99999999999999999999", RejectReason::TooLarge),
    ];
    for (line, why) in cases {
        let mut framer = Framer::new();
        framer.push(&datagram(&options_with("Content", line)));
        let error = framer.next().unwrap().unwrap_err();
        assert_eq!(error.reject.why, why);
        assert!(error.reject.response().is_some());
        framer.push(&message(""));
        assert_eq!(framer.next(), None, "nothing can be found again");
    }
}

#[test]
fn a_head_without_an_end_is_given_up_at_the_limit() {
    let endless = b"X: yyyyyyyyyyyyyy\r\n".repeat(MESSAGE_BYTES_MAX / 19 + 1);
    for size in [1, 1_000, endless.len()] {
        let (frames, end) = frames(&endless, size);
        assert_eq!((frames, end), (vec![], Some(RejectReason::TooLarge)));
    }
}

#[test]
fn a_message_of_the_largest_size_passes() {
    let body = "x".repeat(MESSAGE_BYTES_MAX - message("").len() - 4);
    let largest = message(&body);
    assert_eq!(largest.len(), MESSAGE_BYTES_MAX);
    assert_eq!(frames(&largest, 1_000).0, [Frame::Message(largest.clone())]);
    assert!(parse(largest).is_ok());
}
