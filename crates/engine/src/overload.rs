//! New calls give way before those that are on would suffer.
//!
//! The shell measures, a few times a second, what a caller on the line would feel first. While one of the measures is over
//! its limit a share of new calls is refused: half of those that were taken until then for each look that finds it so, and a sixteenth more
//! are taken again for each that does not (additive increase, multiplicative decrease: Chiu and Jain, 1989). What belongs to
//! a call that is on, phones that register, and calls to agents are always taken.

use clock::Moment;
use std::time::Duration;

/// What was measured since the last look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// The longest that a SIP message has waited for the engine.
    pub message_wait: Duration,
    /// The furthest that frames of sound were behind their time.
    pub frames_late: Duration,
    /// Events that are not on disk yet.
    pub unwritten: usize,
    /// Memory that the process has, in bytes.
    pub memory: u64,
}

/// How much of each is borne. A measure may be as large as its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadLimits {
    /// For [`Load::message_wait`].
    pub message_wait_max: Duration,
    /// For [`Load::frames_late`].
    pub frames_late_max: Duration,
    /// For [`Load::unwritten`].
    pub unwritten_max: usize,
    /// For [`Load::memory`].
    pub memory_max: u64,
}

impl LoadLimits {
    /// Whatever load there is, nobody is refused for it.
    pub const NONE: Self = Self {
        message_wait_max: Duration::MAX,
        frames_late_max: Duration::MAX,
        unwritten_max: usize::MAX,
        memory_max: u64::MAX,
    };
}

/// A share of calls is counted in sixteenths.
const WHOLE: u8 = 16;

/// One long pause of the machine is not yet too much load: so many looks in a row are.
const LOOKS_OVER: u8 = 3;

/// A measure that is over its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strain {
    Messages { waited: Duration, max: Duration },
    Sound { late: Duration, max: Duration },
    Ledger { unwritten: usize, max: usize },
    Memory { bytes: u64, max: u64 },
}

/// How much is taken now.
#[derive(Debug)]
pub(crate) struct Overload {
    limits: LoadLimits,
    /// Sixteenths of new calls that are taken.
    share: u8,
    /// What is left of a sixteenth since the last call that was taken.
    credit: u8,
    /// Looks in a row that found a measure over its limit.
    over: u8,
    since: Option<(Moment, Strain)>,
}

impl Overload {
    pub(crate) const fn new(limits: LoadLimits) -> Self {
        Self { limits, share: WHOLE, credit: 0, over: 0, since: None }
    }

    /// Takes what was measured.
    pub(crate) fn look(&mut self, now: Moment, load: &Load) {
        let Some(strain) = self.limits.strain(load) else {
            self.over = 0;
            self.share = WHOLE.min(self.share + 1);
            if self.share == WHOLE {
                self.since = None;
            }
            return;
        };
        self.over = self.over.saturating_add(1);
        if self.over >= LOOKS_OVER {
            self.share /= 2;
            let since = self.since.map_or(now, |(since, _)| since);
            self.since = Some((since, strain));
        }
    }

    /// Whether one more new call is taken, and if not, what is too much. Calls are refused evenly between those that are
    /// taken.
    pub(crate) fn take_one(&mut self) -> Result<(), Strain> {
        let Some((_, strain)) = self.since else { return Ok(()) };
        self.credit += self.share;
        if self.credit < WHOLE {
            return Err(strain);
        }
        self.credit -= WHOLE;
        Ok(())
    }

    /// Since when new calls are refused, and for what.
    pub(crate) const fn strain(&self) -> Option<(Moment, Strain)> {
        self.since
    }
}

impl LoadLimits {
    /// What is over its limit; of several the one that callers hear first.
    fn strain(&self, load: &Load) -> Option<Strain> {
        if load.frames_late > self.frames_late_max {
            return Some(Strain::Sound { late: load.frames_late, max: self.frames_late_max });
        }
        if load.message_wait > self.message_wait_max {
            let (waited, max) = (load.message_wait, self.message_wait_max);
            return Some(Strain::Messages { waited, max });
        }
        if load.memory > self.memory_max {
            return Some(Strain::Memory { bytes: load.memory, max: self.memory_max });
        }
        let is_over = load.unwritten > self.unwritten_max;
        is_over.then_some(Strain::Ledger { unwritten: load.unwritten, max: self.unwritten_max })
    }
}

impl Strain {
    /// What is too much, and by which limit, for people.
    pub(crate) fn told(self) -> String {
        match self {
            Self::Messages { waited, max } => format!(
                "SIP messages wait {} ms, message_wait_max_ms is {}",
                waited.as_millis(),
                max.as_millis()
            ),
            Self::Sound { late, max } => format!(
                "sound is {} ms late, frames_late_max_ms is {}",
                late.as_millis(),
                max.as_millis()
            ),
            Self::Ledger { unwritten, max } => {
                format!("{unwritten} events are not written yet, unwritten_max is {max}")
            }
            Self::Memory { bytes, max } => {
                format!("{} MiB of memory are in use, memory_max_mib is {}", bytes >> 20, max >> 20)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: LoadLimits = LoadLimits {
        message_wait_max: Duration::from_millis(100),
        frames_late_max: Duration::from_millis(40),
        unwritten_max: 1_000,
        memory_max: 1 << 30,
    };

    fn late() -> Load {
        Load { frames_late: Duration::from_millis(41), ..Load::default() }
    }

    fn taken_of_sixteen(overload: &mut Overload) -> usize {
        (0..16).filter(|_| overload.take_one().is_ok()).count()
    }

    #[test]
    fn one_pause_of_the_machine_costs_no_call() {
        let mut overload = Overload::new(LIMITS);
        overload.look(Moment::ZERO, &late());
        overload.look(Moment::ZERO, &late());
        overload.look(Moment::ZERO, &Load::default());
        overload.look(Moment::ZERO, &late());
        assert_eq!(taken_of_sixteen(&mut overload), 16);
        assert_eq!(overload.strain(), None);
    }

    #[test]
    fn the_share_that_is_taken_is_halved_and_comes_back_step_by_step() {
        let mut overload = Overload::new(LIMITS);
        (0..LOOKS_OVER).for_each(|_| overload.look(Moment::ZERO, &late()));
        assert_eq!(taken_of_sixteen(&mut overload), 8);
        overload.look(Moment::ZERO, &late());
        assert_eq!(taken_of_sixteen(&mut overload), 4);
        (0..3).for_each(|_| overload.look(Moment::ZERO, &late()));
        assert_eq!(taken_of_sixteen(&mut overload), 0);
        (0..15).for_each(|_| overload.look(Moment::ZERO, &Load::default()));
        assert_eq!(taken_of_sixteen(&mut overload), 15);
        assert!(overload.strain().is_some());
        overload.look(Moment::ZERO, &Load::default());
        assert_eq!((taken_of_sixteen(&mut overload), overload.strain()), (16, None));
    }

    #[test]
    fn each_measure_has_its_limit_and_says_so() {
        let told = |load: Load| LIMITS.strain(&load).map(Strain::told);
        let (fine, wait) = (Load::default(), Duration::from_millis(250));
        assert_eq!(told(fine), None);
        let none_over = Load {
            message_wait: LIMITS.message_wait_max,
            frames_late: LIMITS.frames_late_max,
            unwritten: LIMITS.unwritten_max,
            memory: LIMITS.memory_max,
        };
        assert_eq!(told(none_over), None);
        let over = [
            (
                Load { message_wait: wait, ..fine },
                "SIP messages wait 250 ms, message_wait_max_ms is 100",
            ),
            (Load { frames_late: wait, ..fine }, "sound is 250 ms late, frames_late_max_ms is 40"),
            (
                Load { unwritten: 1_001, ..fine },
                "1001 events are not written yet, unwritten_max is 1000",
            ),
            (
                Load { memory: 3 << 30, ..fine },
                "3072 MiB of memory are in use, memory_max_mib is 1024",
            ),
        ];
        for (load, said) in over {
            assert_eq!(told(load).as_deref(), Some(said));
        }
    }
}
