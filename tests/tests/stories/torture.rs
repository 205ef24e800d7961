//! Messages made to break readers, over UDP and TCP: one of each kind that RFC 4475 names, always;
//! the RFC's own 49 where `TORTURE_DIR` names the folder with its `.dat` files; and mutants of them,
//! two thousand, or as many as `MUTANTS` says. The server answers what has an answer, drops the
//! rest, and is there afterwards.

use e2e::{Server, Site, wait};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use std::{env, fs};

/// How long an answer that should come may take on a busy machine.
const ANSWER_MAX: Duration = Duration::from_secs(5);
/// How long is listened whether one more comes, or one that should not.
const QUIET: Duration = Duration::from_millis(120);

/// A message of the RFC by its name, its answers by UDP, and those by TCP where they differ.
type Named = (&'static str, &'static [u16], Option<&'static [u16]>);

/// What the messages of RFC 4475 are answered with. An empty list is silence.
const RFC_4475: [Named; 49] = [
    // §3.1.1: valid, however odd. Those inside a dialog that is not there get 481.
    ("wsinv", &[481], None),
    ("intmeth", &[501], None),
    ("esc01", &[404], None),
    ("escnull", &[401], None),
    ("esc02", &[501], None),
    ("lwsdisp", &[200], None),
    ("longreq", &[404], None),
    // On a stream the second message is one too; it has no Contact.
    ("dblreq", &[401], Some(&[401, 400])),
    ("semiuri", &[200], None),
    ("transports", &[200], None),
    ("mpart01", &[405], None),
    ("unreason", &[], None),
    ("noreason", &[], None),
    // §3.1.2: invalid.
    ("badinv01", &[400], None),
    // On a stream the rest of the body may still come.
    ("clerr", &[400], Some(&[])),
    ("ncl", &[400], None),
    ("scalar02", &[400], None),
    ("scalarlg", &[], None),
    ("quotbal", &[400], None),
    ("ltgtruri", &[400], None),
    ("lwsruri", &[400], None),
    ("lwsstart", &[400], None),
    ("trws", &[400], None),
    ("escruri", &[404], None),
    ("baddate", &[404], None),
    ("regbadct", &[400], None),
    ("badaspec", &[400], None),
    // Its file ends before the empty line, so a stream waits for more.
    ("baddn", &[400], Some(&[])),
    ("badvers", &[505], None),
    ("mismatch01", &[400], None),
    ("mismatch02", &[400], None),
    ("bigcode", &[], None),
    // §3.2 to §3.4: what only a transaction, an application or an old peer minds.
    ("badbranch", &[200], None),
    ("insuf", &[400], None),
    ("unkscm", &[416], None),
    ("novelsc", &[416], None),
    ("unksm2", &[400, 401], None),
    ("bext01", &[420], None),
    ("invut", &[415], None),
    ("regaut01", &[401], None),
    ("multi01", &[400], None),
    ("mcl01", &[400], None),
    ("bcast", &[], None),
    ("zeromf", &[200], None),
    ("cparam01", &[401], None),
    ("cparam02", &[401], None),
    ("regescrt", &[401], None),
    ("sdp01", &[406], None),
    // A call without a Contact could not be sent anything; without a length a stream cannot go on.
    ("inv2543", &[400], None),
];

/// A message, and its answers by UDP and by TCP.
type Case = (String, &'static [u16], &'static [u16]);

/// Messages of our own, one or more for each class of the RFC, with their answers on UDP and TCP.
fn ours() -> Vec<Case> {
    let message = |line: &str, changes: &[(&str, &str)]| {
        let method = line.split(' ').next().unwrap_or_default();
        let mut text = format!(
            "{line}\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK-{:x}\r\nMax-Forwards: 70\r\n\
             From: <sip:eve@192.0.2.9>;tag=e\r\nTo: <sip:b@127.0.0.1>\r\nCall-ID: t-{:x}\r\n\
             CSeq: 7 {method}\r\nContact: <sip:eve@192.0.2.9>\r\nContent-Length: 0\r\n\r\n",
            rand::random::<u64>(),
            rand::random::<u64>()
        );
        for (from, to) in changes {
            assert!(text.contains(from), "{from} is not in {text}");
            text = text.replacen(from, to, 1);
        }
        text
    };
    let options = |changes: &[(&str, &str)]| message("OPTIONS sip:127.0.0.1 SIP/2.0", changes);
    let invite = |changes: &[(&str, &str)]| message("INVITE sip:0@127.0.0.1 SIP/2.0", changes);
    let sdp = "Content-Type: application/sdp\r\nContent-Length: 4\r\n\r\nv=0\n";
    let none: &[u16] = &[];
    vec![
        // Lawful, and hard to read.
        (options(&[("Call-ID:", "i :"), ("Contact: ", "m:\r\n\t")]), &[200], &[200]),
        (options(&[("To: <sip:b", "To: \"Joe \\\" <sip:x@y>\" <sip:%00b")]), &[200], &[200]),
        (options(&[("Contact", "X-\u{fc}: \u{0}\r\nX-Y: \u{fc}\u{0}\r\nContact")]), &[400], &[400]),
        (options(&[("Contact", "X-Y: \u{fc}\u{0}\r\nContact")]), &[200], &[200]),
        (message("!interesting-Method0123456789_*+`.%'~ sip:b SIP/2.0", &[]), &[501], &[501]),
        (options(&[("Content-Length: 0\r\n\r\n", "l:  000 \r\n\r\n")]), &[200], &[200]),
        (options(&[("Forwards: 70", "Forwards: 0")]), &[200], &[200]),
        (invite(&[("Forwards: 70", "Forwards: 0")]), &[483], &[483]),
        // Broken in the head.
        (message("OPTIONS  sip:127.0.0.1 SIP/2.0", &[]), &[400], &[400]),
        (message("OPTIONS <sip:127.0.0.1> SIP/2.0", &[]), &[400], &[400]),
        (message("OPTIONS sip:127.0.0.1 SIP/3.0", &[]), &[505], &[505]),
        (options(&[("CSeq: 7", "CSeq: 36893488147419103232")]), &[400], &[400]),
        (options(&[("CSeq: 7 OPTIONS", "CSeq: 7 INVITE")]), &[400], &[400]),
        (options(&[("To: <", "To: \"b <")]), &[400], &[400]),
        (options(&[("Call-ID", "Call-ID: another\r\nCall-ID")]), &[400], &[400]),
        (options(&[("Content-Length: 0", "Content-Length: -9")]), &[400], &[400]),
        (options(&[("Length: 0", "Length: 0\r\nContent-Length: 7")]), &[400], &[400]),
        (options(&[("Content-Length: 0", "Content-Length: 9")]), &[400], none),
        (message(&format!("OPTIONS sip:{}@b SIP/2.0", "x".repeat(3_000)), &[]), &[414], &[414]),
        // Lawful, and nothing for us.
        (message("OPTIONS soap.beep:b SIP/2.0", &[]), &[416], &[416]),
        (options(&[("Contact", "Require: nothing-we-know\r\nContact")]), &[420], &[420]),
        (invite(&[("Content-Length: 0\r\n\r\n", &sdp.replace("sdp", "x"))]), &[415], &[415]),
        (invite(&[("Contact", "Accept: text/plain\r\nContact")]), &[406], &[406]),
        (message("MESSAGE sip:b@127.0.0.1 SIP/2.0", &[]), &[405], &[405]),
        (message("SIP/2.0 200 OK", &[("CSeq: 7 SIP/2.0", "CSeq: 7 INVITE")]), none, none),
        (message("SIP/2.0 4294967301 no", &[("7 SIP/2.0", "7 INVITE")]), none, none),
        (message("ACK sip:b@127.0.0.1 SIP/2.0", &[]), none, none),
    ]
}

/// One octet for each letter, so that text can say what is not UTF-8.
fn octets(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(letter).expect("letters of Latin-1")).collect()
}

/// The statuses of the final answers to some bytes, until it is quiet.
fn statuses(mut next: impl FnMut(Duration) -> Option<Vec<u8>>, expected: usize) -> Vec<u16> {
    let (began, mut said) = (Instant::now(), Vec::new());
    loop {
        let statuses = finals(&said);
        let patience = if statuses.len() < expected { ANSWER_MAX } else { QUIET };
        match next(patience) {
            Some(bytes) if began.elapsed() < ANSWER_MAX * 2 => said.extend(bytes),
            Some(_) | None => return finals(&said),
        }
    }
}

fn finals(said: &[u8]) -> Vec<u16> {
    let said = String::from_utf8_lossy(said);
    let lines = said.lines().filter_map(|line| line.strip_prefix("SIP/2.0 "));
    let statuses = lines.filter_map(|rest| rest.get(..3)?.parse().ok());
    statuses.filter(|status| *status >= 200).collect()
}

fn by_udp(target: SocketAddr, message: &[u8], expected: usize) -> Vec<u16> {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.send_to(message, target).unwrap();
    let mut buffer = [0; 65_536];
    statuses(
        |patience| {
            socket.set_read_timeout(Some(patience)).unwrap();
            socket.recv(&mut buffer).ok().map(|length| buffer[..length].to_vec())
        },
        expected,
    )
}

fn by_tcp(target: SocketAddr, message: &[u8], expected: usize) -> Vec<u16> {
    let mut stream = TcpStream::connect(target).unwrap();
    stream.write_all(message).unwrap();
    let mut buffer = [0; 65_536];
    statuses(
        |patience| {
            stream.set_read_timeout(Some(patience)).unwrap();
            let length = stream.read(&mut buffer).ok().filter(|length| *length > 0)?;
            Some(buffer[..length].to_vec())
        },
        expected,
    )
}

/// Somebody else asks whether the server is there.
fn assert_alive(server: &mut Server) {
    let socket = UdpSocket::bind("127.0.0.2:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    let (here, branch) = (socket.local_addr().unwrap(), rand::random::<u64>());
    let options = format!(
        "OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bK{branch:x}\r\n\
         From: <sip:probe@{here}>;tag=p\r\nTo: <sip:127.0.0.1>\r\nCall-ID: {branch:x}\r\n\
         CSeq: 1 OPTIONS\r\n\r\n"
    );
    wait::until_so("an answer to OPTIONS", || {
        assert!(server.is_alive(), "the server ended:\n{}", server.log());
        socket.send_to(options.as_bytes(), server.sip()).unwrap();
        let mut answer = [0; 4_096];
        socket.recv(&mut answer).is_ok_and(|length| answer[..length].starts_with(b"SIP/2.0 200 "))
    });
}

/// The messages of the RFC by their names, where they are at hand.
fn of_the_rfc() -> Option<Vec<(&'static str, Vec<u8>)>> {
    let folder = PathBuf::from(env::var_os("TORTURE_DIR")?);
    let read = |name| fs::read(folder.join(format!("{name}.dat")));
    let read_or_panic = |name| read(name).unwrap_or_else(|error| panic!("{name}.dat: {error}"));
    Some(RFC_4475.iter().map(|(name, ..)| (*name, read_or_panic(name))).collect())
}

/// A way to send.
#[derive(Clone, Copy, Debug)]
enum Way {
    Udp,
    Tcp,
}

fn check(server: &mut Server, way: Way, name: &str, message: &[u8], expected: &[u16]) {
    let at_least = usize::from(!expected.is_empty());
    let said = match way {
        Way::Udp => by_udp(server.sip(), message, at_least),
        Way::Tcp => by_tcp(server.sip(), message, at_least),
    };
    // Where two are named either will do, and on a stream with two messages both.
    let is_right = match expected {
        [] | [_] => said == expected,
        several => !said.is_empty() && said.iter().all(|status| several.contains(status)),
    };
    assert!(is_right, "{name} by {way:?}: {said:?}, not {expected:?}");
    assert_alive(server);
}

/// Sends them all to a server of its own, since a message that comes once more is only a copy.
fn torture(way: Way) {
    let mut server = Server::start(Site::of_one_queue("", 1));
    for (text, udp, tcp) in ours() {
        let expected = match way {
            Way::Udp => udp,
            Way::Tcp => tcp,
        };
        check(&mut server, way, &text, &octets(&text), expected);
    }
    for (name, message) in of_the_rfc().unwrap_or_default() {
        let (_, udp, tcp) = RFC_4475.iter().find(|(known, ..)| *known == name).unwrap();
        let expected = match way {
            Way::Udp => udp,
            Way::Tcp => tcp.as_ref().unwrap_or(udp),
        };
        check(&mut server, way, name, &message, expected);
    }
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

#[test]
fn tortured_messages_are_answered_as_they_deserve_by_udp() {
    torture(Way::Udp);
}

#[test]
fn tortured_messages_are_answered_as_they_deserve_by_tcp() {
    torture(Way::Tcp);
}

/// Changes, drops, doubles or cuts a few bytes; the letters it writes are those that mean something.
/// Rounds in which it is looked whether the server grows.
const ROUNDS: usize = 4;
/// How often each comes in a round.
const TIMES: usize = 10;
/// Messages between two looks whether the server is alive.
const AT_ONCE: usize = 40;
/// What a round of hundreds may leave behind.
const GROWN_KIB_MAX: u64 = 512;

/// Memory comes from the kernel in pieces of two megabytes, at any time, so one round says nothing. What messages
/// leave behind they leave each time: of some rounds one must leave next to nothing.
#[test]
fn tortured_messages_leave_nothing_behind() {
    // What comes again comes from another port, and is answered there: no copy of what was said before.
    let mut server = Server::start(Site::of_one_queue("", 1).unaudited());
    let own = ours().into_iter().map(|(text, ..)| octets(&text));
    let rfc = of_the_rfc().unwrap_or_default().into_iter().map(|(_, message)| message);
    let once: Vec<Vec<u8>> = own.chain(rfc).collect();
    let messages: Vec<&Vec<u8>> = (0..TIMES).flat_map(|_| &once).collect();
    let grown = [(); ROUNDS].map(|()| {
        let before = server.memory_kib();
        for some in messages.chunks(AT_ONCE) {
            let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
            for message in some {
                socket.send_to(message, server.sip()).unwrap();
                let mut stream = TcpStream::connect(server.sip()).unwrap();
                // The server may well cut the line in the middle of it.
                let _ = stream.write_all(message);
            }
            assert_alive(&mut server);
        }
        server.memory_kib().saturating_sub(before)
    });
    let least = grown.iter().min().unwrap();
    assert!(*least < GROWN_KIB_MAX, "the server has grown by {grown:?} KiB in each round");
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

fn bend(random: &mut StdRng, message: &[u8]) -> Vec<u8> {
    const LETTERS: &[u8] = b"\r\n\t ,;:<>\"\\@?=/[]()%0\x00\xff9azSIP-*";
    let mut bent = message.to_vec();
    for _ in 0..random.random_range(1..5) {
        let Some(last) = bent.len().checked_sub(1) else { break };
        let at = random.random_range(0..=last);
        let until = (at + random.random_range(0..12)).min(bent.len());
        let letter = LETTERS[random.random_range(0..LETTERS.len())];
        match random.random_range(0..6) {
            0 | 1 => bent[at] = letter,
            2 => bent.insert(at, letter),
            3 => drop(bent.drain(at..until)),
            4 => drop(bent.splice(at..at, message[..until.min(message.len())].to_vec())),
            _ => bent.truncate(at.max(1)),
        }
    }
    bent.truncate(60_000);
    if bent.is_empty() { vec![b'\n'] } else { bent }
}

#[test]
fn mutants_of_tortured_messages_kill_nothing_and_leave_nothing() {
    const ON_ONE_CONNECTION: usize = 8;
    let mutants = env::var("MUTANTS").map_or(2_000, |text| text.parse().expect("a number"));
    // Many different messages pretend to be one transaction here, and which of them an answer is for is
    // known to the server alone.
    let mut server = Server::start(Site::of_one_queue("", 1).unaudited());
    let mut random = StdRng::seed_from_u64(3261);
    let own = ours().into_iter().map(|(text, ..)| octets(&text));
    let rfc = of_the_rfc().unwrap_or_default().into_iter().map(|(_, message)| message);
    let call = ours()[7].0.replace("sip:0@", "sip:9000@").replace("Max-Forwards: 0", "").into();
    let messages: Vec<Vec<u8>> = own.chain(rfc).chain([call]).collect();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut before = 0;
    for sent in (0..mutants).step_by(AT_ONCE) {
        let batch: Vec<Vec<u8>> = (0..AT_ONCE)
            .map(|_| {
                let which = random.random_range(0..messages.len());
                bend(&mut random, &messages[which])
            })
            .collect();
        for mutant in &batch {
            socket.send_to(mutant, server.sip()).unwrap();
        }
        for mutants in batch.chunks(ON_ONE_CONNECTION) {
            let mut stream = TcpStream::connect(server.sip()).unwrap();
            // The server may well cut the line in the middle of it.
            let _ = mutants.iter().try_for_each(|mutant| stream.write_all(mutant));
        }
        assert_alive(&mut server);
        if sent <= mutants / 5 {
            before = server.memory_kib();
        }
    }
    server.until("no call is left", |status| status.call_states().is_empty());
    let grown = server.memory_kib().saturating_sub(before);
    assert!(grown < 16_384, "the server has grown by {grown} KiB over {mutants} mutants");
    assert!(!server.log().contains("panicked"), "{}", server.log());
}
