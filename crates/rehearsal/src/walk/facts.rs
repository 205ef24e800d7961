//! What a branch asks for, as the trial has it.

use super::Walk;
use crate::transcript::What;
use clock::Duration;
use dialplan::trial::{Answer, Reply};
use dialplan::{Fact, Facts, Goto, StepId, Value, VariableId};
use ids::QueueId;
use ivr::{Fetched, Input};
use std::sync::Arc;

impl Walk<'_> {
    pub(super) fn tell_facts(&mut self, asked: &[Fact]) {
        let known = asked.iter().filter_map(|fact| Some((*fact, self.fact(*fact)?)));
        let facts: Facts = known.collect();
        self.inbox.push_back(Input::Facts(facts));
    }

    /// A step has sent the caller on.
    pub(super) fn decided(&mut self, step: StepId, why: Arc<str>, to: Goto) {
        let line = self.plan.line_of(Goto::Step(step)).cloned();
        self.tell_at(line, What::Decides { why, to: self.plan.arrow(to).into() });
    }

    /// Another program is asked: it answers as the trial says. Of a step that it does not speak of nothing is
    /// noted.
    pub(super) fn fetch(&mut self, step: StepId, ask: u32) {
        let plan = Arc::clone(&self.plan);
        let http = plan.step(step).http();
        let reply = http.and_then(|http| Some((self.trial.replies.get(&*http.name)?, http)));
        let fetched = match (reply, &self.trial.answer) {
            (Some((Reply::Unknown, _)), _) => Fetched::Unknown,
            (Some((Reply::Fails, _)), _) => Fetched::Failed,
            (Some((reply, http)), _) => {
                Fetched::Found(reply.noted(&plan, http).unwrap_or_default())
            }
            (None, Answer::Known(_)) => Fetched::Found(Vec::new()),
            (None, Answer::Unknown | Answer::NotSaid) => Fetched::Unknown,
            (None, Answer::Fails) => Fetched::Failed,
        };
        self.inbox.push_back(Input::Fetched { ask, fetched });
    }

    /// A step has noted something of the call.
    pub(super) fn noted(&mut self, variable: VariableId, value: &Value) {
        let plan = Arc::clone(&self.plan);
        if let Some(variable) = plan.variables.get(variable.index()) {
            let name = Arc::clone(&variable.name);
            self.tell(What::Notes { name, value: value.to_string() });
        }
    }

    pub(super) fn fact(&self, fact: Fact) -> Option<Value> {
        let from = self.trial.from.as_deref();
        let known = self.known.as_ref();
        match fact {
            Fact::Caller => from.map(|from| Value::Text(self.plan.number_in_our_form(from).into())),
            Fact::Withheld => Some(Value::YesNo(from.is_none())),
            Fact::Listed(directory) => {
                let number = from.map(|from| self.plan.number_in_our_form(from));
                let lists = |number: String| self.plan.directory(directory).lists(&number);
                Some(Value::YesNo(number.is_some_and(lists)))
            }
            Fact::Known => Some(Value::YesNo(known.is_some())),
            Fact::Vip => Some(Value::YesNo(known.is_some_and(|known| known.vip))),
            Fact::Name => known?.name.clone().map(Value::Text),
            Fact::Company => known?.company.clone().map(Value::Text),
            Fact::Dialled => Some(Value::Text(self.plan.number_in_our_form(&self.trial.to).into())),
            Fact::Language => Some(Value::Text(self.plan.language(self.visit.language()).clone())),
            Fact::Time | Fact::Weekday | Fact::Date | Fact::Week | Fact::OddWeek | Fact::Month => {
                fact.by_the_clock(self.local())
            }
            Fact::Open(hours) => Some(Value::YesNo(self.plan.hours(hours).open_at(self.local()))),
            Fact::QueueOpen(queue) => Some(Value::YesNo(self.is_open(queue, self.local()))),
            Fact::Waiting(queue) => Some(number(self.figures(queue).callers.unwrap_or(0))),
            Fact::AgentsReady(queue) => Some(number(self.ready(queue))),
            Fact::AgentsOnDuty(queue) => Some(number(self.on_duty(queue))),
            Fact::ExpectedWait(queue) => {
                // Whoever finds an agent ready waits for none.
                let at_once = || (self.ready(queue) > 0).then_some(Duration::ZERO);
                self.trial.expected_wait.or_else(at_once).map(Value::Length)
            }
            Fact::Place => {
                let told = self.queue.as_ref().map_or(0, |it| it.places_told).saturating_sub(1);
                let places = &self.trial.places;
                let place = places.get(told).or_else(|| places.last()).copied().unwrap_or(1);
                Some(number(place))
            }
            Fact::OwnWait => {
                let joined = self.queue.as_ref()?.joined;
                let left = self.trial.expected_wait?.saturating_sub(self.now.since(joined));
                Some(Value::Length(left))
            }
            // The caller of a trial is the first of the day.
            Fact::Turn => Some(number(0)),
            // The visit knows it itself.
            Fact::Waited | Fact::Variable(..) => None,
        }
    }

    fn on_duty(&self, queue: QueueId) -> u32 {
        let agents = self.plan.agents.iter().filter(|agent| agent.queues.contains(&queue));
        let all = u32::try_from(agents.count()).unwrap_or(u32::MAX);
        self.figures(queue).on_duty().unwrap_or(all)
    }

    fn ready(&self, queue: QueueId) -> u32 {
        if self.figures(queue).agents.is_empty() { self.on_duty(queue) } else { 0 }
    }
}

fn number(count: u32) -> Value {
    Value::Number(count.into())
}
