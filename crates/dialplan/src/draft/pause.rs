//! `[pause.NAME]` as it is written.

use super::digits;
use crate::AtMax;
use crate::report::{Flaw, Report};
use crate::table::{Table, Text};
use std::time::Duration;

/// A reason for not taking calls.
#[derive(Default)]
pub(crate) struct PauseDraft {
    pub(crate) title: Option<Text>,
    pub(crate) digits: Option<Text>,
    pub(crate) prompts: Option<Vec<Text>>,
    pub(crate) max: Option<Duration>,
    pub(crate) at_max: AtMax,
}

const MAX_MIN: Duration = Duration::from_secs(1);
const MAX_MAX: Duration = Duration::from_secs(12 * 3_600);

pub(super) fn read(_name: &Text, table: &mut Table<'_>, report: &mut Report<'_>) -> PauseDraft {
    let max = table.length("max", MAX_MIN..=MAX_MAX, report);
    PauseDraft {
        title: table.text("name", report),
        digits: digits::read(table, report),
        prompts: table.texts("prompts", report),
        max,
        at_max: read_at_max(table, report),
    }
}

fn read_at_max(table: &mut Table<'_>, report: &mut Report<'_>) -> AtMax {
    let choices = [("warn", AtMax::Warn), ("resume", AtMax::Resume), ("log_out", AtMax::LogOut)];
    let at_max = table.choice("at_max", choices, report);
    if let (Some(value), None) = (table.value("at_max"), table.value("max")) {
        let message = format!("`{}` has `at_max` and no `max`", table.name);
        let remedy = "write how long the pause may be, such as `max = \"15m\"`".to_owned();
        report.add(Flaw::error("at-max-alone", value.span(), message).suggest(remedy));
    }
    at_max.unwrap_or_default()
}
