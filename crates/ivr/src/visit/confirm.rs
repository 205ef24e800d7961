//! A caller who hears something and is asked whether it is right.
//!
//! What is read back may change meanwhile, so it is looked at each time it is said. Keys typed ahead count, but only
//! for what could be said.

use super::again::Again;
use super::saying::asked_for;
use super::{At, Visit};
use crate::{Output, Then};
use clock::Moment;
use dialplan::{Confirm, Facts, Goto, Plan, StepId};
use ids::PlayId;

/// A caller at a step that asks whether something is right.
#[derive(Clone, Copy, Debug)]
pub(super) struct Confirming {
    pub(super) step: StepId,
    /// How many answers have been wrong or missing.
    failed: u8,
    /// What comes before it is said.
    again: Again,
    /// The question, as it was asked last; none: what is to be said is being told.
    asked: Option<PlayId>,
}

impl Confirming {
    /// Whether the values that it says are being told.
    pub(super) const fn learns(&self) -> bool {
        self.asked.is_none()
    }
}

/// What a key says to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    No,
    /// Another key.
    Neither,
}

impl Visit {
    pub(super) fn enter_confirm(&mut self, step: StepId) -> Option<Goto> {
        self.read_back(Confirming { step, failed: 0, again: Again::First, asked: None })
    }

    /// Asks for what is to be said, unless the visit knows all of it.
    fn read_back(&mut self, confirming: Confirming) -> Option<Goto> {
        let plan = self.plan.clone();
        let facts = asked_for(&confirm_of(&plan, confirming.step).prompts);
        self.timeout = None;
        if facts.is_empty() {
            return self.confirm(confirming, &Facts::new());
        }
        self.outputs.push_back(Output::AskFacts(facts));
        self.at = At::Confirming(Confirming { asked: None, ..confirming });
        None
    }

    /// What the step says has been told.
    pub(super) fn confirm_told(&mut self, now: Moment, confirming: Confirming, facts: &Facts) {
        if let Some(goto) = self.confirm(confirming, facts) {
            self.go(now, goto);
        }
    }

    /// Uses the kept keys up until one answers, or asks; goes elsewhere, if a value can not be said.
    fn confirm(&mut self, confirming: Confirming, facts: &Facts) -> Option<Goto> {
        let plan = self.plan.clone();
        let confirm = confirm_of(&plan, confirming.step);
        let said = match self.sayings(&confirm.prompts, facts) {
            Ok(said) => said,
            Err(why) => return Some(self.confirm_in_vain(confirming.step, why)),
        };
        let mut confirming = confirming;
        while let Some(key) = self.keys.front().copied() {
            match self.next_answer(confirm.yes_key, confirm.no_key) {
                Some(Answer::Yes) => {
                    return Some(self.answered_with(confirming.step, key, confirm.yes));
                }
                Some(Answer::No) => {
                    return Some(self.answered_with(confirming.step, key, confirm.no));
                }
                Some(Answer::Neither) | None => {}
            }
            if let Some(goto) = self.goto_from_anywhere(key) {
                return Some(self.answered_with(confirming.step, key, goto));
            }
            confirming = match self.one_confirm_less(confirming, Again::Invalid) {
                Ok(confirming) => confirming,
                Err(otherwise) => return Some(otherwise),
            };
        }
        let mut phrases = self.spoken(confirming.again.before(&confirm.invalid, &confirm.silent));
        phrases.extend(said.phrases);
        phrases.extend(self.spoken(&confirm.question));
        self.outputs.extend(said.told);
        let play = self.play(phrases, Then::Stop);
        self.at = At::Confirming(Confirming { asked: Some(play), ..confirming });
        None
    }

    /// What the first of the kept keys says, which is used up by it.
    pub(super) fn next_answer(&mut self, yes: char, no: char) -> Option<Answer> {
        let key = self.keys.pop_front()?;
        Some(match key {
            key if key == yes => Answer::Yes,
            key if key == no => Answer::No,
            _ => Answer::Neither,
        })
    }

    fn answered_with(&mut self, step: StepId, key: char, to: Goto) -> Goto {
        self.chose(step, key);
        to
    }

    pub(super) fn key_in_confirm(&mut self, now: Moment, confirming: Confirming, key: char) {
        let own = {
            let confirm = confirm_of(&self.plan, confirming.step);
            [confirm.yes_key, confirm.no_key]
        };
        if let Some(goto) = self.goto_away(key, &own) {
            return self.lead_away(now, confirming.step, key, goto);
        }
        self.keep(key);
        if !confirming.learns()
            && let Some(goto) = self.read_back(confirming)
        {
            self.go(now, goto);
        }
    }

    /// The question has ended: from here on a caller takes too long.
    pub(super) fn confirm_played(&mut self, now: Moment, confirming: Confirming, ended: PlayId) {
        if confirming.asked == Some(ended) {
            self.timeout = Some(now + confirm_of(&self.plan, confirming.step).timeout);
        }
    }

    /// No key has come in time.
    pub(super) fn confirm_timed_out(&mut self, now: Moment, confirming: Confirming) {
        let next = match self.one_confirm_less(confirming, Again::Silent) {
            Ok(confirming) => self.read_back(confirming),
            Err(otherwise) => Some(otherwise),
        };
        if let Some(goto) = next {
            self.go(now, goto);
        }
    }

    /// One try less; `Err` tells where to go when none is left.
    fn one_confirm_less(
        &mut self,
        confirming: Confirming,
        again: Again,
    ) -> Result<Confirming, Goto> {
        let failed = confirming.failed.saturating_add(1);
        if failed < confirm_of(&self.plan, confirming.step).tries {
            return Ok(Confirming { failed, again, ..confirming });
        }
        Err(self.confirm_in_vain(confirming.step, "given up".to_owned()))
    }

    fn confirm_in_vain(&mut self, step: StepId, why: String) -> Goto {
        let to = confirm_of(&self.plan, step).otherwise;
        self.outputs.push_back(Output::Decided { step, why: why.into(), to });
        to
    }
}

fn confirm_of(plan: &Plan, step: StepId) -> &Confirm {
    plan.step(step).confirm().expect("only `enter_confirm` makes a caller `Confirming`")
}
