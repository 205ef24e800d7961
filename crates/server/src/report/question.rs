//! What a report is asked, on the command line and over HTTP in the same words.

use super::unread;
use crate::cli::{Period, Question};
use crate::exit::Fault;
use api::{NoReport, ReportWords};
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp, ToSpan};
use ledger::{Calendar, Every, Place, QUARTER, QueuesAsked};
use serde_json::{Value, json};
use std::ops::RangeInclusive;
use std::time::Duration;

/// Who waits longer than this is not answered in time by anybody's measure.
const WITHIN_S: RangeInclusive<u64> = 1..=3_600;

/// One end of the time that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    /// The whole of a day.
    Day(Date),
    /// A moment.
    At(Timestamp),
}

/// How long each line of a report counts, by the clock on the wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Interval {
    /// A quarter of an hour.
    #[value(name = "15m")]
    Quarter,
    /// An hour.
    #[value(name = "1h")]
    Hour,
    /// A day, from midnight to midnight.
    #[value(name = "1d")]
    Day,
    /// A week, from Monday to Sunday.
    #[value(name = "1w")]
    Week,
}

impl Edge {
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        // A date would be read from a time without a zone as well, and the time of day be lost.
        let date = (text.len() == "2026-11-22".len()).then(|| text.parse().ok()).flatten();
        let edge = date.map(Self::Day).or_else(|| text.parse().ok().map(Self::At));
        let wanted = "is no date such as 2026-11-22, and no time such as 2026-11-22T08:00:00Z";
        edge.ok_or_else(|| format!("{text} {wanted}"))
    }

    fn begins(self, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Self::Day(date) => Some(date.to_zoned(zone.clone()).ok()?.timestamp()),
            Self::At(at) => Some(at),
        }
    }

    fn ends(self, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Self::Day(date) => Self::Day(date.checked_add(1.day()).ok()?).begins(zone),
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
            Self::Week => "1w",
        }
    }

    const fn every(self) -> Every {
        match self {
            Self::Quarter => Every::Quarter,
            Self::Hour => Every::Hour,
            Self::Day => Every::Day,
            Self::Week => Every::Week,
        }
    }

    /// How time is divided by the clock of `zone`.
    pub(super) fn calendar(self, zone: &TimeZone) -> Calendar {
        Calendar { every: self.every(), zone: zone.clone() }
    }
}

impl Period {
    /// The time that is asked for where it is `now`; without edges, today.
    pub(super) fn between(
        &self,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Result<(Timestamp, Timestamp), String> {
        let today = Edge::Day(zone.to_datetime(now).date());
        let from = self.from.unwrap_or(today).begins(zone);
        let to = self.to.unwrap_or(today).ends(zone);
        let (from, to) = from.zip(to).ok_or("there is no day after the last one")?;
        if from >= to {
            return Err(format!("there is nothing from {from} to {to}"));
        }
        Ok((from, to))
    }

    /// The same, for what is counted by the quarter of an hour.
    pub(super) fn quarters(
        &self,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Result<(Timestamp, Timestamp), String> {
        let (from, to) = self.between(zone, now)?;
        for edge in [from, to] {
            let quarter = Calendar { every: Every::Quarter, zone: TimeZone::UTC }.begin(edge);
            if quarter != edge {
                let next = quarter.checked_add(QUARTER).unwrap_or(quarter);
                return Err(format!(
                    "{edge} is no quarter of an hour, by which it is counted: ask for {quarter} or {next}"
                ));
            }
        }
        Ok((from, to))
    }
}

/// Reads the name of a time zone.
pub(crate) fn zone(text: &str) -> Result<TimeZone, String> {
    // The database that dialplans are read by, so that both know the same names.
    let zone = TimeZoneDatabase::bundled().get(text);
    zone.map_err(|_| format!("{text} is no time zone such as Europe/Stockholm"))
}

/// By whose clock a report goes: what is asked for, or else the centre's.
pub(super) async fn zone_of(place: &Place, asked: &Period) -> Result<TimeZone, NoReport> {
    if let Some(zone) = &asked.time_zone {
        return Ok(zone.clone());
    }
    match ledger::time_zone(place).await.map_err(unread)? {
        Some(name) => zone(&name).map_err(NoReport::Unreadable),
        None => Ok(TimeZone::UTC),
    }
}

/// The time that a report is of, for whoever reads it.
pub(super) fn facts(zone: &TimeZone, from: Timestamp, to: Timestamp) -> Vec<(&'static str, Value)> {
    let stamp = |at: Timestamp| json!(at.display_with_offset(zone.to_offset(at)).to_string());
    vec![("from", stamp(from)), ("to", stamp(to)), ("time_zone", json!(name(zone)))]
}

/// The name of the zone.
pub(super) fn name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("UTC")
}

/// Why there is no report, on the command line.
pub(super) fn fault(why: NoReport) -> Fault {
    match why {
        NoReport::Asked(why) | NoReport::Unreadable(why) => Fault::found(why),
    }
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
    /// What that is of the ledger, by the clock of `zone` and where it is `now`.
    pub(super) fn asked(&self, zone: &TimeZone, now: Timestamp) -> Result<QueuesAsked, String> {
        let (from, to) = self.period.quarters(zone, now)?;
        let calendar = self.interval.calendar(zone);
        Ok(QueuesAsked { from, to, calendar, queue: self.queue.clone(), within: self.within })
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
        let zone = question.period.time_zone.clone().unwrap_or(TimeZone::UTC);
        let asked = question.asked(&zone, now)?;
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
    fn a_day_is_one_of_the_clock_on_the_wall() {
        let stockholm = ("time-zone", "Europe/Stockholm");
        let times = |from: &str, to: &str| Ok((from.to_owned(), to.to_owned()));
        assert_eq!(asked(&[stockholm]), times("2026-11-21T23:00:00Z", "2026-11-22T23:00:00Z"));
        let spring = [stockholm, ("from", "2026-03-29"), ("to", "2026-03-29")];
        assert_eq!(asked(&spring), times("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"));
        let autumn = [stockholm, ("from", "2026-10-25"), ("to", "2026-10-25")];
        assert_eq!(asked(&autumn), times("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"));
        let why = asked(&[("time-zone", "Europe/Kungsholmen")]).unwrap_err();
        assert!(
            why.ends_with("Europe/Kungsholmen is no time zone such as Europe/Stockholm"),
            "{why}"
        );
    }

    #[test]
    fn who_asks_for_less_than_a_quarter_is_told_what_can_be_asked_for() {
        let why = asked(&[("from", "2026-11-22T08:07:00Z")]).unwrap_err();
        let expected = "2026-11-22T08:07:00Z is no quarter of an hour, by which it is counted: ask for \
                        2026-11-22T08:00:00Z or 2026-11-22T08:15:00Z";
        assert_eq!(why, expected);
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
