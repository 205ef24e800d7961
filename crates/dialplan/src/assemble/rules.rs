//! Who of a number's callers goes another way, or is refused, before anybody answers.

use super::Assembly;
use super::facts::Asked;
use crate::draft::{FateDraft, NumberDraft, RuleDraft};
use crate::plan::{Fate, Rule};
use std::collections::BTreeSet;

impl Assembly<'_, '_> {
    pub(super) fn rules(&mut self, number: &NumberDraft) -> Vec<Rule> {
        let rules: Vec<Rule> = number.rules.iter().map(|rule| self.rule(rule)).collect();
        let mut facts = BTreeSet::new();
        rules.iter().for_each(|rule| rule.test.add_facts(&mut facts));
        if let Some(first) = number.rules.first() {
            self.check_waits("a number", facts, first.written.span());
        }
        rules
    }

    fn rule(&mut self, rule: &RuleDraft) -> Rule {
        let test = rule.test.as_ref().map(|test| self.test(test));
        let test = test.unwrap_or_else(|| self.lost());
        self.check_known((&test, &rule.written), Asked::AtTheDoor);
        Rule {
            test,
            written: rule.written.get_ref().as_str().into(),
            fate: match &rule.fate {
                FateDraft::Goto(goto) => Fate::Goto(self.goto(goto)),
                FateDraft::Refused(refusal) => Fate::Refused(*refusal),
            },
        }
    }
}
