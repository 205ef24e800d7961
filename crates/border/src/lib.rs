//! The lock-free borders of the engine: a bounded inbox that wakes its one reader, and a published
//! value.
//!
//! A producer, a reader or a subscriber that is stopped at any instruction cannot hold up the
//! thread that owns the engine, nor each other: handing over lays a value on a pile with one exchange
//! and takes no memory, publishing names another slot with one store, and waking is an atomic flag (with a futex call only
//! when the reader sleeps). `tests/models.rs` tries every order of events with loom.

mod bell;
mod inbox;
mod pile;
mod places;
mod published;
mod sync;

pub use inbox::{Inbox, Sender, inbox};
pub use published::{Published, Publisher, published};
