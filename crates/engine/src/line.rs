//! One party's line: the SIP leg, the media port lent to it, and what was settled for its sound.

use crate::format;
use bytes::Bytes;
use ids::LegId;
use media_protocol::{Command, Format, Port};
use sdp::{Codec, LocalSession, Session};
use sip_msg::StatusCode;
use std::net::{IpAddr, SocketAddr};

/// The codecs we speak, the dearest first: Swedish and most other carriers send A-law.
pub(crate) const CODECS: [Codec; 2] = [Codec::Pcma, Codec::Pcmu];

/// One party's line. Its media stream has the leg's number, and exists once `format` does.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) leg: LegId,
    pub(crate) port: Port,
    session: LocalSession,
    /// Where the party's signalling came from when the leg was set up.
    signalled_from: IpAddr,
    format: Option<Format>,
}

/// Why a description of a session cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// It cannot be read.
    Malformed,
    /// It has no sound that we can make or hear.
    NoCommonCodec,
}

impl Unusable {
    /// The answer to an offer like that (RFC 3261 §13.3.1.3).
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::NoCommonCodec => StatusCode::NOT_ACCEPTABLE_HERE,
        }
    }

    /// The same for people.
    pub(crate) const fn cause(self) -> &'static str {
        match self {
            Self::Malformed => "session description cannot be read",
            Self::NoCommonCodec => "no common codec",
        }
    }
}

/// The session in which we offer or answer sound on `port`.
///
/// `seed` becomes the session id of the o= line, which stays the same for the life of the leg.
pub(crate) fn session(media: IpAddr, port: Port, seed: u64, codecs: &[Codec]) -> LocalSession {
    LocalSession::new(SocketAddr::new(media, port.number), seed, codecs.to_vec())
}

impl Line {
    /// A line without sound yet, to a party whose signalling comes from `signalled_from`.
    pub(crate) const fn new(
        (leg, port): (LegId, Port),
        session: LocalSession,
        signalled_from: IpAddr,
    ) -> Self {
        Self { leg, port, session, signalled_from, format: None }
    }

    /// Whether the stream exists at the worker.
    pub(crate) const fn is_open(&self) -> bool {
        self.format.is_some()
    }

    /// What was settled, once it is.
    pub(crate) const fn format(&self) -> Option<Format> {
        self.format
    }

    /// Whether the party hears us: not while it holds us.
    pub(crate) fn listens(&self) -> bool {
        self.format.is_some_and(|format| format.direction.sends())
    }

    /// Our offer, for an INVITE that brought none.
    pub(crate) fn offer(&mut self) -> Bytes {
        self.session.offer(sdp::Direction::SendRecv)
    }

    /// Answers an offer. Gives the body to send, and what the worker must be told.
    pub(crate) fn answer(&mut self, offer: &[u8]) -> Result<(Bytes, Command), Unusable> {
        let offer = Session::parse(offer).map_err(|_| Unusable::Malformed)?;
        let (body, agreed) = self.session.answer(&offer).map_err(|_| Unusable::NoCommonCodec)?;
        Ok((body, self.settle(format::of(&agreed, self.signalled_from))))
    }

    /// Takes the answer to our own offer.
    pub(crate) fn agree(&mut self, answer: &[u8]) -> Result<Command, Unusable> {
        let answer = Session::parse(answer).map_err(|_| Unusable::Malformed)?;
        let agreed = self.session.agree(&answer).map_err(|_| Unusable::NoCommonCodec)?;
        Ok(self.settle(format::of(&agreed, self.signalled_from)))
    }

    /// The first settlement opens the stream, later ones adjust it.
    fn settle(&mut self, format: Format) -> Command {
        let stream = self.leg;
        match self.format.replace(format) {
            None => Command::Open { stream, port: self.port, format },
            Some(_) => Command::Adjust { stream, format },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ids::LegId;

    const PORT: Port = Port { worker: 0, number: 40_002 };

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn line() -> Line {
        let session = session(ip("203.0.113.1"), PORT, 1, &CODECS);
        Line::new((LegId(1), PORT), session, ip("198.51.100.7"))
    }

    /// A phone's description with its sound at `address`.
    fn described(address: &str) -> Bytes {
        LocalSession::new(address.parse().unwrap(), 9, CODECS.to_vec())
            .offer(sdp::Direction::SendRecv)
    }

    #[test]
    fn the_worker_is_told_where_the_signalling_comes_from() {
        let mut line = line();
        let (_, open) = line.answer(&described("192.168.0.5:4000")).unwrap();
        let Command::Open { format, .. } = open else { panic!("{open:?}") };
        assert_eq!(format.remote, "192.168.0.5:4000".parse().unwrap());
        assert_eq!(format.signalled_from, ip("198.51.100.7"));
    }
}
