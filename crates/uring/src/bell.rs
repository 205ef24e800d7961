//! What wakes the thread of a ring from another one.
#![expect(unsafe_code, reason = "the standard library makes no eventfd")]

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::sync::Arc;

/// The bell at a ring's door. What is rung before anybody listens is heard when somebody does.
#[derive(Clone, Debug)]
pub struct Bell(Arc<File>);

impl Bell {
    pub(crate) fn new() -> io::Result<Self> {
        let flags = libc::EFD_CLOEXEC | libc::EFD_NONBLOCK;
        // SAFETY: no memory is passed.
        let made = unsafe { libc::eventfd(0, flags) };
        if made < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: it was made just now, and is nobody else's.
        Ok(Self(Arc::new(File::from(unsafe { OwnedFd::from_raw_fd(made) }))))
    }

    /// Wakes the thread that waits at the ring, or will.
    ///
    /// # Errors
    /// When the kernel does not take it.
    pub fn ring(&self) -> io::Result<()> {
        // The kernel adds them up, and nobody ever takes them out: it is enough that one was added.
        self.0.as_ref().write_all(&1_u64.to_ne_bytes())
    }

    pub(crate) fn descriptor(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}
