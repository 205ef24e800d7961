//! How much of their time on duty an agent has worked lately.

use crate::AgentState;
use clock::{Duration, Moment};

/// The full minutes that are looked back on.
const MINUTES: usize = 60;
const MINUTE_MICROS: u64 = 60_000_000;

/// What an agent does with their time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doing {
    /// Not on duty: does not count.
    Away,
    /// On duty, with nothing to do.
    Waiting,
    /// In a conversation or in after-call work.
    Working,
}

impl From<AgentState> for Doing {
    fn from(state: AgentState) -> Self {
        match state {
            AgentState::Talking(_) | AgentState::WrapUp { .. } => Self::Working,
            AgentState::Ready | AgentState::Ringing(_) => Self::Waiting,
            AgentState::LoggedOut
            | AgentState::Unreachable
            | AgentState::NotReady(_)
            | AgentState::Occupied => Self::Away,
        }
    }
}

/// Time worked and time on duty of the last sixty full minutes.
#[derive(Clone, Debug)]
pub(crate) struct Occupancy {
    /// All that is before this has been written down.
    until: Moment,
    /// Of the minute that is not full yet.
    this: Minute,
    /// Of all full ones together.
    full: Minute,
    /// The full ones, each in the place that is its own for an hour. They are looked at once a minute, and so lie apart
    /// from what each change looks at.
    minutes: Box<[Minute; MINUTES]>,
}

/// Microseconds, of an hour at most.
#[derive(Clone, Copy, Debug, Default)]
struct Minute {
    worked: u32,
    on_duty: u32,
}

const _: () = assert!(u32::MAX as u64 > MINUTES as u64 * MINUTE_MICROS);

impl Minute {
    fn add(&mut self, doing: Doing, length: u32) {
        match doing {
            Doing::Away => {}
            Doing::Waiting => self.on_duty += length,
            Doing::Working => {
                self.on_duty += length;
                self.worked += length;
            }
        }
    }
}

impl Occupancy {
    pub(crate) fn new() -> Self {
        let none = Minute::default();
        Self { until: Moment::ZERO, this: none, full: none, minutes: Box::new([none; MINUTES]) }
    }

    /// Writes down what has been done since the last time.
    pub(crate) fn note(&mut self, now: Moment, doing: Doing) {
        // Of a longer time only the last hour matters.
        let hour_ago = minute_of(now).saturating_sub(minutes_kept());
        self.skip_to(Moment::from_micros(hour_ago.saturating_mul(MINUTE_MICROS)));
        while self.until < now {
            let minute = minute_of(self.until);
            let is_full = Moment::from_micros((minute + 1).saturating_mul(MINUTE_MICROS));
            let end = is_full.min(now);
            self.this.add(doing, micros(end.since(self.until)));
            self.until = end;
            if end == is_full {
                self.fill(minute);
            }
        }
    }

    /// Time worked of time on duty in the full minutes before the one of `now`, in millionths; 0 for
    /// who was not on duty. To be asked when everything up to that minute has been noted.
    pub(crate) fn millionths(&self) -> u64 {
        let Minute { worked, on_duty } = self.full;
        (u64::from(worked) * 1_000_000).checked_div(u64::from(on_duty)).unwrap_or(0)
    }

    /// This minute is full, and the one an hour before it counts no more.
    fn fill(&mut self, minute: u64) {
        let new = std::mem::take(&mut self.this);
        let Some(place) = self.minutes.get_mut(place_of(minute)) else { return };
        let old = std::mem::replace(place, new);
        self.full.worked = self.full.worked - old.worked + new.worked;
        self.full.on_duty = self.full.on_duty - old.on_duty + new.on_duty;
    }

    /// Leaves out what is before a moment.
    fn skip_to(&mut self, moment: Moment) {
        if self.until < moment {
            *self = Self { until: moment, ..Self::new() };
        }
    }
}

/// The minute of a moment.
pub(crate) fn minute_of(moment: Moment) -> u64 {
    moment.as_micros() / MINUTE_MICROS
}

fn minutes_kept() -> u64 {
    u64::try_from(MINUTES).unwrap_or(u64::MAX)
}

fn place_of(minute: u64) -> usize {
    usize::try_from(minute % minutes_kept()).unwrap_or(0)
}

fn micros(length: Duration) -> u32 {
    u32::try_from(length.as_micros()).unwrap_or(u32::MAX)
}
