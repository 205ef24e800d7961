//! All that is asked of the kernel at the start, before a thread has it.

use crate::address::ADDRESS_MAX;
use crate::bell::Bell;
use crate::buffers::Buffers;
use crate::limits::{Limits, Unsupported};
use crate::outbox::Outbox;
use crate::ring::Ring;
use io_uring::IoUring;
use std::fmt;
use std::io;
use std::net::UdpSocket;
use std::time::Duration;

/// What the kernel writes before the sender's address: lengths and flags (`io_uring_recvmsg_out`).
const PREFACE_LEN: usize = 16;

/// A ring that is nobody's yet.
pub struct Prepared {
    pub(crate) kernel: IoUring,
    pub(crate) buffers: Buffers,
    pub(crate) outbox: Outbox,
    pub(crate) bell: Bell,
    pub(crate) gather: Duration,
}

impl Prepared {
    /// Asks the kernel for a ring, and gives the bell that wakes whoever waits at it.
    ///
    /// # Errors
    /// When the kernel is too old, or it is forbidden, or there are too few descriptors or too little memory.
    pub fn new(limits: Limits) -> Result<(Self, Bell), Unsupported> {
        let Limits { received_max, sent_max, packet_max, gather } = limits;
        let kernel = ask(limits)?;
        let bell = Bell::new()?;
        let room = PREFACE_LEN + ADDRESS_MAX + usize::from(packet_max);
        let mut buffers = Buffers::new(received_max, room);
        buffers.register(&kernel)?;
        let outbox = Outbox::new(sent_max, usize::from(packet_max));
        let prepared = Self { kernel, buffers, outbox, bell: bell.clone(), gather };
        Ok((prepared, bell))
    }

    /// Makes it the ring of the thread that calls, and begins to receive from these sockets, each of which goes by its
    /// place from here on. None of them may be one that is waited at (`set_nonblocking`).
    ///
    /// # Errors
    /// When the kernel refuses, which it has no reason to.
    pub fn open(self, sockets: Vec<UdpSocket>) -> io::Result<Ring> {
        self.kernel.submitter().register_enable_rings()?;
        Ring::begin(self, sockets)
    }
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Prepared")
    }
}

/// Completions are worked off when they are waited for, by the only thread that submits. Until it is opened
/// the ring is asleep, so that it may still be any thread's.
fn ask(limits: Limits) -> io::Result<IoUring> {
    // A completion for each buffer, for each packet that was not sent, and for what else there is.
    let completions = u32::from(limits.received_max) + 2 * u32::from(limits.sent_max);
    IoUring::builder()
        .setup_single_issuer()
        .setup_defer_taskrun()
        .setup_r_disabled()
        .setup_submit_all()
        .setup_cqsize(completions.next_power_of_two())
        .build(u32::from(limits.sent_max))
}
