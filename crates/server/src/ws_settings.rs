//! `[ws]` and `[wss]` in `telefonist.toml`: SIP over WebSocket, in the clear and inside TLS.

use crate::addresses::Addresses;
use crate::exit::Fault;
use net::{Origins, Tls, TlsFiles};
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The port of `[ws]`. RFC 7118 §5.1 means 80, which needs root.
const WS_PORT: u16 = 8_088;
/// The port of `[wss]`. RFC 7118 §5.1 means 443, which needs root.
const WSS_PORT: u16 = 8_089;

/// SIP over WebSocket in the clear, for a proxy that speaks TLS before it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WsSettings {
    /// Listen here; the addresses of `sip` and port 8088 if it is not said.
    listen: Option<Addresses>,
    /// The origins of pages that may connect.
    #[serde(default)]
    origins: Vec<String>,
}

/// SIP over WebSocket inside TLS. Paths are relative to the site.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WssSettings {
    /// Listen here; the addresses of `sip` and port 8089 if it is not said.
    listen: Option<Addresses>,
    /// The origins of pages that may connect.
    #[serde(default)]
    origins: Vec<String>,
    /// A certificate for browsers, where it is another than that of `[tls]`; with `key`.
    certificate: Option<PathBuf>,
    /// Its private key.
    key: Option<PathBuf>,
}

impl WsSettings {
    pub(crate) fn listen(&self, sip: &Addresses) -> Vec<SocketAddr> {
        self.listen.as_ref().map_or_else(|| sip.with_port(WS_PORT), |own| own.iter().collect())
    }

    pub(crate) fn origins(&self) -> Arc<Origins> {
        Arc::new(Origins::new(self.origins.iter().cloned()))
    }
}

impl WssSettings {
    pub(crate) fn listen(&self, sip: &Addresses) -> Vec<SocketAddr> {
        self.listen.as_ref().map_or_else(|| sip.with_port(WSS_PORT), |own| own.iter().collect())
    }

    pub(crate) fn origins(&self) -> Arc<Origins> {
        Arc::new(Origins::new(self.origins.iter().cloned()))
    }

    /// Finds the files from the site's folder.
    pub(crate) fn stand_in(&mut self, folder: &Path) {
        for path in [&mut self.certificate, &mut self.key].into_iter().flatten() {
            *path = folder.join(&*path);
        }
    }

    /// The certificate to show: its own, or else that of `[tls]`.
    pub(crate) fn load(&self, of_tls: Option<&Arc<Tls>>) -> Result<Arc<Tls>, Fault> {
        match (&self.certificate, &self.key, of_tls) {
            (Some(certificate), Some(key), _) => {
                let files = TlsFiles {
                    certificate: certificate.clone(),
                    key: key.clone(),
                    client_ca: None,
                    trust: None,
                };
                let loaded = Tls::load(files);
                loaded.map(Arc::new).map_err(|fault| Fault::found(format!("wss: {fault}")))
            }
            (None, None, Some(tls)) => Ok(Arc::clone(tls)),
            (None, None, None) => Err(Fault::found(
                "wss: write `certificate` and `key` into [wss] in telefonist.toml, or into [tls]",
            )),
            (Some(_), None, _) | (None, Some(_), _) => Err(Fault::found(
                "wss: `certificate` and `key` go together: write both into [wss], or neither",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        let settings: WssSettings = toml::from_str(text).unwrap();
        format!("{:?}", settings.load(None).err().unwrap())
    }

    #[test]
    fn a_certificate_that_is_missing_is_said_with_what_to_write() {
        assert!(fault("").contains("write `certificate` and `key`"));
        assert!(fault("certificate = \"a.pem\"").contains("go together"));
        assert!(fault("certificate = \"/no/a.pem\"\nkey = \"/no/k.pem\"").contains("/no/"));
    }

    #[test]
    fn the_usual_addresses_are_beside_those_of_sip() {
        let at =
            |listen: Vec<SocketAddr>| listen.iter().map(ToString::to_string).collect::<Vec<_>>();
        let sip = Addresses {
            first: "192.0.2.10:5060".parse().unwrap(),
            more: ["192.0.2.10:5070", "[::1]:5060"].map(|it| it.parse().unwrap()).to_vec(),
        };
        let ws: WsSettings = toml::from_str("").unwrap();
        assert_eq!(at(ws.listen(&sip)), ["192.0.2.10:8088", "[::1]:8088"]);
        let wss: WssSettings = toml::from_str("listen = \"127.0.0.1:443\"").unwrap();
        assert_eq!(at(wss.listen(&sip)), ["127.0.0.1:443"]);
        let wss: WssSettings = toml::from_str("listen = [\"[::1]:443\", \"[::1]:444\"]").unwrap();
        assert_eq!(at(wss.listen(&sip)), ["[::1]:443", "[::1]:444"]);
    }
}
