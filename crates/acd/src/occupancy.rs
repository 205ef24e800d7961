//! How much of their time on duty an agent has worked lately.

use clock::{Duration, Moment};

/// The full minutes that are looked back on, and the one that is not full yet.
const MINUTES: usize = 61;
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

/// Time worked and time on duty of the last sixty minutes, one by one.
#[derive(Clone, Debug)]
pub(crate) struct Occupancy {
    minutes: [Minute; MINUTES],
    /// All that is before this has been written down.
    until: Moment,
}

/// Microseconds of one minute.
#[derive(Clone, Copy, Debug, Default)]
struct Minute {
    worked: u32,
    on_duty: u32,
}

impl Occupancy {
    pub(crate) const fn new() -> Self {
        Self { minutes: [Minute { worked: 0, on_duty: 0 }; MINUTES], until: Moment::ZERO }
    }

    /// Writes down what has been done since the last time.
    pub(crate) fn note(&mut self, now: Moment, doing: Doing) {
        // Of a longer time only the last hour matters.
        let hour_ago = minute_of(now).saturating_sub(minutes_kept());
        self.skip_to(Moment::from_micros(hour_ago.saturating_mul(MINUTE_MICROS)));
        while self.until < now {
            let minute = minute_of(self.until);
            let end = Moment::from_micros((minute + 1).saturating_mul(MINUTE_MICROS)).min(now);
            let length = micros(end.since(self.until));
            let begins = minute.saturating_mul(MINUTE_MICROS) == self.until.as_micros();
            if let Some(place) = self.minutes.get_mut(place_of(minute)) {
                if begins {
                    *place = Minute::default();
                }
                match doing {
                    Doing::Away => {}
                    Doing::Waiting => place.on_duty += length,
                    Doing::Working => {
                        place.on_duty += length;
                        place.worked += length;
                    }
                }
            }
            self.until = end;
        }
    }

    /// Time worked of time on duty in the full minutes before the one of `now`, in millionths; 0 for
    /// who was not on duty. To be asked when everything up to that minute has been noted.
    pub(crate) fn millionths(&self, now: Moment) -> u64 {
        let this = minute_of(now);
        let full = self.minutes.iter().enumerate().filter(|(at, _)| *at != place_of(this));
        let (worked, on_duty) = full.fold((0_u64, 0_u64), |(worked, on_duty), (_, minute)| {
            (worked + u64::from(minute.worked), on_duty + u64::from(minute.on_duty))
        });
        (worked * 1_000_000).checked_div(on_duty).unwrap_or(0)
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
    u64::try_from(MINUTES - 1).unwrap_or(u64::MAX)
}

fn place_of(minute: u64) -> usize {
    usize::try_from(minute % (minutes_kept() + 1)).unwrap_or(0)
}

fn micros(length: Duration) -> u32 {
    u32::try_from(length.as_micros()).unwrap_or(u32::MAX)
}
