//! What a worker counts, and how the counts are published once a second.

use metrics::{Gauge, counter, describe_counter, describe_gauge, gauge};

/// Counts of one worker since its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) packets_sent: u64,
    pub(crate) packets_recoded: u64,
    pub(crate) packets_received: u64,
    pub(crate) packets_foreign: u64,
    pub(crate) packets_unusable: u64,
    pub(crate) packets_too_much: u64,
    pub(crate) packets_unproved: u64,
    pub(crate) packets_unlent: u64,
    pub(crate) packets_withheld: u64,
    pub(crate) peers_moved: u64,
    pub(crate) sends_failed: u64,
    pub(crate) slots_skipped: u64,
    pub(crate) events_dropped: u64,
    pub(crate) commands_astray: u64,
    pub(crate) packets_unrecorded: u64,
    pub(crate) control_sent: u64,
    pub(crate) control_received: u64,
    pub(crate) control_dropped: u64,
}

/// One published counter: its name, what it means, and which count it is.
type Counter = (&'static str, &'static str, fn(&Counts) -> u64);

const COUNTERS: [Counter; 18] = [
    ("media_packets_sent_total", "RTP packets sent.", |counts| counts.packets_sent),
    (
        "media_packets_recoded_total",
        "RTP packets sent on in another codec than they came in, of those where a table does not serve.",
        |counts| counts.packets_recoded,
    ),
    ("media_packets_received_total", "RTP packets taken from peers.", |counts| {
        counts.packets_received
    }),
    ("media_packets_foreign_total", "Packets from elsewhere than the peer, dropped.", |counts| {
        counts.packets_foreign
    }),
    (
        "media_packets_unusable_total",
        "Packets that are no RTP, of an unknown type or out of order, dropped.",
        |counts| counts.packets_unusable,
    ),
    (
        "media_packets_too_much_total",
        "Packets beyond the packets, or the octets, that are taken from a peer in a second, dropped.",
        |counts| counts.packets_too_much,
    ),
    (
        "media_packets_unproved_total",
        "Sealed packets (SRTP) with a wrong proof or that came twice, dropped.",
        |counts| counts.packets_unproved,
    ),
    ("media_packets_unlent_total", "Packets to ports lent to no stream, dropped.", |counts| {
        counts.packets_unlent
    }),
    (
        "media_packets_withheld_total",
        "Packets not sent since nobody was heard where they were to go, by streams that closed.",
        |counts| counts.packets_withheld,
    ),
    (
        "media_peers_moved_total",
        "Peers that spoke on from another address, of streams that closed.",
        |counts| counts.peers_moved,
    ),
    ("media_sends_failed_total", "Packets that the system did not take.", |counts| {
        counts.sends_failed
    }),
    (
        "media_slots_skipped_total",
        "Milliseconds whose frames were left out since the worker came too late.",
        |counts| counts.slots_skipped,
    ),
    ("media_events_dropped_total", "Keys not told since too many events waited.", |counts| {
        counts.events_dropped
    }),
    (
        "media_commands_astray_total",
        "Commands that named a stream or port that is not there.",
        |counts| counts.commands_astray,
    ),
    (
        "media_packets_unrecorded_total",
        "Packets that found no room on the way to a recording: silence in their place.",
        |counts| counts.packets_unrecorded,
    ),
    ("media_rtcp_sent_total", "Reports on sound (RTCP) sent.", |counts| counts.control_sent),
    ("media_rtcp_received_total", "Reports on sound (RTCP) taken from peers.", |counts| {
        counts.control_received
    }),
    (
        "media_rtcp_dropped_total",
        "Reports on sound (RTCP) of strangers, unproved, wrong or too many, dropped.",
        |counts| counts.control_dropped,
    ),
];

const STREAMS: &str = "media_streams";

/// Publishes the counts of one worker under its number.
///
/// A metric is found by its name under a lock, which whoever renders all of them takes too: so they are looked for once,
/// and sound waits for no reader.
#[derive(Debug)]
pub(crate) struct Publisher {
    counters: [metrics::Counter; COUNTERS.len()],
    streams: Gauge,
    published: Counts,
}

impl Publisher {
    pub(crate) fn new(worker: u8) -> Self {
        let worker = worker.to_string();
        let counters = COUNTERS.map(|(name, meaning, _)| {
            describe_counter!(name, meaning);
            counter!(name, "worker" => worker.clone())
        });
        describe_gauge!(STREAMS, "Streams that are open.");
        Self {
            counters,
            streams: gauge!(STREAMS, "worker" => worker),
            published: Counts::default(),
        }
    }

    /// Adds what was counted since the last time.
    pub(crate) fn publish(&mut self, counts: Counts, streams: usize) {
        let was = std::mem::replace(&mut self.published, counts);
        for ((_, _, count), counter) in COUNTERS.iter().zip(&self.counters) {
            counter.increment(count(&counts) - count(&was));
        }
        let streams = u32::try_from(streams).unwrap_or(u32::MAX);
        self.streams.set(streams);
    }
}
