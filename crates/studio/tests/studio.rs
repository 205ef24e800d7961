//! Stories of recordings made from texts, with programs that speak in tones: what `sh` and `cat` can do.
#![expect(clippy::unwrap_used, reason = "a test that meets what it did not expect ends there")]

use prompts::Pcm;
use std::collections::BTreeMap;
use std::f32::consts::TAU;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use studio::{Again, Done, MakeError, SpeakError, State, Texts, Voice, VoiceError, look, make};
use tempfile::TempDir;

const LONGEST: Duration = Duration::from_secs(20);

fn voice(command: &[&str]) -> Result<Voice, VoiceError> {
    let command: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
    Voice::new(&command, "sv", "alva", LONGEST)
}

/// The folder of a language, and beside it a tone and a list of what a voice was asked to say.
struct Folder {
    outer: TempDir,
}

impl Folder {
    fn new() -> Self {
        let outer = tempfile::tempdir().unwrap();
        fs::create_dir(outer.path().join("sv")).unwrap();
        let tone: Vec<f32> =
            (0..4_000_u16).map(|n| (f32::from(n) * TAU / 8.0).sin() * 0.1).collect();
        studio::write(&outer.path().join("tone.wav"), &Pcm::from_unit(&tone)).unwrap();
        Self { outer }
    }

    fn language(&self) -> PathBuf {
        self.outer.path().join("sv")
    }

    fn file(&self, name: &str) -> String {
        self.outer.path().join(name).display().to_string()
    }

    /// Says every text as the tone, and writes down that it was asked to.
    fn voice(&self) -> Voice {
        let script =
            format!("echo \"$1\" >> {}; cat {}", self.file("asked"), self.file("tone.wav"));
        voice(&["sh", "-c", &script, "sh", "{text}"]).unwrap()
    }

    fn make(&self, texts: &Texts) -> BTreeMap<String, String> {
        self.make_with(&self.voice(), texts, Again::Changed).unwrap()
    }

    fn make_with(
        &self,
        voice: &Voice,
        texts: &Texts,
        again: Again,
    ) -> Result<BTreeMap<String, String>, MakeError> {
        let mut told = BTreeMap::new();
        make(&self.language(), voice, texts, again, &mut |name, done| {
            let done = match done {
                Done::Made => "made".to_owned(),
                Done::Kept => "kept".to_owned(),
                Done::ByHand => "by hand".to_owned(),
                Done::Failed(why) => why.to_string(),
            };
            told.insert(name.to_owned(), done);
        })?;
        Ok(told)
    }

    fn asked(&self) -> Vec<String> {
        let asked = fs::read_to_string(self.outer.path().join("asked")).unwrap_or_default();
        asked.lines().map(str::to_owned).collect()
    }

    fn states(&self, texts: &Texts) -> Vec<State> {
        look(&self.language(), &self.voice(), texts).unwrap().into_values().collect()
    }
}

fn texts(texts: &[(&str, &str)]) -> Texts {
    texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn what_has_words_is_spoken_once_and_again_when_the_words_change() {
    let folder = Folder::new();
    let before = texts(&[("matter/invoice", "Faktura."), ("welcome", "Hej $HOME; `id`")]);
    assert_eq!(folder.states(&before), [State::Missing, State::Missing]);
    let told = folder.make(&before);
    assert_eq!(told.values().collect::<Vec<_>>(), ["made", "made"]);
    assert!(folder.language().join("matter/invoice.wav").is_file());
    // No shell has read the text.
    assert_eq!(folder.asked(), ["Faktura.", "Hej $HOME; `id`"]);
    assert_eq!(folder.states(&before), [State::Current, State::Current]);

    let told = folder.make(&before);
    assert_eq!(told.values().collect::<Vec<_>>(), ["kept", "kept"]);
    let after = texts(&[("matter/invoice", "Fakturor."), ("welcome", "Hej $HOME; `id`")]);
    assert_eq!(folder.states(&after), [State::Stale, State::Current]);
    folder.make(&after);
    assert_eq!(folder.asked().len(), 3);
}

#[test]
fn a_recording_by_a_person_is_never_overwritten() {
    let folder = Folder::new();
    let words = texts(&[("closed", "Stängt."), ("music", "La."), ("welcome", "Hej.")]);
    // One was there before, one is in another format, and one was put in place of ours.
    let hand = |name: &str| fs::write(folder.language().join(name), "a person's voice").unwrap();
    hand("closed.wav");
    hand("music.mp3");
    assert_eq!(folder.make(&words)["welcome"], "made");
    hand("welcome.wav");
    let changed = texts(&[("closed", "Nej."), ("music", "Lo."), ("welcome", "Hallå.")]);
    assert_eq!(folder.states(&changed), [State::ByHand; 3]);
    let told = folder.make_with(&folder.voice(), &changed, Again::All).unwrap();
    assert!(told.values().all(|done| done == "by hand"), "{told:?}");
    for name in ["closed.wav", "welcome.wav"] {
        let kept = fs::read_to_string(folder.language().join(name)).unwrap();
        assert_eq!(kept, "a person's voice", "{name}");
    }
    assert!(!folder.language().join("music.wav").exists());
}

#[test]
fn another_voice_speaks_everything_anew() {
    let folder = Folder::new();
    let words = texts(&[("welcome", "Hej.")]);
    folder.make(&words);
    let other = voice(&["cat", &folder.file("tone.wav")]).unwrap();
    assert_eq!(look(&folder.language(), &other, &words).unwrap()["welcome"], State::Stale);
    let told = folder.make_with(&other, &words, Again::Changed).unwrap();
    assert_eq!(told["welcome"], "made");
}

#[test]
fn what_nobody_wants_any_more_is_removed_unless_a_person_changed_it() {
    let folder = Folder::new();
    folder.make(&texts(&[("a", "a"), ("b", "b"), ("c", "c")]));
    fs::write(folder.language().join("b.wav"), "a person's voice").unwrap();
    let removed = studio::remove_strays(&folder.language(), &texts(&[("c", "c")])).unwrap();
    assert_eq!(removed, ["a"]);
    let exists = |name: &str| folder.language().join(name).exists();
    assert_eq!(["a.wav", "b.wav", "c.wav"].map(exists), [false, true, true]);
}

#[test]
fn what_is_made_is_as_loud_as_the_rest_and_begins_and_ends_in_silence() {
    let folder = Folder::new();
    folder.make(&texts(&[("welcome", "Hej.")]));
    let file = fs::read(folder.language().join("welcome.wav")).unwrap();
    let pcm = prompts::decode(&file, Some("wav")).unwrap();
    assert!((pcm.active_level().unwrap() - prompts::SPEECH_DBOV).abs() < 0.5);
    let samples = pcm.samples();
    assert!(samples.iter().take(400).chain(samples.iter().rev().take(1_200)).all(|s| *s == 0));
}

#[test]
fn a_program_may_read_the_text_and_write_a_file() {
    let folder = Folder::new();
    let script = format!("cat > {}; cp {} \"$0\"", folder.file("read"), folder.file("tone.wav"));
    let voice = voice(&["sh", "-c", &script, "{out}"]).unwrap();
    voice.speak("Hej å hå").unwrap();
    assert_eq!(fs::read_to_string(folder.file("read")).unwrap(), "Hej å hå\n");
}

#[test]
fn a_text_is_put_in_place_once_whatever_stands_in_it() {
    let folder = Folder::new();
    let told = folder.make(&texts(&[("welcome", "{voice} {text} {out}")]));
    assert_eq!(told["welcome"], "made");
    assert_eq!(folder.asked(), ["{voice} {text} {out}"]);
    let voice = voice(&["say", "-v", "{voice}-{language}", "{text}"]).unwrap();
    assert_eq!(voice.to_string(), "say -v alva-sv {text}");
}

#[test]
fn a_command_that_can_say_nothing_is_refused() {
    assert_eq!(voice(&[]).unwrap_err(), VoiceError::Empty);
    assert_eq!(voice(&[""]).unwrap_err(), VoiceError::Empty);
    assert_eq!(voice(&["say"; 65]).unwrap_err(), VoiceError::TooLong);
    let wrong = voice(&["say", "{txet}"]).unwrap_err();
    assert_eq!(wrong, VoiceError::Placeholder("txet".to_owned()));
    assert!(
        wrong.to_string().starts_with("{txet} stands for nothing; there are {text}"),
        "{wrong}"
    );
    assert!(voice(&["sh", "-c", "f() { cat; }; f {"]).is_ok());
}

#[test]
fn what_goes_wrong_is_said_and_the_others_are_made_all_the_same() {
    let folder = Folder::new();
    let tone = folder.file("tone.wav");
    let script = format!(
        "case $1 in bad) echo 'no such voice' >&2; exit 3;; odd) echo la la la;; *) cat {tone};; esac"
    );
    let voice = voice(&["sh", "-c", &script, "sh", "{text}"]).unwrap();
    let words = texts(&[("a", "bad"), ("b", "odd"), ("c", "good")]);
    let told = folder.make_with(&voice, &words, Again::Changed).unwrap();
    assert!(
        told["a"].contains("exit status: 3") && told["a"].ends_with("no such voice"),
        "{told:?}"
    );
    assert!(told["b"].contains("no sound"), "{told:?}");
    assert_eq!(told["c"], "made");
    assert!(!folder.language().join("a.wav").exists());
}

#[test]
fn silence_is_no_recording() {
    let folder = Folder::new();
    let silence = Path::new(&folder.file("silence.wav")).to_owned();
    studio::write(&silence, &Pcm::new(vec![0; 8_000])).unwrap();
    let voice = voice(&["cat", &silence.display().to_string()]).unwrap();
    assert!(matches!(voice.speak("Hej"), Err(SpeakError::Silent(_))));
}

#[test]
fn a_program_that_is_not_there_is_told_once_with_what_to_do() {
    let folder = Folder::new();
    let voice = voice(&["no-such-voice", "{text}"]).unwrap();
    let fault = folder.make_with(&voice, &texts(&[("a", "a"), ("b", "b")]), Again::Changed);
    let said = fault.unwrap_err().to_string();
    assert!(said.contains("no-such-voice") && said.contains("apt-get install"), "{said}");
}

#[test]
fn a_program_that_does_not_end_is_ended() {
    let command = ["sh".to_owned(), "-c".to_owned(), "exec sleep 600".to_owned()];
    let voice = Voice::new(&command, "sv", "sv", Duration::from_millis(100)).unwrap();
    assert!(matches!(voice.speak("Hej"), Err(SpeakError::TimedOut(..))));
    let command = ["sh".to_owned(), "-c".to_owned(), "exec cat /dev/zero".to_owned()];
    let voice = Voice::new(&command, "sv", "sv", Duration::from_millis(100)).unwrap();
    assert!(matches!(voice.speak("Hej"), Err(SpeakError::TimedOut(..))));
}

#[test]
fn a_program_that_writes_without_measure_is_heard_no_further() {
    let voice = voice(&["head", "-c", "80000000", "/dev/zero"]).unwrap();
    assert!(matches!(voice.speak("Hej"), Err(SpeakError::TooMuch(_))));
}

#[test]
fn who_is_killed_before_the_new_recording_is_in_place_finds_the_old_one_and_it_is_no_persons() {
    let folder = Folder::new();
    folder.make(&texts(&[("welcome", "Hej.")]));
    let recording = folder.language().join("welcome.wav");
    let before = fs::read(&recording).unwrap();
    // A folder in place of the file that is written first: the list has the new recording, the disk has not.
    let first = folder.language().join(".welcome.wav.new");
    fs::create_dir(&first).unwrap();
    let changed = texts(&[("welcome", "Hej igen.")]);
    let louder = voice(&["sh", "-c", &format!("cat {}", folder.file("other.wav"))]).unwrap();
    let tone: Vec<f32> = (0..5_000_u16).map(|n| (f32::from(n) * TAU / 16.0).sin() * 0.2).collect();
    studio::write(&folder.outer.path().join("other.wav"), &Pcm::from_unit(&tone)).unwrap();
    folder.make_with(&louder, &changed, Again::Changed).unwrap_err();
    assert_eq!(fs::read(&recording).unwrap(), before);
    assert_eq!(look(&folder.language(), &louder, &changed).unwrap()["welcome"], State::Stale);
    let told = studio::stale(&folder.language(), &louder, &changed).unwrap();
    assert_eq!(told.into_iter().collect::<Vec<_>>(), ["welcome"]);
    fs::remove_dir(&first).unwrap();
    assert_eq!(folder.make_with(&louder, &changed, Again::Changed).unwrap()["welcome"], "made");
    assert_eq!(look(&folder.language(), &louder, &changed).unwrap()["welcome"], State::Current);
    assert_ne!(fs::read(&recording).unwrap(), before);
    assert!(studio::stale(&folder.language(), &louder, &changed).unwrap().is_empty());
}

#[test]
fn a_list_that_leads_out_of_the_folder_removes_nothing_there() {
    let folder = Folder::new();
    let outside = folder.outer.path().join("precious.wav");
    fs::write(&outside, "precious").unwrap();
    let sound = studio::fingerprint(&[b"precious"]);
    let line = format!("../precious\t{sound:016x}\t{sound:016x}\n");
    fs::write(folder.language().join("made.tsv"), line).unwrap();
    assert_eq!(
        studio::remove_strays(&folder.language(), &Texts::new()).unwrap(),
        Vec::<String>::new()
    );
    assert!(outside.is_file());
}
