//! The story that the events of one call tell, and of one agent: what may follow what.

use clock::{Duration, Moment};
use events::{AgentEvent, CallEvent, Outcome};

/// What is known of a call from its events.
#[derive(Debug, Default)]
pub(crate) struct CallStory {
    is_answered: bool,
    is_queued: bool,
    is_connected: bool,
    /// The reservation that is under way.
    ring: Option<u64>,
    /// The place that was told last in this queue.
    told: Option<u32>,
    pub(crate) end: Option<Outcome>,
}

impl CallStory {
    /// The next event of the call. The first one, `Offered`, has begun the story.
    pub(crate) fn goes_on(&mut self, event: &CallEvent) -> Result<(), &'static str> {
        hold(self.end.is_none(), "there is an event after the end")?;
        match event {
            CallEvent::Offered { .. } => Err("it is offered twice"),
            CallEvent::Answered => {
                hold(!self.is_answered, "it is answered twice")?;
                self.is_answered = true;
                Ok(())
            }
            CallEvent::Chose { .. } => hold(self.is_answered, "it chose before it was answered"),
            CallEvent::Queued { .. } => {
                hold(self.is_answered && self.ring.is_none(), "it is queued out of turn")?;
                (self.is_queued, self.told) = (true, None);
                Ok(())
            }
            CallEvent::PlaceTold { place } => self.told(*place),
            CallEvent::Rang { reservation, .. } => {
                hold(self.is_queued && !self.is_connected, "it rings out of turn")?;
                hold(self.ring.is_none(), "it has two reservations")?;
                self.ring = Some(*reservation);
                Ok(())
            }
            CallEvent::ReservationEnded { reservation, .. } => {
                hold(self.ring == Some(*reservation), "another reservation ended than was on")?;
                self.ring = None;
                Ok(())
            }
            CallEvent::Connected { .. } => {
                hold(self.ring.is_some() && !self.is_connected, "it is connected out of turn")?;
                self.is_connected = true;
                Ok(())
            }
            CallEvent::Held { .. } | CallEvent::Resumed => {
                hold(self.is_queued, "it is held by nobody")
            }
            CallEvent::Ended { outcome, .. } => self.ended(*outcome),
        }
    }

    fn told(&mut self, place: u32) -> Result<(), &'static str> {
        hold(self.is_queued && !self.is_connected, "a place is told out of turn")?;
        hold(place > 0, "the first place is 1")?;
        hold(self.told.is_none_or(|before| place <= before), "the place told has grown")?;
        self.told = Some(place);
        Ok(())
    }

    fn ended(&mut self, outcome: Outcome) -> Result<(), &'static str> {
        hold(self.ring.is_none(), "it ended with a reservation on")?;
        let was_answered = outcome == Outcome::Answered;
        hold(was_answered == self.is_connected, "its outcome is not what happened")?;
        self.end = Some(outcome);
        Ok(())
    }
}

/// What is known of an agent from events.
#[derive(Debug, Default)]
pub(crate) struct Shift {
    is_in: bool,
    is_reachable: bool,
    wrap_up_until: Option<Moment>,
}

impl Shift {
    pub(crate) fn goes_on(&mut self, now: Moment, event: &AgentEvent) -> Result<(), &'static str> {
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
            AgentEvent::LoggedOut => (self.is_in, self.wrap_up_until) = (false, None),
            AgentEvent::WrapUpStarted { length_ms, .. } => {
                let until = now + Duration::from_millis(*length_ms);
                self.wrap_up_until = Some(until);
            }
            AgentEvent::MissedTooOften | AgentEvent::WrapUpEnded => {}
        }
        Ok(())
    }

    /// The agent is rung.
    pub(crate) fn rung(&self, now: Moment) -> Result<(), &'static str> {
        // The length of a wrap-up is told in whole milliseconds.
        let works = self.wrap_up_until.is_some_and(|until| now < until);
        hold(!works, "an agent is rung in after-call work")?;
        hold(self.is_in, "an agent is rung who is logged out")?;
        hold(self.is_reachable, "an agent is rung who has no phone")
    }
}

fn hold(promise: bool, broken: &'static str) -> Result<(), &'static str> {
    if promise { Ok(()) } else { Err(broken) }
}
