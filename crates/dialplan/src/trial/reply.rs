//! What another program answers that an `http` step asks: `balance:500,paid:yes`, `unknown`, `fails`.

use super::Misfit;
use crate::Plan;
use crate::nearest::did_you_mean;
use crate::plan::{Http, Step, Value, ValueKind, VariableId};

/// What another program answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reply {
    /// These variables with these values, as they are written.
    Says(Vec<(String, String)>),
    /// It knows nothing of that.
    Unknown,
    /// It gives no answer.
    #[default]
    Fails,
}

impl Reply {
    /// Reads what is answered: `unknown`, `fails`, or `variable:value` parted by commas.
    ///
    /// # Errors
    /// If this is none of them.
    pub fn read(text: &str) -> Result<Self, Misfit> {
        match text.trim() {
            "unknown" => Ok(Self::Unknown),
            "fails" => Ok(Self::Fails),
            says => {
                let parts = says.split(',').map(|part| {
                    let (name, value) = part.split_once(':').ok_or_else(|| no_reply(part))?;
                    Ok((name.trim().to_owned(), value.trim().to_owned()))
                });
                parts.collect::<Result<_, _>>().map(Self::Says)
            }
        }
    }

    /// What a step notes of it.
    ///
    /// # Errors
    /// If the step reads no such variable, or it cannot have this value.
    pub fn noted(&self, plan: &Plan, step: &Http) -> Result<Vec<(VariableId, Value)>, Misfit> {
        let Self::Says(says) = self else { return Ok(Vec::new()) };
        let name_of = |id: VariableId| plan.variables.get(id.index()).map_or("", |it| &*it.name);
        let one = |(name, value): &(String, String)| {
            let read = step.reads.iter().find(|read| name_of(read.into) == name);
            let read = read.ok_or_else(|| {
                let meant = did_you_mean(name, step.reads.iter().map(|read| name_of(read.into)));
                let message = format!("`http.{}` reads no `{name}`", step.name);
                Misfit::new("undefined-variable", message).suggest(meant)
            })?;
            Ok((
                read.into,
                valued(read.kind, value).ok_or_else(|| no_value(name, value, read.kind))?,
            ))
        };
        says.iter().map(one).collect()
    }
}

/// What of replies the plan does not know.
pub(super) fn misfit(plan: &Plan, name: &str, reply: &Reply) -> Option<Misfit> {
    let mut steps = plan.steps.iter().filter_map(Step::http);
    match steps.clone().find(|step| &*step.name == name) {
        Some(step) => reply.noted(plan, step).err(),
        None => {
            let meant = did_you_mean(name, steps.by_ref().map(|step| &*step.name));
            let message = format!("there is no `http.{name}`");
            Some(Misfit::new("undefined-step", message).suggest(meant))
        }
    }
}

/// An answer has texts, numbers, and yes or no.
fn valued(kind: ValueKind, text: &str) -> Option<Value> {
    match (kind, text) {
        (ValueKind::YesNo, "yes" | "true") => Some(Value::YesNo(true)),
        (ValueKind::YesNo, "no" | "false") => Some(Value::YesNo(false)),
        (ValueKind::Number, text) => text.parse().ok().map(Value::Number),
        (ValueKind::Text, text) => Some(Value::text(text)),
        (ValueKind::YesNo | ValueKind::Length | ValueKind::Time | ValueKind::Date, _) => None,
    }
}

fn no_value(name: &str, value: &str, kind: ValueKind) -> Misfit {
    let must = match kind {
        ValueKind::YesNo => "yes or no",
        ValueKind::Number => "a whole number",
        ValueKind::Text | ValueKind::Length | ValueKind::Time | ValueKind::Date => "a text",
    };
    Misfit::new("wrong-type", format!("`{name}` must be {must}, and this is `{value}`"))
}

fn no_reply(part: &str) -> Misfit {
    Misfit::new("bad-choice", format!("`{part}` is nothing that a program answers"))
        .suggest("write variable:value, parted by commas, or unknown, or fails")
}
