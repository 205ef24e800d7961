//! A caller at a step that says something: recordings, and values as they are at this moment.
//!
//! Either all of it is said or nothing: a sentence without its value would be worse than none.

use super::branch::is_own;
use super::step::cut_of;
use super::{At, Cut, Visit};
use crate::{Output, Spoken, Then};
use clock::Moment;
use dialplan::{Fact, Facts, Goto, SaidValue, Say, Sayable, Saying, StepId};
use std::borrow::Cow;

/// What is said.
#[derive(Default)]
pub(super) struct Said {
    /// The recordings.
    pub(super) phrases: Vec<Spoken>,
    /// Each value in words, for whoever reads of it.
    pub(super) told: Vec<Output>,
}

/// The facts that these say and the visit does not know itself.
pub(super) fn asked_for(sayings: &[Saying]) -> Vec<Fact> {
    let facts = Saying::values(sayings).map(|value| value.fact);
    facts.filter(|fact| !is_own(*fact)).collect()
}

impl Visit {
    pub(super) fn enter_say(&mut self, step: StepId, say: &Say) -> Option<Goto> {
        let cut = cut_of(&self.plan, say.goto);
        let known_by_heart = cut == Cut::ByKey && !self.keys.is_empty();
        if known_by_heart || say.prompts.is_empty() {
            return Some(say.goto);
        }
        let asked = asked_for(&say.prompts);
        if asked.is_empty() {
            return self.say(step, say, &Facts::new());
        }
        self.outputs.push_back(Output::AskFacts(asked));
        self.at = At::Learning(step);
        None
    }

    /// What the values of the step are has been told.
    pub(super) fn values_told(&mut self, now: Moment, step: StepId, say: &Say, facts: &Facts) {
        if let Some(goto) = self.say(step, say, facts) {
            self.go(now, goto);
        }
    }

    /// Says all of it; or nothing and goes elsewhere, if a value can not be said.
    fn say(&mut self, step: StepId, say: &Say, facts: &Facts) -> Option<Goto> {
        let said = match self.sayings(&say.prompts, facts) {
            Ok(said) => said,
            Err(why) => {
                let to = say.otherwise.unwrap_or(Goto::HangUp);
                self.outputs.push_back(Output::Decided { step, why: why.into(), to });
                return Some(to);
            }
        };
        self.outputs.extend(said.told);
        let cut = cut_of(&self.plan, say.goto);
        let play = self.play(said.phrases, Then::Stop);
        self.at = At::Hearing { step, play, cut, goto: say.goto };
        None
    }

    /// All of it in the caller's language, or why a value can not be said.
    pub(super) fn sayings(&self, sayings: &[Saying], facts: &Facts) -> Result<Said, String> {
        let mut said = Said::default();
        for saying in sayings {
            match saying {
                Saying::Phrase(phrase) => said.phrases.extend(self.spoken(&[*phrase])),
                Saying::Value(value) => {
                    let sayable = self.sayable(value, facts)?;
                    said.phrases.extend(self.recorded(&sayable.prompts(self.tag())));
                    let (what, words) = (value.written.clone(), sayable.words(self.tag()));
                    said.told.extend(words.map(|words| Output::Told { what, words }));
                }
            }
        }
        Ok(said)
    }

    /// What is to be said of a value, or why nothing can be. What the value is is not part of that.
    fn sayable(&self, value: &SaidValue, facts: &Facts) -> Result<Sayable, String> {
        let known = self.own_fact(value.fact).or_else(|| facts.get(&value.fact).cloned());
        let known = known.ok_or_else(|| format!("{} is not known", value.written))?;
        value.of(&self.plan, &known).ok_or_else(|| format!("{} can not be said", value.written))
    }

    /// The recordings of these names, in the caller's language: everything that is made of several goes this way.
    pub(super) fn recorded(&self, names: &[Cow<'static, str>]) -> Vec<Spoken> {
        let prompt = |name: &str| {
            let prompt = self.plan.prompt(name);
            prompt.expect("the parser adds every recording that a value, a place or a wait needs")
        };
        names.iter().map(|name| self.in_callers_language(prompt(name))).collect()
    }

    /// The recordings of a value, in the caller's language.
    pub(super) fn value(&self, value: &speech::Value) -> Vec<Spoken> {
        self.recorded(&speech::say(self.tag(), value))
    }

    /// The tag of the caller's language.
    pub(super) fn tag(&self) -> &str {
        self.plan.language(self.language)
    }
}
