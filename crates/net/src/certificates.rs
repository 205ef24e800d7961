//! Certificates and keys from files, with faults that name the file and what to do.

use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The longest file that is read: a long chain has some ten thousand bytes.
const FILE_BYTES_MAX: u64 = 1_024 * 1_024;

/// Whoever is neither owner nor group of a file.
const OTHERS: u32 = 0o007;

/// Why TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsFault {
    /// A file that cannot be read.
    #[error("{path}: {error}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A file without what it should have.
    #[error("{path}: no {what} in PEM form (it begins with `-----BEGIN`)")]
    Empty {
        /// The file.
        path: PathBuf,
        /// `certificate` or `private key`.
        what: &'static str,
    },
    /// A key that anybody on the machine may read.
    #[error("{path}: everybody on this machine may read the private key; `chmod o= {path}`")]
    Exposed {
        /// The file.
        path: PathBuf,
    },
    /// Certificate and key do not belong together, or are of a kind that is not spoken.
    #[error("{certificate} and {key}: {error}")]
    Unfit {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
        /// What is wrong.
        error: rustls::Error,
    },
    /// Certificates that cannot vouch for others.
    #[error("{path}: {why}")]
    Untrusted {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
}

/// The certificates of a file, the first one's owner first.
pub(crate) fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsFault> {
    let text = read(path)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match chain {
        Ok(chain) if !chain.is_empty() => Ok(chain),
        Ok(_) | Err(_) => Err(TlsFault::Empty { path: path.to_owned(), what: "certificate" }),
    }
}

/// The private key of a file that not everybody can read.
pub(crate) fn key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsFault> {
    let mode = fs::metadata(path).map_err(|error| unreadable(path, error))?.permissions().mode();
    if mode & OTHERS != 0 {
        return Err(TlsFault::Exposed { path: path.to_owned() });
    }
    PrivateKeyDer::from_pem_slice(&read(path)?)
        .map_err(|_| TlsFault::Empty { path: path.to_owned(), what: "private key" })
}

/// The certificates of a file as those that vouch for others.
pub(crate) fn roots(path: &Path) -> Result<RootCertStore, TlsFault> {
    let mut roots = RootCertStore::empty();
    for certificate in chain(path)? {
        roots.add(certificate).map_err(|error| TlsFault::Untrusted {
            path: path.to_owned(),
            why: error.to_string(),
        })?;
    }
    Ok(roots)
}

fn read(path: &Path) -> Result<Vec<u8>, TlsFault> {
    let mut text = Vec::new();
    File::open(path)
        .and_then(|file| file.take(FILE_BYTES_MAX).read_to_end(&mut text))
        .map_err(|error| unreadable(path, error))?;
    Ok(text)
}

fn unreadable(path: &Path, error: io::Error) -> TlsFault {
    TlsFault::Unreadable { path: path.to_owned(), error }
}
