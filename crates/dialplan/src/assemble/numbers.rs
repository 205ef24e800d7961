//! Numbers that callers dial, and that no two things are dialled alike.

use super::{Assembly, short_codes};
use crate::draft::NumberDraft;
use crate::nearest::did_you_mean;
use crate::plan::{Goto, HoursId, LanguageId, Number, Opening};
use crate::report::Flaw;
use crate::table::Text;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

impl Assembly<'_, '_> {
    pub(super) fn numbers(&mut self) -> BTreeMap<Arc<str>, Number> {
        let draft = self.draft;
        self.check_dialled_once();
        if draft.numbers.is_empty() {
            let message = "no number can be dialled".to_owned();
            let remedy = "write `[number.9000]` with `goto = \"…\"`".to_owned();
            self.report.add(Flaw::error("no-number", 0..0, message).suggest(remedy));
        }
        let default = self.default_language();
        let numbers = draft.numbers.iter().map(|number| {
            let dialled = number.name.get_ref().as_str().into();
            (dialled, self.number(&number.body, default))
        });
        numbers.collect()
    }

    fn number(&mut self, number: &NumberDraft, default: LanguageId) -> Number {
        Number {
            language: number.language.as_ref().map_or(default, |text| self.language(text)),
            goto: self.goto_or(number.goto.as_ref(), Goto::HangUp),
            opening: number.hours.as_ref().and_then(|hours| {
                let closed = self.goto_or(number.closed.as_ref(), Goto::Step(self.names.closed));
                Some(Opening { hours: self.hours_of(hours)?, closed })
            }),
            directory: number.directory.as_ref().and_then(|text| self.directory_of(text)),
        }
    }

    pub(super) fn hours_of(&mut self, text: &Text) -> Option<HoursId> {
        let found = self.names.hours(text.get_ref());
        if found.is_none() {
            let message = format!("there are no hours `{}`", text.get_ref());
            let meant = did_you_mean(text.get_ref(), self.names.all_hours());
            let remedy = || format!("write them as `[hours.{}]`", text.get_ref());
            let flaw = Flaw::error("undefined-hours", text.span(), message);
            self.report.add(flaw.suggest(meant.unwrap_or_else(remedy)));
        }
        found
    }

    /// Numbers, accounts and short codes are dialled from the same phones.
    fn check_dialled_once(&mut self) {
        let draft = self.draft;
        let codes = short_codes::codes(draft);
        let mut dialled: BTreeSet<&str> = BTreeSet::new();
        let codes = codes.iter().map(|code| (code.dialled.as_str(), code.span.clone()));
        let numbers = draft.numbers.iter().map(|n| (n.name.get_ref().as_str(), n.name.span()));
        let agents = draft.agents.iter().map(|a| (a.name.get_ref().as_str(), a.name.span()));
        let all: Vec<(&str, Range<usize>)> = codes.chain(numbers).chain(agents).collect();
        for (name, span) in all {
            if !dialled.insert(name) {
                let message = format!("`{name}` is dialled for two things");
                let remedy = "numbers, accounts of agents and short codes must differ".to_owned();
                self.report.add(Flaw::error("duplicate-number", span, message).suggest(remedy));
            }
        }
    }
}
