//! What differs between two plans, in the operator's words.
//!
//! Each plan is told as subjects (*queue support*) with facts (*ring: 20s*), in which every id has become a
//! name again; what differs is a [`Change`]. A secret is compared and never told.

mod asked;
mod facts;
mod people;
mod places;
mod times;

use crate::Plan;
use facts::{Fact, Subject};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// One thing that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What it is about: `queue support`, `agent 1003`.
    pub subject: String,
    /// What is different: `is new`, `wrap_up 15s → 30s`, `key 3 leads to queue.sales now`.
    pub what: String,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { subject, what } = self;
        // A subject that comes or goes is a sentence.
        let colon = if what.starts_with("is ") && !what.contains('→') { "" } else { ":" };
        write!(f, "{subject}{colon} {what}")
    }
}

impl Plan {
    /// What is different here from what was in `old`, in the order of this plan; what is no more comes at
    /// the end.
    #[must_use]
    pub fn changes_from(&self, old: &Self) -> Vec<Change> {
        let (before, now) = (facts::subjects(old), facts::subjects(self));
        let by_name: BTreeMap<&str, &Subject> =
            before.iter().map(|subject| (subject.name.as_str(), subject)).collect();
        let mut changes = Vec::new();
        for subject in &now {
            match by_name.get(subject.name.as_str()) {
                Some(old) => compare(subject, old, &mut changes),
                None => changes.push(change(&subject.name, "is new".to_owned())),
            }
        }
        let is_there = |name: &str| now.iter().any(|subject| subject.name == name);
        let gone = before.iter().filter(|subject| !is_there(&subject.name));
        changes.extend(gone.map(|subject| change(&subject.name, "is no more".to_owned())));
        changes
    }
}

fn change(subject: &str, what: String) -> Change {
    Change { subject: subject.to_owned(), what }
}

fn compare(now: &Subject, old: &Subject, changes: &mut Vec<Change>) {
    for (key, fact) in &now.facts {
        let before = old.fact(key);
        if before != Some(fact) {
            changes.push(change(&now.name, told(key, before, Some(fact))));
        }
    }
    for (key, fact) in old.facts.iter().filter(|(key, _)| now.fact(key).is_none()) {
        changes.push(change(&now.name, told(key, Some(fact), None)));
    }
}

/// What became of a fact.
fn told(key: &str, before: Option<&Fact>, now: Option<&Fact>) -> String {
    match (before, now) {
        (Some(Fact::Text(before)), Some(Fact::Text(now))) => format!("{key} {before} → {now}"),
        (None, Some(Fact::Text(now))) => format!("{key} {now}, not said before"),
        (Some(Fact::Text(before)), None) => format!("{key} {before} is taken out"),
        (Some(Fact::Arrow(before)), Some(Fact::Arrow(now))) => {
            format!("{key} leads to {now} now, and led to {before}")
        }
        (None, Some(Fact::Arrow(now))) => format!("{key} leads to {now} now"),
        (Some(Fact::Arrow(before)), None) => {
            format!("{key} leads nowhere now, and led to {before}")
        }
        (Some(Fact::Callers(before)), Some(Fact::Callers(now))) => callers(key, before, now),
        (Some(Fact::Hidden(_)), Some(Fact::Hidden(_))) => format!("{key} is another one"),
        (_, Some(_)) => format!("{key} is there now"),
        (_, None) => format!("{key} is taken out"),
    }
}

/// People's numbers are theirs: they are counted.
fn callers(key: &str, before: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> String {
    let new = now.keys().filter(|number| !before.contains_key(*number)).count();
    let gone = before.keys().filter(|number| !now.contains_key(*number)).count();
    let is_other = |(number, known): &(&String, &String)| {
        before.get(*number).is_some_and(|before| before != *known)
    };
    let other = now.iter().filter(is_other).count();
    format!("{key}: {new} new, {gone} no more, {other} changed")
}
