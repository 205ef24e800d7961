//! Bringing together whoever can be, when anybody may have been given something to seek.

use super::Stirred;
use crate::Rule;
use crate::acd::Acd;
use crate::classes::ClassId;
use crate::turn::Turn;
use clock::Moment;
use ids::AgentId;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Calls that seek an agent, in one line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Seeking {
    Class(ClassId),
    HeldFor(AgentId),
}

impl Acd {
    /// Makes every match that there is.
    ///
    /// The effort goes with the lines and with the matches, not with their product: while matches are made, lines and
    /// ready agents only become fewer, so a line's first call never has its turn earlier than was last seen.
    pub(in crate::acd) fn bring_all_together(&mut self, now: Moment) {
        self.all_stirred_stand();
        self.stirred = Stirred::default();
        let classes = (0..self.classes.len()).map(|at| Seeking::Class(ClassId::at(at)));
        let held = self.callers.lines().keepers().into_iter().map(Seeking::HeldFor);
        let first = |seeking| Some(Reverse((self.first_seeking(now, seeking)?.rank(now), seeking)));
        let mut all: BinaryHeap<_> = classes.chain(held).filter_map(first).collect();
        while let Some(Reverse((rank, seeking))) = all.pop() {
            let Some(turn) = self.first_seeking(now, seeking) else { continue };
            let goes_on = match seeking {
                _ if turn.rank(now) != rank => true,
                Seeking::Class(_) => self.seek_agent(now, turn.call),
                Seeking::HeldFor(agent) => {
                    self.reserve(now, turn, agent, Rule::KeptFor);
                    // One ring at a time.
                    false
                }
            };
            let next = goes_on.then(|| self.first_seeking(now, seeking)).flatten();
            all.extend(next.map(|turn| Reverse((turn.rank(now), seeking))));
        }
        self.stirred = Stirred::default();
    }

    /// The first call of a line that somebody can be rung for.
    fn first_seeking(&self, now: Moment, seeking: Seeking) -> Option<Turn> {
        let lines = self.callers.lines();
        match seeking {
            Seeking::Class(class) => {
                if !self.staff.is_ready(class) {
                    return None;
                }
                let finds = |turn: &&Turn| {
                    self.callers.of(turn).is_some_and(|caller| {
                        caller.barred.is_empty()
                            || self.staff.is_ready_beside(class, &caller.barred)
                            || self.comes_all_the_same(caller)
                    })
                };
                let first = lines.seeking(class).into_iter().flatten();
                let first = first.filter_map(|line| line.iter().find(finds));
                first.min_by_key(|turn| turn.rank(now)).copied()
            }
            Seeking::HeldFor(agent) => {
                let agent = self.staff.get(agent).filter(|agent| agent.can_be_rung())?;
                let finds = |turn: &&Turn| self.may_take(agent, turn.call);
                let first = lines.held_for(agent.id());
                let first = first.filter_map(|line| line.iter().find(finds));
                first.min_by_key(|turn| turn.rank(now)).copied()
            }
        }
    }
}
