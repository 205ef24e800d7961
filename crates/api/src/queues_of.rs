//! Which queues an event belongs to.
//!
//! A call belongs to the queue that it has entered last, also while it talks, until it is sent on, leaves
//! by a key, is taken out, or is over. An agent belongs to every queue that they have in the dialplan.
//! What names a queue belongs to that one.

use events::{AgentEvent, CallEvent, MessageEvent, Name, Subject, What};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Calls whose queue is remembered at once: more than can be on. Beyond that the oldest is forgotten,
/// of which the end must have been missed.
const CALLS_MAX: usize = 100_000;

/// The queues of each agent, by the names of the dialplan.
#[derive(Clone, Debug, Default)]
pub struct Memberships(BTreeMap<Name, Arc<[Name]>>);

impl FromIterator<(Name, Vec<Name>)> for Memberships {
    fn from_iter<I: IntoIterator<Item = (Name, Vec<Name>)>>(agents: I) -> Self {
        Self(agents.into_iter().map(|(agent, queues)| (agent, queues.into())).collect())
    }
}

/// What must be known to tell of which queues an event is.
#[derive(Debug, Default)]
pub(crate) struct QueuesOf {
    memberships: Memberships,
    /// The queue that each call is in.
    calls: BTreeMap<u64, Name>,
}

impl QueuesOf {
    pub(crate) fn new(memberships: Memberships) -> Self {
        Self { memberships, calls: BTreeMap::new() }
    }

    /// The queues of agents are these from now on.
    pub(crate) fn members_are(&mut self, memberships: Memberships) {
        self.memberships = memberships;
    }

    /// The queues of an event. To be asked of each event once, in their order.
    pub(crate) fn of(&mut self, what: &What) -> Arc<[Name]> {
        let one = |queue: Option<&Name>| queue.cloned().into_iter().collect();
        match what {
            What::Call(call, happened) | What::WorkItem(call, happened) => {
                self.of_call(call.0, happened)
            }
            What::Agent(_, AgentEvent::LeftQueue { queue } | AgentEvent::JoinedQueue { queue }) => {
                one(Some(queue))
            }
            What::Agent(agent, _) | What::Command(Subject::Agent(agent), _) => {
                self.memberships.0.get(agent).cloned().unwrap_or_default()
            }
            What::Callback(call, _) | What::Sound(call, _) => one(self.calls.get(&call.0)),
            What::Command(Subject::Call(call), _) => one(self.calls.get(&call.0)),
            What::Queue(queue, _) | What::Command(Subject::Queue(queue), _) => one(Some(queue)),
            What::Message(_, MessageEvent::Left(left)) => one(left.queue.as_ref()),
            What::Message(
                _,
                MessageEvent::Queued { call, .. }
                | MessageEvent::Prioritised { call, .. }
                | MessageEvent::GivenBack { call, .. }
                | MessageEvent::SetAside { call, .. },
            ) => one(self.calls.get(call)),
            What::Message(..)
            | What::Command(Subject::Message(_) | Subject::Plan, _)
            | What::Trunk(..) => one(None),
        }
    }

    fn of_call(&mut self, call: u64, happened: &CallEvent) -> Arc<[Name]> {
        let before = self.calls.get(&call).cloned();
        let (named, goes) = change(happened);
        match (goes, named) {
            (Goes::In, Some(queue)) => {
                self.calls.insert(call, queue.clone());
                if self.calls.len() > CALLS_MAX {
                    self.calls.pop_first();
                }
            }
            (Goes::Out, _) => {
                self.calls.remove(&call);
            }
            (Goes::In | Goes::Nowhere, _) => {}
        }
        let another = named.filter(|named| before.as_ref() != Some(*named)).cloned();
        before.into_iter().chain(another).collect()
    }
}

/// Where a call goes by an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goes {
    /// Into the queue that is named.
    In,
    /// Out of its queue.
    Out,
    Nowhere,
}

/// The queue that an event names, and where the call goes by it.
const fn change(happened: &CallEvent) -> (Option<&Name>, Goes) {
    match happened {
        CallEvent::Queued { queue, .. } => (Some(queue), Goes::In),
        CallEvent::SentOn { queue, entered: true, .. }
        | CallEvent::FoundClosed { queue, entered: true, .. }
        | CallEvent::LeftByKey { queue, .. }
        | CallEvent::TakenOut { queue } => (Some(queue), Goes::Out),
        CallEvent::SentOn { queue, entered: false, .. }
        | CallEvent::FoundClosed { queue, entered: false, .. }
        | CallEvent::QueueFull { queue, .. } => (Some(queue), Goes::Nowhere),
        CallEvent::Ended { .. } => (None, Goes::Out),
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
        | CallEvent::PlaceTold { .. }
        | CallEvent::WaitTold { .. }
        | CallEvent::WaitUntold { .. }
        | CallEvent::Rang { .. }
        | CallEvent::ReservationEnded { .. }
        | CallEvent::Connected { .. }
        | CallEvent::Held { .. }
        | CallEvent::Resumed
        | CallEvent::KeptFor { .. }
        | CallEvent::PlaceRegained { .. }
        | CallEvent::Recovered
        | CallEvent::LookedUp { .. }
        | CallEvent::CalledOut { .. }
        | CallEvent::CallOutFailed { .. }
        | CallEvent::PutThrough { .. }
        | CallEvent::Unserved(_)
        | CallEvent::VoicemailFull { .. } => (None, Goes::Nowhere),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::{By, CommandEvent, Outcome, QueueEvent};
    use ids::CallId;

    fn queues() -> QueuesOf {
        let crew = [("1001".into(), vec!["sales".into(), "support".into()])];
        QueuesOf::new(crew.into_iter().collect())
    }

    fn of(queues: &mut QueuesOf, what: What) -> Vec<String> {
        queues.of(&what).iter().map(ToString::to_string).collect()
    }

    fn call(event: CallEvent) -> What {
        What::Call(CallId(7), event)
    }

    fn queued(queue: &str) -> What {
        call(CallEvent::Queued { queue: queue.into(), language: "sv".into() })
    }

    fn command(about: Subject) -> What {
        let given = CommandEvent::Obeyed { by: By::Socket, command: "x", with: None };
        What::Command(about, Box::new(given))
    }

    fn ended() -> What {
        call(CallEvent::Ended { outcome: Outcome::Answered, cause: String::new() })
    }

    #[test]
    fn a_call_is_of_its_queue_until_it_leaves_it_or_is_over() {
        let mut queues = queues();
        let q = &mut queues;
        assert!(of(q, call(CallEvent::Answered)).is_empty());
        assert_eq!(of(q, queued("sales")), ["sales"]);
        assert_eq!(of(q, call(CallEvent::PlaceTold { place: 1 })), ["sales"]);
        assert_eq!(of(q, command(Subject::Call(CallId(7)))), ["sales"]);
        assert_eq!(of(q, queued("support")), ["sales", "support"]);
        assert_eq!(of(q, call(CallEvent::Connected { agent: "1001".into() })), ["support"]);
        assert_eq!(of(q, call(CallEvent::TakenOut { queue: "support".into() })), ["support"]);
        assert!(of(q, call(CallEvent::PlaceTold { place: 1 })).is_empty());
        let full = CallEvent::QueueFull { queue: "sales".into(), waiting_max: 1 };
        assert_eq!(of(q, call(full)), ["sales"]);
        assert_eq!(of(q, queued("support")), ["support"]);
        assert_eq!(of(q, ended()), ["support"]);
        assert!(queues.calls.is_empty());
    }

    #[test]
    fn an_agent_is_of_all_their_queues_and_what_names_one_is_of_that() {
        let mut queues = queues();
        let q = &mut queues;
        let agent = |happened| What::Agent("1001".into(), happened);
        assert_eq!(of(q, agent(AgentEvent::LoggedIn)), ["sales", "support"]);
        assert_eq!(of(q, command(Subject::Agent("1001".into()))), ["sales", "support"]);
        assert!(of(q, What::Agent("1002".into(), AgentEvent::LoggedIn)).is_empty());
        assert_eq!(of(q, agent(AgentEvent::LeftQueue { queue: "sales".into() })), ["sales"]);
        let closed = QueueEvent::Closed { by: By::Socket };
        assert_eq!(of(q, What::Queue("sales".into(), closed)), ["sales"]);
    }

    #[test]
    fn calls_whose_end_was_missed_are_forgotten_in_the_end() {
        let mut queues = queues();
        let max = u64::try_from(CALLS_MAX).unwrap();
        for id in 0..=max {
            let queued = CallEvent::Queued { queue: "sales".into(), language: "sv".into() };
            queues.of(&What::Call(CallId(id), queued));
        }
        assert_eq!(queues.calls.len(), CALLS_MAX);
        assert!(!queues.calls.contains_key(&0) && queues.calls.contains_key(&max));
    }
}
