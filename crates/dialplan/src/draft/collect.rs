//! `[collect.NAME]` as it is written: digits that are asked for.

use super::read_key;
use super::step::{StepDraft, read_prompts};
use crate::plan::{Collect, DigitCheck, DigitPattern};
use crate::report::{Flaw, Report};
use crate::table::{Table, Text};
use std::ops::RangeInclusive;
use std::time::Duration;

/// Collects digits and goes on.
pub(crate) struct CollectDraft {
    pub(crate) prompts: Vec<Text>,
    pub(crate) into: Option<Text>,
    pub(crate) digits: (Option<u32>, Option<u32>),
    /// `none`, or a key that is no digit.
    pub(crate) end_key: Option<Option<char>>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) between: Option<Duration>,
    pub(crate) tries: Option<u32>,
    pub(crate) check: Option<DigitCheck>,
    pub(crate) secret: bool,
    pub(crate) confirm: bool,
    pub(crate) invalid: Option<Vec<Text>>,
    pub(crate) silent: Option<Vec<Text>>,
    pub(crate) goto: Option<Text>,
    pub(crate) otherwise: Option<Text>,
}

const DIGITS: RangeInclusive<u32> = 1..=Collect::DIGITS_MAX as u32;
const WAIT: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(60);
const TRIES_MAX: u32 = 10;

pub(super) fn read(name: &Text, table: &mut Table<'_>, report: &mut Report<'_>) -> StepDraft {
    let draft = CollectDraft {
        prompts: read_prompts(table, report),
        into: table.needed("into", report),
        digits: (
            table.count("digits_min", DIGITS, report),
            table.count("digits_max", DIGITS, report),
        ),
        end_key: read_end_key(table, report),
        timeout: table.length("timeout", WAIT, report),
        between: table.length("between", WAIT, report),
        tries: table.count("tries", 1..=TRIES_MAX, report),
        check: read_check(table, report),
        secret: table.flag("secret", report).unwrap_or(false),
        confirm: table.flag("confirm", report).unwrap_or(false),
        invalid: table.texts("invalid", report),
        silent: table.texts("silent", report),
        goto: table.needed("goto", report),
        otherwise: table.text("otherwise", report),
    };
    if let (Some(least), Some(most)) = draft.digits
        && least > most
    {
        let message = format!("`{}` has a `digits_min` above its `digits_max`", table.name);
        let remedy = format!("write {most} or less, or a greater `digits_max`");
        report.add(Flaw::error("out-of-range", name.span(), message).suggest(remedy));
    }
    if draft.secret && draft.confirm {
        let message = format!("`{}` would read aloud what is secret", table.name);
        let remedy = "take `confirm` out, or `secret`".to_owned();
        report.add(Flaw::error("secret-told", name.span(), message).suggest(remedy));
    }
    StepDraft::Collect(draft)
}

fn read_end_key(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<Option<char>> {
    let text = table.text("end_key", report)?;
    if text.get_ref() == "none" {
        return Some(None);
    }
    let key = read_key(&text, report)?;
    if key.is_ascii_digit() {
        let message = format!("`{key}` is a digit, and can not end digits");
        let remedy = "write \"#\", \"*\", or \"none\"".to_owned();
        report.add(Flaw::error("bad-key", text.span(), message).suggest(remedy));
    }
    Some(Some(key))
}

/// `check = "personal_number"`, or `pattern = "[1-9][0-9]{3}"`.
fn read_check(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<DigitCheck> {
    let check = [
        ("personal_number", DigitCheck::PersonalNumber),
        ("organisation_number", DigitCheck::OrganisationNumber),
        ("date", DigitCheck::Date),
        ("phone", DigitCheck::Phone),
    ];
    let names = check.each_ref().map(|(name, _)| (*name, *name));
    let chosen = table.choice("check", names, report);
    let pattern = table.text("pattern", report);
    if let (Some(_), Some(pattern)) = (chosen, &pattern) {
        let message = format!("`{}` has both `check` and `pattern`", table.name);
        let flaw = Flaw::error("check-twice", pattern.span(), message);
        report.add(flaw.suggest("take one of them out".to_owned()));
    }
    let of_pattern = pattern.and_then(|text| read_pattern(&text, report));
    let of_check = chosen.and_then(|chosen| check.into_iter().find(|(name, _)| *name == chosen));
    of_check.map(|(_, check)| check).or_else(|| of_pattern.map(DigitCheck::Pattern))
}

/// A regular expression over keys, or what is wrong with it.
pub(super) fn read_pattern(text: &Text, report: &mut Report<'_>) -> Option<DigitPattern> {
    match DigitPattern::new(text.get_ref()) {
        Ok(pattern) => Some(pattern),
        Err(why) => {
            let message = format!("`{}` is no pattern of keys: {why}", text.get_ref());
            let remedy = "write a regular expression such as \"[1-4][0-9]{2}\"".to_owned();
            report.add(Flaw::error("bad-pattern", text.span(), message).suggest(remedy));
            None
        }
    }
}
