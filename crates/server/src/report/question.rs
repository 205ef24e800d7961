//! What a report is asked, on the command line and over HTTP in the same words.

use crate::cli::Question;
use api::{NoReport, ReportWords};
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use ledger::QueuesAsked;
use std::ops::RangeInclusive;
use std::time::Duration;

/// Who waits longer than this is not answered in time by anybody's measure.
const WITHIN_S: RangeInclusive<u64> = 1..=3_600;

/// One end of the time that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    /// A day of UTC, the whole of it.
    Day(Date),
    /// A moment.
    At(Timestamp),
}

/// How long each line of a report counts. They begin at midnight UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Interval {
    /// A quarter of an hour.
    #[value(name = "15m")]
    Quarter,
    /// An hour.
    #[value(name = "1h")]
    Hour,
    /// A day.
    #[value(name = "1d")]
    Day,
}

impl Edge {
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        // A date would be read from a time without a zone as well, and the time of day be lost.
        let date = (text.len() == "2026-11-22".len()).then(|| text.parse().ok()).flatten();
        let edge = date.map(Self::Day).or_else(|| text.parse().ok().map(Self::At));
        let wanted = "is no date such as 2026-11-22, and no time such as 2026-11-22T08:00:00Z";
        edge.ok_or_else(|| format!("{text} {wanted}"))
    }

    fn begins(self) -> Option<Timestamp> {
        match self {
            Self::Day(date) => Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp()),
            Self::At(at) => Some(at),
        }
    }

    fn ends(self) -> Option<Timestamp> {
        match self {
            Self::Day(date) => Self::Day(date.checked_add(1.day()).ok()?).begins(),
            Self::At(at) => Some(at),
        }
    }
}

impl Interval {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Quarter => "15m",
            Self::Hour => "1h",
            Self::Day => "1d",
        }
    }

    const fn length(self) -> Duration {
        match self {
            Self::Quarter => Duration::from_mins(15),
            Self::Hour => Duration::from_hours(1),
            Self::Day => Duration::from_hours(24),
        }
    }
}

/// The time from the beginning of one edge to the end of the other; without them, today.
pub(super) fn between(
    from: Option<Edge>,
    to: Option<Edge>,
    now: Timestamp,
) -> Result<(Timestamp, Timestamp), String> {
    let today = Edge::Day(now.to_zoned(TimeZone::UTC).date());
    let (from, to) = (from.unwrap_or(today).begins(), to.unwrap_or(today).ends());
    let (from, to) = from.zip(to).ok_or("there is no day after the last one")?;
    if from >= to {
        return Err(format!("there is nothing from {from} to {to}"));
    }
    Ok((from, to))
}

/// Reads how fast an answer is in time, such as `20s`.
pub(crate) fn within(text: &str) -> Result<Duration, String> {
    let read: Option<SignedDuration> = text.parse().ok();
    let seconds = read
        .filter(|length| length.subsec_nanos() == 0)
        .and_then(|length| u64::try_from(length.as_secs()).ok());
    seconds.filter(|seconds| WITHIN_S.contains(seconds)).map(Duration::from_secs).ok_or_else(|| {
        let (least, most) = (WITHIN_S.start(), WITHIN_S.end());
        format!("{text} is no time of whole seconds such as 20s, from {least} s to {most} s")
    })
}

/// The same question as words ask it over HTTP: what the command line takes as flags, and refuses.
pub(super) fn read<Q: Args>(words: ReportWords) -> Result<Q, NoReport> {
    let command = clap::Command::new("report")
        .no_binary_name(true)
        .disable_help_flag(true)
        .disable_version_flag(true);
    let flags = words.into_iter().map(|(name, value)| format!("--{name}={value}"));
    let matches = Q::augment_args(command).try_get_matches_from(flags);
    matches.and_then(|matches| Q::from_arg_matches(&matches)).map_err(|error| {
        // What follows is how to use the command line.
        let told = error.to_string();
        let first = told.lines().next().unwrap_or_default();
        NoReport::Asked(first.trim_start_matches("error: ").to_owned())
    })
}

impl Question {
    /// What that is of the ledger, where it is `now`.
    pub(super) fn asked(&self, now: Timestamp) -> Result<QueuesAsked, String> {
        let (from, to) = between(self.from, self.to, now)?;
        let queue = self.queue.clone();
        Ok(QueuesAsked { from, to, interval: self.interval.length(), queue, within: self.within })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(words: &[(&str, &str)]) -> Result<(String, String), String> {
        let now = "2026-11-22T12:48:06Z".parse().unwrap();
        let words = words.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let question: Question = match read(words.collect()) {
            Ok(question) => question,
            Err(NoReport::Asked(why) | NoReport::Unreadable(why)) => return Err(why),
        };
        let asked = question.asked(now)?;
        Ok((asked.from.to_string(), asked.to.to_string()))
    }

    #[test]
    fn a_day_is_meant_as_a_whole_and_a_time_to_the_second() {
        let times = |from: &str, to: &str| Ok((from.to_owned(), to.to_owned()));
        let (midnight, next) = ("2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z");
        assert_eq!(asked(&[]), times(midnight, next));
        assert_eq!(
            asked(&[("from", "2026-11-01"), ("to", "2026-11-02")]),
            times("2026-11-01T00:00:00Z", "2026-11-03T00:00:00Z")
        );
        assert_eq!(
            asked(&[("from", "2026-11-22T08:00:00+01:00"), ("to", "2026-11-22T08:00:00Z")]),
            times("2026-11-22T07:00:00Z", "2026-11-22T08:00:00Z")
        );
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        for wrong in ["", "yesterday", "2026-11-22T08:00", "2026-13-01", "9999999999"] {
            let why = asked(&[("from", wrong)]).unwrap_err();
            let is_told = why.contains("is no date") || why.contains("a value is required");
            assert!(is_told && !why.contains('\n'), "{wrong}: {why}");
        }
        let backwards = asked(&[("from", "2026-11-23")]).unwrap_err();
        assert!(backwards.starts_with("there is nothing from"), "{backwards}");
        let wrong = [
            ("interval", "2h", "invalid value '2h' for '--interval <INTERVAL>'"),
            ("of", "all", "unexpected argument '--of' found"),
            ("json", "1", "unexpected argument '--json' found"),
            ("help", "1", "unexpected argument '--help' found"),
            ("data", "/", "unexpected argument '--data' found"),
        ];
        for (name, value, why) in wrong {
            assert_eq!(asked(&[(name, value)]).unwrap_err(), why);
        }
        for wrong in ["20", "0s", "2h", "1.5s", "-20s", "soon"] {
            assert!(within(wrong).is_err(), "{wrong}");
        }
        assert_eq!(within("1m"), Ok(Duration::from_mins(1)));
    }
}
