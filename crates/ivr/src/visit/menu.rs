//! A caller in a menu: the question, the keys and the tries.

use super::again::Again;
use super::{At, Visit};
use crate::{Output, Then};
use clock::{Duration, Moment};
use dialplan::{Choice, Goto, Menu, Plan, StepId, Value};
use ids::PlayId;

/// Who has pressed no further key for so long has pressed all of an entry that has several.
const BETWEEN_KEYS: Duration = Duration::from_secs(3);

/// A caller who is asked for a key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asking {
    pub(super) step: StepId,
    /// The question, as it was asked last.
    pub(super) play: PlayId,
    /// How many answers have been wrong or missing.
    failed: u8,
}

impl Visit {
    pub(super) fn enter_menu(&mut self, now: Moment, step: StepId) -> Option<Goto> {
        self.use_keys(now, Asking { step, play: self.plays, failed: 0 }, Again::First)
    }

    /// A key has come while the menu asks, and is among those kept.
    pub(super) fn menu_key(&mut self, now: Moment, asking: Asking) {
        if let Some(goto) = self.use_keys(now, asking, Again::Invalid) {
            self.go(now, goto);
        }
    }

    /// The question has ended: from here on a caller takes too long.
    pub(super) fn menu_asked(&mut self, now: Moment, asking: Asking) {
        if self.keys.is_empty() {
            self.timeout = Some(now + menu_of(&self.plan, asking.step).timeout);
        }
    }

    /// No key came in time, or no further one.
    pub(super) fn menu_silent(&mut self, now: Moment, asking: Asking) {
        let typed: String = self.keys.iter().collect();
        let again = match menu_of(&self.plan, asking.step).choice(&typed) {
            Choice::Leads(count, goto) | Choice::Unless(count, goto) => {
                let goto = self.choose(asking.step, count, goto);
                return self.go(now, goto);
            }
            Choice::NotYet | Choice::Nowhere(_) if typed.is_empty() => Again::Silent,
            Choice::NotYet | Choice::Nowhere(_) => Again::Invalid,
        };
        self.keys.clear();
        match self.failed_once_more(asking) {
            Ok(asking) => self.ask(asking, again),
            Err(otherwise) => self.go(now, otherwise),
        }
    }

    /// Uses the kept keys up until they lead on, or asks for more.
    fn use_keys(&mut self, now: Moment, mut asking: Asking, mut again: Again) -> Option<Goto> {
        while let Some(first) = self.keys.front().copied() {
            let typed: String = self.keys.iter().collect();
            let wrong = match menu_of(&self.plan, asking.step).choice(&typed) {
                Choice::Leads(count, goto) => return Some(self.choose(asking.step, count, goto)),
                Choice::Unless(..) | Choice::NotYet => {
                    self.await_more(now, asking);
                    return None;
                }
                Choice::Nowhere(count) => count,
            };
            if let Some(goto) = self.goto_from_anywhere(first) {
                self.keys.pop_front();
                self.chose(asking.step, first);
                return Some(goto);
            }
            self.keys.drain(..wrong.min(self.keys.len()));
            again = Again::Invalid;
            asking = match self.failed_once_more(asking) {
                Ok(asking) => asking,
                Err(otherwise) => return Some(otherwise),
            };
        }
        self.ask(asking, again);
        None
    }

    /// The keys may be the beginning of more.
    fn await_more(&mut self, now: Moment, asking: Asking) {
        self.outputs.push_back(Output::Quiet);
        self.timeout = Some(now + BETWEEN_KEYS);
        self.at = At::Asking(asking);
    }

    /// So many of the kept keys lead there.
    fn choose(&mut self, step: StepId, count: usize, to: Goto) -> Goto {
        let typed: String = self.keys.drain(..count.min(self.keys.len())).collect();
        let menu = menu_of(&self.plan, step);
        let into = menu.into;
        let mut letters = typed.chars();
        match (letters.next(), letters.next()) {
            (Some(key), None) if menu.keys.contains_key(&key) => self.chose(step, key),
            _ => {
                let why = typed.as_str().into();
                self.outputs.push_back(Output::Decided { step, why, to });
            }
        }
        if let Some(variable) = into {
            self.note(variable, Value::text(&typed));
        }
        to
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
        let mut phrases = self.spoken(again.before(&menu.invalid, &menu.silent));
        phrases.extend(self.spoken(&menu.prompts));
        self.timeout = None;
        let play = self.play(phrases, Then::Stop);
        self.at = At::Asking(Asking { play, ..asking });
    }
}

fn menu_of(plan: &Plan, step: StepId) -> &Menu {
    plan.step(step).menu().expect("only `enter_menu` makes a caller `Asking`")
}
