//! `[number.NUM]` as it is written.

use super::check_dialled;
use super::rules::{self, RuleDraft};
use crate::plan::NumberPattern;
use crate::report::{Flaw, Report};
use crate::table::{Table, Text};

/// A number that callers dial.
pub(crate) struct NumberDraft {
    pub(crate) goto: Option<Text>,
    pub(crate) language: Option<Text>,
    pub(crate) hours: Option<Text>,
    pub(crate) closed: Option<Text>,
    pub(crate) directory: Option<Text>,
    pub(crate) rules: Vec<RuleDraft>,
}

pub(super) fn read(name: &Text, table: &mut Table<'_>, report: &mut Report<'_>) -> NumberDraft {
    check_name(name, report);
    let draft = NumberDraft {
        goto: table.needed("goto", report),
        language: table.text("language", report),
        hours: table.text("hours", report),
        closed: table.text("closed", report),
        directory: table.text("directory", report),
        rules: rules::read(table, report),
    };
    if let (Some(closed), None) = (&draft.closed, &draft.hours) {
        let message = format!("`{}` has `closed` and no `hours`: it never closes", table.name);
        let remedy = "name the opening hours with `hours`, or take `closed` away".to_owned();
        report.add(Flaw::error("closed-without-hours", closed.span(), message).suggest(remedy));
    }
    draft
}

/// A number, or a pattern of several.
fn check_name(name: &Text, report: &mut Report<'_>) {
    let written = name.get_ref();
    if NumberPattern::read(written).is_some() {
        return;
    }
    let meant = written.replace('x', "X");
    let is_pattern = NumberPattern::read(&meant).is_some() && written != "x";
    if is_pattern || written.contains(['[', ']']) {
        let message = format!("`{written}` is no number and no pattern of numbers");
        let remedy = if is_pattern {
            format!("any digit is an X: write `[number.\"{meant}\"]`")
        } else {
            "write such as \"08123456XX\", \"2[0-4]X\" or \"+468123*\"".to_owned()
        };
        report.add(Flaw::error("bad-number", name.span(), message).suggest(remedy));
    } else {
        check_dialled(name, report);
    }
}
