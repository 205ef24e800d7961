//! The arrows that leave a place, each with what makes a caller take it.

use super::{
    Callback, Collect, Confirm, Dial, Goto, Http, LookUp, Menu, Plan, Say, Saying, Set, Speak,
    Step, StepId, Voicemail,
};
use ids::QueueId;
use std::fmt;

/// What makes a caller leave a place by an arrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// The step is done.
    Then,
    /// A key of a menu.
    Key(char),
    /// Several keys of a menu: the place of their pattern among those of the menu, from 0.
    Keys(usize),
    /// Into what a `sub` uses.
    Calls,
    /// Back from there: of several that use it, behind the one by which the caller came.
    Returned,
    /// Nothing was chosen.
    Otherwise,
    /// The directory calls the caller very important.
    Vip,
    /// The directory does not know the caller.
    Unknown,
    /// Somebody or something outside gave no answer.
    Failed,
    /// There is no room.
    Full,
    /// It is closed.
    Closed,
    /// It would be too late.
    TooLate,
    /// A condition of a queue is met, or a test of a branch: its place among them, from 0.
    When(usize),
    /// None of the tests of a branch is, or a value can not be said, by which nothing may have been asked.
    Else,
    /// A key of an offer to those who wait.
    Offered(char),
    /// The agent of a queue has hung up.
    Survey,
    /// Digits have been collected.
    Typed,
    /// A message has been left.
    Left,
    /// A callback has been promised.
    Promised,
}

impl Way {
    /// Whether callers are taken along it without doing anything.
    #[must_use]
    pub const fn is_unasked(self) -> bool {
        match self {
            Self::Then
            | Self::Calls
            | Self::Vip
            | Self::Unknown
            | Self::Failed
            | Self::Full
            | Self::Closed
            | Self::TooLate
            | Self::When(_)
            | Self::Else => true,
            // Whoever hears a question, or speaks, does not go round by himself. Whether who comes back has been
            // asked hangs on the way there.
            Self::Key(_)
            | Self::Keys(_)
            | Self::Otherwise
            | Self::Returned
            | Self::Offered(_)
            | Self::Typed
            | Self::Survey
            | Self::Left
            | Self::Promised => false,
        }
    }
}

impl Way {
    /// Whether callers are taken along it who press nothing and say nothing.
    #[must_use]
    pub const fn is_silent(self) -> bool {
        self.is_unasked() || matches!(self, Self::Otherwise)
    }
}

/// In few words, as a label beside an arrow.
impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Then => f.write_str("then"),
            Self::Calls => f.write_str("uses"),
            Self::Returned => f.write_str("then"),
            Self::Key(key) => write!(f, "{key}"),
            Self::Keys(at) => write!(f, "keys {}", at + 1),
            Self::Otherwise | Self::Else => f.write_str("otherwise"),
            Self::Vip => f.write_str("vip"),
            Self::Unknown => f.write_str("unknown"),
            Self::Failed => f.write_str("failed"),
            Self::Full => f.write_str("full"),
            Self::Closed => f.write_str("closed"),
            Self::TooLate => f.write_str("too_late"),
            Self::When(at) => write!(f, "when {}", at + 1),
            Self::Offered(key) => write!(f, "{key} while waiting"),
            Self::Typed => f.write_str("typed"),
            Self::Survey => f.write_str("after the talk"),
            Self::Left => f.write_str("message left"),
            Self::Promised => f.write_str("promised"),
        }
    }
}

impl Plan {
    /// Every step and every queue.
    pub fn places(&self) -> impl Iterator<Item = Goto> {
        let steps = (0..).map(StepId).zip(&self.steps).map(|(step, _)| Goto::Step(step));
        let queues = (0..).map(QueueId).zip(&self.queues).map(|(queue, _)| Goto::Queue(queue));
        steps.chain(queues)
    }

    /// Whether a step is none of the file, but one that every plan has.
    #[must_use]
    pub fn is_built_in(&self, step: StepId) -> bool {
        self.built_in.contains(&step)
    }

    /// Every arrow that leaves a place, in the order in which a person would tell them. Keys
    /// that lead away from [wherever](Self::anytime) a caller is are not among them.
    #[must_use]
    pub fn ways(&self, place: Goto) -> Vec<(Way, Goto)> {
        match place {
            Goto::Step(step) => {
                let step = self.step(step);
                if let Step::Return(_) = step { self.returns() } else { step.ways() }
            }
            Goto::Queue(queue) => self.queue(queue).ways(),
            Goto::HangUp => Vec::new(),
        }
    }
}

impl Plan {
    /// Where callers come back to.
    fn returns(&self) -> Vec<(Way, Goto)> {
        let subs = self.steps.iter().filter_map(|step| {
            if let Step::Sub(sub) = step { Some((Way::Returned, sub.goto)) } else { None }
        });
        subs.collect()
    }
}

impl Step {
    fn ways(&self) -> Vec<(Way, Goto)> {
        match self {
            Self::Say(Say { goto, otherwise, .. }) => {
                let unsaid = otherwise.map(|goto| (Way::Else, goto));
                [(Way::Then, *goto)].into_iter().chain(unsaid).collect()
            }
            Self::Speak(Speak { goto, .. }) | Self::Set(Set { goto, .. }) => {
                vec![(Way::Then, *goto)]
            }
            Self::Branch(branch) => {
                let arms = (0..).zip(&branch.arms).map(|(at, arm)| (Way::When(at), arm.goto));
                arms.chain([(Way::Else, branch.otherwise)]).collect()
            }
            Self::Collect(Collect { goto, otherwise, .. }) => {
                vec![(Way::Typed, *goto), (Way::Otherwise, *otherwise)]
            }
            Self::Confirm(Confirm { prompts, yes_key, no_key, yes, no, otherwise, .. }) => {
                // A value that is not known leads away before anything is asked.
                let has_values = Saying::values(prompts).next().is_some();
                let unanswered = if has_values { Way::Else } else { Way::Otherwise };
                vec![(Way::Key(*yes_key), *yes), (Way::Key(*no_key), *no), (unanswered, *otherwise)]
            }
            Self::Http(Http { goto, unknown, failed, .. }) => {
                vec![(Way::Then, *goto), (Way::Unknown, *unknown), (Way::Failed, *failed)]
            }
            Self::LookUp(LookUp { goto, vip, unknown, failed, .. }) => vec![
                (Way::Then, *goto),
                (Way::Vip, *vip),
                (Way::Unknown, *unknown),
                (Way::Failed, *failed),
            ],
            Self::Dial(Dial { failed, .. }) => vec![(Way::Failed, *failed)],
            Self::Voicemail(Voicemail { full, goto, .. }) => {
                vec![(Way::Full, *full), (Way::Left, *goto)]
            }
            Self::Callback(Callback { full, too_late, otherwise, goto, .. }) => {
                let late = (too_late != full).then_some((Way::TooLate, *too_late));
                let ways = [(Way::Otherwise, *otherwise), (Way::Promised, *goto)];
                [(Way::Full, *full)].into_iter().chain(late).chain(ways).collect()
            }
            Self::HangUp(_) => vec![(Way::Then, Goto::HangUp)],
            Self::Sub(sub) => vec![(Way::Calls, sub.call)],
            // Where to hangs on the plan.
            Self::Return(_) => Vec::new(),
            Self::Menu(Menu { keys, patterns, otherwise, .. }) => {
                let keys = keys.iter().map(|(key, goto)| (Way::Key(*key), *goto));
                let patterns = (0..).zip(patterns).map(|(at, (_, goto))| (Way::Keys(at), *goto));
                keys.chain(patterns).chain([(Way::Otherwise, *otherwise)]).collect()
            }
        }
    }
}

impl super::Queue {
    fn ways(&self) -> Vec<(Way, Goto)> {
        let sent_on = (0..).zip(&self.conditions).map(|(at, it)| (Way::When(at), it.goto));
        let chosen = self.offers.iter().flat_map(|offer| &offer.one_of).flat_map(|it| &it.keys);
        let chosen = chosen.map(|(key, goto)| (Way::Offered(*key), *goto));
        let survey = self.survey.map(|goto| (Way::Survey, goto));
        let refused = [(Way::Full, self.full), (Way::Closed, self.closed)];
        sent_on.chain(chosen).chain(refused).chain(survey).collect()
    }
}
