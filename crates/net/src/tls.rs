//! TLS for SIP connections (RFC 3261 §26.2.1): what we prove ourselves with, and whom we believe.
//!
//! A new certificate is taken over while the program runs, for connections from then on. One that
//! cannot be used changes nothing: the old one goes on.

use crate::certificates::{self, TlsFault};
use arc_swap::ArcSwap;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// How often the files are looked at.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(2);

/// Where certificates and keys lie, as PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// Our certificate, and behind it those that vouch for it.
    pub certificate: PathBuf,
    /// Its private key, which others must not be able to read.
    pub key: PathBuf,
    /// Who vouches for peers that show a certificate when they connect; none: nobody is asked for
    /// one. A peer without one is let in all the same, as phones have none.
    pub client_ca: Option<PathBuf>,
    /// Who vouches for servers that we connect to; none: whom the system trusts.
    pub trust: Option<PathBuf>,
}

/// TLS, ready for use.
pub struct Tls {
    files: TlsFiles,
    current: ArcSwap<Current>,
    seen: Mutex<Vec<Option<SystemTime>>>,
}

struct Current {
    server: Arc<ServerConfig>,
    client: Arc<ClientConfig>,
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// [`TlsFault`] names the file and the fault.
    pub fn load(files: TlsFiles) -> Result<Self, TlsFault> {
        let seen = stamps(&files);
        let current = ArcSwap::from_pointee(Current::read(&files)?);
        Ok(Self { files, current, seen: Mutex::new(seen) })
    }

    /// Takes the files over as they are now.
    ///
    /// # Errors
    /// [`TlsFault`] as at the start; then everything stays as it was.
    pub fn reload(&self) -> Result<(), TlsFault> {
        self.current.store(Arc::new(Current::read(&self.files)?));
        Ok(())
    }

    /// Takes the files over whenever one of them has changed, for ever.
    pub async fn keep_current(&self) {
        loop {
            tokio::time::sleep(LOOKED_AT_EVERY).await;
            if self.has_changed() {
                let certificate = self.files.certificate.display();
                match self.reload() {
                    Ok(()) => tracing::info!(%certificate, "TLS: a new certificate is in use"),
                    Err(fault) => tracing::error!(%fault, "TLS: the old certificate stays in use"),
                }
            }
        }
    }

    fn has_changed(&self) -> bool {
        let now = stamps(&self.files);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = *seen != now;
        *seen = now;
        changed
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.current.load().server))
    }

    pub(crate) fn connector(&self) -> TlsConnector {
        TlsConnector::from(Arc::clone(&self.current.load().client))
    }
}

impl Current {
    fn read(files: &TlsFiles) -> Result<Self, TlsFault> {
        Ok(Self { server: Arc::new(server(files)?), client: Arc::new(client(files)?) })
    }
}

fn server(files: &TlsFiles) -> Result<ServerConfig, TlsFault> {
    let (chain, key) = (certificates::chain(&files.certificate)?, certificates::key(&files.key)?);
    let builder = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("ring speaks TLS 1.2 and 1.3");
    let builder = match &files.client_ca {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let roots = Arc::new(certificates::roots(path)?);
            let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider())
                .allow_unauthenticated()
                .build()
                .map_err(|error| TlsFault::Untrusted {
                    path: path.clone(),
                    why: error.to_string(),
                })?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    builder.with_single_cert(chain, key).map_err(|error| unfit(files, error))
}

/// We show our own certificate to servers that ask for one, too.
fn client(files: &TlsFiles) -> Result<ClientConfig, TlsFault> {
    let roots = match &files.trust {
        Some(path) => certificates::roots(path)?,
        None => system_roots(),
    };
    let (chain, key) = (certificates::chain(&files.certificate)?, certificates::key(&files.key)?);
    ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("ring speaks TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_client_auth_cert(chain, key)
        .map_err(|error| unfit(files, error))
}

fn unfit(files: &TlsFiles, error: rustls::Error) -> TlsFault {
    TlsFault::Unfit { certificate: files.certificate.clone(), key: files.key.clone(), error }
}

/// A system without any leaves nobody to believe, which the first connection says.
fn system_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// When each file was changed; a file that is not there was never.
fn stamps(files: &TlsFiles) -> Vec<Option<SystemTime>> {
    let optional = [&files.client_ca, &files.trust].into_iter().flatten();
    let all = [&files.certificate, &files.key].into_iter().chain(optional);
    all.map(|path| fs::metadata(path).and_then(|data| data.modified()).ok()).collect()
}

/// The names that a peer's certificate is made out to (RFC 5922 §7.1): host names, and those of SIP
/// URIs. The certificate was verified before.
pub(crate) fn names(certificate: &CertificateDer<'_>) -> Vec<String> {
    let Ok(certificate) = webpki::EndEntityCert::try_from(certificate) else { return Vec::new() };
    let of_uris = certificate.valid_uri_names().filter_map(|uri| {
        let (scheme, domain) = uri.split_once(':')?;
        scheme.eq_ignore_ascii_case("sip").then_some(domain)
    });
    certificate.valid_dns_names().chain(of_uris).map(str::to_owned).collect()
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("files", &self.files).finish_non_exhaustive()
    }
}
