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
        let key = agent.keys.get(measure.index()).map_or(0, |key| key.measure);
        let load = agent.talks.len();
        let own = self.profiles.get(agent.profile).and_then(|own| own.ready.at(load));
        let waited = key.saturating_sub(own.map_or(0, |own| own.used(measure)));
        let Self { agents, profiles, serving, .. } = self;
        for profile in serving.get(class.0).map_or(&[][..], |serving| &serving.profiles) {
            let found = profiles.get_mut(*profile);
            let Some(ready) = found.and_then(|profile| profile.ready.at_mut(load)) else {
                continue;
            };
            ready.use_up(measure, waited);
            if ready.used(measure) <= USED_MAX {
                continue;
            }
            for key in ready.count_anew(measure) {
                let agent = agents.get_mut(key.agent.index());
                if let Some(kept) = agent.and_then(|it| it.keys.get_mut(measure.index())) {
                    *kept = key;
                }
            }
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
        for profile in &mut staff.profiles {
            let ready = profile.ready.at_mut(0).unwrap();
            ready.use_up(strategy.measure(), u64::MAX - 100 * DRAW);
        }
        for agent in (0..3).map(AgentId) {
            staff.update(Moment::ZERO, agent, |agent| {
                agent.logged_in = true;
                agent.reachable = true;
            });
        }
        staff
    }

    #[test]
    fn chance_is_chance_however_often_somebody_was_rung_by_it() {
        let strategy = Strategy::WeightedRandom;
        let (mut staff, class, mut now) = (late_in_the_day(strategy), ClassId(0), Moment::ZERO);
        let mut times = [0_u32; 3];
        for ring in 1..=6_000 {
            now += Duration::from_secs(1);
            let (agent, _) = staff.choose(now, class, strategy, None).unwrap();
            times[agent.index()] += 1;
            staff.chosen(class, strategy, agent);
            staff.update(now, agent, |agent| agent.ring = Some(ReservationId(ring)));
            assert!(staff.index_is_true(), "ring {ring}");
            staff.update(now, agent, |agent| agent.ring = None);
        }
        for (times_rung, share) in times.into_iter().zip([1_000, 2_000, 3_000_u32]) {
            assert!(times_rung.abs_diff(share) < 150, "{times:?}");
        }
    }

    #[test]
    fn nobody_stands_elsewhere_when_it_is_counted_from_nothing_again() {
        let strategy = Strategy::WeightedRandom;
        let (mut staff, class, measure) =
            (late_in_the_day(strategy), ClassId(0), strategy.measure());
        let order = |staff: &mut Staff| {
            let ready = staff.profiles.iter().filter_map(|profile| profile.ready.at(0));
            ready.flat_map(|ready| ready.in_order(measure)).collect::<Vec<_>>()
        };
        let before = order(&mut staff);
        let (chosen, _) = staff.choose(Moment::ZERO, class, strategy, None).unwrap();
        let waited = before.iter().find(|key| key.agent == chosen).unwrap().measure;
        staff.chosen(class, strategy, chosen);
        for (was, is) in before.iter().zip(order(&mut staff)) {
            assert_eq!((is.agent, is.measure), (was.agent, was.measure - waited));
        }
        let used = staff.profiles.iter().filter_map(|profile| profile.ready.at(0));
        assert!(used.map(|ready| ready.used(measure)).all(|used| used == 0));
    }
}
