//! The audit of a server in a story: `sip-audit` judges every message that it says, by the copies that
//! it tells to Homer. The first breach fails the story when the server ends.
//!
//! An auditor sees one process from its start to its end. One that is started again after it was killed may go on with
//! dialogs of the one before it, and is judged by the same auditor; after a proper end it knows of none, and is judged by
//! a new one.
//!
//! The copies are told in the order in which the engine heard and said the messages, but they may get
//! lost, and who did not see a question calls the answer wrong. So a breach counts only when neither the
//! server has counted a lost copy by then nor the kernel one that found no room here, and not when the
//! server is gone and cannot be asked.
//!
//! Not judged is what was never said: a story ends in the midst of things, and of a connection that broke,
//! over which nobody can be answered, there is no copy.

use crate::{HepCopy, Site, http};
use bytes::Bytes;
use clock::Moment;
use sip_audit::{Auditor, Breach, Rule};
use socket2::SockRef;
use std::fmt;
use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Bytes of copies that may wait, as far as the kernel grants it.
const WAITING_MAX: usize = 8 * 1024 * 1024;
/// When nothing has come for so long, the server has told what it said: it looks every 20 ms.
const QUIET: Duration = Duration::from_millis(80);
/// How long a server that goes on talking is listened to in the end.
const FAREWELL_MAX: Duration = Duration::from_secs(1);
/// A copy is stamped a moment after the engine decided, the one more so and the other less. To the
/// auditor each time is longer by this part of it, so that nobody says BYE a moment before 64·T1.
const SLACK: u64 = 50;
/// What a server has counted of copies that it could not tell.
const LOST: [&str; 2] = ["hep_messages_lost_total", "trace_messages_lost_total"];

/// The auditor of a server that runs.
#[derive(Debug)]
pub(crate) struct Audit {
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<Result<Judge, Found>>>,
}

/// Where a server tells its copies to. To be kept until that has ended, or somebody else gets them.
pub(crate) type Sink = Arc<UdpSocket>;

impl Audit {
    /// Has the server of a site, which starts next, tell its copies to an auditor. `None` if it tells them
    /// to somebody already.
    pub(crate) fn of(site: &mut Site) -> Option<(Self, Sink)> {
        let open = || {
            let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
            SockRef::from(&socket).set_recv_buffer_size(WAITING_MAX)?;
            socket.set_read_timeout(Some(QUIET))?;
            Ok::<_, io::Error>((socket.local_addr()?, Arc::new(socket)))
        };
        let (at, socket) = open().expect("there is a port on loopback");
        if !site.tells_copies_to(at) {
            return None;
        }
        let ends = Arc::new(AtomicBool::new(false));
        let judge =
            site.judge.take().map_or_else(|| Judge::new(site.sip_ports()), Judge::after_a_kill);
        let listener = Listener { at, socket: Arc::clone(&socket), http: site.http, judge };
        let until = Arc::clone(&ends);
        let thread = Some(thread::spawn(move || listener.listen(&until)));
        Some((Self { ends, thread }, socket))
    }

    /// The server has been killed. Gives who has judged it until now.
    pub(crate) fn killed(mut self) -> Option<Judge> {
        self.end()
    }

    fn end(&mut self) -> Option<Judge> {
        self.ends.store(true, Ordering::Relaxed);
        let found = self.thread.take().map(JoinHandle::join);
        // A story that fails already has a better reason.
        if thread::panicking() {
            return None;
        }
        match found {
            Some(Ok(Err(found))) => panic!("the server breaks a rule of SIP: {found}"),
            Some(Err(_)) => panic!("the auditor cannot read what the server tells of itself"),
            Some(Ok(Ok(judge))) => Some(judge),
            None => None,
        }
    }
}

impl Drop for Audit {
    fn drop(&mut self) {
        self.end();
    }
}

/// A rule that was broken, and the message that did.
#[derive(Debug)]
struct Found {
    breach: Breach,
    said: Bytes,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.breach, String::from_utf8_lossy(&self.said))
    }
}

/// Who hears the copies.
struct Listener {
    at: SocketAddr,
    socket: Sink,
    http: SocketAddr,
    judge: Judge,
}

impl Listener {
    fn listen(mut self, ends: &AtomicBool) -> Result<Judge, Found> {
        let mut packet = vec![0; 65_536];
        let mut ending = None;
        loop {
            let is_quiet = match self.socket.recv(&mut packet) {
                Ok(length) => {
                    if let Err(found) = self.judge.take(&HepCopy::read(&packet[..length])) {
                        return if self.has_all() { Err(found) } else { Ok(self.judge) };
                    }
                    false
                }
                Err(_) => true,
            };
            if ends.load(Ordering::Relaxed) {
                let began = ending.get_or_insert_with(Instant::now);
                if is_quiet || began.elapsed() >= FAREWELL_MAX {
                    return Ok(self.judge);
                }
            }
        }
    }

    /// Whether no copy has been lost until now. Nobody knows of a server that cannot be asked.
    fn has_all(&self) -> bool {
        let Ok((200, metrics)) = http::get(self.http, "/metrics") else { return false };
        let is_lost = |line: &str| LOST.iter().any(|name| line.starts_with(name));
        !metrics.lines().any(is_lost) && found_no_room(self.at) == Some(0)
    }
}

/// Datagrams to this address for which there was no room, as the kernel counts them.
fn found_no_room(at: SocketAddr) -> Option<u64> {
    let sockets = fs::read_to_string("/proc/net/udp").ok()?;
    let own = format!("0100007F:{:04X}", at.port());
    let line = sockets.lines().find(|line| line.split_whitespace().nth(1) == Some(&own))?;
    line.split_whitespace().last()?.parse().ok()
}

/// Judges copy by copy.
#[derive(Debug)]
pub(crate) struct Judge {
    /// The ports of the server. Nobody else on this host has them.
    ports: Vec<u16>,
    auditor: Auditor,
    /// Whether the server has been killed before.
    was_killed: bool,
    /// Whether copies are missing, so that nothing can be judged any more.
    is_blind: bool,
}

impl Judge {
    fn new(ports: Vec<u16>) -> Self {
        Self { ports, auditor: Auditor::default(), was_killed: false, is_blind: false }
    }

    /// Goes on with judging when the server has been killed and is started again.
    fn after_a_kill(mut self) -> Self {
        self.auditor.starts_anew();
        Self { was_killed: true, ..self }
    }

    fn take(&mut self, copy: &HepCopy) -> Result<(), Found> {
        if self.is_blind {
            return Ok(());
        }
        let now = Moment::from_micros(copy.micros + copy.micros / SLACK);
        let said = with_keys_of_their_version(&copy.message);
        if self.ports.contains(&copy.from.port()) {
            return match self.auditor.says(now, &said) {
                // Over a connection that broke; see above.
                Err(Breach { rule: Rule::Answered, .. }) | Ok(()) => Ok(()),
                // The last copies before a kill are lost with the process; this dialog began in one.
                Err(Breach { rule: Rule::InDialog, .. }) if self.was_killed => {
                    self.is_blind = true;
                    Ok(())
                }
                Err(breach) => Err(Found { breach, said }),
            };
        }
        if self.ports.contains(&copy.to.port())
            && let Ok(message) = sip_msg::parse(said)
        {
            self.auditor.hears(now, &message);
        }
        Ok(())
    }
}

/// The keys of sound are hidden in a copy, all in the same way, so a description with new ones looks
/// like the one before it. In their place stands the version of the description, at their length:
/// keys count as new where it says that something is.
fn with_keys_of_their_version(message: &Bytes) -> Bytes {
    let line_of = |what: &[u8]| {
        message.split(|byte| *byte == b'\n').find(|line| line.starts_with(what)).map(<[u8]>::to_vec)
    };
    let Some(origin) = line_of(b"o=") else { return message.clone() };
    let Some(version) = origin.split(|byte| *byte == b' ').nth(2) else { return message.clone() };
    let mut told = message.to_vec();
    for line in told.split_mut(|byte| *byte == b'\n') {
        let keys = [&b"inline:"[..], b"a=ice-pwd:"].into_iter().find_map(|name| {
            line.windows(name.len()).position(|at| at == name).map(|at| at + name.len())
        });
        let hidden = line.iter_mut().skip(keys.unwrap_or(usize::MAX)).filter(|key| **key == b'x');
        for (key, digit) in hidden.zip(version.iter().cycle()) {
            *key = *digit;
        }
    }
    told.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: u16 = 5060;

    fn judge() -> Judge {
        Judge::new(vec![OURS])
    }

    fn address(port: u16) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, port).into()
    }

    fn copy(from: u16, to: u16, text: &str) -> HepCopy {
        let (from, to) = (address(from), address(to));
        HepCopy { from, to, micros: 0, call: None, message: text.to_owned().into() }
    }

    fn message(first: &str, cseq: &str, to_tag: &str) -> String {
        format!(
            "{first}\r\nVia: SIP/2.0/UDP 127.0.0.1:5062;branch=z9hG4bK1\r\n\
             Max-Forwards: 70\r\nFrom: <sip:ana@a>;tag=1\r\nTo: <sip:bo@b>{to_tag}\r\nCall-ID: 1\r\n\
             CSeq: {cseq}\r\nContent-Length: 0\r\n\r\n"
        )
    }

    fn rule(judged: Result<(), Found>) -> Rule {
        judged.unwrap_err().breach.rule
    }

    #[test]
    fn an_answer_without_a_question_or_a_tag_is_found() {
        let ringing = copy(OURS, 5062, &message("SIP/2.0 180 Ringing", "1 INVITE", ""));
        assert_eq!(rule(judge().take(&ringing)), Rule::AnswersSomething);
        let mut judge = judge();
        judge.take(&copy(5062, OURS, &message("INVITE sip:bo@b SIP/2.0", "1 INVITE", ""))).unwrap();
        let found = judge.take(&ringing).unwrap_err();
        assert_eq!(found.breach.rule, Rule::Tag);
        let told = found.to_string();
        assert!(told.contains("has a tag in To") && told.contains("SIP/2.0 180"), "{told}");
    }

    #[test]
    fn an_ack_of_nothing_is_found_and_that_of_a_peer_is_not_judged() {
        let ack = message("ACK sip:bo@b SIP/2.0", "1 ACK", ";tag=2");
        assert_eq!(rule(judge().take(&copy(OURS, 5062, &ack))), Rule::AcksSomething);
        judge().take(&copy(5062, OURS, &ack)).unwrap();
    }

    #[test]
    fn keys_that_are_hidden_change_with_the_version_and_keep_their_length() {
        let of = |version: u32| {
            let text = format!("v=0\r\no=- 1 {version} IN IP4 a\r\na=crypto:1 A inline:xxxxx\r\n");
            with_keys_of_their_version(&text.into())
        };
        assert!(of(12).ends_with(b"inline:12121\r\n"));
        assert_ne!(of(12), of(13));
        let plain = Bytes::from_static(b"OPTIONS sip:x SIP/2.0\r\n\r\n");
        assert_eq!(with_keys_of_their_version(&plain), plain);
    }

    #[test]
    fn a_server_that_cannot_be_asked_what_it_lost_is_not_judged() {
        let socket = Arc::new(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
        let at = socket.local_addr().unwrap();
        assert_eq!(found_no_room(at), Some(0));
        let listener = Listener { at, socket, http: crate::ports::free(), judge: judge() };
        assert!(!listener.has_all());
    }
}
