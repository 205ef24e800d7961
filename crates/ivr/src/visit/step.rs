//! Steps that speak, and what playing is.

use super::{At, Cut, STEPS_MAX, SUBS_MAX, Visit};
use crate::{EndReason, Output, Spoken, Then};
use clock::Moment;
use dialplan::{Goto, HangUp, LanguageId, Phrase, Plan, Speak, Step, StepId, Sub};
use ids::PlayId;

impl Visit {
    /// Follows an arrow, and those behind it, until something plays, asks or waits.
    ///
    /// Comes to an end: the plan has no loop without a menu, and each menu that is passed on the
    /// way has used up a key.
    pub(super) fn go(&mut self, now: Moment, goto: Goto) {
        self.timeout = None;
        let mut next = Some(goto);
        while let Some(goto) = next {
            self.steps += 1;
            self.pass(goto);
            next = match goto {
                Goto::HangUp => self.hang_up(self.end),
                Goto::Step(_) | Goto::Queue(_) if self.steps > STEPS_MAX => {
                    self.hang_up(EndReason::StepsMax)
                }
                Goto::Queue(queue) => self.enter_queue(now, queue),
                Goto::Step(step) => self.enter_step(now, step),
            };
        }
    }

    fn hang_up(&mut self, end: EndReason) -> Option<Goto> {
        self.at = At::Over;
        self.outputs.push_back(Output::HangUp(end));
        None
    }

    fn enter_step(&mut self, now: Moment, id: StepId) -> Option<Goto> {
        let plan = self.plan.clone();
        match plan.step(id) {
            Step::Say(say) => self.enter_say(id, say),
            Step::Menu(_) => self.enter_menu(now, id),
            Step::Sub(sub) => Some(self.enter_sub(sub)),
            Step::Return(_) => Some(self.come_back()),
            Step::HangUp(hang_up) => self.enter_hang_up(id, hang_up),
            Step::Speak(speak) => self.enter_speak(speak),
            Step::Set(set) => self.enter_set(set),
            Step::Branch(branch) => self.enter_branch(id, branch),
            Step::Collect(_) => self.enter_collect(now, id),
            Step::Confirm(_) => self.enter_confirm(id),
            Step::Http(http) => self.enter_http(id, http),
            Step::LookUp(look_up) => self.enter_look_up(id, look_up),
            Step::Dial(dial) => self.enter_dial(id, dial),
            Step::Voicemail(_) => self.enter_voicemail(id),
            Step::Callback(_) => self.enter_callback(id),
        }
    }

    /// Goes into a part of the plan, and remembers where to go then. Of many from which nobody comes back the
    /// oldest is forgotten.
    fn enter_sub(&mut self, sub: &Sub) -> Goto {
        if self.subs.len() == SUBS_MAX {
            self.subs.pop_front();
        }
        self.subs.push_back(sub.goto);
        sub.call
    }

    /// Goes back to behind the last `sub`.
    fn come_back(&mut self) -> Goto {
        self.subs.pop_back().unwrap_or(Goto::HangUp)
    }

    /// Says why, in words and in a word of the network, and hangs up.
    fn enter_hang_up(&mut self, step: StepId, hang_up: &HangUp) -> Option<Goto> {
        self.cause = Some(hang_up.cause);
        if hang_up.prompts.is_empty() {
            return Some(Goto::HangUp);
        }
        let play = self.play(self.spoken(&hang_up.prompts), Then::Stop);
        self.at = At::Hearing { step, play, cut: Cut::Never, goto: Goto::HangUp };
        None
    }

    fn enter_speak(&mut self, speak: &Speak) -> Option<Goto> {
        self.speak(speak.language);
        Some(speak.goto)
    }

    /// Asks for a play, and says how its end will be told.
    pub(super) fn play(&mut self, phrases: Vec<Spoken>, then: Then) -> PlayId {
        self.plays = self.plays.next();
        self.outputs.push_back(Output::Play { play: self.plays, phrases, then });
        self.plays
    }

    /// The built-in phrase of this name, in the caller's language.
    pub(super) fn word(&self, name: &str) -> Option<Spoken> {
        self.plan.prompt(name).map(|prompt| self.in_callers_language(prompt))
    }

    /// The phrases as this caller hears them.
    pub(super) fn spoken(&self, phrases: &[Phrase]) -> Vec<Spoken> {
        phrases.iter().map(|phrase| in_language(self.language, *phrase)).collect()
    }
}

fn in_language(callers: LanguageId, phrase: Phrase) -> Spoken {
    Spoken { language: phrase.language.unwrap_or(callers), prompt: phrase.prompt }
}

/// A key may cut what is said on the way to a question, but not the last words before a queue or the end.
pub(super) fn cut_of(plan: &Plan, goto: Goto) -> Cut {
    if plan.questions_next(goto).is_some() { Cut::ByKey } else { Cut::Never }
}
