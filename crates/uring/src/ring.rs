//! The ring as the one thread has it that receives and sends.
#![expect(unsafe_code, reason = "the kernel is told where memory is")]

use crate::address;
use crate::bell::Bell;
use crate::buffers::{Buffers, GROUP};
use crate::limits::Came;
use crate::outbox::{Outbox, Posted};
use crate::prepared::Prepared;
use crate::tag::Tag;
use io_uring::squeue::{Entry, Flags};
use io_uring::types::{Fd, RecvMsgOut, SubmitArgs, Timespec};
use io_uring::{EnterFlags, IoUring, cqueue, opcode};
use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

/// Packets that are thrown away at once: more than a socket's buffer holds.
const STALE_MAX: usize = 4_096;

/// So many that have come need wait for no more: the kernel works off about as many in a row.
const GATHERED: usize = 16;

/// How long what is called off may take to end, of all sockets.
const END_MAX: Duration = Duration::from_secs(2);

/// Sockets that are received from without being asked, and sent from by the handful.
pub struct Ring {
    kernel: IoUring,
    /// Not let go of before the kernel has.
    buffers: ManuallyDrop<Buffers>,
    outbox: Outbox,
    sockets: Vec<UdpSocket>,
    bell: Bell,
    /// How long what has come may wait for more.
    gather: Duration,
    /// What each request to receive says: there is room for an address, and for nothing else beside the packet.
    request: Box<libc::msghdr>,
    /// Requests that last and were not ended.
    lasting: usize,
    /// Sockets that are to be received from again.
    resting: Vec<u32>,
    /// Sockets that the kernel would not receive from, for a reason that may last.
    failed: Vec<u32>,
    is_bell_resting: bool,
    /// Completions that were looked at.
    seen: u64,
    /// For each place: what completions before this one bring is nobody's.
    stale_before: Box<[u64]>,
    sends_failed: u64,
    /// The kernel takes requests of one thread only.
    _of_one_thread: PhantomData<*const ()>,
}

impl Ring {
    pub(crate) fn begin(prepared: Prepared, sockets: Vec<UdpSocket>) -> io::Result<Self> {
        let Prepared { kernel, buffers, outbox, bell, gather } = prepared;
        let count = u32::try_from(sockets.len()).map_err(io::Error::other)?;
        let can_gather = kernel.params().is_feature_min_timeout();
        let mut ring = Self {
            gather: if can_gather { gather } else { Duration::ZERO },
            kernel,
            buffers: ManuallyDrop::new(buffers),
            outbox,
            stale_before: vec![0; sockets.len()].into(),
            resting: (0..count).collect(),
            failed: Vec::with_capacity(sockets.len()),
            sockets,
            bell,
            request: request(),
            lasting: 0,
            is_bell_resting: true,
            seen: 0,
            sends_failed: 0,
            _of_one_thread: PhantomData,
        };
        ring.ask_again()?;
        ring.tell()?;
        Ok(ring)
    }

    /// Tells the kernel of all that is to be sent, and waits until something comes, somebody rings, or the time is over.
    ///
    /// # Errors
    /// When the kernel fails in a way that does not pass by itself.
    pub fn wait(&mut self, time: Duration) -> io::Result<()> {
        match self.ask_again() {
            Err(error) if !passes(&error) => Err(error),
            Ok(()) | Err(_) => self.enter(time),
        }
    }

    /// The next packet that has come, copied into `octets`: as much of it as there is room for.
    pub fn next(&mut self, octets: &mut [u8]) -> Option<Came> {
        loop {
            let completion = self.kernel.completion().next()?;
            self.seen += 1;
            match Tag::of(completion.user_data()) {
                Tag::Receive(place) => {
                    if let Some(came) = self.received(place, &completion, octets) {
                        return Some(came);
                    }
                }
                Tag::Send => self.sends_failed += 1,
                Tag::Bell if !cqueue::more(completion.flags()) => {
                    self.lasting -= 1;
                    self.is_bell_resting = true;
                }
                Tag::Bell | Tag::Cancel => {}
            }
        }
    }

    /// Sends a packet from the socket at a place. What can not leave is counted, see [`Self::sends_failed`].
    pub fn send(&mut self, place: usize, to: SocketAddr, packet: &[u8]) {
        if self.post(place, to, packet).is_none() {
            self.sends_failed += 1;
        }
    }

    /// Packets so far that the kernel was not told of, or did not take.
    #[must_use]
    pub const fn sends_failed(&self) -> u64 {
        self.sends_failed
    }

    /// Throws away what has come to a socket until now, wherever it waits.
    pub fn throw_away(&mut self, place: usize) {
        let waiting = self.kernel.completion().len();
        let Some(stale_before) = self.stale_before.get_mut(place) else { return };
        *stale_before = self.seen + u64::try_from(waiting).unwrap_or(u64::MAX);
        let Some(socket) = self.sockets.get(place) else { return };
        for _ in 0..STALE_MAX {
            if socket.recv_from(&mut [0; 1]).is_err() {
                return;
            }
        }
    }

    /// Tries again to receive from sockets that the kernel refused to receive from. To be called once in a while.
    pub fn mend(&mut self) {
        self.resting.append(&mut self.failed);
    }

    /// One completion of the request to receive from a socket.
    fn received(
        &mut self,
        place: u32,
        completion: &cqueue::Entry,
        octets: &mut [u8],
    ) -> Option<Came> {
        let (result, flags) = (completion.result(), completion.flags());
        if !cqueue::more(flags) {
            self.lasting -= 1;
            // Without a buffer it ends, and goes on when there are some again.
            let is_well = result >= 0 || result == -libc::ENOBUFS;
            if is_well { &mut self.resting } else { &mut self.failed }.push(place);
        }
        let buffer = cqueue::buffer_select(flags)?;
        let came = self.take(place, (buffer, result), octets);
        self.buffers.give_back(buffer);
        came
    }

    /// Copies what is in a buffer, if it is anybody's.
    fn take(&self, place: u32, (buffer, len): (u16, i32), octets: &mut [u8]) -> Option<Came> {
        let place = usize::try_from(place).ok()?;
        if self.seen <= *self.stale_before.get(place)? {
            return None;
        }
        // SAFETY: the completion says that the kernel has filled it, and it is given back after this.
        let filled = unsafe { self.buffers.filled(buffer, usize::try_from(len).ok()?) };
        let message = RecvMsgOut::parse(filled, &self.request).ok()?;
        let from = address::read(message.name_data())?;
        let packet = message.payload_data();
        let len = packet.len().min(octets.len());
        octets.get_mut(..len)?.copy_from_slice(packet.get(..len)?);
        Some(Came { place, from, len })
    }

    fn post(&mut self, place: usize, to: SocketAddr, packet: &[u8]) -> Option<()> {
        if self.outbox.is_full() {
            self.tell().ok()?;
        }
        let socket = Fd(self.sockets.get(place)?.as_raw_fd());
        let Posted { address, address_len, packet, packet_len } = self.outbox.post(to, packet)?;
        let entry = opcode::Send::new(socket, packet, packet_len)
            .flags(libc::MSG_DONTWAIT)
            .dest_addr(address.cast())
            .dest_addr_len(address_len)
            .build()
            // It is done before the kernel returns, or it has failed: of the former there is nothing to say.
            .flags(Flags::SKIP_SUCCESS)
            .user_data(Tag::Send.number());
        self.request(&entry).ok()
    }

    /// Asks for what comes to the sockets of which the kernel has stopped telling, and for the bell.
    fn ask_again(&mut self) -> io::Result<()> {
        while let Some(&place) = self.resting.last() {
            let Some(socket) = usize::try_from(place).ok().and_then(|at| self.sockets.get(at))
            else {
                self.resting.pop();
                continue;
            };
            let request = std::ptr::from_ref(&*self.request);
            let entry = opcode::RecvMsgMulti::new(Fd(socket.as_raw_fd()), request, GROUP)
                .build()
                .user_data(Tag::Receive(place).number());
            self.request(&entry)?;
            self.resting.pop();
            self.lasting += 1;
        }
        if self.is_bell_resting {
            let readable = u32::try_from(libc::POLLIN).expect("a small number");
            let entry = opcode::PollAdd::new(Fd(self.bell.descriptor()), readable)
                .multi(true)
                .build()
                .user_data(Tag::Bell.number());
            self.request(&entry)?;
            self.is_bell_resting = false;
            self.lasting += 1;
        }
        Ok(())
    }

    /// Puts down a request, of which the kernel is told later; if there is no room, of all before it now.
    fn request(&mut self, entry: &Entry) -> io::Result<()> {
        // SAFETY: what the entry points to lives until the kernel has read it: the places of the outbox are not used
        // again before, and the message header lives as long as the ring.
        if unsafe { self.kernel.submission().push(entry) }.is_ok() {
            return Ok(());
        }
        self.tell()?;
        // SAFETY: as above.
        unsafe { self.kernel.submission().push(entry) }.map_err(io::Error::other)
    }

    /// Tells the kernel of all that is put down.
    fn tell(&mut self) -> io::Result<()> {
        let told = self.kernel.submit();
        self.clear_outbox();
        told.map(|_| ())
    }

    /// The same, and works off what has come meanwhile or within that time.
    fn enter(&mut self, time: Duration) -> io::Result<()> {
        let gather = u32::try_from(self.gather.min(time).as_micros()).unwrap_or(u32::MAX);
        let wanted = if gather > 0 { GATHERED } else { 1 };
        let time = Timespec::from(time);
        let args = SubmitArgs::new().timespec(&time).min_wait_usec(gather);
        let told = self.kernel.submitter().submit_with_args_and_flags(wanted, &args, self.flags());
        self.clear_outbox();
        match told {
            Err(error) if !passes(&error) => Err(error),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// A thread that waits for packets is idle, and waits for no disk, as whoever looks at the load of the machine would
    /// else be told.
    fn flags(&self) -> EnterFlags {
        if self.kernel.params().is_feature_no_iowait() {
            EnterFlags::NO_IOWAIT
        } else {
            EnterFlags::empty()
        }
    }

    fn clear_outbox(&mut self) {
        if self.kernel.submission().is_empty() {
            self.outbox.clear();
        }
    }

    /// Calls off all requests that last, and waits until they have ended. The kernel ends a handful at a time.
    fn settle(&mut self) -> io::Result<()> {
        let count = u32::try_from(self.sockets.len()).map_err(io::Error::other)?;
        for tag in (0..count).map(Tag::Receive).chain([Tag::Bell]) {
            let entry = opcode::AsyncCancel::new(tag.number())
                .build()
                .flags(Flags::SKIP_SUCCESS)
                .user_data(Tag::Cancel.number());
            self.request(&entry)?;
        }
        let begun = Instant::now();
        while self.lasting > 0 {
            if begun.elapsed() > END_MAX {
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.enter(Duration::from_millis(10))?;
            while self.next(&mut []).is_some() {}
        }
        Ok(())
    }
}

/// A ring that is dropped has let go of its sockets: their ports are free.
impl Drop for Ring {
    fn drop(&mut self) {
        if self.settle().is_ok() {
            // SAFETY: nothing is received any more, and this is the end.
            unsafe { ManuallyDrop::drop(&mut self.buffers) };
        }
        // Otherwise the kernel may write into them yet: rather are they nobody's for ever.
    }
}

impl fmt::Debug for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ring({} sockets)", self.sockets.len())
    }
}

/// Whether it is no fault, or one that passes: the time is over, a signal came, there is too little memory for a moment, or
/// there are more completions than were looked at.
fn passes(error: &io::Error) -> bool {
    matches!(
        error.raw_os_error(),
        Some(libc::ETIME | libc::EINTR | libc::EAGAIN | libc::EBUSY | libc::ENOMEM)
    )
}

/// What a request to receive says.
fn request() -> Box<libc::msghdr> {
    // SAFETY: no pointers and no lengths are all zeroes.
    let mut request: Box<libc::msghdr> = Box::new(unsafe { std::mem::zeroed() });
    request.msg_namelen = u32::try_from(address::ADDRESS_MAX).expect("a small number");
    request
}
