//! A caller at a branch: what is so at this moment decides, and nobody is asked anything.

use super::waiting::Hears;
use super::{At, Visit};
use crate::Output;
use clock::Moment;
use dialplan::{Branch, Fact, Facts, Goto, StepId, Value};
use std::sync::Arc;

/// What the way is called that is for everybody else.
const OTHERWISE: &str = "otherwise";

impl Visit {
    /// Decides at once by what the visit knows itself, or asks for what it does not.
    pub(super) fn enter_branch(&mut self, step: StepId, branch: &Branch) -> Option<Goto> {
        let asked: Vec<Fact> = branch.facts().into_iter().filter(|fact| !is_own(*fact)).collect();
        if asked.is_empty() {
            return Some(self.way(step, Facts::new()));
        }
        self.outputs.push_back(Output::AskFacts(asked));
        self.at = At::Learning(step);
        None
    }

    /// What a branch, a queue, or who says a value has asked for, as far as it is known.
    pub(super) fn facts_told(&mut self, now: Moment, facts: Facts) {
        match self.at {
            At::Learning(step) => {
                let plan = self.plan.clone();
                match plan.step(step).say() {
                    Some(say) => self.values_told(now, step, say, &facts),
                    None => {
                        let goto = self.way(step, facts);
                        self.go(now, goto);
                    }
                }
            }
            At::Waiting(waiting) => {
                if let Hears::Undecided(next) = waiting.hears {
                    self.choose_offer(now, waiting, next, facts);
                }
            }
            At::Confirming(confirming) => {
                if confirming.learns() {
                    self.confirm_told(now, confirming, &facts);
                }
            }
            At::Door(_)
            | At::LookedUp(_)
            | At::Fetching { .. }
            | At::Hearing { .. }
            | At::Asking(_)
            | At::Collecting(_)
            | At::Dialling { .. }
            | At::Message(_)
            | At::Callback(_)
            | At::Leaving(_)
            | At::Over => {}
        }
    }

    fn way(&mut self, step: StepId, mut facts: Facts) -> Goto {
        let plan = self.plan.clone();
        let branch = plan.step(step).branch().expect("only `enter_branch` makes a caller branch");
        let asked = branch.facts().into_iter();
        facts.extend(asked.filter_map(|fact| Some((fact, self.own_fact(fact)?))));
        let (why, to) = match branch.way(&facts) {
            Some(arm) => (Arc::clone(&arm.written), arm.goto),
            None => (OTHERWISE.into(), branch.otherwise),
        };
        self.outputs.push_back(Output::Decided { step, why, to });
        to
    }

    /// What the visit knows itself.
    pub(super) fn own_fact(&self, fact: Fact) -> Option<Value> {
        if let Fact::Variable(variable, _) = fact {
            return self.notes.get(variable).cloned();
        }
        (fact == Fact::Language).then(|| Value::Text(self.plan.language(self.language).clone()))
    }
}

/// Whether it is the visit that knows it, if somebody does.
pub(super) const fn is_own(fact: Fact) -> bool {
    matches!(fact, Fact::Language | Fact::Variable(..) | Fact::Waited)
}
