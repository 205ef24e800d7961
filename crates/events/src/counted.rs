//! What there may be only so many of in an hour or a day, as a new run recalls it: a restart is no way around a limit.

use crate::{Ani, Name};
use clock::WallTime;

/// Something that counts for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// When it was.
    pub at: WallTime,
    /// By whose right.
    pub by: CountedBy,
}

/// What counts, and against whose limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CountedBy {
    /// A `dial` step has called its number.
    Step(Name),
    /// A customer was called back, at this number.
    Customer(Ani),
    /// A number was promised a callback.
    Promise(Ani),
    /// A callback of this step was asked for by somebody who did not call.
    Request(Name),
}
