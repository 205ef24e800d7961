//! `[confirm.NAME]` as it is written: something that is said, and whether it is right.

use super::read_key;
use super::saying::{self, SayingDraft};
use super::step::{StepDraft, TIMEOUT_MAX, TIMEOUT_MIN, TRIES_MAX};
use crate::report::{Flaw, Report};
use crate::table::{Table, Text};
use std::time::Duration;
use toml::Spanned;

/// Says something and asks whether it is right.
pub(crate) struct ConfirmDraft {
    pub(crate) prompts: Vec<SayingDraft>,
    pub(crate) question: Option<Vec<Text>>,
    pub(crate) yes_key: Option<Spanned<char>>,
    pub(crate) no_key: Option<Spanned<char>>,
    pub(crate) invalid: Option<Vec<Text>>,
    pub(crate) silent: Option<Vec<Text>>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) tries: Option<u32>,
    pub(crate) yes: Option<Text>,
    pub(crate) no: Option<Text>,
    pub(crate) otherwise: Option<Text>,
}

pub(super) fn read(name: &Text, table: &mut Table<'_>, report: &mut Report<'_>) -> StepDraft {
    let (prompts, _) = saying::read(table, report);
    let draft = ConfirmDraft {
        prompts,
        question: table.texts("question", report),
        yes_key: read_answer("yes_key", table, report),
        no_key: read_answer("no_key", table, report),
        invalid: table.texts("invalid", report),
        silent: table.texts("silent", report),
        timeout: table.length("timeout", TIMEOUT_MIN..=TIMEOUT_MAX, report),
        tries: table.count("tries", 1..=TRIES_MAX, report),
        yes: table.needed("yes", report),
        no: table.needed("no", report),
        otherwise: table.text("otherwise", report),
    };
    if draft.question.is_none() && (draft.yes_key.is_some() || draft.no_key.is_some()) {
        let message = format!("`{}` asks for key 1 or 2, and has others", table.name);
        let remedy = "write a `question` that names them, or take `yes_key` and `no_key` out";
        let flaw = Flaw::error("missing-key", name.span(), message);
        report.add(flaw.suggest(remedy.to_owned()));
    }
    StepDraft::Confirm(draft)
}

fn read_answer(
    key: &'static str,
    table: &mut Table<'_>,
    report: &mut Report<'_>,
) -> Option<Spanned<char>> {
    let text = table.text(key, report)?;
    read_key(&text, report).map(|key| Spanned::new(text.span(), key))
}
