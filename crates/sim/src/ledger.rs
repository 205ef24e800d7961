//! A ledger without a disk: takes its time, and reads every event for whether it can be true.

use crate::agenda::{Agenda, Due};
use crate::item::ItemStory;
use crate::story::{CallStory, Shift};
use clock::{Duration, Moment};
use dialplan::Plan;
use events::{
    AgentEvent, BindingChange, CallEvent, CommandEvent, Event, MessageEvent, Name, Outcome,
    QueueEvent, Subject, What,
};
use ids::{BindingId, CallId, MessageId};
use rand::RngExt;
use rand::rngs::StdRng;
use snapshot::Totals;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

#[derive(Debug)]
pub(crate) struct Ledger {
    plan: Arc<Plan>,
    delay: RangeInclusive<Duration>,
    random: StdRng,
    last: u64,
    calls: BTreeMap<CallId, CallStory>,
    items: BTreeMap<CallId, ItemStory>,
    shifts: BTreeMap<Name, Shift>,
    last_reservation: u64,
    tally: Totals,
    seen: BTreeMap<String, u64>,
    bindings: BTreeMap<BindingId, Name>,
    messages: BTreeSet<MessageId>,
    /// The queues that somebody keeps closed.
    closed: BTreeSet<Name>,
}

impl Ledger {
    pub(crate) fn new(plan: Arc<Plan>, delay: RangeInclusive<Duration>, random: StdRng) -> Self {
        Self {
            plan,
            delay,
            random,
            last: 0,
            calls: BTreeMap::new(),
            items: BTreeMap::new(),
            shifts: BTreeMap::new(),
            last_reservation: 0,
            tally: Totals::default(),
            seen: BTreeMap::new(),
            bindings: BTreeMap::new(),
            messages: BTreeSet::new(),
            closed: BTreeSet::new(),
        }
    }

    /// Takes a change of where a phone can be reached. Only what was kept can be given up.
    pub(crate) fn rebind(&mut self, change: BindingChange) -> Result<(), String> {
        match change {
            BindingChange::Kept { binding, .. } => {
                self.bindings.insert(binding.id, binding.account);
                Ok(())
            }
            BindingChange::Gone(id) => match self.bindings.remove(&id) {
                Some(_) => Ok(()),
                None => Err(format!("{id} is given up, and was never kept")),
            },
        }
    }

    /// What the events add up to.
    pub(crate) const fn tally(&self) -> Totals {
        self.tally
    }

    /// How often each kind of event was recorded.
    pub(crate) const fn seen(&self) -> &BTreeMap<String, u64> {
        &self.seen
    }

    /// Calls that have begun and not ended.
    pub(crate) fn open(&self) -> impl Iterator<Item = CallId> {
        self.calls.iter().filter(|(_, story)| story.end.is_none()).map(|(call, _)| *call)
    }

    pub(crate) fn record(
        &mut self,
        now: Moment,
        event: &Event,
        agenda: &mut Agenda,
    ) -> Result<(), String> {
        if event.seq != self.last + 1 {
            return Err(format!("event {} follows event {}", event.seq, self.last));
        }
        self.last = event.seq;
        self.count(event);
        agenda.put(now + self.random.random_range(self.delay.clone()), Due::Stored(event.seq));
        let read = match &event.what {
            What::Call(call, event) => self.read_call(now, *call, event),
            What::WorkItem(item, event) => self.read_item(now, *item, event),
            What::Agent(agent, event) => {
                if let AgentEvent::WrapUpStarted { call, .. } = event {
                    // A condition of the queue sends it on at once, which is written later.
                    let with = |story: &CallStory| story.is_with(agent);
                    self.parts(now, CallId(*call), with);
                }
                let hears = self.items.values().filter(|item| item.is_heard_by(agent)).count();
                self.shift(agent).goes_on(now, event, hears)
            }
            What::Trunk(..) | What::Callback(..) => Err("the day has no trunk"),
            What::Sound(..) => Ok(()),
            What::Queue(queue, event) => {
                self.read_queue(queue, event);
                Ok(())
            }
            // Where the call goes from there is written after what the agent does next.
            What::Command(Subject::Call(call), event) => {
                if let CommandEvent::Obeyed { command: "requeue" | "move", .. } = **event {
                    self.parts(now, *call, |_| true);
                }
                Ok(())
            }
            What::Command(..) => Ok(()),
            What::Message(message, event) => self.read_message(now, *message, event),
        };
        read.map_err(|broken| format!("{broken}: {:?}", event.what))
    }

    /// Whoever talks with the caller does so no more, if it is the one who is meant.
    fn parts(&mut self, now: Moment, call: CallId, meant: impl Fn(&CallStory) -> bool) {
        let story = self.calls.get_mut(&call).filter(|story| meant(story));
        if let Some((queue, by)) = story.and_then(CallStory::parts) {
            self.has_talked(now, &by, &queue);
        }
    }

    fn read_queue(&mut self, queue: &Name, event: &QueueEvent) {
        match event {
            QueueEvent::Closed { .. } => self.closed.insert(queue.clone()),
            // No queue of the days has hours.
            QueueEvent::Opened { .. } | QueueEvent::ByHours { .. } => self.closed.remove(queue),
        };
    }

    /// Nobody comes to a closed queue, and no open one turns anybody away for being closed.
    fn is_let_in(&self, call: CallId, event: &CallEvent) -> Result<(), &'static str> {
        let has_talked = self.calls.get(&call).is_some_and(CallStory::has_talked);
        if let CallEvent::Queued { queue, .. } = event
            && self.closed.contains(queue)
            && !has_talked
        {
            return Err("it comes to a queue that is closed");
        }
        if let CallEvent::FoundClosed { queue, .. } = event
            && !self.closed.contains(queue)
        {
            return Err("it found a queue closed that is open");
        }
        Ok(())
    }

    fn read_message(
        &mut self,
        now: Moment,
        id: MessageId,
        event: &MessageEvent,
    ) -> Result<(), &'static str> {
        match event {
            MessageEvent::Left(left) => {
                let known = self.calls.contains_key(&CallId(left.call));
                let is_new = self.messages.insert(id);
                if known && is_new { Ok(()) } else { Err("a message is left out of turn") }
            }
            MessageEvent::Queued { call, .. } => {
                let is_known = self.items.contains_key(&CallId(*call));
                if is_known { Ok(()) } else { Err("a message waits as nothing that is known") }
            }
            MessageEvent::GivenBack { call, .. } => {
                let item = self.items.get_mut(&CallId(*call)).ok_or("nobody knows the item")?;
                let (agent, queue) = (item.given_back()?, item.queue.clone());
                queue.into_iter().for_each(|queue| self.has_talked(now, &agent, &queue));
                Ok(())
            }
            MessageEvent::Prioritised { .. }
            | MessageEvent::SetAside { .. }
            | MessageEvent::Done { .. } => Ok(()),
            MessageEvent::Removed => Err("a day is too short for that"),
        }
    }

    fn read_item(
        &mut self,
        now: Moment,
        id: CallId,
        event: &CallEvent,
    ) -> Result<(), &'static str> {
        if let CallEvent::Offered { .. } = event {
            let is_new = self.items.insert(id, ItemStory::default()).is_none();
            return if is_new { Ok(()) } else { Err("it is offered twice") };
        }
        self.read_ring(now, event)?;
        let story = self.items.get_mut(&id).ok_or("an item has an event before it is offered")?;
        story.goes_on(event)?;
        let talk = story.queue.clone().zip(story.hears.clone());
        if let (CallEvent::Ended { .. }, Some((queue, agent))) = (event, talk) {
            self.has_talked(now, &agent, &queue);
        }
        Ok(())
    }

    fn read_ring(&mut self, now: Moment, event: &CallEvent) -> Result<(), &'static str> {
        if let CallEvent::Rang { reservation, agent, .. } = event {
            let room = room_of(&self.plan, agent);
            self.shift(agent).rung(now, room)?;
            if *reservation <= self.last_reservation {
                return Err("a reservation's number is used again");
            }
            self.last_reservation = *reservation;
        }
        if let CallEvent::Connected { agent } = event {
            let beside_another = self.shift(agent).talks() > 1;
            if beside_another {
                *self.seen.entry("agent talks beside another".to_owned()).or_default() += 1;
            }
        }
        if let CallEvent::ReservationEnded { agent, .. } = event {
            self.shift(agent).rung_out(now);
        }
        Ok(())
    }

    fn has_talked(&mut self, now: Moment, agent: &Name, queue: &Name) {
        let wrap_up = wrap_up(&self.plan, queue, agent);
        self.shifts.entry(agent.clone()).or_default().talked(now, wrap_up);
    }

    /// The messages that were left.
    pub(crate) const fn messages(&self) -> &BTreeSet<MessageId> {
        &self.messages
    }

    fn shift(&mut self, agent: &Name) -> &mut Shift {
        self.shifts.entry(agent.clone()).or_default()
    }

    fn read_call(
        &mut self,
        now: Moment,
        call: CallId,
        event: &CallEvent,
    ) -> Result<(), &'static str> {
        if let CallEvent::Offered { .. } = event
            && !self.calls.contains_key(&call)
        {
            self.calls.insert(call, CallStory::begun(now));
            self.tally.offered += 1;
            return Ok(());
        }
        self.read_ring(now, event)?;
        self.is_let_in(call, event)?;
        let story = self.calls.get_mut(&call).ok_or("a call has an event before it is offered")?;
        let had_talked = story.has_talked();
        if let Some((queue, agent)) = story.given_back(event) {
            *self.seen.entry("agent gives a call back".to_owned()).or_default() += 1;
            self.has_talked(now, &agent, &queue);
        }
        let story = self.calls.get_mut(&call).ok_or("a call has an event before it is offered")?;
        story.goes_on(now, event)?;
        let talk = story.talk().map(|(queue, agent)| (queue.clone(), agent.clone()));
        if let (CallEvent::Ended { .. }, Some((queue, agent))) = (event, talk) {
            self.has_talked(now, &agent, &queue);
        }
        self.tally_call(event, had_talked);
        Ok(())
    }

    /// Counts an event for what it is.
    pub(crate) fn count(&mut self, event: &Event) {
        self.has_seen(&kind(&event.what));
    }

    /// Counts something that no event tells.
    pub(crate) fn has_seen(&mut self, what: &str) {
        *self.seen.entry(what.to_owned()).or_default() += 1;
    }

    /// Counts a call for what has become of it; once, however many agents it has come to.
    fn tally_call(&mut self, event: &CallEvent, had_talked: bool) {
        match event {
            CallEvent::Connected { .. } => self.tally.answered += u64::from(!had_talked),
            CallEvent::Ended { outcome, .. } => match outcome {
                Outcome::Answered => {}
                Outcome::Abandoned(_) => self.tally.abandoned += 1,
                Outcome::Closed => self.tally.closed += 1,
                Outcome::Finished => self.tally.finished += 1,
                Outcome::Refused => self.tally.refused += 1,
                Outcome::PutThrough => self.tally.put_through += 1,
                Outcome::Withdrawn => self.tally.withdrawn += 1,
                Outcome::Voicemail => self.tally.voicemail += 1,
                Outcome::Callback => self.tally.callback += 1,
                Outcome::Failed | Outcome::Interrupted => self.tally.failed += 1,
            },
            CallEvent::Offered { .. }
            | CallEvent::Answered
            | CallEvent::Chose { .. }
            | CallEvent::Decided { .. }
            | CallEvent::Noted { .. }
            | CallEvent::AskedAfter { .. }
            | CallEvent::Queued { .. }
            | CallEvent::QueueFull { .. }
            | CallEvent::FoundClosed { .. }
            | CallEvent::SentOn { .. }
            | CallEvent::CalledOut { .. }
            | CallEvent::CallOutFailed { .. }
            | CallEvent::PutThrough { .. }
            | CallEvent::LeftByKey { .. }
            | CallEvent::TakenOut { .. }
            | CallEvent::PlaceTold { .. }
            | CallEvent::WaitTold { .. }
            | CallEvent::WaitUntold { .. }
            | CallEvent::Redirected { .. }
            | CallEvent::Transferred { .. }
            | CallEvent::TransferFailed { .. }
            | CallEvent::Monitored { .. }
            | CallEvent::Rang { .. }
            | CallEvent::Unserved(_)
            | CallEvent::ReservationEnded { .. }
            | CallEvent::Held { .. }
            | CallEvent::KeptFor { .. }
            | CallEvent::PlaceRegained { .. }
            | CallEvent::Recovered
            | CallEvent::LookedUp { .. }
            | CallEvent::VoicemailFull { .. }
            | CallEvent::Resumed => {}
        }
    }
}

/// How many conversations an agent has room for.
fn room_of(plan: &Plan, agent: &Name) -> usize {
    let found = plan.agents.iter().find(|known| known.account == *agent);
    found.map_or(0, |agent| usize::from(agent.capacity))
}

/// How long an agent works after a call of a queue: the agent's own time counts before the queue's.
fn wrap_up(plan: &Plan, queue: &Name, agent: &Name) -> Duration {
    let agent = plan.agents.iter().find(|known| known.account == *agent);
    let queue = plan.queues.iter().find(|known| known.name == *queue);
    let own = agent.and_then(|agent| agent.wrap_up);
    own.or_else(|| queue.map(|queue| queue.wrap_up)).unwrap_or_default()
}

/// One word or a few for each way an event can be.
fn kind(what: &What) -> String {
    match what {
        What::Call(_, CallEvent::ReservationEnded { end, .. }) => format!("ring {end:?}"),
        What::Call(_, CallEvent::Ended { outcome, cause }) => format!("end {outcome:?}: {cause}"),
        What::Call(_, event) => first_word(&format!("{event:?}")),
        What::WorkItem(_, CallEvent::ReservationEnded { end, .. }) => format!("item ring {end:?}"),
        What::WorkItem(_, CallEvent::Ended { outcome, cause }) => {
            format!("item end {outcome:?}: {cause}")
        }
        What::WorkItem(_, event) => format!("item {}", first_word(&format!("{event:?}"))),
        What::Callback(_, event) => format!("callback {}", first_word(&format!("{event:?}"))),
        What::Message(_, event) => first_word(&format!("{event:?}")),
        What::Queue(_, event) => format!("queue {}", first_word(&format!("{event:?}"))),
        What::Trunk(_, event) => format!("trunk {event:?}"),
        What::Sound(_, event) => format!("sound {}", first_word(&format!("{event:?}"))),
        What::Command(_, event) => format!("command {}", first_word(&format!("{event:?}"))),
        What::Agent(_, event) => format!("agent {}", first_word(&format!("{event:?}"))),
    }
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|letter| letter.is_alphanumeric()).collect()
}
