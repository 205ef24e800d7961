//! How long something is kept, as settings say it.

use serde::Deserialize;
use std::time::Duration;

/// A time in days, such as `"400 days"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Keep(Duration);

impl TryFrom<String> for Keep {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let days = text.strip_suffix("days").or_else(|| text.strip_suffix("day"));
        let days = days.and_then(|days| days.trim().parse::<u64>().ok());
        match days {
            Some(days @ 1..=36_500) => Ok(Self(Duration::from_secs(days * 86_400))),
            Some(_) | None => Err(format!(
                "{text:?} is no time to keep anything: write a number of days from 1 to 36500, such as \"400 days\""
            )),
        }
    }
}

impl Keep {
    pub(crate) const fn get(self) -> Duration {
        self.0
    }
}
