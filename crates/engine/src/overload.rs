//! New calls give way before those that are on would suffer.
//!
//! The shell measures, a few times a second, what a caller on the line would feel first. While one of the measures is over
//! its limit a share of new calls is refused: half of those that were taken until then for each look that finds it so, and a sixteenth more
//! are taken again for each that does not (additive increase, multiplicative decrease: Chiu and Jain, 1989). What belongs to
//! a call that is on, phones that register, and calls to agents are always taken.
//!
//! A flood of calls is not waited for so long. Of each message [that begins something](crate::Turn::Later) it is known how long it has
//! waited; while none for a while was there in good time, there is a line that does not get shorter, and new calls are refused until
//! it is short (Nichols and Jacobson, 2012, tell such a line from a burst alike). To refuse one costs a small part of what it costs to
//! take one, so it is soon short, and who is refused is told at once. The line of a flood is there again as soon as it is gone, and is not
//! waited for a second time: until none was refused for a while, whoever stands in a line for a smaller part of the limit is.

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

/// A line of messages is long when they wait for this part of the limit. It stands when it has been long for the whole limit:
/// a hundred callers in one moment, as after a word on television, are a burst and no flood.
const LONG: u32 = 2;

/// After a call was refused for a line, it is long again for others when they wait for this part of the limit.
const LONG_AGAIN: u32 = 4;

/// For so long after the last call that was refused for it, people are told of it, and lines are looked at more sharply.
const TOLD_FOR: Duration = Duration::from_secs(1);

/// A measure that is over its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strain {
    Messages { waited: Duration, max: Duration },
    Line { waited: Duration, max: Duration },
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
    line: Line,
}

/// The messages that wait for the engine and begin something.
#[derive(Debug, Default)]
struct Line {
    /// When the last one was taken.
    taken_at: Option<Moment>,
    /// How long that had waited.
    waited: Duration,
    /// Whether it was not the first of them all the time.
    stood: bool,
    /// Since when it is long.
    long_since: Option<Moment>,
    /// The first call that was refused for it, and the last one.
    refused: Option<(Moment, Moment)>,
}

impl Overload {
    pub(crate) const fn new(limits: LoadLimits) -> Self {
        let line = Line {
            taken_at: None,
            waited: Duration::ZERO,
            stood: false,
            long_since: None,
            refused: None,
        };
        Self { limits, share: WHOLE, credit: 0, over: 0, since: None, line }
    }

    /// A message that begins something is taken, and has waited for so long.
    pub(crate) fn heard(&mut self, now: Moment, waited: Duration) {
        self.line.heard(now, waited, self.limits.message_wait_max / LONG);
    }

    /// Takes what was measured.
    pub(crate) fn look(&mut self, now: Moment, load: &Load) {
        self.line.refused.take_if(|(_, last)| now.since(*last) >= TOLD_FOR);
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
    pub(crate) fn take_one(&mut self, now: Moment) -> Result<(), Strain> {
        let max = self.limits.message_wait_max;
        if self.line.is_too_long(now, max) {
            let (first, _) = self.line.refused.unwrap_or((now, now));
            self.line.refused = Some((first, now));
            return Err(Strain::Line { waited: self.line.waited, max });
        }
        let Some((_, strain)) = self.since else { return Ok(()) };
        self.credit += self.share;
        if self.credit < WHOLE {
            return Err(strain);
        }
        self.credit -= WHOLE;
        Ok(())
    }

    /// Since when new calls are refused, and for what.
    pub(crate) fn strain(&self) -> Option<(Moment, Strain)> {
        let (waited, max) = (self.line.waited, self.limits.message_wait_max);
        self.since.or_else(|| Some((self.line.refused?.0, Strain::Line { waited, max })))
    }
}

impl Line {
    fn heard(&mut self, now: Moment, waited: Duration, long: Duration) {
        // One that came when all before it had been taken has waited for nobody: there is no line.
        let is_alone = self.taken_at.is_none_or(|taken| now.since(taken) >= waited);
        if is_alone || waited <= long {
            self.long_since = None;
        } else {
            self.long_since.get_or_insert(now);
        }
        (self.taken_at, self.waited, self.stood) = (Some(now), waited, !is_alone);
    }

    fn is_too_long(&self, now: Moment, max: Duration) -> bool {
        let lately = self.refused.is_some_and(|(_, last)| now.since(last) < TOLD_FOR);
        self.has_stood(now, max) || (lately && self.stood && self.waited > max / LONG_AGAIN)
    }

    /// A pause of the machine leaves a long line too; that is short again in a moment.
    fn has_stood(&self, now: Moment, for_so_long: Duration) -> bool {
        self.long_since.is_some_and(|since| now.since(since) >= for_so_long)
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
            Self::Line { waited, max } => format!(
                "SIP messages have waited {} ms for a while, and message_wait_max_ms is {}",
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
    use std::ops::Range;

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
        (0..16).filter(|_| overload.take_one(Moment::ZERO).is_ok()).count()
    }

    /// A message of each millisecond from the one on to the other, each of which has waited so long.
    fn hears(overload: &mut Overload, millis: Range<u64>, waited: u64) {
        millis.for_each(|at| overload.heard(milli(at), Duration::from_millis(waited)));
    }

    fn milli(at: u64) -> Moment {
        Moment::ZERO + Duration::from_millis(at)
    }

    #[test]
    fn new_calls_are_refused_while_messages_stand_in_a_long_line_and_no_longer() {
        let mut overload = Overload::new(LIMITS);
        hears(&mut overload, 1_000..1_100, 51);
        assert_eq!(overload.take_one(milli(1_100)), Ok(()));
        hears(&mut overload, 1_100..1_102, 51);
        let line = Strain::Line { waited: Duration::from_millis(51), max: LIMITS.message_wait_max };
        assert_eq!(overload.take_one(milli(1_102)), Err(line));
        assert_eq!(overload.strain(), Some((milli(1_102), line)));
        hears(&mut overload, 1_102..1_103, 25);
        assert_eq!(overload.take_one(milli(1_103)), Ok(()));
        // People are told of it until it has been over for a while.
        overload.look(milli(1_900), &Load::default());
        assert!(overload.strain().is_some());
        overload.look(milli(2_102), &Load::default());
        assert_eq!(overload.strain(), None);
    }

    #[test]
    fn the_next_line_of_a_flood_is_not_waited_for_and_one_after_it_is() {
        let mut overload = Overload::new(LIMITS);
        hears(&mut overload, 1_000..1_102, 51);
        assert!(overload.take_one(milli(1_102)).is_err());
        hears(&mut overload, 1_102..1_104, 25);
        assert!(overload.take_one(milli(1_104)).is_ok());
        hears(&mut overload, 1_104..1_106, 26);
        assert!(overload.take_one(milli(1_106)).is_err());
        // Who has waited for nobody stands in no line.
        hears(&mut overload, 1_200..1_201, 26);
        assert!(overload.take_one(milli(1_201)).is_ok());
        hears(&mut overload, 2_105..2_107, 26);
        assert!(overload.take_one(milli(2_107)).is_ok());
    }

    #[test]
    fn who_waits_for_a_pause_of_the_machine_alone_is_no_line() {
        let mut overload = Overload::new(LIMITS);
        (0..10).for_each(|at| overload.heard(milli(1_000 + 60 * at), Duration::from_millis(55)));
        assert_eq!(overload.take_one(milli(1_600)), Ok(()));
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
