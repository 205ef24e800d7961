//! Writing a description with one audio line in it.

use crate::{Codec, Crypto, Direction, Local, MediaLine, Mux, PTIME};
use bytes::Bytes;
use media_protocol::Clock;
use std::fmt::{self, Write};
use std::net::IpAddr;

/// Our audio line: the numbers to use and which way sound flows.
pub(crate) struct AudioLine<'a> {
    /// `RTP/AVP`, `RTP/SAVP`, or what the offer said.
    pub(crate) transport: &'a str,
    /// Our keys, if any.
    pub(crate) cryptos: &'a [Crypto],
    /// Codecs in order, each with its number.
    pub(crate) codecs: &'a [(u8, Codec)],
    /// The numbers of telephone events, if they are spoken, each with its clock.
    pub(crate) events: &'a [(u8, Clock)],
    /// Which way sound flows, from our side.
    pub(crate) direction: Direction,
    /// Whether reports go with the sound.
    pub(crate) mux: Mux,
}

/// A whole description: `media` says for each line of the offer whether it is the audio line
/// (`None`) or refused (`Some`).
pub(crate) fn description(
    local: &Local,
    media: &[Option<&MediaLine>],
    audio: &AudioLine<'_>,
) -> Bytes {
    let mut text = String::with_capacity(320);
    write_all(&mut text, local, media, audio).expect("writing to a String does not fail");
    Bytes::from(text)
}

fn write_all(
    text: &mut String,
    local: &Local,
    media: &[Option<&MediaLine>],
    audio: &AudioLine<'_>,
) -> fmt::Result {
    let Local { session, version, .. } = local;
    let address = Address(local.address.ip());
    write!(text, "v=0\r\no=- {session} {version} IN {address}\r\n")?;
    write!(text, "s=-\r\nc=IN {address}\r\nt=0 0\r\n")?;
    for line in media {
        match line {
            None => write_audio(text, local.address.port(), audio)?,
            Some(line) => {
                let MediaLine { kind, transport, first_format, .. } = line;
                write!(text, "m={kind} 0 {transport} {first_format}\r\n")?;
            }
        }
    }
    Ok(())
}

fn write_audio(text: &mut String, port: u16, audio: &AudioLine<'_>) -> fmt::Result {
    write!(text, "m=audio {port} {}", audio.transport)?;
    for (number, _) in audio.codecs {
        write!(text, " {number}")?;
    }
    for (number, _) in audio.events {
        write!(text, " {number}")?;
    }
    text.write_str("\r\n")?;
    for (number, codec) in audio.codecs {
        write!(text, "a=rtpmap:{number} {}\r\n", codec.map())?;
        if *codec == Codec::Opus {
            // Whoever is heard here hears one channel, and what a packet says of the one before it is of use (RFC 7587 §6.1).
            write!(text, "a=fmtp:{number} useinbandfec=1\r\n")?;
        }
    }
    for (number, clock) in audio.events {
        let hz = 8_000 * u32::from(clock.pace());
        // The sixteen keys of a telephone (RFC 4733 §3.2).
        write!(text, "a=rtpmap:{number} telephone-event/{hz}\r\na=fmtp:{number} 0-15\r\n")?;
    }
    for crypto in audio.cryptos {
        write!(text, "a=crypto:{crypto}\r\n")?;
    }
    match audio.mux {
        Mux::Together => text.write_str("a=rtcp-mux\r\n")?,
        Mux::Apart => {}
    }
    write!(text, "a=ptime:{}\r\na={}\r\n", PTIME.as_millis(), audio.direction.attribute())
}

/// An address with its type in front: `IP4 192.0.2.1`.
struct Address(IpAddr);

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => write!(f, "IP4 {address}"),
            IpAddr::V6(address) => write!(f, "IP6 {address}"),
        }
    }
}
