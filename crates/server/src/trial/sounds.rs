//! How long the recordings of a site last, and the words that are written beside them.

use crate::exit::Fault;
use crate::shipped;
use crate::sound::Recorded;
use crate::spoken::Stale;
use prompts::FRAME_DURATION;
use rehearsal::Sounds;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// The file of a language's words.
const WORDS_FILE: &str = "prompts.toml";

/// The recordings of a site, decoded when they are asked for.
pub(crate) struct SiteSounds {
    recorded: Recorded,
    /// What is recorded with other words than are written.
    stale: Stale,
    /// Played where a caller's language lacks a recording.
    default_language: String,
    words: BTreeMap<(String, String), String>,
    lengths: RefCell<BTreeMap<(String, String), Option<Duration>>>,
}

impl SiteSounds {
    /// The recordings, and the words in `own` over the shipped ones; and which are not spoken yet.
    pub(crate) fn new(
        recorded: Recorded,
        (own, stale): (&Path, Stale),
        default_language: &str,
    ) -> Result<Self, Fault> {
        let mut words = BTreeMap::new();
        for file in shipped::Words::iter() {
            let Some(language) = file.strip_suffix(WORDS_FILE) else { continue };
            let text = shipped::Words::get(&file).expect("the path was listed a line above");
            let text = String::from_utf8_lossy(&text.data);
            let language = language.trim_end_matches('/');
            take(&mut words, language, &text)
                .map_err(|why| Fault::found(format!("{file}: {why}")))?;
        }
        // A site need not have any.
        for folder in fs::read_dir(own).into_iter().flatten().flatten() {
            let file = folder.path().join(WORDS_FILE);
            let Ok(text) = fs::read_to_string(&file) else { continue };
            let language = folder.file_name().to_string_lossy().into_owned();
            take(&mut words, &language, &text)
                .map_err(|why| Fault::found(format!("{}: {why}", file.display())))?;
        }
        let default_language = default_language.to_owned();
        Ok(Self { recorded, stale, default_language, words, lengths: RefCell::default() })
    }

    /// As long as it is played: whole frames. What is recorded in no language that is asked for is passed over.
    fn measure(&self, language: &str, prompt: &str) -> Option<Duration> {
        let ways = [Some(language), Some(self.default_language.as_str()), None];
        let Some(bytes) =
            ways.into_iter().find_map(|language| self.recorded.bytes(language, prompt))
        else {
            return Some(Duration::ZERO);
        };
        let length = prompts::decode(bytes, None).ok()?.duration();
        let frames = length.as_micros().div_ceil(FRAME_DURATION.as_micros());
        Some(FRAME_DURATION * u32::try_from(frames).ok()?)
    }
}

fn take(
    words: &mut BTreeMap<(String, String), String>,
    language: &str,
    text: &str,
) -> Result<(), toml::de::Error> {
    let read: BTreeMap<String, String> = toml::from_str(text)?;
    words.extend(read.into_iter().map(|(name, said)| ((language.to_owned(), name), said)));
    Ok(())
}

impl Sounds for SiteSounds {
    fn length(&self, language: &str, prompt: &str) -> Option<Duration> {
        let key = (language.to_owned(), prompt.to_owned());
        if let Some(length) = self.lengths.borrow().get(&key) {
            return *length;
        }
        let length = self.measure(language, prompt);
        self.lengths.borrow_mut().insert(key, length);
        length
    }

    fn is_stale(&self, language: &str, prompt: &str) -> bool {
        self.stale.contains(&(language.to_owned(), prompt.to_owned()))
    }

    fn words(&self, language: &str, prompt: &str) -> Option<String> {
        let written = self.words.get(&(language.to_owned(), prompt.to_owned())).cloned();
        written.or_else(|| of_value(language, prompt))
    }
}

/// What numbers and other values are said with stands in no file: it follows from a grammar. A number is told by its
/// digits, which are easier to find.
fn of_value(language: &str, prompt: &str) -> Option<String> {
    let digits = |digits: &&str| digits.chars().all(|digit| digit.is_ascii_digit());
    if let Some(number) = prompt.strip_prefix("numbers/").filter(digits) {
        return Some(number.to_owned());
    }
    let mut recordings = speech::knows(language).then(|| speech::recordings(language))?;
    recordings.find(|(name, _)| name == prompt).map(|(_, text)| text)
}
