//! A caller for whom a number outside is called.

use super::{At, Visit};
use crate::{Output, Then};
use clock::Moment;
use dialplan::{Dial, Goto, StepId, builtin};

impl Visit {
    /// Music first, so that there is no silence while it rings.
    pub(super) fn enter_dial(&mut self, step: StepId, dial: &Dial) -> Option<Goto> {
        // Keys typed ahead were meant for menus.
        self.keys.clear();
        let music = self.plan.prompt(builtin::MUSIC);
        let music = music.map(|prompt| Then::Music(self.in_callers_language(prompt)));
        self.play(Vec::new(), music.unwrap_or(Then::Stop));
        self.outputs.push_back(Output::Dial(dial.clone()));
        self.at = At::Dialling { step, failed: dial.failed };
        None
    }

    /// Nobody has answered there, or it could not be called.
    pub(super) fn not_put_through(&mut self, now: Moment) {
        if let At::Dialling { failed, .. } = self.at {
            self.go(now, failed);
        }
    }
}
