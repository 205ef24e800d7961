//! How long the talks of a queue last.

use clock::Duration;
use std::cell::OnceCell;

/// Talks by length. A bin is a quarter of a doubling: at most 19 % from its begin to its end.
const BINS: usize = 64;
/// The first bins are so many a second.
const TICKS_A_SECOND: f64 = 4.0;

/// How long the talks of a queue last: their lengths as a histogram, in which a talk counts the less
/// the more have come after it.
#[derive(Clone, Debug)]
pub struct Talks {
    bins: [f64; BINS],
    /// What the next talk counts for in all of these. It grows, in place of all others fading, and is
    /// brought back to one now and then.
    next: f64,
    /// Talks that count, the aged ones in part.
    weight: f64,
    seconds: f64,
    squares: f64,
    /// Made when somebody asks: talks end far oftener.
    table: OnceCell<Table>,
}

/// What is asked of the histogram, at the begin of each bin and at the end of the last.
type Table = [Edge; BINS + 1];

/// The histogram at the edge between two bins.
#[derive(Clone, Copy, Debug, Default)]
struct Edge {
    /// Where it is, in seconds.
    begin: f64,
    /// The part of talks that last longer.
    longer: f64,
    /// The integral of that from 0 on, in seconds.
    sum: f64,
}

/// Where a talk stands that has lasted for some time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lasted {
    seconds: f64,
    longer: f64,
    sum: f64,
}

impl Talks {
    /// What is left of a talk's weight when the next comes: some two hundred are remembered.
    const FADE: f64 = 0.995;
    /// What the next talk counts for at most, before all are brought back: after some thousand talks.
    const NEXT_MAX: f64 = 1e3;
    /// What the operator's word for the mean counts for, in talks.
    pub const WORD: f64 = 10.0;

    /// Talks of which nothing is known, or only what the operator says of their mean.
    #[must_use]
    pub fn new(expected: Option<Duration>) -> Self {
        let mut talks = Self {
            bins: [0.0; BINS],
            next: 1.0,
            weight: 0.0,
            seconds: 0.0,
            squares: 0.0,
            table: OnceCell::new(),
        };
        if let Some(mean) = expected.map(|mean| mean.as_secs_f64().max(1.0)) {
            // Of all lengths with this mean the exponential ones take the least for granted.
            for (bin, place) in talks.bins.iter_mut().enumerate() {
                let part = (-begin_of(bin) / mean).exp() - (-begin_of(bin + 1) / mean).exp();
                *place = part * Self::WORD;
            }
            talks.weight = Self::WORD;
            talks.seconds = mean * Self::WORD;
            talks.squares = 2.0 * mean * mean * Self::WORD;
        }
        talks
    }

    /// A talk has lasted so long.
    pub fn note(&mut self, length: Duration) {
        let seconds = length.as_secs_f64().min(begin_of(BINS));
        self.next /= Self::FADE;
        if let Some(bin) = self.bins.get_mut(bin_of(seconds)) {
            *bin += self.next;
        }
        self.weight += self.next;
        self.seconds += self.next * seconds;
        self.squares += self.next * seconds * seconds;
        if self.next > Self::NEXT_MAX {
            self.scale(1.0 / self.next);
        }
        self.table.take();
    }

    fn scale(&mut self, by: f64) {
        let Self { bins, next, weight, seconds, squares, .. } = self;
        let all = bins.iter_mut().chain([next, weight, seconds, squares]);
        all.for_each(|each| *each *= by);
    }

    /// How many talks stand behind what is said here, aged ones and the operator's word in part.
    #[must_use]
    pub const fn weight(&self) -> f64 {
        self.weight / self.next
    }

    /// The mean length in seconds.
    #[must_use]
    pub fn mean(&self) -> f64 {
        if self.weight > 0.0 { self.seconds / self.weight } else { 0.0 }
    }

    /// The variance of the length in seconds².
    #[must_use]
    pub fn variance(&self) -> f64 {
        let mean = self.mean();
        if self.weight > 0.0 { (self.squares / self.weight - mean * mean).max(0.0) } else { 0.0 }
    }

    fn table(&self) -> &Table {
        self.table.get_or_init(|| self.tabulated())
    }

    fn tabulated(&self) -> Table {
        let mut table = [Edge::default(); BINS + 1];
        let mean = self.mean().max(1.0);
        // One talk more than has been seen, of any length: none is the longest possible.
        let all = self.weight() + 1.0;
        let mut left = self.weight();
        let mut before: Option<Edge> = None;
        for (bin, edge) in table.iter_mut().enumerate() {
            let begin = begin_of(bin);
            let longer = (left.max(0.0) + (-begin / mean).exp()) / all;
            let sum = before
                .map_or(0.0, |last| last.sum + (begin - last.begin) * (last.longer + longer) / 2.0);
            *edge = Edge { begin, longer, sum };
            before = Some(*edge);
            left -= self.bins.get(bin).copied().unwrap_or(0.0) / self.next;
        }
        table
    }

    /// Where a talk stands that has lasted so many seconds.
    pub(crate) fn lasted(&self, seconds: f64) -> Lasted {
        let table = self.table();
        let edge = |bin: usize| table.get(bin).copied().unwrap_or_default();
        let seconds = seconds.clamp(0.0, edge(BINS - 1).begin);
        let bin = bin_of(seconds);
        let (from, to) = (edge(bin), edge(bin + 1));
        let part = (seconds - from.begin) / (to.begin - from.begin);
        let longer = from.longer + (to.longer - from.longer) * part;
        let sum = from.sum + (seconds - from.begin) * (from.longer + longer) / 2.0;
        Lasted { seconds, longer, sum }
    }

    /// The chance that a talk that has lasted so long ends within so many seconds from now, and how
    /// many seconds it then goes on for in the mean.
    pub(crate) fn ends_within(&self, lasted: Lasted, seconds: f64) -> (f64, f64) {
        if seconds <= 0.0 || lasted.longer <= 0.0 {
            return (0.0, 0.0);
        }
        let then = self.lasted(lasted.seconds + seconds);
        let goes_on = then.longer / lasted.longer;
        let ends = (1.0 - goes_on).clamp(0.0, 1.0);
        if ends <= 0.0 {
            return (0.0, seconds);
        }
        let both = (then.sum - lasted.sum) / lasted.longer;
        let until = (both - seconds * goes_on) / ends;
        (ends, until.clamp(0.0, seconds))
    }
}

/// The bin of a length. Asked some thousands of times for one wait: the exponent and the first two
/// digits of a number behind its first are the bin.
fn bin_of(seconds: f64) -> usize {
    const DIGITS: u32 = f64::MANTISSA_DIGITS - 1;
    const ONE: u64 = 1.0_f64.to_bits() >> DIGITS;
    let ticks = seconds * TICKS_A_SECOND;
    if ticks < 4.0 {
        return [1.0, 2.0, 3.0].iter().filter(|begin| ticks >= **begin).count();
    }
    let bits = ticks.to_bits();
    let doublings = (bits >> DIGITS).saturating_sub(ONE);
    let bin = (doublings - 1) * 4 + ((bits >> (DIGITS - 2)) & 3);
    usize::try_from(bin).unwrap_or(BINS).min(BINS - 1)
}

/// Where a bin begins, in seconds.
fn begin_of(bin: usize) -> f64 {
    let bin = u32::try_from(bin).unwrap_or(u32::MAX);
    let ticks = match bin {
        0..4 => u64::from(bin),
        _ => u64::from(4 + bin % 4) << (bin / 4 - 1).min(40),
    };
    f64::from(u32::try_from(ticks).unwrap_or(u32::MAX)) / TICKS_A_SECOND
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(length: f64) -> Duration {
        Duration::from_secs_f64(length)
    }

    #[test]
    fn bins_follow_one_another_without_a_gap() {
        assert!(begin_of(0) <= 0.0);
        for bin in 0..BINS {
            let (begin, end) = (begin_of(bin), begin_of(bin + 1));
            assert!(begin < end, "bin {bin}");
            assert_eq!(bin_of(begin), bin);
            assert_eq!(bin_of(end - 0.001), bin);
            assert!(bin < 8 || end / begin < 1.26, "bin {bin} is narrow");
        }
        assert!(begin_of(BINS) > 4.0 * 3_600.0);
    }

    #[test]
    fn an_operators_word_is_believed_until_calls_say_otherwise() {
        let mut talks = Talks::new(Some(seconds(240.0)));
        assert!((talks.mean() - 240.0).abs() < 1e-6);
        for _ in 0..600 {
            talks.note(seconds(60.0));
        }
        assert!((talks.mean() - 60.0).abs() < 5.0, "{}", talks.mean());
    }

    #[test]
    fn a_talk_of_usual_length_ends_soon_when_it_has_lasted_that_long() {
        let mut talks = Talks::new(None);
        for each in 0..200 {
            talks.note(seconds(100.0 + f64::from(each % 20)));
        }
        let (just_begun, _) = talks.ends_within(talks.lasted(0.0), 30.0);
        let (about_over, until) = talks.ends_within(talks.lasted(90.0), 30.0);
        assert!(just_begun < 0.01, "{just_begun}");
        assert!(about_over > 0.7, "{about_over}");
        assert!((10.0..30.0).contains(&until), "{until}");
    }

    #[test]
    fn a_talk_that_is_longer_than_any_other_goes_on_as_long_as_a_usual_one() {
        let mut talks = Talks::new(None);
        for _ in 0..100 {
            talks.note(seconds(60.0));
        }
        let (ends, _) = talks.ends_within(talks.lasted(600.0), 60.0);
        assert!((0.4..0.8).contains(&ends), "{ends}");
    }
}
