//! What a number's rules make of a caller before anybody answers (`[[number.NUM.when]]`).

use crate::engine::Engine;
use crate::facts::Asker;
use clock::Moment;
use dialplan::{Fate, Goto, Refusal};
use events::{Ani, CallEvent, What};
use ids::CallId;
use sip_msg::StatusCode;
use std::sync::Arc;

/// A rule that holds for a caller.
#[derive(Clone, Debug)]
pub(crate) struct Met {
    /// The name of the number's table.
    number: Arc<str>,
    /// What is so, in the words of the plan.
    pub(crate) why: Arc<str>,
    pub(crate) fate: Fate,
}

impl Engine {
    /// The rule of a number of ours that holds for who calls it now.
    pub(crate) fn rule_met(&self, now: Moment, dialled: &str, caller: &Ani) -> Option<Met> {
        let plan = &*self.plan;
        let (name, number) = plan.number(dialled)?;
        let language = number.language;
        let asker =
            Asker { plan, number: dialled, caller, known: None, language, id: None, turn: 0 };
        let rule = number.rule(&self.facts(now, asker, number.facts().into_iter()))?;
        let (number, why) = (Arc::clone(name), Arc::clone(&rule.written));
        Some(Met { number, why, fate: rule.fate })
    }

    /// What the ledger has of it.
    pub(crate) fn record_rule(&mut self, now: Moment, id: CallId, met: &Met) {
        let step = format!("number.{}", met.number).into();
        let to = match met.fate {
            Fate::Goto(goto) => self.plan.arrow(goto).into(),
            Fate::Refused(refusal) => refusal.word().into(),
        };
        let why = Arc::clone(&met.why);
        self.record(now, What::Call(id, CallEvent::Decided { step, why, to }));
    }
}

impl Met {
    /// Where the caller begins, if the rule says it.
    pub(crate) const fn goto(&self) -> Option<Goto> {
        match self.fate {
            Fate::Goto(goto) => Some(goto),
            Fate::Refused(_) => None,
        }
    }

    /// How the caller is refused, if the rule says it.
    pub(crate) const fn refusal(&self) -> Option<Refusal> {
        match self.fate {
            Fate::Goto(_) => None,
            Fate::Refused(refusal) => Some(refusal),
        }
    }
}

/// The answer to who is refused so.
pub(crate) const fn status_of(refusal: Refusal) -> StatusCode {
    StatusCode::new(refusal.status()).expect("a refusal has a status from 400 to 699")
}
