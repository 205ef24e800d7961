//! Phones in code, for what a foreign phone cannot be told to do. To be used in a Tokio runtime with
//! worker threads, since tests wait without yielding.

use crate::Sound;
use softphone::{Answer, Events, Listen, Phone, PhoneConfig, Transport, Voice};
use std::net::SocketAddr;
use std::time::Duration;

/// The configuration of the phone of an agent of [`Site::of_one_queue`](crate::Site::of_one_queue).
#[must_use]
pub fn agent(server: SocketAddr, account: &str, answer: Answer) -> PhoneConfig {
    PhoneConfig {
        password: Some(format!("secret-{account}")),
        registration: Some(Duration::from_secs(600)),
        answer,
        ..PhoneConfig::new(server, account)
    }
}

/// The configuration of a caller's phone that keeps what it hears.
#[must_use]
pub fn caller(server: SocketAddr, number: &str) -> PhoneConfig {
    PhoneConfig { listen: Listen::Record, ..PhoneConfig::new(server, number) }
}

/// The same over TCP.
#[must_use]
pub fn over_tcp(config: PhoneConfig) -> PhoneConfig {
    PhoneConfig { transport: Transport::Tcp, ..config }
}

/// Says this.
#[must_use]
pub fn saying(config: PhoneConfig, voice: &Sound) -> PhoneConfig {
    PhoneConfig { voice: Voice::Clip(voice.alaw().into()), ..config }
}

/// Switches a phone on.
pub async fn switch_on(config: PhoneConfig) -> (Phone, Events) {
    Phone::start(config).await.expect("loopback has a free port")
}
