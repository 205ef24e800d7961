//! Patterns over the keys of a telephone: regular expressions that say also whether more keys could fit.

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};
use std::fmt;
use std::sync::Arc;

/// A regular expression over keys, of which the whole of what is typed must be: `[1-4][0-9]{2}`.
#[derive(Clone)]
pub struct DigitPattern {
    written: Arc<str>,
    automaton: Arc<dense::DFA<Vec<u32>>>,
}

/// What keys are to a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// They do not fit, and no further key makes them.
    Never,
    /// Further keys may make them fit.
    NotYet,
    /// They fit, and with further keys may again.
    SoFar,
    /// They fit, and no more keys can come.
    Whole,
}

/// How large the automaton of one pattern may be, in bytes.
const SIZE_MAX: usize = 1 << 18;

impl DigitPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// Why it is none, in one line.
    pub fn new(written: &str) -> Result<Self, String> {
        let config = dense::Config::new()
            .start_kind(StartKind::Anchored)
            .dfa_size_limit(Some(SIZE_MAX))
            .determinize_size_limit(Some(SIZE_MAX));
        let syntax = syntax::Config::new().unicode(false).utf8(false);
        let build = |pattern: &str| {
            let mut builder = dense::Builder::new();
            let nfa = thompson::Config::new().nfa_size_limit(Some(SIZE_MAX));
            let builder = builder.configure(config.clone()).syntax(syntax).thompson(nfa);
            let built = builder.build(pattern);
            built.map_err(|error| reason(&error))
        };
        // Alone first, so that its own brackets do not close ours.
        build(written)?;
        let automaton = Arc::new(build(&format!("(?:{written})$"))?);
        Ok(Self { written: written.into(), automaton })
    }

    /// Whether these keys are what it wants.
    #[must_use]
    pub fn fits(&self, keys: &str) -> bool {
        matches!(self.fit(keys), Fit::SoFar | Fit::Whole)
    }

    /// What these keys are to it.
    #[must_use]
    pub fn fit(&self, keys: &str) -> Fit {
        let automaton = &*self.automaton;
        let start = Input::new("").anchored(Anchored::Yes);
        let Ok(mut state) = automaton.start_state_forward(&start) else { return Fit::Never };
        for key in keys.bytes() {
            state = automaton.next_state(state, key);
        }
        let is_dead = |state| automaton.is_dead_state(state) || automaton.is_quit_state(state);
        if is_dead(state) {
            return Fit::Never;
        }
        let fits = automaton.is_match_state(automaton.next_eoi_state(state));
        // A state is alive as long as some byte leads on; of those only keys can come.
        let goes_on = self.leads_on(state);
        match (fits, goes_on) {
            (true, true) => Fit::SoFar,
            (true, false) => Fit::Whole,
            (false, true) => Fit::NotYet,
            (false, false) => Fit::Never,
        }
    }

    fn leads_on(&self, state: regex_automata::util::primitives::StateID) -> bool {
        let automaton = &*self.automaton;
        KEYS.bytes().any(|key| {
            let next = automaton.next_state(state, key);
            // What only the end of the text would make a match comes one step later.
            !automaton.is_dead_state(next) && !automaton.is_quit_state(next)
        })
    }
}

/// What a telephone can send.
const KEYS: &str = "0123456789*#ABCD";

fn reason(error: &dense::BuildError) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    let told = inner.to_string();
    // The library tells some of its limits by words alone.
    if error.is_size_limit_exceeded() || told.contains("limit") {
        return "it is too large".to_owned();
    }
    let last = told.lines().next_back().unwrap_or_default();
    last.strip_prefix("error: ").unwrap_or(last).to_owned()
}

/// As far as they are written alike.
impl PartialEq for DigitPattern {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl Eq for DigitPattern {}

/// As it is written.
impl fmt::Debug for DigitPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DigitPattern({})", self.written)
    }
}

/// As it is written.
impl fmt::Display for DigitPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(pattern: &str, keys: &str) -> Fit {
        DigitPattern::new(pattern).map_or(Fit::Never, |pattern| pattern.fit(keys))
    }

    #[test]
    fn keys_fit_or_may_yet_or_never() {
        assert_eq!(fit("[1-4][0-9]{2}", ""), Fit::NotYet);
        assert_eq!(fit("[1-4][0-9]{2}", "1"), Fit::NotYet);
        assert_eq!(fit("[1-4][0-9]{2}", "5"), Fit::Never);
        assert_eq!(fit("[1-4][0-9]{2}", "123"), Fit::Whole);
        assert_eq!(fit("[1-4][0-9]{2}", "1234"), Fit::Never);
        assert_eq!(fit("1|12", "1"), Fit::SoFar);
        assert_eq!(fit("1|12", "12"), Fit::Whole);
        assert_eq!(fit("9+", "9"), Fit::SoFar);
        assert_eq!(fit("\\*[0-9]", "*"), Fit::NotYet);
        assert_eq!(fit("[0-9]{4}", "12a4"), Fit::Never);
    }

    #[test]
    fn what_is_no_pattern_says_why() {
        let told = |pattern| DigitPattern::new(pattern).err();
        assert_eq!(told("[1-"), Some("unclosed character class".to_owned()));
        assert_eq!(told("1)(2"), Some("unopened group".to_owned()));
        assert_eq!(told("([0-9]{1000}){1000}"), Some("it is too large".to_owned()));
        assert_eq!(told("((([0-9]{900}){900}){900}){900}"), Some("it is too large".to_owned()));
    }
}
