//! A phone: a user agent, where it is, and how it is linked to the engine.

use crate::site::{ENGINE, SOCKET};
use bytes::Bytes;
use ids::FlowId;
use rand::rngs::StdRng;
use sdp::{Codec, Direction, LocalSession, Session};
use sip_txn::{Hop, Transport};
use sip_ua::{Config, UserAgent};
use std::net::{IpAddr, SocketAddr};

/// A phone, by its place in the world. The first is the trunk that all callers share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PhoneId(pub(crate) usize);

impl PhoneId {
    pub(crate) const TRUNK: Self = Self(0);
}

impl std::fmt::Display for PhoneId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::TRUNK => f.write_str("trunk"),
            Self(place) => write!(f, "phone-{place}"),
        }
    }
}

/// How messages of a phone reach the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    Datagrams,
    Connection(FlowId),
}

/// Whether the network reaches a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    There,
    Away,
}

#[derive(Debug)]
pub(crate) struct Phone {
    pub(crate) ua: UserAgent,
    pub(crate) address: SocketAddr,
    pub(crate) link: Link,
    pub(crate) presence: Presence,
}

impl Phone {
    pub(crate) fn new(ip: IpAddr, link: Link, legs_max: usize, random: StdRng) -> Self {
        let address = SocketAddr::new(ip, 5060);
        let mut config = Config::phone(address, "sim");
        config.legs_max = legs_max;
        config.transactions_max = legs_max * 16;
        Self { ua: UserAgent::new(config, random), address, link, presence: Presence::There }
    }

    /// The connection that it has, if it has one and is there.
    pub(crate) fn connection(&self) -> Option<FlowId> {
        match self.link {
            Link::Connection(flow) if self.presence == Presence::There => Some(flow),
            Link::Connection(_) | Link::Datagrams => None,
        }
    }

    /// The way to the engine.
    pub(crate) const fn hop(&self) -> Hop {
        match self.link {
            Link::Datagrams => Hop { transport: Transport::Udp, flow: SOCKET, peer: ENGINE },
            Link::Connection(flow) => Hop { transport: Transport::Tcp, flow, peer: ENGINE },
        }
    }
}

/// One side's description of its sound in a call.
#[derive(Debug)]
pub(crate) struct Sound {
    session: LocalSession,
    /// Where it listens: the name by which the media plane knows the peer.
    pub(crate) rtp: SocketAddr,
}

impl Sound {
    pub(crate) fn new(rtp: SocketAddr, codecs: Vec<Codec>) -> Self {
        Self { session: LocalSession::new(rtp, u64::from(rtp.port()), codecs), rtp }
    }

    pub(crate) fn offer(&mut self, direction: Direction) -> Bytes {
        self.session.offer(direction)
    }

    /// The answer to an offer, if it can be answered.
    pub(crate) fn answer(&mut self, offer: &[u8]) -> Option<Bytes> {
        self.answer_to(offer).map(|(answer, _)| answer)
    }

    /// The same, with where the other side listens.
    pub(crate) fn answer_to(&mut self, offer: &[u8]) -> Option<(Bytes, SocketAddr)> {
        let offer = Session::parse(offer).ok()?;
        self.session.answer(&offer).ok().map(|(body, agreed)| (body, agreed.remote))
    }

    /// Where the other side listens, by its answer.
    pub(crate) fn agree(&self, answer: &[u8]) -> Option<SocketAddr> {
        let answer = Session::parse(answer).ok()?;
        self.session.agree(&answer).ok().map(|agreed| agreed.remote)
    }
}
