//! What must be so for a caller to go one way and not another.

use super::{Fact, Facts, Value};
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What must be so. What hangs on a fact that is not known is neither so nor not so, and nor is its `not`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// This fact, which is yes or no.
    Is(Fact),
    /// A fact is known, or is not.
    IsKnown(Fact, bool),
    /// A fact compares so with something of the same kind.
    Compares(Fact, Comparison, Term),
    /// A text is like another one.
    IsLike(Fact, Likeness, Arc<str>),
    /// All of these.
    All(Vec<Self>),
    /// One of these.
    Any(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
}

/// What a fact is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// Another fact.
    Fact(Fact),
    /// What stands in the plan.
    Value(Value),
}

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

/// How a text is like another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// It starts with it.
    Starts,
    /// It ends with it.
    Ends,
    /// It has it somewhere in it.
    Contains,
}

impl Test {
    /// Whether it is so; none where that hangs on what is not known.
    #[must_use]
    pub fn holds(&self, facts: &Facts) -> Option<bool> {
        match self {
            Self::Is(fact) => facts.get(fact).map(|value| *value == Value::YesNo(true)),
            Self::IsKnown(fact, known) => Some(facts.contains_key(fact) == *known),
            Self::Compares(fact, how, term) => {
                let (left, right) = (facts.get(fact)?, term.value(facts)?);
                // What was noted by an older plan may be of another kind.
                (left.kind() == right.kind()).then(|| how.holds(left.cmp(right)))
            }
            Self::IsLike(fact, how, text) => match facts.get(fact)? {
                Value::Text(found) => Some(how.holds(found, text)),
                Value::YesNo(_)
                | Value::Number(_)
                | Value::Length(_)
                | Value::Time(_)
                | Value::Date(_) => None,
            },
            Self::All(all) => settled(all, facts, false),
            Self::Any(any) => settled(any, facts, true),
            Self::Not(not) => not.holds(facts).map(|holds| !holds),
        }
    }

    /// Adds every fact on which it hangs.
    pub(crate) fn add_facts(&self, facts: &mut BTreeSet<Fact>) {
        match self {
            Self::Is(fact) | Self::IsKnown(fact, _) | Self::IsLike(fact, ..) => {
                facts.insert(*fact);
            }
            Self::Compares(fact, _, term) => {
                facts.insert(*fact);
                if let Term::Fact(other) = term {
                    facts.insert(*other);
                }
            }
            Self::All(of) | Self::Any(of) => of.iter().for_each(|each| each.add_facts(facts)),
            Self::Not(not) => not.add_facts(facts),
        }
    }
}

/// What several come to: `by` as soon as one of them is, the contrary when all are that, and nothing known
/// otherwise.
fn settled(of: &[Test], facts: &Facts, by: bool) -> Option<bool> {
    let mut come_to = Some(!by);
    for each in of {
        match each.holds(facts) {
            Some(holds) if holds == by => return Some(by),
            Some(_) => {}
            None => come_to = None,
        }
    }
    come_to
}

impl Term {
    fn value<'a>(&'a self, facts: &'a Facts) -> Option<&'a Value> {
        match self {
            Self::Fact(fact) => facts.get(fact),
            Self::Value(value) => Some(value),
        }
    }
}

impl Comparison {
    /// Whether it is about more and less, and not only about the same and another.
    #[must_use]
    pub const fn orders(self) -> bool {
        match self {
            Self::Equal | Self::Unequal => false,
            Self::Less | Self::AtMost | Self::More | Self::AtLeast => true,
        }
    }

    pub(crate) const fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Unequal => ordering.is_ne(),
            Self::Less => ordering.is_lt(),
            Self::AtMost => ordering.is_le(),
            Self::More => ordering.is_gt(),
            Self::AtLeast => ordering.is_ge(),
        }
    }
}

impl Likeness {
    fn holds(self, found: &str, text: &str) -> bool {
        match self {
            Self::Starts => found.starts_with(text),
            Self::Ends => found.ends_with(text),
            Self::Contains => found.contains(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        Facts::from([
            (Fact::Vip, Value::YesNo(true)),
            (Fact::Withheld, Value::YesNo(false)),
            (Fact::Caller, Value::Text("+46701234567".into())),
        ])
    }

    fn is_so(test: Test) -> Option<bool> {
        test.holds(&facts())
    }

    #[test]
    fn what_is_not_known_is_neither_so_nor_not_so() {
        let unknown = || Test::Is(Fact::Known);
        let (yes, no) = (|| Test::Is(Fact::Vip), || Test::Is(Fact::Withheld));
        assert_eq!(is_so(unknown()), None);
        assert_eq!(is_so(Test::Not(Box::new(unknown()))), None);
        assert_eq!(is_so(Test::All(vec![unknown(), yes()])), None);
        assert_eq!(is_so(Test::All(vec![unknown(), no()])), Some(false));
        assert_eq!(is_so(Test::Any(vec![unknown(), yes()])), Some(true));
        assert_eq!(is_so(Test::Any(vec![unknown(), no()])), None);
        assert_eq!(is_so(Test::IsKnown(Fact::Known, false)), Some(true));
        assert_eq!(is_so(Test::IsKnown(Fact::Vip, false)), Some(false));
    }

    #[test]
    fn texts_are_like_others() {
        let like = |how, text: &str| is_so(Test::IsLike(Fact::Caller, how, text.into()));
        assert_eq!(like(Likeness::Starts, "+4670"), Some(true));
        assert_eq!(like(Likeness::Starts, "4670"), Some(false));
        assert_eq!(like(Likeness::Ends, "4567"), Some(true));
        assert_eq!(like(Likeness::Contains, "0123"), Some(true));
    }

    #[test]
    fn values_of_one_kind_compare() {
        let ninety = Value::Length(std::time::Duration::from_secs(90));
        let facts = Facts::from([
            (Fact::ExpectedWait(ids::QueueId(0)), ninety.clone()),
            (
                Fact::ExpectedWait(ids::QueueId(1)),
                Value::Length(std::time::Duration::from_secs(60)),
            ),
        ]);
        let first = Fact::ExpectedWait(ids::QueueId(0));
        let holds = |how, term| Test::Compares(first, how, term).holds(&facts);
        let other = || Term::Fact(Fact::ExpectedWait(ids::QueueId(1)));
        assert_eq!(holds(Comparison::More, other()), Some(true));
        assert_eq!(holds(Comparison::AtMost, other()), Some(false));
        assert_eq!(holds(Comparison::Equal, Term::Value(ninety.clone())), Some(true));
        assert_eq!(holds(Comparison::Unequal, Term::Value(ninety)), Some(false));
        let unknown = Term::Fact(Fact::ExpectedWait(ids::QueueId(2)));
        assert_eq!(holds(Comparison::Less, unknown), None);
    }
}
