//! A dialog in the words of the wire, and made of them.

use crate::line::Described;
use clock::WallTime;
use events::SavedLeg;
use ids::FlowId;
use sip_msg::{NameAddr, Text, Uri};
use sip_txn::{Hop, Transport};
use sip_ua::{Dialog, DialogId, Outlived, Role, SessionUuid};

/// None for a browser, which nobody can connect to: it is gone with its connection.
pub(super) fn write(outlived: &Outlived, described: Described) -> Option<SavedLeg> {
    let Outlived { dialog, hop, contact, session } = outlived;
    let text = |text: &Text| text.to_str_lossy().into_owned();
    let address = |address: &NameAddr| text(&Text::from(address));
    Some(SavedLeg {
        call_id: text(&dialog.id.call_id),
        local: address(&dialog.local),
        remote: address(&dialog.remote),
        target: address(&NameAddr::new(dialog.remote_target.clone())),
        route: dialog.route_set.iter().map(address).collect(),
        is_ours: dialog.role == Role::Uac,
        local_cseq: dialog.local_cseq,
        // It rises with each request of the peer; that it has risen is of no use to anybody but the peer itself.
        remote_cseq: None,
        contact: text(contact),
        transport: word(hop.transport)?.to_owned(),
        listener: if hop.transport == Transport::Udp { hop.flow.0 } else { 0 },
        peer: hop.peer,
        session: session.to_string(),
        sdp_id: described.session,
        sdp_version: described.version,
    })
}

/// None if it does not read.
pub(super) fn read(saved: &SavedLeg) -> Option<Outlived> {
    let address = |text: &String| NameAddr::parse(Text::from(text.clone())).ok();
    let (local, remote) = (address(&saved.local)?, address(&saved.remote)?);
    let target: Uri = address(&saved.target)?.uri();
    let id = DialogId {
        call_id: Text::from(saved.call_id.clone()),
        local_tag: local.tag()?,
        remote_tag: remote.tag().unwrap_or_default(),
    };
    let dialog = Dialog {
        id,
        role: if saved.is_ours { Role::Uac } else { Role::Uas },
        local,
        remote,
        remote_target: target,
        route_set: saved.route.iter().map(address).collect::<Option<_>>()?,
        local_cseq: saved.local_cseq,
        remote_cseq: saved.remote_cseq,
    };
    let session = SessionUuid::parse(&Text::from(saved.session.clone()))?;
    let hop = hop(saved, &dialog)?;
    Some(Outlived { dialog, hop, contact: Text::from(saved.contact.clone()), session })
}

/// What the numbers of requests (CSeq) go on from at this time: quarters of a second since 2026. A process between this one and the one that
/// wrote the leg down may have died before it had written anything, and what it asked had a number of its own time: the
/// peer answers 500 to one that does not rise (RFC 3261 §12.2.2). From 2043 on only what was written down counts.
pub(super) fn number_by_clock(now: WallTime) -> u32 {
    const YEAR_2026: i64 = 1_767_225_600_000_000;
    const QUARTER: i64 = 250_000;
    /// Numbers are less than 2³¹ (§8.1.1.5), and some more are to come.
    const NUMBER_MAX: u32 = (1 << 31) - (1 << 20);
    let quarters = (now.as_micros() - YEAR_2026) / QUARTER;
    u32::try_from(quarters).ok().filter(|number| *number < NUMBER_MAX).unwrap_or(0)
}

/// A connection is gone with the process: one is opened to where the peer says that it can be reached.
fn hop(saved: &SavedLeg, dialog: &Dialog) -> Option<Hop> {
    let transport = match saved.transport.as_str() {
        "udp" => Transport::Udp,
        "tcp" => Transport::Tcp,
        "tls" => Transport::Tls,
        _ => return None,
    };
    Some(match transport {
        Transport::Udp => Hop { transport, flow: FlowId(saved.listener), peer: saved.peer },
        Transport::Tcp | Transport::Tls | Transport::Ws | Transport::Wss => {
            let peer = dialog.next_hop_addr().unwrap_or(saved.peer);
            Hop { transport, flow: Hop::NO_FLOW, peer }
        }
    })
}

const fn word(transport: Transport) -> Option<&'static str> {
    match transport {
        Transport::Udp => Some("udp"),
        Transport::Tcp => Some("tcp"),
        Transport::Tls => Some("tls"),
        Transport::Ws | Transport::Wss => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_process_has_a_higher_number_for_as_long_as_there_are_some() {
        let at = |seconds: i64| number_by_clock(WallTime::from_micros(seconds * 1_000_000));
        assert_eq!(at(1_767_225_600), 0, "the beginning of 2026");
        assert_eq!(at(1_767_225_601), 4);
        assert!(at(2_300_000_000) > at(2_299_999_999), "in 2042");
        assert_eq!([at(0), at(4_000_000_000)], [0, 0], "a clock that is wrong says nothing");
    }
}
