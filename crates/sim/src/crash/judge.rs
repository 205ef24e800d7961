//! Whether the next process holds what the one before it held, as far as that had come to the disk.
//!
//! `before` is what held when the last input was done of which everything is on the disk. Where an input was cut in two by the
//! death, part of what it led to is there, and each fact may also be as it was `after` it.

use super::disk::Known;
use super::held::{Agent, Callback, Held, Item};
use acd::VainRings;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

/// What is written down in milliseconds is as exact as that.
const MILLISECOND: i64 = 1_000;

/// What is put off for want of something that the next process has is so for no longer than this.
const PUT_OFF_MAX: i64 = 15_000_000;

/// What is written down first is done so shortly after it.
const WRITTEN_BEFORE_MAX: i64 = 10_000_000;

/// What the dead process held.
#[derive(Debug)]
pub(crate) struct Left {
    pub(crate) before: Held,
    pub(crate) after: Option<Held>,
}

impl Left {
    /// What either has.
    fn both<'a, T: 'a>(
        &'a self,
        of: impl Fn(&'a Held) -> &'a T + 'a,
    ) -> impl Iterator<Item = &'a T> + 'a {
        std::iter::once(&self.before).chain(&self.after).map(of)
    }
}

/// What the clocks show when the next process has read what there is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    /// The one that nobody sets.
    pub(crate) now: i64,
    /// By how much the other one is off.
    pub(crate) set: i64,
    /// How far it was set since the morning, on and back. What is known only by when it was written down is as exact as that.
    pub(crate) set_in_all: i64,
}

/// Whether `is` holds what was left, by what is known to be on the disk.
pub(crate) fn judge(clock: Clock, left: &Left, known: &Known, is: &Held) -> Result<(), String> {
    let now = clock.now;
    let near = Near(MILLISECOND + clock.set_in_all);
    // That the clock has been set may have come to the disk no more.
    let agents = [Some(&left.before), left.after.as_ref()].into_iter().flatten().map(|held| {
        let off = held.set - clock.set;
        let shown = |(name, agent): (&String, &Agent)| (name.clone(), off_by(off, agent));
        held.agents.iter().map(shown).collect::<BTreeMap<_, _>>()
    });
    let agents: Vec<_> = agents.collect();
    every("agent", agents.iter(), &is.agents, |_, was: &Agent, is: &Agent| {
        aged(now, was, is) == *is
    })?;
    every("queue", left.both(|held| &held.queues), &is.queues, |_, was, is| was == is)?;
    every("callback", left.both(|held| &held.callbacks), &is.callbacks, |_, was, is| {
        is_same_callback(now, near, was, is)
    })?;
    every("message", left.both(|held| &held.messages), &is.messages, |message, was, is| {
        is_same_message(near, known.placed.contains(message), was, is)
    })?;
    limits(near, left, is)
}

/// What counts against limits counts on, as exactly as it is written down: an attempt to call somebody is so before the phone rings.
fn limits(near: Near, left: &Left, is: &Held) -> Result<(), String> {
    let near = Near(near.0 + WRITTEN_BEFORE_MAX);
    let keys: BTreeSet<_> =
        left.both(|held| &held.counted).chain([&is.counted]).flat_map(BTreeMap::keys).collect();
    for right in keys {
        let of = |held: &Held| held.counted.get(right).cloned().unwrap_or_default();
        let is = of(is);
        let counts_on = |was: &Held| {
            let was = of(was);
            let more = is.len().checked_sub(was.len());
            let is_as_many = more.is_some_and(|more| more <= usize::from(right.is_ahead()));
            is_as_many && was.iter().zip(&is).all(|(was, is)| near.is(*was, *is))
        };
        if !std::iter::once(&left.before).chain(&left.after).any(counts_on) {
            let was = left.both(|held| &held.counted).map(|counted| counted.get(right));
            let was: Vec<_> = was.collect();
            return Err(format!("what counts by {right:?} was {was:?} and is {is:?}"));
        }
    }
    Ok(())
}

/// How far from each other two times may be that are the same.
#[derive(Clone, Copy, Debug)]
struct Near(i64);

impl Near {
    const fn is(self, was: i64, is: i64) -> bool {
        (was - is).abs() <= self.0
    }
}

/// What is written down of an agent by a clock that was off by so much.
fn off_by(off: i64, agent: &Agent) -> Agent {
    let shift = |at: Option<i64>| at.map(|at| at + off);
    Agent {
        pause_max_at: shift(agent.pause_max_at),
        works_until: shift(agent.works_until),
        returns_at: shift(agent.returns_at),
        ..agent.clone()
    }
}

/// Everything is as it was in one of them, and there is nothing else.
fn every<'a, K: Ord + Debug + 'a, T: Debug + 'a>(
    what: &str,
    was: impl Iterator<Item = &'a BTreeMap<K, T>>,
    is: &'a BTreeMap<K, T>,
    same: impl Fn(&K, &T, &T) -> bool,
) -> Result<(), String> {
    let was: Vec<_> = was.collect();
    let keys: BTreeSet<&K> = was.iter().flat_map(|map| map.keys()).chain(is.keys()).collect();
    for key in keys {
        let found = is.get(key);
        let ways: Vec<Option<&T>> = was.iter().map(|map| map.get(key)).collect();
        let is_one = |way: &Option<&T>| match (way, found) {
            (None, None) => true,
            (Some(was), Some(is)) => same(key, was, is),
            (Some(_), None) | (None, Some(_)) => false,
        };
        if !ways.iter().any(is_one) {
            return Err(format!("{what} {key:?} was {ways:?} and is {found:?}"));
        }
    }
    Ok(())
}

/// What has come to its end meanwhile is over.
fn aged(now: i64, was: &Agent, is: &Agent) -> Agent {
    let works_until = was.works_until.filter(|until| *until > now);
    let works_for = was.works_for.filter(|_| works_until.is_some());
    // Who comes to work begins with none.
    let vain = if was.is_in { was.vain } else { VainRings::default() };
    // A pause that was asked for in a call begins with the end of it: where that has gone with the process, at once.
    let begins = was.pause.is_some() && was.pause_max_at.is_none() && !was.paused_too_long;
    let pause_max_at = match is.pause_max_at {
        Some(at) if begins && is.talks == 0 && at > now => Some(at),
        Some(_) | None => was.pause_max_at,
    };
    // Who talks on is another question: perhaps nobody answers.
    let talks = is.talks;
    Agent { works_until, works_for, vain, pause_max_at, talks, ..was.clone() }
}

/// One that was attempted, or whose promise was on its way to the disk, is tried again, at once or in a while.
fn is_same_callback(now: i64, near: Near, was: &Callback, is: &Callback) -> bool {
    let is_near = |was: i64, is: i64| near.is(was, is);
    let is_same_wait = match (was.again, is.again) {
        (Some(was), Some(is)) => is_near(was, is),
        (Some(was), None) => was <= now + PUT_OFF_MAX + near.0,
        // Where the clock has been set back, what was due by it is so once more.
        (None, Some(_)) => was.arrived.is_none() || near.0 > MILLISECOND,
        (None, None) => true,
    };
    let is_same_place = match (was.arrived, is.arrived) {
        (Some(was), Some(is)) => is_near(was, is),
        (Some(_), None) => near.0 > MILLISECOND && is.again.is_some(),
        (None, Some(_) | None) => true,
    };
    // An attempt that was on is cut off, and does not count.
    let was_on = was.arrived.is_none() && was.again.is_none();
    let is_same_count = was.attempts == is.attempts || (was_on && was.attempts == is.attempts + 1);
    let who = |it: &Callback| (it.step.clone(), it.number.clone(), it.queue.clone());
    who(was) == who(is)
        && is_same_count
        && is_near(was.until, is.until)
        && is_same_wait
        && is_same_place
        && is_same_priority(was.priority, is.priority)
}

/// It is known of what stands in line.
fn is_same_priority(was: Option<u16>, is: Option<u16>) -> bool {
    was.zip(is).is_none_or(|(was, is)| was == is)
}

/// Whether it stands where it stood. One that was put off or heard stands in line again; and one of which the row had come to the
/// disk and the place had not is given a place by a number of its own.
fn is_same_message(near: Near, is_placed: bool, was: &Option<Item>, is: &Option<Item>) -> bool {
    match (was, is) {
        (Some(was), Some(is)) => {
            let is_same_place = match (was.arrived, is.arrived) {
                (Some(was), Some(is)) => near.is(was, is),
                (None, None) | (Some(_), None) | (None, Some(_)) => true,
            };
            (was.id == is.id || !is_placed)
                && was.queue == is.queue
                && is_same_place
                && is_same_priority(was.priority, is.priority)
        }
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}
