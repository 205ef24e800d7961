//! Who has talked with whom, as a new run recalls it from the ledger.

use crate::{Ani, Name};
use clock::WallTime;

/// A caller who has talked with an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acquaintance {
    /// The caller's number.
    pub caller: Ani,
    /// The agent who talked with them last.
    pub agent: Name,
    /// When the two were connected.
    pub at: WallTime,
}
