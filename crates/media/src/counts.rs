//! What a worker counts, and how the counts are published once a second.

use std::sync::Arc;

/// Counts of one worker since its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) packets_sent: u64,
    pub(crate) packets_received: u64,
    pub(crate) packets_foreign: u64,
    pub(crate) packets_unusable: u64,
    /// Packets to ports that are lent to nobody.
    pub(crate) packets_unlent: u64,
    /// Packets that the system did not take.
    pub(crate) sends_failed: u64,
    /// Milliseconds whose frames were left out since the worker came too late.
    pub(crate) slots_skipped: u64,
    /// Events that were not told since too many waited.
    pub(crate) events_dropped: u64,
    /// Commands that named a stream or port that is not there.
    pub(crate) commands_astray: u64,
}

/// Publishes the counts of one worker under its number.
#[derive(Debug)]
pub(crate) struct Publisher {
    worker: Arc<str>,
    published: Counts,
}

impl Publisher {
    pub(crate) fn new(worker: u8) -> Self {
        Self { worker: worker.to_string().into(), published: Counts::default() }
    }

    /// Adds what was counted since the last time.
    pub(crate) fn publish(&mut self, counts: Counts, streams: usize) {
        let was = std::mem::replace(&mut self.published, counts);
        self.add("media_packets_sent_total", was.packets_sent, counts.packets_sent);
        self.add("media_packets_received_total", was.packets_received, counts.packets_received);
        self.add("media_packets_foreign_total", was.packets_foreign, counts.packets_foreign);
        self.add("media_packets_unusable_total", was.packets_unusable, counts.packets_unusable);
        self.add("media_packets_unlent_total", was.packets_unlent, counts.packets_unlent);
        self.add("media_sends_failed_total", was.sends_failed, counts.sends_failed);
        self.add("media_slots_skipped_total", was.slots_skipped, counts.slots_skipped);
        self.add("media_events_dropped_total", was.events_dropped, counts.events_dropped);
        self.add("media_commands_astray_total", was.commands_astray, counts.commands_astray);
        let streams = u32::try_from(streams).unwrap_or(u32::MAX);
        metrics::gauge!("media_streams", "worker" => Arc::clone(&self.worker)).set(streams);
    }

    fn add(&self, name: &'static str, was: u64, is: u64) {
        metrics::counter!(name, "worker" => Arc::clone(&self.worker)).increment(is - was);
    }
}
