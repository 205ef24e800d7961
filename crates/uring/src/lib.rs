//! Many UDP sockets of one thread over io_uring: what comes is received without being asked for, what is
//! sent goes by the handful.
//!
//! [`Prepared`] asks the kernel for all that is needed and may be handed to another thread, so whoever starts
//! a thread hears what the kernel refuses. [`Prepared::open`] makes it the [`Ring`] of the thread that calls.
//! From then on: [`Ring::wait`], [`Ring::next`] until `None`, and [`Ring::send`] whenever there is something to
//! say; what is to be sent leaves at the next wait at the latest.
//!
//! Each socket has one request that lasts (`recvmsg`, multishot). The kernel puts what comes into buffers
//! of a ring that is shared by all sockets, and whoever takes a packet gives its buffer back. Nothing here
//! takes memory, a lock or a log line for a packet.
//!
//! The sockets are plain descriptors and not registered with the ring: a ring that is torn down by the death of
//! its process lets registered files go a while later, and the next process would find its ports taken.
//!
//! What is unsafe about the kernel reading and writing memory of ours is in this crate and in no other.
//! Where there is no such thing, [`Prepared::new`] says so.

#[cfg(target_os = "linux")]
mod address;
#[cfg(target_os = "linux")]
mod bell;
#[cfg(target_os = "linux")]
mod buffers;
#[cfg(not(target_os = "linux"))]
mod elsewhere;
mod limits;
#[cfg(target_os = "linux")]
mod outbox;
#[cfg(target_os = "linux")]
mod prepared;
#[cfg(target_os = "linux")]
mod ring;
#[cfg(target_os = "linux")]
mod tag;

#[cfg(target_os = "linux")]
pub use bell::Bell;
#[cfg(not(target_os = "linux"))]
pub use elsewhere::{Bell, Prepared, Ring};
pub use limits::{Came, Limits, Unsupported};
#[cfg(target_os = "linux")]
pub use prepared::Prepared;
#[cfg(target_os = "linux")]
pub use ring::Ring;
