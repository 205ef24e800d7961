//! One party's line: the SIP leg, the media port lent to it, and what was settled for its sound.

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
    pub(crate) const fn new(leg: LegId, port: Port, session: LocalSession) -> Self {
        Self { leg, port, session, format: None }
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
        Ok((body, self.settle(crate::format::of(&agreed))))
    }

    /// Takes the answer to our own offer.
    pub(crate) fn agree(&mut self, answer: &[u8]) -> Result<Command, Unusable> {
        let answer = Session::parse(answer).map_err(|_| Unusable::Malformed)?;
        let agreed = self.session.agree(&answer).map_err(|_| Unusable::NoCommonCodec)?;
        Ok(self.settle(crate::format::of(&agreed)))
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
