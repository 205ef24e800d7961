//! Recordings as files: linear PCM of 16 bits, 8,000 samples a second (RIFF, WAVE); one channel of messages, two of talks.

use ids::MessageId;
use rtp::g711::SAMPLE_RATE_HZ;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The octets before the first sample.
pub(crate) const HEADER_LEN: u64 = 44;

/// The octets of a sample.
pub(crate) const SAMPLE_LEN: u64 = 2;

/// The ending of a recording that is whole.
pub(crate) const WHOLE: &str = "wav";

/// The ending of what says whose a recording is.
pub(crate) const LABEL: &str = "json";

/// Where the recording of a message is, if it is whole.
#[must_use]
pub fn path(folder: &Path, message: MessageId) -> PathBuf {
    folder.join(message.hex()).with_extension(WHOLE)
}

/// Where it is said whose the recording of a message is.
#[must_use]
pub fn label_path(folder: &Path, message: MessageId) -> PathBuf {
    folder.join(message.hex()).with_extension(LABEL)
}

/// How long the recording in a file of this size is.
#[must_use]
pub fn length(bytes: u64) -> Duration {
    let samples = bytes.saturating_sub(HEADER_LEN) / SAMPLE_LEN;
    Duration::from_millis(samples * 1_000 / u64::from(SAMPLE_RATE_HZ))
}

/// What stands before so many samples of a message.
pub(crate) fn header(samples: u64) -> [u8; 44] {
    header_of(samples, 1)
}

/// What stands before so many samples of each of so many channels.
pub(crate) fn header_of(samples: u64, channels: u16) -> [u8; 44] {
    let frame = SAMPLE_LEN * u64::from(channels);
    let data = u32::try_from(samples.saturating_mul(frame)).unwrap_or(u32::MAX);
    let frame = 2 * channels;
    let rate = SAMPLE_RATE_HZ;
    let mut header = [0; 44];
    let fields: [&[u8]; 13] = [
        b"RIFF",
        &data.saturating_add(36).to_le_bytes(),
        b"WAVE",
        b"fmt ",
        &16_u32.to_le_bytes(),
        &1_u16.to_le_bytes(), // linear PCM
        &channels.to_le_bytes(),
        &rate.to_le_bytes(),
        &(u32::from(frame) * rate).to_le_bytes(),
        &frame.to_le_bytes(),
        &16_u16.to_le_bytes(),
        b"data",
        &data.to_le_bytes(),
    ];
    let octets = fields.into_iter().flatten();
    header.iter_mut().zip(octets).for_each(|(to, from)| *to = *from);
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_reader_of_wav_files_understands_the_header() {
        let mut file = header(160).to_vec();
        file.extend([0; 320]);
        let pcm = prompts::decode(&file, Some("wav")).unwrap();
        assert_eq!(pcm.samples().len(), 160);
    }
}
