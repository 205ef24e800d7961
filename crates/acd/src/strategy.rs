//! Which of several ready agents is rung.

use clock::Duration;

/// The rule by which a queue chooses among the ready agents who may take a call. Of equal ones the
/// longest idle goes first, then the one who stands earlier in the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Strategy {
    /// Who has had nothing to do for the longest time.
    #[default]
    LongestIdle,
    /// Who has worked least: conversations and after-call work over time on duty, in the sixty full
    /// minutes before this one.
    LeastOccupied,
    /// Who has had the fewest conversations since [`Input::DayBegan`](crate::Input::DayBegan).
    FewestCalls,
    /// Who was rung longest ago, by whichever queue; at first in the order of the plan. That another phone was quicker
    /// uses up nobody's turn.
    RoundRobin,
    /// The first in the order of the plan.
    Linear,
    /// Anyone, all with the same chance.
    Random,
    /// Anyone, each with a chance as large as their
    /// [`weight`](crate::AgentConfig::weight).
    WeightedRandom,
    /// All at once; the first who answers has the call, and who becomes ready meanwhile is rung too.
    RingAll,
    /// The longest idle, and one more each time this has passed; the first who answers has the call.
    Progressive {
        /// From one phone to the next.
        every: Duration,
    },
}

/// How many phones a call rings at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phones {
    /// One at a time.
    One,
    /// All that can be rung.
    All,
    /// One, and further ones as time passes.
    OneAfterAnother,
}

/// By what agents are put in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Measure {
    Idle,
    Occupancy,
    Calls,
    Turn,
    Listed,
    Chance,
    WeightedChance,
}

impl Measure {
    /// How many there are.
    pub(crate) const COUNT: usize = 7;

    /// Its place among them.
    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

impl Strategy {
    /// How many phones it rings.
    pub(crate) const fn phones(self) -> Phones {
        match self {
            Self::LongestIdle
            | Self::LeastOccupied
            | Self::FewestCalls
            | Self::RoundRobin
            | Self::Linear
            | Self::Random
            | Self::WeightedRandom => Phones::One,
            Self::RingAll => Phones::All,
            Self::Progressive { .. } => Phones::OneAfterAnother,
        }
    }

    /// The order that it chooses by.
    pub(crate) const fn measure(self) -> Measure {
        match self {
            Self::LongestIdle | Self::RingAll | Self::Progressive { .. } => Measure::Idle,
            Self::LeastOccupied => Measure::Occupancy,
            Self::FewestCalls => Measure::Calls,
            Self::RoundRobin => Measure::Turn,
            Self::Linear => Measure::Listed,
            Self::Random => Measure::Chance,
            Self::WeightedRandom => Measure::WeightedChance,
        }
    }
}
