//! A caller who is looked up, and what is known of them from then on.

use super::{At, Visit};
use crate::{LookedUp, LookedUpBy, Output};
use clock::Moment;
use dialplan::{DirectoryId, Goto, LanguageId, LookUp, More, Set, Step, StepId, Value};
use std::sync::Arc;

/// Where a caller goes by what comes of being looked up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ways {
    known: Goto,
    vip: Goto,
    unknown: Goto,
    failed: Goto,
    /// The step that notes what is known.
    step: Option<StepId>,
}

impl Ways {
    /// There, whatever comes of it.
    pub(super) const fn all(goto: Goto) -> Self {
        Self { known: goto, vip: goto, unknown: goto, failed: goto, step: None }
    }

    /// Where it begins anew: at the step; who is looked up before all else is not looked up again.
    pub(super) fn anew(self) -> Goto {
        self.step.map_or(self.unknown, Goto::Step)
    }
}

impl Visit {
    /// The caller is looked up. Keys that come meanwhile are kept.
    pub(super) fn look_up(&mut self, (directory, by): (DirectoryId, LookedUpBy), ways: Ways) {
        self.outputs.push_back(Output::LookUp { directory, by });
        self.at = At::LookedUp(ways);
    }

    pub(super) fn enter_look_up(&mut self, id: StepId, step: &LookUp) -> Option<Goto> {
        let LookUp { directory, key, goto, vip, unknown, failed, .. } = *step;
        let step = Some(id);
        let by = match key.map(|key| self.notes.get(key)) {
            None => LookedUpBy::Number,
            Some(Some(key)) => LookedUpBy::Key(key.to_string().into()),
            // Nothing has been typed yet that anybody could be known by.
            Some(None) => return Some(unknown),
        };
        self.look_up((directory, by), Ways { known: goto, vip, unknown, failed, step });
        None
    }

    /// The directory has answered, or has not.
    pub(super) fn looked_up(&mut self, now: Moment, found: LookedUp) {
        let At::LookedUp(ways) = self.at else { return };
        let goto = match found {
            LookedUp::Known { language, priority, vip, more } => {
                self.urgent.1 = priority;
                // The directory is the site's newest; a plan before it may not have the language yet.
                let spoken = self.plan.languages.len();
                let language = language.filter(|language| language.index() < spoken);
                language.into_iter().for_each(|language| self.speak(language));
                self.note_known(ways.step, &more);
                if vip { ways.vip } else { ways.known }
            }
            LookedUp::Unknown => ways.unknown,
            LookedUp::Failed => ways.failed,
        };
        self.go(now, goto);
    }

    /// What the step wants noted of who is known, as far as the directory has it.
    fn note_known(&mut self, step: Option<StepId>, more: &More) {
        let plan = self.plan.clone();
        let Some(Step::LookUp(look_up)) = step.map(|step| plan.step(step)) else { return };
        for (variable, column) in &look_up.reads {
            if let Some(text) = more.get(column) {
                self.note(*variable, Value::Text(Arc::clone(text)));
            }
        }
    }

    pub(super) fn enter_set(&mut self, set: &Set) -> Option<Goto> {
        if let Some(demand) = set.demand {
            self.demands = self.demands.with(demand);
        }
        self.urgent.0 = set.priority.unwrap_or(self.urgent.0);
        set.language.into_iter().for_each(|language| self.speak(language));
        if !set.whisper.is_empty() {
            self.outputs.push_back(Output::Whisper(set.whisper.clone()));
        }
        for (variable, value) in &set.values {
            self.note(*variable, value.clone());
        }
        Some(set.goto)
    }

    /// The caller is spoken to in this language from here on.
    pub(super) fn speak(&mut self, language: LanguageId) {
        if self.language != language {
            self.language = language;
            self.outputs.push_back(Output::Language(language));
        }
    }

    /// How urgent a call is in a queue of this priority.
    pub(super) const fn priority_in(&self, queue: u8) -> u8 {
        queue.saturating_add(self.urgent.0).saturating_add(self.urgent.1)
    }
}
