//! What wakes the one reader.
//!
//! A thread that was woken before it sleeps does not sleep (`std::thread::park`), so ringing is lost
//! only while nobody has said who the reader is; see [`Bell::attend`].
#![expect(unsafe_code, reason = "a handle that is written once is read without a lock")]

use crate::sync::{AtomicBool, Ordering, Thread, UnsafeCell, fence, thread};

/// The bell at the reader's door.
pub(crate) struct Bell {
    attended: AtomicBool,
    reader: UnsafeCell<Option<Thread>>,
}

// SAFETY: the handle is written before `attended` is set, and only read after.
unsafe impl Send for Bell {}
// SAFETY: as above.
unsafe impl Sync for Bell {}

impl Bell {
    pub(crate) fn new() -> Self {
        Self { attended: AtomicBool::new(false), reader: UnsafeCell::new(None) }
    }

    /// Wakes the reader, if there is one; what was handed over before is then seen by them.
    pub(crate) fn ring(&self) {
        // Between handing over and this look: either the bell is seen attended, or whoever comes to
        // attend it sees what was handed over.
        fence(Ordering::SeqCst);
        if self.attended.load(Ordering::Acquire) {
            // SAFETY: `attended` is set after the only write.
            let reader = self.reader.with(|reader| unsafe { (*reader).clone() });
            reader.iter().for_each(Thread::unpark);
        }
    }

    /// The calling thread attends the bell from now on, and looks once more before it sleeps. Only
    /// the one reader calls this (it takes the reader's side by `&mut`), and only the first call
    /// counts.
    pub(crate) fn attend(&self) {
        if !self.attended.load(Ordering::Relaxed) {
            // SAFETY: there is one reader, and nobody reads the handle before `attended` is set.
            self.reader.with_mut(|reader| unsafe { *reader = Some(thread::current()) });
            self.attended.store(true, Ordering::Release);
        }
        fence(Ordering::SeqCst);
    }
}
