//! Who of a number's callers goes another way, or is refused, before the call is answered.

use super::{Fact, Facts, Goto, Number, Test};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What becomes of callers of whom something is so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What must be so.
    pub test: Test,
    /// The same as it stands in the file, for whoever reads what became of a call.
    pub written: Arc<str>,
    /// What becomes of them.
    pub fate: Fate,
}

/// What becomes of a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// They go there, whatever the hours of the number.
    Goto(Goto),
    /// They are not answered.
    Refused(Refusal),
}

/// How a caller is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// As if somebody else were talking.
    Busy,
    /// We do not want the call.
    Declined,
    /// As if nobody were there.
    Unavailable,
    /// As if the number were nobody's.
    UnknownNumber,
    /// We do not want the call of one who withholds the number.
    Anonymous,
    /// We want no call of this caller, and the carrier may remember it.
    Unwanted,
}

impl Refusal {
    /// The words of the plan for them.
    pub const WORDS: [(&'static str, Self); 6] = [
        ("busy", Self::Busy),
        ("declined", Self::Declined),
        ("unavailable", Self::Unavailable),
        ("unknown_number", Self::UnknownNumber),
        ("anonymous", Self::Anonymous),
        ("unwanted", Self::Unwanted),
    ];

    /// Its word in the plan.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::Declined => "declined",
            Self::Unavailable => "unavailable",
            Self::UnknownNumber => "unknown_number",
            Self::Anonymous => "anonymous",
            Self::Unwanted => "unwanted",
        }
    }

    /// The status of the answer: of RFC 3261 §21, of RFC 5079 for `anonymous`, of RFC 8197 for `unwanted`.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Busy => 486,
            Self::Declined => 603,
            Self::Unavailable => 480,
            Self::UnknownNumber => 404,
            Self::Anonymous => 433,
            Self::Unwanted => 607,
        }
    }

    /// The value of a Reason header for it (RFC 3326 §2, RFC 6432), as networks know it (ITU-T Q.850 §2.2.7).
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Busy => "Q.850;cause=17;text=\"User busy\"",
            Self::Unavailable => "Q.850;cause=18;text=\"No user responding\"",
            Self::UnknownNumber => "Q.850;cause=1;text=\"Unallocated number\"",
            Self::Declined | Self::Anonymous | Self::Unwanted => {
                "Q.850;cause=21;text=\"Call rejected\""
            }
        }
    }
}

impl Number {
    /// Everything that must be known to apply the rules.
    #[must_use]
    pub fn facts(&self) -> BTreeSet<Fact> {
        let mut facts = BTreeSet::new();
        self.rules.iter().for_each(|rule| rule.test.add_facts(&mut facts));
        facts
    }

    /// The first rule that holds for a caller of whom this is known.
    #[must_use]
    pub fn rule(&self, facts: &Facts) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.test.holds(facts) == Some(true))
    }

    /// Where callers may come in.
    pub fn ways(&self) -> impl Iterator<Item = Goto> {
        self.ways_open().chain(self.opening.map(|opening| opening.closed))
    }

    /// The same while it is open.
    pub fn ways_open(&self) -> impl Iterator<Item = Goto> {
        let by_rule = self.rules.iter().filter_map(|rule| match rule.fate {
            Fate::Goto(goto) => Some(goto),
            Fate::Refused(_) => None,
        });
        [self.goto].into_iter().chain(by_rule)
    }
}
