//! Where a caller stands, and how long it will take.
//!
//! Both look at the agents on duty who may take the caller's call, and at what else these may take:
//! a call of another queue that goes first at a shared agent is ahead as one of the own queue is.
//! A question looks once at each profile of these agents and at the line of each class that they
//! share (a place), and for a wait at each of the agents too; never at single callers. An agent counts for as many
//! as the conversations that there is room for.

use super::Acd;
use crate::agent::Agent;
use crate::callers::Place;
use crate::class_set::ClassSet;
use crate::classes::ClassId;
use crate::turn::{Rank, Turn};
use crate::{AgentState, Kind, Position, Reservation, Unsure, Waiting};
use clock::{Duration, Moment};
use estimate::{Agents, Free, Habits, Overtakers, Question, Use};
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
        if self.staff.is_ready(class) {
            let pick_up = self.outlook.habits(queue).map_or(0.0, |h| h.pick_up.seconds());
            return Ok(Duration::from_secs_f64(pick_up));
        }
        let priority = u16::from(waiting.priority) + u16::from(config.priority);
        let turn = Turn::new(waiting.call, waiting.arrived.min(now), (queue, class), scale)
            .with_priority(priority, scale);
        self.wait_of(now, &Asking { call: None, queue, class, turn }, Use::AsItIs)
    }

    pub(super) fn asking(&self, call: CallId) -> Option<Asking> {
        let waits = self.callers.place(call).is_some_and(Place::is_waiting);
        let caller = self.callers.get(call).filter(|_| waits)?;
        let (queue, class, turn) = (caller.turn.queue, caller.turn.class, caller.turn);
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
        for (profile, agents, places) in self.staff.on_duty_for(asking.class) {
            let claims = rivals.iter().filter(|rival| rival.class != asking.class);
            let claims = claims.filter(|rival| profile.contains(rival.class));
            let claimed: f64 = claims.map(|rival| rival.waiting / rival.places).sum();
            let mut these = Agents { free: Vec::new(), claimed: claimed * count(places) };
            for agent in agents.iter().filter_map(|agent| self.staff.get(*agent)) {
                let refused = asking.call.is_some_and(|call| !self.may_take(agent, call));
                if !refused {
                    self.add_places(now, agent, &mut these.free, &mut known);
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
        let places = count(self.staff.places_of(class)).max(1.0);
        let shared = if class == asking.class {
            places
        } else {
            let both = self.staff.on_duty_for(asking.class).filter(|(p, ..)| p.contains(class));
            count(both.map(|(.., places)| places).sum())
        };
        Some(Rival { class, queue, waiting, places, share: shared / places })
    }

    /// When each of the places of an agent on duty is free, who may have as many conversations, and what is known
    /// of the talks that this hangs on. Who is on a call of their own says nothing of its end, so that the places
    /// where no conversation is on are not counted.
    fn add_places<'a>(
        &'a self,
        now: Moment,
        agent: &Agent,
        free: &mut Vec<Free<'a>>,
        known: &mut Known,
    ) {
        let ring = agent.ring.and_then(|reservation| self.reservations.get(&reservation));
        let is_one_of_several = agent.talks.len() + usize::from(ring.is_some()) > 1;
        let after = if is_one_of_several { Free::AfterOneTalk } else { Free::AfterTalk };
        let talks =
            agent.talks.iter().map(|talk| (talk.queue, now.since(talk.since).as_secs_f64()));
        for (queue, lasted) in talks {
            if let Some(habits) = self.outlook.habits(queue) {
                free.push(after(habits, lasted));
                known.add(habits, 1.0);
            }
        }
        let rung_for = ring.and_then(|ring| self.outlook.habits(ring.queue));
        let answers = rung_for.map(|habits| habits.pick_up.seconds());
        if let Some((habits, answers)) = rung_for.zip(answers) {
            free.push(after(habits, -answers));
            known.add(habits, 1.0);
        }
        let free_in = match agent.state_between_calls() {
            AgentState::WrapUp { until } => Some(seconds(until, now)),
            AgentState::NotReady(_) => agent.settling_until.map(|until| seconds(until, now)),
            // One ring at a time. Without one, the call that waits is kept for somebody else.
            AgentState::Ready => answers,
            AgentState::Talking(_)
            | AgentState::Ringing(_)
            | AgentState::LoggedOut
            | AgentState::Unreachable
            | AgentState::Occupied => None,
        };
        let Some(free_in) = free_in else { return };
        let taken = agent.talks.len() + usize::from(agent.ring.is_some());
        let open = agent.config.room().saturating_sub(taken);
        free.extend(std::iter::repeat_n(Free::In(free_in), open));
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
            known.add(habits, calls);
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
            self.outlook.arrived(now, caller.turn.queue, caller.turn.priority.into());
        }
    }

    pub(super) fn note_given_up(&mut self, now: Moment, call: CallId) {
        if let Some(caller) = self.callers.get(call).filter(|it| it.kind == Kind::Caller) {
            self.outlook.gave_up(caller.turn.queue, now.since(caller.joined));
        }
    }

    pub(super) fn note_served(&mut self, now: Moment, over: &Reservation) {
        if let Some(caller) = self.callers.get(over.call).filter(|it| it.kind == Kind::Caller) {
            let (waited, rang) = (now.since(caller.joined), now.since(over.since));
            self.outlook.served(caller.turn.queue, waited, rang);
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
    /// How many conversations the agents on duty for the class have room for, at least one.
    places: f64,
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
    fn add(&mut self, habits: &Habits, weight: f64) {
        self.talks += weight * habits.talks.weight();
        self.weight += weight;
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
