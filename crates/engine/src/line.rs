//! One party's line: the SIP leg, the media port lent to it, and what was settled for its sound.

use crate::format;
use crate::keys::LastKey;
use crate::own_ports::OwnPorts;
use crate::unsettled::Unsettled;
use bytes::Bytes;
use ids::LegId;
use media_protocol::{Command, Format, Port};
use sdp::Session;
use sip_msg::StatusCode;
use std::net::{IpAddr, Ipv4Addr};

/// One party's line. Its media stream has the leg's number, and exists once `format` does.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) leg: LegId,
    pub(crate) port: Port,
    sound: Unsettled,
    format: Option<Format>,
    /// The key that was pressed last.
    pub(crate) last_key: Option<LastKey>,
}

/// The numbers in the `o=` of what we said last (RFC 3264 §8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Described {
    pub(crate) session: u64,
    pub(crate) version: u64,
}

/// Why a description of a session cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// It cannot be read.
    Malformed,
    /// It has no sound that we can make or hear.
    NoCommonCodec,
    /// It wants its sound sent to a media port of ours.
    OwnPort,
    /// It wants its sound sent to many at once.
    ForMany,
    /// It wants its sound sent by another IP than that which its signalling speaks.
    OtherFamily,
    /// Its sound must be encrypted, and its signalling is not.
    Unprotected,
}

impl Unusable {
    /// The answer to an offer like that (RFC 3261 §13.3.1.3).
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::NoCommonCodec
            | Self::OwnPort
            | Self::ForMany
            | Self::OtherFamily
            | Self::Unprotected => StatusCode::NOT_ACCEPTABLE_HERE,
        }
    }

    /// The same for people.
    pub(crate) const fn cause(self) -> &'static str {
        match self {
            Self::Malformed => "session description cannot be read",
            Self::NoCommonCodec => "no common codec, or no common protection of it",
            Self::Unprotected => "sound must be encrypted, and the signalling is not",
            Self::OwnPort => "session description names a media port of our own",
            Self::ForMany => "session description names a multicast or broadcast address",
            Self::OtherFamily => "session description names an address of the other IP",
        }
    }
}

impl Line {
    /// A line without sound yet.
    pub(crate) const fn new((leg, port): (LegId, Port), sound: Unsettled) -> Self {
        Self { leg, port, sound, format: None, last_key: None }
    }

    /// What of its description goes on with the leg, whoever goes on with it.
    pub(crate) const fn described(&self) -> Described {
        let local = self.sound.session.local();
        Described { session: local.session, version: local.version }
    }

    /// Whether the stream exists at the worker.
    pub(crate) const fn is_open(&self) -> bool {
        self.format.is_some()
    }

    /// What was settled, once it is.
    pub(crate) const fn format(&self) -> Option<&Format> {
        self.format.as_ref()
    }

    /// Whether the party hears us: not while it holds us.
    pub(crate) fn listens(&self) -> bool {
        self.format.as_ref().is_some_and(|format| format.direction.sends())
    }

    /// Our offer, for an INVITE that brought none.
    pub(crate) fn offer(&mut self) -> Bytes {
        self.sound.offer()
    }

    /// Answers an offer. Gives the body to send, and what the worker must be told.
    pub(crate) fn answer(
        &mut self,
        offer: &[u8],
        own: &OwnPorts,
    ) -> Result<(Bytes, Command), Unusable> {
        let offer = self.read(offer, own)?;
        let session = &mut self.sound.session;
        let (body, agreed) = session.answer(&offer).map_err(|_| Unusable::NoCommonCodec)?;
        Ok((body, self.settle(format::of(&agreed, self.sound.signalled_from))))
    }

    /// Takes the answer to our own offer.
    pub(crate) fn agree(&mut self, answer: &[u8], own: &OwnPorts) -> Result<Command, Unusable> {
        let answer = self.read(answer, own)?;
        let session = &mut self.sound.session;
        let agreed = session.agree(&answer).map_err(|_| Unusable::NoCommonCodec)?;
        Ok(self.settle(format::of(&agreed, self.sound.signalled_from)))
    }

    /// The first settlement opens the stream, later ones adjust it.
    fn settle(&mut self, format: Format) -> Command {
        let stream = self.leg;
        match self.format.replace(format.clone()) {
            None => {
                let (port, address) = (self.port, self.sound.address.bound);
                Command::Open { stream, port, address, format }
            }
            Some(_) => Command::Adjust { stream, format },
        }
    }

    /// Reads a description, and looks whether sound may go where it says.
    fn read(&self, body: &[u8], own: &OwnPorts) -> Result<Session, Unusable> {
        let session = Session::parse(body).map_err(|_| Unusable::Malformed)?;
        match session.audio() {
            Some(audio) if own.contain(audio.address) => Err(Unusable::OwnPort),
            Some(audio) if is_for_many(audio.address.ip()) => Err(Unusable::ForMany),
            Some(audio) if !self.sound.reaches(audio.address.ip()) => Err(Unusable::OtherFamily),
            Some(_) | None => Ok(session),
        }
    }
}

/// Whether an address is that of a group or of a whole network (RFC 5771, RFC 919 §7).
fn is_for_many(address: IpAddr) -> bool {
    let address = address.to_canonical();
    address.is_multicast() || address == IpAddr::V4(Ipv4Addr::BROADCAST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::CODECS;
    use crate::media_address::MediaAddress;
    use ids::LegId;
    use sdp::LocalSession;
    use std::net::SocketAddr;

    const PORT: Port = Port { worker: 0, number: 40_002 };
    const OTHER: Port = Port { worker: 1, number: 40_004 };

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn own() -> OwnPorts {
        OwnPorts::new(&[ip("203.0.113.1").into()], &[PORT, OTHER])
    }

    /// A line over which the party signals from this address.
    fn line_of(told: &str, signalled_from: &str) -> Line {
        let told = SocketAddr::new(ip(told), PORT.number);
        let sound = Unsettled {
            session: LocalSession::new(told, 1, CODECS.to_vec()),
            address: told.ip().into(),
            signalled_from: ip(signalled_from),
        };
        Line::new((LegId(1), PORT), sound)
    }

    fn line() -> Line {
        line_of("203.0.113.1", "198.51.100.7")
    }

    /// A phone's description with its sound at `address`.
    fn described(address: &str) -> Bytes {
        LocalSession::new(address.parse().unwrap(), 9, CODECS.to_vec())
            .offer(sdp::Direction::SendRecv)
    }

    #[test]
    fn the_worker_is_told_where_the_signalling_comes_from() {
        let mut line = line();
        let (_, open) = line.answer(&described("192.168.0.5:4000"), &own()).unwrap();
        let Command::Open { format, .. } = open else { panic!("{open:?}") };
        assert_eq!(format.remote, "192.168.0.5:4000".parse().unwrap());
        assert_eq!(format.signalled_from, ip("198.51.100.7"));
    }

    #[test]
    fn a_media_port_of_ours_is_nobodys_to_name() {
        for address in
            ["203.0.113.1:40002", "203.0.113.1:40004", "127.0.0.1:40004", "127.9.9.9:40002"]
        {
            let answered = line().answer(&described(address), &own());
            assert_eq!(answered.unwrap_err(), Unusable::OwnPort, "{address}");
            let mut caller = line();
            caller.offer();
            let agreed = caller.agree(&described(address), &own());
            assert_eq!(agreed.unwrap_err(), Unusable::OwnPort, "{address}");
        }
    }

    #[test]
    fn other_ports_of_our_machine_may_be_a_phones() {
        for address in ["203.0.113.1:40006", "203.0.113.2:40002", "127.0.0.1:40006"] {
            assert!(line().answer(&described(address), &own()).is_ok(), "{address}");
        }
        let demo = OwnPorts::new(&[ip("127.0.0.1").into()], &[PORT]);
        assert!(demo.contain("127.0.0.1:40002".parse().unwrap()));
        assert!(demo.contain("[::ffff:127.0.0.1]:40002".parse().unwrap()));
        assert!(!demo.contain("127.0.0.2:40002".parse().unwrap()));
    }

    #[test]
    fn every_address_of_ours_is_our_own_as_it_is_told_and_as_it_is_bound() {
        let routed = MediaAddress { told: ip("203.0.113.1"), bound: ip("10.0.0.5") };
        let own = OwnPorts::new(&[routed, ip("2001:db8::1").into()], &[PORT]);
        for ours in ["203.0.113.1:40002", "10.0.0.5:40002", "[2001:db8::1]:40002", "[::1]:40002"] {
            assert!(own.contain(ours.parse().unwrap()), "{ours}");
        }
        assert!(!own.contain("[2001:db8::1]:40004".parse().unwrap()));
    }

    #[test]
    fn a_party_that_wants_sound_by_the_other_ip_is_refused_unless_it_wants_none() {
        for (told, peer, other) in [
            ("203.0.113.1", "198.51.100.7", "[2001:db8::7]:4000"),
            ("2001:db8::1", "2001:db8::7", "198.51.100.7:4000"),
            ("2001:db8::1", "2001:db8::7", "[::ffff:198.51.100.7]:4000"),
        ] {
            let answered = line_of(told, peer).answer(&described(other), &own());
            let refused = answered.unwrap_err();
            assert_eq!(refused, Unusable::OtherFamily, "{told} {other}");
            assert_eq!(refused.status(), StatusCode::NOT_ACCEPTABLE_HERE);
            let mut called = line_of(told, peer);
            called.offer();
            let agreed = called.agree(&described(other), &own());
            assert_eq!(agreed.unwrap_err(), Unusable::OtherFamily, "{told} {other}");
            for nowhere in ["0.0.0.0:4000", "[::]:4000"] {
                line_of(told, peer).answer(&described(nowhere), &own()).unwrap();
            }
        }
    }

    #[test]
    fn sound_is_where_the_description_says_and_the_worker_is_told_what_is_bound_there() {
        let mut line = line_of("2001:db8::1", "2001:db8::7");
        line.sound.address.bound = ip("fd00::5");
        let (body, open) = line.answer(&described("[2001:db8::7]:4000"), &own()).unwrap();
        let Command::Open { address, port, .. } = open else { panic!("{open:?}") };
        assert_eq!((address, port), (ip("fd00::5"), PORT));
        let body = std::str::from_utf8(&body).unwrap();
        assert!(body.contains("c=IN IP6 2001:db8::1"), "{body}");
    }

    #[test]
    fn sound_for_many_at_once_is_refused_and_for_nobody_is_a_hold() {
        for address in ["224.2.1.1:4000", "255.255.255.255:4000", "[ff02::1]:4000"] {
            let answered = line().answer(&described(address), &own());
            assert_eq!(answered.unwrap_err(), Unusable::ForMany, "{address}");
        }
        let mut held = line();
        held.answer(&described("0.0.0.0:4000"), &own()).unwrap();
        assert!(!held.listens());
    }

    #[test]
    fn a_refused_change_leaves_the_line_as_it_was() {
        let mut line = line();
        let (first, _) = line.answer(&described("192.0.2.9:4000"), &own()).unwrap();
        let settled = line.format().cloned();
        line.answer(&described("203.0.113.1:40004"), &own()).unwrap_err();
        assert_eq!(line.format().cloned(), settled);
        let (again, _) = line.answer(&described("192.0.2.9:4000"), &own()).unwrap();
        assert_eq!(again, first, "the version of the o= line stays");
    }
}
