//! A caller who has been promised a callback, and calls again: it is kept, called off, or taken up on the line.

use super::callback::{Part, Wanting, callback_of};
use super::{At, Visit};
use crate::{Number, Output, Spoken, Then};
use clock::Moment;
use dialplan::{Goto, builtin};
use speech::Appointment;

/// Has it stand: whoever asks for it again is promised it again.
const KEEP_KEY: char = '1';
/// Calls it off.
const CALL_OFF_KEY: char = '2';
/// Waits on the line instead.
const TAKE_UP_KEY: char = '3';
/// What is asked for.
pub(super) const KEYS: [char; 3] = [KEEP_KEY, CALL_OFF_KEY, TAKE_UP_KEY];

/// How a callback stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stands {
    /// At which place in line, if that can be told.
    pub(super) place: Option<u32>,
    /// At which time they will be called, if it is at one.
    pub(super) at: Option<Appointment>,
}

impl Visit {
    /// The caller has been promised a callback already.
    pub(super) fn callback_stands(&mut self, now: Moment, number: Number, stands: Stands) {
        if let At::Callback(wanting @ Wanting { part: Part::Opening(None), .. }) = self.at {
            self.decide(now, wanting, (number, stands));
        }
    }

    /// Uses the kept keys up until one leads on, or asks.
    pub(super) fn decide(
        &mut self,
        now: Moment,
        wanting: Wanting,
        (number, stands): (Number, Stands),
    ) {
        let (mut wanting, mut before) = (wanting, Vec::new());
        while let Some(key) = self.keys.pop_front() {
            match key {
                KEEP_KEY => return self.promise(now, wanting, number),
                CALL_OFF_KEY => {
                    return self
                        .await_end((wanting, number), Output::CallOffCallback(wanting.step));
                }
                TAKE_UP_KEY => {
                    return self.await_end((wanting, number), Output::TakeUpCallback(wanting.step));
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
        self.ask_what_to_do(now, wanting, (number, stands, before));
    }

    /// Says how it stands, and which keys there are.
    pub(super) fn ask_what_to_do(
        &mut self,
        now: Moment,
        wanting: Wanting,
        (number, stands, before): (Number, Stands, Vec<Spoken>),
    ) {
        let mut phrases = before;
        phrases.extend(self.word(builtin::CALLBACK_STANDS));
        if let Some(at) = stands.at.and_then(|at| self.appointment_by(now, at)) {
            phrases.extend(self.word(builtin::CALLBACK_CHOSEN));
            phrases.extend(at);
        }
        let language = self.plan.language(self.language);
        let told = stands.place.map(|place| speech::place(language, place)).unwrap_or_default();
        phrases.extend(told.iter().filter_map(|name| self.word(name)));
        phrases.extend(self.word(builtin::CALLBACK_CHOOSE));
        self.timeout = None;
        let play = self.play(phrases, Then::Stop);
        self.at = At::Callback(Wanting { part: Part::Standing(number, stands, play), ..wanting });
    }

    fn await_end(&mut self, (wanting, number): (Wanting, Number), output: Output) {
        self.outputs.extend([Output::Quiet, output]);
        self.timeout = None;
        self.at = At::Callback(Wanting { part: Part::Promising(number), ..wanting });
    }

    /// Nobody will be called.
    pub(super) fn callback_called_off(&mut self, now: Moment) {
        let At::Callback(wanting @ Wanting { part: Part::Promising(_), .. }) = self.at else {
            return;
        };
        let goto = callback_of(&self.plan, wanting.step).goto;
        self.last_words_of_callback(now, wanting, builtin::CALLBACK_CALLED_OFF, goto);
    }

    /// Nobody will be called: the caller waits on the line.
    pub(super) fn callback_taken_up(&mut self, now: Moment) {
        let At::Callback(wanting @ Wanting { part: Part::Promising(_), .. }) = self.at else {
            return;
        };
        let queue = callback_of(&self.plan, wanting.step).queue;
        self.go(now, Goto::Queue(queue));
    }
}
