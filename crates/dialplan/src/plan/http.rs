//! Steps that ask another program over HTTP, and note what it answers.

use super::{Fact, Facts, Goto, Secret, Value, ValueKind, VariableId};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

/// Asks another program, and goes on by what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Http {
    /// The name in the file, without the kind.
    pub name: Arc<str>,
    /// The address.
    pub url: Template,
    /// What is sent as a JSON object; none: the address is only read (GET).
    pub body: Option<Vec<(Arc<str>, Template)>>,
    /// What is shown to be let in, and whatever else stands in the head.
    pub headers: Vec<(Arc<str>, Secret)>,
    /// How long a caller waits for an answer at most, each time.
    pub timeout: Duration,
    /// Whether it is asked once more when it gives none.
    pub retry: bool,
    /// What is noted of the answer.
    pub reads: Vec<Read>,
    /// Where a caller goes then.
    pub goto: Goto,
    /// Where a caller goes of whom it knows nothing.
    pub unknown: Goto,
    /// Where a caller goes when it gives no answer.
    pub failed: Goto,
}

/// What is noted of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// As what.
    pub into: VariableId,
    /// Where it is in the answer: names of JSON objects in one another.
    pub path: Vec<Arc<str>>,
    /// What kind of value it is.
    pub kind: ValueKind,
}

/// A text with places for what is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// As it is.
    Text(Arc<str>),
    /// What this is; nothing where it is not known.
    Fact(Fact),
}

impl Http {
    /// Everything that must be known to ask.
    #[must_use]
    pub fn facts(&self) -> BTreeSet<Fact> {
        let of_body = self.body.iter().flatten().map(|(_, template)| template);
        let pieces = std::iter::once(&self.url).chain(of_body).flat_map(|template| &template.0);
        let facts = pieces.filter_map(|piece| match piece {
            Piece::Fact(fact) => Some(*fact),
            Piece::Text(_) => None,
        });
        facts.collect()
    }

    /// How long it may take in all.
    #[must_use]
    pub fn patience(&self) -> Duration {
        self.timeout * if self.retry { 2 } else { 1 }
    }
}

impl Template {
    /// A template of these parts.
    #[must_use]
    pub const fn new(pieces: Vec<Piece>) -> Self {
        Self(pieces)
    }

    /// Its parts, in their order.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// As a part of an address: all but letters and digits of what is filled in is escaped (RFC 3986 §2.1).
    #[must_use]
    pub fn address(&self, facts: &Facts) -> String {
        self.0.iter().fold(String::new(), |mut text, piece| {
            match piece {
                Piece::Text(fixed) => text.push_str(fixed),
                Piece::Fact(fact) => {
                    let value = facts.get(fact).map(Value::to_string).unwrap_or_default();
                    value.bytes().for_each(|byte| push_escaped(&mut text, byte));
                }
            }
            text
        })
    }

    /// As a value of a body: one fact alone keeps its kind, and what is not known is none.
    #[must_use]
    pub fn value(&self, facts: &Facts) -> Option<Value> {
        if let [Piece::Fact(fact)] = self.0.as_slice() {
            return facts.get(fact).cloned();
        }
        let text = self.0.iter().map(|piece| match piece {
            Piece::Text(fixed) => fixed.to_string(),
            Piece::Fact(fact) => facts.get(fact).map(Value::to_string).unwrap_or_default(),
        });
        Some(Value::Text(text.collect::<String>().into()))
    }
}

fn push_escaped(text: &mut String, byte: u8) {
    if byte.is_ascii_alphanumeric() {
        text.push(char::from(byte));
    } else {
        // Writing to a String can not fail.
        let _ = write!(text, "%{byte:02X}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_into_an_address_can_not_leave_its_place() {
        let template = Template::new(vec![
            Piece::Text("https://crm.example/".into()),
            Piece::Fact(Fact::Caller),
            Piece::Text("?n=".into()),
            Piece::Fact(Fact::Name),
            Piece::Fact(Fact::Company),
        ]);
        let facts = Facts::from([
            (Fact::Caller, Value::Text("+46/../x?y".into())),
            (Fact::Name, Value::Text("Å&b".into())),
        ]);
        assert_eq!(
            template.address(&facts),
            "https://crm.example/%2B46%2F%2E%2E%2Fx%3Fy?n=%C3%85%26b"
        );
    }

    #[test]
    fn a_fact_alone_keeps_its_kind() {
        let facts = Facts::from([(Fact::Vip, Value::YesNo(true))]);
        let alone = Template::new(vec![Piece::Fact(Fact::Vip)]);
        assert_eq!(alone.value(&facts), Some(Value::YesNo(true)));
        let within = Template::new(vec![Piece::Text("vip ".into()), Piece::Fact(Fact::Vip)]);
        assert_eq!(within.value(&facts), Some(Value::Text("vip yes".into())));
        assert_eq!(Template::new(vec![Piece::Fact(Fact::Name)]).value(&facts), None);
    }
}
