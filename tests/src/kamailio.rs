//! kamailio as a carrier: nobody here wrote it. It registers one customer, and carries calls.

use crate::{Authority, Running, Signal, ports};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// Where a carrier finds its customer.
#[derive(Clone, Copy, Debug)]
pub enum Customer<'a> {
    /// Where this user registers, with this password.
    Registered {
        /// The user.
        user: &'a str,
        /// The password.
        secret: &'a str,
    },
    /// At this address.
    At(SocketAddr),
}

/// A carrier, at an address of the loopback where no phone is.
#[derive(Debug)]
pub struct Kamailio {
    address: SocketAddr,
    tls: SocketAddr,
    running: Running,
    folder: TempDir,
}

impl Kamailio {
    /// Starts a carrier whose certificate nobody has heard of.
    #[must_use]
    pub fn start(customer: Customer<'_>) -> Self {
        Self::vouched_for(&Authority::new(), customer)
    }

    /// Starts a carrier whose certificate `authority` has signed.
    #[must_use]
    pub fn vouched_for(authority: &Authority, customer: Customer<'_>) -> Self {
        let free = || SocketAddr::from((Ipv4Addr::new(127, 0, 0, 2), ports::free().port()));
        let (address, tls) = (free(), free());
        let folder = tempfile::tempdir().expect("there is room for temporary files");
        let certificate = authority.vouch_for(&["carrier.test"]);
        certificate.write(&folder.path().join("cert.pem"), &folder.path().join("key.pem"));
        let (user, secret, at) = match customer {
            Customer::Registered { user, secret } => (user, secret, "registered".to_owned()),
            Customer::At(at) => ("nobody", "nothing", at.to_string()),
        };
        let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scenarios/carrier.cfg");
        let text = fs::read_to_string(scenario).expect("the scenario is in the repository");
        let text = text
            .replace("SECURE", &tls.to_string())
            .replace("ADDRESS", &address.to_string())
            .replace("USER", user)
            .replace("SECRET", secret)
            .replace("CUSTOMER", &at);
        fs::write(folder.path().join("carrier.cfg"), text)
            .expect("a temporary folder can be written");
        let running = run(folder.path());
        Self { address, tls, running, folder }
    }

    /// Where it takes calls, by UDP and TCP.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it takes calls by TLS.
    #[must_use]
    pub const fn tls(&self) -> SocketAddr {
        self.tls
    }

    /// Ends it as a power failure does. It forgets who has registered.
    pub fn fail(&mut self) {
        self.running.signal(Signal::Terminate);
        self.running.wait();
    }

    /// Starts it again at the same address.
    pub fn come_back(&mut self) {
        self.running = run(self.folder.path());
    }

    /// What it has said.
    #[must_use]
    pub fn log(&self) -> String {
        self.running.said()
    }
}

fn run(folder: &Path) -> Running {
    let mut command = Command::new("kamailio");
    command.args(["-f", "carrier.cfg", "-DD", "-E", "-m", "32", "-M", "4"]);
    command.arg("-w").arg(folder).arg("-Y").arg(folder).arg("-P").arg(folder.join("pid"));
    Running::start("kamailio", command.current_dir(folder), folder)
}
