//! Certificates for tests, made anew each time.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Somebody who vouches for others.
#[derive(Debug)]
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate with its key, as PEM.
#[derive(Clone, Debug)]
pub struct Certificate {
    chain: String,
    key: String,
}

impl Authority {
    /// A new one, whom nobody knows yet.
    #[must_use]
    pub fn new() -> Self {
        let mut params = params(&[]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, key());
        Self(issuer.expect("a certificate without extras can be signed"))
    }

    /// Its own certificate, as PEM.
    #[must_use]
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate for these host names and addresses.
    #[must_use]
    pub fn vouch_for(&self, names: &[&str]) -> Certificate {
        let key = key();
        let signed = params(names).signed_by(&key, &self.0);
        let chain = signed.expect("a certificate without extras can be signed").pem();
        Certificate { chain, key: key.serialize_pem() }
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

impl Certificate {
    /// Writes it where a program looks for it; the key is nobody else's to read.
    pub fn write(&self, certificate: &Path, key: &Path) {
        let write = |path, text: &str| fs::write(path, text);
        write(key, &self.key).expect("a temporary folder can be written");
        let own = fs::Permissions::from_mode(0o600);
        fs::set_permissions(key, own).expect("the file is ours");
        write(certificate, &self.chain).expect("a temporary folder can be written");
    }
}

fn params(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    CertificateParams::new(names).expect("the names are plain")
}

fn key() -> KeyPair {
    KeyPair::generate().expect("ring makes keys")
}
