//! Numbers that callers dial, and that no two things are dialled alike.

use super::{Assembly, short_codes};
use crate::draft::NumberDraft;
use crate::nearest::did_you_mean;
use crate::plan::{DialPattern, Goto, HoursId, LanguageId, Number, NumberPattern, Opening};
use crate::report::Flaw;
use crate::table::Text;
use std::collections::BTreeMap;
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
        self.check_patterns();
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
            rules: self.rules(number),
            goto: self.goto_or(number.goto.as_ref(), Goto::HangUp),
            opening: number.hours.as_ref().and_then(|hours| {
                let closed = self.goto_or(number.closed.as_ref(), Goto::Step(self.names.closed));
                Some(Opening { hours: self.hours_of(hours)?, closed })
            }),
            directory: number.directory.as_ref().and_then(|text| self.directory_of_callers(text)),
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

    /// The calling code of the plan's country.
    pub(super) fn country(&self) -> Option<&str> {
        self.draft.top.country.as_ref().map(|text| text.get_ref().as_str())
    }

    /// Lists of numbers outside, as numbers in our form begin.
    pub(super) fn in_our_form(&self, listed: &[DialPattern]) -> Vec<DialPattern> {
        listed.iter().map(|it| it.in_our_form(self.country())).collect()
    }

    /// Numbers, accounts and short codes are dialled from the same phones.
    fn check_dialled_once(&mut self) {
        let draft = self.draft;
        let codes = short_codes::codes(draft);
        let mut dialled: BTreeMap<String, &str> = BTreeMap::new();
        let codes = codes.iter().map(|code| (code.dialled.as_str(), code.span.clone()));
        let numbers = draft.numbers.iter().map(|n| (n.name.get_ref().as_str(), n.name.span()));
        let agents = draft.agents.iter().map(|a| (a.name.get_ref().as_str(), a.name.span()));
        let all: Vec<(&str, Range<usize>)> = codes.chain(numbers).chain(agents).collect();
        for (name, span) in all {
            let pattern = NumberPattern::read(name).map(|it| it.in_our_form(self.country()));
            let ours = pattern.map_or_else(|| name.to_owned(), |pattern| pattern.to_string());
            let Some(before) = dialled.insert(ours, name) else { continue };
            let (message, remedy) = if before == name {
                let remedy = "numbers, accounts of agents and short codes must differ";
                (format!("`{name}` is dialled for two things"), remedy)
            } else {
                let message = format!("`{name}` and `{before}` are the same number");
                (message, "leave one of them: callers come there however it is dialled")
            };
            let flaw = Flaw::error("duplicate-number", span, message);
            self.report.add(flaw.suggest(remedy.to_owned()));
        }
    }

    /// Of two patterns that fit the same number one must have fewer, or nobody knows which counts.
    fn check_patterns(&mut self) {
        let draft = self.draft;
        let all: Vec<(NumberPattern, &Text)> = draft
            .numbers
            .iter()
            .filter_map(|number| {
                let pattern = NumberPattern::read(number.name.get_ref())?;
                Some((pattern.in_our_form(self.country()), &number.name))
            })
            .collect();
        let patterns: Vec<_> = all.iter().filter(|(it, _)| !it.is_one_number()).collect();
        if let Some((_, name)) = patterns.get(PATTERNS_MAX) {
            let message = format!("a plan may have at most {PATTERNS_MAX} patterns of numbers");
            self.report.add(Flaw::error("too-many", name.span(), message));
            return;
        }
        for (at, (pattern, name)) in patterns.iter().enumerate() {
            for (other, before) in patterns.iter().take(at) {
                let Some(both) = pattern.both(other) else { continue };
                let is_told_apart = pattern.is_within(other) || other.is_within(pattern);
                if !is_told_apart && !all.iter().any(|(it, _)| *it == both) {
                    let message = format!(
                        "`{both}` is of `{}` and of `{}`, and neither goes first",
                        before.get_ref(),
                        name.get_ref()
                    );
                    let remedy = format!("say what holds there: write `[number.\"{both}\"]`");
                    let flaw = Flaw::error("ambiguous-number", name.span(), message);
                    self.report.add(flaw.suggest(remedy));
                }
            }
        }
    }
}

/// More than this nobody keeps apart; what is dialled is compared with each.
const PATTERNS_MAX: usize = 1_000;
