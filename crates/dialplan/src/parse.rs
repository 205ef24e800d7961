//! From texts to plan: syntax, types, names, sense. Each stage goes on over the faults of the one
//! before, so that all are told at once.

use crate::assemble::assemble;
use crate::draft::Draft;
use crate::include::{self, Included, Part};
use crate::outside::Site;
use crate::report::{Flaw, Report};
use crate::source::{Source, TEXT_BYTES_MAX};
use crate::{Faults, Outside, Plan, check, draft, merge, succession};
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
    /// Reads a plan. `file` is what faults call the text, and what is beside it goes by the same folder; `recorded(language, prompt)` says whether
    /// a phrase can be said in a language (what needs no language, such as music, can be in all);
    /// `outside` fetches what the plan names outside of its own text, or says in words why it can not.
    ///
    /// # Errors
    /// Every fault of the text, if one of them is an error. Warnings alone are not told; see
    /// [`Plan::check`].
    pub fn parse(
        file: &str,
        text: &str,
        recorded: &dyn Fn(&str, &str) -> bool,
        outside: &mut dyn FnMut(Outside<'_>) -> Result<String, String>,
    ) -> Result<Self, Faults> {
        let Checked { plan, faults } = Self::check(file, text, recorded, outside);
        plan.ok_or(faults)
    }

    /// Reads a plan as [`Plan::parse`] does, and tells warnings too.
    pub fn check(
        file: &str,
        text: &str,
        recorded: &dyn Fn(&str, &str) -> bool,
        outside: &mut dyn FnMut(Outside<'_>) -> Result<String, String>,
    ) -> Checked {
        check_text(file, text, None, &mut Site { recorded, outside })
    }

    /// Reads a plan that is to take the place of `before` while calls are on, as [`Plan::check`] does. What has the
    /// same name in both has the same id, so that whoever holds an id of `before` may use it with the plan that follows; what
    /// is in `before` only is [gone](Plan::gone) there.
    pub fn check_after(
        before: &Self,
        file: &str,
        text: &str,
        recorded: &dyn Fn(&str, &str) -> bool,
        outside: &mut dyn FnMut(Outside<'_>) -> Result<String, String>,
    ) -> Checked {
        check_text(file, text, Some(before), &mut Site { recorded, outside })
    }
}

fn check_text(file: &str, text: &str, before: Option<&Plan>, site: &mut Site<'_>) -> Checked {
    if text.len() > TEXT_BYTES_MAX {
        return too_long(file);
    }
    let (values, errors) = DeTable::parse_recoverable(text);
    let Included { parts, flaws } = include::gather(values.get_ref(), (file, text), site);
    let mut report = Report::new(Source::new(file, text));
    flaws.into_iter().for_each(|flaw| report.add(flaw));
    let syntax = Syntax { errors: &errors, start: 0 };
    let tables_lost = report.any_error() | syntax.tell(&mut report);
    let whole = Whole { values: values.into_inner(), tables_lost };
    let whole = with_parts(whole, &parts, &mut report);
    let read = read(&whole, site, &mut report).filter(|_| !report.any_error());
    let plan = read.and_then(|(draft, plan)| match before {
        Some(before) => succession::follow(before, draft, plan, site, &mut report),
        None => Some(plan),
    });
    Checked { plan, faults: report.finish() }
}

/// The tables of all files.
struct Whole<'i> {
    values: DeTable<'i>,
    /// Whether the header of a table or a whole file could not be read.
    tables_lost: bool,
}

fn with_parts<'t>(mut whole: Whole<'t>, parts: &'t [Part], report: &mut Report<'t>) -> Whole<'t> {
    for part in parts {
        let start = report.source.add(part.file.as_str(), part.text.as_str());
        let (values, errors) = DeTable::parse_recoverable(&part.text);
        let syntax = Syntax { errors: &errors, start };
        whole.tables_lost |= syntax.tell(report);
        merge::merge(&mut whole.values, values.into_inner(), start, report);
    }
    whole
}

fn read(whole: &Whole<'_>, site: &mut Site<'_>, report: &mut Report<'_>) -> Option<(Draft, Plan)> {
    let draft = draft::read(&whole.values, report);
    if whole.tables_lost {
        // Half of the names would be missing, and each would be told as a fault of its own.
        return None;
    }
    let mut assembled = assemble(&draft, None, site, report);
    check::check(&mut assembled, &draft, site, report);
    Some((draft, assembled.plan))
}

/// What is no TOML in one text.
struct Syntax<'v> {
    errors: &'v [toml::de::Error],
    /// The number of the text's first byte.
    start: usize,
}

impl Syntax<'_> {
    /// Tells all of it. Whether a header is among it: then whole tables are missing.
    fn tell(&self, report: &mut Report<'_>) -> bool {
        let mut header_lost = false;
        for error in self.errors {
            let span = error.span().unwrap_or(0..0);
            let span = self.start + span.start..self.start + span.end;
            let line = report.source.lines_from(span.start).next().unwrap_or("");
            let duplicate = error.message() == "duplicate key";
            header_lost |= line.trim_start().starts_with('[') && !duplicate;
            let flaw = if duplicate {
                self.duplicate_key(span, line, report)
            } else {
                Flaw::error("syntax", span, error.message().to_owned())
            };
            report.add_syntax(flaw);
        }
        header_lost
    }

    fn duplicate_key(&self, span: Range<usize>, line: &str, report: &Report<'_>) -> Flaw {
        let number = line.trim_start().starts_with("[number.");
        let id = if number { "duplicate-number" } else { "duplicate-key" };
        let name = report.source.written(&span).unwrap_or("");
        let first = self.first_like(line, report);
        let first = first.filter(|first| *first < report.source.row(span.start).line);
        let also = first.map(|first| format!(", also in line {first}")).unwrap_or_default();
        let message = format!("`{name}` is written twice{also}");
        let remedy = "take one of the two away, or give it another name".to_owned();
        Flaw::error(id, span, message).suggest(remedy)
    }

    /// The first line of the text that has the same header.
    fn first_like(&self, line: &str, report: &Report<'_>) -> Option<usize> {
        let header = |line: &str| {
            let header = line.trim_start().strip_prefix('[')?.split_once(']')?.0;
            Some(header.trim().to_owned())
        };
        let wanted = header(line)?;
        let mut lines = (1..).zip(report.source.lines_from(self.start));
        let found = lines.find(|(_, line)| header(line).as_ref() == Some(&wanted));
        found.map(|(line, _)| line)
    }
}

fn too_long(file: &str) -> Checked {
    let mut report = Report::new(Source::new(file, ""));
    let message = format!("the file is longer than {TEXT_BYTES_MAX} bytes");
    report.add(Flaw::error("too-long", 0..0, message));
    Checked { plan: None, faults: report.finish() }
}
