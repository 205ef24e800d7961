//! What a message has in common with the transaction it belongs to (§17.1.3, §17.2.3).

use sip_msg::{Host, Method, NameAddr, Request, Text, Via};

/// The start of every branch made by RFC 3261 rules (§8.1.1.7).
pub(crate) const MAGIC_COOKIE: &str = "z9hG4bK";

/// A request of ours, by the branch in its Via and the method in its answer's `CSeq`.
pub(crate) type ClientKey = (Text, Method);

/// A request of a peer. An ACK or CANCEL has the key of its INVITE.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ServerKey {
    /// By branch, and by sent-by, since two clients may hit on the same branch.
    Branch { branch: Text, host: Host, port: Option<u16>, method: Method },
    /// From a client older than RFC 3261, whose branch tells nothing. The To tag is left out: the
    /// INVITE has none where its ACK has the one we gave.
    Old(Box<OldKey>),
}

/// What a request of the old days is known by. Rare, so it does not make the others larger.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OldKey {
    call_id: Text,
    from_tag: Option<Text>,
    cseq: u32,
    method: Method,
    via: Text,
    uri: Text,
}

impl ServerKey {
    /// The key of `request`, or `None` for one without a Via. It outlives the datagram that it was cut
    /// from, and does not keep all of it in memory.
    pub(crate) fn of(request: &Request) -> Option<Self> {
        let via = request.via.first()?;
        let is_about_invite = matches!(request.method, Method::Ack | Method::Cancel);
        let method = if is_about_invite { Method::Invite } else { request.method.clone() };
        Some(
            match via
                .branch()
                .filter(|branch| branch.as_bytes().starts_with(MAGIC_COOKIE.as_bytes()))
            {
                Some(branch) => Self::Branch {
                    branch: branch.detached(),
                    host: via.host().detached(),
                    port: via.port(),
                    method,
                },
                None => Self::old(request, via, method),
            },
        )
    }

    fn old(request: &Request, via: &Via, method: Method) -> Self {
        Self::Old(Box::new(OldKey {
            call_id: request.call_id.detached(),
            from_tag: tag_of(&request.from),
            cseq: request.cseq,
            method,
            via: Text::from(via),
            uri: Text::from(&request.uri),
        }))
    }
}

/// A request as its sender made it, on whatever ways it came (§8.2.2.2).
pub(crate) type MergeKey = (Text, Text, u32, Method);

/// The merge key of a request that starts something; those inside a dialog have a To tag.
pub(crate) fn merge_key(request: &Request) -> Option<MergeKey> {
    if request.to.tag().is_some() {
        return None;
    }
    let from_tag = tag_of(&request.from)?;
    Some((request.call_id.detached(), from_tag, request.cseq, request.method.clone()))
}

fn tag_of(address: &NameAddr) -> Option<Text> {
    address.tag().as_ref().map(Text::detached)
}
