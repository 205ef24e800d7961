//! What is wrong with a trial, wherever it is written.

use crate::report::Flaw;
use std::fmt;
use std::ops::Range;

/// What is wrong with a trial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    id: &'static str,
    message: String,
    suggestion: Option<String>,
}

impl Misfit {
    pub(crate) const fn new(id: &'static str, message: String) -> Self {
        Self { id, message, suggestion: None }
    }

    /// Says what to do about it.
    pub(crate) fn suggest(self, suggestion: impl IntoSuggestion) -> Self {
        Self { suggestion: suggestion.suggestion(), ..self }
    }

    /// The same in a file.
    pub(crate) fn at(self, span: Range<usize>) -> Flaw {
        Flaw::error(self.id, span, self.message).suggest(self.suggestion)
    }
}

/// A suggestion, if there is one.
pub(crate) trait IntoSuggestion {
    fn suggestion(self) -> Option<String>;
}

impl IntoSuggestion for &str {
    fn suggestion(self) -> Option<String> {
        Some(self.to_owned())
    }
}

impl IntoSuggestion for String {
    fn suggestion(self) -> Option<String> {
        Some(self)
    }
}

impl IntoSuggestion for Option<String> {
    fn suggestion(self) -> Option<String> {
        self
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, "; {suggestion}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Misfit {}
