//! Somebody who gives commands about calls and queues at random: a thing that no call may be lost by.

use crate::agenda::Due;
use crate::caller::PEOPLE;
use crate::site::Site;
use crate::world::{Mood, World};
use clock::WallTime;
use engine::{
    CallCommand, CallbackCommand, CallbackRequest, Command, Input, ItemStands, MessageCommand,
    Place, Priority, QueueCommand,
};
use events::{By, Name};
use ids::{CallId, TicketId};
use jiff::civil::DateTime;
use rand::RngExt;
use std::ops::RangeInclusive;

/// Whoever asks for a callback is answered when it is on the disk.
pub(crate) const ASKED: TicketId = TicketId(2);
/// As the site has it, in microseconds.
const SLOT: i64 = 300_000_000;

/// How long the supervisor looks on, in milliseconds.
const LOOKS_ON: RangeInclusive<u64> = 5_000..=90_000;

impl World {
    /// The supervisor comes to work.
    pub(crate) fn supervise(&mut self) {
        let at = self.in_millis(LOOKS_ON);
        self.agenda.put(at, Due::Supervisor);
    }

    /// The supervisor does something with a call, whatever state it is in, or with a queue.
    pub(crate) fn supervisor_acts(&mut self) {
        if self.mood != Mood::Wild {
            return;
        }
        if self.is_dead() {
            return self.supervise();
        }
        let kinds = if self.site() == Site::Promises { 9 } else { 6 };
        let command = match self.people.random_range(0..kinds) {
            0 => {
                let message = self.any_item().and_then(|item| item.message);
                message.map(|message| Command::Message(message, MessageCommand::Done))
            }
            1 => self.any_item().map(|item| Command::Call(item.id, self.any_command())),
            6 | 7 => return self.somebody_asks(),
            8 => {
                let ids = self.engine.books().work_items.into_iter();
                let callbacks = ids.filter(|item| item.message.is_none()).map(|item| item.id);
                let first = callbacks.min();
                first.map(|id| Command::Callback(id, CallbackCommand::Cancel))
            }
            2 | 3 => Some(Command::Queue(self.any_queue(), self.any_queue_command())),
            _ => self.any_call().map(|(call, talks)| {
                let command = self.any_command();
                // Whoever talks is given back, and nothing else.
                Command::Call(call, if talks { CallCommand::Requeue } else { command })
            }),
        };
        if let Some(command) = command {
            self.feed(Input::Command { ticket: TicketId(1), by: By::Socket, command });
        }
        self.supervise();
    }

    /// Somebody asks on a page to be called back, at their turn or at the next time that there is.
    fn somebody_asks(&mut self) {
        let who = self.people.random_range(0..PEOPLE);
        let at = self.people.random::<bool>().then(|| self.next_slot());
        let request = CallbackRequest { number: format!("+4670{who:07}"), name: None, at };
        let command = Command::RequestCallback("support".into(), Box::new(request));
        self.feed(Input::Command { ticket: ASKED, by: By::Socket, command });
        self.supervise();
    }

    fn next_slot(&self) -> DateTime {
        let shows = self.clock_shows();
        let next = shows - shows.rem_euclid(SLOT) + SLOT;
        self.plan.local(WallTime::from_micros(next))
    }

    /// A call, and whether it has come to an agent.
    fn any_call(&mut self) -> Option<(CallId, bool)> {
        let calls = self.engine.books().calls;
        let all = calls.iter().map(|call| (call.call, matches!(call.place, Place::Talking { .. })));
        let all: Vec<_> = all.collect();
        let nth = self.people.random_range(0..all.len().max(1));
        all.get(nth).copied()
    }

    /// A message that waits for an agent, or is heard.
    fn any_item(&mut self) -> Option<ItemStands> {
        let mut items = self.engine.books().work_items;
        let nth = self.people.random_range(0..items.len().max(1));
        (nth < items.len()).then(|| items.swap_remove(nth))
    }

    fn any_queue(&mut self) -> Name {
        let queues = &self.plan.queues;
        let queue = queues.get(self.people.random_range(0..queues.len().max(1)));
        queue.map_or_else(|| "none".into(), |queue| queue.name.clone())
    }

    /// Queues are open most of the time.
    fn any_queue_command(&mut self) -> QueueCommand {
        match self.people.random_range(0..3) {
            0 => QueueCommand::Close,
            1 => QueueCommand::Open,
            _ => QueueCommand::FollowHours,
        }
    }

    fn any_command(&mut self) -> CallCommand {
        let queue = self.any_queue();
        let urgent = self.people.random_range(0..=Priority::MAX);
        match self.people.random_range(0..8) {
            0..3 => CallCommand::Move { queue },
            3..5 => CallCommand::Requeue,
            5..7 => CallCommand::SetPriority(Priority::new(urgent).expect("it is in the range")),
            _ => CallCommand::Withdraw,
        }
    }
}
