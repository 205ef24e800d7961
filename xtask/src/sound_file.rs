//! Writes sound as a WAV file: 8 kHz, one channel, 16 bits.

use prompts::{Pcm, RATE_HZ};
use std::fs;
use std::path::Path;

/// Writes a recording, and makes the folders above it.
pub(crate) fn write(path: &Path, pcm: &Pcm) -> Result<(), String> {
    let at = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|why| at(&why))?;
    }
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE_HZ,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = hound::WavWriter::create(path, spec).map_err(|why| at(&why))?;
    for sample in pcm.samples() {
        file.write_sample(*sample).map_err(|why| at(&why))?;
    }
    file.finalize().map_err(|why| at(&why))
}
