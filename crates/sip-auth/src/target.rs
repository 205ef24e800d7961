//! What a digest was made for (RFC 7616 §3.4.6).

use crate::quote::unescaped;
use sip_msg::{Method, Uri};

/// Whether the `uri` of credentials, as it stands on the wire, names what the request asks for.
///
/// Scheme, user and host must be the same. Ports and parameters may differ: phones leave out what
/// they write in the Request-URI, and the other way round. A REGISTER is for a host, and some
/// phones put their user in front of it in one place only.
pub(crate) fn is_meant_for(uri: &[u8], method: &Method, target: &Uri) -> bool {
    let Ok(uri) = Uri::parse(unescaped(uri)) else { return false };
    uri.scheme() == target.scheme()
        && uri.host().is_same(&target.host())
        && (*method == Method::Register
            || uri.user().is_none()
            || uri.user_unescaped() == target.user_unescaped())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_meant(uri: &str, method: &Method, target: &str) -> bool {
        is_meant_for(uri.as_bytes(), method, &target.parse().unwrap())
    }

    #[test]
    fn ports_parameters_and_spelling_may_differ() {
        let call = |uri, target| is_meant(uri, &Method::Invite, target);
        assert!(call("sip:*11@acme.example", "sip:*11@ACME.example:5060;transport=tcp"));
        assert!(call("sip:%2a11@192.0.2.1:5060", "sip:*11@192.0.2.1"));
        assert!(call("sip:acme.example:5060", "sip:*11@acme.example"));
        assert!(call("tel:+4681234", "tel:+4681234;phone-context=se"));
    }

    #[test]
    fn another_user_host_or_scheme_is_another_target() {
        let call = |uri, target| is_meant(uri, &Method::Invite, target);
        assert!(!call("sip:*12@acme.example", "sip:*11@acme.example"));
        assert!(!call("sip:*11@evil.example", "sip:*11@acme.example"));
        assert!(!call("sips:*11@acme.example", "sip:*11@acme.example"));
        assert!(!call("/dir/index.html", "sip:*11@acme.example"));
    }

    #[test]
    fn a_register_is_for_a_host() {
        let register = |uri, target| is_meant(uri, &Method::Register, target);
        assert!(register("sip:ana@acme.example", "sip:acme.example"));
        assert!(!register("sip:evil", "sip:acme.example"));
    }
}
