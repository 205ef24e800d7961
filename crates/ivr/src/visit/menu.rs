//! A caller in a menu: the question, the keys and the tries.

use super::{At, Visit};
use crate::Then;
use clock::Moment;
use dialplan::{Goto, Menu, Phrase, Plan, StepId};
use ids::PlayId;

/// A caller who is asked for a key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asking {
    pub(super) step: StepId,
    /// The question, as it was asked last.
    pub(super) play: PlayId,
    /// How many answers have been wrong or missing.
    failed: u8,
}

/// What comes before the question when it is asked again.
#[derive(Clone, Copy)]
enum Again {
    /// Nothing: it is asked for the first time.
    First,
    /// The key led nowhere.
    Invalid,
    /// No key came.
    Silent,
}

impl Visit {
    pub(super) fn enter_menu(&mut self, step: StepId) -> Option<Goto> {
        self.use_keys(Asking { step, play: self.plays, failed: 0 }, Again::First)
    }

    /// A key has come while the menu asks, and is among those kept.
    pub(super) fn menu_key(&mut self, now: Moment, asking: Asking) {
        if let Some(goto) = self.use_keys(asking, Again::Invalid) {
            self.go(now, goto);
        }
    }

    /// The question has ended: from here on a caller takes too long.
    pub(super) fn menu_asked(&mut self, now: Moment, asking: Asking) {
        self.timeout = Some(now + menu_of(&self.plan, asking.step).timeout);
    }

    /// No key came in time.
    pub(super) fn menu_silent(&mut self, now: Moment, asking: Asking) {
        match self.failed_once_more(asking) {
            Ok(asking) => self.ask(asking, Again::Silent),
            Err(otherwise) => self.go(now, otherwise),
        }
    }

    /// Uses the kept keys up until one leads on, or asks for more.
    fn use_keys(&mut self, mut asking: Asking, mut again: Again) -> Option<Goto> {
        while let Some(key) = self.keys.pop_front() {
            if let Some(goto) = self.choice(asking.step, key) {
                self.chose(asking.step, key);
                return Some(goto);
            }
            again = Again::Invalid;
            asking = match self.failed_once_more(asking) {
                Ok(asking) => asking,
                Err(otherwise) => return Some(otherwise),
            };
        }
        self.ask(asking, again);
        None
    }

    /// Where a key leads from this menu.
    fn choice(&self, step: StepId, key: char) -> Option<Goto> {
        let chosen = menu_of(&self.plan, step).keys.get(&key).copied();
        chosen.or_else(|| self.operator_goto(key))
    }

    /// One try less; `Err` tells where to go when none is left.
    fn failed_once_more(&self, asking: Asking) -> Result<Asking, Goto> {
        let menu = menu_of(&self.plan, asking.step);
        let failed = asking.failed.saturating_add(1);
        if failed < menu.tries { Ok(Asking { failed, ..asking }) } else { Err(menu.otherwise) }
    }

    fn ask(&mut self, asking: Asking, again: Again) {
        let plan = self.plan.clone();
        let menu = menu_of(&plan, asking.step);
        let before: &[Phrase] = match again {
            Again::First => &[],
            Again::Invalid => &menu.invalid,
            Again::Silent => &menu.silent,
        };
        let mut phrases = self.spoken(before);
        phrases.extend(self.spoken(&menu.prompts));
        self.timeout = None;
        let play = self.play(phrases, Then::Stop);
        self.at = At::Asking(Asking { play, ..asking });
    }
}

fn menu_of(plan: &Plan, step: StepId) -> &Menu {
    plan.step(step).menu().expect("only `enter_menu` makes a caller `Asking`")
}
