//! `[[number.NUM.when]]` as it is written: who goes another way, or is refused.

use super::branch::{CheckDraft, parse};
use super::logic::Logic;
use crate::plan::Refusal;
use crate::report::{Flaw, Report};
use crate::schema::Shape;
use crate::table::{Table, Text, wrong_type};
use toml::Spanned;
use toml::de::DeValue;

/// A rule of a number.
pub(crate) struct RuleDraft {
    pub(crate) written: Text,
    /// None if it can not be read, which has been told.
    pub(crate) test: Option<Logic<CheckDraft>>,
    pub(crate) fate: FateDraft,
}

/// What becomes of callers.
pub(crate) enum FateDraft {
    Goto(Text),
    Refused(Refusal),
}

/// Rules of one number.
const RULES_MAX: usize = 16;

pub(super) fn read(number: &mut Table<'_>, report: &mut Report<'_>) -> Vec<RuleDraft> {
    let Some(value) = number.shaped("when", Shape::Rows("number.when")) else { return Vec::new() };
    let Some(items) = value.get_ref().as_array() else {
        report.add(wrong_type("when", "a list of tables, each `[[number.NUM.when]]`", value));
        return Vec::new();
    };
    if items.len() > RULES_MAX {
        let message = format!("a number has at most {RULES_MAX} of `when`");
        report.add(Flaw::error("too-many", value.span(), message));
    }
    items.iter().filter_map(|item| rule(&number.name, item, report)).collect()
}

fn rule(number: &str, item: &Spanned<DeValue<'_>>, report: &mut Report<'_>) -> Option<RuleDraft> {
    let mut table = Table::of(format!("{number}.when"), item, report)?;
    let written = table.needed("if", report);
    let goto = table.text("goto", report);
    let refused = table.choice("refuse", Refusal::WORDS, report);
    let says_how = table.value("goto").is_some() || table.value("refuse").is_some();
    let fate = match (goto, refused) {
        (Some(_), Some(_)) => {
            let message = format!("`{}` has `goto` and `refuse`", table.name);
            let remedy = "callers can be led somewhere or refused: leave one of them";
            let flaw = Flaw::error("two-fates", table.span.clone(), message);
            report.add(flaw.suggest(remedy.to_owned()));
            None
        }
        (Some(goto), None) => Some(FateDraft::Goto(goto)),
        (None, Some(refused)) => Some(FateDraft::Refused(refused)),
        (None, None) => {
            if !says_how {
                let message = format!("`{}` does not say what becomes of callers", table.name);
                let remedy = "write `goto = \"…\"`, or `refuse = \"declined\"`".to_owned();
                let flaw = Flaw::error("no-fate", table.span.clone(), message);
                report.add(flaw.suggest(remedy));
            }
            None
        }
    };
    table.finish(report);
    let written = written?;
    let test = parse(&written, report);
    Some(RuleDraft { written, test, fate: fate? })
}
