//! What a user agent is told at its start, and what an outgoing INVITE is made of.

use crate::prack::RELIABLE;
use crate::refer::{NOREFERSUB, REPLACES};
use crate::session_timer::TIMER;
use crate::{SessionTimers, SessionUuid};
use bytes::Bytes;
use ids::LegId;
use sip_auth::Prover;
use sip_msg::{Headers, Method, NameAddr, Text, Uri};
use sip_txn::{Hop, Local};
use std::net::SocketAddr;

/// What a user agent is told at its start.
#[derive(Clone, Debug)]
pub struct Config {
    /// Our addresses as peers shall see them: in Via and Contact.
    pub local: Local,
    /// Our name, for Server and User-Agent headers.
    pub user_agent: Text,
    /// The id of the first leg; the others count up from it.
    pub first_leg: LegId,
    /// How many legs may live at once. An INVITE over it is answered 503.
    pub legs_max: usize,
    /// How many transactions may live at once. A new request over it is answered 503, and so is one
    /// from a source that holds its [share](sip_txn::Config::new) of them already.
    pub transactions_max: usize,
    /// How many of them one source may open; none: an eighth.
    pub transactions_per_source_max: Option<usize>,
    /// Session timers (RFC 4028); none: they are not spoken of.
    pub session: Option<SessionTimers>,
    /// The methods we take, for Allow headers. Others are answered 405 or 501.
    pub allow: Vec<Method>,
}

impl Config {
    /// A user agent at `local` that takes calls and OPTIONS, with limits for one phone.
    #[must_use]
    pub fn phone(local: SocketAddr, user_agent: impl Into<Text>) -> Self {
        Self {
            local: Local::new(local),
            user_agent: user_agent.into(),
            first_leg: LegId(1),
            legs_max: 16,
            transactions_max: 256,
            transactions_per_source_max: None,
            session: None,
            allow: vec![
                Method::Invite,
                Method::Ack,
                Method::Bye,
                Method::Cancel,
                Method::Options,
                Method::Update,
                Method::Info,
                Method::Prack,
            ],
        }
    }
}

impl Config {
    /// The extensions that a peer may require of us.
    pub(crate) fn extensions(&self) -> Vec<&'static str> {
        let reliable = self.allow.contains(&Method::Prack).then_some(RELIABLE);
        let transfers = if self.takes_transfers() { &[REPLACES, NOREFERSUB][..] } else { &[] };
        let timer = self.session.map(|_| TIMER);
        timer.into_iter().chain(reliable).chain(transfers.iter().copied()).collect()
    }

    /// Whether we take transfers, and so calls in the place of others: whoever takes REFER does.
    pub(crate) fn takes_transfers(&self) -> bool {
        self.allow.contains(&Method::Refer)
    }
}

/// An INVITE that is to be sent.
#[derive(Clone, Debug)]
pub struct OutgoingInvite {
    /// Where to send it.
    pub hop: Hop,
    /// The Request-URI.
    pub target: Uri,
    /// Who calls. A tag is added, unless it has one: to repeat an INVITE with credentials, repeat
    /// its From, `call_id` and a higher `cseq` (§8.1.3.5).
    pub from: NameAddr,
    /// Who is called.
    pub to: NameAddr,
    /// The user part of our Contact.
    pub contact_user: Option<Text>,
    /// Further headers.
    pub headers: Headers,
    /// Our SDP.
    pub offer: Bytes,
    /// The CSeq number; 1 if `None`.
    pub cseq: Option<u32>,
    /// The Call-ID; a fresh one if `None`.
    pub call_id: Option<Text>,
    /// The route to take (§8.1.2), topmost first.
    pub route: Vec<NameAddr>,
    /// How many hops it may take yet (§20.22); 70 if `None`. A request that is passed on takes one
    /// of those that the other side had left.
    pub max_forwards: Option<u8>,
    /// What to prove when the host at `hop` asks for it, in this leg alone: twice at most for each
    /// request, and with each of INVITE, re-INVITE and BYE. If `None`, a 401 or 407 is an answer
    /// like others.
    pub credentials: Option<Prover>,
    /// The number of the end for which we call (RFC 7989); a fresh one if `None`.
    pub session: Option<SessionUuid>,
}

impl OutgoingInvite {
    /// An INVITE to `target` over `hop`, with nothing that could be left out.
    #[must_use]
    pub fn new(hop: Hop, target: Uri, from: NameAddr, offer: Bytes) -> Self {
        let to = NameAddr::new(target.clone());
        Self {
            hop,
            target,
            from,
            to,
            contact_user: None,
            headers: Headers::default(),
            offer,
            cseq: None,
            call_id: None,
            route: Vec::new(),
            max_forwards: None,
            credentials: None,
            session: None,
        }
    }
}
