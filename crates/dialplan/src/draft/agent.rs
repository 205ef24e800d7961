//! `[agent.ACCOUNT]` as it is written.

use super::SRTP;
use super::after_call::WRAP_UP_MAX;
use super::coming_back;
use super::ha1;
use super::queue::{LevelDraft, levels_of};
use super::secret::{self, Needed, SecretDraft};
use crate::report::{Flaw, Report};
use crate::schema::Shape;
use crate::table::{Table, Text, count_of};
use crate::{DialOut, Ha1, LogIn, Redirect, Returns, Rings, Srtp, values};
use std::time::Duration;
use toml::Spanned;

/// A person who takes calls.
#[derive(Default)]
pub(crate) struct AgentDraft {
    pub(crate) name: Option<Text>,
    pub(crate) secret: Option<SecretDraft>,
    pub(crate) ha1: Option<Ha1>,
    pub(crate) queues: QueuesDraft,
    /// Those whose conversations the agent may listen to.
    pub(crate) supervises: Option<QueuesDraft>,
    pub(crate) skills: Vec<LevelDraft>,
    pub(crate) wrap_up: Option<Duration>,
    pub(crate) tiers: Vec<TierDraft>,
    pub(crate) capacity: Option<u32>,
    pub(crate) weight: Option<u32>,
    pub(crate) missed_max: Option<u32>,
    pub(crate) declined_max: Option<u32>,
    pub(crate) busy_max: Option<u32>,
    pub(crate) unreachable_max: Option<u32>,
    pub(crate) shift: Option<Text>,
    pub(crate) returns: Returns,
    pub(crate) log_in: LogIn,
    pub(crate) rings: Rings,
    pub(crate) srtp: Srtp,
    pub(crate) dial_out: DialOut,
    pub(crate) redirect: Redirect,
}

/// When an agent is asked for a queue's calls.
pub(crate) struct TierDraft {
    pub(crate) queue: Text,
    pub(crate) tier: u8,
}

/// Whose calls the agent takes.
pub(crate) enum QueuesDraft {
    All,
    These(Vec<Text>),
}

impl Default for QueuesDraft {
    /// None.
    fn default() -> Self {
        Self::These(Vec::new())
    }
}

/// Rings of any kind in a row.
const RINGS_MAX_MAX: u32 = 100;
const TIER_MAX: u32 = 9;
const WEIGHT_MAX: u32 = 100;
/// Conversations of one agent at once.
const CAPACITY_MAX: u32 = 8;
const RINGS: [(&str, Rings); 3] =
    [("all", Rings::All), ("latest", Rings::Latest), ("first", Rings::First)];

pub(super) fn read(name: &Text, table: &mut Table<'_>, report: &mut Report<'_>) -> AgentDraft {
    if !values::is_account(name.get_ref()) {
        let message = format!("`{}` can not be an account of a phone", name.get_ref());
        let remedy = "use digits, letters and + . _ - only".to_owned();
        report.add(Flaw::error("bad-account", name.span(), message).suggest(remedy));
    }
    let ha1 = ha1::read(table, report);
    let supervises = read_supervises(table, report);
    AgentDraft {
        name: table.text("name", report),
        secret: read_secret(table, ha1.as_ref(), report),
        ha1,
        queues: read_queues(table, supervises.is_some(), report),
        supervises,
        skills: levels_of(table, report),
        wrap_up: table.length("wrap_up", Duration::ZERO..=WRAP_UP_MAX, report),
        tiers: read_tiers(table, report),
        capacity: table.count("capacity", 1..=CAPACITY_MAX, report),
        weight: table.count("weight", 1..=WEIGHT_MAX, report),
        missed_max: table.count("missed_max", 1..=RINGS_MAX_MAX, report),
        declined_max: table.count("declined_max", 1..=RINGS_MAX_MAX, report),
        busy_max: table.count("busy_max", 1..=RINGS_MAX_MAX, report),
        unreachable_max: table.count("unreachable_max", 1..=RINGS_MAX_MAX, report),
        shift: table.text("shift", report),
        returns: coming_back::read(table, report),
        log_in: read_log_in(table, report),
        rings: table.choice("rings", RINGS, report).unwrap_or_default(),
        srtp: table.choice("srtp", SRTP, report).unwrap_or_default(),
        dial_out: match table.flag("dial_out", report) {
            Some(true) => DialOut::Allowed,
            Some(false) | None => DialOut::Forbidden,
        },
        redirect: match table.flag("redirect", report) {
            Some(true) => Redirect::Followed,
            Some(false) | None => Redirect::Refused,
        },
    }
}

/// The password, if its hash is not there in its place.
fn read_secret(
    table: &mut Table<'_>,
    ha1: Option<&Ha1>,
    report: &mut Report<'_>,
) -> Option<SecretDraft> {
    if ha1.is_none() {
        return secret::read(table, Needed::Always("its phone to register with"), report);
    }
    let secret = secret::read(table, Needed::Perhaps, report);
    if secret.is_some() {
        let message = format!("`{}` has a secret beside its hash", table.name);
        let remedy = "keep the `ha1` lines and take the secret out".to_owned();
        report.add(Flaw::error("two-secrets", table.span.clone(), message).suggest(remedy));
    }
    secret
}

/// `"all"`, or a list of names. Only a supervisor need take no calls.
fn read_queues(table: &mut Table<'_>, supervises: bool, report: &mut Report<'_>) -> QueuesDraft {
    match table.value("queues") {
        None => table.missing("queues", report),
        Some(value) if value.get_ref().as_str() == Some("all") => return QueuesDraft::All,
        Some(_) => {}
    }
    let queues = table.texts("queues", report);
    if !supervises && queues.as_ref().is_some_and(Vec::is_empty) {
        let message = format!("`{}` takes calls of no queue", table.name);
        let remedy = "name a queue, or \"all\"; allow it where only colleagues call".to_owned();
        let flaw = Flaw::warning("agent-without-queues", table.span.clone(), message);
        report.add(flaw.suggest(remedy));
    }
    QueuesDraft::These(queues.unwrap_or_default())
}

/// The same, of those whose conversations the agent may listen to.
fn read_supervises(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<QueuesDraft> {
    let value = table.value("supervises");
    if value.is_some_and(|value| value.get_ref().as_str() == Some("all")) {
        return Some(QueuesDraft::All);
    }
    table.texts("supervises", report).map(QueuesDraft::These)
}

/// `tiers = { support = 2 }`: where the agent is not asked first.
fn read_tiers(table: &mut Table<'_>, report: &mut Report<'_>) -> Vec<TierDraft> {
    let Some(value) = table.shaped("tiers", Shape::Map(Box::new(Shape::Count(1..=TIER_MAX))))
    else {
        return Vec::new();
    };
    let Some(tiers) = Table::of("tiers".to_owned(), value, report) else { return Vec::new() };
    let read = tiers.entries().into_iter().filter_map(|entry| {
        let queue = Spanned::new(entry.key.span(), entry.key.get_ref().to_string());
        let tier = count_of(queue.get_ref(), entry.value, 1..=TIER_MAX, report)?;
        Some(TierDraft { queue, tier: u8::try_from(tier).ok()? })
    });
    read.collect()
}

fn read_log_in(table: &mut Table<'_>, report: &mut Report<'_>) -> LogIn {
    table.shaped("log_in", Shape::Words(vec!["registration", "code"]));
    let Some(text) = table.text("log_in", report) else { return LogIn::Registration };
    match text.get_ref().as_str() {
        "registration" => LogIn::Registration,
        "code" => LogIn::Code,
        other => {
            let message = format!("`{other}` is no way to log in");
            let ways = "write \"registration\" or \"code\"".to_owned();
            report.add(Flaw::error("bad-log-in", text.span(), message).suggest(ways));
            LogIn::Registration
        }
    }
}
