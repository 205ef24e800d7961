//! Traces: what was said in SIP in one call, as whoever runs the centre sees it.

use crate::agents::at_work;
use e2e::{Baresip, HepCopy, PhoneSetup, Picks, Server, Site, prompt, run, soft, wait, wireshark};
use softphone::{Answer, PhoneConfig};
use std::net::UdpSocket;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_traced_with_the_phone_that_it_rang_and_nobody_learns_the_callers_number() {
    let server = Server::start(Site::of_one_queue("", 1));
    let hangs_up = PhoneConfig {
        talk: Some(Duration::from_millis(500)),
        ..soft::agent(server.sip(), "1001", Answer::After(Duration::ZERO))
    };
    let _agent = at_work(&server, hangs_up).await;
    let (caller, _events) = soft::switch_on(soft::caller(server.sip(), "0701000008")).await;
    let call = caller.call("9000").await.unwrap();
    call.ended().await;
    server.until_closed(1);

    let http = server.http().to_string();
    let trace = |further: &[&str]| {
        let ran = run(&[&["call", "trace", "1", "--http", &http], further].concat());
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        ran.out
    };
    // The last answers are put away a moment after they were said.
    wait::until_so("both legs have ended", || trace(&[]).matches("200 OK (BYE)").count() == 2);
    let ladder = trace(&[]);
    // Two legs, each from its INVITE to the answer of its BYE.
    for (said, times) in [(" INVITE sip:", 2), ("200 OK (INVITE)", 2), (" ACK sip:", 2)] {
        assert_eq!(ladder.matches(said).count(), times, "{said} in\n{ladder}");
    }
    assert!(!ladder.contains("REGISTER"), "{ladder}");
    assert!(!ladder.contains("0701000008"), "{ladder}");

    let file = server.site().folder().join("call.pcap");
    trace(&["--pcap", file.to_str().unwrap()]);
    let messages = wireshark::messages(&file);
    let count = |what: &str| messages.iter().filter(|message| *message == what).count();
    assert_eq!([count("INVITE"), count("ACK"), count("BYE")], [2; 3], "{messages:?}");
    let pcap = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
    assert!(pcap.contains("sip:xxxxxxxx08@") && !pcap.contains("0701000008"));
    trace(&["--numbers", "--pcap", file.to_str().unwrap()]);
    let pcap = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
    assert!(pcap.contains("sip:0701000008@"));

    let unknown = run(&["call", "trace", "99", "--http", &http]);
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.err.contains("no messages of this call are kept"), "{}", unknown.err);
}

#[test]
fn a_call_between_two_agents_is_traced_over_connections_too_and_its_keys_are_nobodys() {
    let server = Server::start(Site::of_one_queue("", 2).with_tls());
    let sealed = PhoneSetup {
        server: server.tls(),
        transport: "tls",
        ca: Some(server.site().ca()),
        seals: true,
        ..PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &prompt("en/demo/support"))
    };
    let tcp = PhoneSetup {
        transport: "tcp",
        ..PhoneSetup::of_agent(server.sip(), "1002", Picks::Up, &prompt("en/demo/leverans"))
    };
    let (mut calls, mut called) = (Baresip::start(&sealed), Baresip::start(&tcp));
    server.until_agent("1001", "ready");
    server.until_agent("1002", "ready");
    calls.dial("1002");
    calls.wait_for("CALL_ESTABLISHED");
    called.wait_for("CALL_ESTABLISHED");
    calls.tell("hangup", "");
    server.until_closed(1);

    let http = server.http().to_string();
    let file = server.site().folder().join("call.pcap");
    let trace = || {
        let ran = run(&["call", "trace", "1", "--http", &http, "--pcap", file.to_str().unwrap()]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        wireshark::messages(&file)
    };
    let count = |what: &str| trace().iter().filter(|message| *message == what).count();
    wait::until_so("both legs have ended", || count("BYE") == 2 && count("200") == 4);
    // The first INVITE is asked who sends it.
    assert_eq!([count("INVITE"), count("407"), count("ACK")], [3, 1, 3], "{:?}", trace());
    let pcap = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
    assert!(pcap.contains("a=crypto:") && pcap.contains("inline:xxxxxxxxxxxxxxxx"));
    let redacted = "Authorization: Digest response=\"(redacted)\"";
    assert!(pcap.contains(redacted));
    assert_eq!(pcap.matches("response=").count(), pcap.matches(redacted).count());
    assert_eq!(pcap.matches("inline:").count(), pcap.matches("inline:xxxxxxxx").count());
}

#[tokio::test(flavor = "multi_thread")]
async fn homer_is_told_every_message_of_a_call_under_the_number_of_the_call() {
    let homer = UdpSocket::bind("127.0.0.1:0").unwrap();
    homer.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let setting = format!("hep = \"{}\"", homer.local_addr().unwrap());
    let server = Server::start(Site::of_one_queue("", 1).with_setting(&setting));
    let hangs_up = PhoneConfig {
        talk: Some(Duration::from_millis(500)),
        ..soft::agent(server.sip(), "1001", Answer::After(Duration::ZERO))
    };
    let _agent = at_work(&server, hangs_up).await;
    let (caller, _events) = soft::switch_on(soft::caller(server.sip(), "0701000008")).await;
    let call = caller.call("9000").await.unwrap();
    call.ended().await;
    server.until_closed(1);

    let (mut byes, mut correlated) = (0, 0);
    let mut packet = vec![0; 65_536];
    while byes < 2 {
        let length = homer.recv(&mut packet).expect("two BYEs are told");
        let copy = HepCopy::read(&packet[..length]);
        let message = String::from_utf8_lossy(&copy.message);
        assert!(!message.contains("0701000008") && !message.contains("response=\"0"), "{message}");
        byes += usize::from(message.starts_with("BYE "));
        correlated += usize::from(copy.call.as_deref() == Some("call-1"));
    }
    // But for the INVITE of the caller, which comes before there is a call: at least 100, 200, ACK and
    // BYE of one leg, INVITE, 200, ACK and BYE of the other.
    assert!(correlated >= 8, "{correlated} messages were told under the call");
}
