//! An attacker beside a live call: garbage, tortured messages, forged hang-ups, foreign sound. The
//! two who talk notice nothing, and what was done is counted.

use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, Site, prompt, wait};
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use rtp::Header;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

/// Somebody on the network who is no friend of ours.
struct Attacker {
    socket: UdpSocket,
    target: SocketAddr,
}

impl Attacker {
    fn at(target: SocketAddr) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        Self { socket, target }
    }

    fn send(&self, datagram: &[u8]) {
        self.socket.send_to(datagram, self.target).unwrap();
    }

    /// A request with these header lines beside the Via, which names the attacker.
    fn request(&self, line: &str, headers: &str) -> Vec<u8> {
        let here = self.socket.local_addr().unwrap();
        let branch = format!("z9hG4bK-evil-{:016x}", rand::random::<u64>());
        format!(
            "{line} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch={branch}\r\n{headers}\
             Content-Length: 0\r\n\r\n"
        )
        .into_bytes()
    }

    /// Sends until it is answered for good, as SIP over UDP does, and gives the status.
    fn ask(&self, request: &[u8]) -> u16 {
        let request = String::from_utf8_lossy(request).into_owned();
        let branch = request.split("branch=").nth(1).and_then(|rest| rest.lines().next()).unwrap();
        let mut answer = [0; 65_536];
        wait::until(&format!("an answer to {request}"), || {
            self.send(request.as_bytes());
            let length = self.socket.recv(&mut answer).ok()?;
            let answer = String::from_utf8_lossy(&answer[..length]);
            let status = answer.strip_prefix("SIP/2.0 ")?.get(..3)?.parse().ok()?;
            (status >= 200 && answer.contains(branch)).then_some(status)
        })
    }
}

/// Headers of a request that belongs to `call_id`, with tags that the attacker made up.
fn forged(call_id: &str, method: &str, cseq: u32) -> String {
    format!(
        "Max-Forwards: 70\r\nFrom: <sip:+46701111111@127.0.0.1>;tag=guess\r\n\
         To: <sip:9000@127.0.0.1>;tag=guess\r\nCall-ID: {call_id}\r\nCSeq: {cseq} {method}\r\n\
         Contact: <sip:evil@127.0.0.1:9>\r\n"
    )
}

/// What no parser wants to read.
fn tortured() -> Vec<Vec<u8>> {
    let plain = "Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK-t\r\nMax-Forwards: 70\r\n\
                 From: <sip:a@b>;tag=1\r\nTo: <sip:9000@b>\r\nCall-ID: torture\r\n";
    let long = "x".repeat(60_000);
    let many = "X-Filler: 1\r\n".repeat(4_000);
    let options = format!("OPTIONS sip:b SIP/2.0\r\n{plain}");
    [
        // No end, no headers, no sense.
        "INVITE sip:9000@b SIP/2.0".to_owned(),
        "INVITE sip:9000@b SIP/2.0\r\n\r\n".to_owned(),
        "\0\0\0\0\0\0\0\0".to_owned(),
        "\r\n\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nHost: b\r\n\r\n".to_owned(),
        // Versions, lines and URIs.
        format!("OPTIONS sip:b SIP/7.0\r\n{plain}CSeq: 1 OPTIONS\r\n\r\n"),
        format!("OPTIONS  sip:b  SIP/2.0\r\n{plain}CSeq: 1 OPTIONS\r\n\r\n"),
        format!("OPTIONS <sip:b> SIP/2.0\r\n{plain}CSeq: 1 OPTIONS\r\n\r\n"),
        format!("OPTIONS sip:b;x=%zz%00 SIP/2.0\r\n{plain}CSeq: 1 OPTIONS\r\n\r\n"),
        format!("OPTIONS sip:{long}@b SIP/2.0\r\n{plain}CSeq: 1 OPTIONS\r\n\r\n"),
        // Sequence numbers and lengths.
        format!("{options}CSeq: 36893488147419103232 OPTIONS\r\n\r\n"),
        format!("{options}CSeq: -1 OPTIONS\r\n\r\n"),
        format!("{options}CSeq: 1 INVITE\r\n\r\n"),
        format!("{options}CSeq: 1 OPTIONS\r\nContent-Length: -999\r\n\r\n"),
        format!("{options}CSeq: 1 OPTIONS\r\nContent-Length: 9999999999999999999\r\n\r\nx"),
        format!("{options}CSeq: 1 OPTIONS\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy"),
        // Headers twice, too long, too many, unbalanced.
        format!("{options}CSeq: 1 OPTIONS\r\nCall-ID: another\r\nTo: <sip:c@b>\r\n\r\n"),
        format!("{options}CSeq: 1 OPTIONS\r\nSubject: {long}\r\n\r\n"),
        format!("{options}{many}CSeq: 1 OPTIONS\r\n\r\n"),
        format!("{options}CSeq: 1 OPTIONS\r\nContact: \"Mr. \\\" <sip:a@b\r\n\r\n"),
        format!("{options}CSeq: 1 OPTIONS\r\nExpires: 0 0l@company.com\r\n\r\n"),
        format!("{options}CSeq: 1 OPTIONS\r\nRoute: <sip:{}>\r\n\r\n", "a;".repeat(5_000)),
        // Answers that nobody asked for.
        format!("SIP/2.0 200 OK\r\n{plain}CSeq: 1 INVITE\r\n\r\n"),
        format!("SIP/2.0 4294967301 better not break\r\n{plain}CSeq: 1 INVITE\r\n\r\n"),
    ]
    .map(String::into_bytes)
    .into()
}

fn noise(random: &mut StdRng, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    random.fill_bytes(&mut bytes);
    bytes
}

fn throw_sip(server: &Server, random: &mut StdRng) {
    let attacker = Attacker::at(server.sip());
    for message in tortured() {
        attacker.send(&message);
    }
    for _ in 0..300 {
        let length = random.random_range(0..1_500);
        attacker.send(&noise(random, length));
    }
    attacker.send(&noise(random, 65_000));
    // Well-formed messages with a few octets changed.
    let sane = attacker.request("OPTIONS sip:127.0.0.1", &forged("sane", "OPTIONS", 1));
    for _ in 0..300 {
        let mut mutant = sane.clone();
        for _ in 0..random.random_range(1..6) {
            let at = random.random_range(0..mutant.len());
            mutant[at] = random.random();
        }
        attacker.send(&mutant);
    }
}

fn throw_tcp(server: &Server, random: &mut StdRng) -> Vec<TcpStream> {
    let idle = (0..20).map(|_| TcpStream::connect(server.sip()).unwrap()).collect();
    for message in tortured().into_iter().chain([noise(random, 100_000)]) {
        let mut connection = TcpStream::connect(server.sip()).unwrap();
        connection.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
        // The server may well cut the line in the middle of it.
        let _ = connection.write_all(&message);
        let _ = connection.read(&mut [0; 4_096]);
    }
    idle
}

/// Sound and nonsense for a port of the call, from somebody who is not in it.
fn throw_rtp(port: SocketAddr, random: &mut StdRng) {
    let attacker = Attacker::at(port);
    for sequence in 0..2_000 {
        let header = Header {
            payload_type: 8,
            sequence,
            timestamp: u32::from(sequence) * 160,
            ssrc: 0xbad,
            marker: false,
        };
        let packet = [&header.encode()[..], &noise(random, 160)].concat();
        attacker.send(&packet);
        let length = random.random_range(0..40);
        attacker.send(&noise(random, length));
    }
    attacker.send(&noise(random, 60_000));
    // A goodbye for the whole session (RFC 3550 §6.6).
    attacker.send(&[0x81, 203, 0, 1, 0, 0, 0x51, 0x99]);
}

#[test]
fn a_call_goes_on_through_garbage_forgeries_and_foreign_sound() {
    // Hundreds of different messages pretend to be one transaction here, and which of them an answer is
    // for is known to the server alone.
    let mut server = Server::start(Site::of_one_queue("", 1).unaudited());
    let mut random = StdRng::seed_from_u64(4475);
    let (agents_words, words) = (prompt("en/demo/leverans"), prompt("en/demo/support"));
    let setup = PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &agents_words);
    let mut agent = Baresip::start(&setup);
    server.until_agent("1001", "ready");
    let mut caller = Sipp::dial(server.sip(), "+46701111111");
    server.until_agent("1001", "talking");
    caller.sound.until_heard("the agent", &agents_words, 0);

    throw_sip(&server, &mut random);
    let idle = throw_tcp(&server, &mut random);
    throw_rtp(caller.sound.peer(), &mut random);

    // Hang-ups by one who can read the Call-ID and not the tags.
    let attacker = Attacker::at(server.sip());
    for method in ["BYE", "CANCEL", "INVITE", "UPDATE", "INFO"] {
        let headers = forged(caller.call_id(), method, 9);
        let request = attacker.request(&format!("{method} sip:9000@127.0.0.1"), &headers);
        assert_eq!(attacker.ask(&request), 481, "a forged {method}");
    }
    let beyond = forged("hops", "OPTIONS", 1).replace("Max-Forwards: 70", "Max-Forwards: 0");
    let to_us = beyond.replace(";tag=guess\r\nCall-ID", "\r\nCall-ID");
    let answer = attacker.ask(&attacker.request("OPTIONS sip:127.0.0.1", &to_us));
    assert_eq!(answer, 200, "we are where it wanted to go");
    let probe = forged("probe", "INVITE", 1).replace(";tag=guess\r\nCall-ID", "\r\nCall-ID");
    let answer = attacker.ask(&attacker.request("INVITE sip:00881234@127.0.0.1", &probe));
    assert_eq!(answer, 404, "a number that is none of ours");

    // The two who talk hear each other as before, during and after.
    let before = agent.hears().len();
    caller.sound.say(&words);
    let now = caller.sound.heard().len();
    caller.sound.until_heard("the agent still", &agents_words, now);
    caller.sound.until_heard("the agent once more", &agents_words, now + 24_000);
    agent.until_heard("the caller still", &words, before);
    server.until_calls(&["talking"]);
    caller.hang_up();
    agent.wait_for("CALL_CLOSED");

    // One call, one row, and all the rest is in the counters.
    let rows = server.until_closed(1);
    assert_eq!(
        (&rows[0]["outcome"], &rows[0]["cause"]),
        (&"answered".into(), &"caller hung up".into())
    );
    assert!(server.is_alive());
    wait::until_so("rejected messages are counted", || server.metric("sip_rejected_total") > 100.0);
    wait::until_so("foreign packets are counted", || {
        server.metric("media_packets_foreign_total") > 1_000.0
    });
    assert!(!server.log().contains("panicked"), "{}", server.log());
    drop(idle);
}
