//! What a branch of the dialplan asks for, as it is at this very moment.

use crate::acquaintances::Number;
use crate::call::Call;
use crate::engine::Engine;
use acd::Waiting;
use clock::Moment;
use dialplan::{Fact, Facts, Value};
use events::Kept;
use ids::CallId;

impl Engine {
    /// Tells the visit what it asks for. What is not known is left out.
    pub(crate) fn tell_facts(&mut self, now: Moment, id: CallId, asked: &[Fact]) {
        let Some(call) = self.calls.get(id) else { return };
        let known = asked.iter().filter_map(|fact| Some((*fact, self.fact(now, call, *fact)?)));
        let facts: Facts = known.collect();
        if let Some(call) = self.calls.get_mut(id) {
            call.visit.handle(now, ivr::Input::Facts(facts));
        }
    }

    pub(crate) fn fact(&self, now: Moment, call: &Call, fact: Fact) -> Option<Value> {
        let known = call.known.as_deref();
        match fact {
            Fact::Caller => {
                Number::of(&self.plan, &call.caller).map(|it| Value::Text(it.as_str().into()))
            }
            Fact::Withheld => Some(Value::YesNo(call.caller.is_withheld())),
            Fact::Known => Some(Value::YesNo(known.is_some())),
            Fact::Vip => Some(Value::YesNo(known.is_some_and(|known| known.vip))),
            Fact::Name => known?.name.clone().map(Value::Text),
            Fact::Company => known?.company.clone().map(Value::Text),
            Fact::Dialled => Some(Value::Text(self.plan.number_in_our_form(&call.number).into())),
            Fact::Language => Some(Value::Text(self.plan.language(call.language).clone())),
            Fact::Time | Fact::Weekday | Fact::Date => fact.by_the_clock(self.local(now)),
            Fact::Open(hours) => {
                Some(Value::YesNo(call.visit.plan().hours(hours).open_at(self.local(now))))
            }
            Fact::QueueOpen(queue) => Some(Value::YesNo(self.opening(now, queue) == Kept::Open)),
            Fact::Waiting(queue) => Some(number(self.acd.waiting(queue))),
            Fact::AgentsReady(queue) => Some(number(self.acd.ready_agents(queue))),
            Fact::AgentsOnDuty(queue) => Some(number(self.acd.agents_on_duty(queue))),
            Fact::ExpectedWait(queue) => {
                let newcomer = Waiting::new(CallId(u64::MAX), queue, now);
                self.acd.expected_wait_of(now, &newcomer).ok().map(Value::Length)
            }
            // The visit knows it itself.
            Fact::Variable(..) => None,
        }
    }

    fn local(&self, now: Moment) -> jiff::civil::DateTime {
        self.plan.local(self.journal.wall(now))
    }
}

fn number(count: usize) -> Value {
    Value::Number(i64::try_from(count).unwrap_or(i64::MAX))
}
