//! Whatever the octets are, the answer is sound or a fault, and it comes.

use crate::files::stereo;
use crate::tones::sine;
use crate::{FLAC, MP3, OGG};
use prompts::decode;
use proptest::prelude::*;

/// A file of each format, sound as it is.
fn files() -> Vec<Vec<u8>> {
    let wav = stereo(16_000, &sine(1_000.0, 0.5, 16_000, 0.05));
    vec![wav, FLAC.to_vec(), OGG.to_vec(), MP3.to_vec()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn garbage_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = decode(&bytes, None);
    }

    #[test]
    fn garbage_behind_a_good_beginning_is_survived(
        file in prop::sample::select(files()),
        keep in 4_usize..200,
        bytes in prop::collection::vec(any::<u8>(), 0..2_000),
    ) {
        let mut damaged = file[..keep].to_vec();
        damaged.extend(bytes);
        let _ = decode(&damaged, None);
    }

    #[test]
    fn changed_octets_are_survived(
        file in prop::sample::select(files()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let mut damaged = file;
        for (place, octet) in changes {
            let place = place.index(damaged.len());
            damaged[place] = octet;
        }
        let _ = decode(&damaged, None);
    }

    #[test]
    fn changed_headers_are_survived(
        file in prop::sample::select(files()),
        changes in prop::collection::vec((0_usize..64, any::<u8>()), 1..6),
    ) {
        let mut damaged = file;
        for (place, octet) in changes {
            damaged[place] = octet;
        }
        let _ = decode(&damaged, None);
    }

    #[test]
    fn a_file_may_end_anywhere(
        file in prop::sample::select(files()),
        end in any::<prop::sample::Index>(),
    ) {
        let _ = decode(&file[..end.index(file.len())], None);
    }
}
