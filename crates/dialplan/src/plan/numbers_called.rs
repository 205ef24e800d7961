//! Which number of the plan is meant by what somebody dials.

use super::number_pattern::NumberPattern;
use super::{Number, Plan};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The names of the numbers of a plan, by what is dialled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NumbersCalled {
    /// Numbers that are written out, in our form.
    listed: BTreeMap<Arc<str>, Arc<str>>,
    /// Patterns in our form.
    patterns: Vec<(NumberPattern, Arc<str>)>,
}

impl NumbersCalled {
    /// Of two names for the same numbers the first counts.
    pub(crate) fn of<'n>(names: impl Iterator<Item = &'n str>, country: Option<&str>) -> Self {
        let mut called = Self::default();
        for name in names {
            match NumberPattern::read(name).map(|pattern| pattern.in_our_form(country)) {
                Some(pattern) if !pattern.is_one_number() => {
                    called.patterns.push((pattern, name.into()));
                }
                Some(number) => {
                    called.listed.entry(number.to_string().into()).or_insert_with(|| name.into());
                }
                None => {
                    called.listed.entry(name.into()).or_insert_with(|| name.into());
                }
            }
        }
        called
    }

    /// Whether a number in our form is one of them.
    pub(crate) fn knows(&self, ours: &str) -> bool {
        self.listed.contains_key(ours) || self.pattern(ours).is_some()
    }

    /// The name of the fewest numbers that have `number` among them. That this is one alone is checked.
    fn pattern(&self, number: &str) -> Option<&Arc<str>> {
        let one = NumberPattern::read(number).filter(NumberPattern::is_one_number)?;
        let fitting = self.patterns.iter().filter(|(pattern, _)| one.is_within(pattern));
        let fewest = |best: &'_ (NumberPattern, Arc<str>), next: &(NumberPattern, Arc<str>)| {
            next.0.is_within(&best.0)
        };
        fitting.reduce(|best, next| if fewest(best, next) { next } else { best }).map(|it| &it.1)
    }
}

impl Plan {
    /// The number of the plan that is meant by what somebody dials, `0812345` and `+46812345` alike: as the plan
    /// writes it, or in our form where it is one of a [pattern](Self::number). What is dialled exactly goes first,
    /// and of patterns the one with the fewest numbers.
    #[must_use]
    pub fn number_called(&self, dialled: &str) -> Option<Arc<str>> {
        self.find_number(dialled).map(|(called, _)| called)
    }

    /// The name and the body of the table for a number that is dialled: `20XX` for `2004`.
    #[must_use]
    pub fn number(&self, dialled: &str) -> Option<(&Arc<str>, &Number)> {
        let (_, name) = self.find_number(dialled)?;
        self.numbers.get_key_value(name)
    }

    /// A number that the table of this name answers, if one is found soon.
    #[must_use]
    pub fn example_of(&self, name: &str) -> Option<String> {
        let pattern = NumberPattern::read(name)?;
        let mut examples = (0..10).map(|filler| pattern.example(filler));
        examples.find(|number| self.number(number).is_some_and(|(found, _)| **found == *name))
    }

    /// What it is called, and the name of its table.
    fn find_number(&self, dialled: &str) -> Option<(Arc<str>, &Arc<str>)> {
        let ours = self.number_dialled(dialled);
        let ours = ours.as_deref().unwrap_or(dialled);
        let listed = [ours, dialled].into_iter().find_map(|number| self.called.listed.get(number));
        if let Some(name) = listed {
            return Some((Arc::clone(name), name));
        }
        let fits = |number| Some((Arc::from(number), self.called.pattern(number)?));
        [ours, dialled].into_iter().find_map(fits)
    }
}
