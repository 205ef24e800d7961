//! Callers who must come back: those who waited or talked when the process died, and are still on the line.

use super::disk::Known;
use super::held::{Held, Owed, Way};
use super::judge::{Clock, Left};
use super::{Crashing, Turn};
use crate::phone::PhoneId;
use crate::world::World;
use clock::Duration;
use engine::DirectStands;
use ids::{CallId, LegId, QueueId};
use std::collections::{BTreeMap, BTreeSet};

/// Two who talked are asked for at least so long whether they are there.
const TALK_ASKED_FOR: Duration = Duration::from_secs(8);
/// And a caller for so long: as long as an INVITE is sent again (RFC 3261 §17.1.1.2).
const CALLER_ASKED_FOR: Duration = Duration::from_secs(32);

/// Whom the next process owes to be back, and how, by what the ledger has of them.
pub(super) fn owed(left: &Left, clock: Clock, known: &Known) -> BTreeMap<CallId, Owed> {
    let states: Vec<&Held> = std::iter::once(&left.before).chain(&left.after).collect();
    let all: BTreeSet<CallId> =
        states.iter().flat_map(|held| held.callers.keys()).copied().collect();
    let merge = |call: CallId| {
        let each: Vec<_> = states.iter().map(|held| held.callers.get(&call)).collect();
        // That the clock has been set may have come to the disk no more.
        let each_off = each.iter().zip(&states).filter_map(|(owed, held)| {
            let ways = (*owed)?.ways.iter();
            Some(ways.map(|way| way.read_by(clock.set - held.set, clock.now)))
        });
        let ways: Vec<Way> = each_off.flatten().collect();
        let is_perhaps = each.iter().any(|way| way.is_none_or(|way| way.is_perhaps))
            || (ways.contains(&Way::InPlan) && !known.on.contains(&call));
        (call, Owed { ways, is_perhaps, is_leaving: known.leaving.contains(&call) })
    };
    all.into_iter().map(merge).collect()
}

impl World {
    /// Something has become of callers who are owed, by what was just recorded.
    pub(crate) fn settle(&mut self, turns: Vec<(CallId, Turn)>) {
        for (call, turn) in turns {
            let Some(crashing) = &mut self.crashing else { return };
            let Some(owed) = crashing.owed.remove(&call) else { continue };
            let settled = match turn {
                Turn::Back => self.is_back(call, &owed),
                Turn::Ended => self.may_be_gone(call, &owed),
            };
            self.insist(settled);
        }
    }

    /// Whether a caller stands where they stood, or talks with whom they talked.
    fn is_back(&mut self, call: CallId, owed: &Owed) -> Result<(), String> {
        let directs = self.engine.books().directs;
        if let Some(direct) = directs.iter().find(|direct| direct.call == call) {
            return self.are_back(direct, owed);
        }
        let crashing = self.crashing.as_ref().expect("somebody is owed something");
        let books = self.engine.books();
        let stands = books.calls.iter().find(|stands| stands.call == call);
        let Some(stands) = stands else {
            let is_over = owed.is_leaving && owed.ways.contains(&Way::InPlan);
            return if is_over { Ok(()) } else { Err(format!("{call} is back and is not on")) };
        };
        if !self.plane.is_alive(stands.leg) {
            return Err(format!("{call} is back and hears nothing"));
        }
        let arrived = books.acd.arrived(call).map(crashing.wall());
        let is = Way::of(&self.plan, stands, arrived);
        let is_one = |was: &Way| match (was, &is) {
            // Who was about to be connected was in no line.
            (
                Way::Waits { queue, arrived: None },
                Way::Waits { queue: now_in, arrived: Some(_) },
            ) => queue == now_in,
            (was, is) => was == is,
        };
        if !owed.ways.iter().any(is_one) {
            return Err(format!("{call} was {:?} and is {is:?}", owed.ways));
        }
        match is {
            Way::Waits { queue, arrived } => {
                self.is_in_order(crashing, queue)?;
                self.came_in_turn(call, arrived)?;
                self.outlived("a caller who waits");
            }
            Way::Talks { .. } => self.outlived("a caller who talks"),
            Way::InPlan | Way::Colleagues(_) => self.outlived("a caller in the plan"),
        }
        Ok(())
    }

    /// Whether the same two talk who did.
    fn are_back(&mut self, direct: &DirectStands, owed: &Owed) -> Result<(), String> {
        self.outlived("a word with a colleague");
        let is = Way::of_colleagues(direct);
        if direct.talks && owed.ways.contains(&is) {
            return Ok(());
        }
        Err(format!("{} was {:?} and is {is:?}", direct.call, owed.ways))
    }

    /// Those who are back stand in the old order.
    fn is_in_order(&self, crashing: &Crashing, queue: QueueId) -> Result<(), String> {
        let Some(Left { before, after }) = &crashing.left else { return Ok(()) };
        let line = |held: &Held| -> Vec<CallId> {
            held.lines.get(queue.index()).into_iter().flatten().copied().collect()
        };
        let was = line(before);
        let is: Vec<CallId> = self.engine.books().acd.waiting_calls(queue).collect();
        // Whoever has moved in the last moment may stand in either place.
        let moved = |call: &CallId| {
            after.as_ref().is_some_and(|after| {
                line(after).iter().position(|it| it == call) != was.iter().position(|it| it == call)
            })
        };
        let both = |call: &&CallId| {
            was.contains(call)
                && is.contains(call)
                && crashing.owed_at_first.contains(call)
                && !moved(call)
        };
        let (was_in, is_in): (Vec<_>, Vec<_>) =
            (was.iter().filter(both).collect(), is.iter().filter(both).collect());
        if was_in == is_in {
            return Ok(());
        }
        Err(format!("{queue} had the order {was_in:?} and has {is_in:?}"))
    }

    /// Who came first is back first, of those whose phones answer at once.
    fn came_in_turn(&mut self, call: CallId, arrived: Option<i64>) -> Result<(), String> {
        let leg = self.caller_on_the_line(call);
        let crashing = self.crashing.as_mut().expect("somebody is owed something");
        let Some(arrived) = arrived else { return Ok(()) };
        let is_in_turn = self.day.weather.keeps_order();
        if !is_in_turn || leg.is_none_or(|leg| crashing.asked.contains(&leg)) {
            return Ok(());
        }
        let before = std::mem::replace(&mut crashing.last_back, arrived);
        if before <= arrived { Ok(()) } else { Err(format!("{call} is back after later callers")) }
    }

    /// Whether one of two colleagues is gone, or asks something, or was away.
    fn colleagues_may_be_gone(&self, call: CallId) -> bool {
        let Some(crashing) = &self.crashing else { return true };
        let lines = self.agents.iter().flat_map(|(phone, agent)| {
            agent.lines.answered().map(|(leg, call_id)| ((*phone, leg), call_id))
        });
        let of_call = lines.filter(|(_, call_id)| crashing.call_of(call_id) == Some(call));
        let is_there = |line: &(PhoneId, LegId)| {
            !self.asking.contains(line) && !crashing.were_away.contains(&line.0)
        };
        of_call.filter(|(line, _)| is_there(line)).count() < 2
    }

    /// Whether one who is not back is gone indeed.
    fn may_be_gone(&self, call: CallId, owed: &Owed) -> Result<(), String> {
        if owed.ways.iter().any(|way| matches!(way, Way::Colleagues(_))) {
            let is_gone = owed.is_perhaps || self.colleagues_may_be_gone(call);
            let told = || Err(format!("{call} was {:?}, is there, and was let go", owed.ways));
            return if is_gone || self.may_be_lost(owed) { Ok(()) } else { told() };
        }
        let caller = self.caller_on_the_line(call);
        let is_let_go = owed.ways.iter().any(|way| match way {
            Way::Waits { .. } | Way::InPlan | Way::Colleagues(_) => true,
            // Two who talked are not kept for long where one of them asks something and answers nothing until that is
            // answered.
            Way::Talks { agent, .. } => {
                let agent = self.agent_on_the_line(agent, call);
                let was_there = |phone: PhoneId| {
                    let crashing = self.crashing.as_ref();
                    crashing.is_none_or(|crashing| !crashing.were_away.contains(&phone))
                };
                agent.is_some_and(|line| !self.asking.contains(&line) && was_there(line.0))
                    && caller.is_some_and(|leg| !self.asking.contains(&(PhoneId::TRUNK, leg)))
            }
        });
        if owed.is_perhaps || caller.is_none() || !is_let_go || self.may_be_lost(owed) {
            return Ok(());
        }
        Err(format!("{call} was {:?}, is there, and was let go", owed.ways))
    }

    /// Whether all that was said to them may have been lost on the way, as often as it is said.
    fn may_be_lost(&self, owed: &Owed) -> bool {
        let asked_for =
            if owed.ways.iter().any(|way| matches!(way, Way::Talks { .. } | Way::Colleagues(_))) {
                TALK_ASKED_FOR
            } else {
                CALLER_ASKED_FOR
            };
        !self.day.weather.is_fair() && self.now.since(self.born()) >= asked_for
    }

    /// Whether the caller of a leg, whom the process knows nothing of, is none whom it owes to be back.
    pub(super) fn nobody_is_owed(&self, leg: LegId) -> Result<(), String> {
        let Some(crashing) = &self.crashing else { return Ok(()) };
        let call = self.callers.get(&leg).and_then(|caller| crashing.call_of(caller.call_id()));
        let owed = call.and_then(|call| Some((call, crashing.owed.get(&call)?)));
        owed.map_or(Ok(()), |(call, owed)| self.may_be_gone(call, owed))
    }

    fn caller_on_the_line(&self, call: CallId) -> Option<LegId> {
        let crashing = self.crashing.as_ref()?;
        let mut callers = self.callers.iter().filter(|(_, caller)| caller.is_on());
        let found = callers.find(|(_, caller)| crashing.call_of(caller.call_id()) == Some(call));
        found.map(|(leg, _)| *leg)
    }

    fn agent_on_the_line(&self, account: &str, call: CallId) -> Option<(PhoneId, LegId)> {
        let crashing = self.crashing.as_ref()?;
        let of_agent =
            self.agents.iter().filter(|(_, agent)| agent.login.user.to_str_lossy() == *account);
        let lines = of_agent.flat_map(|(phone, agent)| {
            agent.lines.answered().map(|(leg, call_id)| ((*phone, leg), call_id))
        });
        let mut of_call = lines.filter(|(_, call_id)| crashing.call_of(call_id) == Some(call));
        of_call.next().map(|(line, _)| line)
    }

    /// Whoever was owed is back by now, or known to be gone.
    pub(crate) fn all_are_reached(&mut self, run: u32) {
        let Some(crashing) = self.crashing.as_ref().filter(|it| it.deaths == run && !it.is_dead())
        else {
            return;
        };
        let lost =
            crashing.owed.iter().find(|(call, owed)| self.may_be_gone(**call, owed).is_err());
        let lost = lost.map(|(call, owed)| format!("nobody has reached {call}, {owed:?}"));
        self.insist(lost.map_or(Ok(()), Err));
        if let Some(crashing) = &mut self.crashing {
            crashing.owed.clear();
        }
    }
}
