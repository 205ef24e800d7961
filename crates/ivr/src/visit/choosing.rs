//! A caller who chooses when they are called back: at one of the next free times, or when it is their turn.
//!
//! Which times are free is asked each time before they are said, and promised is none that was not. The choice is read back with the
//! number, and the same key says that both are right.

use super::callback::{Part, Wanting, callback_of};
use super::{At, Visit};
use crate::{NoCallback, Number, Output, Spoken, Then, Unchanged};
use clock::Moment;
use dialplan::builtin;
use speech::{Appointment, Value};

/// How often a caller may choose in one visit of a callback.
pub const CHOICES_MAX: u8 = 5;

/// Each time has its key, and one's turn the next.
const KEYS: [char; 9] = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

/// When a caller wants to be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// They have not been asked.
    Unasked,
    /// When it is their turn: there is nothing else to choose.
    OnlyTurn,
    /// When it is their turn: they have chosen that.
    Turn,
    /// At this time.
    At(Appointment),
}

/// What is said before the times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// Nothing.
    Nothing,
    /// What the step says first.
    Offer,
    /// That the time which was chosen is gone.
    Gone,
}

/// What may be chosen from.
#[derive(Debug, Default)]
pub(super) struct Times {
    /// The free times, the soonest first.
    free: Vec<Appointment>,
    /// Whether the caller may be called at their turn.
    has_turn: bool,
}

impl When {
    /// The time, if it is at one.
    pub(super) const fn at(self) -> Option<Appointment> {
        match self {
            Self::At(at) => Some(at),
            Self::Unasked | Self::OnlyTurn | Self::Turn => None,
        }
    }

    /// Whether there is something else that may be chosen.
    pub(super) const fn has_others(self) -> bool {
        matches!(self, Self::Turn | Self::At(_))
    }
}

impl Times {
    /// What each key chooses.
    fn by_key(&self) -> impl Iterator<Item = (char, When)> {
        let times = self.free.iter().map(|at| When::At(*at));
        KEYS.into_iter().zip(times.chain(self.has_turn.then_some(When::Turn)))
    }

    fn chosen_by(&self, key: char) -> Option<When> {
        self.by_key().find(|(of, _)| *of == key).map(|(_, when)| when)
    }
}

impl Visit {
    /// The keys that choose.
    pub(super) fn keys_of_times(&self) -> Vec<char> {
        self.times.by_key().map(|(key, _)| key).collect()
    }

    /// The caller is to choose, unless the step offers nothing or they have chosen too often.
    pub(super) fn ask_times(
        &mut self,
        now: Moment,
        wanting: Wanting,
        (number, before): (Number, Before),
    ) {
        let choices = wanting.choices.saturating_add(1);
        if choices > CHOICES_MAX {
            return self.go(now, callback_of(&self.plan, wanting.step).otherwise);
        }
        self.look_for_times(Wanting { choices, ..wanting }, (number, before));
    }

    fn look_for_times(&mut self, wanting: Wanting, (number, before): (Number, Before)) {
        self.outputs.push_back(Output::AskTimes { step: wanting.step, number });
        self.timeout = None;
        let part = Part::Timing(number, before);
        self.at = At::Callback(Wanting { when: When::Unasked, part, ..wanting });
    }

    /// Which times are free.
    pub(super) fn callback_times(
        &mut self,
        now: Moment,
        times: Vec<Appointment>,
        at_turn: Result<(), NoCallback>,
    ) {
        let At::Callback(wanting @ Wanting { part: Part::Timing(number, before), .. }) = self.at
        else {
            return;
        };
        let before = match before {
            Before::Nothing => Vec::new(),
            Before::Offer => self.spoken(&callback_of(&self.plan.clone(), wanting.step).prompts),
            Before::Gone => self.words(&[builtin::CALLBACK_GONE]),
        };
        match at_turn {
            Err(why) if times.is_empty() => self.callback_refused(now, why),
            Ok(()) if times.is_empty() => {
                let wanting = Wanting { when: When::OnlyTurn, ..wanting };
                self.answer(now, wanting, number, before);
            }
            Ok(()) | Err(_) => {
                self.times = Times { free: times, has_turn: at_turn.is_ok() };
                self.choose_time(now, wanting, number, before);
            }
        }
    }

    /// Uses the kept keys up until one chooses, or says what may be chosen.
    pub(super) fn choose_time(
        &mut self,
        now: Moment,
        wanting: Wanting,
        number: Number,
        before: Vec<Spoken>,
    ) {
        let (mut wanting, mut before) = (wanting, before);
        while let Some(key) = self.keys.pop_front() {
            if let Some(when) = self.times.chosen_by(key) {
                return self.answer(now, Wanting { when, ..wanting }, number, Vec::new());
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
        let mut phrases = before;
        phrases.extend(self.what_may_be_chosen(now));
        self.timeout = None;
        let play = self.play(phrases, Then::Stop);
        self.at = At::Callback(Wanting { part: Part::Choosing(number, play), ..wanting });
    }

    fn what_may_be_chosen(&self, now: Moment) -> Vec<Spoken> {
        let mut said = self.words(&[builtin::CALLBACK_TIMES]);
        for (at, (_, when)) in (1..).zip(self.times.by_key()) {
            match when {
                When::At(time) => {
                    said.extend(self.word(builtin::CALLBACK_FOR));
                    said.extend(self.appointment_by(now, time).into_iter().flatten());
                    said.extend(self.word(builtin::CALLBACK_PRESS));
                }
                When::Turn | When::OnlyTurn | When::Unasked => {
                    said.extend(self.word(builtin::CALLBACK_IN_TURN));
                }
            }
            said.extend(self.value(&Value::Number(at)));
        }
        said
    }

    /// No key has come in time: what is free now is said.
    pub(super) fn choose_again(&mut self, now: Moment, wanting: Wanting, number: Number) {
        match self.one_try_less(wanting) {
            Ok(wanting) => self.look_for_times(wanting, (number, Before::Nothing)),
            Err(otherwise) => self.go(now, otherwise),
        }
    }

    /// Somebody else has been promised the time that the caller had chosen.
    pub(super) fn callback_time_gone(&mut self, now: Moment) {
        let At::Callback(wanting @ Wanting { part: Part::Promising(number), .. }) = self.at else {
            return;
        };
        if wanting.choices >= CHOICES_MAX {
            // Who has confirmed a time must not be left in the belief that it is agreed on.
            return self.callback_refused(now, NoCallback::Full);
        }
        // They were meant for other times.
        self.keys.clear();
        self.ask_times(now, wanting, (number, Before::Gone));
    }

    /// The number has a callback that stays as it is. Who has chosen a time for it must not believe that this is agreed on.
    pub(super) fn callback_unchanged(&mut self, now: Moment, unchanged: Unchanged) {
        let At::Callback(wanting @ Wanting { part: Part::Timing(..) | Part::Promising(_), .. }) =
            self.at
        else {
            return;
        };
        // They were meant for other times.
        self.keys.clear();
        let phrases = match unchanged {
            Unchanged::At(at) => {
                let mut phrases =
                    self.words(&[builtin::CALLBACK_UNCHANGED, builtin::CALLBACK_CHOSEN]);
                phrases.extend(self.appointment(at).into_iter().flatten());
                phrases
            }
            Unchanged::AtTurn => {
                self.words(&[builtin::CALLBACK_UNCHANGED, builtin::CALLBACK_PROMISED])
            }
            Unchanged::CalledNow => self.words(&[builtin::CALLBACK_NOW]),
        };
        let goto = callback_of(&self.plan, wanting.step).goto;
        self.last_phrases_of_callback(now, wanting, phrases, goto);
    }

    /// A time that was told before, as it is said now: midnight may have passed since, and "today" with it.
    pub(super) fn appointment_by(&self, now: Moment, told: Appointment) -> Option<Vec<Spoken>> {
        let is_over = self.day_ends.is_some_and(|ends| now >= ends);
        // Nobody is asked for a whole day.
        let tomorrow = is_over.then(|| told.today.tomorrow().ok()).flatten();
        self.appointment(Appointment { today: tomorrow.unwrap_or(told.today), ..told })
    }

    /// A time that is agreed on, in the caller's language. None where the plan has no step with times any more, or not yet, and so no
    /// recordings for them: what was agreed on holds all the same.
    pub(super) fn appointment(&self, at: Appointment) -> Option<Vec<Spoken>> {
        let names = speech::appointment(self.tag(), at);
        let prompts = names.iter().map(|name| self.plan.prompt(name));
        let said = prompts.map(|prompt| prompt.map(|prompt| self.in_callers_language(prompt)));
        said.collect()
    }
}
