//! A caller for whom another program is asked.

use super::{At, Visit};
use crate::{Fetched, Output};
use clock::Moment;
use dialplan::{Facts, Goto, Http, StepId};

impl Visit {
    /// Asks, with all that the visit knows itself. Keys that come meanwhile are kept.
    pub(super) fn enter_http(&mut self, step: StepId, http: &Http) -> Option<Goto> {
        let own = http.facts().into_iter();
        let known: Facts = own.filter_map(|fact| Some((fact, self.own_fact(fact)?))).collect();
        self.asks = self.asks.wrapping_add(1);
        self.outputs.push_back(Output::Fetch { step, ask: self.asks, known });
        self.at = At::Fetching { step, ask: self.asks };
        None
    }

    /// It has answered, or has not.
    pub(super) fn fetched(&mut self, now: Moment, answered: u32, fetched: Fetched) {
        let At::Fetching { step, ask } = self.at else { return };
        if ask != answered {
            return;
        }
        let plan = self.plan.clone();
        let http = plan.step(step).http().expect("only `enter_http` makes a caller wait for it");
        let (why, to) = match fetched {
            Fetched::Found(values) => {
                for (variable, value) in values {
                    self.note(variable, value);
                }
                ("found", http.goto)
            }
            Fetched::Unknown => ("unknown", http.unknown),
            Fetched::Failed => ("failed", http.failed),
        };
        self.outputs.push_back(Output::Decided { step, why: why.into(), to });
        self.go(now, to);
    }
}
