//! A dialog in the words of the wire, and made of them.

use crate::line::Described;
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
