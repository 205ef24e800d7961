//! `[dial.NAME]` as it is written: a number outside that callers are put through to.

use super::check_dialled;
use super::step::StepDraft;
use crate::plan::dialled;
use crate::report::{Flaw, Report};
use crate::table::{Table, Text};
use std::ops::RangeInclusive;
use std::time::Duration;

/// Calls a number outside.
pub(crate) struct DialDraft {
    pub(crate) number: Option<Text>,
    /// Over which trunks, in this order; whichever may carry the number if there are none.
    pub(crate) trunks: Option<Vec<Text>>,
    pub(crate) ring: Option<Duration>,
    pub(crate) per_hour_max: Option<u32>,
    pub(crate) confirm: bool,
    /// Says that all are busy, and hangs up, if there is none.
    pub(crate) failed: Option<Text>,
}

const RING: RangeInclusive<Duration> = Duration::from_secs(5)..=Duration::from_secs(300);
const PER_HOUR_MAX: RangeInclusive<u32> = 1..=10_000;

pub(super) fn read(_name: &Text, table: &mut Table<'_>, report: &mut Report<'_>) -> StepDraft {
    let number = table.needed("number", report);
    // As people write it: what is between the digits is left out.
    let is_number = |text: &Text| dialled(None, text.get_ref()).is_some();
    let others = number.iter().filter(|text| !is_number(text));
    others.for_each(|text| check_dialled(text, report));
    StepDraft::Dial(DialDraft {
        number,
        trunks: read_trunks(table, report),
        ring: table.length("ring", RING, report),
        per_hour_max: table.count("per_hour_max", PER_HOUR_MAX, report),
        confirm: table.flag("confirm", report).unwrap_or(false),
        failed: table.text("failed", report),
    })
}

fn read_trunks(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<Vec<Text>> {
    let trunks = table.texts("trunk", report)?;
    if trunks.is_empty() {
        let span = table.value("trunk").map_or(0..0, toml::Spanned::span);
        let message = "`trunk` names no trunk".to_owned();
        let remedy = "name one, or take `trunk` out: any that may carry the number does".to_owned();
        report.add(Flaw::error("bad-choice", span, message).suggest(remedy));
    }
    Some(trunks)
}
