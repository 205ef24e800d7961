//! Who calls and who is called, in our form, as far as the peer may be believed (RFC 3325 §5).

use crate::incoming::user_of;
use crate::peer::Peer;
use dialplan::{Plan, Trunk, Trust};
use events::Ani;
use sip_msg::{Name, NameAddr, Request, Uri};
use std::sync::Arc;

/// No more of a caller's number than this is kept: numbers have 15 digits (ITU-T E.164), and names in
/// their place are seldom longer.
const CALLER_CHARS_MAX: usize = 64;

/// The caller's number in our form; withheld if the phone or the carrier says so (RFC 3323 §4).
pub(crate) fn caller(plan: &Plan, peer: Peer, request: &Request) -> Ani {
    let written = match peer {
        // Whatever the phone of an agent calls itself.
        Peer::Agent(agent) => return Ani::new(plan.agent(agent).account.to_string()),
        Peer::Stranger => user_of(&request.from.uri()),
        Peer::Trunk(trunk) => {
            let trunk = plan.trunk(trunk);
            let asserted = asserted(trunk, request);
            let written = asserted.as_ref().map_or_else(|| user_of(&request.from.uri()), number_of);
            trunk.sends.read(plan.country.as_deref(), &written)
        }
    };
    if written.eq_ignore_ascii_case("anonymous") || is_private(request) {
        return Ani::default();
    }
    kept(&written)
}

/// What is kept of a number that somebody has written.
pub(crate) fn kept(written: &str) -> Ani {
    Ani::new(written.chars().filter(|c| is_plain(*c)).take(CALLER_CHARS_MAX).collect::<String>())
}

/// What a trunk asserts of who calls, if it is believed.
fn asserted(trunk: &Trunk, request: &Request) -> Option<Uri> {
    let asserted = match trunk.trust {
        Trust::None => return None,
        Trust::Asserted => request.headers.addresses(Name::PAssertedIdentity).ok()?,
    };
    // RFC 3325 §9.1: a SIP address, a telephone number, or one of each.
    asserted
        .into_iter()
        .map(|address: NameAddr| address.uri())
        .find(|uri| !number_of(uri).is_empty())
}

/// Whether the caller asks not to be shown (RFC 3323 §4.2, RFC 3325 §9.3).
pub(crate) fn is_private(request: &Request) -> bool {
    let values = request.headers.all(Name::Privacy);
    let mut words = values.flat_map(|value| value.as_bytes().split(|byte| b";, ".contains(byte)));
    words.any(|word| ["id", "user"].iter().any(|is| word.eq_ignore_ascii_case(is.as_bytes())))
}

/// The number of ours that a request calls, as the plan writes it.
pub(crate) fn number_called(plan: &Plan, peer: Peer, request: &Request) -> Option<Arc<str>> {
    let written = number_of(&request.uri);
    let of_plan = |number: &str| plan.number_called(number);
    let trunk = match peer {
        Peer::Agent(_) => return number_dialled(plan, &written),
        Peer::Stranger => return of_plan(&written),
        Peer::Trunk(trunk) => trunk,
    };
    let trunk = plan.trunk(trunk);
    // A carrier that we registered at calls the user of our Contact, and says in To who is meant.
    let is_our_contact = trunk.login.as_ref().is_some_and(|login| *login.user == *written);
    let of_trunk = |written: &str| {
        let number = trunk.sends.read(plan.country.as_deref(), written);
        of_plan(&number).or_else(|| of_plan(written))
    };
    let meant = is_our_contact.then(|| number_of(&request.to.uri()));
    meant.and_then(|meant| of_trunk(&meant)).or_else(|| of_trunk(&written))
}

/// The number of ours that an agent dials. A colleague's account goes before a pattern that fits it.
pub(crate) fn number_dialled(plan: &Plan, dialled: &str) -> Option<Arc<str>> {
    plan.agent_of(dialled).is_none().then(|| plan.number_called(dialled))?
}

/// The number in an address: the user of `sip:`, all of `tel:` without its parameters (RFC 3966).
pub(crate) fn number_of(uri: &Uri) -> String {
    let user = user_of(uri);
    user.split(';').next().unwrap_or_default().to_owned()
}

/// What agents and operators see of a caller holds no control character and nothing that turns the
/// direction of what stands behind it.
fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || "+*#-._~ '".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ids::{AgentId, TrunkId};
    use sip_msg::Message;

    const PLAN: &str = r#"
        country = "46"
        [number.9000]
        goto = "queue.q"
        [number."+46812345"]
        goto = "queue.q"
        [number.10XX]
        goto = "queue.q"
        [queue.q]
        [agent.1001]
        secret = "x"
        queues = "all"
        [trunk.blunt]
        host = "192.0.2.7"
        user = "acme"
        secret = "x"
        sends = "national"
        [trunk.trusted]
        host = "192.0.2.8"
        trust_identity = true
    "#;

    const BLUNT: Peer = Peer::Trunk(TrunkId(0));
    const TRUSTED: Peer = Peer::Trunk(TrunkId(1));

    fn plan() -> Plan {
        Plan::parse("t", PLAN, &|_, _| true, &mut |_| Err(String::new())).unwrap()
    }

    fn invite(uri: &str, from: &str, to: &str, more: &str) -> Request {
        let text = format!(
            "INVITE {uri} SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK-1\r\n\
             From: <{from}>;tag=a\r\nTo: <{to}>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n{more}\r\n"
        );
        match sip_msg::parse(text.into()).unwrap() {
            Message::Request(request) => request,
            Message::Response(_) => panic!("it is a request"),
        }
    }

    fn called(peer: Peer, uri: &str, to: &str) -> Option<String> {
        let request = invite(uri, "sip:1@a", to, "");
        number_called(&plan(), peer, &request).map(|number| number.to_string())
    }

    fn caller_is(peer: Peer, from: &str, more: &str) -> String {
        let caller = caller(&plan(), peer, &invite("sip:1@b", from, "sip:1@b", more));
        if caller.is_withheld() { "withheld".to_owned() } else { caller.reveal().to_owned() }
    }

    #[test]
    fn the_number_called_is_read_in_the_trunks_form() {
        let ours = Some("+46812345".to_owned());
        assert_eq!(called(BLUNT, "sip:0812345@us", "sip:1@us"), ours);
        assert_eq!(called(BLUNT, "sip:+46812345@us;user=phone", "sip:1@us"), ours);
        assert_eq!(called(BLUNT, "tel:+46-8-123-45", "sip:1@us"), ours);
        assert_eq!(called(BLUNT, "sip:9000@us", "sip:1@us"), Some("9000".to_owned()));
        assert_eq!(called(Peer::Stranger, "sip:0812345@us", "sip:1@us"), ours);
        assert_eq!(called(Peer::Stranger, "sip:812345@us", "sip:1@us"), None);
    }

    #[test]
    fn a_colleague_goes_before_a_pattern_and_only_for_colleagues() {
        let colleague = Peer::Agent(AgentId(0));
        assert_eq!(called(colleague, "sip:1001@us", "sip:1@us"), None);
        assert_eq!(called(colleague, "sip:1002@us", "sip:1@us"), Some("1002".to_owned()));
        assert_eq!(called(BLUNT, "sip:1001@us", "sip:1@us"), Some("1001".to_owned()));
    }

    #[test]
    fn a_carrier_we_registered_at_says_in_to_who_is_meant() {
        let ours = Some("+46812345".to_owned());
        assert_eq!(called(BLUNT, "sip:acme@us", "sip:0812345@carrier"), ours);
        assert_eq!(called(TRUSTED, "sip:acme@us", "sip:+46812345@carrier"), None);
    }

    #[test]
    fn what_is_asserted_is_believed_from_a_trusted_trunk_alone() {
        let asserted =
            "P-Asserted-Identity: \"K\" <sip:+46701112233@carrier>, <tel:+46701112233>\r\n";
        assert_eq!(caller_is(TRUSTED, "sip:+468999@x", asserted), "+46701112233");
        assert_eq!(caller_is(BLUNT, "sip:08999@x", asserted), "+468999");
        assert_eq!(caller_is(Peer::Stranger, "sip:08999@x", asserted), "08999");
        assert_eq!(caller_is(Peer::Agent(AgentId(0)), "sip:08999@x", asserted), "1001");
        assert_eq!(caller_is(TRUSTED, "sip:+468999@x", "P-Asserted-Identity: <<\r\n"), "+468999");
    }

    #[test]
    fn a_number_that_is_to_be_private_is_not_kept() {
        let asserted = "P-Asserted-Identity: <sip:+46701112233@carrier>\r\n";
        let private = format!("{asserted}Privacy: header;id\r\n");
        assert_eq!(caller_is(TRUSTED, "sip:anonymous@anonymous.invalid", &private), "withheld");
        assert_eq!(caller_is(BLUNT, "sip:Anonymous@anonymous.invalid", ""), "withheld");
        assert_eq!(caller_is(BLUNT, "sip:08999@x", "Privacy: none\r\n"), "+468999");
    }
}
