//! Which web pages may open a WebSocket to us.

/// The longest origin that is looked at; a scheme, a host and a port.
const ORIGIN_BYTES_MAX: usize = 1_024;

/// The origins of pages that are let in (RFC 6454 §4), such as `https://desk.example.com`.
///
/// A browser says which page asks, and no page can make it lie. So a page of somebody else cannot
/// use the network that an agent's browser is in. A program that is no browser names no origin, and
/// is let in: it could write anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins(Vec<String>);

impl Origins {
    /// These origins and no others. Scheme and host are alike in whatever case (RFC 6454 §4).
    pub fn new(origins: impl IntoIterator<Item = String>) -> Self {
        let plain = |origin: String| origin.trim_end_matches('/').to_ascii_lowercase();
        Self(origins.into_iter().map(plain).collect())
    }

    /// Whether a page of this origin may come in.
    pub(crate) fn admit(&self, origin: &[u8]) -> bool {
        origin.len() <= ORIGIN_BYTES_MAX
            && self.0.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(origin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_known_as_a_whole_and_in_whatever_case() {
        let origins = Origins::new(["https://Desk.example.com/".to_owned()]);
        assert!(origins.admit(b"https://desk.example.com"));
        for other in [
            &b"http://desk.example.com"[..],
            b"https://desk.example.com:8443",
            b"https://desk.example.com.evil.test",
            b"https://example.com",
            b"null",
            b"",
        ] {
            assert!(!origins.admit(other));
        }
        assert!(!Origins::default().admit(b"https://desk.example.com"));
    }
}
