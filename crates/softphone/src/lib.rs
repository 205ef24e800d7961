//! Real SIP phones in code: callers and agents for the demo, the tests and the benchmarks.
//!
//! A [`Phone`] is one task with a SIP socket of its own, a user agent and, for each call, an RTP
//! port that speaks and listens at an even 20 ms. Hundreds live in one process. Nothing in it knows
//! the server: what it does goes over the wire, and what it says is what the wire brought.
//!
//! ```no_run
//! # use softphone::{Listen, Phone, PhoneConfig, Voice};
//! # async fn story() -> Result<(), Box<dyn std::error::Error>> {
//! let server = "127.0.0.1:5060".parse()?;
//! let config = PhoneConfig { listen: Listen::Record, ..PhoneConfig::new(server, "0701234567") };
//! let (phone, _events) = Phone::start(config).await?;
//! let call = phone.call("9000").await?;
//! call.answered().await.map_err(|end| end.to_string())?;
//! call.press_all("1").await;
//! println!("{}", call.ended().await);
//! let heard = call.heard();
//! println!("{} packets, {} lost", heard.packets, heard.packets_lost);
//! # Ok(())
//! # }
//! ```

mod arrival;
mod breaks;
mod call;
mod calling;
mod command;
mod config;
mod credentials;
mod event;
mod heard;
mod heeding;
mod keypad;
mod line;
mod phone;
mod registering;
mod registration;
mod speaker;
mod stream;
mod voice;
mod wire;
mod works;

pub use breaks::Breaks;
pub use call::{HoldError, PhoneCall};
pub use config::{Answer, Keys, Listen, PhoneConfig, Voice};
pub use event::{CallState, End, Event, Events, LineId};
pub use heard::{ARRIVALS_MAX, Arrived, Heard, KEYS_HEARD_MAX, SOUND_BYTES_MAX};
pub use media_protocol::Digit;
pub use phone::{CallError, EVENTS_MAX, Phone};
pub use registration::RegisterError;
pub use sdp::{Codec, Direction};
pub use sip_msg::StatusCode;
pub use sip_ua::Transport;
