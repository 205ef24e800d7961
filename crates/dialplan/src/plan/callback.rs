//! Callbacks: what a caller is promised who does not want to wait on the line.

use super::{DialPattern, Goto, Hours, Phrase};
use ids::QueueId;
use jiff::ToSpan as _;
use jiff::civil::{DateTime, Time};
use std::sync::Arc;
use std::time::Duration;

/// Promises to call the caller back, who keeps the place in the queue, and goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// The name in the file, without the kind.
    pub name: Arc<str>,
    /// What is said first.
    pub prompts: Vec<Phrase>,
    /// Where the callback waits for an agent.
    pub queue: QueueId,
    /// With this priority, 0 to 10.
    pub priority: u8,
    /// Which numbers are called, of those that the trunks list; none: all of them.
    pub numbers: Vec<DialPattern>,
    /// Which of them are not.
    pub not_numbers: Vec<DialPattern>,
    /// Which numbers may be typed, of those that are called; none: all of them.
    pub typed_numbers: Vec<DialPattern>,
    /// How often a number is promised a callback in a day, 1 to 50.
    pub per_number_a_day: u32,
    /// How many callbacks may be asked for in an hour by those who do not call, on a page of the web, say; 0 to 10,000.
    pub requests_per_hour_max: u32,
    /// Whether the caller may give another number than the one they call from.
    pub may_type: bool,
    /// Who is called first.
    pub mode: CallbackMode,
    /// Which times may be asked for, if any.
    pub slots: Option<Slots>,
    /// How long after the promise it is tried, 10 minutes to 48 hours.
    pub window: Duration,
    /// How often it is tried, 1 to 10.
    pub attempts_max: u32,
    /// How long after an attempt the next one may come, a minute to 4 hours.
    pub retry: Duration,
    /// For how long the caller's phone rings, 10 seconds to 2 minutes.
    pub ring: Duration,
    /// Whether who answers must press 1, so that a mailbox is not taken for the caller.
    pub confirm: bool,
    /// Whether callers are asked what they want who come to the queue again, or to this step, while one is open to
    /// the number that they call from.
    pub ask_again: bool,
    /// No more are promised while so many of this step are open.
    pub callbacks_max: u32,
    /// While it is not known how long the wait is, none is promised so shortly before the queue closes.
    pub unsure_margin: Duration,
    /// What becomes of those that are open when the queue closes.
    pub at_closing: CallbackAtClosing,
    /// Where callers go who are promised none, and have heard so.
    pub full: Goto,
    /// Where callers go who would be called back too late, and have heard so.
    pub too_late: Goto,
    /// Where callers go who confirm nothing.
    pub otherwise: Goto,
    /// Where callers go who have been promised one, and have heard so.
    pub goto: Goto,
}

/// The times at which callbacks may be asked for: each day is cut into slots from midnight on, those in which the
/// queue is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slots {
    /// How long one is, 5 minutes to 4 hours.
    pub every: Duration,
    /// How many callbacks there may be in one, 1 to 1000.
    pub per_slot: u32,
    /// How many days ahead, today not counted, 0 to 60.
    pub days_ahead: u32,
    /// How many of those that are free next callers may choose from by key, 0 to 8; none: they choose none.
    pub offered: u32,
}

/// What begins sooner than this is gone before a caller has heard of it and said yes.
const CHOOSING: Duration = Duration::from_secs(120);

impl Slots {
    /// When the slot begins in which `local` is, by the clock of the centre.
    #[must_use]
    pub fn of(&self, local: DateTime) -> DateTime {
        let midnight = local.date().to_datetime(Time::MIN);
        let into = Duration::try_from(local.duration_since(midnight)).unwrap_or_default();
        let every = self.every.as_secs().max(1);
        let begun = into.as_secs() / every * every;
        midnight.checked_add(Duration::from_secs(begun)).unwrap_or(midnight)
    }

    /// Those that a caller could choose when the clock of the centre shows `local`, the soonest first, however many have
    /// been promised already and whether anybody is there then. Of stretches at which it is closed by these hours the first is told at most: whoever
    /// looks for a time looks at few of the nights. Midnight is none of them: of the one that is said to be tomorrow nobody knows
    /// at which end of the day it is.
    pub fn to_come(
        self,
        local: DateTime,
        hours: Option<&Hours>,
    ) -> impl Iterator<Item = DateTime> + use<'_> {
        let last = local.date().checked_add(i64::from(self.days_ahead).days()).ok();
        let next = move |slot: &DateTime| match hours.filter(|hours| !hours.open_at(*slot)) {
            Some(hours) => self.not_before(hours.next_edge(*slot)?),
            None => self.after(*slot),
        };
        let all = std::iter::successors(Some(self.of(local)), next);
        let soonest = local.checked_add(CHOOSING).unwrap_or(local);
        all.take_while(move |slot| last.is_some_and(|last| slot.date() <= last))
            .filter(move |slot| *slot >= soonest && slot.time() != Time::MIN)
    }

    /// When the first one begins that does so then or later.
    fn not_before(&self, local: DateTime) -> Option<DateTime> {
        let slot = self.of(local);
        if slot < local { self.after(slot) } else { Some(slot) }
    }

    /// When the next one begins.
    #[must_use]
    pub fn after(&self, slot: DateTime) -> Option<DateTime> {
        let next = slot.checked_add(self.every).ok()?;
        // Each day begins with one, whatever their length.
        Some(if next.date() == slot.date() { next } else { next.date().to_datetime(Time::MIN) })
    }
}

/// Who is called first when it is the turn of a callback.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CallbackMode {
    /// The agent, so that no customer is called for whom nobody is there.
    #[default]
    AgentFirst,
    /// The customer, when an agent is expected to be free within so long, 5 seconds to 5 minutes; so no agent waits for
    /// phones that ring.
    CallerFirst(Duration),
}

/// What becomes of callbacks that are open when their queue closes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CallbackAtClosing {
    /// They wait on, and agents who are on duty are rung for them.
    #[default]
    Serve,
    /// Nobody is called while it is closed; they wait on at the next opening, at the place that they had.
    Keep,
    /// They are over.
    End,
}

/// Where a number that is to be called back comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberFrom {
    /// It is the one that the caller calls from.
    Call,
    /// The caller has typed it.
    Typed,
    /// It was asked for over the API.
    Request,
}

impl Callback {
    /// Whether this step calls the number, which is in our form. What trunks list is looked at elsewhere.
    #[must_use]
    pub fn allows(&self, number: &str, from: NumberFrom) -> bool {
        let any = |of: &[DialPattern]| of.iter().any(|it| it.allows(number).is_some());
        let is_typed = self.typed_numbers.is_empty() || any(&self.typed_numbers);
        let may_type = match from {
            NumberFrom::Call => true,
            NumberFrom::Typed => self.may_type && is_typed,
            NumberFrom::Request => is_typed,
        };
        // A prefix that keeps a number out does so however dear the number is.
        let is_out = self.not_numbers.iter().any(|it| it.covers(number));
        (self.numbers.is_empty() || any(&self.numbers)) && !is_out && may_type
    }

    /// The times that callers choose from, where they are asked.
    #[must_use]
    pub fn offers_times(&self) -> Option<Slots> {
        self.slots.filter(|slots| slots.offered > 0)
    }

    /// Whether somebody who is promised a callback now will be called before the queue closes, and within the window.
    /// `expected_wait` is how long it takes until it is their turn, none if that would be a guess; `closes_in` how long
    /// the queue is still open, none if nothing closes it.
    #[must_use]
    pub fn can_be_kept(
        &self,
        expected_wait: Option<Duration>,
        closes_in: Option<Duration>,
    ) -> bool {
        match expected_wait {
            Some(wait) => {
                wait <= self.window && closes_in.is_none_or(|closes_in| wait <= closes_in)
            }
            None => closes_in.is_none_or(|closes_in| closes_in >= self.unsure_margin),
        }
    }
}
