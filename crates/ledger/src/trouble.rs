//! Whether the ledger can be written, for whoever watches.

use clock::WallTime;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

/// What keeps events from the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Since when.
    pub since: WallTime,
    /// How many entries wait in the spool.
    pub spooled: u64,
    /// Whether the spool takes nothing either, so that events are lost when memory is full.
    pub full: bool,
}

/// Events for which there was no room anywhere: the ledger lacks them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Since when.
    pub since: WallTime,
    /// How many.
    pub events: u64,
}

/// What the writing thread tells.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// In microseconds; 0 while all is well.
    since: AtomicI64,
    spooled: AtomicU64,
    full: AtomicBool,
    /// In microseconds; 0 while nothing is lost.
    lost_since: AtomicI64,
    lost: AtomicU64,
}

impl Shared {
    /// Events are lost.
    pub(crate) fn lose(&self, events: u64) {
        let now = crate::open::now().max(1);
        let _ = self.lost_since.compare_exchange(0, now, Ordering::Relaxed, Ordering::Relaxed);
        self.lost.fetch_add(events, Ordering::Relaxed);
    }

    pub(crate) fn lost(&self) -> Option<Lost> {
        let since = self.lost_since.load(Ordering::Relaxed);
        (since != 0).then(|| Lost {
            since: WallTime::from_micros(since),
            events: self.lost.load(Ordering::Relaxed),
        })
    }

    pub(crate) fn now(&self) -> Option<Trouble> {
        let since = self.since.load(Ordering::Relaxed);
        (since != 0).then(|| Trouble {
            since: WallTime::from_micros(since),
            spooled: self.spooled.load(Ordering::Relaxed),
            full: self.full.load(Ordering::Relaxed),
        })
    }

    /// A write has failed.
    pub(crate) fn begins(&self) {
        let now = crate::open::now().max(1);
        let _ = self.since.compare_exchange(0, now, Ordering::Relaxed, Ordering::Relaxed);
    }

    pub(crate) fn spooled(&self, entries: u64) {
        self.spooled.store(entries, Ordering::Relaxed);
    }

    pub(crate) fn is_full(&self, full: bool) {
        self.full.store(full, Ordering::Relaxed);
    }

    /// Everything is written; says whether that was otherwise before.
    pub(crate) fn is_over(&self) -> bool {
        self.is_full(false);
        self.since.swap(0, Ordering::Relaxed) != 0
    }
}
