//! How a phone makes calls, takes them, and ends them.

use crate::command::Wish;
use crate::credentials::TRIES_MAX;
use crate::event::Event;
use crate::line::{Line, Origin};
use crate::stream::Stream;
use crate::works::{Alarm, Works};
use crate::{Answer, CallError, CallState, End, HoldError, Keys, LineId, PhoneCall};
use ids::LegId;
use sdp::{Direction, LocalSession, Session};
use sip_msg::{Headers, Host, Method, Name, NameAddr, Request, Response, StatusCode, Text, Uri};
use sip_ua::OutgoingInvite;
use std::io;
use std::time::Instant;
use tokio::sync::watch;

impl Works {
    /// Calls a number at the server.
    pub(crate) fn call(&mut self, number: &str) -> Result<PhoneCall, CallError> {
        let (stream, mut session) = self.open_stream()?;
        let invite = self.invite_to(number, session.offer(Direction::SendRecv));
        let leg = self.ua.invite(self.now(), invite.clone());
        let origin = Origin::Here { invite: Box::new(invite), tries: 0 };
        let (line, state) = self.take_up(leg, stream, session, origin, CallState::Trying);
        let heard = self.lines.get(&line).map(|line| line.stream.heard()).unwrap_or_default();
        let (peer, commands) = (number.to_owned(), self.commands.clone());
        Ok(PhoneCall { line, peer, began_at: Instant::now(), state, heard, commands })
    }

    fn open_stream(&self) -> io::Result<(Stream, LocalSession)> {
        let config = &self.config;
        let stream = Stream::open(config.bind_ip, &config.voice, config.listen)?;
        let codecs = config.codecs.clone();
        // Ids past 63 bits are more than some readers can hold.
        let session = LocalSession::new(stream.address(), rand::random::<u64>() >> 1, codecs);
        let session = match config.keys {
            Keys::Events => session,
            Keys::InVoice => session.without_events(),
        };
        Ok((stream, session))
    }

    fn invite_to(&mut self, number: &str, offer: bytes::Bytes) -> OutgoingInvite {
        let server = self.config.server;
        let target = Uri::sip(number.to_owned(), server);
        let host = Host::from(server.ip());
        let mut from = NameAddr::new(Uri::sip_host(self.config.user.clone(), host, None));
        if let Some(display) = &self.config.display {
            from = from.with_display(display.clone());
        }
        // Chosen here, so that the INVITE can be repeated with credentials (RFC 3261 §22.2).
        let from = from.with_tag(self.ua.new_tag());
        OutgoingInvite {
            contact_user: Some(self.config.user.clone().into()),
            call_id: Some(self.ua.new_tag()),
            cseq: Some(1),
            ..OutgoingInvite::new(self.wire.hop(), target, from, offer)
        }
    }

    fn take_up(
        &mut self,
        leg: LegId,
        stream: Stream,
        session: LocalSession,
        origin: Origin,
        first: CallState,
    ) -> (LineId, watch::Receiver<CallState>) {
        self.last_line = self.last_line.next();
        let id = self.last_line;
        let (state, seen) = watch::channel(first);
        self.legs.insert(leg, id);
        self.lines.insert(id, Line { leg, stream, session, origin, state, holder: None });
        (id, seen)
    }

    /// It rings: refuses, or takes the call up and tells of it.
    pub(crate) fn rung(&mut self, leg: LegId, request: &Request) {
        let began_at = self.heard_at;
        if let Answer::Decline(status) = self.config.answer {
            return self.ua.reject(self.now(), leg, status, Headers::new());
        }
        let Some((stream, session, offer)) = self.prepare(request) else {
            let status = StatusCode::NOT_ACCEPTABLE_HERE;
            return self.ua.reject(self.now(), leg, status, Headers::new());
        };
        let heard = stream.heard();
        let origin = Origin::There { offer };
        let (line, state) = self.take_up(leg, stream, session, origin, CallState::Ringing);
        self.ua.ring(self.now(), leg);
        let caller = request.from.uri().user_unescaped();
        let peer = caller.map(|user| user.to_str_lossy().into_owned()).unwrap_or_default();
        let commands = self.commands.clone();
        self.tell(Event::Incoming(PhoneCall { line, peer, began_at, state, heard, commands }));
        match self.config.answer {
            Answer::After(length) if length.is_zero() => self.accept(line),
            Answer::After(length) => self.alarms.set(Alarm::Accept(line), self.now() + length),
            Answer::Manual | Answer::Decline(_) => {}
        }
    }

    /// Reads the offer of an INVITE and opens a stream; `None` if we could never answer it.
    fn prepare(&self, request: &Request) -> Option<(Stream, LocalSession, Option<Session>)> {
        let offer = match &request.body {
            body if body.is_empty() => None,
            body => Some(Session::parse(body).ok()?),
        };
        let (stream, session) = self.open_stream().ok()?;
        let codecs = &self.config.codecs;
        let speaks = |offer: &Session| offer.audio().and_then(|it| it.common_codec(codecs));
        if let Some(offer) = &offer {
            speaks(offer)?;
        }
        Some((stream, session, offer))
    }

    /// Answers, if it rings here.
    pub(crate) fn accept(&mut self, id: LineId) {
        let now = self.now();
        let Some(line) = self.lines.get_mut(&id).filter(|line| line.rings_here()) else { return };
        let offer = match &mut line.origin {
            Origin::There { offer } => offer.take(),
            Origin::Here { .. } => None,
        };
        let answered = match offer {
            // The 200 carries our offer; the answer to it comes in the ACK (RFC 3261 §13.2.1).
            None => Ok((line.session.offer(Direction::SendRecv), Direction::SendRecv)),
            Some(offer) => line.answer(&offer).map(|(body, agreed)| (body, agreed.direction)),
        };
        match answered {
            Ok((body, direction)) => {
                self.ua.answer(now, line.leg, body);
                self.connected(id, direction);
            }
            Err(_) => self.refuse(id, StatusCode::NOT_ACCEPTABLE_HERE),
        }
    }

    /// Both sides are connected: tells it, and sets the time for talking.
    pub(crate) fn connected(&mut self, id: LineId, direction: Direction) {
        self.alarms.clear(&Alarm::Accept(id));
        if let Some(talk) = self.config.talk {
            self.alarms.set(Alarm::HangUp(id), self.now() + talk);
        }
        self.changed(id, CallState::Answered(direction));
    }

    /// Our INVITE was refused: answers a challenge, or gives up.
    pub(crate) fn rejected(&mut self, id: LineId, response: &Response) {
        let now = self.now();
        let Some(line) = self.lines.get_mut(&id) else { return };
        let is_amended = match &mut line.origin {
            Origin::Here { invite, tries } if *tries < TRIES_MAX => {
                *tries += 1;
                let answer = self.credentials.answer(response, &Method::Invite, &invite.target);
                answer.map(|answer| amend(invite, answer)).is_some()
            }
            Origin::Here { .. } | Origin::There { .. } => false,
        };
        match &mut line.origin {
            Origin::Here { invite, .. } if is_amended => {
                invite.hop = self.wire.hop();
                self.legs.remove(&line.leg);
                line.leg = self.ua.invite(now, OutgoingInvite::clone(invite));
                self.legs.insert(line.leg, id);
            }
            Origin::Here { .. } | Origin::There { .. } => {
                self.over(id, End::Rejected(response.status));
            }
        }
    }

    /// Does what the handle on a call asks.
    pub(crate) fn grant(&mut self, id: LineId, wish: Wish) {
        match wish {
            Wish::Accept => self.accept(id),
            Wish::Decline(status) => self.refuse(id, status),
            Wish::HangUp => self.hang_up(id),
            Wish::Press(digit) => {
                if let Some(line) = self.lines.get(&id) {
                    line.stream.press(digit);
                }
            }
            Wish::Offer { direction, reply } => match self.lines.get_mut(&id) {
                Some(line) if line.is_up() && line.holder.is_none() => {
                    line.holder = Some(reply);
                    let offer = line.session.offer(direction);
                    let leg = line.leg;
                    self.ua.reinvite(self.now(), leg, offer);
                }
                Some(_) | None => {
                    // Whoever asked may have gone.
                    let _ = reply.send(Err(HoldError::NotUp));
                }
            },
        }
    }

    /// Refuses, if it rings here.
    fn refuse(&mut self, id: LineId, status: StatusCode) {
        let Some(line) = self.lines.get(&id).filter(|line| line.rings_here()) else { return };
        let leg = line.leg;
        self.ua.reject(self.now(), leg, status, Headers::new());
        self.over(id, End::DeclinedHere(status));
    }

    /// Ends a call of ours in whatever state it is.
    pub(crate) fn hang_up(&mut self, id: LineId) {
        if let Some(line) = self.lines.get(&id) {
            let leg = line.leg;
            self.ua.hang_up(self.now(), leg, None);
            self.over(id, End::HungUpHere);
        }
    }

    /// Tells a new state of a call.
    pub(crate) fn changed(&self, line: LineId, state: CallState) {
        if let Some(of) = self.lines.get(&line) {
            of.state.send_replace(state.clone());
            self.tell(Event::Changed { line, state, at: Instant::now() });
        }
    }

    /// A call is over: its sound stops at once.
    pub(crate) fn over(&mut self, id: LineId, end: End) {
        self.changed(id, CallState::Ended(end));
        self.alarms.clear(&Alarm::Accept(id));
        self.alarms.clear(&Alarm::HangUp(id));
        if let Some(mut line) = self.lines.remove(&id) {
            self.legs.remove(&line.leg);
            line.settle_hold(Err(HoldError::NotUp));
        }
    }
}

/// The same INVITE once more with credentials (RFC 3261 §8.1.3.5).
fn amend(invite: &mut OutgoingInvite, (name, value): (Name, Text)) {
    invite.headers.set(name, value);
    invite.cseq = invite.cseq.map(|cseq| cseq + 1);
}
