//! Who sent a call on before it came to us: Diversion (RFC 5806) and History-Info (RFC 7044), as far
//! as the trunk's word is believed.

use crate::identity::{kept, number_of};
use crate::peer::Peer;
use dialplan::{Plan, Trust};
use events::Ani;
use sip_msg::{Name, NameAddr, Request, Uri};

/// The number that was called last before ours and sent the call on, in our form. A number that is
/// not to be shown is withheld.
pub(crate) fn diverted_by(plan: &Plan, peer: Peer, request: &Request) -> Option<Ani> {
    let trunk = match peer {
        Peer::Trunk(trunk) => plan.trunk(trunk),
        Peer::Agent(_) | Peer::Stranger => return None,
    };
    if trunk.trust == Trust::None {
        return None;
    }
    let entry = by_diversion(request).or_else(|| by_history(request))?;
    let number = number_of(&entry.uri());
    if number.is_empty() || asks_for_privacy(&entry) {
        return Some(Ani::default());
    }
    Some(kept(&trunk.sends.read(plan.country.as_deref(), &number)))
}

/// RFC 5806 §5: the first value is the latest.
fn by_diversion(request: &Request) -> Option<NameAddr> {
    request.headers.addresses(Name::Diversion).ok()?.into_iter().next()
}

/// RFC 7044 §5.1: the last entry is whom the call is for now, and those before it for whom it was.
/// An entry for the same number is only another way to it.
fn by_history(request: &Request) -> Option<NameAddr> {
    let mut entries = request.headers.addresses(Name::HistoryInfo).ok()?;
    let target = number_of(&entries.pop()?.uri());
    entries.into_iter().rev().find(|entry| number_of(&entry.uri()) != target)
}

/// RFC 5806 §4 has a parameter for it, RFC 7044 §10.1.2 a header inside the address.
fn asks_for_privacy(entry: &NameAddr) -> bool {
    let by_parameter = entry.param("privacy").is_some_and(|privacy| {
        ["full", "uri"].iter().any(|word| privacy.as_bytes().eq_ignore_ascii_case(word.as_bytes()))
    });
    by_parameter || hides_history(&entry.uri())
}

fn hides_history(uri: &Uri) -> bool {
    let headers = uri.headers().map(|headers| headers.to_str_lossy().to_ascii_lowercase());
    headers.is_some_and(|headers| headers.split('&').any(|header| header == "privacy=history"))
}
