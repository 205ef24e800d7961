//! The recordings that ship: complete in every language, and of one level.
#![expect(clippy::unwrap_used, reason = "a test that meets what it did not expect ends there")]

use prompts::{Catalogue, Library, Pcm, decode, read_folder};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const LANGUAGES: [&str; 2] = ["sv", "en"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../prompts")
}

fn texts(language: &str) -> BTreeMap<String, String> {
    let path = folder().join(language).join("prompts.toml");
    toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn catalogue() -> Catalogue {
    let mut library = Library::new("sv");
    for recording in read_folder(&folder()).unwrap() {
        let language = recording.language.as_deref();
        library.add(language, &recording.name, &recording.bytes).unwrap();
    }
    library.build().catalogue
}

#[test]
fn every_language_has_words_for_the_same_prompts() {
    let [swedish, english] = LANGUAGES.map(|language| texts(language).into_keys().collect());
    let differing: Vec<&String> = BTreeSet::symmetric_difference(&swedish, &english).collect();
    assert!(differing.is_empty(), "only in one language: {differing:?}");
    assert!(swedish.len() > 20);
}

#[test]
fn every_prompt_that_has_words_is_recorded() {
    let catalogue = catalogue();
    for language in LANGUAGES {
        for name in texts(language).keys() {
            assert!(catalogue.has(language, name), "prompts/{language}/{name}.wav is missing");
        }
    }
    assert!(catalogue.has("sv", "music"));
}

#[test]
fn every_place_in_a_queue_can_be_said() {
    let catalogue = catalogue();
    for language in LANGUAGES {
        for name in speech::place_prompts(language) {
            assert!(catalogue.has(language, &name), "prompts/{language}/{name}.wav is missing");
        }
    }
}

#[test]
fn every_value_can_be_said() {
    let catalogue = catalogue();
    for language in LANGUAGES {
        let kinds = speech::Kind::ALL.into_iter();
        for name in kinds.flat_map(|kind| speech::prompts(language, kind)) {
            assert!(catalogue.has(language, &name), "prompts/{language}/{name}.wav is missing");
        }
    }
}

#[test]
fn every_wait_can_be_said() {
    let catalogue = catalogue();
    for language in LANGUAGES {
        for name in speech::wait_prompts(language).chain(speech::waited_prompts(language)) {
            assert!(catalogue.has(language, &name), "prompts/{language}/{name}.wav is missing");
        }
    }
}

#[test]
fn every_time_that_is_agreed_on_can_be_said() {
    let catalogue = catalogue();
    for language in LANGUAGES {
        for name in speech::appointment_prompts(language) {
            assert!(catalogue.has(language, &name), "prompts/{language}/{name}.wav is missing");
        }
    }
}

#[test]
fn no_recording_lacks_its_words() {
    for recording in read_folder(&folder()).unwrap() {
        let Some(language) = recording.language else { continue };
        let of_values = speech::recordings(&language).any(|(name, _)| name == recording.name);
        assert!(
            of_values || texts(&language).contains_key(&recording.name),
            "{language}/{} is not in prompts.toml",
            recording.name
        );
    }
}

#[test]
fn all_phrases_are_equally_loud_and_none_is_clipped() {
    for recording in read_folder(&folder()).unwrap() {
        let name = &recording.name;
        let pcm = decode(&recording.bytes, None).unwrap();
        if name == speech::PAUSE {
            assert_eq!(pcm.peak_level(), None);
            continue;
        }
        let wanted = if name == "music" { -26.0 } else { prompts::SPEECH_DBOV };
        let level = pcm.active_level().unwrap();
        assert!((level - wanted).abs() < 1.0, "{name}: {level} dBov");
        assert!(pcm.peak_level().unwrap() < -1.0, "{name}: {:?} at its peak", pcm.peak_level());
    }
}

#[test]
fn a_phrase_begins_and_ends_with_a_short_silence() {
    for recording in read_folder(&folder()).unwrap() {
        if recording.language.is_none() {
            continue;
        }
        let pcm = decode(&recording.bytes, None).unwrap();
        let samples = pcm.samples();
        let silent = |samples: &[i16]| Pcm::new(samples.to_vec()).peak_level().is_none();
        assert!(silent(&samples[..400]), "{}", recording.name);
        assert!(silent(&samples[samples.len() - 1_200..]), "{}", recording.name);
        assert!(!silent(&samples[400..800]), "{}: silence is left before it", recording.name);
    }
}
