//! Variables: what steps note of a call, for tests, for the agent and for the ledger.

use super::{Value, ValueKind};
use std::sync::Arc;

ids::define_id! {
    /// A variable: the place among those of the plan.
    VariableId(u8), "variable-"
}

/// Something that steps note of calls. Its kind is the same in the whole plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The name in the file.
    pub name: Arc<str>,
    /// What kind of value it has once it has one.
    pub kind: ValueKind,
    /// Whether the agent's phone is told its value.
    pub shown: bool,
    /// Whether nobody is told its value, no log and no ledger.
    pub secret: bool,
}

impl Variable {
    /// How many a plan may have.
    pub const MAX: usize = 64;

    /// A text is kept this long, in characters.
    pub const TEXT_CHARS_MAX: usize = 200;
}

impl Value {
    /// A text as a variable keeps it: one line without what cannot be seen, not too long.
    #[must_use]
    pub fn text(written: &str) -> Self {
        let words = written.split(|c: char| c.is_whitespace() || c.is_control());
        let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
        let text: String = words.join(" ").chars().take(Variable::TEXT_CHARS_MAX).collect();
        Self::Text(text.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_one_line_and_not_too_long() {
        assert_eq!(Value::text(" a\r\nX-Header: b\tc "), Value::Text("a X-Header: b c".into()));
        let long = Value::text(&"å".repeat(300));
        assert_eq!(long, Value::Text("å".repeat(Variable::TEXT_CHARS_MAX).into()));
    }
}
