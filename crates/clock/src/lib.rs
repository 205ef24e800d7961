//! Time as a value: moments since the engine started, wall-clock stamps, and sets of deadlines.
//!
//! Cores never read a clock. Each is told `now: Moment` by its shell and answers with deadlines,
//! so a story of an hour runs in a millisecond and a recorded day replays exactly.

mod deadlines;
mod moment;
mod wall;

pub use deadlines::Deadlines;
pub use moment::Moment;
pub use std::time::Duration;
pub use wall::{WallAnchor, WallTime};
