//! Sound as a WAV file: 8 kHz, one channel, 16 bits.

use crate::made::replace;
use prompts::{Pcm, RATE_HZ};
use std::io::{self, Cursor};
use std::path::Path;

/// Writes a recording, and makes the folders above it.
///
/// # Errors
/// What could not be written, with its path.
pub fn write(path: &Path, pcm: &Pcm) -> io::Result<()> {
    replace(path, &encode(pcm))
}

/// The content of the file.
pub(crate) fn encode(pcm: &Pcm) -> Vec<u8> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE_HZ,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut file, spec).expect("memory takes a header");
    for sample in pcm.samples() {
        writer.write_sample(*sample).expect("DURATION_MAX keeps recordings short");
    }
    writer.finalize().expect("memory takes the header's end");
    file.into_inner()
}
