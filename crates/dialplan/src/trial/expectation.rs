//! What should come of a trial: `queue.support`, `said:closed`, `never:hangup`.

use super::Misfit;
use crate::Plan;
use crate::nearest::did_you_mean;
use crate::plan::{PRIORITY_MAX, Refusal, Saying, Step};
use std::fmt;

/// What should come of a trial, behind all that was expected before; or what should not come at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// Whether it should never come.
    pub never: bool,
    /// What.
    pub what: Expected,
}

/// Something that comes of a trial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The caller comes to this place, written as an arrow: `menu.main`, `queue.support`, `hangup`.
    Place(String),
    /// This phrase is heard, or begins to be.
    Said {
        /// In this language, if it matters.
        language: Option<String>,
        /// The name of its recording.
        prompt: String,
    },
    /// The caller is spoken to in this language.
    Language(String),
    /// The caller comes to a queue with this priority.
    Priority(u8),
    /// A step notes this of the call.
    Noted {
        /// The variable.
        variable: String,
        /// What it is then.
        value: String,
    },
    /// A value of the plan is said in these words.
    Told {
        /// The value.
        what: String,
        /// Its words.
        words: String,
    },
    /// The caller is in a queue when the trial is over.
    Waits,
    /// An agent answers.
    Connected,
    /// Somebody outside answers.
    PutThrough,
    /// A message is kept.
    Message,
    /// A callback is promised.
    Callback,
    /// The caller hangs up.
    Left,
    /// The call is not answered: as this, if it matters.
    Refused(Option<Refusal>),
}

const WORDS: [(&str, Expected); 7] = [
    ("waits", Expected::Waits),
    ("connected", Expected::Connected),
    ("put_through", Expected::PutThrough),
    ("message", Expected::Message),
    ("callback", Expected::Callback),
    ("left", Expected::Left),
    ("refused", Expected::Refused(None)),
];

impl Expectation {
    /// Reads an expectation.
    ///
    /// # Errors
    /// If this is none.
    pub fn read(text: &str) -> Result<Self, Misfit> {
        let text = text.trim();
        let (never, rest) = match text.strip_prefix("never:") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        expected(rest).map(|what| Self { never, what })
    }

    /// What of it the plan does not know.
    #[must_use]
    pub fn misfit(&self, plan: &Plan) -> Option<Misfit> {
        match &self.what {
            Expected::Place(arrow) => unknown_place(plan, arrow),
            Expected::Said { language, prompt } => {
                let language = language.as_deref().and_then(|tag| unknown_language(plan, tag));
                language.or_else(|| unknown_prompt(plan, prompt))
            }
            Expected::Language(tag) => unknown_language(plan, tag),
            Expected::Noted { variable, .. } => unknown_variable(plan, variable),
            Expected::Told { what, .. } => unknown_value(plan, what),
            Expected::Priority(_)
            | Expected::Waits
            | Expected::Connected
            | Expected::PutThrough
            | Expected::Message
            | Expected::Callback
            | Expected::Refused(_)
            | Expected::Left => None,
        }
    }
}

fn expected(text: &str) -> Result<Expected, Misfit> {
    if let Some((_, what)) = WORDS.iter().find(|(word, _)| *word == text) {
        return Ok(what.clone());
    }
    match text.split_once(':') {
        Some(("said", phrase)) if !phrase.is_empty() => {
            let (language, prompt) = match phrase.split_once(':') {
                Some((language, prompt)) => (Some(language.to_owned()), prompt),
                None => (None, phrase),
            };
            Ok(Expected::Said { language, prompt: prompt.to_owned() })
        }
        Some(("refused", word)) => {
            let refusal = Refusal::WORDS.iter().find(|(known, _)| *known == word);
            let refusal = refusal.map(|(_, refusal)| Expected::Refused(Some(*refusal)));
            refusal.ok_or_else(|| {
                let words = Refusal::WORDS.map(|(word, _)| word).join(", ");
                let message = format!("`{word}` is no way to refuse a call");
                Misfit::new("bad-expectation", message).suggest(format!("write one of {words}"))
            })
        }
        Some(("language", tag)) if !tag.is_empty() => Ok(Expected::Language(tag.to_owned())),
        Some(("noted", note)) => {
            let (variable, value) = note.split_once('=').ok_or_else(|| no_expectation(text))?;
            Ok(Expected::Noted { variable: variable.to_owned(), value: value.to_owned() })
        }
        Some(("told", told)) => {
            let (what, words) = told.split_once('=').ok_or_else(|| no_expectation(text))?;
            Ok(Expected::Told { what: what.to_owned(), words: words.to_owned() })
        }
        Some(("priority", number)) => {
            let most = 3 * PRIORITY_MAX;
            let number = number.parse().ok().filter(|it| u64::from(*it) <= most);
            let message = || format!("`{text}` is no priority from 0 to {most}");
            number.map(Expected::Priority).ok_or_else(|| Misfit::new("out-of-range", message()))
        }
        Some(_) => Err(no_expectation(text)),
        None if text == "hangup" || text.contains('.') => Ok(Expected::Place(text.to_owned())),
        None => Err(no_expectation(text)),
    }
}

fn no_expectation(text: &str) -> Misfit {
    let words = WORDS.iter().map(|(word, _)| *word).chain(["hangup"]);
    let all = || {
        let words: Vec<_> = WORDS.iter().map(|(word, _)| *word).collect();
        format!(
            "write a place such as queue.support, hangup, said:PROMPT, language:TAG, priority:N, \
             noted:VARIABLE=VALUE, told:VALUE=WORDS, {}, refused:HOW; \
             and never: before it",
            words.join(", ")
        )
    };
    let meant = did_you_mean(text, words);
    Misfit::new("bad-expectation", format!("`{text}` is nothing that comes of a call"))
        .suggest(meant.unwrap_or_else(all))
}

fn unknown_place(plan: &Plan, arrow: &str) -> Option<Misfit> {
    let places: Vec<String> = plan.places().map(|place| plan.arrow(place)).collect();
    if arrow == "hangup" || places.iter().any(|place| place == arrow) {
        return None;
    }
    let id = if arrow.starts_with("queue.") { "undefined-queue" } else { "undefined-step" };
    let meant = did_you_mean(arrow, places.iter().map(String::as_str));
    Some(Misfit::new(id, format!("there is no `{arrow}`")).suggest(meant))
}

fn unknown_language(plan: &Plan, tag: &str) -> Option<Misfit> {
    if plan.language_of(tag).is_some() {
        return None;
    }
    let known: Vec<&str> = plan.languages.iter().map(|language| &*language.tag).collect();
    let message = format!("the plan does not speak `{tag}`");
    let remedy = format!("it speaks {}", known.join(", "));
    Some(Misfit::new("undefined-language", message).suggest(remedy))
}

fn unknown_variable(plan: &Plan, name: &str) -> Option<Misfit> {
    if plan.variables.iter().any(|variable| &*variable.name == name) {
        return None;
    }
    let meant = did_you_mean(name, plan.variables.iter().map(|variable| &*variable.name));
    let message = format!("no step notes `{name}`");
    Some(Misfit::new("undefined-variable", message).suggest(meant))
}

fn unknown_value(plan: &Plan, name: &str) -> Option<Misfit> {
    let said = || plan.steps.iter().map(Step::sayings).flat_map(Saying::values);
    if said().any(|value| *value.written == *name) {
        return None;
    }
    let meant = did_you_mean(name, said().map(|value| &*value.written));
    let message = format!("no step says the value `{name}`");
    Some(Misfit::new("undefined-variable", message).suggest(meant))
}

fn unknown_prompt(plan: &Plan, name: &str) -> Option<Misfit> {
    if plan.prompt(name).is_some() {
        return None;
    }
    let meant = did_you_mean(name, plan.prompts.iter().map(|prompt| &**prompt));
    let message = format!("the plan never says `{name}`");
    Some(Misfit::new("undefined-prompt", message).suggest(meant))
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.never {
            f.write_str("never:")?;
        }
        match &self.what {
            Expected::Place(arrow) => f.write_str(arrow),
            Expected::Said { language: Some(tag), prompt } => write!(f, "said:{tag}:{prompt}"),
            Expected::Said { language: None, prompt } => write!(f, "said:{prompt}"),
            Expected::Language(tag) => write!(f, "language:{tag}"),
            Expected::Priority(priority) => write!(f, "priority:{priority}"),
            Expected::Told { what, words } => write!(f, "told:{what}={words}"),
            Expected::Noted { variable, value } => write!(f, "noted:{variable}={value}"),
            Expected::Refused(Some(refusal)) => write!(f, "refused:{}", refusal.word()),
            Expected::Waits
            | Expected::Connected
            | Expected::PutThrough
            | Expected::Message
            | Expected::Callback
            | Expected::Refused(None)
            | Expected::Left => {
                let word = WORDS.iter().find(|(_, what)| *what == self.what);
                f.write_str(word.map_or("", |(word, _)| word))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_is_read() {
        for text in [
            "queue.support",
            "hangup",
            "said:closed",
            "said:en:demo/speak",
            "never:say.closed",
            "language:sv",
            "priority:12",
            "noted:balance=500",
            "told:balance=femhundra kronor",
            "waits",
            "never:left",
            "refused",
            "refused:unwanted",
        ] {
            assert_eq!(Expectation::read(text).unwrap().to_string(), text);
        }
        for (text, part) in [
            ("hangsup", "did you mean `hangup`?"),
            ("sad:x", "said:PROMPT"),
            ("priority:99", "0 to 30"),
            ("refused:rudely", "busy, declined"),
            ("", "nothing that comes"),
        ] {
            let told = Expectation::read(text).unwrap_err().to_string();
            assert!(told.contains(part), "{text}: {told}");
        }
    }
}
