//! Cases: what operators expect of their plan, as they write it into `tests.toml`.

use super::{
    Answer, AtCallback, AtDial, AtVoicemail, Expectation, Figures, Misfit, Reply, TIME_MAX, Trial,
    read_at, read_keys,
};
use crate::plan::{Line, PRIORITY_MAX, Told};
use crate::report::Report;
use crate::source::{Source, TEXT_BYTES_MAX};
use crate::table::{Table, Text, count_of, text_of, wrong_type};
use crate::{Faults, Plan};
use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// How many cases a file may have.
pub const CASES_MAX: usize = 1_000;

/// No more expectations than this in a case.
const EXPECTATIONS_MAX: usize = 100;

/// No caller stands further behind.
const PLACE_MAX: u32 = 100_000;

/// A call, and what should come of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What it is called.
    pub name: String,
    /// Where it stands.
    pub line: Line,
    /// The call.
    pub trial: Trial,
    /// What should come of it; at least one.
    pub expected: Vec<Expectation>,
}

/// What became of a text: its cases if they can be tried, and everything there is to say about it.
#[derive(Debug)]
pub struct CheckedCases {
    /// The cases, in the order of the text; none if one of the faults is an error.
    pub cases: Option<Vec<Case>>,
    /// Errors and warnings, in the order of the text.
    pub faults: Faults,
}

impl Case {
    /// Reads the cases of a plan. `file` is what faults call the text.
    #[must_use]
    pub fn check(file: &str, text: &str, plan: &Plan) -> CheckedCases {
        if text.len() > TEXT_BYTES_MAX {
            let mut report = Report::new(Source::new(file, ""));
            let message = format!("the file is longer than {TEXT_BYTES_MAX} bytes");
            report.add(Misfit::new("too-long", message).at(0..0));
            return CheckedCases { cases: None, faults: report.finish() };
        }
        let mut report = Report::new(Source::new(file, text));
        let (values, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let span = error.span().unwrap_or(0..0);
            report.add_syntax(Misfit::new("syntax", error.message().to_owned()).at(span));
        }
        let cases = read_all(values.get_ref(), plan, &mut report);
        let cases = (!report.any_error()).then_some(cases);
        CheckedCases { cases, faults: report.finish() }
    }
}

fn read_all(values: &DeTable<'_>, plan: &Plan, report: &mut Report<'_>) -> Vec<Case> {
    let mut file = Table::new(String::new(), 0..0, values);
    let mut cases: Vec<Case> = Vec::new();
    if let Some(value) = file.value("test") {
        match value.get_ref().as_array() {
            None => report.add(wrong_type("test", "a list of tables, each `[[test]]`", value)),
            Some(items) if items.len() > CASES_MAX => {
                let message = format!("a file has at most {CASES_MAX} tests");
                report.add(Misfit::new("too-many", message).at(value.span()));
            }
            Some(items) => {
                for item in items {
                    let case = read_case(item, plan, report);
                    cases.extend(case);
                }
            }
        }
    }
    file.finish(report);
    cases
}

fn read_case(item: &Spanned<DeValue<'_>>, plan: &Plan, report: &mut Report<'_>) -> Option<Case> {
    let mut table = Table::of("test".to_owned(), item, report)?;
    let name = table.needed("name", report);
    let trial = read_trial(&mut table, plan, report);
    let expected = read_expected(&mut table, plan, report);
    table.finish(report);
    Some(Case {
        name: name?.into_inner(),
        line: report.line_of(&item.span()),
        trial: trial?,
        expected,
    })
}

/// What the plan does not know of it is told where it stands.
fn read_trial(table: &mut Table<'_>, plan: &Plan, report: &mut Report<'_>) -> Option<Trial> {
    let to = table.needed("to", report);
    let mut trial = Trial::of(to.as_ref().map_or("", |text| text.get_ref()));
    trial.from = table.text("from", report).map(Spanned::into_inner);
    trial.at = read(table, "at", report, read_at);
    trial.keys = read(table, "keys", report, read_keys).unwrap_or_default();
    trial.answer = read_answer(table, report);
    let mut length = |key| table.length(key, Duration::ZERO..=TIME_MAX, report);
    trial.wait = length("wait");
    trial.answered_after = length("answered_after");
    trial.talks = length("talks");
    trial.hangs_up_after = length("hangs_up_after");
    trial.expected_wait = length("expected_wait");
    trial.speaks = length("speaks").unwrap_or(trial.speaks);
    trial.places = read_places(table, report);
    let voicemail = table.choice("voicemail", AtVoicemail::WORDS, report);
    trial.voicemail = voicemail.unwrap_or_default();
    trial.callback = table.choice("callback", AtCallback::WORDS, report).unwrap_or_default();
    trial.dial = table.choice("dial", AtDial::WORDS, report).unwrap_or_default();
    trial.queues = read_by_name(table, "queue", report, Figures::read);
    trial.replies = read_by_name(table, "reply", report, Reply::read);
    to?;
    for (field, misfit) in trial.misfits(plan) {
        let span = table.value(field).map_or_else(|| table.span.clone(), Spanned::span);
        report.add(misfit.at(span));
    }
    Some(trial)
}

/// A text that means something.
fn read<T>(
    table: &mut Table<'_>,
    key: &'static str,
    report: &mut Report<'_>,
    read: fn(&str) -> Result<T, Misfit>,
) -> Option<T> {
    let text = table.text(key, report)?;
    meant(&text, report, read)
}

fn meant<T>(
    text: &Text,
    report: &mut Report<'_>,
    read: fn(&str) -> Result<T, Misfit>,
) -> Option<T> {
    read(text.get_ref()).map_err(|misfit| report.add(misfit.at(text.span()))).ok()
}

/// `known = { … }`, `unknown = true` or `lookup_fails = true`.
fn read_answer(table: &mut Table<'_>, report: &mut Report<'_>) -> Answer {
    let known = table.value("known").and_then(|value| Table::of("known".to_owned(), value, report));
    let known = known.map(|mut known| {
        let told = read_told(&mut known, report);
        known.finish(report);
        told
    });
    let unknown = table.flag("unknown", report) == Some(true);
    let fails = table.flag("lookup_fails", report) == Some(true);
    match (known, unknown, fails) {
        (None, false, false) => Answer::NotSaid,
        (Some(told), false, false) => Answer::Known(told),
        (None, true, false) => Answer::Unknown,
        (None, false, true) => Answer::Fails,
        _ => {
            let message = "`known`, `unknown` and `lookup_fails` say different things".to_owned();
            report.add(
                Misfit::new("two-answers", message).suggest("take one away").at(span_of(table)),
            );
            Answer::NotSaid
        }
    }
}

fn span_of(table: &Table<'_>) -> Range<usize> {
    table.span.clone()
}

fn read_told(table: &mut Table<'_>, report: &mut Report<'_>) -> Told {
    let most = u32::try_from(PRIORITY_MAX).unwrap_or(u32::MAX);
    let priority = table.count("priority", 0..=most, report);
    let vip = table.flag("vip", report).unwrap_or_default();
    let mut text = |key| table.text(key, report).map(Spanned::into_inner);
    Told {
        name: text("name"),
        company: text("company"),
        language: text("language"),
        agent: text("agent"),
        whisper: text("whisper"),
        priority: priority.map(u64::from),
        vip,
    }
}

/// `place = 3`, or a list, one for each time that it is told.
fn read_places(table: &mut Table<'_>, report: &mut Report<'_>) -> Vec<u32> {
    let Some(value) = table.value("place") else { return Vec::new() };
    let mut one = |value| count_of("place", value, 1..=PLACE_MAX, report);
    match value.get_ref().as_array() {
        Some(items) => items.iter().filter_map(one).collect(),
        None => one(value).into_iter().collect(),
    }
}

/// A table of names, such as `queue = { support = "closed" }`, each with a text that means something.
fn read_by_name<T: Default>(
    table: &mut Table<'_>,
    key: &'static str,
    report: &mut Report<'_>,
    read: fn(&str) -> Result<T, Misfit>,
) -> BTreeMap<String, T> {
    let names = table.value(key).and_then(|value| Table::of(key.to_owned(), value, report));
    let mut all = BTreeMap::new();
    for entry in names.iter().flat_map(Table::entries) {
        let name = entry.key.get_ref().to_string();
        let text = text_of(&name, entry.value, report);
        let what = text.and_then(|text| meant(&text, report, read));
        all.insert(name, what.unwrap_or_default());
    }
    all
}

fn read_expected(table: &mut Table<'_>, plan: &Plan, report: &mut Report<'_>) -> Vec<Expectation> {
    let Some(texts) = table.texts("expect", report) else {
        if table.value("expect").is_none() {
            table.missing("expect", report);
        }
        return Vec::new();
    };
    if texts.is_empty() || texts.len() > EXPECTATIONS_MAX {
        let message = format!("a test expects 1 to {EXPECTATIONS_MAX} things");
        report.add(Misfit::new("out-of-range", message).at(span_of(table)));
    }
    let mut expected = Vec::new();
    for text in &texts {
        let Some(one) = meant(text, report, Expectation::read) else { continue };
        match one.misfit(plan) {
            Some(misfit) => report.add(misfit.at(text.span())),
            None => expected.push(one),
        }
    }
    expected
}
