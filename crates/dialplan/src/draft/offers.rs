//! `[[queue.NAME.at]]` as it is written: what callers who wait are told, and may choose.

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
    pub(crate) prompts: Vec<Text>,
    pub(crate) keys: BTreeMap<char, Text>,
}

/// Offers of one queue.
const OFFERS_MAX: usize = 16;
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
    let prompts = read_prompts(&mut table, report);
    let has_keys = table.shaped("keys", keys()).is_some();
    let keys = if has_keys { read_keys(&mut table, report) } else { BTreeMap::new() };
    table.finish(report);
    Some(OfferDraft { span: item.span(), after, every, prompts, keys })
}
