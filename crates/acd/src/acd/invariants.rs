//! What must be true between any two inputs.

use super::Acd;
use crate::AgentConfig;
use crate::agenda::Due;
use crate::agent::Agent;
use crate::callers::Place;
use crate::line::Line;

impl Acd {
    /// Checks everything in debug builds. A large centre is checked as often as a small one can
    /// be for the same effort, so that no input costs more for it in the long run.
    pub(super) fn assert_invariants(&mut self) {
        if !cfg!(debug_assertions) {
            return;
        }
        self.unchecked += 64;
        if self.unchecked < self.callers.lines().waiting_in_all() + self.reservations.len() {
            return;
        }
        self.unchecked = 0;
        self.assert_reservations();
        self.assert_agents();
        self.assert_lines();
        self.assert_nobody_waits_in_vain();
        self.assert_books();
    }

    /// One agent and one call for each reservation, and the other way round.
    fn assert_reservations(&self) {
        for (id, reservation) in &self.reservations {
            let agent = self.staff.get(reservation.agent).expect("a reservation has an agent");
            let caller = self.callers.get(reservation.call).expect("a reservation has a call");
            assert_eq!(agent.ring, Some(*id), "the agent is rung for this one");
            let rings = self.callers.rings(reservation.call);
            assert_eq!(caller.turn.call, reservation.call);
            assert!(rings.contains(id), "the call is rung for this one");
        }
        let ringing = self.staff.iter().filter(|agent| agent.ring.is_some());
        assert_eq!(ringing.count(), self.reservations.len(), "no agent is rung for nothing");
        let rings =
            self.callers.iter().map(|(call, _)| self.callers.rings(call).len()).sum::<usize>();
        assert_eq!(rings, self.reservations.len(), "no call is rung for nothing");
    }

    /// Nobody has more to do than there is room for, and after-call work waits for the end of all of it.
    fn assert_agents(&self) {
        for agent in self.staff.iter() {
            let load = agent.talks.len() + usize::from(agent.ring.is_some());
            // Another configuration may have left less room than is taken, and more than that nobody ever had.
            assert!(load <= AgentConfig::CAPACITY_MAX.into(), "{} has room for {load}", agent.id());
            assert!(load == 0 || agent.wrap_up_until.is_none(), "{} is done", agent.id());
            assert!(load > 0 || agent.owed.is_none(), "{} has begun to write up", agent.id());
        }
    }

    /// A call is in line or being rung, and only once.
    fn assert_lines(&self) {
        assert!(self.callers.lines().heads_are_true(), "the first of each line is known");
        let mut in_lines = 0;
        for queue in self.callers.queues() {
            let classes = self.classes.of_queue(queue);
            for class in classes {
                let [line, _] = self.callers.lines().seeking(*class);
                let line: Vec<_> = line.into_iter().flat_map(Line::iter).collect();
                assert!(line.is_sorted(), "{queue} is in order");
                for turn in line {
                    let caller = self.callers.get(turn.call).expect("who stands in line is known");
                    assert_eq!(self.callers.place_of(turn), Some(Place::InLine));
                    assert_eq!((caller.turn.queue, caller.turn.class), (queue, *class));
                }
            }
            let all = self.callers.lines().in_order(classes);
            assert_eq!(all.len(), self.callers.lines().waiting(classes), "{queue} is counted");
            in_lines += all.len();
        }
        assert_eq!(
            in_lines,
            self.callers.lines().waiting_in_all(),
            "all lines together are counted"
        );
        for (call, caller) in self.callers.iter() {
            let place = self.callers.place_of(&caller.turn).expect("who is known is somewhere");
            assert_ne!(place, Place::Coming, "{call} is somewhere");
            let is_rung = !self.callers.rings(call).is_empty();
            assert_ne!(place.is_waiting(), is_rung, "{call} is in line or being rung");
            let is_held = matches!(place, Place::HeldFor(_));
            let until = self.agenda.of(Due::Release(call));
            assert_eq!(is_held, until.is_some(), "{call} is kept for an agent until a time");
        }
    }

    /// No call waits that an agent may take who can be rung.
    fn assert_nobody_waits_in_vain(&self) {
        assert!(self.staff.index_is_true(), "those can be rung whose facts say so");
        assert!(self.conditions_are_true(), "the conditions hold that are said to");
        for agent in self.staff.iter().filter(|agent| Agent::can_be_rung(agent)) {
            let classes = self.staff.classes_of(agent);
            let seeking =
                classes.iter().flat_map(|class| self.callers.lines().seeking(class)).flatten();
            let mut all =
                seeking.chain(self.callers.lines().held_for(agent.id())).flat_map(Line::iter);
            let vain = all.find(|turn| self.may_take(agent, turn.call));
            assert_eq!(vain, None, "a call waits for {}, who can be rung", agent.id());
        }
    }

    /// Every call is accounted for.
    fn assert_books(&self) {
        let inside = self.callers.iter().count();
        let counts = self.counts;
        let left = counts.sent_on + counts.abandoned + counts.taken_out;
        let outside = counts.refused + counts.connected + left;
        assert_eq!(u64::try_from(inside), Ok(counts.queued - outside), "the books balance");
    }
}
