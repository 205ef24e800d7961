//! From text to plan: syntax, types, names, sense. Each stage goes on over the faults of the one
//! before, so that all are told at once.

use crate::assemble::{Assembled, LANGUAGES_MAX, assemble};
use crate::check::DEMAND_SETS_MAX;
use crate::draft::Draft;
use crate::plan::Demands;
use crate::report::{Flaw, Report};
use crate::secrets::Site;
use crate::source::{Source, TEXT_BYTES_MAX};
use crate::succession::{self, GONE_MAX};
use crate::{Faults, Plan, SecretSource, check, draft};
use std::ops::Range;
use toml::de::DeTable;

/// What became of a text: a plan if it can be used, and everything there is to say about it.
#[derive(Debug)]
pub struct Checked {
    /// The plan; none if one of the faults is an error.
    pub plan: Option<Plan>,
    /// Errors and warnings, in the order of the text.
    pub faults: Faults,
}

impl Plan {
    /// Reads a plan. `file` is what faults call the text; `recorded(language, prompt)` says whether
    /// a phrase can be said in a language (what needs no language, such as music, can be in all);
    /// `secrets` fetches the secret of an agent, or says in words why it can not.
    ///
    /// # Errors
    /// Every fault of the text, if one of them is an error. Warnings alone are not told; see
    /// [`Plan::check`].
    pub fn parse(
        file: &str,
        text: &str,
        recorded: &dyn Fn(&str, &str) -> bool,
        secrets: &mut dyn FnMut(SecretSource<'_>) -> Result<String, String>,
    ) -> Result<Self, Faults> {
        let Checked { plan, faults } = Self::check(file, text, recorded, secrets);
        plan.ok_or(faults)
    }

    /// Reads a plan as [`Plan::parse`] does, and tells warnings too.
    pub fn check(
        file: &str,
        text: &str,
        recorded: &dyn Fn(&str, &str) -> bool,
        secrets: &mut dyn FnMut(SecretSource<'_>) -> Result<String, String>,
    ) -> Checked {
        check_text(file, text, None, &mut Site { recorded, secrets })
    }

    /// Reads a plan that is to take the place of `before` while calls are on, as [`Plan::check`] does. What has the
    /// same name in both has the same id, so that whoever holds an id of `before` may use it with the plan that follows; what
    /// is in `before` only is [gone](Plan::gone) there.
    pub fn check_after(
        before: &Self,
        file: &str,
        text: &str,
        recorded: &dyn Fn(&str, &str) -> bool,
        secrets: &mut dyn FnMut(SecretSource<'_>) -> Result<String, String>,
    ) -> Checked {
        check_text(file, text, Some(before), &mut Site { recorded, secrets })
    }
}

fn check_text(file: &str, text: &str, before: Option<&Plan>, site: &mut Site<'_>) -> Checked {
    if text.len() > TEXT_BYTES_MAX {
        return too_long(file);
    }
    let mut report = Report::new(Source::new(file, text));
    let read = read(text, site, &mut report).filter(|_| !report.any_error());
    let plan = read.and_then(|(draft, plan)| match before {
        Some(before) => follow(before, draft, plan, site, &mut report),
        None => Some(plan),
    });
    Checked { plan, faults: report.finish() }
}

/// A plan without a fault, with its lists in the order of the one before.
fn follow(
    before: &Plan,
    mut draft: Draft,
    plan: Plan,
    site: &mut Site<'_>,
    report: &mut Report<'_>,
) -> Option<Plan> {
    if plan.trunks != before.trunks {
        let differs = draft.trunks.iter().zip(&plan.trunks).zip(&before.trunks);
        let differs = differs.filter(|((_, now), was)| now != was).map(|((draft, _), _)| draft);
        let span = differs.map(|trunk| trunk.name.span()).next().unwrap_or(0..0);
        let message = "trunks cannot be changed while the server runs".to_owned();
        let remedy = "restart the server, or leave the trunks as they were".to_owned();
        report.add(Flaw::error("needs-restart", span, message).suggest(remedy));
        return None;
    }
    let gone = succession::arrange(&mut draft, before);
    // What is wrong with a text has been told of it alone.
    let mut told = Report::new(Source::new(report.source.file, report.source.text));
    let Assembled { plan: mut following, .. } = assemble(&draft, Some(before), site, &mut told);
    following.demands = succession::demands(before, following.demands);
    let sets = plan.demand_sets.iter().map(|set| set.renamed(&plan.demands, &following.demands));
    following.demand_sets = succession::demand_sets(before, sets.collect());
    succession::keep_what_is_gone(&mut following, &draft, before);
    if gone > GONE_MAX
        || following.demands.len() > Demands::MAX
        || following.demand_sets.len() > DEMAND_SETS_MAX
        || following.languages.len() > LANGUAGES_MAX
    {
        let message = "too much has been taken out of the plan since the server started".to_owned();
        let remedy = "restart the server when nobody calls".to_owned();
        report.add(Flaw::error("needs-restart", 0..0, message).suggest(remedy));
        return None;
    }
    Some(following)
}

fn read(text: &str, site: &mut Site<'_>, report: &mut Report<'_>) -> Option<(Draft, Plan)> {
    let (values, errors) = DeTable::parse_recoverable(text);
    let header_lost = add_syntax(&errors, report);
    let draft = draft::read(values.get_ref(), report);
    if header_lost {
        // Half of the names would be missing, and each would be told as a fault of its own.
        return None;
    }
    let mut assembled = assemble(&draft, None, site, report);
    check::check(&mut assembled, &draft, site, report);
    Some((draft, assembled.plan))
}

/// Tells what is no TOML. Whether a header is among it: then whole tables are missing.
fn add_syntax(errors: &[toml::de::Error], report: &mut Report<'_>) -> bool {
    let mut header_lost = false;
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let line = report.source.lines_from(report.source.line(span.start)).next().unwrap_or("");
        let duplicate = error.message() == "duplicate key";
        header_lost |= line.trim_start().starts_with('[') && !duplicate;
        let flaw = if duplicate {
            duplicate_key(report.source.text, span, line)
        } else {
            Flaw::error("syntax", span, error.message().to_owned())
        };
        report.add_syntax(flaw);
    }
    header_lost
}

fn duplicate_key(text: &str, span: Range<usize>, line: &str) -> Flaw {
    let number = line.trim_start().starts_with("[number.");
    let id = if number { "duplicate-number" } else { "duplicate-key" };
    let message = format!("`{}` is written twice", text.get(span.clone()).unwrap_or(""));
    let remedy = "take one of the two away, or give it another name".to_owned();
    Flaw::error(id, span, message).suggest(remedy)
}

fn too_long(file: &str) -> Checked {
    let mut report = Report::new(Source::new(file, ""));
    let message = format!("the file is longer than {TEXT_BYTES_MAX} bytes");
    report.add(Flaw::error("too-long", 0..0, message));
    Checked { plan: None, faults: report.finish() }
}
