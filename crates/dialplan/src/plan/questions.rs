//! The questions that come next: what is said before them may be cut short by a key, which is an answer then.

use super::{Goto, Http, LookUp, Menu, Plan, Say, Set, Speak, Step, StepId};
use std::collections::BTreeSet;

impl Plan {
    /// The questions that callers come to next from here, whichever way a branch takes: menus, digits, what is to be
    /// confirmed, and those of a callback. None: some way comes to none, but to a queue or to the end, whose last words
    /// nobody cuts short.
    #[must_use]
    pub fn questions_next(&self, goto: Goto) -> Option<BTreeSet<StepId>> {
        let (mut open, mut seen, mut questions) = (vec![goto], BTreeSet::new(), BTreeSet::new());
        while let Some(goto) = open.pop() {
            let Goto::Step(step) = goto else { return None };
            if !seen.insert(step) {
                continue;
            }
            match self.step(step) {
                Step::Menu(_) | Step::Collect(_) | Step::Confirm(_) | Step::Callback(_) => {
                    questions.insert(step);
                }
                Step::Say(Say { goto, otherwise, .. }) => {
                    open.push(*goto);
                    open.extend(otherwise);
                }
                Step::Speak(Speak { goto, .. })
                | Step::LookUp(LookUp { goto, .. })
                | Step::Set(Set { goto, .. })
                | Step::Http(Http { goto, .. }) => open.push(*goto),
                Step::Branch(branch) => open.extend(branch.ways()),
                Step::Sub(sub) => open.push(sub.call),
                // Whoever answers there is not pressed past.
                Step::Dial(_) | Step::Voicemail(_) | Step::HangUp(_) | Step::Return(_) => {
                    return None;
                }
            }
        }
        Some(questions)
    }

    /// Whether some question that callers come to next from here has a use of its own for this key.
    #[must_use]
    pub fn is_answer_next(&self, goto: Goto, key: char) -> bool {
        let questions = self.questions_next(goto).unwrap_or_default();
        questions.into_iter().any(|step| self.step(step).takes(key))
    }
}

impl Step {
    /// Whether a key that works everywhere works here.
    #[must_use]
    pub const fn hears_keys(&self) -> bool {
        match self {
            Self::Say(_)
            | Self::Menu(_)
            | Self::Collect(_)
            | Self::Confirm(_)
            | Self::Voicemail(_)
            | Self::Callback(_) => true,
            Self::Speak(_)
            | Self::Set(_)
            | Self::Branch(_)
            | Self::Http(_)
            | Self::HangUp(_)
            | Self::Sub(_)
            | Self::Return(_)
            | Self::LookUp(_)
            | Self::Dial(_) => false,
        }
    }

    /// Whether an entry of a menu begins with this key, or it says yes or no. While digits are typed each of them is one.
    #[must_use]
    pub fn takes(&self, key: char) -> bool {
        match self {
            Self::Menu(Menu { keys, patterns, .. }) => {
                let begins = |(pattern, _): &(_, Goto)| Menu::goes_on_with(pattern, key);
                keys.contains_key(&key) || patterns.iter().any(begins)
            }
            Self::Confirm(confirm) => [confirm.yes_key, confirm.no_key].contains(&key),
            Self::Say(_)
            | Self::Speak(_)
            | Self::Set(_)
            | Self::Branch(_)
            | Self::Collect(_)
            | Self::Http(_)
            | Self::HangUp(_)
            | Self::Sub(_)
            | Self::Return(_)
            | Self::LookUp(_)
            | Self::Dial(_)
            | Self::Voicemail(_)
            | Self::Callback(_) => false,
        }
    }
}
