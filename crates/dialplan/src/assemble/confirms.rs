//! Steps that ask whether something is right, with their defaults.

use super::Assembly;
use super::steps::{TIMEOUT, TRIES};
use crate::builtin;
use crate::draft::ConfirmDraft;
use crate::plan::{Confirm, Goto};
use crate::report::Flaw;
use std::sync::Arc;

const YES_KEY: char = '1';
const NO_KEY: char = '2';

impl Assembly<'_, '_> {
    pub(super) fn confirm(&mut self, name: Arc<str>, draft: &ConfirmDraft) -> Confirm {
        self.check_answers(draft);
        let operator = self.operator();
        Confirm {
            name,
            prompts: draft.prompts.iter().filter_map(|saying| self.saying(saying)).collect(),
            question: self.phrases_or(draft.question.as_ref(), builtin::CONFIRM_RIGHT),
            yes_key: draft.yes_key.as_ref().map_or(YES_KEY, |key| *key.get_ref()),
            no_key: draft.no_key.as_ref().map_or(NO_KEY, |key| *key.get_ref()),
            invalid: self.phrases_or(draft.invalid.as_ref(), builtin::INVALID),
            silent: self.phrases_or(draft.silent.as_ref(), builtin::NO_CHOICE),
            timeout: draft.timeout.unwrap_or(TIMEOUT),
            tries: draft.tries.and_then(|tries| u8::try_from(tries).ok()).unwrap_or(TRIES),
            yes: self.goto_or(draft.yes.as_ref(), Goto::HangUp),
            no: self.goto_or(draft.no.as_ref(), Goto::HangUp),
            otherwise: self.goto_or(draft.otherwise.as_ref(), operator.unwrap_or(Goto::HangUp)),
        }
    }

    /// Two keys, and neither of them the operator's.
    fn check_answers(&mut self, draft: &ConfirmDraft) {
        let arrow = |text: &Option<crate::table::Text>| text.as_ref().map(|text| text.span());
        let written = [(&draft.yes_key, YES_KEY, &draft.yes), (&draft.no_key, NO_KEY, &draft.no)];
        let answers = written.map(|(key, usual, to)| {
            let span = key.as_ref().map(|key| key.span()).or_else(|| arrow(to)).unwrap_or(0..0);
            (key.as_ref().map_or(usual, |key| *key.get_ref()), span)
        });
        for (key, span) in &answers {
            self.refuse_operator_key(*key, span.clone());
        }
        let [(yes, _), (no, span)] = answers;
        if yes == no {
            let message = format!("key {no} says both yes and no");
            let remedy = "choose another `yes_key` or `no_key`".to_owned();
            self.report.add(Flaw::error("bad-key", span, message).suggest(remedy));
        }
    }
}
