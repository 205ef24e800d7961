//! The lock-free borders of the engine: a bounded inbox that wakes its one reader, and a published
//! value.
//!
//! A producer, a reader or a subscriber that is stopped at any instruction cannot hold up the
//! thread that owns the engine: handing over is a push into a ring, publishing is the swap of a
//! pointer, and waking is an atomic flag (with a futex call only when the reader sleeps).

mod inbox;
mod published;

pub use inbox::{Inbox, Sender, inbox};
pub use published::Published;
