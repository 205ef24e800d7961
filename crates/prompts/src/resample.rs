//! From any sampling rate to the engine's, once, when a recording is loaded.

use audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler, WindowFunction};

/// Frames that are transformed together. The more, the steeper the filter below half the new rate;
/// their delay is of no account here, for it is cut off again.
const CHUNK_LEN: usize = 4_096;

/// Resamples one channel. The result is as long as the original sounds, to a sample.
pub(crate) fn resample(samples: Vec<f32>, from_hz: u32, to_hz: u32) -> Vec<f32> {
    if from_hz == to_hz {
        return samples;
    }
    let [from, to] = [from_hz, to_hz].map(|hz| usize::try_from(hz).expect("rates fit"));
    // With only the input fixed, chunks of odd lengths come out; `Both` keeps them whole.
    let mut resampler = Fft::<f32>::new_custom(
        from,
        to,
        CHUNK_LEN,
        1,
        1,
        WindowFunction::BlackmanHarris2,
        FixedSync::Both,
    )
    .expect("both rates and the chunk are positive");
    let input = InterleavedSlice::new(&samples, 1, samples.len()).expect("one channel is whole");
    resampler
        .process_all(&input, samples.len(), None)
        .expect("the buffers are as long as the resampler asked for")
        .take_data()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sample_is_won_or_lost() {
        for rate in [4_000, 11_025, 16_000, 22_050, 44_100, 44_101, 48_000, 192_000] {
            for len in [1_usize, 159, 4_096, 50_000] {
                let resampled = resample(vec![0.1; len], rate, 8_000);
                let wanted = (len * 8_000).div_ceil(rate as usize);
                assert!(
                    resampled.len().abs_diff(wanted) <= 1,
                    "{len} at {rate} Hz: {}",
                    resampled.len()
                );
            }
        }
    }

    #[test]
    fn the_right_rate_is_left_alone() {
        let samples = vec![0.1, -0.2, 0.3];
        assert_eq!(resample(samples.clone(), 8_000, 8_000), samples);
    }
}
