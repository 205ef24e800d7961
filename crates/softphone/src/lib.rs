//! Real SIP phones in code: callers and agents for the demo, the tests and the benchmarks.

mod config;
mod heard;
mod keypad;
mod speaker;
mod stream;
mod voice;

pub use config::{Answer, Listen, PhoneConfig, Voice};
pub use heard::{ARRIVALS_MAX, Arrived, Heard, KEYS_HEARD_MAX, SOUND_BYTES_MAX};
pub use sdp::Codec;
pub use sip_ua::Transport;
