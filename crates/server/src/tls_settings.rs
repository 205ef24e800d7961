//! `[tls]` in `telefonist.toml`: SIP over TLS.

use crate::addresses::Addresses;
use crate::exit::Fault;
use net::{Tls, TlsFiles};
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The port of SIP over TLS (RFC 3261 §19.1.2).
const PORT: u16 = 5061;

/// SIP over TLS. Paths are relative to the site.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TlsSettings {
    /// Listen here; the addresses of `sip` and port 5061 if it is not said.
    listen: Option<Addresses>,
    /// Our certificate, and behind it those that vouch for it, as PEM.
    certificate: PathBuf,
    /// Its private key, as PEM, which others on the machine cannot read.
    key: PathBuf,
    /// Who vouches for peers that show a certificate when they connect.
    client_ca: Option<PathBuf>,
    /// Who vouches for servers that we connect to; whom the system trusts if it is not said.
    trust: Option<PathBuf>,
}

impl TlsSettings {
    pub(crate) fn listen(&self, sip: &Addresses) -> Vec<SocketAddr> {
        self.listen.as_ref().map_or_else(|| sip.with_port(PORT), |own| own.iter().collect())
    }

    /// Finds the files from the site's folder.
    pub(crate) fn stand_in(&mut self, folder: &Path) {
        let optional = [&mut self.client_ca, &mut self.trust].into_iter().flatten();
        for path in [&mut self.certificate, &mut self.key].into_iter().chain(optional) {
            *path = folder.join(&*path);
        }
    }

    pub(crate) fn load(&self) -> Result<Tls, Fault> {
        let files = TlsFiles {
            certificate: self.certificate.clone(),
            key: self.key.clone(),
            client_ca: self.client_ca.clone(),
            trust: self.trust.clone(),
        };
        Tls::load(files).map_err(|fault| Fault::found(format!("TLS: {fault}")))
    }
}
