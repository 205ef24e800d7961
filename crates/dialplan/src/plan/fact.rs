//! What can be asked of a caller, of the clock and of queues at the moment in which a branch decides.

use super::{DirectoryId, HoursId, VariableId};
use ids::QueueId;
use jiff::civil::{Date, DateTime, Weekday};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Something that is so at a moment, or is not known then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// The caller's number in our form, such as `+46701234567`; not known of one who withholds it.
    Caller,
    /// Whether the caller withholds the number.
    Withheld,
    /// Whether a directory knows the caller.
    Known,
    /// Whether a directory says that the caller is very important.
    Vip,
    /// The caller's name, if a directory says it.
    Name,
    /// The caller's company, if a directory says it.
    Company,
    /// The number of the plan that was dialled.
    Dialled,
    /// The language that the caller is spoken to in, such as `sv`.
    Language,
    /// The time of day by the centre's clock.
    Time,
    /// The day of the week by the centre's clock: `mon` to `sun`.
    Weekday,
    /// The date by the centre's clock.
    Date,
    /// The number of the week by the centre's clock (ISO 8601), 1 to 53.
    Week,
    /// Whether that number is odd.
    OddWeek,
    /// The month by the centre's clock, 1 to 12.
    Month,
    /// Whether the caller is listed in a directory that the plan has with it.
    Listed(DirectoryId),
    /// Whether it is open by these hours.
    Open(HoursId),
    /// Whether callers may come to the queue now, by its hours or as somebody keeps it by hand.
    QueueOpen(QueueId),
    /// How many wait in the queue.
    Waiting(QueueId),
    /// How many agents of the queue can be rung now.
    AgentsReady(QueueId),
    /// How many agents of the queue take calls, now or after what they are doing.
    AgentsOnDuty(QueueId),
    /// How long one who came to the queue now would wait at most; not known where that would be a guess.
    ExpectedWait(QueueId),
    /// How long the caller has waited in the queue that they are in.
    Waited,
    /// Where the caller stands in the queue that they are in.
    Place,
    /// How long the caller, who waits, is expected to wait from now on at most; not known where that would be a guess.
    OwnWait,
    /// How many callers came to the queue before this one. No test can ask it: it parts announcements among callers.
    Turn,
    /// What a step has noted, and what kind of value that is; not known before.
    Variable(VariableId, ValueKind),
}

/// What facts are, as far as they are known.
pub type Facts = BTreeMap<Fact, Value>;

/// What a fact can be compared with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Yes or no.
    YesNo(bool),
    /// A text.
    Text(Arc<str>),
    /// A whole number.
    Number(i64),
    /// A length of time.
    Length(Duration),
    /// A time of day, in minutes from midnight, 0 to 1439.
    Time(u16),
    /// A date.
    Date(Date),
}

/// What kind of value it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValueKind {
    /// Yes or no.
    YesNo,
    /// A text.
    Text,
    /// A whole number.
    Number,
    /// A length of time.
    Length,
    /// A time of day.
    Time,
    /// A date.
    Date,
}

impl Fact {
    /// The words for the days of the week, Monday first.
    pub const DAYS: [&'static str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// What kind of value it has when it is known.
    #[must_use]
    pub const fn kind(self) -> ValueKind {
        match self {
            Self::Caller
            | Self::Name
            | Self::Company
            | Self::Dialled
            | Self::Language
            | Self::Weekday => ValueKind::Text,
            Self::Withheld
            | Self::Known
            | Self::Vip
            | Self::OddWeek
            | Self::Listed(_)
            | Self::Open(_)
            | Self::QueueOpen(_) => ValueKind::YesNo,
            Self::Week
            | Self::Month
            | Self::Waiting(_)
            | Self::AgentsReady(_)
            | Self::AgentsOnDuty(_)
            | Self::Place
            | Self::Turn => ValueKind::Number,
            Self::ExpectedWait(_) | Self::Waited | Self::OwnWait => ValueKind::Length,
            Self::Variable(_, kind) => kind,
            Self::Time => ValueKind::Time,
            Self::Date => ValueKind::Date,
        }
    }

    /// The hours that it is about.
    #[must_use]
    pub const fn hours(self) -> Option<HoursId> {
        if let Self::Open(hours) = self { Some(hours) } else { None }
    }

    /// The directory that it is about.
    #[must_use]
    pub const fn directory(self) -> Option<DirectoryId> {
        if let Self::Listed(directory) = self { Some(directory) } else { None }
    }

    /// Whether it is known of callers who wait alone.
    #[must_use]
    pub const fn is_of_waiting(self) -> bool {
        matches!(self, Self::Waited | Self::Place | Self::OwnWait)
    }

    /// Whether it is known before the call is answered, when no directory has been asked and no step passed.
    #[must_use]
    pub const fn is_known_at_once(self) -> bool {
        !matches!(self, Self::Known | Self::Vip | Self::Name | Self::Company | Self::Variable(..))
    }

    /// What the clock says of it, if it is the clock's to say.
    #[must_use]
    pub fn by_the_clock(self, local: DateTime) -> Option<Value> {
        match self {
            Self::Time => Some(Value::Time(super::hours::minute_of_day(local))),
            Self::Weekday => Some(Value::Text(Self::day(local.date().weekday()).into())),
            Self::Date => Some(Value::Date(local.date())),
            Self::Week => Some(Value::Number(week(local).into())),
            Self::OddWeek => Some(Value::YesNo(week(local) % 2 == 1)),
            Self::Month => Some(Value::Number(local.month().into())),
            Self::Caller
            | Self::Withheld
            | Self::Known
            | Self::Vip
            | Self::Name
            | Self::Company
            | Self::Dialled
            | Self::Language
            | Self::Listed(_)
            | Self::Open(_)
            | Self::QueueOpen(_)
            | Self::Waiting(_)
            | Self::AgentsReady(_)
            | Self::AgentsOnDuty(_)
            | Self::ExpectedWait(_)
            | Self::Waited
            | Self::Place
            | Self::OwnWait
            | Self::Turn
            | Self::Variable(..) => None,
        }
    }

    const fn day(weekday: Weekday) -> &'static str {
        let [mon, tue, wed, thu, fri, sat, sun] = Self::DAYS;
        match weekday {
            Weekday::Monday => mon,
            Weekday::Tuesday => tue,
            Weekday::Wednesday => wed,
            Weekday::Thursday => thu,
            Weekday::Friday => fri,
            Weekday::Saturday => sat,
            Weekday::Sunday => sun,
        }
    }
}

/// The number of the week (ISO 8601): the first is that of the year's first Thursday.
fn week(local: DateTime) -> i8 {
    local.date().iso_week_date().week()
}

impl Value {
    /// What kind of value it is.
    #[must_use]
    pub const fn kind(&self) -> ValueKind {
        match self {
            Self::YesNo(_) => ValueKind::YesNo,
            Self::Text(_) => ValueKind::Text,
            Self::Number(_) => ValueKind::Number,
            Self::Length(_) => ValueKind::Length,
            Self::Time(_) => ValueKind::Time,
            Self::Date(_) => ValueKind::Date,
        }
    }
}

/// As people write it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::YesNo(true) => f.write_str("yes"),
            Self::YesNo(false) => f.write_str("no"),
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
            Self::Length(length) => write!(f, "{} s", length.as_secs()),
            Self::Time(minute) => write!(f, "{:02}:{:02}", minute / 60, minute % 60),
            Self::Date(date) => date.fmt(f),
        }
    }
}

impl fmt::Display for ValueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::YesNo => "yes or no",
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Length => "a length of time",
            Self::Time => "a time of day",
            Self::Date => "a date",
        })
    }
}
