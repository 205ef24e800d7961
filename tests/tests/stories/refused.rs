//! Callers who are refused by a rule of the number: unanswered, told why, and with a row.

use e2e::{Server, Site};
use std::net::UdpSocket;
use std::time::Duration;

const PLAN: &str = r#"
country = "46"
[number."+468123456XX"]
goto = "queue.support"

[[number."+468123456XX".when]]
if = "withheld"
refuse = "anonymous"

[[number."+468123456XX".when]]
if = "listed.blocked"
refuse = "declined"

[directory.blocked]
callers = [{ number = "0707000099" }]

[queue.support]

[agent.1001]
secret = "secret-1001"
queues = "all"
"#;

/// The answers to an INVITE of this caller, up to a final one, which is acknowledged.
fn answers(server: &Server, call: &str, from: &str) -> Vec<String> {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let us = socket.local_addr().unwrap();
    let message = |method: &str, to: &str| {
        format!(
            "{method} sip:0812345678@127.0.0.1 SIP/2.0\r\n\
             Via: SIP/2.0/UDP {us};branch=z9hG4bK-{call};rport\r\nMax-Forwards: 70\r\n\
             From: {from};tag=1\r\nTo: {to}\r\nCall-ID: {call}\r\nCSeq: 1 {method}\r\n\
             Contact: <sip:{us}>\r\nContent-Length: 0\r\n\r\n"
        )
    };
    let to = "<sip:0812345678@127.0.0.1>";
    socket.send_to(message("INVITE", to).as_bytes(), server.sip()).unwrap();
    let mut answers = Vec::new();
    loop {
        let mut datagram = [0; 4_096];
        let length = socket.recv(&mut datagram).unwrap();
        let answer = String::from_utf8_lossy(&datagram[..length]).into_owned();
        let is_final = !answer.starts_with("SIP/2.0 1");
        if is_final {
            let to = answer.lines().find_map(|line| line.strip_prefix("To: ")).unwrap();
            socket.send_to(message("ACK", to).as_bytes(), server.sip()).unwrap();
        }
        answers.push(answer);
        if is_final {
            return answers;
        }
    }
}

#[test]
fn who_may_not_call_is_refused_unanswered_with_the_cause_and_has_a_row() {
    let server = Server::start(Site::new(PLAN));
    let refused = |call: &str, from: &str, status: &str| {
        let answers = answers(&server, call, from);
        let last = answers.last().unwrap();
        assert!(last.starts_with(status), "{answers:?}");
        assert!(last.contains("Reason: Q.850;cause=21;text=\"Call rejected\""), "{last}");
    };
    refused("one", "\"Anonymous\" <sip:anonymous@anonymous.invalid>", "SIP/2.0 433 ");
    refused("two", "<sip:0707000099@127.0.0.1>", "SIP/2.0 603 ");
    let rows = server.until_closed(2);
    for row in &rows {
        assert_eq!(row["outcome"], "refused", "{row}");
        assert_eq!(row["number"], "+46812345678", "{row}");
    }
    let decided = server.story(2).into_iter().find(|event| event["kind"] == "decided").unwrap();
    assert_eq!(decided["detail"]["why"], "listed.blocked", "{decided}");
    assert_eq!(decided["detail"]["to"], "declined", "{decided}");
}
