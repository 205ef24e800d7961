//! A dialog in the words of the wire, and made of them.

use crate::line::Described;
use events::SavedLeg;
use ids::FlowId;
use sip_msg::{NameAddr, Text, Uri};
use sip_txn::{Hop, Transport};
use sip_ua::{Dialog, DialogId, Outlived, Role, SessionUuid};

/// No more requests than this are sent in a dialog before it is written down anew.
const REQUESTS_A_START: u32 = 1_000;
/// RFC 3261 §8.1.1.5: numbers are less than 2³¹.
const CSEQ_MAX: u32 = (1 << 31) - 1;
/// Nor is our sound described anew more often than this.
const DESCRIPTIONS_A_START: u64 = 100;

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

/// The numbers by which this start goes on, `starts` of them behind what was written down: CSeq (RFC 3261 §12.2.1.1) and the version of the
/// description (RFC 3264 §8) only have to rise. Each start in between may have gone on with the leg, too, and have died
/// before that was on the disk; so each has numbers of its own.
pub(super) fn raise(saved: &mut SavedLeg, starts: u64) {
    let requests = u32::try_from(starts).unwrap_or(u32::MAX).saturating_mul(REQUESTS_A_START);
    saved.local_cseq = saved.local_cseq.saturating_add(requests).min(CSEQ_MAX);
    let descriptions = starts.saturating_mul(DESCRIPTIONS_A_START);
    saved.sdp_version = saved.sdp_version.saturating_add(descriptions);
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
    use std::net::SocketAddr;

    fn leg(local_cseq: u32, sdp_version: u64) -> SavedLeg {
        SavedLeg {
            call_id: "a".to_owned(),
            local: String::new(),
            remote: String::new(),
            target: String::new(),
            route: Vec::new(),
            is_ours: false,
            local_cseq,
            remote_cseq: None,
            contact: String::new(),
            transport: "udp".to_owned(),
            listener: 1,
            peer: SocketAddr::from(([192, 0, 2, 7], 5_060)),
            session: String::new(),
            sdp_id: 4_711,
            sdp_version,
        }
    }

    /// By which numbers a process goes on.
    fn after(starts: u64, (local_cseq, sdp_version): (u32, u64)) -> (u32, u64) {
        let mut leg = leg(local_cseq, sdp_version);
        raise(&mut leg, starts);
        (leg.local_cseq, leg.sdp_version)
    }

    #[test]
    fn each_start_has_numbers_of_its_own_whatever_those_before_it_have_written_down() {
        let first = after(1, (7, 2));
        assert_eq!(first, (1_007, 102));
        assert_eq!(after(2, (7, 2)), after(1, first), "the one between has written nothing");
        assert_eq!(after(3, (7, 2)), after(1, after(1, first)));
    }

    #[test]
    fn numbers_of_requests_stay_below_their_bound() {
        let (number, version) = after(u64::MAX, (7, 2));
        assert_eq!((number, version), ((1 << 31) - 1, u64::MAX));
        assert_eq!(after(1, (u32::MAX, u64::MAX)), ((1 << 31) - 1, u64::MAX));
    }
}
