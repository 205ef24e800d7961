//! The network between the phones and the engine.

use crate::agenda::{Agenda, Due};
use crate::day::Weather;
use clock::{Duration, Moment};
use ids::FlowId;
use rand::RngExt;
use rand::rngs::StdRng;
use sip_msg::Message;
use sip_txn::Transport;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::ops::RangeInclusive;

/// How long a datagram is held up that is late.
const LATE: RangeInclusive<Duration> = Duration::from_secs(2)..=Duration::from_secs(12);
/// How long bytes of a connection travel.
const STREAM_DELAY: RangeInclusive<Duration> = Duration::from_millis(2)..=Duration::from_millis(60);

/// A message on its way.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    pub(crate) transport: Transport,
    /// The connection it travels on; the engine's socket for datagrams.
    pub(crate) flow: FlowId,
    pub(crate) from: SocketAddr,
    pub(crate) to: SocketAddr,
    pub(crate) message: Message,
}

/// What became of a letter when it was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Posted {
    Sent,
    Doubled,
    Lost,
}

#[derive(Debug)]
pub(crate) struct Wire {
    weather: Weather,
    random: StdRng,
    /// A connection keeps the order: when its last bytes arrive, by connection and end.
    last_bytes: BTreeMap<(FlowId, SocketAddr), Moment>,
    lost: u64,
}

impl Wire {
    pub(crate) const fn new(weather: Weather, random: StdRng) -> Self {
        Self { weather, random, last_bytes: BTreeMap::new(), lost: 0 }
    }

    /// From here on nothing is lost.
    pub(crate) fn heal(&mut self) {
        self.weather = Weather::FAIR;
    }

    pub(crate) const fn lost(&self) -> u64 {
        self.lost
    }

    pub(crate) fn post(&mut self, now: Moment, letter: Letter, agenda: &mut Agenda) -> Posted {
        match letter.transport {
            Transport::Udp => self.post_datagram(now, letter, agenda),
            Transport::Tcp | Transport::Tls | Transport::Ws | Transport::Wss => {
                let delay = self.random.random_range(STREAM_DELAY);
                let last = self.last_bytes.entry((letter.flow, letter.to)).or_default();
                *last = (*last).max(now + delay);
                agenda.put(*last, Due::Letter(Box::new(letter)));
                Posted::Sent
            }
        }
    }

    fn post_datagram(&mut self, now: Moment, letter: Letter, agenda: &mut Agenda) -> Posted {
        if self.random.random_bool(self.weather.loss) {
            self.lost += 1;
            return Posted::Lost;
        }
        let posted = if self.random.random_bool(self.weather.doubling) {
            agenda.put(now + self.delay(), Due::Letter(Box::new(letter.clone())));
            Posted::Doubled
        } else {
            Posted::Sent
        };
        agenda.put(now + self.delay(), Due::Letter(Box::new(letter)));
        posted
    }

    fn delay(&mut self) -> Duration {
        if self.random.random_bool(self.weather.late) {
            return self.random.random_range(LATE);
        }
        self.random.random_range(self.weather.delay.clone())
    }
}
