//! Calls that do not simply wait: which condition they meet, and when that is looked at.
//!
//! Nothing is polled. A condition on agents is looked at when one of the queue's agents has changed, and
//! has a deadline of the queue from when it begins to hold; a caller who comes while it holds has a
//! deadline of their own. Waiting has a deadline for each call; so has the expected wait, at a stated
//! interval, since no event tells of it. What an input or a deadline has
//! marked is looked at when all matches have been made, so that nobody is sent on whom an agent takes.

mod looks;
mod recast;

use super::Acd;
use crate::agenda::Due;
use crate::callers::{Caller, Place};
use crate::condition::{EXPECTED_WAIT_EVERY, QUESTIONS_APART};
use crate::{Condition, Figures, Kind, Output, Presence, Waiting};
use clock::{Duration, Moment};
use ids::{CallId, QueueId};
use std::collections::{BTreeMap, VecDeque};

/// What is known about the conditions of all queues.
#[derive(Clone, Debug, Default)]
pub(super) struct Conditions {
    /// Since when those on agents hold that do, by their place in the queue's list.
    holding: BTreeMap<(QueueId, usize), Moment>,
    /// Calls to be looked at when all matches have been made.
    marked: Vec<CallId>,
    /// Of these, the one that is asked how long it is expected to wait, and by which condition.
    asked: Option<(CallId, usize)>,
    /// Calls whose turn to be asked comes, one at a time; each at most once for a condition.
    to_ask: VecDeque<(CallId, usize)>,
    /// When so many are listed, those who have left are taken out.
    to_ask_max: usize,
    /// When the next one may be asked.
    next_question: Moment,
}

/// The list of calls to be asked may always be this long.
const TO_ASK_MIN: usize = 64;

/// What becomes of a call that comes to a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AtOnce {
    /// It met a condition and does not wait.
    SentOn,
    /// It waits, unless there is no room.
    Stays,
    /// It waits too, and has not been asked yet how long it is expected to: others were just before.
    ToBeAsked,
}

impl Acd {
    /// Sends a call on that comes and meets a condition.
    pub(super) fn at_once(&mut self, now: Moment, waiting: &Waiting) -> AtOnce {
        let (call, queue) = (waiting.call, waiting.queue);
        let Some(config) = self.callers.queue_config(queue) else { return AtOnce::Stays };
        let may_ask = now >= self.conditions.next_question;
        let (mut is_asked, mut is_left_out) = (false, false);
        let present = self.callers.present(queue) + 1;
        let on_duty = self.staff.on_duty(queue);
        let mut expected = None;
        let is_met = |(at, condition): (usize, &Condition)| match condition {
            Condition::EveryAgent { whom, .. } => {
                whom.is_coming() && self.conditions.holding.contains_key(&(queue, at))
            }
            Condition::Waited(_) => false,
            Condition::CallsPerAgent(most) => {
                present > on_duty.saturating_mul(usize::try_from(*most).unwrap_or(usize::MAX))
            }
            Condition::ExpectedWait { longer_than, whom } => {
                is_asked |= whom.is_coming() && may_ask;
                is_left_out |= whom.is_coming() && !may_ask;
                let longer = || {
                    let wait = self.expected_wait_of(now, waiting).ok();
                    wait.filter(|wait| wait > longer_than)
                };
                expected = (whom.is_coming() && may_ask).then(longer).flatten();
                expected.is_some()
            }
        };
        let met = config.conditions.iter().enumerate().position(is_met);
        if is_asked {
            self.conditions.next_question = now + QUESTIONS_APART;
        }
        let Some(condition) = met else {
            return if is_left_out { AtOnce::ToBeAsked } else { AtOnce::Stays };
        };
        let figures = Figures { waited: Duration::ZERO, present, on_duty, expected };
        self.tell_sent_on(call, queue, condition, figures);
        AtOnce::SentOn
    }

    /// Sets the deadlines of a call that has joined a queue, and asks it in its turn what it has not been.
    pub(super) fn set_conditions(&mut self, now: Moment, call: CallId, queue: QueueId, is: AtOnce) {
        let Some(config) = self.callers.queue_config(queue) else { return };
        let look = |(at, condition): (usize, &Condition)| {
            Some((at, self.conditions.look_at(now, (queue, at), condition, now)?))
        };
        let all: Vec<_> = config.conditions.iter().enumerate().filter_map(look).collect();
        let left_out = config
            .conditions
            .iter()
            .enumerate()
            .filter(|(_, condition)| is == AtOnce::ToBeAsked && asks_who_comes(condition));
        let left_out: Vec<_> = left_out.map(|(at, _)| at).collect();
        left_out.into_iter().for_each(|condition| self.ask_in_turn(now, call, condition));
        for (condition, look_at) in all {
            if look_at <= now {
                self.conditions.marked.push(call);
            } else {
                self.agenda.set(Due::Condition(call, condition), look_at);
            }
        }
    }

    /// Forgets the deadlines of a call that leaves a queue.
    pub(super) fn clear_conditions(&mut self, call: CallId, queue: QueueId) {
        let conditions =
            self.callers.queue_config(queue).map_or(0, |config| config.conditions.len());
        for condition in 0..conditions {
            self.agenda.clear(Due::Condition(call, condition));
        }
    }

    /// The call is looked at when all matches have been made.
    pub(super) fn mark(&mut self, call: CallId) {
        self.conditions.marked.push(call);
    }

    /// A deadline of the call is over; one that is to be asked has its turn when those before have had it.
    pub(super) fn mark_due(&mut self, now: Moment, call: CallId, condition: usize) {
        let queue = self.callers.get(call).map(|caller| caller.turn.queue);
        let config = queue.and_then(|queue| self.callers.queue_config(queue));
        match config.and_then(|config| config.conditions.get(condition)) {
            Some(Condition::ExpectedWait { .. }) => self.ask_in_turn(now, call, condition),
            Some(
                Condition::Waited(_) | Condition::EveryAgent { .. } | Condition::CallsPerAgent(_),
            )
            | None => self.mark(call),
        }
    }

    /// The call is asked how long it is expected to wait as soon as those before it have been.
    ///
    /// In a flood of calls that come and go, those who have left would fill the list faster than it is
    /// asked down.
    fn ask_in_turn(&mut self, now: Moment, call: CallId, condition: usize) {
        if self.conditions.to_ask.len() >= self.conditions.to_ask_max {
            self.conditions.to_ask.retain(|(call, _)| self.callers.get(*call).is_some());
            self.conditions.to_ask_max = TO_ASK_MIN.max(2 * self.conditions.to_ask.len());
        }
        self.conditions.to_ask.push_back((call, condition));
        self.agenda.set(Due::Question, now.max(self.conditions.next_question));
    }

    /// The next one of them that still waits is asked when all matches have been made.
    pub(super) fn ask_next(&mut self, now: Moment) {
        while let Some((call, condition)) = self.conditions.to_ask.pop_front() {
            let queue = self.callers.get(call).map(|caller| caller.turn.queue);
            let config = queue.and_then(|queue| self.callers.queue_config(queue));
            let asks = config.and_then(|config| config.conditions.get(condition));
            let Some(Condition::ExpectedWait { whom, .. }) = asks else { continue };
            if whom.is_waiting() {
                self.agenda.set(Due::Condition(call, condition), now + EXPECTED_WAIT_EVERY);
            }
            self.conditions.asked = Some((call, condition));
            self.conditions.next_question = now + QUESTIONS_APART;
            self.mark(call);
            break;
        }
        if !self.conditions.to_ask.is_empty() {
            self.agenda.set(Due::Question, self.conditions.next_question);
        }
    }

    /// So are all calls of a queue.
    pub(super) fn mark_all(&mut self, queue: QueueId) {
        let calls = self.callers.lines().in_order(self.classes.of_queue(queue));
        self.conditions.marked.extend(calls.into_iter().map(|turn| turn.call));
    }

    /// All matches have been made: sends on who waits and meets a condition.
    pub(super) fn look_at_conditions(&mut self, now: Moment) {
        for queue in self.staff.take_changed() {
            self.look_at_agents(now, queue);
        }
        for call in std::mem::take(&mut self.conditions.marked) {
            self.send_on_if_met(now, call);
        }
        self.conditions.asked = None;
    }

    /// The agents of a queue have changed: conditions begin or cease to hold.
    pub(super) fn look_at_agents(&mut self, now: Moment, queue: QueueId) {
        let Some(config) = self.callers.queue_config(queue) else { return };
        let on_agents = |(at, condition): (usize, &Condition)| match *condition {
            Condition::EveryAgent { is, whom, lasting } => Some((at, is, whom, lasting)),
            Condition::Waited(_) | Condition::CallsPerAgent(_) | Condition::ExpectedWait { .. } => {
                None
            }
        };
        let all: Vec<_> = config.conditions.iter().enumerate().filter_map(on_agents).collect();
        for (at, is, whom, lasting) in all {
            let held = self.conditions.holding.contains_key(&(queue, at));
            match (held, self.staff.is_every_agent(queue, is)) {
                (false, true) => {
                    self.conditions.holding.insert((queue, at), now);
                    match (whom.is_waiting(), lasting.is_zero()) {
                        (true, true) => self.mark_all(queue),
                        (true, false) => {
                            self.agenda.set(Due::Conditions(queue, at), now + lasting);
                        }
                        (false, _) => {}
                    }
                }
                (true, false) => {
                    self.conditions.holding.remove(&(queue, at));
                    self.agenda.clear(Due::Conditions(queue, at));
                }
                (true, true) | (false, false) => {}
            }
        }
    }

    fn send_on_if_met(&mut self, now: Moment, call: CallId) {
        let waits = self.callers.place(call).is_some_and(Place::is_waiting);
        let may_meet = |caller: &&Caller| caller.kind == Kind::Caller && waits;
        let Some(caller) = self.callers.get(call).filter(may_meet) else { return };
        let (queue, joined) = (caller.turn.queue, caller.joined);
        let Some(config) = self.callers.queue_config(queue) else { return };
        let mut expected = None;
        let is_met = |(at, condition): (usize, &Condition)| match condition {
            Condition::Waited(after) => now >= joined + *after,
            Condition::EveryAgent { whom, lasting, .. } => {
                let since = self.conditions.holding.get(&(queue, at));
                whom.is_waiting() && since.is_some_and(|at| now >= joined.max(*at) + *lasting)
            }
            Condition::CallsPerAgent(_) => false,
            Condition::ExpectedWait { longer_than, .. } => {
                let asked = self.conditions.asked == Some((call, at));
                let longer = || {
                    let wait = self.expected_wait(now, call).and_then(Result::ok);
                    wait.filter(|wait| wait > longer_than)
                };
                expected = asked.then(longer).flatten();
                expected.is_some()
            }
        };
        let Some(condition) = config.conditions.iter().enumerate().position(is_met) else { return };
        let figures = Figures {
            waited: now.since(joined),
            present: self.callers.present(queue),
            on_duty: self.staff.on_duty(queue),
            expected,
        };
        self.note_standing(now, call);
        // Those behind gain as much by it as by one who gives up.
        self.note_given_up(now, call);
        self.leave(call);
        self.tell_sent_on(call, queue, condition, figures);
    }

    fn tell_sent_on(&mut self, call: CallId, queue: QueueId, condition: usize, figures: Figures) {
        self.counts.sent_on += 1;
        self.outputs.push_back(Output::SentOn { call, queue, condition, figures });
    }

    /// What is known to hold is what holds.
    pub(super) fn conditions_are_true(&self) -> bool {
        self.callers.queues().all(|queue| {
            let conditions = self.callers.queue_config(queue).map(|config| &config.conditions);
            conditions.into_iter().flatten().enumerate().all(|(at, condition)| match condition {
                Condition::EveryAgent { is, .. } => {
                    let mut agents = self.staff.presences(queue).peekable();
                    let anybody = is.has(Presence::LoggedOut) || agents.peek().is_some();
                    let holds = anybody && agents.all(|each| is.has(each));
                    holds == self.conditions.holding.contains_key(&(queue, at))
                }
                Condition::Waited(_)
                | Condition::CallsPerAgent(_)
                | Condition::ExpectedWait { .. } => true,
            })
        })
    }
}

/// Whether a condition asks those who come how long they are expected to wait.
const fn asks_who_comes(condition: &Condition) -> bool {
    match condition {
        Condition::ExpectedWait { whom, .. } => whom.is_coming(),
        Condition::Waited(_) | Condition::EveryAgent { .. } | Condition::CallsPerAgent(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Config, Input, QueueConfig, Whom};

    #[test]
    fn a_flood_of_calls_that_come_and_go_leaves_no_list_behind() {
        let mut queue = QueueConfig::new(QueueId(1));
        let longer_than = Duration::from_secs(60);
        queue.conditions = vec![Condition::ExpectedWait { longer_than, whom: Whom::All }];
        let mut acd = Acd::new(Config::new(vec![queue], Vec::new()));
        for call in (0..10_000).map(CallId) {
            let now = Moment::ZERO;
            acd.handle(now, Input::Queued(Waiting::new(call, QueueId(1), now)));
            acd.handle(now, Input::Abandoned(call));
        }
        assert!(acd.conditions.to_ask.len() <= TO_ASK_MIN);
    }
}
