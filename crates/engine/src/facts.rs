//! What a branch of the dialplan asks for, as it is at this very moment.

use crate::acquaintances::Number;
use crate::call::Call;
use crate::engine::Engine;
use acd::Waiting;
use clock::Moment;
use dialplan::{Fact, Facts, Known, LanguageId, Plan, Value};
use events::{Ani, Kept};
use ids::CallId;

/// A call of which something is asked, as far as it is known.
#[derive(Clone, Copy)]
pub(crate) struct Asker<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) number: &'a str,
    pub(crate) caller: &'a Ani,
    pub(crate) known: Option<&'a Known>,
    pub(crate) language: LanguageId,
    /// Who it is, once it is one of ours.
    pub(crate) id: Option<CallId>,
    /// How many callers came to its queue before it.
    pub(crate) turn: u32,
}

impl<'a> Asker<'a> {
    pub(crate) fn of(call: &'a Call) -> Self {
        Self {
            plan: call.visit.plan(),
            number: &call.number,
            caller: &call.caller,
            known: call.known.as_deref(),
            language: call.language,
            id: Some(call.id),
            turn: call.turn,
        }
    }
}

impl Engine {
    /// Tells the visit what it asks for. What is not known is left out.
    pub(crate) fn tell_facts(&mut self, now: Moment, id: CallId, asked: &[Fact]) {
        let Some(call) = self.calls.get(id) else { return };
        let facts = self.facts(now, Asker::of(call), asked.iter().copied());
        if let Some(call) = self.calls.get_mut(id) {
            call.visit.handle(now, ivr::Input::Facts(facts));
        }
    }

    /// Those of these facts that are known.
    pub(crate) fn facts(
        &self,
        now: Moment,
        asker: Asker<'_>,
        asked: impl Iterator<Item = Fact>,
    ) -> Facts {
        asked.filter_map(|fact| Some((fact, self.fact(now, asker, fact)?))).collect()
    }

    pub(crate) fn fact(&self, now: Moment, asker: Asker<'_>, fact: Fact) -> Option<Value> {
        let Asker { plan, number: dialled, caller, known, language, id, turn } = asker;
        match fact {
            Fact::Caller => Number::of(plan, caller).map(|it| Value::Text(it.as_str().into())),
            Fact::Withheld => Some(Value::YesNo(caller.is_withheld())),
            Fact::Listed(directory) => {
                let number = Number::of(plan, caller);
                // A visit walks a plan without the lists: the one in force is asked.
                let lists = |number: &Number| self.plan.directory(directory).lists(number.as_str());
                Some(Value::YesNo(number.as_ref().is_some_and(lists)))
            }
            Fact::Known => Some(Value::YesNo(known.is_some())),
            Fact::Vip => Some(Value::YesNo(known.is_some_and(|known| known.vip))),
            Fact::Name => known?.name.clone().map(Value::Text),
            Fact::Company => known?.company.clone().map(Value::Text),
            Fact::Dialled => Some(Value::Text(plan.number_in_our_form(dialled).into())),
            Fact::Language => Some(Value::Text(self.plan.language(language).clone())),
            Fact::Open(hours) => Some(Value::YesNo(plan.hours(hours).open_at(self.local(now)))),
            Fact::QueueOpen(queue) => Some(Value::YesNo(self.opening(now, queue) == Kept::Open)),
            Fact::Waiting(queue) => Some(number(self.acd.waiting(queue))),
            Fact::AgentsReady(queue) => Some(number(self.acd.ready_agents(queue))),
            Fact::AgentsOnDuty(queue) => Some(number(self.acd.agents_on_duty(queue))),
            Fact::ExpectedWait(queue) => {
                let newcomer = Waiting::new(CallId(u64::MAX), queue, now);
                self.acd.expected_wait_of(now, &newcomer).ok().map(Value::Length)
            }
            Fact::Time | Fact::Weekday | Fact::Date | Fact::Week | Fact::OddWeek | Fact::Month => {
                fact.by_the_clock(self.local(now))
            }
            Fact::Place => {
                let place = self.acd.place(now, id?)?;
                Some(Value::Number(place.number().into()))
            }
            Fact::OwnWait => self.acd.expected_wait(now, id?)?.ok().map(Value::Length),
            Fact::Turn => Some(Value::Number(turn.into())),
            // The visit knows it itself.
            Fact::Waited | Fact::Variable(..) => None,
        }
    }

    fn local(&self, now: Moment) -> jiff::civil::DateTime {
        self.plan.local(self.journal.wall(now))
    }
}

fn number(count: usize) -> Value {
    Value::Number(i64::try_from(count).unwrap_or(i64::MAX))
}
