//! Every limit of the sockets, by name.

use std::time::Duration;

/// Every limit of the sockets. What meets one is closed or dropped, and counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many datagrams of one source are read in a second, and twice as many at once; the others are dropped as they are. 0: as
    /// many as there come. It is meant for floods, so it is more than anybody needs: a trunk with all calls that a server can take too.
    pub datagrams_per_source_per_second_max: u32,
    /// How many connections may be open at once, in and out.
    pub connections_max: usize,
    /// How many connections one source may have open at once: an IPv4 address, or the /64 of an
    /// IPv6 address.
    pub connections_per_source_max: usize,
    /// How many connections one source may open in a second, and twice as many at once; others are closed as they come. 0: as many
    /// as there come.
    pub connections_per_source_per_second_max: u32,
    /// How many connections the kernel holds until they are taken up, at each address of ours; it may grant fewer.
    pub connections_waiting_max: u16,
    /// How many peers may be about to agree on TLS or WebSocket at once.
    pub handshakes_max: usize,
    /// How many of these may be of one source.
    pub handshakes_per_source_max: usize,
    /// How long a peer that has connected may bring no message before it is asked whether the
    /// connection is needed: by a registration, a call, or a trunk.
    pub unused_max: Duration,
    /// How long a new connection may take to bring its first whole message.
    pub first_message_max: Duration,
    /// How long a message may take from its first byte to its last.
    pub message_max: Duration,
    /// How long a connection that has brought a message may then be silent. An agent's phone that
    /// sends no keep-alives speaks at least once in each registration.
    pub idle_max: Duration,
    /// How long opening a connection may take.
    pub connect_max: Duration,
    /// How long a peer may take to agree on TLS, on WebSocket, or on both.
    pub handshake_max: Duration,
    /// How long nothing is written to a WebSocket before it is asked whether the peer is there.
    pub ws_ping_every: Duration,
    /// How long a WebSocket that has brought a message may be silent, pongs included.
    pub ws_silence_max: Duration,
    /// How long a peer may take to read one message.
    pub write_max: Duration,
    /// How many messages may wait for a peer to read them. At one more, the connection is closed.
    pub write_queue_max: usize,
    /// How many messages to streams may wait to be sorted onto their connections.
    pub orders_max: usize,
    /// How many bytes of datagrams the kernel is asked to hold for us; it may grant fewer.
    pub udp_buffer_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            datagrams_per_source_per_second_max: 10_000,
            connections_max: 1_024,
            connections_per_source_max: 64,
            connections_per_source_per_second_max: 100,
            connections_waiting_max: 1_024,
            handshakes_max: 256,
            handshakes_per_source_max: 32,
            unused_max: Duration::from_secs(30),
            first_message_max: Duration::from_secs(30),
            message_max: Duration::from_secs(10),
            idle_max: Duration::from_secs(2 * 3_600),
            connect_max: Duration::from_secs(5),
            handshake_max: Duration::from_secs(5),
            ws_ping_every: Duration::from_secs(25),
            ws_silence_max: Duration::from_secs(75),
            write_max: Duration::from_secs(10),
            write_queue_max: 256,
            orders_max: 4_096,
            udp_buffer_bytes: 4 * 1_024 * 1_024,
        }
    }
}
