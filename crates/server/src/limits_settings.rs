//! `[limits]`: what peers may take of the server. Each has a usual value, and none can be left without one.

use crate::limits::unacknowledged_per_source_max;
use media_protocol::Port;
use serde::Deserialize;
use std::num::{NonZeroU16, NonZeroU32};
use std::time::Duration;

/// The table as it is written.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct LimitsSettings {
    /// Messages of one address in a second that belong to nothing that is on; 0: as many as there come.
    pub(crate) requests_per_source_per_second_max: u32,
    /// Datagrams of one address in a second, whatever they are; 0: as many as there come.
    datagrams_per_source_per_second_max: u32,
    /// Messages that begin something and wait to be looked at; one more is refused.
    requests_waiting_max: NonZeroU32,
    /// What waits for the engine in its inbox, and as much again in line. It is never far behind: where so much waits it is stuck, and
    /// what comes then is dropped.
    notes_waiting_max: NonZeroU32,
    /// Kibibytes of datagrams that the kernel is asked to hold; it may grant fewer.
    udp_buffer_kib: NonZeroU32,
    /// Calls of one address that it has not acknowledged; 0: a quarter of those that there are ports for.
    unacknowledged_per_source_max: u32,
    /// Calls a second that are refused for want of room and have a row of their own.
    pub(crate) refusal_rows_per_second_max: u32,
    /// SIP transactions at once: at 300 calls a second, each keeps some for half a minute.
    transactions_max: NonZeroU32,
    /// Of these, what one address may have opened; 0: an eighth.
    transactions_per_source_max: u32,
    /// Phones of one account. One more takes the place of the one that was heard of longest ago.
    phones_per_account_max: NonZeroU16,
    /// Subscriptions in all. Each keeps 2 kB or so.
    subscriptions_max: u32,
    /// Of one account: five phones with 50 keys and a lamp beside each, or fewer phones and what their last restarts have left
    /// behind for an hour.
    subscriptions_per_account_max: u32,
    /// Connections at once.
    connections_max: NonZeroU32,
    /// Of one address.
    connections_per_source_max: NonZeroU32,
    /// That one address opens in a second; 0: as many as there come.
    connections_per_source_per_second_max: u32,
    /// That the kernel holds until they are taken up, of each address of ours.
    connections_waiting_max: NonZeroU16,
    /// Seconds until a peer that we connect to must have answered.
    connect_max_s: NonZeroU16,
    /// Peers that are about to agree on TLS or WebSocket.
    handshakes_max: NonZeroU32,
    /// Of one address.
    handshakes_per_source_max: NonZeroU32,
    /// Seconds for a handshake.
    handshake_max_s: NonZeroU16,
    /// Seconds for the first message of a connection.
    first_message_max_s: NonZeroU16,
    /// Seconds for a message that has begun.
    message_max_s: NonZeroU16,
    /// Seconds without a message until it is looked whether a connection is of use.
    unused_max_s: NonZeroU16,
    /// Seconds of silence on a connection that is.
    idle_max_s: NonZeroU16,
    /// Seconds of silence on a WebSocket, whose peer is asked three times as often.
    ws_silence_max_s: NonZeroU16,
    /// Seconds in which a peer must read a message.
    write_max_s: NonZeroU16,
    /// Messages that may wait for a peer to read them.
    write_queue_max: NonZeroU32,
    /// Messages that may wait to be sorted onto their connections.
    orders_max: NonZeroU32,
}

/// Never less than a phone needs.
const WS_PINGS_UNANSWERED: u32 = 3;

/// The usual value of a limit that cannot be nothing.
const fn count(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).expect("a usual value is more than nothing")
}

const fn small(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).expect("a usual value is more than nothing")
}

impl Default for LimitsSettings {
    fn default() -> Self {
        Self {
            requests_per_source_per_second_max: 1_000,
            datagrams_per_source_per_second_max: 10_000,
            requests_waiting_max: count(8_192),
            notes_waiting_max: count(65_536),
            udp_buffer_kib: count(4_096),
            unacknowledged_per_source_max: 0,
            refusal_rows_per_second_max: 10,
            transactions_max: count(200_000),
            transactions_per_source_max: 0,
            phones_per_account_max: small(5),
            subscriptions_max: 20_000,
            subscriptions_per_account_max: 256,
            connections_max: count(1_024),
            connections_per_source_max: count(64),
            connections_per_source_per_second_max: 100,
            connections_waiting_max: small(1_024),
            connect_max_s: small(5),
            handshakes_max: count(256),
            handshakes_per_source_max: count(32),
            handshake_max_s: small(5),
            first_message_max_s: small(30),
            message_max_s: small(10),
            unused_max_s: small(30),
            idle_max_s: small(7_200),
            ws_silence_max_s: small(75),
            write_max_s: small(10),
            write_queue_max: count(256),
            orders_max: count(4_096),
        }
    }
}

impl LimitsSettings {
    /// What holds for the sockets.
    pub(crate) fn of_sockets(&self) -> net::Limits {
        let time = |seconds: NonZeroU16| Duration::from_secs(seconds.get().into());
        let many = |count: NonZeroU32| count.get() as usize;
        let ws_silence_max = time(self.ws_silence_max_s);
        net::Limits {
            datagrams_per_source_per_second_max: self.datagrams_per_source_per_second_max,
            connections_max: many(self.connections_max),
            connections_per_source_max: many(self.connections_per_source_max),
            connections_per_source_per_second_max: self.connections_per_source_per_second_max,
            handshakes_max: many(self.handshakes_max),
            handshakes_per_source_max: many(self.handshakes_per_source_max),
            handshake_max: time(self.handshake_max_s),
            first_message_max: time(self.first_message_max_s),
            message_max: time(self.message_max_s),
            unused_max: time(self.unused_max_s),
            idle_max: time(self.idle_max_s),
            ws_ping_every: ws_silence_max / WS_PINGS_UNANSWERED,
            ws_silence_max,
            write_max: time(self.write_max_s),
            write_queue_max: many(self.write_queue_max),
            connections_waiting_max: self.connections_waiting_max.get(),
            connect_max: time(self.connect_max_s),
            orders_max: many(self.orders_max),
            udp_buffer_bytes: many(self.udp_buffer_kib) * 1_024,
        }
    }

    /// Calls that one address may have without having acknowledged them, where there are so many ports.
    pub(crate) fn unacknowledged_per_source_max(&self, ports: &[Port]) -> usize {
        match self.unacknowledged_per_source_max {
            0 => unacknowledged_per_source_max(ports),
            max => max as usize,
        }
    }

    /// Messages that begin something and wait.
    pub(crate) const fn requests_waiting_max(&self) -> usize {
        self.requests_waiting_max.get() as usize
    }

    /// What waits for the engine in all.
    pub(crate) const fn notes_waiting_max(&self) -> usize {
        self.notes_waiting_max.get() as usize
    }

    pub(crate) fn phones_per_account_max(&self) -> usize {
        self.phones_per_account_max.get().into()
    }

    pub(crate) const fn transactions_max(&self) -> usize {
        self.transactions_max.get() as usize
    }

    /// Transactions of one address, if it is not what is usual.
    pub(crate) fn transactions_per_source_max(&self) -> Option<usize> {
        (self.transactions_per_source_max > 0).then_some(self.transactions_per_source_max as usize)
    }

    pub(crate) const fn subscriptions_max(&self) -> usize {
        self.subscriptions_max as usize
    }

    pub(crate) const fn subscriptions_per_account_max(&self) -> usize {
        self.subscriptions_per_account_max as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(text: &str) -> LimitsSettings {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn what_is_not_said_is_as_the_sockets_have_it_by_themselves() {
        assert_eq!(limits("").of_sockets(), net::Limits::default());
    }

    #[test]
    fn each_limit_of_the_sockets_can_be_named() {
        let named = limits(
            "datagrams_per_source_per_second_max = 1\nconnections_max = 2\nconnections_per_source_max = 3\n\
             handshakes_max = 4\nhandshakes_per_source_max = 5\nhandshake_max_s = 6\nfirst_message_max_s = 7\n\
             message_max_s = 8\nunused_max_s = 9\nidle_max_s = 10\nws_silence_max_s = 12\nwrite_max_s = 13\n\
             write_queue_max = 14\nconnections_per_source_per_second_max = 15\nconnections_waiting_max = 16\n\
             connect_max_s = 17\norders_max = 18\nudp_buffer_kib = 19",
        );
        let seconds = Duration::from_secs;
        let wanted = net::Limits {
            datagrams_per_source_per_second_max: 1,
            connections_max: 2,
            connections_per_source_max: 3,
            connections_per_source_per_second_max: 15,
            handshakes_max: 4,
            handshakes_per_source_max: 5,
            handshake_max: seconds(6),
            first_message_max: seconds(7),
            message_max: seconds(8),
            unused_max: seconds(9),
            idle_max: seconds(10),
            ws_ping_every: seconds(4),
            ws_silence_max: seconds(12),
            write_max: seconds(13),
            write_queue_max: 14,
            connections_waiting_max: 16,
            connect_max: seconds(17),
            orders_max: 18,
            udp_buffer_bytes: 19 * 1_024,
        };
        assert_eq!(named.of_sockets(), wanted);
    }

    #[test]
    fn a_limit_that_would_keep_everybody_out_is_a_fault() {
        for nothing in ["transactions_max = 0", "connections_max = 0", "message_max_s = 0"] {
            assert!(toml::from_str::<LimitsSettings>(nothing).is_err(), "{nothing}");
        }
    }

    #[test]
    fn an_address_may_leave_a_quarter_of_the_calls_without_an_ack_or_as_many_as_it_says() {
        let ports: Vec<Port> = (0..400).map(|number| Port { worker: 0, number }).collect();
        assert_eq!(limits("").unacknowledged_per_source_max(&ports), 50);
        assert_eq!(limits("").unacknowledged_per_source_max(&[]), 16);
        let said = limits("unacknowledged_per_source_max = 7");
        assert_eq!(said.unacknowledged_per_source_max(&ports), 7);
    }
}
