//! `telefonist.toml`: where a site listens, and where it keeps things.

mod codecs;
mod fixed;
mod media_io;

use crate::addresses::Addresses;
use crate::advertise::Advertise;
use crate::control::SOCKET_FILE;
use crate::exit::Fault;
use crate::ledger_settings::LedgerSettings;
use crate::limits_settings::LimitsSettings;
use crate::overload_settings::OverloadSettings;
use crate::recordings_settings::RecordingsSettings;
use crate::tls_settings::TlsSettings;
use crate::token_settings::TokenSettings;
use crate::voices::Voices;
use crate::ws_settings::{WsSettings, WssSettings};
use codecs::Codecs;
use media_io::MediaIo;
use serde::Deserialize;
use sip_auth::{Algorithm, Offers};
use sip_ua::{SESSION_EXPIRES_MIN, SessionTimers};
use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;
use trace::Numbers;

pub(crate) use fixed::Fixed;

/// The file's name in a site's folder.
pub(crate) const FILE: &str = "telefonist.toml";

/// Who speaks the recordings that ship; a little lower and slower than usual, for a narrow line.
const ESPEAK: [&str; 12] = [
    "espeak-ng",
    "-v",
    "{voice}",
    "-s",
    "150",
    "-p",
    "42",
    "-a",
    "100",
    "--stdout",
    "--",
    "{text}",
];

/// The settings of a site, every one with a usual value.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// Listen for SIP over UDP and TCP here: one address or several.
    pub(crate) sip: Addresses,
    /// Listen for SIP over TLS too.
    pub(crate) tls: Option<TlsSettings>,
    /// Listen for SIP over WebSocket too.
    pub(crate) ws: Option<WsSettings>,
    /// Listen for SIP over WebSocket inside TLS too.
    pub(crate) wss: Option<WssSettings>,
    /// Listen for HTTP here.
    pub(crate) http: SocketAddr,
    /// The control socket; relative to the site. In the data folder if it is not said.
    control: Option<PathBuf>,
    /// Who may use the HTTP API, and for what.
    pub(crate) token: Vec<TokenSettings>,
    /// The addresses that phones reach us at, where they are not those that we listen on.
    pub(crate) advertise: Advertise,
    /// The folder of the ledger; relative to the site.
    pub(crate) data: PathBuf,
    /// Where the ledger is, if it is no file in that folder.
    pub(crate) ledger: LedgerSettings,
    /// What becomes of recordings of talks.
    pub(crate) recordings: RecordingsSettings,
    /// The dialplan; relative to the site.
    pub(crate) dialplan: PathBuf,
    /// Recordings of the site's own, which stand over the shipped ones; relative to the site.
    pub(crate) prompts: PathBuf,
    /// Whether the plan is reloaded by itself when a file of the site has changed.
    watch: bool,
    /// The voice of each language that is not heard in the usual one.
    pub(crate) voice: Voices,
    /// The program that speaks texts for `telefonist prompts build`, and its arguments.
    pub(crate) tts: Vec<String>,
    /// What `{voice}` is in a language, where it is not the language's tag.
    pub(crate) tts_voice: BTreeMap<String, String>,
    /// Seconds that a text may take to be spoken.
    tts_timeout_s: u16,
    /// UDP ports for sound, `"20000-20999"`: each call needs two even ones.
    rtp_ports: PortRange,
    /// The digest realm; changing it makes every phone log in anew.
    pub(crate) realm: String,
    /// How phones prove who they are, the dearest first: `"SHA-256"` and `"MD5"`.
    digest: Vec<Digest>,
    /// Other orders for phones whose User-Agent begins so; they stand over the shipped ones.
    digest_for: BTreeMap<String, Vec<Digest>>,
    /// Seconds without any sound from a phone that should send some, after which the call is dead.
    rtp_timeout_s: u16,
    /// Seconds without a sign of a phone that need not send sound, after which its call is dead.
    hold_timeout_s: u16,
    /// Seconds within which a phone or trunk must show that it still knows a call (RFC 4028); 0: it
    /// need not.
    session_expires_s: u32,
    /// The shortest such time that a phone or trunk may ask for, in seconds.
    min_se_s: u32,
    /// Threads for sound; 0 for one a core, up to four.
    media_workers: u8,
    /// How these ask the system for sound: `"best"`, `"epoll"` or `"io_uring"`.
    media_io: MediaIo,
    /// The codecs that are spoken, in the order in which they are offered: `"PCMA"`, `"PCMU"`, `"G722"`, `"opus"`.
    codecs: Codecs,
    /// Name servers, for trunks that go by a name; none: those of the system.
    pub(crate) dns: Vec<SocketAddr>,
    /// Mebibytes of memory for the SIP messages of the latest calls; 0: none are kept.
    trace_mib: u16,
    /// Where what is said in SIP is told to as HEP3, for Homer.
    pub(crate) hep: Option<SocketAddr>,
    /// Whether people's numbers are told there as they are.
    hep_numbers: bool,
    /// No more calls than this at once, whatever the ports would allow.
    pub(crate) calls_max: usize,
    /// No more calls than this at once from one address that is neither a trunk nor an agent.
    pub(crate) calls_per_source_max: usize,
    /// How much load is borne before new calls are refused.
    pub(crate) overload: OverloadSettings,
    /// What peers may take.
    pub(crate) limits: LimitsSettings,
    /// Seconds that calls have to finish in after SIGTERM or Ctrl-C. A second one ends them.
    drain_max_s: u16,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sip: SocketAddr::from(([127, 0, 0, 1], 5060)).into(),
            tls: None,
            ws: None,
            wss: None,
            http: SocketAddr::from(([127, 0, 0, 1], 8080)),
            control: None,
            token: Vec::new(),
            advertise: Advertise::Nothing,
            data: PathBuf::from("data"),
            ledger: LedgerSettings::default(),
            recordings: RecordingsSettings::default(),
            dialplan: PathBuf::from("dialplan.toml"),
            prompts: PathBuf::from("prompts"),
            watch: false,
            voice: Voices::default(),
            tts: ESPEAK.map(str::to_owned).to_vec(),
            tts_voice: BTreeMap::from([("en".to_owned(), "en-gb-x-rp".to_owned())]),
            tts_timeout_s: 30,
            rtp_ports: PortRange(20_000..=20_999),
            realm: "telefonist".to_owned(),
            digest: vec![Digest::Sha256, Digest::Md5],
            digest_for: BTreeMap::new(),
            rtp_timeout_s: 60,
            hold_timeout_s: 1_800,
            session_expires_s: 1_800,
            min_se_s: 90,
            media_workers: 0,
            media_io: MediaIo::Best,
            codecs: Codecs::default(),
            dns: Vec::new(),
            trace_mib: 32,
            hep: None,
            hep_numbers: false,
            calls_max: 10_000,
            calls_per_source_max: 10_000,
            overload: OverloadSettings::default(),
            limits: LimitsSettings::default(),
            drain_max_s: 10,
        }
    }
}

/// A digest algorithm by its name in a challenge (RFC 8760 §2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
enum Digest {
    #[serde(rename = "MD5")]
    Md5,
    #[serde(rename = "SHA-256")]
    Sha256,
}

impl Digest {
    const fn algorithm(self) -> Algorithm {
        match self {
            Self::Md5 => Algorithm::Md5,
            Self::Sha256 => Algorithm::Sha256,
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
struct PortRange(RangeInclusive<u16>);

impl TryFrom<String> for PortRange {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let range = text
            .split_once('-')
            .and_then(|(first, last)| Some(first.trim().parse().ok()?..=last.trim().parse().ok()?));
        match range {
            Some(range) if range.start() < range.end() && *range.start() >= 1024 => Ok(Self(range)),
            Some(_) | None => Err(format!(
                "{text:?} is no range of ports: write the first and the last, such as \
                 \"20000-20999\", from 1024 on"
            )),
        }
    }
}

impl Settings {
    /// Reads the file, or takes the usual values where there is none.
    pub(crate) fn read(file: &Path) -> Result<Self, Fault> {
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(error) => return Err(Fault::found(format!("{}: {error}", file.display()))),
        };
        Self::parse(&file.display().to_string(), &text)
    }

    /// The usual values for a dialplan that is named by itself.
    pub(crate) fn of_dialplan(dialplan: PathBuf) -> Self {
        Self { dialplan, ..Self::default() }
    }

    /// Reads the text of the file, which is named in faults.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, Fault> {
        // The error of `toml` has line, column, excerpt and the keys that would have been right.
        toml::from_str(text).map_err(|error| {
            Fault::found(format!("{file}: {error}")).with(finding(file, text, &error))
        })
    }

    /// The algorithms to offer; the usual ones where none is named, since nobody could register with
    /// none.
    pub(crate) fn digest(&self) -> Offers {
        let algorithms =
            |named: &[Digest]| named.iter().map(|digest| digest.algorithm()).collect::<Vec<_>>();
        let mut offers = Offers::default();
        if !self.digest.is_empty() {
            offers.usual = algorithms(&self.digest);
        }
        let own = self.digest_for.iter();
        offers.exceptions.extend(own.map(|(phone, named)| (phone.clone(), algorithms(named))));
        offers
    }

    /// Session timers; none if they are switched off. Shorter times than the RFC allows count as the
    /// shortest that it does.
    pub(crate) fn session_timers(&self) -> Option<SessionTimers> {
        let at_least = |seconds: u32| Duration::from_secs(seconds.into()).max(SESSION_EXPIRES_MIN);
        let min = at_least(self.min_se_s);
        let expires = at_least(self.session_expires_s).max(min);
        (self.session_expires_s > 0).then_some(SessionTimers { expires, min })
    }

    /// Where SIP is spoken over other transports than UDP and TCP.
    pub(crate) fn doors(&self) -> impl Iterator<Item = SocketAddr> {
        let tls = self.tls.iter().flat_map(|tls| tls.listen(&self.sip));
        let ws = self.ws.iter().flat_map(|ws| ws.listen(&self.sip));
        let wss = self.wss.iter().flat_map(|wss| wss.listen(&self.sip));
        tls.chain(ws).chain(wss)
    }

    /// Finds the control socket and the password of the ledger from the site's folder.
    pub(crate) fn stand_in(&mut self, folder: &Path) {
        if let Some(control) = &mut self.control {
            *control = folder.join(&*control);
        }
        self.ledger.stand_in(folder);
    }

    /// Where the control socket is, beside the ledger in this folder if nothing else is said.
    pub(crate) fn control_socket(&self, data: &Path) -> PathBuf {
        self.control.clone().unwrap_or_else(|| data.join(SOCKET_FILE))
    }

    pub(crate) fn rtp_ports(&self) -> RangeInclusive<u16> {
        self.rtp_ports.0.clone()
    }

    pub(crate) fn rtp_timeout(&self) -> Duration {
        Duration::from_secs(self.rtp_timeout_s.max(1).into())
    }

    pub(crate) fn hold_timeout(&self) -> Duration {
        Duration::from_secs(self.hold_timeout_s.max(1).into())
    }

    /// How long a text may take to be spoken.
    pub(crate) fn tts_timeout(&self) -> Duration {
        Duration::from_secs(self.tts_timeout_s.max(1).into())
    }

    /// What is told to [`Settings::hep`] of people's numbers.
    pub(crate) const fn hep_numbers(&self) -> Numbers {
        if self.hep_numbers { Numbers::Shown } else { Numbers::Masked }
    }

    /// Bytes for the SIP messages of the latest calls.
    pub(crate) fn trace_bytes(&self) -> usize {
        usize::from(self.trace_mib) * 1024 * 1024
    }

    pub(crate) const fn watch(&self) -> bool {
        self.watch
    }

    pub(crate) fn drain_max(&self) -> Duration {
        Duration::from_secs(self.drain_max_s.into())
    }

    pub(crate) fn media_workers(&self) -> u8 {
        if self.media_workers > 0 {
            return self.media_workers;
        }
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        u8::try_from(cores.min(4)).unwrap_or(4)
    }

    /// The codecs that are spoken, in the order in which they are offered.
    pub(crate) fn codecs(&self) -> Vec<sdp::Codec> {
        self.codecs.spoken()
    }

    /// The same, as clips are encoded in them.
    pub(crate) fn codecs_of_clips(&self) -> Vec<media_protocol::Codec> {
        self.codecs.heard()
    }

    pub(crate) const fn media_io(&self) -> media::Io {
        self.media_io.io()
    }
}

/// The fault as those of the dialplan are told to programs.
fn finding(file: &str, text: &str, error: &toml::de::Error) -> dialplan::Fault {
    let span = error.span().unwrap_or_default();
    let before = text.get(..span.start).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    dialplan::Fault {
        file: file.to_owned(),
        line: 1 + before.matches('\n').count(),
        column: 1 + before.chars().count() - before.get(..line_start).unwrap_or("").chars().count(),
        span: (span.start, span.end),
        id: "settings",
        message: error.message().to_owned(),
        suggestion: None,
        severity: dialplan::Severity::Error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_means_the_usual_values() {
        let settings = Settings::parse("x", "").unwrap();
        assert_eq!(settings.sip.first, "127.0.0.1:5060".parse().unwrap());
        assert_eq!(settings.rtp_ports(), 20_000..=20_999);
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_place_and_the_keys_there_are() {
        let fault = Settings::parse("telefonist.toml", "sip = \"127.0.0.1:5060\"\nhtpp = 1\n");
        let message = format!("{:?}", fault.unwrap_err());
        for part in ["telefonist.toml", "line 2", "htpp", "http"] {
            assert!(message.contains(part), "{part} is missing in {message}");
        }
    }

    #[test]
    fn programs_are_told_the_place_in_characters_and_in_bytes() {
        let text = "realm = \"Växel\"\n  htpp = 1\n";
        let fault = Settings::parse("telefonist.toml", text).unwrap_err();
        let finding = fault.finding().unwrap();
        assert_eq!((finding.line, finding.column), (2, 3));
        assert_eq!(&text[finding.span.0..finding.span.1], "htpp");
        let fault = Settings::parse("x", "realm = \"å\" å").unwrap_err();
        let finding = fault.finding().unwrap();
        assert_eq!((finding.line, finding.column), (1, 13));
    }

    #[test]
    fn session_timers_are_usual_never_too_short_and_can_be_switched_off() {
        let timers = |text: &str| {
            let timers = Settings::parse("x", text).unwrap().session_timers();
            timers.map(|timers| (timers.expires.as_secs(), timers.min.as_secs()))
        };
        assert_eq!(timers(""), Some((1_800, 90)));
        assert_eq!(timers("session_expires_s = 5"), Some((90, 90)));
        assert_eq!(timers("session_expires_s = 300\nmin_se_s = 600"), Some((600, 600)));
        assert_eq!(timers("session_expires_s = 0"), None);
    }

    #[test]
    fn phones_that_need_another_digest_are_known_and_can_be_named() {
        let offered = |text: &str, phone: &'static str| {
            Settings::parse("x", text).unwrap().digest().to(Some(&phone.into()))
        };
        let both = [Algorithm::Sha256, Algorithm::Md5];
        assert_eq!(offered("", "Snom D785"), both);
        assert_eq!(offered("", "baresip v1.0.0"), [Algorithm::Md5]);
        assert_eq!(offered("digest_for = { \"Snom\" = [\"MD5\"] }", "Snom D785"), [Algorithm::Md5]);
        assert_eq!(offered("digest_for = { \"baresip\" = [] }", "baresip v1.0.0"), both);
        assert_eq!(offered("digest = [\"SHA-256\"]", "baresip v1.0.0"), [Algorithm::Sha256]);
    }

    #[test]
    fn the_way_of_sound_goes_by_three_names() {
        let way = |text| Settings::parse("x", text).map(|settings| settings.media_io());
        assert_eq!(way("").unwrap(), media::Io::Best);
        assert_eq!(way("media_io = 'epoll'").unwrap(), media::Io::Epoll);
        assert_eq!(way("media_io = 'io_uring'").unwrap(), media::Io::Uring);
        let told = format!("{:?}", way("media_io = 'iouring'").unwrap_err());
        assert!(told.contains("`best`, `epoll`, `io_uring`"), "{told}");
    }

    #[test]
    fn a_range_of_ports_needs_two_ends_in_order() {
        for wrong in ["20000", "20999-20000", "0-100", "a-b"] {
            let text = format!("rtp_ports = \"{wrong}\"");
            assert!(Settings::parse("x", &text).is_err(), "{wrong}");
        }
    }
}
