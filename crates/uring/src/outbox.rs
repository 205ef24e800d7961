//! What is on its way to the kernel: each packet and its address have a place until the kernel has read them.
//!
//! The kernel reads them when it takes the request, and it takes all of them in turn or none; so the places are
//! free again, all at once, as soon as no request waits to be taken.

use crate::address::{self, ADDRESS_MAX};
use std::net::SocketAddr;

/// The places.
pub(crate) struct Outbox {
    addresses: Box<[[u8; ADDRESS_MAX]]>,
    packets: Box<[u8]>,
    packet_max: usize,
    used: usize,
}

/// A packet that has its place, as the kernel is told of it.
pub(crate) struct Posted {
    pub(crate) address: *const u8,
    pub(crate) address_len: u32,
    pub(crate) packet: *const u8,
    pub(crate) packet_len: u32,
}

impl Outbox {
    pub(crate) fn new(packets_max: u16, packet_max: usize) -> Self {
        let places = usize::from(packets_max);
        Self {
            addresses: vec![[0; ADDRESS_MAX]; places].into(),
            packets: vec![0; places * packet_max].into(),
            packet_max,
            used: 0,
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.used == self.addresses.len()
    }

    /// Gives a packet its place. `None` if there is none, or if it is too long.
    pub(crate) fn post(&mut self, to: SocketAddr, packet: &[u8]) -> Option<Posted> {
        let address = self.addresses.get_mut(self.used)?;
        let begin = self.used * self.packet_max;
        let room = self.packets.get_mut(begin..begin + self.packet_max)?.get_mut(..packet.len())?;
        let address_len;
        (*address, address_len) = address::write(to);
        room.copy_from_slice(packet);
        self.used += 1;
        let packet_len = u32::try_from(packet.len()).ok()?;
        Some(Posted { address: address.as_ptr(), address_len, packet: room.as_ptr(), packet_len })
    }

    /// The kernel has read all.
    pub(crate) const fn clear(&mut self) {
        self.used = 0;
    }
}
