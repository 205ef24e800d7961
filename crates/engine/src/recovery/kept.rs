//! What the ledger has of a call, as far as it takes to know whether that still holds.
//!
//! The whole of it would be more than a tenth of what a caller who waits takes in memory.

use events::SavedCall;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// What was handed over last of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    /// Two hashes of all of it. That two descriptions of one call agree in 128 bits is no chance; and whoever knew how to make
    /// such would have their own call taken up as it was before.
    prints: [u64; 2],
    /// Whether two talk in it.
    pub(super) talks: bool,
}

impl Kept {
    pub(super) fn of(call: &SavedCall) -> Self {
        let print = |which: u8| {
            let mut hasher = DefaultHasher::new();
            which.hash(&mut hasher);
            call.hash(&mut hasher);
            hasher.finish()
        };
        Self { prints: [0, 1].map(print), talks: call.talk.is_some() }
    }
}
