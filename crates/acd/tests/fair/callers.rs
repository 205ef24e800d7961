//! Nobody starves, in whichever queues: whoever waits is served within the bound that the guide states.
//!
//! A call of a queue that ages at *a* goes before every call of one that ages at *b*, *n* steps above it, that has waited
//! less than *w*, once it has itself waited (*b* × *w* + 100 × *n* × the worth of a step) ÷ *a*. Each day holds the centre
//! to it twice: with every call that is served by everyone who goes on waiting, and with those who are patient by the hour
//! at which they are served at the latest, while the dearest of all calls come without end as fast as they can be served.

use acd::{Acd, AgentConfig, Config, Input, Output, QueueConfig, Waiting};
use clock::{Duration, Moment};
use ids::{AgentId, CallId, QueueId};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

const AGEING: RangeInclusive<u32> = 10..=1_000;
const PRIORITY: RangeInclusive<u8> = 0..=10;

/// A made-up centre, and who waits in it. Agents serve every queue, and take a second for each call.
#[derive(Clone, Debug)]
struct Site {
    agents: u32,
    /// The priority and the ageing of each queue.
    queues: Vec<(u8, u32)>,
    /// Seconds: what a step of priority is worth.
    step: u64,
    /// The queue and the own priority of each call that comes first of all.
    patient: Vec<(usize, u8)>,
    /// The dearest calls come for so many seconds before the agents do, and have waited so long ever after.
    behind: u64,
}

impl Site {
    fn config(&self) -> Config {
        let queues: Vec<_> = (0..).zip(&self.queues).collect();
        let ids: Vec<_> = queues.iter().map(|(id, _)| QueueId(*id)).collect();
        let agents = (0..self.agents).map(|agent| AgentConfig::new(AgentId(agent), ids.clone()));
        let queues = queues.into_iter().map(|(id, (priority, ageing))| QueueConfig {
            priority: *priority,
            ageing: *ageing,
            ..QueueConfig::new(QueueId(id))
        });
        let priority_step = Duration::from_secs(self.step);
        Config { priority_step, ..Config::new(queues.collect(), agents.collect()) }
    }

    /// The queue of the highest priority, and of these the one that ages fastest.
    fn dearest(&self) -> usize {
        (0..self.queues.len()).max_by_key(|at| self.queues[*at]).unwrap()
    }

    /// Seconds after which a call goes before all others of a queue that have waited less than so long.
    fn bound(&self, call: &Call, other: &Call, other_waited: u64) -> u64 {
        let [(_, own), (_, theirs)] = [call, other].map(|it| self.queues[it.queue]);
        let steps = i64::from(self.priority(other)) - i64::from(self.priority(call));
        let whole = |number: u64| i64::try_from(number).unwrap();
        let lead = i64::from(theirs) * whole(other_waited) + 100 * steps * whole(self.step);
        u64::try_from(lead).map_or(0, |lead| lead.div_ceil(own.into()))
    }

    fn priority(&self, call: &Call) -> u32 {
        u32::from(self.queues[call.queue].0) + u32::from(call.priority)
    }
}

/// A call that waits.
#[derive(Clone, Copy, Debug)]
struct Call {
    queue: usize,
    priority: u8,
    /// The second at which it came.
    came: u64,
}

struct Day<'a> {
    site: &'a Site,
    acd: Acd,
    second: u64,
    last: CallId,
    waiting: BTreeMap<CallId, Call>,
    talks: Vec<(AgentId, CallId)>,
}

impl<'a> Day<'a> {
    fn begin(site: &'a Site) -> Self {
        let acd = Acd::new(site.config());
        let (waiting, talks) = (BTreeMap::new(), Vec::new());
        let mut day = Self { site, acd, second: 0, last: CallId(0), waiting, talks };
        site.patient.iter().for_each(|(queue, priority)| day.comes(*queue, *priority));
        for _ in 0..site.behind {
            day.the_dearest_come();
            day.second += 1;
        }
        for agent in (0..site.agents).map(AgentId) {
            day.feed(Input::Reachable(agent));
            day.feed(Input::LoggedIn(agent));
        }
        day
    }

    fn now(&self) -> Moment {
        Moment::ZERO + Duration::from_secs(self.second)
    }

    fn comes(&mut self, queue: usize, priority: u8) {
        self.last = self.last.next();
        self.waiting.insert(self.last, Call { queue, priority, came: self.second });
        let id = QueueId(u32::try_from(queue).unwrap());
        self.feed(Input::Queued(Waiting { priority, ..Waiting::new(self.last, id, self.now()) }));
    }

    /// One for each agent.
    fn the_dearest_come(&mut self) {
        (0..self.site.agents).for_each(|_| self.comes(self.site.dearest(), *PRIORITY.end()));
    }

    /// A second passes, in which every agent is done with a call, and as many come.
    fn goes_on(&mut self) {
        self.second += 1;
        self.the_dearest_come();
        for (agent, call) in std::mem::take(&mut self.talks) {
            self.feed(Input::Ended(agent, call));
        }
    }

    fn feed(&mut self, input: Input) {
        self.acd.handle(self.now(), input);
        while let Some(output) = self.acd.poll_output() {
            if let Output::Ring { reservation, agent, call } = output {
                self.is_served(call);
                self.talks.push((agent, call));
                self.acd.handle(self.now(), Input::Connected(reservation));
            }
        }
    }

    /// The patient who wait on.
    fn patient(&self) -> impl Iterator<Item = &Call> {
        let patient = (1..).map(CallId).take(self.site.patient.len());
        patient.filter_map(|call| self.waiting.get(&call))
    }

    /// Whoever goes on waiting has not waited so long yet that they go first.
    fn is_served(&mut self, call: CallId) {
        let served = self.waiting.remove(&call).unwrap();
        let waited = |call: &Call| self.second - call.came;
        for (other, waits) in &self.waiting {
            let bound = self.site.bound(waits, &served, waited(&served));
            let is_overdue = waited(waits) > bound;
            assert!(!is_overdue, "{call} goes before {other} at {} s: {bound} s", self.second);
        }
    }

    /// The second until which the patient one is served: when all who come have no lead any more, the others who are as
    /// patient may yet be first.
    fn latest(&self, patient: &Call) -> u64 {
        let site = self.site;
        let others = u64::try_from(site.patient.len()).unwrap();
        // Each of the patient who is served keeps the stream waiting for a moment longer.
        let kept_waiting = site.behind + others + 1;
        let dearest = Call { queue: site.dearest(), priority: *PRIORITY.end(), came: 0 };
        site.bound(patient, &dearest, kept_waiting).max(site.behind) + others + 1
    }
}

fn site() -> impl Strategy<Value = Site> {
    let queues = prop::collection::vec((PRIORITY, AGEING), 2..6);
    (queues, 1..4u32, 1..40u64, 1..20u64).prop_flat_map(|(queues, agents, step, behind)| {
        let patient = prop::collection::vec((0..queues.len(), PRIORITY), 1..8);
        patient.prop_map(move |patient| Site {
            agents,
            queues: queues.clone(),
            step,
            patient,
            behind,
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whoever_waits_is_served_within_the_stated_bound_however_many_dearer_calls_come(
        site in site(),
    ) {
        let mut day = Day::begin(&site);
        while day.patient().count() > 0 {
            for call in day.patient() {
                let latest = day.latest(call);
                prop_assert!(day.second <= latest, "{call:?} waits at {} s of {latest}", day.second);
            }
            day.goes_on();
        }
    }
}
