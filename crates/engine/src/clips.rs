//! Which recording is played for a phrase in a language.

use dialplan::Plan;
use ids::{ClipId, PromptId};
use std::collections::BTreeMap;

/// (language, phrase) → recording. Fallback has been settled by whoever made it: a phrase that has
/// no recording in any language is left out of what is played, never a gap in it.
#[derive(Clone, Debug, Default)]
pub struct Clips {
    by_name: BTreeMap<(usize, PromptId), ClipId>,
}

impl Clips {
    /// Asks `find` for the recording of every prompt of `plan` in each of its languages.
    pub fn of(plan: &Plan, mut find: impl FnMut(&str, &str) -> Option<ClipId>) -> Self {
        let mut by_name = BTreeMap::new();
        for (place, language) in plan.languages.iter().enumerate() {
            for (prompt, name) in (0..).map(PromptId).zip(&plan.prompts) {
                if let Some(clip) = find(&language.tag, name) {
                    by_name.insert((place, prompt), clip);
                }
            }
        }
        Self { by_name }
    }

    /// The recording of `prompt` in the language at place `language` of the plan.
    pub(crate) fn find(&self, language: usize, prompt: PromptId) -> Option<ClipId> {
        self.by_name.get(&(language, prompt)).copied()
    }
}
