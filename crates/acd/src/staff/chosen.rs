//! What becomes of chance when it has fallen on somebody.
//!
//! Those who were not rung keep what they have drawn, and what has been used up of it is counted once for all of a
//! profile. A number holds some eighteen million rings of that; a centre may make more of them, so it is counted from
//! nothing again before the numbers end.

use super::Staff;
use crate::Strategy;
use crate::classes::ClassId;
use crate::strategy::Measure;
use ids::AgentId;

/// Half of what a number holds: no draw comes near the other half.
const USED_MAX: u64 = u64::MAX / 2;

impl Staff {
    /// The strategy has chosen an agent for a call of the class. Where that was chance, the others of the class with as many
    /// conversations have waited so long for it too. Who is rung without having been chosen uses up nobody's.
    pub(crate) fn chosen(&mut self, class: ClassId, strategy: Strategy, agent: AgentId) {
        let measure = strategy.measure();
        if !matches!(measure, Measure::Chance | Measure::WeightedChance) {
            return;
        }
        let Some(agent) = self.agents.get(agent.index()) else { return };
        let of = (measure, agent.talks.len());
        let waited = agent.key(measure).fresh(self.ready.used(of, agent.profile)).measure;
        let Self { agents, ready, serving, .. } = self;
        let Some(serving) = serving.get(class.index()) else { return };
        for profile in ready.use_up(of, &serving.profiles, waited, USED_MAX) {
            let used = ready.used(of, profile);
            ready.set_used(of, profile, 0);
            ready.put_anew(of, profile, |key| {
                let fresh = key.fresh(used);
                let agent = agents.get_mut(fresh.agent.index());
                if let Some(mark) = agent.and_then(|it| it.marks.get_mut(measure.index())) {
                    *mark = fresh.measure;
                }
                fresh
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classes::Classes;
    use crate::{AgentConfig, Config, QueueConfig};
    use clock::{Duration, Moment};
    use ids::{QueueId, ReservationId};
    use std::collections::BTreeSet;

    /// A draw of the least weight in the mean.
    const DRAW: u64 = 1_000_000_000_000;

    /// Three agents of weights 1 to 3 on duty, the third of whom has a profile of her own, after so many rings that the
    /// numbers are about to end.
    fn late_in_the_day(strategy: Strategy) -> Staff {
        let of = |queues: &[u32]| queues.iter().copied().map(QueueId).collect::<Vec<_>>();
        let agent = |id: u32, queues: &[u32]| AgentConfig {
            weight: id + 1,
            ..AgentConfig::new(AgentId(id), of(queues))
        };
        let queue = |id| QueueConfig { strategy, ..QueueConfig::new(QueueId(id)) };
        let agents = vec![agent(0, &[0]), agent(1, &[0]), agent(2, &[0, 1])];
        let config = Config::new(vec![queue(0), queue(1)], agents);
        let mut staff = Staff::new(&config, &Classes::new(&config));
        for profile in 0..staff.profiles.len() {
            staff.ready.set_used((strategy.measure(), 0), profile, u64::MAX - 100 * DRAW);
        }
        for agent in (0..3).map(AgentId) {
            staff.update(Moment::ZERO, agent, |agent| {
                agent.logged_in = true;
                agent.reachable = true;
            });
            staff.stand(agent);
        }
        staff
    }

    #[test]
    fn chance_is_chance_however_often_somebody_was_rung_by_it() {
        let strategy = Strategy::WeightedRandom;
        let (mut staff, class, mut now) = (late_in_the_day(strategy), ClassId::at(0), Moment::ZERO);
        let mut times = [0_u32; 3];
        for ring in 1..=6_000 {
            now += Duration::from_secs(1);
            let (agent, _) = staff.choose(now, class, strategy, None).unwrap();
            times[agent.index()] += 1;
            staff.chosen(class, strategy, agent);
            staff.update(now, agent, |agent| agent.ring = Some(ReservationId(ring)));
            assert!(staff.index_is_true(), "ring {ring}");
            staff.update(now, agent, |agent| agent.ring = None);
            staff.stand(agent);
        }
        for (times_rung, share) in times.into_iter().zip([1_000, 2_000, 3_000_u32]) {
            assert!(times_rung.abs_diff(share) < 150, "{times:?}");
        }
    }

    #[test]
    fn nobody_stands_elsewhere_when_it_is_counted_from_nothing_again() {
        let strategy = Strategy::WeightedRandom;
        let (mut staff, class, measure) =
            (late_in_the_day(strategy), ClassId::at(0), strategy.measure());
        let order = |staff: &Staff| {
            let all = staff.iter().map(|agent| {
                agent.key(measure).fresh(staff.ready.used((measure, 0), agent.profile))
            });
            all.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
        };
        let before = order(&staff);
        let (chosen, _) = staff.choose(Moment::ZERO, class, strategy, None).unwrap();
        let waited = before.iter().find(|key| key.agent == chosen).unwrap().measure;
        staff.chosen(class, strategy, chosen);
        for (was, is) in before.iter().zip(order(&staff)) {
            assert_eq!((is.agent, is.measure), (was.agent, was.measure - waited));
        }
        let used = (0..staff.profiles.len()).map(|at| staff.ready.used((measure, 0), at));
        assert!(used.into_iter().all(|used| used == 0));
    }
}
