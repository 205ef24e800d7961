//! The story that the events of one call tell, and of one agent: what may follow what.

use crate::site::LEDGER_WAIT_MAX;
use clock::{Duration, Moment};
use events::{AgentEvent, Beside, CallEvent, Name, Outcome};
use std::collections::BTreeSet;

/// What is known of a call from its events.
#[derive(Debug, Default)]
pub(crate) struct CallStory {
    begun: Moment,
    is_answered: bool,
    /// The queue entered last.
    queue: Option<Name>,
    /// Whether it has left that queue again.
    is_out: bool,
    /// Who talks with the caller.
    agent: Option<Name>,
    given_back: GivenBack,
    /// The reservations that are under way.
    rings: BTreeSet<u64>,
    /// The place that was told last in this queue.
    told: Option<u32>,
    /// The wait in seconds that was told last in this queue; for no bound, more than any.
    wait_told: Option<u32>,
    pub(crate) end: Option<Outcome>,
}

/// Whether somebody has talked with the caller and given the call back.
#[derive(Clone, Copy, Debug, Default)]
enum GivenBack {
    #[default]
    Never,
    /// And it has not come to a queue since.
    JustNow,
    Before,
}

impl CallStory {
    pub(crate) fn begun(now: Moment) -> Self {
        Self { begun: now, ..Self::default() }
    }

    /// Whether it has come to an agent.
    pub(crate) const fn has_talked(&self) -> bool {
        self.agent.is_some() || !matches!(self.given_back, GivenBack::Never)
    }

    /// Who has just given the call back, as this event tells by coming after a conversation; and of which queue.
    pub(crate) fn given_back(&mut self, event: &CallEvent) -> Option<(Name, Name)> {
        let tells = matches!(
            event,
            CallEvent::Queued { .. }
                | CallEvent::QueueFull { .. }
                | CallEvent::SentOn { .. }
                | CallEvent::FoundClosed { .. }
        );
        let given_back = if tells { self.parts() } else { None };
        if given_back.is_some() {
            // It was about to wait again.
            self.is_out = !matches!(event, CallEvent::FoundClosed { .. });
        }
        given_back
    }

    /// Whether this agent talks with the caller.
    pub(crate) fn is_with(&self, agent: &Name) -> bool {
        self.agent.as_ref() == Some(agent)
    }

    /// Who has given the call back, and of which queue; what becomes of it is not written yet.
    pub(crate) fn parts(&mut self) -> Option<(Name, Name)> {
        let by = self.agent.take_if(|_| self.end.is_none())?;
        (self.given_back, self.is_out) = (GivenBack::JustNow, true);
        self.queue.clone().map(|queue| (queue, by))
    }

    /// The next event of the call. The first one, `Offered`, has begun the story.
    pub(crate) fn goes_on(&mut self, now: Moment, event: &CallEvent) -> Result<(), &'static str> {
        hold(self.end.is_none(), "there is an event after the end")?;
        match event {
            CallEvent::Offered { .. } => Err("it is offered twice"),
            CallEvent::Answered => {
                hold(!self.is_answered, "it is answered twice")?;
                let waited = now.since(self.begun);
                hold(waited <= LEDGER_WAIT_MAX, "it waited too long for the ledger")?;
                self.is_answered = true;
                Ok(())
            }
            CallEvent::Chose { .. }
            | CallEvent::Decided { .. }
            | CallEvent::Noted { .. }
            | CallEvent::AskedAfter { .. }
            | CallEvent::QueueFull { .. }
            | CallEvent::VoicemailFull { .. } => {
                hold(self.is_answered, "it chose before it was answered")
            }
            CallEvent::Queued { queue, .. } => {
                hold(self.is_answered && self.rings.is_empty(), "it is queued out of turn")?;
                // Or its stay in the queue before would have no end.
                hold(!self.waits(), "it is queued and waits already")?;
                (self.queue, self.is_out) = (Some(queue.clone()), false);
                self.told = None;
                // A caller who comes back has not forgotten what was said.
                match self.given_back {
                    GivenBack::JustNow => self.given_back = GivenBack::Before,
                    GivenBack::Never | GivenBack::Before => self.wait_told = None,
                }
                Ok(())
            }
            CallEvent::SentOn { queue, entered, .. } => {
                hold(self.is_answered && self.agent.is_none(), "it is sent on out of turn")?;
                hold(self.rings.is_empty(), "it is sent on while it rings")?;
                let was_in = self.queue.as_ref() == Some(queue) && !self.is_out;
                hold(was_in == *entered, "it leaves a queue that it was not in, or the reverse")?;
                self.is_out = true;
                Ok(())
            }
            CallEvent::FoundClosed { queue, entered, .. } => {
                hold(self.is_answered, "it found a queue closed before it was answered")?;
                hold(self.rings.is_empty(), "it found its queue closed while it rings")?;
                let was_in = self.queue.as_ref() == Some(queue) && !self.is_out;
                hold(was_in == *entered, "it leaves a queue that it was not in, or the reverse")?;
                self.is_out |= *entered;
                Ok(())
            }
            // No site of the simulation has a way out.
            CallEvent::CalledOut { .. }
            | CallEvent::CallOutFailed { .. }
            | CallEvent::PutThrough { .. } => Err("it was called out, and there is no way out"),
            CallEvent::TakenOut { queue } | CallEvent::LeftByKey { queue, .. } => {
                let was_in = self.queue.as_ref() == Some(queue) && !self.is_out;
                hold(was_in, "it is taken out of a queue that it was not in")?;
                hold(self.rings.is_empty(), "it is taken out while it rings")?;
                self.is_out = true;
                Ok(())
            }
            CallEvent::Redirected { .. } => {
                hold(self.queue.is_none(), "a phone sent the call of a queue on")
            }
            CallEvent::Transferred { .. } | CallEvent::TransferFailed { .. } => {
                hold(self.agent.is_some(), "nobody was there to hand it over")
            }
            CallEvent::Monitored { how: Beside::Left | Beside::Barred, .. } => Ok(()),
            CallEvent::Monitored { .. } => {
                hold(self.agent.is_some(), "somebody is beside a caller who talks with nobody")
            }
            CallEvent::PlaceTold { place } => self.told(*place),
            CallEvent::WaitTold { place, at_most_s, longer, .. } => {
                self.wait_told(*place, *at_most_s, *longer)
            }
            CallEvent::WaitUntold { .. } => {
                hold(self.queue.is_some() && self.agent.is_none(), "a wait is kept out of turn")
            }
            CallEvent::Unserved(stood) => {
                let is_in = self.queue.as_deref() == Some(&*stood.queue) && !self.is_out;
                hold(is_in && self.agent.is_none(), "it leaves unserved out of turn")
            }
            CallEvent::Rang { reservation, .. } => {
                let waits = self.queue.is_some() && !self.is_out && self.agent.is_none();
                hold(waits, "it rings out of turn")?;
                hold(self.rings.insert(*reservation), "it has the same reservation twice")
            }
            CallEvent::ReservationEnded { reservation, .. } => {
                hold(self.rings.remove(reservation), "another reservation ended than was on")
            }
            CallEvent::Connected { agent } => {
                hold(self.rings.len() == 1 && self.agent.is_none(), "it is connected out of turn")?;
                self.agent = Some(agent.clone());
                Ok(())
            }
            CallEvent::Held { .. } | CallEvent::Resumed => {
                hold(self.queue.is_some(), "it is held by nobody")
            }
            CallEvent::KeptFor { .. } => {
                hold(self.queue.is_some() && self.rings.is_empty(), "it is kept while it rings")
            }
            CallEvent::PlaceRegained { .. } => {
                hold(self.queue.is_none() && self.agent.is_none(), "a place is regained too late")
            }
            CallEvent::Recovered => {
                hold(self.agent.is_none(), "it is recovered while somebody talks")
            }
            CallEvent::LookedUp { .. } => hold(self.queue.is_none(), "it is looked up too late"),
            CallEvent::Ended { outcome, .. } => self.ended(*outcome),
        }
    }

    /// The queue and the agent of a call that was connected.
    pub(crate) fn talk(&self) -> Option<(&Name, &Name)> {
        self.queue.as_ref().zip(self.agent.as_ref())
    }

    fn told(&mut self, place: u32) -> Result<(), &'static str> {
        hold(self.queue.is_some() && self.agent.is_none(), "a place is told out of turn")?;
        hold(place > 0, "the first place is 1")?;
        hold(self.told.is_none_or(|before| place <= before), "the place told has grown")?;
        self.told = Some(place);
        Ok(())
    }

    fn wait_told(
        &mut self,
        place: u32,
        at_most_s: Option<u32>,
        longer: bool,
    ) -> Result<(), &'static str> {
        hold(self.told == Some(place), "a wait is told without its place")?;
        hold(self.agent.is_none(), "a wait is told to who has an agent")?;
        let told = at_most_s.unwrap_or(u32::MAX);
        let rose = self.wait_told.is_some_and(|before| told > before);
        hold(!rose || longer, "a wait was raised, and nothing said of it")?;
        hold(!longer || self.wait_told.is_some(), "it takes longer than nothing that was said")?;
        self.wait_told = Some(told);
        Ok(())
    }

    fn ended(&mut self, outcome: Outcome) -> Result<(), &'static str> {
        hold(self.rings.is_empty(), "it ended with a reservation on")?;
        let was_answered = outcome == Outcome::Answered;
        hold(was_answered == self.has_talked(), "its outcome is not what happened")?;
        let is_by_plan =
            matches!(outcome, Outcome::Finished | Outcome::Closed | Outcome::PutThrough);
        hold(!self.waits() || !is_by_plan, "the plan ends it, and it has not left its queue")?;
        self.end = Some(outcome);
        Ok(())
    }

    /// Whether it is in a queue and has come to no agent.
    const fn waits(&self) -> bool {
        self.queue.is_some() && !self.is_out && self.agent.is_none()
    }
}

/// What is known of an agent from events.
#[derive(Debug, Default)]
pub(crate) struct Shift {
    is_in: bool,
    is_reachable: bool,
    talks: usize,
    rings: usize,
    /// After-call work that begins once neither of these is on.
    owed: Duration,
    wrap_up_from: Option<Moment>,
    wrap_up_until: Option<Moment>,
    state: &'static str,
}

impl Shift {
    /// The next event of the agent, who has begun to hear so many messages that nobody has given back: an engine that
    /// stops cuts them off, and of that nothing is written.
    pub(crate) fn goes_on(
        &mut self,
        now: Moment,
        event: &AgentEvent,
        hears: usize,
    ) -> Result<(), &'static str> {
        match event {
            AgentEvent::Reachable => {
                hold(!self.is_reachable, "the agent is reachable twice")?;
                self.is_reachable = true;
            }
            AgentEvent::Unreachable => {
                hold(self.is_reachable, "the agent is unreachable twice")?;
                self.is_reachable = false;
            }
            AgentEvent::LoggedIn => self.is_in = true,
            AgentEvent::LoggedOut => {
                (self.is_in, self.wrap_up_until) = (false, None);
                self.owed = Duration::ZERO;
            }
            AgentEvent::WrapUpStarted { length_ms, .. } => {
                hold(self.talks <= hears, "a wrap-up begins in a conversation")?;
                self.talks = 0;
                self.begin_wrap_up(now);
                let until = now + Duration::from_millis(*length_ms);
                hold(self.wrap_up_until >= Some(until), "a wrap-up is too long")?;
            }
            AgentEvent::WrapUpExtended { length_ms, .. } => {
                let longer = self.wrap_up_from.map(|from| from + Duration::from_millis(*length_ms));
                hold(longer > self.wrap_up_until, "a wrap-up is extended by nothing")?;
                self.wrap_up_until = longer;
            }
            AgentEvent::WrapUpEnded => self.wrap_up_until = None,
            AgentEvent::State { state, .. } => {
                let away = ["paused", "logged_out", "unreachable", "occupied", "missed_ring"];
                let rung = *state == "ringing" && away.contains(&self.state);
                hold(!rung, "an agent is rung who takes no calls")?;
                hold(*state != self.state, "an agent goes on as before")?;
                self.state = state;
            }
            AgentEvent::MissedTooOften
            | AgentEvent::CallOutRefused { .. }
            | AgentEvent::Filed { .. }
            | AgentEvent::LeftQueue { .. }
            | AgentEvent::JoinedQueue { .. }
            | AgentEvent::PausedTooLong { .. }
            | AgentEvent::ChosenPhoneGone { .. } => {}
        }
        Ok(())
    }

    /// A conversation begins. Answers how many are on with it.
    pub(crate) const fn talks(&mut self) -> usize {
        self.talks += 1;
        self.talks
    }

    /// One is over, and after-call work of this length is due.
    pub(crate) fn talked(&mut self, now: Moment, wrap_up: Duration) {
        self.talks -= 1;
        if self.is_in {
            self.owed = self.owed.max(wrap_up);
        }
        self.begin_wrap_up(now);
    }

    /// A ring is over.
    pub(crate) fn rung_out(&mut self, now: Moment) {
        self.rings -= 1;
        self.begin_wrap_up(now);
    }

    fn begin_wrap_up(&mut self, now: Moment) {
        if self.talks == 0 && self.rings == 0 && !self.owed.is_zero() {
            let owed = std::mem::take(&mut self.owed);
            (self.wrap_up_from, self.wrap_up_until) = (Some(now), Some(now + owed));
        }
    }

    /// The agent is rung, who has room for so many conversations.
    pub(crate) fn rung(&mut self, now: Moment, room: usize) -> Result<(), &'static str> {
        // What happens at one moment may be written in another order: a conversation has ended after the ring began.
        if let Some(until) = self.wrap_up_until.filter(|_| self.wrap_up_from == Some(now)) {
            (self.owed, self.wrap_up_until) = (until.since(now), None);
        }
        let works = self.wrap_up_until.is_some_and(|until| now < until);
        hold(!works, "an agent is rung in after-call work")?;
        hold(self.rings == 0, "an agent is rung twice at once")?;
        hold(self.talks < room, "an agent is rung who has no room")?;
        self.rings += 1;
        hold(self.is_in, "an agent is rung who is logged out")?;
        hold(self.is_reachable, "an agent is rung who has no phone")
    }
}

fn hold(promise: bool, broken: &'static str) -> Result<(), &'static str> {
    if promise { Ok(()) } else { Err(broken) }
}
