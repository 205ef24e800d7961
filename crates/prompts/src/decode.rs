//! Sound files in, sound at 8 kHz out.
//!
//! The file is read by symphonia, mixed down to one channel and resampled once. It comes from the
//! operator and not from the network, yet whatever its octets are, the answer is sound or a fault
//! that says what to do.

use crate::pcm::{Pcm, RATE_HZ};
use crate::resample::resample;
use std::io::Cursor;
use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;
use symphonia::core::audio::GenericAudioBufferRef;
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;

/// The longest recording that is taken: hours of one announcement are a mistake.
pub const DURATION_MAX: Duration = Duration::from_secs(15 * 60);

/// The sampling rates that are taken, in Hz.
pub const RATES_HZ: RangeInclusive<u32> = 4_000..=192_000;

/// Why a recording can not be played.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// No sound format was recognised.
    #[error("not a sound file that can be read; save it as WAV, FLAC, Ogg Vorbis or MP3")]
    FormatUnknown,
    /// The format is known, but not what is in it.
    #[error("{0}; save it as WAV, FLAC, Ogg Vorbis or MP3")]
    CodecUnknown(String),
    /// A sampling rate outside of [`RATES_HZ`].
    #[error("sampled at {0} Hz, where {min} to {max} Hz are taken", min = RATES_HZ.start(), max = RATES_HZ.end())]
    RateUnusable(u32),
    /// Longer than [`DURATION_MAX`].
    #[error("longer than {} minutes", DURATION_MAX.as_secs() / 60)]
    TooLong,
    /// Well-formed at first sight, but there is nothing to hear.
    #[error("holds no sound")]
    Empty,
    /// The octets contradict the format.
    #[error("damaged: {0}")]
    Damaged(String),
}

/// Reads WAV, FLAC, Ogg Vorbis or MP3 of any usual rate and number of channels.
///
/// The content tells the format; the extension (`"mp3"`, without a dot) is only a hint where the
/// content may be read in two ways. A file that was cut short is taken as far as it goes.
///
/// # Errors
/// What is wrong with the recording, in words for the one who brought it.
pub fn decode(bytes: &[u8], extension: Option<&str>) -> Result<Pcm, DecodeError> {
    let (samples, rate_hz) = sound(bytes, extension)?;
    Ok(Pcm::from_unit(&resample(samples, rate_hz, RATE_HZ)))
}

/// The samples of a file, mixed down to one channel and from −1 to 1, and their rate in Hz.
pub(crate) fn sound(bytes: &[u8], extension: Option<&str>) -> Result<(Vec<f32>, u32), DecodeError> {
    // The decoders are others' work and damaged files are their hardest input. A panic in one of
    // them is this file's fault and not the end of the program; nothing of it is used again.
    let sound = catch_unwind(AssertUnwindSafe(|| Sound::read(bytes, extension)))
        .unwrap_or_else(|_| Err(DecodeError::Damaged("the decoder gave up".to_owned())))?;
    let rate_hz = sound.rate_hz.expect("every sound that was taken had a rate");
    Ok((sound.samples, rate_hz))
}

/// What a file holds, mixed down to one channel.
struct Sound {
    /// Known from the first packet on.
    rate_hz: Option<u32>,
    /// From −1 to 1.
    samples: Vec<f32>,
}

impl Sound {
    fn read(bytes: &[u8], extension: Option<&str>) -> Result<Self, DecodeError> {
        let mut hint = Hint::new();
        if let Some(extension) = extension {
            hint.with_extension(extension);
        }
        let source = MediaSourceStream::new(
            Box::new(Cursor::new(bytes)),
            MediaSourceStreamOptions::default(),
        );
        let format = symphonia::default::get_probe()
            .probe(&hint, source, FormatOptions::default(), MetadataOptions::default())
            .map_err(not_opened)?;
        Self::of_first_track(format)
    }

    fn of_first_track(mut format: Box<dyn FormatReader + '_>) -> Result<Self, DecodeError> {
        let track = format.default_track(TrackType::Audio).ok_or(DecodeError::Empty)?;
        let (track_id, parameters) = (track.id, track.codec_params.as_ref());
        let parameters = parameters.and_then(|p| p.audio()).ok_or(DecodeError::Empty)?;
        let mut decoder = symphonia::default::get_codecs()
            .make_audio_decoder(parameters, &AudioDecoderOptions::default())
            .map_err(|fault| DecodeError::CodecUnknown(fault.to_string()))?;
        let mut sound = Self { rate_hz: None, samples: Vec::new() };
        let mut damage = None;
        while let Some(packet) = next_packet(format.as_mut())? {
            if packet.track_id == track_id {
                damage = sound.take(decoder.as_mut(), &packet)?.or(damage);
            }
        }
        match damage {
            _ if !sound.samples.is_empty() => Ok(sound),
            Some(why) => Err(DecodeError::Damaged(why)),
            None => Err(DecodeError::Empty),
        }
    }

    /// Adds what a packet holds; gives what was wrong with it, if it had to be passed over.
    fn take(
        &mut self,
        decoder: &mut dyn AudioDecoder,
        packet: &Packet,
    ) -> Result<Option<String>, DecodeError> {
        match decoder.decode(packet) {
            Ok(frames) => self.mix_in(&frames).map(|()| None),
            // A packet that can not be decoded is a short gap: MP3 files begin with one as often
            // as not, because their first frame leans on one that was cut off.
            Err(fault) => Ok(Some(fault.to_string())),
        }
    }

    fn mix_in(&mut self, frames: &GenericAudioBufferRef<'_>) -> Result<(), DecodeError> {
        let rate_hz = frames.spec().rate();
        if !RATES_HZ.contains(&rate_hz) {
            return Err(DecodeError::RateUnusable(rate_hz));
        }
        if *self.rate_hz.get_or_insert(rate_hz) != rate_hz {
            // No recording changes its rate: these octets only look like a packet.
            return Ok(());
        }
        let mut interleaved: Vec<f32> = Vec::new();
        frames.copy_to_vec_interleaved(&mut interleaved);
        match frames.num_planes() {
            0 | 1 => self.samples.append(&mut interleaved),
            channels => self.samples.extend(mixed(&interleaved, channels)),
        }
        if self.samples.len() > samples_max(rate_hz) { Err(DecodeError::TooLong) } else { Ok(()) }
    }
}

/// A format that was recognised and then contradicts itself is damage; all else is no format.
fn not_opened(fault: Error) -> DecodeError {
    if let Error::DecodeError(why) = fault {
        DecodeError::Damaged(why.to_owned())
    } else {
        DecodeError::FormatUnknown
    }
}

/// The next packet, or nothing at the end of the file, be it the right end or where it was cut off.
fn next_packet(format: &mut (dyn FormatReader + '_)) -> Result<Option<Packet>, DecodeError> {
    match format.next_packet() {
        Ok(packet) => Ok(packet),
        Err(Error::IoError(_) | Error::ResetRequired) => Ok(None),
        Err(fault) => Err(DecodeError::Damaged(fault.to_string())),
    }
}

fn samples_max(rate_hz: u32) -> usize {
    let samples = DURATION_MAX.as_secs() * u64::from(rate_hz);
    usize::try_from(samples).unwrap_or(usize::MAX)
}

/// The mean of the channels.
fn mixed(interleaved: &[f32], channels: usize) -> impl Iterator<Item = f32> {
    let share = 1.0 / f32::from(u16::try_from(channels).unwrap_or(u16::MAX));
    interleaved.chunks_exact(channels).map(move |frame| frame.iter().sum::<f32>() * share)
}
