//! Opus (RFC 6716) as a telephone needs it: packets into samples at 8 kHz, and back.
//!
//! The codec itself is others' work, `ropus`, a translation of the reference into Rust, and known by these three files alone. Packets come
//! from anybody. One that breaks the rules of its format is refused before the codec sees it ([`rtp::opus::ticks`]); a panic of the codec
//! over what is left is caught, and is the end of that decoder: it is silent ever after, so that a peer who knows of one has it once a
//! stream. Encoding and decoding take memory for each frame and give it back, since the codec does.
//!
//! ```
//! let (mut encoder, mut decoder) = (opus::Encoder::new(), opus::Decoder::new());
//! let (mut packet, mut room) = ([0; 160], opus::ROOM);
//! let len = encoder.encode(&[1_000; 160], &mut packet).expect("20 ms are a frame");
//! assert_eq!(decoder.decode(&packet[..len], &mut room).len(), 160);
//! ```

mod decoder;
mod encoder;
mod stereo;

pub use decoder::{Decoder, ROOM, Samples};
pub use encoder::Encoder;
pub use stereo::{LOOKAHEAD, STEREO_FRAME, StereoEncoder};

/// What a method of the codec gives, or nothing where it gave up over its input.
fn caught<T>(call: impl FnOnce() -> T) -> Option<T> {
    let called = std::panic::catch_unwind(std::panic::AssertUnwindSafe(call)).ok();
    if called.is_none() {
        tracing::error!(
            "the codec of Opus gave up over a packet; that stream is silent from here on"
        );
    }
    called
}
