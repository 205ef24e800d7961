//! Where a caller stands, and how long it will take.
//!
//! Both look at the agents on duty who may take the caller's call, and at what else these may take:
//! a call of another queue that goes first at a shared agent is ahead as one of the own queue is.
//! A question looks once at each profile of these agents and at the line of each class that they
//! share (a place), and for a wait at each of the agents too; never at single callers.

use super::Acd;
use crate::agent::{Agent, Work};
use crate::class_set::ClassSet;
use crate::classes::ClassId;
use crate::turn::{Rank, Turn};
use crate::{AgentState, Kind, Position, Reservation, Unsure, Waiting};
use clock::{Duration, Moment};
use estimate::{Agents, Free, Overtakers, Question, Use};
use ids::{AgentId, CallId, QueueId};

/// A call that asks.
#[derive(Clone, Copy)]
pub(super) struct Asking {
    /// None for one that is not here.
    call: Option<CallId>,
    queue: QueueId,
    class: ClassId,
    pub(super) turn: Turn,
}

impl Acd {
    /// The place of a caller who waits: 1 is the first.
    ///
    /// It is one more than the calls that wait with a higher score and that some agent on duty may
    /// take who may take this one too, of whichever queues they are. While nobody is on duty for it,
    /// those of its own queue are counted. Callers being rung are not counted, and have no place
    /// themselves; one who comes back stands where they stood.
    #[must_use]
    pub fn place(&self, now: Moment, call: CallId) -> Option<Position> {
        let asking = self.asking(call)?;
        let rank = asking.turn.rank(now);
        let rivals = self.rivals(&asking);
        Some(Position::after(
            rivals.iter().map(|class| self.callers.lines().ahead(now, class, rank)).sum(),
        ))
    }

    /// How long a caller who waits will go on waiting until an agent answers: a bound that holds with
    /// the [confidence](crate::QueueConfig::confidence) of the queue. None for who does not wait.
    ///
    /// # Errors
    ///
    /// When it would be a guess.
    #[must_use]
    pub fn expected_wait(&self, now: Moment, call: CallId) -> Option<Result<Duration, Unsure>> {
        self.asking(call).map(|asking| self.wait_of(now, &asking, Use::AsItIs))
    }

    /// What to say to a caller who waits of how long it will take, before it is rounded up to whole
    /// minutes: what is said then holds at least as often as the confidence of the queue says, and is
    /// near more often than the [expected wait](Self::expected_wait), rounded up, would be. None for who
    /// does not wait.
    ///
    /// # Errors
    ///
    /// When it would be a guess.
    #[must_use]
    pub fn wait_to_say(&self, now: Moment, call: CallId) -> Option<Result<Duration, Unsure>> {
        self.asking(call).map(|asking| self.wait_of(now, &asking, Use::Said))
    }

    /// The same for a caller who would come now.
    ///
    /// # Errors
    ///
    /// When it would be a guess, or there is no such queue.
    pub fn expected_wait_of(&self, now: Moment, waiting: &Waiting) -> Result<Duration, Unsure> {
        let queue = waiting.queue;
        let class = self.classes.first(queue, waiting.need).ok_or(Unsure::NobodyOnDuty)?;
        let config = self.callers.queue_config(queue).ok_or(Unsure::NobodyOnDuty)?;
        let scale = self.callers.scale(queue).ok_or(Unsure::NobodyOnDuty)?;
        if self.staff.ready(class) > 0 {
            let pick_up = self.outlook.habits(queue).map_or(0.0, |h| h.pick_up.seconds());
            return Ok(Duration::from_secs_f64(pick_up));
        }
        let priority = u32::from(waiting.priority) + u32::from(config.priority);
        let turn = Turn::new(waiting.call, waiting.arrived.min(now), priority, scale);
        self.wait_of(now, &Asking { call: None, queue, class, turn }, Use::AsItIs)
    }

    pub(super) fn asking(&self, call: CallId) -> Option<Asking> {
        let caller = self.callers.get(call).filter(|caller| caller.place.is_waiting())?;
        let (queue, class, turn) = (caller.queue, caller.class, caller.turn);
        Some(Asking { call: Some(call), queue, class, turn })
    }

    /// The classes that agents on duty may take who may take the call.
    pub(super) fn rivals(&self, asking: &Asking) -> ClassSet {
        let rivals = self.staff.rivals(asking.class);
        rivals.unwrap_or_else(|| ClassSet::of(self.classes.of_queue(asking.queue)))
    }

    fn wait_of(&self, now: Moment, asking: &Asking, what_for: Use) -> Result<Duration, Unsure> {
        let confidence = self.callers.queue_config(asking.queue).map_or(80, |q| q.confidence);
        self.question(now, asking).bound(confidence, what_for)
    }

    /// The caller's case: who may take the call, and who is ahead.
    fn question(&self, now: Moment, asking: &Asking) -> Question<'_> {
        let rank = asking.turn.rank(now);
        let rivals: Vec<Rival> = self
            .rivals(asking)
            .iter()
            .filter_map(|class| self.rival(now, asking, class, rank))
            .collect();
        let mut question = Question::default();
        let mut known = Known::default();
        for (profile, agents) in self.staff.on_duty_for(asking.class) {
            let claims = rivals.iter().filter(|rival| rival.class != asking.class);
            let claims = claims.filter(|rival| profile.contains(rival.class));
            let claimed: f64 = claims.map(|rival| rival.waiting / rival.agents).sum();
            let mut these = Agents { free: Vec::new(), claimed: claimed * count(agents.len()) };
            for agent in agents.iter().filter_map(|agent| self.staff.get(*agent)) {
                if let Some((free, queue)) = self.free(now, asking, agent) {
                    these.free.push(free);
                    known.add(queue.and_then(|queue| self.outlook.habits(queue)), 1.0);
                }
            }
            question.agents.push(these);
        }
        self.add_queues(asking, &rivals, &mut known, &mut question);
        question.overtakers = self.overtakers(now, asking, &rivals);
        question
    }

    /// A class that agents share with the call, as it stands.
    fn rival(&self, now: Moment, asking: &Asking, class: ClassId, rank: Rank) -> Option<Rival> {
        let queue = self.classes.get(class)?.queue;
        let waiting = count(self.callers.lines().ahead(now, class, rank));
        let agents = count(self.staff.on_duty_of(class)).max(1.0);
        let shared = if class == asking.class {
            agents
        } else {
            let both = self.staff.on_duty_for(asking.class).filter(|(p, _)| p.contains(class));
            count(both.map(|(_, agents)| agents.len()).sum())
        };
        Some(Rival { class, queue, waiting, agents, share: shared / agents })
    }

    /// When an agent on duty is free, and the queue whose talk it hangs on. Who is on a call of their
    /// own says nothing of its end, and so is not counted.
    fn free(
        &self,
        now: Moment,
        asking: &Asking,
        agent: &Agent,
    ) -> Option<(Free<'_>, Option<QueueId>)> {
        let refused = asking.call.is_some_and(|call| !self.may_take(agent, call));
        match agent.state() {
            _ if refused => None,
            AgentState::WrapUp { until } => Some((Free::In(seconds(until, now)), None)),
            AgentState::NotReady(_) => {
                let until = agent.settling_until?;
                Some((Free::In(seconds(until, now)), None))
            }
            AgentState::Talking(_) => {
                let Work::Talking { queue, since, .. } = agent.work else { return None };
                let lasted = now.since(since).as_secs_f64();
                Some((Free::AfterTalk(self.outlook.habits(queue)?, lasted), Some(queue)))
            }
            AgentState::Ringing(reservation) => {
                let queue = self.reservations.get(&reservation)?.queue;
                let habits = self.outlook.habits(queue)?;
                Some((Free::AfterTalk(habits, -habits.pick_up.seconds()), Some(queue)))
            }
            AgentState::Ready
            | AgentState::LoggedOut
            | AgentState::Unreachable
            | AgentState::Occupied => None,
        }
    }

    /// What is known of the queues that matter: how long a call of those ahead takes, and how patient
    /// they are.
    fn add_queues(
        &self,
        asking: &Asking,
        rivals: &[Rival],
        known: &mut Known,
        question: &mut Question<'_>,
    ) {
        let (mut weight, mut squares) = (0.0, 0.0);
        for rival in rivals {
            let Some(habits) = self.outlook.habits(rival.queue) else { continue };
            let own = rival.class == asking.class;
            let calls = rival.waiting * rival.share + if own { 1.0 } else { 0.0 };
            if own {
                question.ahead = rival.waiting;
                question.pick_up = habits.pick_up.seconds();
            }
            let handling = habits.handling();
            weight += calls;
            question.handling += calls * handling;
            squares += calls * (habits.talks.variance() + handling * handling);
            let share = self.callers.share_of_callers(rival.queue);
            question.impatience += calls * share * habits.impatience();
            known.add(Some(habits), calls);
        }
        if weight > 0.0 {
            question.handling /= weight;
            question.impatience /= weight;
            let mean = question.handling;
            question.handling_variance = (squares / weight - mean * mean).max(0.0);
        }
        question.known = known.mean();
    }

    /// Calls that would go first, if they came.
    fn overtakers(&self, now: Moment, asking: &Asking, rivals: &[Rival]) -> Vec<Overtakers> {
        let first = rivals.iter().filter(|rival| {
            self.classes.first(rival.queue, 0).is_some_and(|first| first == rival.class)
        });
        let all = first.flat_map(|rival| {
            let scale = self.callers.scale(rival.queue);
            self.outlook.rates(now, rival.queue).filter_map(move |(priority, rate)| {
                let (for_seconds, grows) = asking.turn.overtaken_for(now, priority, scale?);
                let ever = for_seconds > 0.0 || grows > 0.0;
                let rate = rate * rival.share;
                ever.then_some(Overtakers { rate, for_seconds, grows })
            })
        });
        all.collect()
    }

    pub(super) fn note_arrival(&mut self, now: Moment, call: CallId) {
        if let Some(caller) = self.callers.get(call) {
            self.outlook.arrived(now, caller.queue, caller.priority);
        }
    }

    pub(super) fn note_given_up(&mut self, now: Moment, call: CallId) {
        if let Some(caller) = self.callers.get(call).filter(|it| it.kind == Kind::Caller) {
            self.outlook.gave_up(caller.queue, now.since(caller.joined));
        }
    }

    pub(super) fn note_served(&mut self, now: Moment, over: &Reservation) {
        if let Some(caller) = self.callers.get(over.call).filter(|it| it.kind == Kind::Caller) {
            let (waited, rang) = (now.since(caller.joined), now.since(over.since));
            self.outlook.served(caller.queue, waited, rang);
        }
    }

    pub(super) fn note_talk(&mut self, queue: QueueId, length: Duration) {
        self.outlook.talked(queue, length);
    }

    pub(super) fn note_wrap_up(&mut self, now: Moment, agent: AgentId) {
        if let Some((queue, since)) = self.staff.get(agent).and_then(|agent| agent.wraps_up) {
            self.outlook.wrapped_up(queue, now.since(since));
        }
    }
}

/// A class that agents share with the call that asks.
struct Rival {
    class: ClassId,
    queue: QueueId,
    /// Calls of the class that go first.
    waiting: f64,
    /// Agents on duty for the class, at least one.
    agents: f64,
    /// The part of them that may take the call too.
    share: f64,
}

/// How many talks stand behind an answer, in the mean of all that it hangs on.
#[derive(Default)]
struct Known {
    talks: f64,
    weight: f64,
}

impl Known {
    fn add(&mut self, habits: Option<&estimate::Habits>, weight: f64) {
        if let Some(habits) = habits {
            self.talks += weight * habits.talks.weight();
            self.weight += weight;
        }
    }

    fn mean(&self) -> f64 {
        if self.weight > 0.0 { self.talks / self.weight } else { 0.0 }
    }
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

fn seconds(until: Moment, now: Moment) -> f64 {
    until.since(now).as_secs_f64()
}
