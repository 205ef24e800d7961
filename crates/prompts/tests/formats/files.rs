//! WAV files to bring.

use hound::{SampleFormat, WavSpec, WavWriter};
use std::io::Cursor;

/// A WAV file of two equal channels, 16 bits.
pub(crate) fn stereo(rate: u32, samples: &[f32]) -> Vec<u8> {
    let both: Vec<f32> = samples.iter().flat_map(|sample| [*sample, *sample]).collect();
    wav(rate, 2, 16, SampleFormat::Int, &both)
}

/// A WAV file of any kind that hound writes, of interleaved samples from −1 to 1.
pub(crate) fn wav(
    rate: u32,
    channels: u16,
    bits: u16,
    format: SampleFormat,
    samples: &[f32],
) -> Vec<u8> {
    let spec =
        WavSpec { channels, sample_rate: rate, bits_per_sample: bits, sample_format: format };
    let mut file = Cursor::new(Vec::new());
    let mut writer = WavWriter::new(&mut file, spec).unwrap();
    for sample in samples {
        match format {
            SampleFormat::Float => writer.write_sample(*sample).unwrap(),
            SampleFormat::Int => {
                let full_scale = (1_i64 << (bits - 1)) as f64;
                writer.write_sample((f64::from(*sample) * full_scale) as i32).unwrap();
            }
        }
    }
    writer.finalize().unwrap();
    file.into_inner()
}

/// What stands before the sound of a WAV file of one channel; hound writes no G.711.
pub(crate) fn header(tag: u16, rate: u32, bits: u16, len: usize) -> Vec<u8> {
    let len = u32::try_from(len).unwrap();
    let frame_len = bits / 8;
    let mut bytes = Vec::new();
    bytes.extend(b"RIFF");
    bytes.extend((38 + len).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(18_u32.to_le_bytes());
    bytes.extend([tag, 1].map(u16::to_le_bytes).as_flattened());
    bytes.extend([rate, rate * u32::from(frame_len)].map(u32::to_le_bytes).as_flattened());
    // Formats other than PCM tell the length of what else they have to say: nothing.
    bytes.extend([frame_len, bits, 0].map(u16::to_le_bytes).as_flattened());
    bytes.extend(b"data");
    bytes.extend(len.to_le_bytes());
    bytes
}
