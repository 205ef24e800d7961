//! What a day is made of: everything that the seed decides before anybody wakes up.

use crate::Trace;
use clock::Duration;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::ops::RangeInclusive;

/// One day. The same values live the same day.
#[derive(Clone, Debug)]
pub struct Day {
    /// Loads every die.
    pub seed: u64,
    /// How long people do as they like, before the network heals.
    pub length: Duration,
    /// What the network does until then.
    pub weather: Weather,
    /// The mean time between two callers.
    pub caller_every: Duration,
    /// Whether callers come over a connection, which may break, rather than by datagrams.
    pub trunk: Trunk,
    /// More calls than this are not taken at once.
    pub calls_max: usize,
    /// After how long a silence a stream counts as dead.
    pub silence_max: Duration,
    /// How long a media worker may take to tell that a stream is closed.
    pub telling_max: Duration,
    /// How many promilles of callers and rings end with somebody's network going away.
    pub vanish_promille: u32,
    /// How long the ledger may take to store an event.
    pub ledger_delay: RangeInclusive<Duration>,
    /// How the day closes.
    pub close: Close,
    /// Whether the process outlives the day.
    pub process: Process,
    /// Whether somebody sets the clock of a process that dies.
    pub clock: Clock,
    /// What becomes of the transcript.
    pub trace: Trace,
}

/// What becomes of the clock on a day on which the process dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// It runs evenly.
    Even,
    /// It is set now and again, and stays so: by a minute at most, and while the process lives.
    Set,
}

/// How a day closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Close {
    /// The network heals, and all who wait are answered.
    Served,
    /// The engine is told to take no more calls, and all who wait are answered.
    Drained,
    /// The engine is told to stop, and all calls end at once.
    Stopped,
}

/// What becomes of the process during the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Process {
    /// It lives through it.
    Lives,
    /// It is killed so many times, at steps that the seed has drawn, and each time started again after a while. What it has
    /// written goes to a ledger on a disk.
    Dies {
        /// How often.
        times: u32,
        /// How long nobody is there.
        away: RangeInclusive<Duration>,
    },
}

/// How callers reach the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trunk {
    /// Each message by itself.
    Datagrams,
    /// Over one connection, which breaks now and again.
    Connection,
}

/// What a network does to datagrams.
#[derive(Clone, Debug)]
pub struct Weather {
    /// The part that is lost, 0 to 1.
    pub loss: f64,
    /// The part that comes twice, 0 to 1.
    pub doubling: f64,
    /// How long a datagram travels.
    pub delay: RangeInclusive<Duration>,
    /// The part that is held up for seconds, 0 to 1.
    pub late: f64,
}

impl Weather {
    /// A network that does what it should.
    pub const FAIR: Self = Self {
        loss: 0.0,
        doubling: 0.0,
        delay: Duration::from_millis(5)..=Duration::from_millis(5),
        late: 0.0,
    };

    /// Whether everybody who is there can be reached, and that soon.
    pub(crate) fn is_fair(&self) -> bool {
        self.loss == 0.0 && self.late == 0.0 && *self.delay.end() <= Self::SOON
    }

    /// Whether what is said first is heard first.
    pub(crate) fn keeps_order(&self) -> bool {
        self.is_fair() && self.delay.start() == self.delay.end()
    }

    /// A message that travels no longer comes in time for whatever it is about.
    const SOON: Duration = Duration::from_millis(300);

    fn draw(random: &mut StdRng) -> Self {
        if random.random_ratio(1, 5) {
            return Self::FAIR;
        }
        let slowest = pick(random, &[3, 40, 300, 1_500]);
        Self {
            loss: pick(random, &[0.0, 0.02, 0.05, 0.15, 0.3]),
            doubling: pick(random, &[0.0, 0.05, 0.3]),
            delay: Duration::from_millis(1)..=Duration::from_millis(slowest),
            late: pick(random, &[0.0, 0.0, 0.02]),
        }
    }
}

impl Day {
    /// The day that this seed has drawn.
    #[must_use]
    pub fn of_seed(seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let ledger_slowest = pick(&mut random, &[2, 20, 200, 3_000]);
        Self {
            seed,
            length: Duration::from_secs(random.random_range(80..=200)),
            weather: Weather::draw(&mut random),
            caller_every: Duration::from_millis(pick(&mut random, &[900, 2_000, 3_500, 8_000])),
            trunk: pick(&mut random, &[Trunk::Datagrams, Trunk::Datagrams, Trunk::Connection]),
            calls_max: pick(&mut random, &[12, 30, 30]),
            silence_max: Duration::from_secs(pick(&mut random, &[10, 60])),
            telling_max: Duration::from_millis(pick(&mut random, &[20, 20, 3_000])),
            vanish_promille: pick(&mut random, &[0, 10, 60]),
            ledger_delay: Duration::from_millis(1)..=Duration::from_millis(ledger_slowest),
            close: pick(
                &mut random,
                &[Close::Served, Close::Served, Close::Drained, Close::Stopped],
            ),
            process: Process::Lives,
            clock: Clock::Even,
            trace: Trace::Keep,
        }
    }

    /// The day that this seed has drawn on which the process dies. Everybody does as they like as on any other. Over half of the
    /// networks whoever is still there can be reached again; on the others messages are lost, and people with them. On some days the
    /// clock is set.
    #[must_use]
    pub fn with_deaths(seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed ^ 0xdead_da11);
        let ledger_slowest = pick(&mut random, &[2, 20, 60, 400, 2_000]);
        let away_longest = pick(&mut random, &[1, 500, 4_000, 20_000]);
        Self {
            seed,
            length: Duration::from_secs(random.random_range(40..=90)),
            // Of what is held up for seconds, an answer to a process before the last may find a dialog that the last one has
            // ended: it is ended once more, with a number that is too low.
            weather: match random.random() {
                true => Weather::FAIR,
                false => Weather { late: 0.0, ..Weather::draw(&mut random) },
            },
            caller_every: Duration::from_millis(pick(&mut random, &[900, 1_500, 3_000])),
            trunk: Trunk::Datagrams,
            calls_max: 40,
            silence_max: Duration::from_secs(pick(&mut random, &[60, 60, 10])),
            telling_max: Duration::from_millis(pick(&mut random, &[20, 20, 3_000])),
            vanish_promille: pick(&mut random, &[0, 0, 10, 60]),
            clock: pick(&mut random, &[Clock::Even, Clock::Even, Clock::Set]),
            ledger_delay: Duration::from_millis(1)..=Duration::from_millis(ledger_slowest),
            close: Close::Served,
            process: Process::Dies {
                times: pick(&mut random, &[1, 1, 2, 3]),
                away: Duration::from_millis(1)..=Duration::from_millis(away_longest),
            },
            trace: Trace::Keep,
        }
    }
}

fn pick<T: Copy>(random: &mut StdRng, from: &[T]) -> T {
    let at = random.random_range(0..from.len());
    *from.get(at).expect("the die has as many sides as the list")
}
