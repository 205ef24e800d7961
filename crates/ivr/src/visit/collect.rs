//! A caller who is asked for digits: the question, the keys, whether they are right.
//!
//! Every digit is one, the operator's key elsewhere too; and `*` takes back what has been typed. Keys typed
//! ahead count, in their order. What is typed may be secret: it prints as nothing.

use super::again::Again;
use super::confirm::Answer;
use super::{At, Visit};
use crate::{Number, Output, Spoken, Then};
use clock::{Duration, Moment};
use dialplan::{Collect, Goto, Plan, StepId, Value, builtin};
use ids::PlayId;
use std::fmt;

/// Says that the digits are right.
const RIGHT_KEY: char = '1';
/// Asks for them again.
const AGAIN_KEY: char = '2';
/// Takes back what has been typed.
const CLEAR_KEY: char = '*';

/// Who has pressed no key for so long after the question whether the digits are right presses none.
const ANSWER_MAX: Duration = Duration::from_secs(5);

/// A caller at a step that collects digits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Collecting {
    pub(super) step: StepId,
    /// How many answers have been wrong or missing.
    failed: u8,
    part: Part,
}

/// How far the caller has come.
#[derive(Clone, Copy, Debug)]
enum Part {
    /// Hears the question, or is silent after it.
    Asked(PlayId),
    /// Types.
    Typing(Typed),
    /// Is asked whether these are right.
    Confirming(Typed, PlayId),
}

/// Digits that have been typed.
#[derive(Clone, Copy, Default)]
struct Typed(Option<Number>);

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typed(…)")
    }
}

impl Typed {
    fn digits(&self) -> &str {
        self.0.as_ref().map_or("", Number::as_str)
    }

    fn and(self, digit: char) -> Self {
        Self(Number::typed_on(self.0, digit))
    }
}

impl Collecting {
    /// Whether a key is waited for; `listens`: nothing is being said.
    pub(super) const fn awaits_key(&self, listens: bool) -> bool {
        match self.part {
            Part::Typing(_) => true,
            Part::Asked(_) | Part::Confirming(..) => listens,
        }
    }
}

impl Visit {
    pub(super) fn enter_collect(&mut self, now: Moment, step: StepId) -> Option<Goto> {
        let collecting = Collecting { step, failed: 0, part: Part::Typing(Typed::default()) };
        if self.keys.is_empty() {
            self.ask_digits(collecting, Again::First);
            return None;
        }
        self.use_digits(now, collecting, Typed::default())
    }

    pub(super) fn key_in_collect(&mut self, now: Moment, collecting: Collecting, key: char) {
        let end_key = collect_of(&self.plan, collecting.step).end_key;
        let is_digits = key.is_ascii_digit() || end_key == Some(key);
        let own = match collecting.part {
            Part::Confirming(..) => &[RIGHT_KEY, AGAIN_KEY][..],
            Part::Asked(_) | Part::Typing(_) => &[CLEAR_KEY],
        };
        let next = match (collecting.part, self.goto_away(key, own)) {
            (Part::Confirming(..), Some(goto)) => {
                return self.lead_away(now, collecting.step, key, goto);
            }
            (Part::Asked(_) | Part::Typing(_), Some(goto)) if !is_digits => {
                return self.lead_away(now, collecting.step, key, goto);
            }
            (Part::Confirming(typed, _), None) => {
                self.keep(key);
                self.use_answer(collecting, typed)
            }
            (Part::Asked(_), _) => {
                self.keep(key);
                self.outputs.push_back(Output::Quiet);
                self.use_digits(now, collecting, Typed::default())
            }
            (Part::Typing(typed), _) => {
                self.keep(key);
                self.use_digits(now, collecting, typed)
            }
        };
        if let Some(goto) = next {
            self.go(now, goto);
        }
    }

    /// What the caller has heard has ended.
    pub(super) fn collect_played(&mut self, now: Moment, collecting: Collecting, ended: PlayId) {
        match collecting.part {
            Part::Asked(play) if play == ended => {
                self.timeout = Some(now + collect_of(&self.plan, collecting.step).timeout);
            }
            Part::Confirming(_, play) if play == ended => self.timeout = Some(now + ANSWER_MAX),
            Part::Asked(_) | Part::Confirming(..) | Part::Typing(_) => {}
        }
    }

    /// No key has come in time.
    pub(super) fn collect_timed_out(&mut self, now: Moment, collecting: Collecting) {
        let next = match collecting.part {
            Part::Typing(typed) if !typed.digits().is_empty() => self.typed(collecting, typed),
            Part::Asked(_) | Part::Typing(_) => self.collect_again(collecting, Again::Silent),
            Part::Confirming(typed, _) => match self.one_collect_less(collecting) {
                Ok(collecting) => {
                    self.ask_right(collecting, typed, Vec::new());
                    None
                }
                Err(otherwise) => Some(otherwise),
            },
        };
        if let Some(goto) = next {
            self.go(now, goto);
        }
    }

    /// Whether a key ends digits that were done by their number a moment ago, and so means nothing.
    pub(super) fn is_late_end(&mut self, now: Moment, key: char) -> bool {
        let is_late = self.ends_late(now, key);
        self.late_end = None;
        is_late
    }

    /// Uses the kept keys up until they are enough.
    fn use_digits(&mut self, now: Moment, collecting: Collecting, typed: Typed) -> Option<Goto> {
        let plan = self.plan.clone();
        let collect = collect_of(&plan, collecting.step);
        let mut typed = typed;
        while let Some(key) = self.keys.pop_front() {
            if collect.end_key == Some(key) {
                return self.typed(collecting, typed);
            }
            typed = match key {
                CLEAR_KEY => Typed::default(),
                digit => typed.and(digit),
            };
            if typed.digits().len() >= usize::from(collect.digits_max) {
                // Who ends digits that are done ends nothing of what comes next.
                self.late_end = collect.end_key.map(|key| (key, now + collect.between));
                if collect.end_key.is_some() && self.keys.front().copied() == collect.end_key {
                    self.keys.pop_front();
                    self.late_end = None;
                }
                return self.typed(collecting, typed);
            }
        }
        let none = typed.digits().is_empty();
        self.timeout = Some(now + if none { collect.timeout } else { collect.between });
        self.at = At::Collecting(Collecting { part: Part::Typing(typed), ..collecting });
        None
    }

    /// These are the digits, if they are what they must be.
    fn typed(&mut self, collecting: Collecting, typed: Typed) -> Option<Goto> {
        let plan = self.plan.clone();
        let collect = collect_of(&plan, collecting.step);
        if typed.digits().is_empty() {
            return self.collect_again(collecting, Again::Silent);
        }
        match collect.value(&plan, typed.digits()) {
            Some(_) if collect.confirm => self.use_answer(collecting, typed),
            Some(value) => Some(self.collected(collecting.step, value)),
            None => self.collect_again(collecting, Again::Invalid),
        }
    }

    fn collected(&mut self, step: StepId, value: Value) -> Goto {
        let (into, to) = {
            let collect = collect_of(&self.plan, step);
            (collect.into, collect.goto)
        };
        self.note(into, value);
        self.outputs.push_back(Output::Decided { step, why: "typed".into(), to });
        to
    }

    /// Uses the kept keys up until one says whether the digits are right, or asks.
    fn use_answer(&mut self, collecting: Collecting, typed: Typed) -> Option<Goto> {
        let mut collecting = collecting;
        let mut before = Vec::new();
        while let Some(answer) = self.next_answer(RIGHT_KEY, AGAIN_KEY) {
            match answer {
                Answer::Yes => {
                    let plan = self.plan.clone();
                    let value = collect_of(&plan, collecting.step).value(&plan, typed.digits());
                    let value = value.expect("what is read back has been looked at");
                    return Some(self.collected(collecting.step, value));
                }
                Answer::No => return self.collect_again(collecting, Again::First),
                Answer::Neither => {}
            }
            before = self.word(builtin::INVALID).into_iter().collect();
            collecting = match self.one_collect_less(collecting) {
                Ok(collecting) => collecting,
                Err(otherwise) => return Some(otherwise),
            };
        }
        self.ask_right(collecting, typed, before);
        None
    }

    fn ask_right(&mut self, collecting: Collecting, typed: Typed, before: Vec<Spoken>) {
        let mut phrases = before;
        phrases.extend(self.word(builtin::COLLECT_TYPED));
        phrases.extend(self.value(&speech::Value::Digits(typed.digits().into())));
        phrases.extend(self.word(builtin::COLLECT_RIGHT));
        self.timeout = None;
        let play = self.play(phrases, Then::Stop);
        self.at = At::Collecting(Collecting { part: Part::Confirming(typed, play), ..collecting });
    }

    /// Asks once more, unless that was the last try.
    fn collect_again(&mut self, collecting: Collecting, again: Again) -> Option<Goto> {
        // They belonged to an answer that was none.
        self.keys.clear();
        match self.one_collect_less(collecting) {
            Ok(collecting) => {
                self.ask_digits(collecting, again);
                None
            }
            Err(otherwise) => Some(otherwise),
        }
    }

    fn ask_digits(&mut self, collecting: Collecting, again: Again) {
        let plan = self.plan.clone();
        let collect = collect_of(&plan, collecting.step);
        let mut phrases = self.spoken(again.before(&collect.invalid, &collect.silent));
        phrases.extend(self.spoken(&collect.prompts));
        self.timeout = None;
        let play = self.play(phrases, Then::Stop);
        self.at = At::Collecting(Collecting { part: Part::Asked(play), ..collecting });
    }

    /// One try less; `Err` tells where to go when none is left.
    fn one_collect_less(&mut self, collecting: Collecting) -> Result<Collecting, Goto> {
        let Collect { tries, otherwise, .. } = *collect_of(&self.plan, collecting.step);
        let failed = collecting.failed.saturating_add(1);
        if failed < tries {
            return Ok(Collecting { failed, ..collecting });
        }
        let (step, why) = (collecting.step, "given up".into());
        self.outputs.push_back(Output::Decided { step, why, to: otherwise });
        Err(otherwise)
    }
}

fn collect_of(plan: &Plan, step: StepId) -> &Collect {
    plan.step(step).collect().expect("only `enter_collect` makes a caller `Collecting`")
}
