//! Dials a number, presses keys, and says what was heard:
//! `cargo run -p softphone --example dial -- 127.0.0.1:5060 9000 1`.

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use softphone::{CallState, Listen, Phone, PhoneConfig, Voice};
use std::error::Error;
use std::time::Duration;

/// How long to talk.
const TALK: Duration = Duration::from_secs(10);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let server = words.next().ok_or("which server? ADDRESS:PORT")?.parse()?;
    let number = words.next().ok_or("which number?")?;
    let keys = words.next().unwrap_or_default();
    let config = PhoneConfig {
        voice: Voice::Tone(440.0),
        listen: Listen::Record,
        talk: Some(TALK),
        ..PhoneConfig::new(server, "dial")
    };
    let (phone, _events) = Phone::start(config).await?;
    let call = phone.call(number).await?;
    if call.answered().await.is_ok() {
        println!("answered");
        call.press_all(&keys).await;
    }
    if let CallState::Ended(end) = call.until(|_| false).await {
        println!("{end}");
    }
    let heard = call.heard();
    println!("{} packets, {} lost, keys {:?}", heard.packets, heard.packets_lost, heard.keys);
    println!("{:.1?} of sound, longest gap {:?}", sound(&heard.alaw), heard.gap_longest);
    Ok(())
}

/// The length of A-law at 8 kHz.
fn sound(alaw: &[u8]) -> Duration {
    let samples = u32::try_from(alaw.len()).unwrap_or(u32::MAX);
    Duration::from_micros(125) * samples
}
