//! A call as a ladder: a column for us and one for each peer, an arrow for each message.

use crate::redact::{self, Numbers};
use crate::{CallTrace, Traced, Way};
use bytes::Bytes;
use clock::WallTime;
use sip_msg::{Message, Name};
use sip_txn::Hop;
use std::fmt::Write;

/// Peers that have a column; all after these share the last.
const PEERS_MAX: usize = 6;

/// Characters between two columns: as much as an IPv4 address with port and transport.
const WIDTH: usize = 27;

/// Characters of what an arrow says.
const LABEL_MAX: usize = 120;

/// Draws the messages of a call.
#[must_use]
pub fn draw(call: &CallTrace, numbers: Numbers) -> String {
    let peers = peers(&call.messages);
    let mut text = String::new();
    if call.forgotten > 0 {
        text += &format!("({} earlier messages are forgotten)\n", call.forgotten);
    }
    let _ = write!(text, "{:14}{:<WIDTH$}", "", "telefonist");
    for peer in &peers {
        let _ = write!(text, "{:<WIDTH$}", peer.to_string());
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    for traced in &call.messages {
        let at = peers.iter().position(|peer| is_same(*peer, traced.hop));
        let column = at.unwrap_or_else(|| peers.len().saturating_sub(1)) + 1;
        let arrow = arrow(column, peers.len(), traced.way);
        let _ = writeln!(text, "{}  {arrow}  {}", time(traced.at), label(&traced.bytes, numbers));
    }
    text
}

fn peers(messages: &[Traced]) -> Vec<Hop> {
    let mut peers: Vec<Hop> = Vec::new();
    for traced in messages {
        if peers.len() < PEERS_MAX && !peers.iter().any(|peer| is_same(*peer, traced.hop)) {
            peers.push(traced.hop);
        }
    }
    peers
}

/// Two connections of one peer are one column.
fn is_same(one: Hop, other: Hop) -> bool {
    (one.transport, one.peer) == (other.transport, other.peer)
}

/// The lines of all columns, and between ours and this one an arrow.
fn arrow(column: usize, columns: usize, way: Way) -> String {
    let length = column * WIDTH - 1;
    let shaft = "-".repeat(length.saturating_sub(1));
    let mut drawn = match way {
        Way::Heard => format!("|<{shaft}|"),
        Way::Said => format!("|{shaft}>|"),
    };
    for _ in column..columns {
        drawn += &" ".repeat(WIDTH - 1);
        drawn.push('|');
    }
    drawn
}

/// What a message is, in a line.
fn label(bytes: &Bytes, numbers: Numbers) -> String {
    let (what, headers) = match sip_msg::parse(bytes.clone()) {
        Ok(Message::Request(request)) => {
            let line = format!("{} {}", request.method, request.uri);
            let line = match numbers {
                Numbers::Masked => {
                    String::from_utf8_lossy(&redact::masked(line.as_bytes())).into_owned()
                }
                Numbers::Shown => line,
            };
            (line, request.headers)
        }
        Ok(Message::Response(response)) => {
            let (status, reason) = (response.status.code(), response.reason.to_str_lossy());
            (format!("{status} {reason} ({})", response.cseq_method), response.headers)
        }
        Err(_) => return "(not SIP)".to_owned(),
    };
    let body = headers.get(Name::ContentType).map(|kind| format!(" [{}]", kind.to_str_lossy()));
    // A peer wrote this, and a terminal shows it.
    let fit = |c: &char| !c.is_control();
    what.chars().chain(body.unwrap_or_default().chars()).filter(fit).take(LABEL_MAX).collect()
}

/// The time of the day in UTC, to the millisecond.
fn time(at: WallTime) -> String {
    let millis = at.as_micros().div_euclid(1_000).rem_euclid(86_400_000);
    let (seconds, millis) = (millis / 1_000, millis % 1_000);
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}.{millis:03}", seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    use ids::FlowId;
    use sip_txn::Transport;

    fn traced(millis: i64, way: Way, peer: &str, first: &str, cseq: &str) -> Traced {
        let text = format!(
            "{first}\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n\
             To: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 {cseq}\r\n\r\n"
        );
        let hop = Hop { transport: Transport::Udp, flow: FlowId(1), peer: peer.parse().unwrap() };
        Traced { at: WallTime::from_micros(millis * 1_000), way, hop, bytes: text.into() }
    }

    #[test]
    fn a_call_and_the_phone_that_it_rings_are_two_columns() {
        let (caller, phone) = ("192.0.2.7:5062", "192.0.2.9:5060");
        let messages = vec![
            traced(0, Way::Heard, caller, "INVITE sip:0701234567@192.0.2.1 SIP/2.0", "INVITE"),
            traced(1, Way::Said, caller, "SIP/2.0 100 Trying", "INVITE"),
            traced(61_002, Way::Said, phone, "INVITE sip:ana@192.0.2.9 SIP/2.0", "INVITE"),
            traced(61_009, Way::Heard, phone, "SIP/2.0 486 Busy\x1b[2J Here", "INVITE"),
        ];
        let call = CallTrace { messages, forgotten: 2 };
        expect![[r"
            (2 earlier messages are forgotten)
                          telefonist                 UDP 192.0.2.7:5062         UDP 192.0.2.9:5060
            00:00:00.000  |<-------------------------|                          |  INVITE sip:xxxxxxxx67@192.0.2.1
            00:00:00.001  |------------------------->|                          |  100 Trying (INVITE)
            00:01:01.002  |---------------------------------------------------->|  INVITE sip:ana@192.0.2.9
            00:01:01.009  |<----------------------------------------------------|  486 Busy[2J Here (INVITE)
        "]]
        .assert_eq(&draw(&call, Numbers::Masked));
        assert!(draw(&call, Numbers::Shown).contains("INVITE sip:0701234567@192.0.2.1\n"));
    }

    #[test]
    fn more_peers_than_columns_share_the_last() {
        let peer = |n| format!("192.0.2.{n}:5060");
        let messages = (1..=9).map(|n| traced(0, Way::Said, &peer(n), "SIP/2.0 200 OK", "BYE"));
        let drawn =
            draw(&CallTrace { messages: messages.collect(), forgotten: 0 }, Numbers::Masked);
        assert_eq!(drawn.lines().count(), 10);
        assert!(!drawn.contains("192.0.2.7"), "{drawn}");
        let nothing = draw(&CallTrace::default(), Numbers::Masked);
        assert_eq!(nothing.lines().count(), 1);
    }
}
