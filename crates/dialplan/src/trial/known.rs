//! What a directory that is asked over HTTP answers of a made-up caller: `name=Anna,vip=true`.

use super::Misfit;
use crate::Plan;
use crate::nearest::did_you_mean;
use crate::plan::{HttpDirectory, PRIORITY_MAX, Told};

/// What directories answer that are asked over HTTP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Answer {
    /// It is not said: they do not know the caller.
    #[default]
    NotSaid,
    /// They know the caller.
    Known(Told),
    /// They do not.
    Unknown,
    /// They give no answer.
    Fails,
}

impl Answer {
    pub(super) fn misfits(&self, plan: &Plan) -> Vec<Misfit> {
        let Self::Known(told) = self else { return Vec::new() };
        let language = told.language.as_deref().filter(|tag| plan.language_of(tag).is_none());
        let language = language.map(|tag| {
            let known: Vec<&str> = plan.languages.iter().map(|language| &*language.tag).collect();
            Misfit::new("undefined-language", format!("the plan does not speak `{tag}`"))
                .suggest(format!("it speaks {}", known.join(", ")))
        });
        let agent = told.agent.as_deref().filter(|account| plan.agent_of(account).is_none());
        let agent = agent.map(|account| {
            let meant = did_you_mean(account, plan.agents.iter().map(|agent| &*agent.account));
            Misfit::new("undefined-agent", format!("there is no agent `{account}`")).suggest(meant)
        });
        language.into_iter().chain(agent).collect()
    }
}

/// Reads what is known of a caller, `field=value` parted by commas.
///
/// # Errors
/// If there is no such field, or it cannot have this value.
pub fn read_known(text: &str) -> Result<Told, Misfit> {
    let mut told = Told::default();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (field, value) = part.split_once('=').ok_or_else(|| unknown_field(part))?;
        take(&mut told, field.trim(), value.trim())?;
    }
    Ok(told)
}

fn take(told: &mut Told, field: &str, value: &str) -> Result<(), Misfit> {
    let text = || Some(value.to_owned());
    match field {
        "name" => told.name = text(),
        "company" => told.company = text(),
        "language" => told.language = text(),
        "agent" => told.agent = text(),
        "whisper" => told.whisper = text(),
        "vip" => told.vip = value.parse().map_err(|_| bad_value(field, "true or false"))?,
        "priority" => {
            let priority = value.parse().ok().filter(|it| *it <= PRIORITY_MAX);
            told.priority = Some(priority.ok_or_else(|| bad_value(field, "from 0 to 10"))?);
        }
        _ => return Err(unknown_field(field)),
    }
    Ok(())
}

fn bad_value(field: &str, must: &str) -> Misfit {
    Misfit::new("wrong-type", format!("`{field}` of a caller must be {must}"))
}

fn unknown_field(field: &str) -> Misfit {
    let all = || format!("write some of {}", HttpDirectory::FIELDS.join(", "));
    let meant = did_you_mean(field, HttpDirectory::FIELDS);
    Misfit::new("unknown-key", format!("`{field}` is nothing that is known of callers"))
        .suggest(meant.unwrap_or_else(all))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_read_field_by_field() {
        let told = read_known("name=Anna Berg, vip=true,priority=3").unwrap();
        assert_eq!(told.name.as_deref(), Some("Anna Berg"));
        assert_eq!((told.vip, told.priority), (true, Some(3)));
        for (text, part) in
            [("nme=x", "did you mean `name`?"), ("vip=yes", "true"), ("priority=11", "10")]
        {
            let told = read_known(text).unwrap_err().to_string();
            assert!(told.contains(part), "{told}");
        }
    }
}
