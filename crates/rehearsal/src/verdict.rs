//! Whether what came of a made-up call is what was expected.

use crate::transcript::{End, Entry, Heard, Said, Transcript, What};
use dialplan::trial::{Expectation, Expected};

/// Where a call and what was expected of it part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parted<'e> {
    /// What did not come, or came and should not have.
    pub expectation: &'e Expectation,
    /// The last that was expected and came.
    pub met: Option<&'e Expectation>,
    /// The entry behind which it should have come, by its place in [`Transcript::entries`]; or the one that
    /// should not have come.
    pub entry: usize,
}

/// Compares what came with what was expected: each in its order, with anything between; what should never
/// come, nowhere.
///
/// # Errors
/// With the first expectation that was not met.
pub fn verdict<'e>(transcript: &Transcript, expected: &'e [Expectation]) -> Result<(), Parted<'e>> {
    let facts: Vec<(usize, Fact<'_>)> = facts(transcript).collect();
    let mut rest = facts.as_slice();
    let (mut met, mut entry) = (None, 0);
    for expectation in expected.iter().filter(|it| !it.never) {
        let Some(at) = rest.iter().position(|(_, fact)| fact.is(&expectation.what)) else {
            return Err(Parted { expectation, met, entry });
        };
        entry = rest.get(at).map_or(entry, |(entry, _)| *entry);
        met = Some(expectation);
        rest = rest.get(at + 1..).unwrap_or_default();
    }
    for expectation in expected.iter().filter(|it| it.never) {
        if let Some((entry, _)) = facts.iter().find(|(_, fact)| fact.is(&expectation.what)) {
            return Err(Parted { expectation, met: None, entry: *entry });
        }
    }
    Ok(())
}

/// One thing that can be expected.
enum Fact<'t> {
    Place(&'t str),
    Said(&'t Said),
    Language(&'t str),
    Priority(u8),
    Noted(&'t str, &'t str),
    Told(&'t str, &'t str),
    Message,
    Callback,
    Refused(&'t str),
    Ends(End),
}

fn facts(transcript: &Transcript) -> impl Iterator<Item = (usize, Fact<'_>)> {
    let numbered = transcript.entries.iter().enumerate();
    numbered.flat_map(|(at, entry)| facts_of(entry).into_iter().map(move |fact| (at, fact)))
}

fn facts_of(entry: &Entry) -> Vec<Fact<'_>> {
    match &entry.what {
        What::Came => vec![Fact::Place(&entry.place)],
        What::Answered { language, .. } | What::Speaks { language } => {
            vec![Fact::Language(language)]
        }
        What::Says { phrases, .. } => {
            phrases.iter().filter(|said| said.heard != Heard::Not).map(Fact::Said).collect()
        }
        What::Waits { priority, .. } => vec![Fact::Priority(*priority)],
        What::Notes { name, value } => vec![Fact::Noted(name, value)],
        What::Refused { refused_as, .. } => vec![Fact::Refused(refused_as)],
        What::Tells { what, words } => vec![Fact::Told(what, words)],
        What::MessageKept => vec![Fact::Message],
        What::CallbackPromised { .. } => vec![Fact::Callback],
        What::Connected => vec![Fact::Ends(End::Connected)],
        What::Ends { how, .. } => vec![Fact::Ends(*how)],
        What::AgentLeft { .. }
        | What::Presses { .. }
        | What::Chooses { .. }
        | What::LooksUp { .. }
        | What::Decides { .. }
        | What::SentOn { .. }
        | What::IsTold { .. }
        | What::Whispers { .. }
        | What::Dials { .. }
        | What::NotPutThrough
        | What::Records
        | What::Recorded { .. }
        | What::MessageDiscarded
        | What::MessageRefused
        | What::CallbackAsked { .. }
        | What::CallbackTimes { .. }
        | What::CallbackRefused
        | What::CallbackTooLate
        | What::CalledAgain
        | What::CallbackStands { .. }
        | What::CallbackCalledOff
        | What::CallbackTakenUp
        | What::OfferLeftOut => Vec::new(),
    }
}

impl Fact<'_> {
    fn is(&self, expected: &Expected) -> bool {
        match (self, expected) {
            (Self::Place(place), Expected::Place(arrow)) => place == arrow,
            (Self::Said(said), Expected::Said { language, prompt }) => {
                let speaks = language.as_ref().is_none_or(|tag| *said.language == **tag);
                speaks && *said.prompt == **prompt
            }
            (Self::Language(language), Expected::Language(tag)) => language == tag,
            (Self::Priority(is), Expected::Priority(wanted)) => is == wanted,
            (Self::Noted(name, is), Expected::Noted { variable, value }) => {
                name == variable && is == value
            }
            (Self::Told(name, is), Expected::Told { what, words }) => name == what && is == words,
            (Self::Message, Expected::Message) | (Self::Callback, Expected::Callback) => true,
            (Self::Refused(word), Expected::Refused(wanted)) => {
                wanted.is_none_or(|wanted| wanted.word() == *word)
            }
            (Self::Ends(end), Expected::Waits) => *end == End::Waits,
            (Self::Ends(end), Expected::Connected) => *end == End::Connected,
            (Self::Ends(end), Expected::PutThrough) => *end == End::PutThrough,
            (Self::Ends(end), Expected::Left) => *end == End::Left,
            _ => false,
        }
    }
}
