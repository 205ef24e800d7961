//! How a queue's calls come to agents, as it is written: the strategy, what is relaxed, the tiers.

use super::needs::{self, NeedDraft};
use crate::Strategy;
use crate::report::{Flaw, Report};
use crate::schema::Shape;
use crate::table::{Table, Text, text_of, wrong_type};
use crate::values;
use std::ops::{Range, RangeInclusive};
use std::time::Duration;

/// How a queue's calls come to agents.
#[derive(Default)]
pub(crate) struct DistributionDraft {
    pub(crate) strategy: Strategy,
    pub(crate) relax: Vec<RelaxDraft>,
    pub(crate) tiers: Vec<Duration>,
    pub(crate) ageing: Option<u32>,
}

/// What is needed once a caller has waited so long.
pub(crate) struct RelaxDraft {
    /// Where it stands.
    pub(crate) span: Range<usize>,
    pub(crate) after: Duration,
    pub(crate) need: NeedDraft,
}

/// Strategies by their names. The length of the last is read apart.
const STRATEGIES: [(&str, Strategy); 9] = [
    ("longest_idle", Strategy::LongestIdle),
    ("least_occupied", Strategy::LeastOccupied),
    ("fewest_calls", Strategy::FewestCalls),
    ("round_robin", Strategy::RoundRobin),
    ("linear", Strategy::Linear),
    ("random", Strategy::Random),
    ("weighted_random", Strategy::WeightedRandom),
    ("ring_all", Strategy::RingAll),
    ("progressive", Strategy::Progressive { every: RING_NEXT }),
];

const RING_NEXT: Duration = Duration::from_secs(10);
const RING_NEXT_MIN: Duration = Duration::from_secs(1);
const RING_NEXT_MAX: Duration = Duration::from_secs(600);
const WAIT_MIN: Duration = Duration::from_secs(1);
const WAIT_MAX: Duration = Duration::from_secs(3_600);
/// Relaxations and tier waits of one queue.
const STEPS_MAX: usize = 8;
const AGEING: RangeInclusive<u32> = 10..=1_000;

pub(super) fn read(table: &mut Table<'_>, report: &mut Report<'_>) -> DistributionDraft {
    DistributionDraft {
        strategy: read_strategy(table, report),
        relax: read_relax(table, report),
        tiers: read_tiers(table, report),
        ageing: table.count("ageing", AGEING, report),
    }
}

fn read_strategy(table: &mut Table<'_>, report: &mut Report<'_>) -> Strategy {
    let is_written = table.value("strategy").is_some();
    let chosen = table.choice("strategy", STRATEGIES, report);
    let every = table.length("ring_next", RING_NEXT_MIN..=RING_NEXT_MAX, report);
    let strategy = chosen.unwrap_or_default();
    match (strategy, every, table.value("ring_next")) {
        (Strategy::Progressive { .. }, Some(every), _) => Strategy::Progressive { every },
        (Strategy::Progressive { .. }, None, _) | (_, _, None) => strategy,
        // One misspelt strategy is one fault.
        _ if is_written && chosen.is_none() => strategy,
        (_, _, Some(value)) => {
            let message = "`ring_next` is of the strategy \"progressive\" only".to_owned();
            let remedy = "write `strategy = \"progressive\"`, or take `ring_next` out".to_owned();
            report.add(Flaw::error("ring-next-alone", value.span(), message).suggest(remedy));
            strategy
        }
    }
}

/// `relax = [{ after = "30s", needs = "french >= 3" }, …]`, later ones later.
fn read_relax(table: &mut Table<'_>, report: &mut Report<'_>) -> Vec<RelaxDraft> {
    let Some(value) = table.shaped("relax", Shape::Rows("relax")) else { return Vec::new() };
    let Some(items) = value.get_ref().as_array() else {
        report.add(wrong_type("relax", "a list of tables", value));
        return Vec::new();
    };
    let mut steps: Vec<RelaxDraft> = Vec::new();
    for item in items.iter() {
        let Some(mut step) = Table::of("relax".to_owned(), item, report) else { continue };
        if step.value("after").is_none() {
            step.missing("after", report);
        }
        let after = step.length("after", WAIT_MIN..=WAIT_MAX, report);
        let need = needs::read(&mut step, report);
        step.finish(report);
        let Some(after) = after else { continue };
        if steps.last().is_some_and(|before| before.after >= after) {
            let message = "steps of `relax` must come later, one after the other".to_owned();
            report.add(Flaw::error("relax-order", item.span(), message));
        }
        steps.push(RelaxDraft { span: item.span(), after, need });
    }
    if steps.len() > STEPS_MAX {
        let message = format!("`relax` has more than {STEPS_MAX} steps");
        report.add(Flaw::error("too-many", value.span(), message));
    }
    steps
}

/// `tiers = ["20s", "40s"]`: how long each tier alone is asked.
fn read_tiers(table: &mut Table<'_>, report: &mut Report<'_>) -> Vec<Duration> {
    let Some(value) = table.shaped("tiers", Shape::Lengths(WAIT_MIN..=WAIT_MAX)) else {
        return Vec::new();
    };
    let Some(items) = value.get_ref().as_array() else {
        report.add(wrong_type("tiers", "a list of lengths of time in quotes", value));
        return Vec::new();
    };
    if items.len() > STEPS_MAX {
        let message = format!("`tiers` has more than {STEPS_MAX} waits");
        report.add(Flaw::error("too-many", value.span(), message));
    }
    let texts = items.iter().filter_map(|item| text_of("tiers", item, report));
    let texts: Vec<Text> = texts.collect();
    texts.iter().filter_map(|text| wait_of(text, report)).collect()
}

fn wait_of(text: &Text, report: &mut Report<'_>) -> Option<Duration> {
    let wait = values::length(text.get_ref()).filter(|wait| (WAIT_MIN..=WAIT_MAX).contains(wait));
    if wait.is_none() {
        let message = format!("`{}` is no wait of a tier", text.get_ref());
        let remedy = format!("write a length from {WAIT_MIN:?} to {WAIT_MAX:?}, such as \"20s\"");
        report.add(Flaw::error("bad-length", text.span(), message).suggest(remedy));
    }
    wait
}
