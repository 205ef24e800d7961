//! `[callback.NAME]` as it is written: where callers are promised a call back.

use super::queue::PRIORITY_MAX;
use super::step::StepDraft;
use super::trunk::read_dial;
use crate::plan::{CallbackAtClosing, CallbackMode, DialPattern, Slots};
use crate::report::{Flaw, Report};
use crate::schema::Shape;
use crate::table::{Table, Text};
use std::ops::RangeInclusive;
use std::time::Duration;
use toml::Spanned;

/// Promises to call back and goes on.
pub(crate) struct CallbackDraft {
    pub(crate) prompts: Option<Vec<Text>>,
    pub(crate) queue: Option<Text>,
    pub(crate) priority: Option<u32>,
    pub(crate) slots: Option<Slots>,
    pub(crate) numbers: Vec<DialPattern>,
    pub(crate) not_numbers: Vec<DialPattern>,
    pub(crate) typed_numbers: Vec<DialPattern>,
    pub(crate) per_number_a_day: Option<u32>,
    pub(crate) requests_per_hour_max: Option<u32>,
    pub(crate) may_type: Option<bool>,
    pub(crate) mode: CallbackMode,
    pub(crate) window: Option<Duration>,
    pub(crate) attempts_max: Option<u32>,
    pub(crate) retry: Option<Duration>,
    pub(crate) ring: Option<Duration>,
    pub(crate) confirm: Option<bool>,
    pub(crate) ask_again: Option<bool>,
    pub(crate) callbacks_max: Option<u32>,
    pub(crate) unsure_margin: Option<Duration>,
    pub(crate) at_closing: CallbackAtClosing,
    pub(crate) full: Option<Text>,
    pub(crate) too_late: Option<Text>,
    pub(crate) otherwise: Option<Text>,
    pub(crate) goto: Option<Text>,
}

const WINDOW: RangeInclusive<Duration> = Duration::from_secs(600)..=Duration::from_secs(48 * 3_600);
const ATTEMPTS_MAX: RangeInclusive<u32> = 1..=10;
/// Any oftener, and it is a nuisance.
const RETRY: RangeInclusive<Duration> = Duration::from_secs(60)..=Duration::from_secs(4 * 3_600);
const RING: RangeInclusive<Duration> = Duration::from_secs(10)..=Duration::from_secs(120);
/// Whoever is called sooner than that waits on the line after all.
const AHEAD: RangeInclusive<Duration> = Duration::from_secs(5)..=Duration::from_secs(300);
const AHEAD_UNSAID: Duration = Duration::from_secs(30);
const PER_NUMBER_A_DAY: RangeInclusive<u32> = 1..=50;
const REQUESTS_PER_HOUR_MAX: RangeInclusive<u32> = 0..=10_000;
const EVERY: RangeInclusive<Duration> = Duration::from_secs(300)..=Duration::from_secs(4 * 3_600);
const EVERY_UNSAID: Duration = Duration::from_secs(15 * 60);
const PER_SLOT: RangeInclusive<u32> = 1..=1_000;
const DAYS_AHEAD: RangeInclusive<u32> = 0..=60;
const DAYS_AHEAD_UNSAID: u32 = 5;
/// Nine keys, one of which is for the caller's turn.
const OFFERED: RangeInclusive<u32> = 0..=8;
const CALLBACKS_MAX: RangeInclusive<u32> = 1..=10_000;
const UNSURE_MARGIN: RangeInclusive<Duration> = Duration::ZERO..=Duration::from_secs(12 * 3_600);
const AT_CLOSING: [(&str, CallbackAtClosing); 3] = [
    ("serve", CallbackAtClosing::Serve),
    ("keep", CallbackAtClosing::Keep),
    ("end", CallbackAtClosing::End),
];

pub(super) fn read(_name: &Text, table: &mut Table<'_>, report: &mut Report<'_>) -> StepDraft {
    StepDraft::Callback(CallbackDraft {
        prompts: table.texts("prompts", report),
        queue: table.needed("queue", report),
        priority: table.count("priority", 0..=PRIORITY_MAX, report),
        slots: slots(table, report),
        numbers: read_dial("numbers", table, report),
        not_numbers: read_dial("not_numbers", table, report),
        typed_numbers: read_dial("typed_numbers", table, report),
        per_number_a_day: table.count("per_number_a_day", PER_NUMBER_A_DAY, report),
        requests_per_hour_max: table.count("requests_per_hour_max", REQUESTS_PER_HOUR_MAX, report),
        may_type: table.flag("may_type", report),
        mode: mode(table, report),
        window: table.length("window", WINDOW, report),
        attempts_max: table.count("attempts_max", ATTEMPTS_MAX, report),
        retry: table.length("retry", RETRY, report),
        ring: table.length("ring", RING, report),
        confirm: table.flag("confirm", report),
        ask_again: table.flag("ask_again", report),
        callbacks_max: table.count("callbacks_max", CALLBACKS_MAX, report),
        unsure_margin: table.length("unsure_margin", UNSURE_MARGIN, report),
        at_closing: table.choice("at_closing", AT_CLOSING, report).unwrap_or_default(),
        full: table.text("full", report),
        too_late: table.text("too_late", report),
        otherwise: table.text("otherwise", report),
        goto: table.text("goto", report),
    })
}

/// Who is called first, and how long ahead.
fn mode(table: &mut Table<'_>, report: &mut Report<'_>) -> CallbackMode {
    let words = [("agent_first", false), ("caller_first", true)];
    let caller_first = table.choice("mode", words, report).unwrap_or_default();
    let span = table.value("ahead").map(Spanned::span);
    let ahead = table.length("ahead", AHEAD, report);
    match (caller_first, span) {
        (true, _) => CallbackMode::CallerFirst(ahead.unwrap_or(AHEAD_UNSAID)),
        (false, Some(span)) => {
            let message = "`ahead` says how long before an agent is free the caller is called, and the agent is called first";
            let remedy = "write `mode = \"caller_first\"`, or take `ahead` out".to_owned();
            report.add(Flaw::error("ahead-of-nobody", span, message.to_owned()).suggest(remedy));
            CallbackMode::AgentFirst
        }
        (false, None) => CallbackMode::AgentFirst,
    }
}

/// The times that may be asked for.
fn slots(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<Slots> {
    let value = table.shaped("slots", Shape::Table("callback.slots"))?;
    let mut slots = Table::of("callback.slots".to_owned(), value, report)?;
    let read = Slots {
        every: slots.length("every", EVERY, report).unwrap_or(EVERY_UNSAID),
        per_slot: slots.count("per_slot", PER_SLOT, report).unwrap_or(1),
        days_ahead: slots.count("days_ahead", DAYS_AHEAD, report).unwrap_or(DAYS_AHEAD_UNSAID),
        offered: slots.count("offered", OFFERED, report).unwrap_or(0),
    };
    slots.finish(report);
    Some(read)
}
