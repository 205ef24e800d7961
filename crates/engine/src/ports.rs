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
    closing: BTreeMap<LegId, Closing>,
}

/// A port whose stream is to close.
#[derive(Clone, Copy, Debug)]
struct Closing {
    port: Port,
    owner: Owner,
}

/// Whom a port belongs to while its stream closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    /// A call, which may open another stream on it.
    Call,
    /// Us.
    Nobody,
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

    /// Lends one port of the worker that has most to spare.
    pub(crate) fn lend_one(&mut self) -> Option<Port> {
        self.free.values_mut().max_by_key(|free| free.len())?.pop_front()
    }

    /// Lends two ports of this worker.
    pub(crate) fn lend_pair_of(&mut self, worker: u8) -> Option<PortPair> {
        let free = self.free.get_mut(&worker).filter(|free| free.len() >= 2)?;
        Some(PortPair { caller: free.pop_front()?, agent: free.pop_front()? })
    }

    /// Lends one port of this worker.
    pub(crate) fn lend_of(&mut self, worker: u8) -> Option<Port> {
        self.free.get_mut(&worker)?.pop_front()
    }

    /// Takes back a port on which no stream is open: at once, or as soon as the last one that was
    /// has closed.
    pub(crate) fn give_back(&mut self, port: Port) {
        match self.closing.values_mut().find(|closing| closing.port == port) {
            Some(closing) => closing.owner = Owner::Nobody,
            None => self.free.entry(port.worker).or_default().push_back(port),
        }
    }

    /// Takes `port` back as soon as the worker says that `stream` is closed.
    pub(crate) fn give_back_when_closed(&mut self, stream: LegId, port: Port) {
        self.closing.insert(stream, Closing { port, owner: Owner::Nobody });
    }

    /// `stream` closes, and its port stays lent.
    pub(crate) fn keep_when_closed(&mut self, stream: LegId, port: Port) {
        self.closing.insert(stream, Closing { port, owner: Owner::Call });
    }

    /// The worker says that `stream` is closed.
    pub(crate) fn closed(&mut self, stream: LegId) {
        match self.closing.remove(&stream) {
            Some(Closing { port, owner: Owner::Nobody }) => self.give_back(port),
            Some(Closing { owner: Owner::Call, .. }) | None => {}
        }
    }

    /// How many ports are free.
    pub(crate) fn free(&self) -> usize {
        self.free.values().map(VecDeque::len).sum()
    }

    /// How many ports nobody has, and wait for their stream to close.
    pub(crate) fn closing(&self) -> usize {
        self.closing.values().filter(|closing| closing.owner == Owner::Nobody).count()
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

    #[test]
    fn a_port_whose_call_ends_while_a_stream_closes_waits_for_it() {
        let mut ports = Ports::new([port(0, 2), port(0, 4)]);
        let pair = ports.lend_pair().unwrap();
        ports.keep_when_closed(LegId(1), pair.agent);
        assert_eq!(ports.closing(), 0, "the call still has it");
        ports.give_back(pair.caller);
        ports.give_back(pair.agent);
        assert_eq!((ports.free(), ports.closing()), (1, 1));
        ports.closed(LegId(1));
        assert_eq!((ports.free(), ports.closing()), (2, 0));
    }

    #[test]
    fn a_port_with_two_streams_to_close_waits_for_both() {
        let mut ports = Ports::new([port(0, 2), port(0, 4)]);
        let pair = ports.lend_pair().unwrap();
        ports.keep_when_closed(LegId(1), pair.agent);
        ports.give_back_when_closed(LegId(2), pair.agent);
        ports.closed(LegId(2));
        assert_eq!((ports.free(), ports.closing()), (0, 1));
        ports.closed(LegId(1));
        assert_eq!((ports.free(), ports.closing()), (1, 0));
    }
}
