//! A pile: anyone lays a value on it, and one takes all of it at once.
//!
//! R. K. Treiber, *Systems Programming: Coping with Parallelism*, IBM RJ 5118 (1986). In a ring of numbered
//! places a producer that is stopped between taking a place and filling it would hold up all that
//! come after. Here a value is on the pile or it is not, with one instruction in between. The pile is
//! never taken one by one, so it does no harm when the same place is on top again.

use crate::places::{NONE, Place, Places};
use crate::sync::{AtomicU32, Ordering};

/// The pile: its places lie one upon the other.
pub(crate) struct Pile {
    top: AtomicU32,
}

impl Pile {
    pub(crate) fn new() -> Self {
        Self { top: AtomicU32::new(NONE) }
    }

    /// Lays a place that the caller has filled on top. Tries again only when another thread has just
    /// laid or taken something.
    pub(crate) fn lay<T>(&self, places: &Places<T>, place: Place) {
        let mut top = self.top.load(Ordering::Relaxed);
        loop {
            places.put_after(place, top);
            // Whoever takes the pile sees what was written before: here, and by those below, whose
            // exchanges this one continues.
            match self.top.compare_exchange_weak(top, place, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => return,
                Err(other) => top = other,
            }
        }
    }

    /// Takes all there is and turns it over: gives the place that was laid first, after which come the
    /// others as they were laid.
    pub(crate) fn take<T>(&self, places: &Places<T>) -> Place {
        let mut rest = self.top.swap(NONE, Ordering::Acquire);
        let mut turned = NONE;
        while rest != NONE {
            let below = places.after(rest);
            places.put_after(rest, turned);
            turned = rest;
            rest = below;
        }
        turned
    }

    /// Whether nothing lies there.
    pub(crate) fn is_empty(&self) -> bool {
        self.top.load(Ordering::Acquire) == NONE
    }
}
