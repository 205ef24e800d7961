//! The digest itself (RFC 7616 §3.4.1).

use crate::{Algorithm, Credentials};

/// All that goes into a digest beside the credentials, as it stands on the wire.
pub(crate) struct Input<'a> {
    pub(crate) algorithm: Algorithm,
    pub(crate) method: &'a [u8],
    pub(crate) uri: &'a [u8],
    pub(crate) nonce: &'a [u8],
    /// `nc` and `cnonce` of quality `auth`; `None` for the old form without quality (RFC 2069).
    pub(crate) counted: Option<(&'a [u8], &'a [u8])>,
}

impl Input<'_> {
    /// The `response` value, in lower-case hex.
    pub(crate) fn digest(&self, credentials: &Credentials) -> String {
        let ha1 = credentials.ha1(self.algorithm).as_bytes();
        let ha2 = self.algorithm.hash(&[self.method, self.uri]);
        match self.counted {
            Some((nc, cnonce)) => {
                let parts = [ha1, self.nonce, nc, cnonce, b"auth", ha2.as_bytes()];
                self.algorithm.hash(&parts)
            }
            None => self.algorithm.hash(&[ha1, self.nonce, ha2.as_bytes()]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7616 §3.9.1.
    fn check_rfc_7616(algorithm: Algorithm, response: &str) {
        let realm = "http-auth@example.org".into();
        let credentials = Credentials::new(&"Mufasa".into(), &realm, &"Circle of Life".into());
        let input = Input {
            algorithm,
            method: b"GET",
            uri: b"/dir/index.html",
            nonce: b"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
            counted: Some((b"00000001", b"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")),
        };
        assert_eq!(input.digest(&credentials), response);
    }

    #[test]
    fn the_example_of_rfc_7616_comes_out_in_both_hashes() {
        check_rfc_7616(Algorithm::Md5, "8ca523f5e9506fed4657c9700eebdbec");
        check_rfc_7616(
            Algorithm::Sha256,
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
        );
    }

    #[test]
    fn the_example_of_rfc_2617_comes_out_with_and_without_quality() {
        let realm = "testrealm@host.com".into();
        let credentials = Credentials::new(&"Mufasa".into(), &realm, &"Circle Of Life".into());
        let mut input = Input {
            algorithm: Algorithm::Md5,
            method: b"GET",
            uri: b"/dir/index.html",
            nonce: b"dcd98b7102dd2f0e8b11d0f600bfb0c093",
            counted: Some((b"00000001", b"0a4f113b")),
        };
        assert_eq!(input.digest(&credentials), "6629fae49393a05397450978507c4ef1");
        input.counted = None;
        assert_eq!(input.digest(&credentials), "670fd8c2df070c60b045671b8b24ff02");
    }
}
