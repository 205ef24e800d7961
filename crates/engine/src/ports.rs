//! The media ports: lent in pairs, so that a call that was let in never lacks one for its agent.

use ids::LegId;
use media_protocol::Port;
use std::collections::{BTreeMap, VecDeque};

/// Two ports of one worker: one for the caller, one for whichever agent is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PortPair {
    pub(crate) caller: Port,
    pub(crate) agent: Port,
}

/// Which ports are free, and which come back when their stream has closed.
///
/// A port that was given back goes to the end of the line, so that late packets for its old call
/// meet nobody for as long as possible.
#[derive(Debug)]
pub(crate) struct Ports {
    free: BTreeMap<u8, VecDeque<Port>>,
    closing: BTreeMap<LegId, Port>,
}

impl Ports {
    pub(crate) fn new(ports: impl IntoIterator<Item = Port>) -> Self {
        let mut free: BTreeMap<u8, VecDeque<Port>> = BTreeMap::new();
        for port in ports {
            free.entry(port.worker).or_default().push_back(port);
        }
        Self { free, closing: BTreeMap::new() }
    }

    /// Lends two ports of the worker that has most to spare.
    pub(crate) fn lend_pair(&mut self) -> Option<PortPair> {
        let free = self.free.values_mut().max_by_key(|free| free.len())?;
        if free.len() < 2 {
            return None;
        }
        Some(PortPair { caller: free.pop_front()?, agent: free.pop_front()? })
    }

    /// Takes back a port on which no stream is open.
    pub(crate) fn give_back(&mut self, port: Port) {
        self.free.entry(port.worker).or_default().push_back(port);
    }

    /// Takes `port` back as soon as the worker says that `stream` is closed.
    pub(crate) fn give_back_when_closed(&mut self, stream: LegId, port: Port) {
        self.closing.insert(stream, port);
    }

    /// The worker says that `stream` is closed.
    pub(crate) fn closed(&mut self, stream: LegId) {
        if let Some(port) = self.closing.remove(&stream) {
            self.give_back(port);
        }
    }

    /// How many ports are free.
    pub(crate) fn free(&self) -> usize {
        self.free.values().map(VecDeque::len).sum()
    }

    /// How many ports wait for their stream to close.
    pub(crate) fn closing(&self) -> usize {
        self.closing.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(worker: u8, number: u16) -> Port {
        Port { worker, number }
    }

    #[test]
    fn a_pair_comes_from_one_worker_the_idlest() {
        let mut ports = Ports::new([port(0, 2), port(1, 4), port(1, 6), port(0, 8), port(0, 10)]);
        let pair = ports.lend_pair().unwrap();
        assert_eq!(pair, PortPair { caller: port(0, 2), agent: port(0, 8) });
        assert_eq!(ports.lend_pair().unwrap().caller.worker, 1);
        assert_eq!(ports.lend_pair(), None, "one port of worker 0 is no pair");
        assert_eq!(ports.free(), 1);
    }

    #[test]
    fn a_port_with_a_stream_comes_back_only_when_the_stream_is_closed() {
        let mut ports = Ports::new([port(0, 2), port(0, 4)]);
        let pair = ports.lend_pair().unwrap();
        ports.give_back(pair.agent);
        ports.give_back_when_closed(LegId(1), pair.caller);
        assert_eq!(ports.lend_pair(), None);
        ports.closed(LegId(9));
        assert_eq!(ports.lend_pair(), None, "another stream's end says nothing");
        ports.closed(LegId(1));
        assert!(ports.lend_pair().is_some());
    }
}
