//! `[[token]]` in `telefonist.toml`: who may use the HTTP API, and for what.

use api::{Scope, Token, Tokens};
use serde::Deserialize;
use std::collections::BTreeSet;

/// A token, of which the file has the hash alone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenSettings {
    /// What its holder goes by in the ledger.
    name: String,
    /// SHA-256 of the token, in hexadecimal.
    sha256: Hash,
    /// What it is good for.
    scopes: BTreeSet<Word>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Read,
    Agents,
    Calls,
    Messages,
    Recordings,
    Callbacks,
    Queues,
    Plan,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
struct Hash([u8; 32]);

impl TryFrom<String> for Hash {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut hash = [0; 32];
        let is_hex = text.len() == 64 && text.bytes().all(|letter| letter.is_ascii_hexdigit());
        for (place, byte) in hash.iter_mut().enumerate().filter(|_| is_hex) {
            let digits = text.get(2 * place..2 * place + 2).unwrap_or_default();
            *byte = u8::from_str_radix(digits, 16).unwrap_or_default();
        }
        if is_hex {
            return Ok(Self(hash));
        }
        Err("a token is written as its SHA-256, 64 hexadecimal digits: `sha256sum` prints it"
            .into())
    }
}

/// The tokens of these settings.
pub(crate) fn tokens(settings: &[TokenSettings]) -> Tokens {
    let scope = |word: &Word| match word {
        Word::Read => Scope::Read,
        Word::Agents => Scope::Agents,
        Word::Calls => Scope::Calls,
        Word::Messages => Scope::Messages,
        Word::Recordings => Scope::Recordings,
        Word::Callbacks => Scope::Callbacks,
        Word::Queues => Scope::Queues,
        Word::Plan => Scope::Plan,
    };
    let tokens = settings.iter().map(|token| Token {
        name: token.name.as_str().into(),
        sha256: token.sha256.0,
        scopes: token.scopes.iter().map(scope).collect(),
    });
    Tokens::new(tokens.collect())
}

#[cfg(test)]
mod tests {
    use crate::settings::Settings;

    #[test]
    fn a_token_is_a_hash_and_nothing_else() {
        let token = |hash: &str| {
            let text = format!("[[token]]\nname = \"a\"\nsha256 = \"{hash}\"\nscopes = [\"read\"]");
            Settings::parse("x", &text)
        };
        assert!(token(&"0f".repeat(32)).is_ok());
        for wrong in ["secret", &"0g".repeat(32), &"å".repeat(32)] {
            assert!(format!("{:?}", token(wrong).unwrap_err()).contains("sha256sum"), "{wrong}");
        }
    }
}
