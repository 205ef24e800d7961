//! Callers who leave, in each state in which one can.

use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, Site, Sound, prompt, soft, wait};
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

const DIALPLAN: &str = r#"
    language = "sv"
    [number.9000]
    goto = "say.welcome"
    [say.welcome]
    prompts = ["demo/welcome"]
    goto = "menu.main"
    [menu.main]
    prompts = ["demo/menu"]
    keys = { 1 = "queue.support" }
    [queue.support]
    name = "Support"
    wrap_up = "1s"
    [agent.1001]
    name = "Anna Lind"
    secret = "secret-1001"
    queues = ["support"]
"#;

/// Tries to give up before the centre has answered, which it does within milliseconds.
const TRIES_MAX: u64 = 60;

#[tokio::test(flavor = "multi_thread")]
async fn who_gives_up_before_the_answer_has_a_row_that_says_so() {
    let server = Server::start(Site::new(DIALPLAN));
    let (phone, _events) = soft::switch_on(soft::caller(server.sip(), "0702000001")).await;
    let mut calls = 0;
    let mut in_time = false;
    while !in_time && calls < TRIES_MAX {
        let call = phone.call("9000").await.unwrap();
        call.hang_up().await;
        call.ended().await;
        calls += 1;
        let rows = server.until_closed(usize::try_from(calls).unwrap());
        let last = rows.last().unwrap();
        assert_eq!(last["outcome"], "abandoned", "{last}");
        in_time = last["abandoned_while"] == "dialling" && last["answered_at"].is_null();
    }
    assert!(in_time, "not once in {TRIES_MAX} calls did a CANCEL overtake the answer");
    server.until("all are counted", |status| status.total("abandoned") == calls);
    phone.stop().await;
}

#[test]
fn who_leaves_in_the_plan_or_the_queue_has_abandoned_there() {
    let server = Server::start(Site::new(DIALPLAN));
    let mut in_welcome = Sipp::dial(server.sip(), "0702000002");
    in_welcome.sound.peer();
    in_welcome.hang_up();

    let mut in_menu = Sipp::dial(server.sip(), "0702000003");
    let question = prompt("sv/demo/menu").part(0, 12_000);
    in_menu.sound.until_heard("the question", &question, 0);
    in_menu.hang_up();

    let mut waiting = Sipp::dial(server.sip(), "0702000004");
    waiting.sound.peer();
    waiting.sound.press('1');
    server.until_calls(&["waiting"]);
    waiting.hang_up();

    let rows = server.until_closed(3);
    let left: Vec<_> = rows.iter().map(|row| row["abandoned_while"].as_str().unwrap()).collect();
    assert_eq!(left, ["in_menu", "in_menu", "waiting"]);
    assert!(rows.iter().all(|row| row["outcome"] == "abandoned"), "{rows:#?}");
    assert!(rows.iter().all(|row| row["cause"] == "caller hung up"), "{rows:#?}");
    server.until("all are counted", |status| {
        (status.total("abandoned"), status.total("on")) == (3, 0)
    });
}

#[test]
fn who_leaves_while_a_phone_rings_frees_the_agent_at_once() {
    let server = Server::start(Site::new(DIALPLAN));
    let mut agent = Baresip::start(&PhoneSetup::of_agent(
        server.sip(),
        "1001",
        Picks::UpWhenTold,
        &Sound::default(),
    ));
    server.until_agent("1001", "ready");

    let mut ringing = Sipp::dial(server.sip(), "0702000005");
    ringing.sound.peer();
    ringing.sound.press('1');
    agent.wait_for("CALL_INCOMING");
    ringing.hang_up();
    agent.wait_for("CALL_CLOSED");
    server.until_agent("1001", "ready");
    let row = &server.until_closed(1)[0];
    assert_eq!(
        (&row["outcome"], &row["abandoned_while"]),
        (&"abandoned".into(), &"ringing".into())
    );
    assert_eq!(server.rings(1), [("1001".to_owned(), "withdrawn".to_owned())]);

    // The agent is good for the next, who leaves in the middle of the talk.
    let mut talking = Sipp::dial(server.sip(), "0702000006");
    talking.sound.peer();
    talking.sound.press('1');
    agent.wait_for("CALL_INCOMING");
    agent.tell("accept", "");
    server.until_agent("1001", "talking");
    talking.hang_up();
    agent.wait_for("CALL_CLOSED");
    let row = &server.until_closed(2)[1];
    assert_eq!((&row["outcome"], &row["cause"]), (&"answered".into(), &"caller hung up".into()));
    server.until_agent("1001", "wrap_up");
    server.until_agent("1001", "ready");
}

/// Somebody who writes SIP by hand over one UDP socket.
struct ByHand {
    socket: UdpSocket,
    target: SocketAddr,
    to: String,
}

impl ByHand {
    fn new(target: SocketAddr) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        Self { socket, target, to: "<sip:9000@127.0.0.1>".to_owned() }
    }

    fn send(&self, method: &str, cseq: &str, body: &str) {
        let (here, target, to) = (self.socket.local_addr().unwrap(), self.target, &self.to);
        let branch = cseq.replace(' ', "-");
        let kind = if body.is_empty() { "" } else { "Content-Type: application/sdp\r\n" };
        let request = format!(
            "{method} sip:9000@{target} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bK-{branch}-{method}\r\n\
             Max-Forwards: 70\r\nFrom: <sip:0702000009@127.0.0.1>;tag=hand\r\nTo: {to}\r\nCall-ID: by-hand-{}\r\n\
             CSeq: {cseq}\r\nContact: <sip:0702000009@{here}>\r\n{kind}Content-Length: {}\r\n\r\n{body}",
            here.port(),
            body.len(),
        );
        self.socket.send_to(request.as_bytes(), self.target).unwrap();
    }

    /// The next message, if one comes soon.
    fn hear(&self) -> Option<String> {
        let mut message = [0; 4_096];
        let length = self.socket.recv(&mut message).ok()?;
        Some(String::from_utf8_lossy(&message[..length]).into_owned())
    }

    /// Waits for the 200 to this, and takes over its To.
    fn until_200(&mut self, cseq: &str) {
        let answer = wait::until(&format!("a 200 to {cseq}"), || {
            self.hear().filter(|it| it.starts_with("SIP/2.0 200") && it.contains(cseq))
        });
        let to = answer.lines().find_map(|line| line.strip_prefix("To: ")).unwrap();
        self.to = to.to_owned();
    }
}

#[test]
fn who_hangs_up_between_our_200_and_its_ack_has_one_row_and_hears_no_more() {
    let server = Server::start(Site::new(DIALPLAN));
    let mut caller = ByHand::new(server.sip());
    caller.send(
        "INVITE",
        "1 INVITE",
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n",
    );
    caller.until_200("1 INVITE");
    caller.send("BYE", "2 BYE", "");
    caller.until_200("2 BYE");
    // The ACK was only slow.
    caller.send("ACK", "1 ACK", "");

    let rows = server.until_closed(1);
    assert_eq!(rows[0]["outcome"], "abandoned", "{rows:#?}");
    server.until("it is counted once, and nothing is left", |status| {
        (status.total("abandoned"), status.total("on")) == (1, 0)
    });
    // A 200 that went on being sent would come again within four seconds.
    let quiet_until = Instant::now() + Duration::from_secs(5);
    while Instant::now() < quiet_until {
        let more = caller.hear();
        assert_eq!(more, None, "the call is over on both sides");
    }
    assert_eq!(server.calls().len(), 1);
}
