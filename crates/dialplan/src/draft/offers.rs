//! `[[queue.NAME.at]]` as it is written: what callers who wait are told, and may choose.

use super::branch::{CheckDraft, parse};
use super::logic::Logic;
use super::step::{keys, read_keys, read_prompts};
use crate::report::{Flaw, Report};
use crate::schema::Shape;
use crate::table::{Table, Text, wrong_type};
use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};
use std::time::Duration;
use toml::Spanned;
use toml::de::DeValue;

/// Something said at a stated time.
pub(crate) struct OfferDraft {
    /// Where it stands.
    pub(crate) span: Range<usize>,
    pub(crate) after: Option<Duration>,
    pub(crate) every: Option<Duration>,
    pub(crate) one_of: Vec<AnnouncementDraft>,
}

/// One of the things that may be said.
pub(crate) struct AnnouncementDraft {
    pub(crate) only: Option<OnlyDraft>,
    pub(crate) weight: Option<u32>,
    pub(crate) prompts: Vec<Text>,
    pub(crate) keys: BTreeMap<char, Text>,
}

/// What must be so.
pub(crate) struct OnlyDraft {
    pub(crate) written: Text,
    /// None if it can not be read, which has been told.
    pub(crate) test: Option<Logic<CheckDraft>>,
}

/// Offers of one queue.
const OFFERS_MAX: usize = 16;
/// Announcements of which one is said.
const ONE_OF_MAX: usize = 16;
const WEIGHT: RangeInclusive<u32> = 1..=10;
const AFTER: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(86_400);
/// Any oftener, and callers hear little else.
const EVERY: RangeInclusive<Duration> = Duration::from_secs(10)..=Duration::from_secs(86_400);

pub(super) fn read(queue: &mut Table<'_>, report: &mut Report<'_>) -> Vec<OfferDraft> {
    let Some(value) = queue.shaped("at", Shape::Rows("queue.at")) else { return Vec::new() };
    let Some(items) = value.get_ref().as_array() else {
        report.add(wrong_type("at", "a list of tables, each `[[queue.NAME.at]]`", value));
        return Vec::new();
    };
    if items.len() > OFFERS_MAX {
        let message = format!("a queue has at most {OFFERS_MAX} of `at`");
        report.add(Flaw::error("too-many", value.span(), message));
    }
    items.iter().filter_map(|item| offer(&queue.name, item, report)).collect()
}

fn offer(queue: &str, item: &Spanned<DeValue<'_>>, report: &mut Report<'_>) -> Option<OfferDraft> {
    let mut table = Table::of(format!("{queue}.at"), item, report)?;
    if table.value("after").is_none() {
        table.missing("after", report);
    }
    let after = table.length("after", AFTER, report);
    let every = table.length("every", EVERY, report);
    let one_of = read_one_of(&mut table, report);
    table.finish(report);
    Some(OfferDraft { span: item.span(), after, every, one_of })
}

/// What is said: `prompts`, `keys` and `if`, or several of them in `one_of`.
fn read_one_of(table: &mut Table<'_>, report: &mut Report<'_>) -> Vec<AnnouncementDraft> {
    let alone = ["prompts", "keys", "if"].iter().any(|key| table.value(key).is_some());
    let several = table.shaped("one_of", Shape::Rows("queue.at.one_of"));
    let Some(several) = several else {
        return vec![AnnouncementDraft {
            only: read_only(table, report),
            weight: None,
            prompts: read_prompts_alone(table, report),
            keys: read_keys_of(table, report),
        }];
    };
    if alone {
        let message = format!("`{}` has `one_of`, and says something beside it", table.name);
        let remedy = "move `prompts`, `keys` and `if` into `one_of`".to_owned();
        report.add(Flaw::error("said-twice", table.span.clone(), message).suggest(remedy));
    }
    let Some(items) = several.get_ref().as_array() else {
        report.add(wrong_type("one_of", "a list of tables", several));
        return Vec::new();
    };
    if items.is_empty() || items.len() > ONE_OF_MAX {
        let message = format!("`one_of` must have 1 to {ONE_OF_MAX} announcements");
        report.add(Flaw::error("out-of-range", several.span(), message));
    }
    items.iter().filter_map(|item| read_one(&table.name, item, report)).collect()
}

/// As those of a step, but that there may be `one_of` in their place.
fn read_prompts_alone(table: &mut Table<'_>, report: &mut Report<'_>) -> Vec<Text> {
    table.shaped("prompts", Shape::Texts);
    if table.value("prompts").is_some() {
        return read_prompts(table, report);
    }
    let message = format!("`{}` has no `prompts`", table.name);
    let remedy = "name what is said, or write several announcements in `one_of`".to_owned();
    report.add(Flaw::error("missing-key", table.span.clone(), message).suggest(remedy));
    Vec::new()
}

fn read_one(
    at: &str,
    item: &Spanned<DeValue<'_>>,
    report: &mut Report<'_>,
) -> Option<AnnouncementDraft> {
    let mut table = Table::of(format!("{at}.one_of"), item, report)?;
    let one = AnnouncementDraft {
        only: read_only(&mut table, report),
        weight: table.count("weight", WEIGHT, report),
        prompts: read_prompts(&mut table, report),
        keys: read_keys_of(&mut table, report),
    };
    table.finish(report);
    Some(one)
}

fn read_only(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<OnlyDraft> {
    let written = table.text("if", report)?;
    let test = parse(&written, report);
    Some(OnlyDraft { written, test })
}

fn read_keys_of(table: &mut Table<'_>, report: &mut Report<'_>) -> BTreeMap<char, Text> {
    let has_keys = table.shaped("keys", keys()).is_some();
    if has_keys { read_keys(table, report) } else { BTreeMap::new() }
}
