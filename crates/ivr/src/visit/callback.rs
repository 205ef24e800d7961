//! A caller who may be called back: which number, whether it is right, the promise.
//!
//! Nothing is promised that the caller has not confirmed by key 1, and nothing is said to be promised
//! before nothing can take it away any more. Keys typed ahead count, in their order.

use super::choosing::{Before, When};
use super::patience::SILENCE_MAX;
use super::standing::{self, Stands};
use super::{At, Visit};
use crate::{NoCallback, Number, Output, Spoken, Then};
use clock::{Duration, Moment};
use dialplan::{Callback, Goto, Plan, StepId, builtin};
use ids::PlayId;
use speech::{Appointment, Value};

/// How often a caller is asked in one visit of a callback without giving an answer that leads on: by no
/// key, by one that means nothing, by a number that can not be called.
pub const TRIES_MAX: u8 = 3;

/// How many numbers a caller may type: each is looked at by whoever drives the visit.
pub const NUMBERS_MAX: u8 = 5;

/// Says that the number is right.
const RIGHT_KEY: char = '1';
/// Asks for another number.
const ANOTHER_KEY: char = '2';
/// Asks for another time.
const ANOTHER_TIME_KEY: char = '3';
/// Ends a number.
const END_KEY: char = '#';
/// Takes back what has been typed of a number.
const CLEAR_KEY: char = '*';

/// Who has pressed no key for so long after the question, or after a digit, presses none.
const ANSWER_MAX: Duration = Duration::from_secs(5);

/// A caller at a callback.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanting {
    pub(super) step: StepId,
    /// How many answers have been wrong or missing.
    pub(super) failed: u8,
    /// How many numbers have been typed.
    pub(super) typed: u8,
    /// When the caller wants to be called.
    pub(super) when: When,
    /// How often that was asked.
    pub(super) choices: u8,
    pub(super) part: Part,
}

/// How far the caller has come.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// It is being found out whether a number can be called: the one typed, or the caller's own.
    Opening(Option<Number>),
    /// It is being found out which times are free, and then said behind this.
    Timing(Number, Before),
    /// Is asked when to be called at this number.
    Choosing(Number, PlayId),
    /// Is asked whether this number is right.
    Asked(Number, PlayId),
    /// Has been promised a callback at this number, which stands so, and is asked what to do about it.
    Standing(Number, Stands, PlayId),
    /// Is asked to type a number.
    AskedToType(PlayId),
    /// Types a number.
    Typing(Option<Number>),
    /// Has said that this number is right, and waits for the promise.
    Promising(Number),
    /// Hears the last words, and goes on.
    LastWords(PlayId, Goto),
}

impl Wanting {
    /// Where it begins anew. Who has only to hear the last words goes on behind them.
    pub(super) const fn anew(self) -> Goto {
        match self.part {
            Part::LastWords(_, goto) => goto,
            Part::Opening(_)
            | Part::Timing(..)
            | Part::Choosing(..)
            | Part::Asked(..)
            | Part::Standing(..)
            | Part::AskedToType(_)
            | Part::Typing(_)
            | Part::Promising(_) => Goto::Step(self.step),
        }
    }

    /// Whether a key would be answered now: `asked` says that the question is over.
    pub(super) const fn awaits_key(&self, asked: bool) -> bool {
        match self.part {
            Part::Typing(_) => true,
            Part::Choosing(..) | Part::Asked(..) | Part::Standing(..) | Part::AskedToType(_) => {
                asked
            }
            Part::Opening(_) | Part::Timing(..) | Part::Promising(_) | Part::LastWords(..) => false,
        }
    }
}

impl Visit {
    pub(super) fn enter_callback(&mut self, step: StepId) -> Option<Goto> {
        let (when, part) = (When::Unasked, Part::Opening(None));
        self.open(Wanting { step, failed: 0, typed: 0, when, choices: 0, part }, None);
        None
    }

    /// Whether the number can be called.
    pub(super) fn callback_number(&mut self, now: Moment, number: Option<Number>) {
        let At::Callback(wanting @ Wanting { part: Part::Opening(typed), .. }) = self.at else {
            return;
        };
        let plan = self.plan.clone();
        let callback = callback_of(&plan, wanting.step);
        if let Some(number) = number.filter(|_| wanting.when == When::Unasked)
            && callback.offers_times().is_some()
        {
            let before = if typed.is_some() { Before::Nothing } else { Before::Offer };
            return self.ask_times(now, wanting, (number, before));
        }
        let offer = match typed {
            Some(_) => Vec::new(),
            None => self.spoken(&callback.prompts),
        };
        if let Some(number) = number {
            return self.answer(now, wanting, number, offer);
        }
        // They were meant for a question that is not asked.
        self.keys.clear();
        match typed {
            Some(_) => {
                let not_possible = self.words(&[builtin::CALLBACK_NOT_POSSIBLE]);
                self.ask_to_type_again(now, wanting, not_possible);
            }
            None if callback.may_type => self.ask_to_type(wanting, offer),
            None => self.callback_refused(now, NoCallback::Full),
        }
    }

    /// No callback can be promised now.
    pub(super) fn callback_refused(&mut self, now: Moment, why: NoCallback) {
        let At::Callback(wanting) = self.at else { return };
        if let Part::LastWords(..) = wanting.part {
            return;
        }
        self.keys.clear();
        let callback = callback_of(&self.plan, wanting.step);
        let (words, goto) = match why {
            NoCallback::Full => (builtin::CALLBACK_FULL, callback.full),
            NoCallback::TooLate => (builtin::CALLBACK_TOO_LATE, callback.too_late),
        };
        self.last_words_of_callback(now, wanting, words, goto);
    }

    /// Nothing can take the promise away any more.
    pub(super) fn callback_promised(&mut self, now: Moment, at: Option<Appointment>) {
        let At::Callback(wanting @ Wanting { part: Part::Promising(_), .. }) = self.at else {
            return;
        };
        let goto = callback_of(&self.plan, wanting.step).goto;
        let Some(at) = at.and_then(|at| self.appointment(at)) else {
            return self.last_words_of_callback(now, wanting, builtin::CALLBACK_PROMISED, goto);
        };
        let mut phrases = self.words(&[builtin::CALLBACK_PROMISED_AT]);
        phrases.extend(at);
        self.last_phrases_of_callback(now, wanting, phrases, goto);
    }

    pub(super) fn key_in_callback(&mut self, now: Moment, wanting: Wanting, key: char) {
        let own = match wanting.part {
            Part::Standing(..) => standing::KEYS.to_vec(),
            Part::Choosing(..) => self.keys_of_times(),
            Part::Asked(..) if wanting.when.has_others() => {
                vec![RIGHT_KEY, ANOTHER_KEY, ANOTHER_TIME_KEY]
            }
            Part::Asked(..)
            | Part::Opening(_)
            | Part::Timing(..)
            | Part::AskedToType(_)
            | Part::Typing(_)
            | Part::Promising(_)
            | Part::LastWords(..) => vec![RIGHT_KEY, ANOTHER_KEY],
        };
        match (wanting.part, self.goto_away(key, &own)) {
            // Numbers have the digit in them that is the operator's key elsewhere.
            (Part::AskedToType(_) | Part::Typing(_), _) => self.type_key(now, wanting, key),
            (
                Part::Choosing(..) | Part::Asked(..) | Part::Standing(..) | Part::LastWords(..),
                Some(goto),
            ) => {
                self.lead_away(now, wanting.step, key, goto);
            }
            (Part::Choosing(number, _), None) => {
                self.keep(key);
                self.choose_time(now, wanting, number, Vec::new());
            }
            (Part::Asked(number, _), None) => {
                self.keep(key);
                self.answer(now, wanting, number, Vec::new());
            }
            (Part::Standing(number, stands, _), None) => {
                self.keep(key);
                self.decide(now, wanting, (number, stands));
            }
            (Part::Opening(_) | Part::Timing(..) | Part::Promising(_) | Part::LastWords(..), _) => {
                self.keep(key)
            }
        }
    }

    /// What the caller has heard has ended.
    pub(super) fn callback_played(&mut self, now: Moment, wanting: Wanting, ended: PlayId) {
        match wanting.part {
            Part::Choosing(_, play)
            | Part::Asked(_, play)
            | Part::Standing(_, _, play)
            | Part::AskedToType(play)
                if play == ended =>
            {
                self.timeout = Some(now + ANSWER_MAX);
            }
            Part::LastWords(play, goto) if play == ended => self.go(now, goto),
            Part::Choosing(..)
            | Part::Asked(..)
            | Part::Standing(..)
            | Part::AskedToType(_)
            | Part::LastWords(..)
            | Part::Opening(_)
            | Part::Timing(..)
            | Part::Typing(_)
            | Part::Promising(_) => {}
        }
    }

    /// No key has come in time.
    pub(super) fn callback_timed_out(&mut self, now: Moment, wanting: Wanting) {
        match wanting.part {
            Part::Asked(number, _) => match self.one_try_less(wanting) {
                Ok(wanting) => self.ask_whether(now, wanting, (number, Vec::new())),
                Err(otherwise) => self.go(now, otherwise),
            },
            Part::Choosing(number, _) => self.choose_again(now, wanting, number),
            Part::Standing(number, stands, _) => match self.one_try_less(wanting) {
                Ok(wanting) => self.ask_what_to_do(now, wanting, (number, stands, Vec::new())),
                Err(otherwise) => self.go(now, otherwise),
            },
            Part::AskedToType(_) | Part::Typing(None) => {
                self.ask_to_type_again(now, wanting, Vec::new());
            }
            Part::Typing(Some(number)) => self.open(wanting, Some(number)),
            Part::Promising(_) => {
                let queue = callback_of(&self.plan, wanting.step).queue;
                let music = self.plan.queue(queue).music;
                self.music_meanwhile(music);
            }
            Part::Opening(_) | Part::Timing(..) | Part::LastWords(..) => {}
        }
    }

    fn open(&mut self, wanting: Wanting, typed: Option<Number>) {
        let step = wanting.step;
        self.outputs.push_back(Output::OpenCallback { step, typed });
        self.timeout = None;
        let numbers = wanting.typed.saturating_add(u8::from(typed.is_some()));
        self.at = At::Callback(Wanting { typed: numbers, part: Part::Opening(typed), ..wanting });
    }

    /// Uses the kept keys up until one leads on, or asks whether the number is right.
    pub(super) fn answer(
        &mut self,
        now: Moment,
        wanting: Wanting,
        number: Number,
        offer: Vec<Spoken>,
    ) {
        let (mut wanting, mut before) = (wanting, offer);
        let may_type = callback_of(&self.plan, wanting.step).may_type;
        while let Some(key) = self.keys.pop_front() {
            match key {
                RIGHT_KEY => return self.promise(now, wanting, number),
                ANOTHER_KEY if may_type => return self.another(now, wanting),
                ANOTHER_TIME_KEY if wanting.when.has_others() => {
                    return self.ask_times(now, wanting, (number, Before::Nothing));
                }
                _ => {}
            }
            if let Some(goto) = self.goto_from_anywhere(key) {
                return self.lead_away(now, wanting.step, key, goto);
            }
            before = self.words(&[builtin::INVALID]);
            wanting = match self.one_try_less(wanting) {
                Ok(wanting) => wanting,
                Err(otherwise) => return self.go(now, otherwise),
            };
        }
        self.ask_whether(now, wanting, (number, before));
    }

    fn ask_whether(
        &mut self,
        now: Moment,
        wanting: Wanting,
        (number, before): (Number, Vec<Spoken>),
    ) {
        let mut phrases = before;
        if let Some(at) = wanting.when.at().and_then(|at| self.appointment_by(now, at)) {
            phrases.extend(self.words(&[builtin::CALLBACK_CHOSEN]));
            phrases.extend(at);
        }
        phrases.extend(self.words(&[builtin::CALLBACK_NUMBER]));
        phrases.extend(self.value(&Value::Telephone(number.as_str().into())));
        phrases.extend(self.word(builtin::CALLBACK_CONFIRM));
        if callback_of(&self.plan, wanting.step).may_type {
            phrases.extend(self.word(builtin::CALLBACK_ANOTHER));
        }
        if wanting.when.has_others() {
            phrases.extend(self.word(builtin::CALLBACK_ANOTHER_TIME));
        }
        self.timeout = None;
        let play = self.play(phrases, Then::Stop);
        self.at = At::Callback(Wanting { part: Part::Asked(number, play), ..wanting });
    }

    pub(super) fn promise(&mut self, now: Moment, wanting: Wanting, number: Number) {
        let (step, at) = (wanting.step, wanting.when.at().map(|chosen| chosen.at));
        self.outputs.extend([Output::Quiet, Output::PromiseCallback { step, number, at }]);
        self.timeout = Some(now + SILENCE_MAX);
        self.at = At::Callback(Wanting { part: Part::Promising(number), ..wanting });
    }

    /// The caller wants to type another number, or has begun to.
    fn another(&mut self, now: Moment, wanting: Wanting) {
        if wanting.typed >= NUMBERS_MAX {
            return self.go(now, callback_of(&self.plan, wanting.step).otherwise);
        }
        if self.keys.is_empty() {
            return self.ask_to_type(wanting, Vec::new());
        }
        self.outputs.push_back(Output::Quiet);
        self.type_kept(now, wanting, None);
    }

    fn ask_to_type(&mut self, wanting: Wanting, before: Vec<Spoken>) {
        let mut phrases = before;
        phrases.extend(self.word(builtin::CALLBACK_TYPE));
        self.timeout = None;
        let play = self.play(phrases, Then::Stop);
        self.at = At::Callback(Wanting { part: Part::AskedToType(play), ..wanting });
    }

    fn ask_to_type_again(&mut self, now: Moment, wanting: Wanting, before: Vec<Spoken>) {
        match self.one_try_less(wanting) {
            Ok(wanting) if wanting.typed < NUMBERS_MAX => self.ask_to_type(wanting, before),
            Ok(_) => self.go(now, callback_of(&self.plan, wanting.step).otherwise),
            Err(otherwise) => self.go(now, otherwise),
        }
    }

    /// A key of a number. The first one cuts short what is said.
    fn type_key(&mut self, now: Moment, wanting: Wanting, key: char) {
        self.keep(key);
        if let Part::AskedToType(_) = wanting.part {
            self.outputs.push_back(Output::Quiet);
        }
        let typed = match wanting.part {
            Part::Typing(typed) => typed,
            Part::Opening(_)
            | Part::Timing(..)
            | Part::Choosing(..)
            | Part::Asked(..)
            | Part::Standing(..)
            | Part::AskedToType(_)
            | Part::Promising(_)
            | Part::LastWords(..) => None,
        };
        self.type_kept(now, wanting, typed);
    }

    /// Uses the kept keys up until one ends the number.
    fn type_kept(&mut self, now: Moment, wanting: Wanting, typed: Option<Number>) {
        let mut typed = typed;
        while let Some(key) = self.keys.pop_front() {
            typed = match (key, typed) {
                (END_KEY, Some(_)) => return self.open(wanting, typed),
                (END_KEY, None) => return self.ask_to_type_again(now, wanting, Vec::new()),
                (CLEAR_KEY, _) => None,
                (digit, before) => Number::typed_on(before, digit),
            };
        }
        self.timeout = Some(now + ANSWER_MAX);
        self.at = At::Callback(Wanting { part: Part::Typing(typed), ..wanting });
    }

    /// One try less; `Err` tells where to go when none is left.
    pub(super) fn one_try_less(&self, wanting: Wanting) -> Result<Wanting, Goto> {
        let failed = wanting.failed.saturating_add(1);
        let otherwise = callback_of(&self.plan, wanting.step).otherwise;
        if failed < TRIES_MAX { Ok(Wanting { failed, ..wanting }) } else { Err(otherwise) }
    }

    /// Says this, and goes on.
    pub(super) fn last_words_of_callback(
        &mut self,
        now: Moment,
        wanting: Wanting,
        name: &str,
        goto: Goto,
    ) {
        let phrases = self.words(&[name]);
        self.last_phrases_of_callback(now, wanting, phrases, goto);
    }

    pub(super) fn last_phrases_of_callback(
        &mut self,
        now: Moment,
        wanting: Wanting,
        phrases: Vec<Spoken>,
        goto: Goto,
    ) {
        if phrases.is_empty() {
            return self.go(now, goto);
        }
        self.timeout = None;
        let play = self.play(phrases, Then::Stop);
        self.at = At::Callback(Wanting { part: Part::LastWords(play, goto), ..wanting });
    }

    pub(super) fn words(&self, names: &[&str]) -> Vec<Spoken> {
        names.iter().filter_map(|name| self.word(name)).collect()
    }
}

pub(super) fn callback_of(plan: &Plan, step: StepId) -> &Callback {
    plan.step(step).callback().expect("only `enter_callback` makes a caller `Wanting`")
}
