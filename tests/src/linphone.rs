//! linphone, another phone that nobody here wrote: its console program, which speaks and hears by files.

use crate::{Picks, Running, Sound, ports, wait};
use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{ChildStdin, Command};
use tempfile::TempDir;

/// What it says when it takes commands.
const PROMPT: &str = "linphonec> ";
/// Samples that may wait in its jitter buffer.
const JITTER: usize = 1_600;
/// Samples that are looked for at once.
const PIECE: usize = 4_000;
/// The same where little is enough.
const SMALL_PIECE: usize = 2_000;

/// How it sends keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// In the sound (RFC 4733).
    InSound,
    /// In messages (INFO, `application/dtmf-relay`).
    InMessages,
}

/// The phone of an agent of [`Site::of_one_queue`](crate::Site::of_one_queue), switched on.
#[derive(Debug)]
pub struct Linphone {
    commands: ChildStdin,
    server: SocketAddr,
    account: String,
    /// How often it has dialled: each time it records into another file.
    dialled: u32,
    running: Running,
    folder: TempDir,
}

impl Linphone {
    /// Switches a phone on, over UDP. It registers by itself.
    #[must_use]
    pub fn start(
        server: SocketAddr,
        account: &str,
        picks: Picks,
        keys: Keys,
        voice: &Sound,
    ) -> Self {
        Self::start_with(server, account, picks, voice, &settings(server, account, keys, None))
    }

    /// The same over TLS, where `ca` vouches for the server, with sound that must be encrypted. It answers by itself, and
    /// registers anew each second while nobody is there.
    #[must_use]
    pub fn start_sealed(server: SocketAddr, account: &str, ca: &Path, voice: &Sound) -> Self {
        let settings = settings(server, account, Keys::InSound, Some(ca));
        Self::start_with(server, account, Picks::Up, voice, &settings)
    }

    fn start_with(
        server: SocketAddr,
        account: &str,
        picks: Picks,
        voice: &Sound,
        settings: &str,
    ) -> Self {
        let folder = tempfile::tempdir().expect("there is room for temporary files");
        let path = folder.path();
        let write = |name: &str, text: &str| {
            fs::write(path.join(name), text).expect("a temporary folder can be written");
        };
        // It registers nothing where it cannot keep what it wants to keep.
        for kept in [".local/share/linphone", ".config/linphone"] {
            fs::create_dir_all(path.join(kept)).expect("a temporary folder can be written");
        }
        voice.repeated(300).write(&path.join("voice.wav"));
        write("settings", settings);
        let mut command = Command::new("linphonec");
        command.args(["-c", "settings"]).env("HOME", path).current_dir(path);
        if picks == Picks::Up {
            command.arg("-a");
        }
        let (running, commands) =
            Running::start_listening(&format!("linphone-{account}"), &mut command, path);
        let account = account.to_owned();
        let mut phone = Self { commands, server, account, dialled: 0, running, folder };
        phone.until_said(PROMPT.trim_end(), 1);
        phone.tell("soundcard use files");
        phone.tell("play voice.wav");
        phone.record();
        phone
    }

    /// Tells it to do something, such as `answer`, `pause` or `terminate`.
    pub fn tell(&mut self, what: &str) {
        let done = self.said().matches(PROMPT).count();
        writeln!(self.commands, "{what}").expect("linphone takes commands");
        self.commands.flush().expect("linphone takes commands");
        self.until_said(PROMPT, done + 1);
    }

    /// Dials a number at the server.
    pub fn dial(&mut self, number: &str) {
        self.dialled += 1;
        self.record();
        let server = self.server;
        self.tell(&format!("call sip:{number}@{server}"));
    }

    /// Presses a key.
    pub fn press(&mut self, key: char) {
        self.tell(&key.to_string());
    }

    /// Waits until it has said this so many times since it was switched on.
    pub fn until_said(&mut self, what: &str, times: usize) {
        let waited_for = format!("linphone of {} says {what:?}", self.account);
        let running = &mut self.running;
        wait::until_so(&waited_for, || {
            assert!(running.ended().is_none(), "linphone ended:\n{}", running.said());
            running.said().matches(what).count() >= times
        });
    }

    /// Everything that it has said.
    #[must_use]
    pub fn said(&self) -> String {
        self.running.said()
    }

    fn record(&mut self) {
        self.tell(&format!("record heard-{}.wav", self.dialled));
    }

    /// What was heard since it dialled, or since it was switched on. The end of a call whose other side hangs up stays in
    /// its jitter buffer, and is silence here.
    #[must_use]
    pub fn hears(&self) -> Sound {
        let heard =
            Sound::read_unfinished(&self.folder.path().join(format!("heard-{}.wav", self.dialled)))
                .unwrap_or_default();
        heard.followed_by_silence(JITTER)
    }

    /// Waits until `sound` is heard well, at or behind sample `from`, and says where it ends.
    ///
    /// Its jitter buffer grows and shrinks in the middle of a sound, so each half second is looked
    /// for by itself, behind the one before.
    pub fn until_heard(&self, what: &str, sound: &Sound, from: usize) -> usize {
        let what = format!("linphone of {} hears {what}", self.account);
        sound.pieces(PIECE).iter().fold(from, |from, piece| {
            wait::until_heard(&what, piece, from.saturating_sub(JITTER), || self.hears())
        })
    }

    /// Waits until some quarter second of `sound` is heard well: of what is said only once, its jitter
    /// buffer may have cut any.
    pub fn until_some_heard(&self, what: &str, sound: &Sound) {
        let what = format!("linphone of {} hears some of {what}", self.account);
        let pieces = sound.pieces(SMALL_PIECE);
        wait::until_so(&what, || {
            let heard = self.hears();
            pieces.iter().any(|piece| piece.find_in(&heard).rho > wait::WELL)
        });
    }
}

fn settings(server: SocketAddr, account: &str, keys: Keys, ca: Option<&Path>) -> String {
    let sip = ports::free();
    let (udp, tls) = if ca.is_some() { (0, sip.port()) } else { (sip.port(), 0) };
    let transport = if ca.is_some() { "tls" } else { "udp" };
    let sealing = match ca {
        Some(ca) => format!(
            "media_encryption=srtp\nmedia_encryption_mandatory=1\nroot_ca={}\n\
             verify_server_certs=1\nverify_server_cn=0\nrefresher_retry_after=1000",
            ca.display()
        ),
        None => "media_encryption=none".to_owned(),
    };
    let (by_info, by_rtp) = match keys {
        Keys::InSound => (0, 1),
        Keys::InMessages => (1, 0),
    };
    format!(
        "[sip]\nsip_port={udp}\nsip_tcp_port=0\nsip_tls_port={tls}\ndefault_proxy=0\nguess_hostname=0\n\
         contact=<sip:{account}@{sip}>\nregister_only_when_network_is_up=0\nuse_info={by_info}\n\
         use_rfc2833={by_rtp}\n{sealing}\nipv6_migration_done=1\nuse_ipv6=0\n\
         [net]\nfirewall_policy=0\nmtu=1300\nbind_address=127.0.0.1\n\
         [rtp]\naudio_rtp_port=-1\naudio_adaptive_jitt_comp_enabled=0\n\
         [proxy_0]\nreg_proxy=<sip:{server};transport={transport}>\n\
         reg_identity=<sip:{account}@{server}>\nreg_expires=600\nreg_sendregister=1\npublish=0\n\
         [auth_info_0]\nusername={account}\npasswd=secret-{account}\nrealm=telefonist\n\
         domain={}\n\
         [misc]\nuse_rtp_keepalive=0\n[sound]\nechocancellation=0\n",
        server.ip(),
    )
}
