//! The story that the events of one work item tell: what may follow what.

use events::{CallEvent, Name};
use std::collections::BTreeSet;

/// What is known of a work item from its events.
#[derive(Debug, Default)]
pub(crate) struct ItemStory {
    pub(crate) queue: Option<Name>,
    /// The reservations that are under way.
    rings: BTreeSet<u64>,
    /// Who hears it.
    pub(crate) hears: Option<Name>,
    is_over: bool,
}

impl ItemStory {
    /// Its next event; the first one, `Offered`, has begun the story.
    pub(crate) fn goes_on(&mut self, event: &CallEvent) -> Result<(), &'static str> {
        hold(!self.is_over, "there is an event after the end")?;
        match event {
            CallEvent::Queued { queue, .. } => {
                self.queue = Some(queue.clone());
                Ok(())
            }
            CallEvent::Rang { reservation, .. } => {
                hold(self.queue.is_some() && self.hears.is_none(), "it rings out of turn")?;
                hold(self.rings.insert(*reservation), "it has the same reservation twice")
            }
            CallEvent::ReservationEnded { reservation, .. } => {
                hold(self.rings.remove(reservation), "another reservation ended than was on")
            }
            CallEvent::Connected { agent } => {
                let is_first = self.rings.len() == 1 && self.hears.is_none();
                self.hears = Some(agent.clone());
                hold(is_first, "it is heard out of turn")
            }
            CallEvent::Ended { .. } => {
                self.is_over = true;
                hold(self.rings.is_empty(), "it ended with a reservation on")
            }
            CallEvent::Offered { .. }
            | CallEvent::Redirected { .. }
            | CallEvent::Transferred { .. }
            | CallEvent::TransferFailed { .. }
            | CallEvent::Monitored { .. }
            | CallEvent::Answered
            | CallEvent::Chose { .. }
            | CallEvent::Decided { .. }
            | CallEvent::Noted { .. }
            | CallEvent::AskedAfter { .. }
            | CallEvent::QueueFull { .. }
            | CallEvent::FoundClosed { .. }
            | CallEvent::SentOn { .. }
            | CallEvent::PlaceTold { .. }
            | CallEvent::Unserved(_)
            | CallEvent::Held { .. }
            | CallEvent::Resumed
            | CallEvent::KeptFor { .. }
            | CallEvent::PlaceRegained { .. }
            | CallEvent::Recovered
            | CallEvent::LookedUp { .. }
            | CallEvent::CalledOut { .. }
            | CallEvent::CallOutFailed { .. }
            | CallEvent::PutThrough { .. }
            | CallEvent::LeftByKey { .. }
            | CallEvent::TakenOut { .. }
            | CallEvent::VoicemailFull { .. }
            | CallEvent::WaitTold { .. }
            | CallEvent::WaitUntold { .. } => Err("that happens to callers alone"),
        }
    }

    /// Whether this agent has begun to hear it, and neither ended nor given it back.
    pub(crate) fn is_heard_by(&self, agent: &Name) -> bool {
        !self.is_over && self.hears.as_ref() == Some(agent)
    }

    /// Who has heard it gives it back.
    pub(crate) fn given_back(&mut self) -> Result<Name, &'static str> {
        self.hears.take().ok_or("it is given back by nobody")
    }
}

fn hold(promise: bool, broken: &'static str) -> Result<(), &'static str> {
    if promise { Ok(()) } else { Err(broken) }
}
