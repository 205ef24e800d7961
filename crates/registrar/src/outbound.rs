//! Flows that phones keep alive (RFC 5626), as far as the registrar has to do with them.

use sip_msg::{Contacts, Name, NameAddr, Params, Request, Response, Text};
use sip_txn::Hop;

/// How often a phone on a connection shall ask whether the connection is still there, in seconds (RFC
/// 5626 §4.4: from 95 to 120 s by itself).
const FLOW_TIMER_SECS: u32 = 120;

/// Whether a REGISTER is one over a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outbound {
    /// It is: the phone knows of flows, and every proxy on the way does.
    Kept,
    /// The phone knows, and the first proxy does not: 439.
    BrokenByEdge,
    /// The phone says nothing of flows.
    Unasked,
}

impl Outbound {
    /// RFC 5626 §6: the phone supports it and names itself and its flow; behind a proxy the first one
    /// has `ob` in its Path.
    pub(crate) fn of(request: &Request) -> Self {
        let supports = |option: &Text| option.eq_ignore_case("outbound");
        let is_asked = request.headers.tokens(Name::Supported).any(|option| supports(&option))
            && contacts(request).iter().any(|contact| is_flow(&contact.params()));
        if !is_asked {
            return Self::Unasked;
        }
        let path = request.headers.addresses(Name::Path).unwrap_or_default();
        // The first proxy has put its Path at the end, each further one before it.
        let is_kept = match path.last() {
            Some(edge) => edge.uri().params().has("ob"),
            None => request.via.len() == 1,
        };
        if is_kept { Self::Kept } else { Self::BrokenByEdge }
    }

    /// Says in a 200 that the flow is used, and over a connection how often to ask after it.
    pub(crate) fn tell(self, hop: Hop, response: &mut Response) {
        match self {
            Self::Kept => {
                response.headers.push(Name::Require, "outbound");
                if hop.transport.is_reliable() {
                    response.headers.push(Name::FlowTimer, FLOW_TIMER_SECS.to_string());
                }
            }
            Self::BrokenByEdge | Self::Unasked => {}
        }
    }
}

/// Whether a Contact names its device and one of its flows.
pub(crate) fn is_flow(params: &Params) -> bool {
    params.has("+sip.instance") && params.has("reg-id")
}

/// The Contact addresses; none where they do not read, which is refused elsewhere.
fn contacts(request: &Request) -> Vec<NameAddr> {
    match request.headers.contacts() {
        Ok(Contacts::List(contacts)) => contacts,
        Ok(Contacts::Star) | Err(_) => Vec::new(),
    }
}
