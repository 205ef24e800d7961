//! `telefonist prompts`: texts become recordings, and recordings are looked through.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![allow(clippy::cast_possible_truncation, reason = "samples are brought into range before")]

use e2e::{Ran, Site, run};
use serde_json::Value;
use std::f32::consts::TAU;
use std::fs;
use std::path::{Path, PathBuf};

/// A line in two languages, one of which ships.
const PLAN: &str = r#"language = "nb"
languages = ["nb", "en"]

[number.9000]
goto = "say.welcome"

[say.welcome]
prompts = ["matter/welcome"]
goto = "queue.support"

[queue.support]
announce_place = "45s"

[agent.1001]
secret = "for the test only"
queues = ["support"]
"#;

/// Tones of 8 kHz and 16 bits: a level, in what a sample's peak is of full scale.
fn write_tone(path: &Path, peak: f32) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut file = hound::WavWriter::create(path, spec).unwrap();
    for n in 0..2_000_u16 {
        let sample = (f32::from(n) * 300.0 * TAU / 8_000.0).sin() * peak;
        file.write_sample((sample * 32_767.0).clamp(-32_767.0, 32_767.0) as i16).unwrap();
    }
    file.finalize().unwrap();
}

/// A site whose texts are spoken as a tone.
fn site() -> Site {
    let site = Site::new(PLAN);
    write_tone(&site.folder().join("tone.wav"), 0.1);
    let tone = site.folder().join("tone.wav").display().to_string();
    site.with_setting(&format!("tts = [\"sh\", \"-c\", \"cat {tone}\", \"sh\", \"{{text}}\"]"))
}

fn nb(site: &Site) -> PathBuf {
    site.folder().join("prompts/nb")
}

fn write_texts(site: &Site, language: &str, texts: &str) {
    let folder = site.folder().join("prompts").join(language);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("prompts.toml"), texts).unwrap();
}

fn prompts(what: &str, site: &Site) -> Ran {
    run(&["prompts", what, site.folder().to_str().unwrap()])
}

/// `language/prompt id` of everything that is found.
fn findings(site: &Site) -> (Option<i32>, Vec<String>) {
    let ran = run(&["prompts", "check", "--json", site.folder().to_str().unwrap()]);
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    let line = |one: &Value| {
        assert!(one["message"].is_string() && one["suggestion"].is_string(), "{one}");
        let language = one["language"].as_str().unwrap_or("-");
        format!("{language}/{} {}", one["prompt"].as_str().unwrap(), one["id"].as_str().unwrap())
    };
    (ran.code, found.as_array().unwrap().iter().map(line).collect())
}

/// Words for whatever the plan says in a language that does not ship, numbers aside.
fn all_words(site: &Site) -> String {
    let (_, found) = findings(site);
    let wordless = found.iter().filter_map(|line| line.strip_suffix(" no-words"));
    let names = wordless.filter_map(|line| line.strip_prefix("nb/"));
    names.map(|name| format!("\"{name}\" = \"Ord for {name}.\"\n")).collect()
}

#[test]
fn a_language_that_does_not_ship_is_spoken_and_then_complete() {
    let site = site();
    let (code, found) = findings(&site);
    assert_eq!(code, Some(1));
    for line in ["en/matter/welcome no-words", "nb/queue/first no-words", "nb/numbers/42 missing"] {
        assert!(found.iter().any(|found| found == line), "{line} is not in {found:?}");
    }
    let ran = prompts("build", &site);
    assert_eq!(ran.code, Some(1), "words are missing: {}", ran.out);
    assert!(ran.out.contains("in English it is \"You are first in line.\""), "{}", ran.out);
    assert!(nb(&site).join("numbers/42.wav").is_file());

    write_texts(&site, "nb", &all_words(&site));
    write_texts(&site, "en", "\"matter/welcome\" = \"Welcome.\"\n");
    let ran = prompts("build", &site);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("en/matter/welcome: made"), "{}", ran.out);
    assert_eq!(findings(&site), (Some(0), vec![]));
    assert_eq!(run(&["check", site.folder().to_str().unwrap()]).code, Some(0));
    // What is as it was is not spoken again.
    let ran = prompts("build", &site);
    assert!(ran.out.contains("en: 0 made, 1 as they were, 0 by hand, 0 failed"), "{}", ran.out);

    write_texts(&site, "en", "\"matter/welcome\" = \"Hello.\"\n");
    assert_eq!(findings(&site), (Some(0), vec!["en/matter/welcome stale".to_owned()]));
    let ran = prompts("build", &site);
    assert!(ran.out.contains("en: 1 made"), "{}", ran.out);
}

#[test]
fn a_recording_of_a_person_stays_whatever_its_words_are() {
    let site = site();
    let own = site.folder().join("prompts/en/matter/welcome.wav");
    write_tone(&own, 0.2);
    let before = fs::read(&own).unwrap();
    write_texts(&site, "en", "\"matter/welcome\" = \"Welcome.\"\n");
    let folder = site.folder().to_str().unwrap();
    let ran = run(&["prompts", "build", "--all", folder]);
    assert!(ran.out.contains("en: 0 made, 0 as they were, 1 by hand"), "{}", ran.out);
    assert_eq!(fs::read(&own).unwrap(), before);
}

#[test]
fn what_sounds_wrong_is_told() {
    let site = site();
    let folder = site.folder().join("prompts");
    for (name, peak) in [
        ("nb/fine", 0.2),
        ("nb/quiet", 0.005),
        ("nb/loud", 0.9),
        ("nb/cut", 3.0),
        ("nb/silent", 0.0),
        ("pause", 0.0),
        ("tune", 0.003),
    ] {
        write_tone(&folder.join(format!("{name}.wav")), peak);
    }
    fs::write(folder.join("nb/odd.mp3"), "la la la").unwrap();
    write_texts(&site, "nb", "\"spare\" = \"Til en annen gang.\"\n");
    write_tone(&folder.join("nb/both.wav"), 0.2);
    fs::copy(folder.join("nb/both.wav"), folder.join("nb/both.mp3")).unwrap();
    let (code, found) = findings(&site);
    assert_eq!(code, Some(1));
    let of_sound =
        found.iter().filter(|line| !line.ends_with("missing") && !line.ends_with("no-words"));
    assert_eq!(
        of_sound.collect::<Vec<_>>(),
        [
            "-/tune too-quiet",
            "nb/both twice",
            "nb/cut clipped",
            "nb/cut too-loud",
            "nb/loud too-loud",
            "nb/odd unreadable",
            "nb/quiet too-quiet",
            "nb/silent silent",
            "nb/spare unmade",
        ]
    );
}

#[test]
fn a_voice_that_is_not_there_and_texts_that_are_none_are_told_with_what_to_do() {
    let site = Site::new(PLAN).with_setting("tts = [\"no-such-voice\", \"{text}\"]");
    write_texts(&site, "en", "\"matter/welcome\" = \"Welcome.\"\n");
    let ran = prompts("build", &site);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("no-such-voice") && ran.err.contains("apt-get"), "{}", ran.err);
    write_texts(&site, "en", "\"../../welcome\" = \"Welcome.\"\n");
    let ran = prompts("build", &site);
    assert!(
        ran.err.contains("en/prompts.toml") && ran.err.contains("without extension"),
        "{}",
        ran.err
    );
    let site = Site::new(PLAN).with_setting("tts = [\"say\", \"{txet}\"]");
    let ran = prompts("check", &site);
    assert!(ran.err.contains("{txet} stands for nothing"), "{}", ran.err);
}

#[test]
fn a_chosen_voice_speaks_the_whole_language() {
    let site = site().with_setting("voice = { en = \"alva\" }");
    write_texts(&site, "en", "\"matter/welcome\" = \"Welcome.\"\n");
    write_texts(&site, "en@alva", "\"numbers/7\" = \"sevven\"\n");
    write_tone(&site.folder().join("prompts/en@alva/closed.wav"), 0.2);
    let ran = prompts("build", &site);
    let alva = site.folder().join("prompts/en@alva");
    for name in ["queue/first", "numbers/7", "months/may", "matter/welcome"] {
        assert!(alva.join(format!("{name}.wav")).is_file(), "{name}: {}{}", ran.out, ran.err);
    }
    assert!(!alva.join("demo").exists(), "the demo is no site of anybody's");
    let told = ran.out.lines().find(|line| line.starts_with("en@alva: ")).unwrap();
    assert!(told.ends_with(" made, 0 as they were, 1 by hand, 0 failed"), "{told}");
    let (_, found) = findings(&site);
    assert!(!found.iter().any(|line| line.starts_with("en")), "{found:?}");
}

/// As the guide says, with espeak-ng.
#[test]
fn the_norwegian_site_is_spoken_by_espeak_and_has_no_fault() {
    let shipped = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../dialplans/norsk"));
    let site = tempfile::tempdir().unwrap();
    let nb = site.path().join("prompts/nb");
    fs::create_dir_all(&nb).unwrap();
    fs::copy(shipped.join("prompts/nb/prompts.toml"), nb.join("prompts.toml")).unwrap();
    let plan = fs::read_to_string(shipped.join("dialplan.toml")).unwrap();
    let plan = plan.replace("secret_env = \"KARI_SECRET\"", "secret = \"for the test only\"");
    fs::write(site.path().join("dialplan.toml"), plan).unwrap();
    let folder = site.path().to_str().unwrap();
    let ran = run(&["prompts", "build", folder]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    for what in [["check", folder].as_slice(), &["prompts", "check", folder]] {
        let ran = run(what);
        assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
        assert!(ran.out.contains("no fault found"), "{}", ran.out);
    }
}
