//! What a caller is told of how long it will take.
//!
//! What was said is a promise. It is renewed by anything that is no longer, and not by anything that is:
//! then nothing is said of the wait, as long as the promise can still be kept. When it has run out, the
//! caller hears that it takes longer, and a new one.

use super::Visit;
use super::resumed::Promised;
use crate::{Output, Spoken};
use clock::{Duration, Moment};
use speech::Wait;

/// What was said of the wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Promise {
    said: Wait,
    /// When the caller should have been served, by the earliest of what has been said since the
    /// last excuse. None where no bound was given.
    until: Option<Moment>,
}

/// What becomes of a wait that could be told.
#[derive(Clone, Copy, Debug)]
pub(super) enum WaitNews {
    /// It is told.
    Said(Promise),
    /// It is told, and that it takes longer than was said.
    Longer(Promise),
    /// It is not: it would be longer than what was said before, and that may yet hold.
    Kept,
}

impl Promise {
    /// That it takes no longer than `bound`.
    pub(super) fn made(now: Moment, bound: Duration) -> Self {
        let said = Wait::rounded_up(bound);
        Self { said, until: Some(now + bound) }
    }

    /// As another process goes on with it.
    pub(super) fn to_resume(self) -> Promised {
        Promised { at_most: self.said.bound(), until: self.until }
    }

    /// One of another process. No bound is longer than what can be said.
    pub(super) fn resumed(Promised { at_most, until }: Promised) -> Self {
        Self { said: at_most.map_or(Wait::OverHalfAnHour, Wait::rounded_up), until }
    }

    /// What to say of a wait that is `bound` at most, after what was said `before`.
    pub(super) fn news(before: Option<Self>, now: Moment, bound: Duration) -> WaitNews {
        let said = Wait::rounded_up(bound);
        let until = said.bound().map(|bound| now + bound);
        let Some(before) = before else { return WaitNews::Said(Self { said, until }) };
        if before.until.is_some_and(|until| now >= until) {
            return WaitNews::Longer(Self { said, until });
        }
        if said > before.said {
            return WaitNews::Kept;
        }
        let earliest = [before.until, until].into_iter().flatten().min();
        WaitNews::Said(Self { said, until: earliest })
    }
}

impl WaitNews {
    /// What holds from now on, if it is new.
    pub(super) const fn promise(self) -> Option<Promise> {
        match self {
            Self::Said(promise) | Self::Longer(promise) => Some(promise),
            Self::Kept => None,
        }
    }

    /// What is told of it, behind this place.
    pub(super) const fn output(self, place: u32) -> Output {
        match self {
            Self::Said(Promise { said, .. }) => Output::WaitTold { place, said, longer: false },
            Self::Longer(Promise { said, .. }) => Output::WaitTold { place, said, longer: true },
            Self::Kept => Output::WaitKept,
        }
    }
}

impl Visit {
    /// What is said of it, in the caller's language.
    pub(super) fn wait_phrases(&self, news: WaitNews) -> Vec<Spoken> {
        let language = self.plan.language(self.language);
        let names = match news {
            WaitNews::Said(promise) => speech::wait(language, promise.said),
            WaitNews::Longer(promise) => {
                let excuse = speech::longer(language).into_iter();
                excuse.chain(speech::wait(language, promise.said)).collect()
            }
            WaitNews::Kept => Vec::new(),
        };
        self.recorded(&names)
    }
}
