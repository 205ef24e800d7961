//! sipp, a caller that nobody here wrote: it does the signalling of one call by a scenario of ours,
//! and the test does the sound.

use crate::{CallerSound, Running, Signal, ports, wait};
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// What a caller is to do.
#[derive(Clone, Copy, Debug)]
pub struct SippCall<'a> {
    /// Where to call.
    pub server: SocketAddr,
    /// The number to call.
    pub number: &'a str,
    /// The number of the caller.
    pub caller: &'a str,
}

/// One caller.
#[derive(Debug)]
pub struct Sipp {
    /// What the caller hears and says.
    pub sound: CallerSound,
    address: SocketAddr,
    call_id: String,
    running: Running,
    _folder: TempDir,
}

impl Sipp {
    /// Dials `9000` from a number.
    #[must_use]
    pub fn dial(server: SocketAddr, caller: &str) -> Self {
        Self::call(SippCall { server, number: "9000", caller })
    }

    /// Dials.
    #[must_use]
    pub fn call(call: SippCall<'_>) -> Self {
        Self::call_with(call, "")
    }

    /// Dials with these header lines besides in the INVITE.
    #[must_use]
    pub fn call_with(call: SippCall<'_>, headers: &str) -> Self {
        let folder = tempfile::tempdir().expect("there is room for temporary files");
        let own = folder.path().join("caller.xml");
        let text = fs::read_to_string(scenario("caller.xml")).expect("it is in the repository");
        let line = "    CSeq: 1 INVITE\n";
        fs::write(&own, text.replacen(line, &format!("{line}{headers}"), 1))
            .expect("a temporary folder can be written");
        let ip = beside(call.server);
        let (sound, address) = (CallerSound::open(ip), ports::free_at(ip));
        let call_id = format!("caller-{}-{}", call.caller.trim_start_matches('+'), address.port());
        let mut command = Command::new("sipp");
        command
            .arg(call.server.to_string())
            .arg("-sf")
            .arg(own)
            .args(["-s", call.number, "-i", &ip.to_string(), "-mi", &ip.to_string()])
            .args(["-p", &address.port().to_string()])
            .args(["-key", "caller", call.caller])
            .args(["-key", "sound_port", &sound.port().to_string()])
            .args(["-cid_str", &call_id, "-m", "1", "-l", "1", "-nostdin", "-trace_err"])
            .current_dir(folder.path());
        let running = Running::start("sipp", &mut command, folder.path());
        Self { sound, address, call_id, running, _folder: folder }
    }

    /// The Call-ID, as one who could read along would know it.
    #[must_use]
    pub fn call_id(&self) -> &str {
        &self.call_id
    }

    /// Where its SIP goes.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Hangs up. The scenario does so when an INFO of its call comes, which is the test's hand on
    /// its shoulder.
    pub fn hang_up(&mut self) {
        let hand = UdpSocket::bind((self.address.ip(), 0)).expect("loopback has a free port");
        let from = hand.local_addr().expect("a bound socket has an address");
        let nudge = format!(
            "INFO sip:caller@{} SIP/2.0\r\nVia: SIP/2.0/UDP {from};branch=z9hG4bK-hand\r\n\
             From: <sip:hand@{from}>;tag=hand\r\nTo: <sip:caller@{}>\r\nCall-ID: {}\r\n\
             CSeq: 1 INFO\r\nContent-Length: 0\r\n\r\n",
            self.address, self.address, self.call_id
        );
        hand.send_to(nudge.as_bytes(), self.address).expect("loopback takes datagrams");
        self.ended();
    }

    /// Is gone without a word.
    pub fn vanish(mut self) {
        self.running.signal(Signal::Kill);
        self.running.wait();
    }

    /// Waits until its call is over as the scenario has it.
    ///
    /// # Panics
    /// If something came that the scenario does not know.
    pub fn ended(&mut self) {
        let running = &mut self.running;
        let status = wait::until("the end of sipp's call", || running.ended());
        // The next call may be lent the port to which it spoke.
        self.sound.cut();
        assert!(status.success(), "sipp's call went wrong ({status}):\n{}", running.said());
    }
}

/// An agent's phone that answers at once, and knows nothing of its call when it is asked about that.
#[derive(Debug)]
pub struct SippAgent {
    /// What the agent hears and says.
    pub sound: CallerSound,
    running: Running,
    _folder: TempDir,
}

impl SippAgent {
    /// Registers an account whose password is `secret-` and its name, and waits for a call.
    #[must_use]
    pub fn forgetful(server: SocketAddr, account: &str) -> Self {
        let folder = tempfile::tempdir().expect("there is room for temporary files");
        let (sound, address) = (CallerSound::open(beside(server)), ports::free());
        let start = |name: &str| {
            let mut command = Command::new("sipp");
            command
                .arg(server.to_string())
                .arg("-sf")
                .arg(scenario(name))
                .args(["-s", account, "-au", account, "-ap", &format!("secret-{account}")])
                .args(["-i", &address.ip().to_string(), "-p", &address.port().to_string()])
                .args(["-mi", &address.ip().to_string()])
                .args(["-key", "sound_port", &sound.port().to_string()])
                .args(["-m", "1", "-l", "1", "-nostdin", "-trace_err"])
                .current_dir(folder.path());
            Running::start("sipp", &mut command, folder.path())
        };
        let mut registers = start("register.xml");
        let status = registers.wait();
        assert!(status.success(), "it did not register ({status}):\n{}", registers.said());
        let running = start("forgetful.xml");
        Self { sound, running, _folder: folder }
    }

    /// Waits until it has been asked about its call, and has said that it knows of none.
    pub fn asked(&mut self) {
        let status = self.running.wait();
        assert!(status.success(), "sipp's call went wrong ({status}):\n{}", self.running.said());
    }
}

/// The world behind a carrier: some numbers there answer, others ring, as `world.xml` has it.
#[derive(Debug)]
pub struct SippWorld {
    address: SocketAddr,
    _running: Running,
    _folder: TempDir,
}

impl SippWorld {
    /// Waits for calls.
    #[must_use]
    pub fn open() -> Self {
        let folder = tempfile::tempdir().expect("there is room for temporary files");
        let address = ports::free();
        // Nobody listens there, and nothing is said. sipp takes the next port too, for pictures.
        let (sound, _pictures) = (ports::free(), ports::free());
        let mut command = Command::new("sipp");
        command
            .arg("-sf")
            .arg(scenario("world.xml"))
            .args(["-i", &address.ip().to_string(), "-p", &address.port().to_string()])
            .args(["-mi", &sound.ip().to_string(), "-mp", &sound.port().to_string()])
            .args(["-nostdin", "-trace_err"])
            .current_dir(folder.path());
        let running = Running::start("sipp", &mut command, folder.path());
        Self { address, _running: running, _folder: folder }
    }

    /// Where the carrier is reached.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

/// The address of a phone that reaches this server, and speaks the same IP.
pub(crate) fn beside(server: SocketAddr) -> IpAddr {
    if server.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() }
}

fn scenario(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios").join(name)
}
