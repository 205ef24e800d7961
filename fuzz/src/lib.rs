//! What must hold for any bytes at all: one function for each reader of the network, which panics
//! where it does not. `cargo xtask fuzz` throws bytes at them, and a test of the workspace the
//! corpus, so that they stay in step with what they test.

mod dialplans;
mod messages;
mod sound;
mod transactions;

pub use dialplans::dialplan;
pub use messages::{message, stream, uri};
pub use sound::{keys, opus, prompt, rtp, sdp};
pub use transactions::transactions;
