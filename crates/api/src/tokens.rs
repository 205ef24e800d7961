//! Who may do what over HTTP: tokens, of which only hashes are kept.

use events::Name;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use subtle::ConstantTimeEq;

/// A right that a token has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// To look at queues, agents, calls and events.
    Read,
    /// To give commands about agents.
    Agents,
    /// To give commands about calls.
    Calls,
    /// To hear what callers have left at voicemails, with their numbers, and to say that it is done.
    Messages,
    /// To hear what was said in talks that are recorded.
    Recordings,
    /// To ask for callbacks, and nothing else: for a page of the web.
    Callbacks,
    /// To open and close queues.
    Queues,
    /// To bring another edition of the dialplan into force.
    Plan,
}

impl Scope {
    /// All there are.
    pub const ALL: [Self; 8] = [
        Self::Read,
        Self::Agents,
        Self::Calls,
        Self::Messages,
        Self::Recordings,
        Self::Callbacks,
        Self::Queues,
        Self::Plan,
    ];

    /// Its word in the settings.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Agents => "agents",
            Self::Calls => "calls",
            Self::Messages => "messages",
            Self::Recordings => "recordings",
            Self::Callbacks => "callbacks",
            Self::Queues => "queues",
            Self::Plan => "plan",
        }
    }
}

/// A token as the settings have it.
#[derive(Clone, Debug)]
pub struct Token {
    /// What it goes by in the ledger.
    pub name: Name,
    /// SHA-256 of the token itself, which is long and random.
    pub sha256: [u8; 32],
    /// What its holder may do.
    pub scopes: BTreeSet<Scope>,
}

/// The tokens that open the HTTP API.
#[derive(Clone, Debug, Default)]
pub struct Tokens(Vec<Token>);

impl Tokens {
    /// These tokens.
    #[must_use]
    pub const fn new(tokens: Vec<Token>) -> Self {
        Self(tokens)
    }

    /// Whether nobody has one.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The token that this is. Takes as long whatever is shown.
    pub(crate) fn find(&self, shown: &str) -> Option<&Token> {
        let hash = Sha256::digest(shown.as_bytes());
        let mut found = None;
        for token in &self.0 {
            if bool::from(token.sha256.ct_eq(hash.as_slice())) {
                found = Some(token);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_by_its_hash_alone() {
        let token = |name: &str, secret: &str| Token {
            name: name.into(),
            sha256: Sha256::digest(secret.as_bytes()).into(),
            scopes: BTreeSet::from([Scope::Read]),
        };
        let tokens = Tokens::new(vec![token("a", "one"), token("b", "two")]);
        assert_eq!(tokens.find("two").map(|token| &*token.name), Some("b"));
        assert!(tokens.find("three").is_none() && tokens.find("").is_none());
    }
}
