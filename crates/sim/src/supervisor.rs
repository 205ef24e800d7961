//! Somebody who gives commands about calls at random: a thing that no call may be lost by.

use crate::agenda::Due;
use crate::world::{Mood, World};
use engine::{CallCommand, Command, Input, Place, Priority};
use events::By;
use ids::{CallId, TicketId};
use rand::RngExt;
use std::ops::RangeInclusive;

/// How long the supervisor looks on, in milliseconds.
const LOOKS_ON: RangeInclusive<u64> = 5_000..=90_000;

impl World {
    /// The supervisor comes to work.
    pub(crate) fn supervise(&mut self) {
        let at = self.in_millis(LOOKS_ON);
        self.agenda.put(at, Due::Supervisor);
    }

    /// The supervisor picks a call and does something with it, whatever state it is in.
    pub(crate) fn supervisor_acts(&mut self) {
        if self.mood != Mood::Wild {
            return;
        }
        if let Some(call) = self.any_call() {
            let command = self.any_command();
            let (ticket, by) = (TicketId(1), By::Socket);
            self.feed(Input::Command { ticket, by, command: Command::Call(call, command) });
        }
        self.supervise();
    }

    /// A call that has not come to an agent yet.
    fn any_call(&mut self) -> Option<CallId> {
        let calls = self.engine.books().calls;
        let open = calls.iter().filter(|call| match call.place {
            Place::InPlan | Place::Waiting | Place::Ringing(_) | Place::Connecting { .. } => true,
            Place::Talking { .. } => false,
        });
        let open: Vec<_> = open.map(|call| call.call).collect();
        let nth = self.people.random_range(0..open.len().max(1));
        open.get(nth).copied()
    }

    fn any_command(&mut self) -> CallCommand {
        let queues = &self.plan.queues;
        let queue = queues.get(self.people.random_range(0..queues.len().max(1)));
        let queue = queue.map_or_else(|| "none".into(), |queue| queue.name.clone());
        let urgent = self.people.random_range(0..=Priority::MAX);
        match self.people.random_range(0..8) {
            0..3 => CallCommand::Move { queue },
            3..5 => CallCommand::Requeue,
            5..7 => CallCommand::SetPriority(Priority::new(urgent).expect("it is in the range")),
            _ => CallCommand::Withdraw,
        }
    }
}
