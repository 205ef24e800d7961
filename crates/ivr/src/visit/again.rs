//! A question that is asked again, and what is said before it.

use dialplan::Phrase;

/// What comes before a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Again {
    /// Nothing: it is asked for the first time.
    First,
    /// The answer was none that there is.
    Invalid,
    /// No key came.
    Silent,
}

impl Again {
    /// Which of these it is.
    pub(super) const fn before<'p>(
        self,
        invalid: &'p [Phrase],
        silent: &'p [Phrase],
    ) -> &'p [Phrase] {
        match self {
            Self::First => &[],
            Self::Invalid => invalid,
            Self::Silent => silent,
        }
    }
}
