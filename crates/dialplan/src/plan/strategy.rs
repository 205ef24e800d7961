//! How a queue chooses among agents.

use std::time::Duration;

/// Which of several ready agents a queue rings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strategy {
    /// Who has had nothing to do for the longest time.
    #[default]
    LongestIdle,
    /// Who has worked the smallest share of the last hour on duty.
    LeastOccupied,
    /// Who has had the fewest conversations since midnight.
    FewestCalls,
    /// Who was rung longest ago, by whichever queue.
    RoundRobin,
    /// The first in the file who is ready.
    Linear,
    /// Anyone, all alike.
    Random,
    /// Anyone, each as often as the agent's weight says.
    WeightedRandom,
    /// All of them; the first who answers has the call.
    RingAll,
    /// One, and one more each time this has passed; the first who answers has the call.
    Progressive {
        /// From one phone to the next.
        every: Duration,
    },
}
