//! The sound of a leg before anything is agreed on: how its signalling goes decides all of it.

use crate::engine::Engine;
use crate::media_address::MediaAddress;
use bytes::Bytes;
use media_protocol::Port;
use rand::Rng;
use sdp::{Codec, LocalSession};
use sip_txn::Hop;
use std::net::{IpAddr, SocketAddr};

/// What a line begins with.
#[derive(Clone, Debug)]
pub(crate) struct Unsettled {
    /// What we offer or answer.
    pub(crate) session: LocalSession,
    /// Where our end of the sound is.
    pub(crate) address: MediaAddress,
    /// Where the party's signalling comes from, or goes to.
    pub(crate) signalled_from: IpAddr,
}

impl Unsettled {
    /// Our offer.
    pub(crate) fn offer(&mut self) -> Bytes {
        self.session.offer(sdp::Direction::SendRecv)
    }

    /// It goes on with what another process has described, by a version that nobody has said yet (RFC 3264 §8).
    pub(crate) fn goes_on(&mut self, id: u64, version: u64) {
        let local = self.session.local();
        let (ours, codecs, srtp) = (local.address, local.codecs.clone(), local.srtp);
        self.session = LocalSession::new(ours, id, codecs).from_version(version).with_srtp(srtp);
    }

    /// Whether packets from our address can go there. To nobody they can: that is a way to hold.
    pub(crate) fn reaches(&self, there: IpAddr) -> bool {
        let there = there.to_canonical();
        there.is_unspecified() || there.is_ipv4() == self.address.told.is_ipv4()
    }
}

impl Engine {
    /// The sound to be of a leg over `hop`, on a port that is lent to it.
    pub(crate) fn unsettled(
        &mut self,
        (port, hop): (Port, Hop),
        codecs: &[Codec],
        srtp: sdp::Srtp,
    ) -> Unsettled {
        // RFC 8866 §5.2 wants a number; phones of the field want one that fits 31 bits. It stays the
        // same for the life of the leg.
        let id = u64::from(self.random.next_u32() >> 1);
        let address = self.config.media_at(hop);
        let ours = SocketAddr::new(address.told, port.number);
        let session = LocalSession::new(ours, id, codecs.to_vec()).with_srtp(srtp);
        Unsettled { session, address, signalled_from: hop.peer.ip() }
    }
}
