//! Steps that collect digits, with their defaults.

use super::Assembly;
use crate::builtin;
use crate::draft::CollectDraft;
use crate::plan::{Collect, DigitCheck, Goto, VariableId};
use std::sync::Arc;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(7);
const BETWEEN: Duration = Duration::from_secs(4);
const TRIES: u8 = 3;

impl Assembly<'_, '_> {
    pub(super) fn collect(&mut self, name: Arc<str>, draft: &CollectDraft) -> Collect {
        let into = draft.into.as_ref().and_then(|text| self.variables.id(text.get_ref()));
        let operator = self.operator();
        let (least, most) = lengths(draft.check.as_ref());
        let (written_least, written_most) = draft.digits;
        let digits = |written: Option<u32>| written.and_then(|it| u8::try_from(it).ok());
        let digits_max = digits(written_most).unwrap_or(most);
        Collect {
            name,
            prompts: self.phrases(&draft.prompts),
            into: into.unwrap_or(VariableId(0)),
            digits_min: digits(written_least).unwrap_or(least).min(digits_max),
            digits_max,
            end_key: draft.end_key.unwrap_or(Some('#')),
            timeout: draft.timeout.unwrap_or(TIMEOUT),
            between: draft.between.unwrap_or(BETWEEN),
            tries: draft.tries.and_then(|tries| u8::try_from(tries).ok()).unwrap_or(TRIES),
            check: draft.check.clone(),
            confirm: draft.confirm,
            invalid: self.phrases_or(draft.invalid.as_ref(), builtin::COLLECT_INVALID),
            silent: self.phrases_or(draft.silent.as_ref(), builtin::COLLECT_SILENT),
            goto: self.goto_or(draft.goto.as_ref(), Goto::HangUp),
            otherwise: self.goto_or(draft.otherwise.as_ref(), operator.unwrap_or(Goto::HangUp)),
        }
    }
}

/// How many digits there are at least and at most, where the plan does not say it.
const fn lengths(check: Option<&DigitCheck>) -> (u8, u8) {
    match check {
        Some(DigitCheck::PersonalNumber | DigitCheck::OrganisationNumber) => (10, 12),
        Some(DigitCheck::Date) => (6, 8),
        Some(DigitCheck::Phone) => (3, Collect::DIGITS_MAX),
        Some(DigitCheck::Pattern(_)) | None => (1, Collect::DIGITS_MAX),
    }
}
