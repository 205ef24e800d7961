//! baresip, a phone that nobody here wrote: run without a screen or a sound card, told what to do
//! over its control port, and asked what it heard.

use crate::sipp::beside;
use crate::{Running, Signal, Sound, ports, wait};
use serde_json::{Value, json};
use std::fs;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// Where Debian keeps its modules.
const MODULES: &str = "/usr/lib/baresip/modules";

/// What it does when it rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picks {
    /// Answers at once.
    Up,
    /// Rings until told.
    UpWhenTold,
}

/// How long a registration is to last, and when the phone comes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registers {
    /// For ten minutes, which no story waits for.
    ForLong,
    /// For a minute, and again after so many seconds, from 3 to 57.
    AgainAfter(u32),
}

/// How a phone is set up.
#[derive(Clone, Debug)]
pub struct PhoneSetup {
    /// Where it registers.
    pub server: SocketAddr,
    /// Its account, whose password is `secret`.
    pub account: String,
    /// The password.
    pub secret: String,
    /// `udp`, `tcp` or `tls`.
    pub transport: &'static str,
    /// Who vouches for the server, over TLS.
    pub ca: Option<PathBuf>,
    /// Whether it takes and makes encrypted sound alone.
    pub seals: bool,
    /// How long its registration is to last, and when it comes again.
    pub registers: Registers,
    /// What it does when it rings.
    pub picks: Picks,
    /// Its codecs, the dearest first, as it names them.
    pub codecs: &'static str,
    /// Accounts whose presence it shows.
    pub watches: Vec<String>,
    /// What it says, again and again.
    pub voice: Sound,
}

impl PhoneSetup {
    /// The phone of an agent of [`Site::of_one_queue`](crate::Site::of_one_queue), over UDP.
    #[must_use]
    pub fn of_agent(server: SocketAddr, account: &str, picks: Picks, voice: &Sound) -> Self {
        Self {
            server,
            account: account.to_owned(),
            secret: format!("secret-{account}"),
            transport: "udp",
            ca: None,
            seals: false,
            registers: Registers::ForLong,
            picks,
            codecs: "PCMA,PCMU",
            watches: Vec::new(),
            voice: voice.clone(),
        }
    }
}

/// A phone that is switched on.
#[derive(Debug)]
pub struct Baresip {
    control: TcpStream,
    unread: Vec<u8>,
    events: Vec<Value>,
    tokens: u64,
    account: String,
    server: SocketAddr,
    running: Running,
    folder: TempDir,
}

impl Baresip {
    /// Switches a phone on. It registers by itself.
    #[must_use]
    pub fn start(setup: &PhoneSetup) -> Self {
        let folder = tempfile::tempdir().expect("there is room for temporary files");
        let control = ports::free();
        write_folder(&folder, setup, control);
        let mut command = Command::new("baresip");
        let ip = if setup.server.is_ipv4() { "-4" } else { "-6" };
        command.arg("-f").arg(folder.path()).args([ip, "-s"]);
        let name = format!("baresip-{}", setup.account);
        let mut running = Running::start(&name, &mut command, folder.path());
        let control = wait::until("baresip takes commands", || {
            assert!(running.ended().is_none(), "baresip ended at once:\n{}", running.said());
            TcpStream::connect(control).ok()
        });
        control.set_read_timeout(Some(Duration::from_millis(20))).expect("not zero");
        Self {
            control,
            unread: Vec::new(),
            events: Vec::new(),
            tokens: 0,
            account: setup.account.clone(),
            server: setup.server,
            running,
            folder,
        }
    }

    /// Tells it to do something, such as `accept`, and gives its answer.
    pub fn tell(&mut self, what: &str, about: &str) -> String {
        self.tokens += 1;
        let token = format!("t{}", self.tokens);
        let command = json!({ "command": what, "params": about, "token": token }).to_string();
        // A netstring: the length, a colon, the text, a comma.
        let framed = format!("{}:{command},", command.len());
        self.control.write_all(framed.as_bytes()).expect("baresip takes commands");
        let answer = wait::until(&format!("baresip's answer to {what}"), || {
            self.read();
            let is_answer = |event: &Value| event["token"] == token.as_str();
            let at = self.events.iter().position(is_answer)?;
            Some(self.events.remove(at))
        });
        answer["data"].as_str().unwrap_or_default().to_owned()
    }

    /// Dials a number at the server.
    pub fn dial(&mut self, number: &str) {
        let target = format!("sip:{number}@{}", self.server);
        self.tell("dial", &target);
    }

    /// Is switched off: hangs up, takes its registration back, and is gone.
    pub fn switch_off(mut self) {
        self.running.signal(Signal::Terminate);
        self.running.wait();
    }

    /// Waits until it shows this beside a contact: `Online`, `Busy`, `Offline`, or `Unknown` for one
    /// of whom it is told nothing.
    pub fn until_shows(&mut self, contact: &str, presence: &str) {
        let account = self.account.clone();
        wait::until_so(&format!("{account} shows {contact} as {presence}"), || {
            let contacts = self.tell("contacts", "");
            let address = format!("<sip:{contact}@");
            let line = contacts.lines().find(|line| line.contains(&address));
            line.is_some_and(|line| line.contains(presence))
        });
    }

    /// Is gone without a word, as a phone is whose cable is pulled.
    pub fn vanish(mut self) {
        self.running.signal(Signal::Kill);
        self.running.wait();
    }

    /// Waits for an event such as `CALL_INCOMING`, and gives it. Each is given once; those before it
    /// are passed over.
    pub fn wait_for(&mut self, kind: &str) -> Value {
        let what = format!("{kind} at the phone of {}", self.account);
        wait::until(&what, || {
            self.read();
            let at = self.events.iter().position(|event| event["type"] == kind)?;
            self.events.drain(..=at).next_back()
        })
    }

    /// The same for one that has not come yet.
    pub fn wait_for_next(&mut self, kind: &str) -> Value {
        self.read();
        self.events.clear();
        self.wait_for(kind)
    }

    /// Whether there has been such an event that was not waited for yet.
    pub fn has_seen(&mut self, kind: &str) -> bool {
        self.read();
        self.events.iter().any(|event| event["type"] == kind)
    }

    /// Waits until `sound` is heard well in the latest call, at or behind sample `from`, and says where
    /// it ends.
    ///
    /// Whoever hangs up right after it has not cut anybody short.
    pub fn until_heard(&self, what: &str, sound: &Sound, from: usize) -> usize {
        let what = format!("{} hears {what}", self.account);
        wait::until_heard(&what, sound, from, || self.hears())
    }

    /// What was heard in the latest call so far.
    #[must_use]
    pub fn hears(&self) -> Sound {
        let latest = self.recordings().pop();
        latest.and_then(|file| Sound::read_unfinished(&file)).unwrap_or_default()
    }

    /// Packets of sound that have come in the present call. It does not go on recording a call that it
    /// has held itself, but it does go on counting.
    pub fn packets_received(&mut self) -> u64 {
        let told = self.tell("audio_debug", "");
        let count = told.split_once("rcvd=").map(|(_, rest)| rest);
        let count = count.and_then(|rest| rest.split(|it: char| !it.is_ascii_digit()).next());
        count.and_then(|digits| digits.parse().ok()).unwrap_or(0)
    }

    /// What was heard in each call that is over, the oldest first.
    #[must_use]
    pub fn heard(&self) -> Vec<Sound> {
        // A recording may begin a little after the sound, and end a little before.
        let heard = |file: &PathBuf| Sound::read(file).amid_silence(4_000);
        self.recordings().iter().map(heard).collect()
    }

    /// The files of what was heard, the oldest first.
    fn recordings(&self) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = fs::read_dir(self.folder.path().join("heard"))
            .expect("the folder was made at the start")
            .map(|entry| entry.expect("the folder can be read").path())
            .filter(|file| file.to_string_lossy().ends_with("-dec.wav"))
            .collect();
        // Their names are dates.
        files.sort();
        files
    }

    /// Reads what has come, without waiting for more.
    fn read(&mut self) {
        let mut some = [0; 16_384];
        match self.control.read(&mut some) {
            Ok(0) => panic!("baresip is gone"),
            Ok(length) => self.unread.extend(&some[..length]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => panic!("baresip cannot be heard: {error}"),
        }
        while let Some(event) = self.next_event() {
            self.events.push(event);
        }
    }

    fn next_event(&mut self) -> Option<Value> {
        let colon = self.unread.iter().position(|byte| *byte == b':')?;
        let length = std::str::from_utf8(&self.unread[..colon]).ok()?.parse::<usize>();
        let end = colon + 1 + length.expect("a netstring begins with its length");
        if self.unread.len() <= end {
            return None;
        }
        let event = serde_json::from_slice(&self.unread[colon + 1..end]);
        self.unread.drain(..=end);
        Some(event.expect("baresip's events are JSON"))
    }
}

fn write_folder(folder: &TempDir, setup: &PhoneSetup, control: SocketAddr) {
    let path = folder.path();
    let write = |name: &str, text: &str| {
        fs::write(path.join(name), text).expect("a temporary folder can be written");
    };
    fs::create_dir(path.join("heard")).expect("a temporary folder can be written");
    // At the end of the file it would hang up, so the file is longer than any test.
    let (voice, file) = (setup.voice.repeated(300), path.join("voice.wav"));
    match rate(setup) {
        WIDE => voice.write_doubled(&file),
        _ => voice.write(&file),
    }
    let contact = |of: &String| format!("\"{of}\" <sip:{of}@{}>;presence=p2p\n", setup.server);
    write("contacts", &setup.watches.iter().map(contact).collect::<String>());
    write("accounts", &account(setup));
    let ca = setup.ca.as_ref().map(|ca| format!("sip_cafile {}\n", ca.display()));
    let secure = if setup.seals { "module srtp.so\n" } else { "" };
    let presence = if setup.watches.is_empty() {
        ""
    } else {
        "module_app contact.so\nmodule_app presence.so\n"
    };
    let more = [ca.as_deref().unwrap_or_default(), secure, presence].concat();
    write("config", &(config(path.display(), control, setup) + &more));
}

fn account(setup: &PhoneSetup) -> String {
    let PhoneSetup { server, account, secret, transport, picks, registers, .. } = setup;
    let answer = match picks {
        Picks::Up => "auto",
        Picks::UpWhenTold => "manual",
    };
    let registers = match registers {
        Registers::ForLong => "regint=600".to_owned(),
        // Told to it as a share of the minute, in per cent.
        Registers::AgainAfter(seconds) => format!("regint=60;rwait={}", seconds * 100 / 60),
    };
    let seals = if setup.seals { ";mediaenc=srtp-mand" } else { "" };
    let codecs = setup.codecs;
    format!(
        "<sip:{account}@{server};transport={transport}>;auth_user={account};auth_pass={secret};\
         answermode={answer};{registers};audio_codecs={codecs};ptime=20;mwi=no{seals}\n"
    )
}

/// Samples a second of G.722.
const WIDE: u32 = 16_000;

/// As many as its codec takes: what it does to have more of them is heard.
fn rate(setup: &PhoneSetup) -> u32 {
    if setup.codecs.starts_with("G722") { WIDE } else { 8_000 }
}

fn config(folder: impl std::fmt::Display, control: SocketAddr, setup: &PhoneSetup) -> String {
    let (ip, account) = (beside(setup.server), &setup.account);
    let sip = ports::free_at(ip);
    // A player that plays into nothing, a source that is a file, and a recorder between them.
    let rate = rate(setup);
    format!(
        "poll_method epoll\n\
         sip_listen {sip}\n\
         net_interface {ip}\n\
         call_local_timeout 120\n\
         call_max_calls 4\n\
         audio_player aubridge,{account}-out\n\
         audio_alert aubridge,{account}-alert\n\
         audio_source aufile,{folder}/voice.wav\n\
         ausrc_srate {rate}\n\
         ausrc_channels 1\n\
         ausrc_format s16\nauplay_format s16\nauenc_format s16\naudec_format s16\n\
         audio_buffer 20-160\n\
         audio_level no\n\
         jitter_buffer_delay 5-10\n\
         rtcp_mux no\n\
         rtp_stats no\n\
         module_path {MODULES}\n\
         module g711.so\nmodule g722.so\nmodule opus.so\nmodule sndfile.so\nmodule aufile.so\nmodule aubridge.so\n\
         module_tmp uuid.so\nmodule_tmp account.so\n\
         module_app menu.so\nmodule_app ctrl_tcp.so\n\
         ctrl_tcp_listen {control}\n\
         snd_path {folder}/heard\n\
         menu_bell no\nringback_disabled yes\nstatmode_default off\n"
    )
}
