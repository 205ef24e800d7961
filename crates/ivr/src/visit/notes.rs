//! What the steps on a caller's way have noted.

use super::Visit;
use crate::Output;
use dialplan::{Value, Variable, VariableId};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// What has been noted. It may be what only the caller should know: it prints as which variables there are.
#[derive(Default)]
pub(super) struct Notes(BTreeMap<VariableId, Value>);

impl fmt::Debug for Notes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Notes {
    pub(super) fn get(&self, variable: VariableId) -> Option<&Value> {
        self.0.get(&variable)
    }
}

impl Visit {
    /// What the agent's phone is told of it, in the order of the plan.
    pub fn shown(&self) -> impl Iterator<Item = (&Arc<str>, &Value)> {
        let known =
            self.notes.0.iter().filter_map(|(id, value)| Some((self.variable(*id)?, value)));
        known
            .filter(|(variable, _)| variable.shown)
            .map(|(variable, value)| (&variable.name, value))
    }

    /// The same, behind a visit before this one of the same caller: what was noted there is known here,
    /// as far as the plan still has it.
    #[must_use]
    pub fn after(mut self, before: &Self) -> Self {
        for (id, value) in &before.notes.0 {
            let name = before.variable(*id).map(|variable| &variable.name);
            let here = name.and_then(|name| self.plan.variable_of(name));
            let same = |id: &VariableId| {
                self.variable(*id).is_some_and(|variable| variable.kind == value.kind())
            };
            if let Some(id) = here.filter(same) {
                self.notes.0.insert(id, value.clone());
            }
        }
        self
    }

    /// What may be written down, by name.
    pub(super) fn unsecret(&self) -> Vec<(Arc<str>, Value)> {
        let known =
            self.notes.0.iter().filter_map(|(id, value)| Some((self.variable(*id)?, value)));
        let open = known.filter(|(variable, _)| !variable.secret);
        open.map(|(variable, value)| (Arc::clone(&variable.name), value.clone())).collect()
    }

    /// The same, as far as the plan still has variables of these names and kinds.
    pub(super) fn recall(&mut self, notes: Vec<(Arc<str>, Value)>) {
        for (name, value) in notes {
            let Some(id) = self.plan.variable_of(&name) else { continue };
            if self.variable(id).is_some_and(|variable| variable.kind == value.kind()) {
                self.notes.0.insert(id, value);
            }
        }
    }

    pub(super) fn note(&mut self, variable: VariableId, value: Value) {
        if !self.variable(variable).is_some_and(|variable| variable.secret) {
            self.outputs.push_back(Output::Noted { variable, value: value.clone() });
        }
        self.notes.0.insert(variable, value);
    }

    fn variable(&self, id: VariableId) -> Option<&Variable> {
        self.plan.variables.get(id.index())
    }
}
