//! What the fuzz targets demand still fits what they test, and holds for their corpus and for what
//! a seeded hand makes of it. `cargo xtask fuzz` goes on where this ends.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../fuzz/src/lib.rs"]
#[allow(clippy::expect_used, clippy::indexing_slicing, reason = "a target fails by panicking")]
#[allow(unreachable_pub, reason = "there it is a library, here a module")]
mod fuzz;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::fs;
use std::path::Path;

/// Variations of each piece of the corpus.
const VARIATIONS: usize = 300;

type Target = fn(&[u8]);

const TARGETS: [(&str, Target); 10] = [
    ("message", fuzz::message),
    ("stream", fuzz::stream),
    ("uri", fuzz::uri),
    ("sdp", fuzz::sdp),
    ("transactions", fuzz::transactions),
    ("rtp", fuzz::rtp),
    ("keys", fuzz::keys),
    ("opus", fuzz::opus),
    ("prompt", fuzz::prompt),
    ("dialplan", fuzz::dialplan),
];

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The corpus of a target: whole files, in the order of their names.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = root().join("fuzz/corpus").join(target);
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

#[test]
fn every_fuzz_target_stands_its_corpus_and_variations_of_it() {
    let mut random = StdRng::seed_from_u64(2_026);
    for (name, target) in TARGETS {
        let corpus = corpus(name);
        assert!(!corpus.is_empty(), "{name} has a corpus");
        for piece in corpus {
            target(&piece);
            for _ in 0..VARIATIONS {
                let mut varied = piece.clone();
                for _ in 0..random.random_range(1..5) {
                    let at = random.random_range(0..varied.len());
                    if let Some(byte) = varied.get_mut(at) {
                        *byte = random.random();
                    }
                }
                target(&varied);
            }
        }
    }
}

#[test]
fn every_fuzz_target_is_a_program_and_known_to_the_chore() {
    let manifest = fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap();
    let chore = fs::read_to_string(root().join("xtask/src/fuzz.rs")).unwrap();
    for (name, _) in TARGETS {
        assert!(manifest.contains(&format!("path = \"targets/{name}.rs\"")), "{name}");
        assert!(chore.contains(&format!("\"{name}\"")), "{name}");
    }
}
