//! Directories: who callers are, by their number.

use super::{LanguageId, Plan, Secret};
use ids::{AgentId, PromptId};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

ids::define_id! {
    /// A directory: the place among those of the plan.
    DirectoryId(u16), "directory-"
}

/// Who callers are, by their number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    /// The name in the file, without the kind.
    pub name: Arc<str>,
    /// What it knows people by.
    pub by: By,
    /// Where it is.
    pub source: Source,
}

impl Directory {
    /// Whether it lists this number, which is in our form; none that has to be asked does.
    #[must_use]
    pub fn lists(&self, number: &str) -> bool {
        match &self.source {
            Source::Listed(listed) => listed.contains_key(number),
            Source::Http(_) => false,
        }
    }
}

/// What a directory knows people by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Their telephone number, in our form.
    Number,
    /// Something that they type, such as a customer number.
    Key,
    /// Whatever it is asked for.
    Either,
}

/// Everybody in a directory, by their number in our form, or by their key.
pub type Listed = BTreeMap<Box<str>, Known>;

/// Where a directory is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// In the plan or in a file beside it. A plan that follows another has the same list, where nothing in it is
    /// different.
    Listed(Arc<Listed>),
    /// At an address that is asked each time.
    Http(HttpDirectory),
}

/// A directory that is asked over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpDirectory {
    /// The address, with `{number}` where the caller's number belongs.
    pub url: Arc<str>,
    /// What is shown to be let in: `Authorization: Bearer …`.
    pub token: Option<Secret>,
    /// How long a caller waits for the answer at most.
    pub timeout: Duration,
    /// How long an answer is kept for the same number.
    pub keep: Duration,
    /// Where in the answer each of [`HttpDirectory::FIELDS`] is: names of JSON objects in one another,
    /// parted by dots.
    pub fields: BTreeMap<Arc<str>, Arc<str>>,
}

impl HttpDirectory {
    /// What can be known of a caller.
    pub const FIELDS: [&'static str; 7] =
        ["name", "company", "language", "priority", "vip", "agent", "whisper"];
}

/// What is known of a caller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Who it is.
    pub name: Option<Arc<str>>,
    /// Of which company.
    pub company: Option<Arc<str>>,
    /// In which language they are spoken to.
    pub language: Option<LanguageId>,
    /// Added to the priority of the queue, 0 to 10.
    pub priority: u8,
    /// Whether they go the way of very important persons.
    pub vip: bool,
    /// The agent who knows them.
    pub agent: Option<AgentId>,
    /// Told to the agent before the two hear each other: their name, say.
    pub whisper: Option<PromptId>,
    /// Further columns of the file that some `lookup` reads, by their names in small letters.
    pub more: More,
}

/// Columns of a file, by their names in small letters, with what a person has there.
pub type More = Arc<BTreeMap<Arc<str>, Arc<str>>>;

/// What a directory has answered of a caller: texts as they came, none where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Who it is.
    pub name: Option<String>,
    /// Of which company.
    pub company: Option<String>,
    /// The tag of a language.
    pub language: Option<String>,
    /// How urgent.
    pub priority: Option<u64>,
    /// Whether very important.
    pub vip: bool,
    /// The account of an agent.
    pub agent: Option<String>,
    /// The name of a recording.
    pub whisper: Option<String>,
}

/// A directory can make a call so urgent and no more.
pub(crate) const PRIORITY_MAX: u64 = 10;

impl Known {
    /// What a directory has told, as far as the plan knows what it speaks of.
    #[must_use]
    pub fn of(plan: &Plan, told: &Told) -> Self {
        let priority = told.priority.unwrap_or(0).min(PRIORITY_MAX);
        Self {
            name: told.name.as_deref().and_then(Self::text),
            company: told.company.as_deref().and_then(Self::text),
            language: told.language.as_deref().and_then(|tag| plan.language_of(tag)),
            priority: u8::try_from(priority).unwrap_or(0),
            vip: told.vip,
            agent: told.agent.as_deref().and_then(|account| plan.agent_of(account)),
            whisper: told.whisper.as_deref().and_then(|name| plan.prompt(name)),
            more: More::default(),
        }
    }

    /// A name or a company is kept this long, in characters: no display shows more.
    pub const TEXT_CHARS_MAX: usize = 64;

    /// A name as a display may show it: one line, not too long; none if nothing is left.
    #[must_use]
    pub fn text(written: &str) -> Option<Arc<str>> {
        let words = written.split(|c: char| c.is_whitespace() || c.is_control() || turns(c));
        let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
        let text: String = words.join(" ").chars().take(Self::TEXT_CHARS_MAX).collect();
        (!text.is_empty()).then(|| text.into())
    }
}

/// Whether it turns the direction of what stands behind it, or cannot be seen.
const fn turns(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
