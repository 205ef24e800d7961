//! `[[queue.NAME.when]]` as it is written: what sends callers on, and where to.

use crate::plan::{Presence, When, Whom};
use crate::report::{Flaw, Report};
use crate::schema::Shape;
use crate::table::{Table, Text, wrong_type};
use std::ops::{Range, RangeInclusive};
use std::time::Duration;
use toml::Spanned;
use toml::de::DeValue;

/// A condition, and where it leads.
pub(crate) struct ConditionDraft {
    /// Where it stands.
    pub(crate) span: Range<usize>,
    pub(crate) when: When,
    pub(crate) goto: Text,
}

/// Conditions of one queue.
const CONDITIONS_MAX: usize = 16;
const WAITED: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(86_400);
const CALLS_PER_AGENT: RangeInclusive<u32> = 1..=10_000;
const EXPECTED_WAIT: RangeInclusive<Duration> =
    Duration::from_secs(1)..=Duration::from_secs(86_400);
const LASTING: Duration = Duration::from_secs(10);
const LASTING_RANGE: RangeInclusive<Duration> = Duration::ZERO..=Duration::from_secs(3_600);

pub(super) fn read(queue: &mut Table<'_>, report: &mut Report<'_>) -> Vec<ConditionDraft> {
    let Some(value) = queue.shaped("when", Shape::Rows("queue.when")) else { return Vec::new() };
    let Some(items) = value.get_ref().as_array() else {
        report.add(wrong_type("when", "a list of tables, each `[[queue.NAME.when]]`", value));
        return Vec::new();
    };
    if items.len() > CONDITIONS_MAX {
        let message = format!("a queue has at most {CONDITIONS_MAX} conditions");
        report.add(Flaw::error("too-many", value.span(), message));
    }
    items.iter().filter_map(|item| condition(&queue.name, item, report)).collect()
}

fn condition(
    queue: &str,
    item: &Spanned<DeValue<'_>>,
    report: &mut Report<'_>,
) -> Option<ConditionDraft> {
    let mut table = Table::of(format!("{queue}.when"), item, report)?;
    let when = when(&mut table, report);
    let goto = table.needed("goto", report);
    table.finish(report);
    Some(ConditionDraft { span: item.span(), when: when?, goto: goto? })
}

/// The one thing that must be so.
fn when(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<When> {
    const KINDS: [&str; 4] = ["every_agent", "waited", "calls_per_agent", "expected_wait"];
    let written: Vec<_> = KINDS.into_iter().filter(|kind| table.value(kind).is_some()).collect();
    let whom = whom(table, report);
    let every_agent = every_agent(table, whom, report);
    let expected = table.length("expected_wait", EXPECTED_WAIT, report);
    let waited = table.length("waited", WAITED, report).map(When::Waited);
    let per_agent = table.count("calls_per_agent", CALLS_PER_AGENT, report);
    match written.as_slice() {
        [_] => {}
        [] => {
            let message = format!("`{}` does not say when", table.name);
            let remedy = format!("write one of {}", KINDS.join(", "));
            report.add(Flaw::error("no-condition", table.span.clone(), message).suggest(remedy));
        }
        [first, others @ ..] => {
            let message = format!("`{first}` and `{}` in one condition", others.join("` and `"));
            let remedy = "write a `[[queue.NAME.when]]` for each".to_owned();
            report.add(Flaw::error("two-conditions", table.span.clone(), message).suggest(remedy));
        }
    }
    // Who waits has often been told how long: no estimate that grows sends them on unless asked to.
    let whom = whom.unwrap_or(Whom::Coming);
    let expected = expected.map(|longer_than| When::ExpectedWait { longer_than, whom });
    every_agent.or(waited).or(expected).or_else(|| per_agent.map(When::CallsPerAgent))
}

/// `on`, which belongs to two kinds of condition.
fn whom(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<Whom> {
    const WHOM: [(&str, Whom); 3] =
        [("join", Whom::Coming), ("waiting", Whom::Waiting), ("both", Whom::All)];
    let whom = table.choice("on", WHOM, report);
    let of_these = ["every_agent", "expected_wait"].iter().any(|key| table.value(key).is_some());
    if let Some(value) = table.value("on").filter(|_| !of_these) {
        let message = "`on` belongs to `every_agent` and `expected_wait`".to_owned();
        let flaw = Flaw::error("not-of-this-condition", value.span(), message);
        report.add(flaw.suggest("take it out".to_owned()));
    }
    whom
}

/// `every_agent = ["logged_out", "paused"]`, with whom it sends on and for how long it must last.
fn every_agent(table: &mut Table<'_>, whom: Option<Whom>, report: &mut Report<'_>) -> Option<When> {
    let whom = whom.unwrap_or_default();
    let lasting = table.length("lasting", LASTING_RANGE, report);
    let is_there = table.value("every_agent").is_some();
    let on_join_alone = is_there && whom == Whom::Coming;
    if let Some(value) = table.value("lasting").filter(|_| on_join_alone || !is_there) {
        let (message, remedy) = if on_join_alone {
            ("`lasting` is about callers who wait", "take `lasting` or `on` out")
        } else {
            ("`lasting` belongs to `every_agent`", "take it out")
        };
        let flaw = Flaw::error("not-of-this-condition", value.span(), message.to_owned());
        report.add(flaw.suggest(remedy.to_owned()));
    }
    let words = Presence::WORDS.map(|(word, _)| word).to_vec();
    table.shaped("every_agent", Shape::SomeOf(words));
    let words = table.texts("every_agent", report)?;
    if words.is_empty() {
        let message = "`every_agent` is empty: no agent can be so".to_owned();
        report.add(Flaw::error("no-condition", table.span.clone(), message));
    }
    let is = words.iter().filter_map(|word| presence(word, report)).collect();
    Some(When::EveryAgent { is, whom, lasting: lasting.unwrap_or(LASTING) })
}

fn presence(word: &Text, report: &mut Report<'_>) -> Option<Presence> {
    let found = Presence::named(word.get_ref());
    if found.is_none() {
        let message = format!("`{}` is no way for an agent to be", word.get_ref());
        let words = Presence::WORDS.map(|(name, _)| format!("\"{name}\"")).join(", ");
        let remedy = format!("write some of {words}");
        report.add(Flaw::error("bad-choice", word.span(), message).suggest(remedy));
    }
    found
}
