//! Variables: each name has one kind in the whole plan, and is none of what can be asked anyway.

use super::facts::is_fact;
use crate::draft::{Draft, is_word};
use crate::nearest::did_you_mean;
use crate::plan::{Fact, Plan, ValueKind, Variable, VariableId};
use crate::report::{Flaw, Report};
use crate::table::Text;
use std::collections::BTreeMap;

/// Every variable, in the order in which they are first set.
pub(crate) struct Variables {
    ids: BTreeMap<String, VariableId>,
    list: Vec<Variable>,
}

impl Variables {
    /// All that some step sets, behind those of the plan before, which keep their places.
    pub(super) fn of(draft: &Draft, before: Option<&Plan>, report: &mut Report<'_>) -> Self {
        let before = before.map_or_else(Vec::new, |plan| plan.variables.clone());
        let list = before.into_iter().map(|variable| Variable { shown: false, ..variable });
        let mut variables = Self { ids: BTreeMap::new(), list: list.collect() };
        for (name, kind) in draft.steps.iter().flat_map(|step| step.body.sets()) {
            variables.add(name, kind, report);
        }
        for name in draft.steps.iter().filter_map(|step| step.body.secret()) {
            if let Some(variable) = variables.get_mut(name.get_ref()) {
                variable.secret = true;
            }
        }
        for shown in &draft.top.show {
            variables.show(shown, report);
        }
        variables
    }

    fn add(&mut self, name: &Text, kind: ValueKind, report: &mut Report<'_>) {
        let text = name.get_ref().as_str();
        if let Some(before) = self.get(text) {
            if before.kind != kind {
                let message = format!("`{text}` is {} elsewhere, and {kind} here", before.kind);
                let remedy = "let it be of one kind everywhere, or give one of them another name";
                let flaw = Flaw::error("variable-kind", name.span(), message);
                report.add(flaw.suggest(remedy.to_owned()));
            }
            return;
        }
        if !is_variable(text) || is_word(text) || is_fact(text) {
            let message = format!("`{text}` can not be the name of a variable");
            let remedy = "write letters, digits, _ and -, a letter first, and no word of tests";
            let flaw = Flaw::error("bad-variable", name.span(), message);
            report.add(flaw.suggest(remedy.to_owned()));
        }
        let known = self.list.iter_mut().zip(0..).find(|(variable, _)| &*variable.name == text);
        if let Some((variable, id)) = known {
            (variable.kind, variable.secret) = (kind, false);
            self.ids.insert(text.to_owned(), VariableId(id));
            return;
        }
        let Some(id) =
            u8::try_from(self.list.len()).ok().filter(|_| self.list.len() < Variable::MAX)
        else {
            let message = format!("a plan may have at most {} variables", Variable::MAX);
            report.add(Flaw::error("too-many", name.span(), message));
            return;
        };
        self.ids.insert(text.to_owned(), VariableId(id));
        self.list.push(Variable { name: text.into(), kind, shown: false, secret: false });
    }

    fn show(&mut self, name: &Text, report: &mut Report<'_>) {
        match self.get_mut(name.get_ref()) {
            Some(variable) if variable.secret => report.add(secret_told(name)),
            Some(variable) => variable.shown = true,
            None => {
                let message = format!("no step sets `{}`", name.get_ref());
                let meant = did_you_mean(name.get_ref(), self.names());
                let remedy = || "set it with `values` of a `set` step, or take it out".to_owned();
                let flaw = Flaw::error("undefined-variable", name.span(), message);
                report.add(flaw.suggest(meant.unwrap_or_else(remedy)));
            }
        }
    }

    fn get(&self, name: &str) -> Option<&Variable> {
        self.list.get(self.id(name)?.index())
    }

    fn get_mut(&mut self, name: &str) -> Option<&mut Variable> {
        let at = self.id(name)?.index();
        self.list.get_mut(at)
    }

    /// Whether nobody may be told what it is.
    pub(super) fn is_secret(&self, name: &str) -> bool {
        self.get(name).is_some_and(|variable| variable.secret)
    }

    pub(super) fn id(&self, name: &str) -> Option<VariableId> {
        self.ids.get(name).copied()
    }

    /// What a test asks for by this name.
    pub(super) fn fact(&self, name: &str) -> Option<Fact> {
        Some(Fact::Variable(self.id(name)?, self.get(name)?.kind))
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.ids.keys().map(String::as_str)
    }

    pub(super) fn list(&self) -> Vec<Variable> {
        self.list.clone()
    }
}

/// Says that something secret would be told.
pub(super) fn secret_told(name: &Text) -> Flaw {
    let message = format!("`{}` is secret, and this would tell what it is", name.get_ref());
    let remedy = "take it out, or `secret` of the step that collects it".to_owned();
    Flaw::error("secret-told", name.span(), message).suggest(remedy)
}

fn is_variable(name: &str) -> bool {
    const LETTERS_MAX: usize = 32;
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let first = name.chars().next();
    first.is_some_and(|c| c.is_ascii_alphabetic())
        && name.chars().all(fits)
        && name.len() <= LETTERS_MAX
}
