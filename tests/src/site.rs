//! A site of the test's own: a folder, a dialplan and ports of its own.

use crate::auditing::Judge;
use crate::ports::SoundPorts;
use crate::{Authority, ports};
use std::fmt::Write;
use std::fs;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Ends the lines of `telefonist.toml` that are the auditor's: each start writes them anew.
const OF_THE_AUDITOR: &str = "# of the auditor";

/// A site in a temporary folder.
#[derive(Debug)]
pub struct Site {
    folder: TempDir,
    /// Where it will listen for SIP.
    pub sip: SocketAddr,
    /// Where else it will listen for SIP.
    pub more_sip: Vec<SocketAddr>,
    /// Where it will listen for SIP over TLS, if it will.
    pub tls: Option<SocketAddr>,
    /// Where it will listen for SIP over WebSocket inside TLS, if it will.
    pub wss: Option<SocketAddr>,
    /// Where it will listen for HTTP.
    pub http: SocketAddr,
    is_audited: bool,
    /// What it will log, as `RUST_LOG` has it.
    pub(crate) log: &'static str,
    /// Who has judged the server of this site until it was killed.
    pub(crate) judge: Option<Judge>,
    _sound: SoundPorts,
}

impl Site {
    /// A site with this dialplan.
    #[must_use]
    pub fn new(dialplan: &str) -> Self {
        let folder = tempfile::tempdir().expect("there is room for temporary files");
        let (sip, http, sound) = (ports::free(), ports::free(), SoundPorts::claim());
        let settings = format!(
            "sip = \"{sip}\"\nhttp = \"{http}\"\nrtp_ports = \"{}-{}\"\n",
            sound.range().start(),
            sound.range().end()
        );
        let write = |name: &str, text: &str| {
            fs::write(folder.path().join(name), text).expect("a temporary folder can be written");
        };
        write("dialplan.toml", dialplan);
        write("telefonist.toml", &settings);
        Self {
            folder,
            sip,
            more_sip: Vec::new(),
            tls: None,
            wss: None,
            http,
            is_audited: true,
            log: "info",
            judge: None,
            _sound: sound,
        }
    }

    /// The site at addresses of IPv6.
    #[must_use]
    pub fn on_ipv6(mut self) -> Self {
        let before = format!("\"{}\"", self.sip);
        self.sip = ports::free_at(Ipv6Addr::LOCALHOST.into());
        let after = format!("\"{}\"", self.sip);
        self.rewritten(&before, &after)
    }

    /// The site at a port of this address too for SIP, beside its first.
    #[must_use]
    pub fn with_sip_at(mut self, ip: impl Into<IpAddr>) -> Self {
        let before = self.sip_setting();
        self.more_sip.push(ports::free_at(ip.into()));
        let after = self.sip_setting();
        self.rewritten(&before, &after)
    }

    fn sip_setting(&self) -> String {
        let further = self.more_sip.iter().map(|address| format!(", \"{address}\""));
        match further.collect::<String>() {
            further if further.is_empty() => format!("sip = \"{}\"\n", self.sip),
            further => format!("sip = [\"{}\"{further}]\n", self.sip),
        }
    }

    /// The site with something else in its `telefonist.toml`.
    fn rewritten(self, before: &str, after: &str) -> Self {
        let file = self.folder().join("telefonist.toml");
        let settings = fs::read_to_string(&file).expect("it was just written");
        fs::write(file, settings.replace(before, after))
            .expect("a temporary folder can be written");
        self
    }

    /// The site with one more line in its `telefonist.toml`.
    #[must_use]
    pub fn with_setting(self, line: &str) -> Self {
        let file = self.folder().join("telefonist.toml");
        let settings = fs::read_to_string(&file).expect("it was just written");
        fs::write(file, settings + line + "\n").expect("a temporary folder can be written");
        self
    }

    /// The site of a server whose words nobody judges.
    #[must_use]
    pub fn unaudited(mut self) -> Self {
        self.is_audited = false;
        self
    }

    /// The site of a server that logs everything there is to log.
    #[must_use]
    pub fn logging_everything(mut self) -> Self {
        self.log = "trace";
        self
    }

    /// Has the server tell each message that it hears and says to this address, if it tells them to nobody
    /// yet and may be judged, and says whether it will.
    pub(crate) fn tells_copies_to(&self, at: SocketAddr) -> bool {
        if !self.is_audited {
            return false;
        }
        let file = self.folder().join("telefonist.toml");
        let settings = fs::read_to_string(&file).expect("it was just written");
        let own = settings.lines().filter(|line| !line.ends_with(OF_THE_AUDITOR));
        let own: Vec<&str> = own.collect();
        if own.iter().any(|line| line.starts_with("hep")) {
            return false;
        }
        let settings = format!(
            "hep = \"{at}\" {OF_THE_AUDITOR}\nhep_numbers = true {OF_THE_AUDITOR}\n{}\n",
            own.join("\n")
        );
        fs::write(file, settings).expect("a temporary folder can be written");
        true
    }

    /// The ports where it will listen for SIP.
    pub(crate) fn sip_ports(&self) -> Vec<u16> {
        let all = [Some(self.sip), self.tls, self.wss].into_iter().flatten();
        all.chain(self.more_sip.iter().copied()).map(|address| address.port()).collect()
    }

    /// The site over TLS too, with a certificate that [`Site::ca`] vouches for.
    #[must_use]
    pub fn with_tls(self) -> Self {
        self.with_tls_and("")
    }

    /// The same, and at an address of IPv6 besides, which is the one that phones are to take.
    #[must_use]
    pub fn with_tls_on_ipv6_too(self) -> Self {
        let (first, second) = (ports::free(), ports::free_at(Ipv6Addr::LOCALHOST.into()));
        self.with_tls_at(second, &format!("[\"{first}\", \"{second}\"]"), "")
    }

    /// The same as the first, and it believes the servers that `authority` vouches for, and no others.
    #[must_use]
    pub fn with_tls_trusting(self, authority: &Authority) -> Self {
        fs::write(self.folder().join("trust.pem"), authority.pem())
            .expect("a temporary folder can be written");
        self.with_tls_and(", trust = \"trust.pem\"")
    }

    fn with_tls_and(self, more: &str) -> Self {
        let address = ports::free();
        self.with_tls_at(address, &format!("\"{address}\""), more)
    }

    fn with_tls_at(mut self, address: SocketAddr, listen: &str, more: &str) -> Self {
        self.certify();
        self.tls = Some(address);
        self.with_setting(&format!(
            "tls = {{ listen = {listen}, certificate = \"cert.pem\", key = \"key.pem\"{more} }}"
        ))
    }

    /// The site over WebSocket inside TLS too, for the pages of one origin.
    #[must_use]
    pub fn with_wss(mut self, origin: &str) -> Self {
        let address = ports::free();
        self.certify();
        self.wss = Some(address);
        self.with_setting(&format!(
            "wss = {{ listen = \"{address}\", certificate = \"cert.pem\", key = \"key.pem\", \
             origins = [\"{origin}\"] }}"
        ))
    }

    /// Writes a certificate of its own, and that of who vouches for it.
    fn certify(&self) {
        let authority = Authority::new();
        let own = authority.vouch_for(&["127.0.0.1", "::1"]);
        own.write(&self.folder().join("cert.pem"), &self.folder().join("key.pem"));
        fs::write(self.ca(), authority.pem()).expect("a temporary folder can be written");
    }

    /// The certificate of who vouches for the site.
    #[must_use]
    pub fn ca(&self) -> PathBuf {
        self.folder().join("ca.pem")
    }

    /// One number, `9000`, that leads straight into one queue with these settings, and agents
    /// `1001`, `1002` … whose secrets are `secret-1001` and so on.
    #[must_use]
    pub fn of_one_queue(queue: &str, agents: u32) -> Self {
        let mut plan = format!(
            "language = \"sv\"\n[number.9000]\ngoto = \"queue.support\"\n\
             [queue.support]\nname = \"Support\"\n{queue}\n"
        );
        for account in (1001..).take(usize::try_from(agents).unwrap_or(0)) {
            let _ = write!(
                plan,
                "[agent.{account}]\nname = \"Agent {account}\"\nsecret = \"secret-{account}\"\n\
                 queues = [\"support\"]\n"
            );
        }
        Self::new(&plan)
    }

    /// The demo's dialplan, for phones of the test's own.
    #[must_use]
    pub fn of_the_demo() -> Self {
        let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../dialplans/demo/dialplan.toml");
        Self::new(&fs::read_to_string(shipped).expect("the demo is in the repository"))
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where its ledger is.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }
}
