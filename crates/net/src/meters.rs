//! What is counted, under the names that Prometheus shows.

use metrics::{Counter, Gauge, counter, gauge};

/// Handles taken once, so that counting a message costs no look-up.
#[derive(Clone)]
pub(crate) struct Meters {
    /// Messages delivered.
    pub(crate) received: Counter,
    /// Messages handed to a socket.
    pub(crate) sent: Counter,
    /// Messages that the kernel or a full queue would not take.
    pub(crate) unsent: Counter,
    /// Keep-alives and what else is no SIP at all.
    pub(crate) blank: Counter,
    /// Datagrams of sources that sent too many.
    pub(crate) too_many: Counter,
}

impl Meters {
    pub(crate) fn new(transport: &'static str) -> Self {
        Self {
            received: counter!("sip_messages_received_total", "transport" => transport),
            sent: counter!("sip_messages_sent_total", "transport" => transport),
            unsent: counter!("sip_messages_unsent_total", "transport" => transport),
            blank: counter!("sip_keepalives_received_total", "transport" => transport),
            too_many: counter!("sip_rejected_total", "reason" => "too_many"),
        }
    }
}

/// Connections now open, in and out.
pub(crate) fn connections_open(transport: &'static str) -> Gauge {
    gauge!("sip_connections", "transport" => transport)
}

/// Counts a message that was refused before it reached the engine.
pub(crate) fn count_rejected(reason: &'static str) {
    counter!("sip_rejected_total", "reason" => reason).increment(1);
}

/// Counts a connection that we ended, or did not take, because it met a limit.
pub(crate) fn count_cut(limit: &'static str) {
    counter!("sip_connections_cut_total", "limit" => limit).increment(1);
}
