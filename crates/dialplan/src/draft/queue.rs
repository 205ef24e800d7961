//! `[queue.NAME]` as it is written.

use super::after_call::{self, AfterCallDraft};
use super::callers::{self, CallersDraft};
use super::conditions::{self, ConditionDraft};
use super::digits;
use super::distribution::{self, DistributionDraft};
use super::kept::{self, KeptDraft};
use super::needs::{self, NeedDraft, Sense};
use super::offers::{self, OfferDraft};
use super::opening::{self, OpeningDraft};
use super::told::{self, ToldDraft};
use super::wait::{self, WaitDraft};
use crate::report::{Flaw, Report};
use crate::schema::Shape;
use crate::table::{Table, Text, count_of};
use std::time::Duration;
use toml::Spanned;

/// Where callers wait.
#[derive(Default)]
pub(crate) struct QueueDraft {
    pub(crate) title: Option<Text>,
    pub(crate) welcome: Vec<Text>,
    pub(crate) announce_place: Option<Duration>,
    pub(crate) wait: WaitDraft,
    pub(crate) reminder: Vec<Text>,
    pub(crate) music: Option<Text>,
    pub(crate) need: NeedDraft,
    pub(crate) ring: Option<Duration>,
    pub(crate) after_call: AfterCallDraft,
    pub(crate) digits: Option<Text>,
    pub(crate) waiting_max: Option<u32>,
    pub(crate) priority: Option<u32>,
    pub(crate) full: Option<Text>,
    pub(crate) survey: Option<Text>,
    pub(crate) kept: KeptDraft,
    pub(crate) opening: OpeningDraft,
    pub(crate) decline_pause: Option<Duration>,
    pub(crate) distribution: DistributionDraft,
    pub(crate) callers: CallersDraft,
    pub(crate) conditions: Vec<ConditionDraft>,
    pub(crate) told: ToldDraft,
    pub(crate) offers: Vec<OfferDraft>,
}

impl QueueDraft {
    /// Every skill that it asks for, at first or later.
    pub(crate) fn all_skills(&self) -> impl Iterator<Item = (&LevelDraft, Sense)> {
        self.all_needs().flat_map(NeedDraft::levels)
    }

    /// What it asks for, at first and later.
    pub(crate) fn all_needs(&self) -> impl Iterator<Item = &NeedDraft> {
        let later = self.distribution.relax.iter().map(|step| &step.need);
        std::iter::once(&self.need).chain(later)
    }
}

/// A skill with a level.
pub(crate) struct LevelDraft {
    pub(crate) skill: Text,
    pub(crate) level: u8,
}

const HOUR: Duration = Duration::from_secs(3_600);
/// Any oftener, and callers hear little else.
const ANNOUNCE_MIN: Duration = Duration::from_secs(5);
const ANNOUNCE_MAX: Duration = HOUR;
const RING_MIN: Duration = Duration::from_secs(1);
const RING_MAX: Duration = Duration::from_secs(600);
const DECLINE_PAUSE_MAX: Duration = HOUR;
const WAITING_MAX_MAX: u32 = 100_000;
pub(super) const PRIORITY_MAX: u32 = 10;
pub(super) const LEVEL_MAX: u32 = 10;

pub(super) fn read(_name: &Text, table: &mut Table<'_>, report: &mut Report<'_>) -> QueueDraft {
    let announce_place = read_announce_place(table, report);
    QueueDraft {
        title: table.text("name", report),
        welcome: table.texts("welcome", report).unwrap_or_default(),
        announce_place,
        wait: wait::read(table, announce_place, report),
        reminder: table.texts("reminder", report).unwrap_or_default(),
        music: table.text("music", report),
        need: needs::read(table, report),
        ring: table.length("ring", RING_MIN..=RING_MAX, report),
        after_call: after_call::read(table, report),
        digits: digits::read(table, report),
        waiting_max: table.count("waiting_max", 1..=WAITING_MAX_MAX, report),
        priority: table.count("priority", 0..=PRIORITY_MAX, report),
        full: table.text("full", report),
        survey: table.text("survey", report),
        kept: kept::read(table, report),
        opening: opening::read(table, report),
        decline_pause: table.length("decline_pause", Duration::ZERO..=DECLINE_PAUSE_MAX, report),
        distribution: distribution::read(table, report),
        callers: callers::read(table, report),
        conditions: conditions::read(table, report),
        told: told::read(table, report),
        offers: offers::read(table, report),
    }
}

/// An interval, or `0s` for never.
fn read_announce_place(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<Duration> {
    let key = "announce_place";
    let interval = table.length(key, Duration::ZERO..=ANNOUNCE_MAX, report)?;
    let sane = interval.is_zero() || interval >= ANNOUNCE_MIN;
    if let (false, Some(value)) = (sane, table.value(key)) {
        let message = format!("`{key}` must be at least {ANNOUNCE_MIN:?}, or 0s for never");
        report.add(Flaw::error("out-of-range", value.span(), message));
    }
    Some(interval)
}

/// `skills = { billing = 3 }`, of a queue, of a step of its `relax`, or of an agent.
pub(super) fn levels_of(table: &mut Table<'_>, report: &mut Report<'_>) -> Vec<LevelDraft> {
    let Some(value) = table.shaped("skills", Shape::Map(Box::new(Shape::Count(1..=LEVEL_MAX))))
    else {
        return Vec::new();
    };
    let Some(skills) = Table::of("skills".to_owned(), value, report) else { return Vec::new() };
    let read = skills.entries().into_iter().filter_map(|entry| {
        let skill = Spanned::new(entry.key.span(), entry.key.get_ref().to_string());
        let level = count_of(skill.get_ref(), entry.value, 1..=LEVEL_MAX, report)?;
        Some(LevelDraft { skill, level: u8::try_from(level).ok()? })
    });
    read.collect()
}
