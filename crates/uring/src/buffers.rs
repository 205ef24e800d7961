//! The memory that packets come into: a ring of buffers that the kernel takes from and we give back to.
//!
//! It lies outside of what Rust owns, and only whole buffers that the kernel has filled are ever borrowed.
#![expect(unsafe_code, reason = "the kernel writes into this memory")]

use io_uring::IoUring;
use io_uring::types::BufRingEntry;
use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::io;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU16, Ordering};

/// The kernel wants the ring to begin a page.
const PAGE: usize = 4_096;

/// The only group of buffers.
pub(crate) const GROUP: u16 = 0;

/// The buffers and the ring in which they are given back.
pub(crate) struct Buffers {
    /// The entries of the ring, and behind them the buffers.
    memory: NonNull<u8>,
    layout: Layout,
    /// How many: a power of two.
    count: u16,
    /// Octets of each.
    each: usize,
    /// Where the next one is given back, as the kernel counts it: it wraps.
    tail: u16,
}

// SAFETY: the memory belongs to this value and to the kernel alone.
unsafe impl Send for Buffers {}

impl Buffers {
    /// Buffers that are not the kernel's yet.
    ///
    /// # Panics
    /// When `count` is no power of two.
    pub(crate) fn new(count: u16, each: usize) -> Self {
        assert!(count.is_power_of_two(), "the kernel wants a power of two, and not {count}");
        let len = Self::ring_len(count) + usize::from(count) * each;
        let layout = Layout::from_size_align(len, PAGE).expect("a few megabytes");
        // SAFETY: there is at least one buffer, so it is not empty.
        let memory = unsafe { alloc_zeroed(layout) };
        let Some(memory) = NonNull::new(memory) else { handle_alloc_error(layout) };
        Self { memory, layout, count, each, tail: 0 }
    }

    /// Tells the kernel of the ring, and gives it all buffers.
    pub(crate) fn register(&mut self, kernel: &IoUring) -> io::Result<()> {
        let base = self.memory.as_ptr() as u64;
        // SAFETY: the memory is as long as it is said to be, and lives until the kernel has let go of it
        // (see `Ring`).
        unsafe {
            kernel.submitter().register_buf_ring_with_flags(base, self.count, GROUP, 0)?;
        }
        for id in 0..self.count {
            self.give_back(id);
        }
        Ok(())
    }

    /// The first octets of a buffer.
    ///
    /// # Safety
    /// The kernel has filled the buffer, and it was not given back since.
    pub(crate) unsafe fn filled(&self, id: u16, len: usize) -> &[u8] {
        assert!(id < self.count && len <= self.each, "the kernel knows the buffers");
        // SAFETY: it lies within the memory, and the kernel writes nothing there before it is given back.
        unsafe { std::slice::from_raw_parts(self.buffer(id), len) }
    }

    /// The kernel may fill this one anew.
    pub(crate) fn give_back(&mut self, id: u16) {
        assert!(id < self.count, "the kernel knows the buffers");
        let place = usize::from(self.tail & (self.count - 1));
        let addr = self.buffer(id) as u64;
        let len = u32::try_from(self.each).expect("a packet is short");
        let entries = self.memory.cast::<BufRingEntry>();
        // SAFETY: the place lies in the ring, and behind its tail, where the kernel does not look.
        let entry = unsafe { entries.add(place).as_mut() };
        entry.set_addr(addr);
        entry.set_len(len);
        entry.set_bid(id);
        self.tail = self.tail.wrapping_add(1);
        // SAFETY: the memory begins with the first entry, in which the kernel keeps a place for the tail, aligned to two
        // octets; both sides use it as an atomic.
        let tail = unsafe {
            let tail = BufRingEntry::tail(entries.as_ptr().cast_const()).cast_mut();
            AtomicU16::from_ptr(tail)
        };
        // What was written into the entry is there before the kernel sees that it is.
        tail.store(self.tail, Ordering::Release);
    }

    fn buffer(&self, id: u16) -> *mut u8 {
        let at = Self::ring_len(self.count) + usize::from(id) * self.each;
        // SAFETY: the callers have seen that there is such a buffer, so it lies within the memory.
        unsafe { self.memory.as_ptr().add(at) }
    }

    fn ring_len(count: u16) -> usize {
        usize::from(count) * size_of::<BufRingEntry>()
    }
}

impl Drop for Buffers {
    fn drop(&mut self) {
        // SAFETY: it was taken with this layout, and the kernel has let go of it.
        unsafe { dealloc(self.memory.as_ptr(), self.layout) };
    }
}
