//! Session timers (RFC 4028): a leg whose peer is gone is noticed, however silent it may be.
//!
//! Both sides agree on an interval and on who refreshes the leg within it. Whoever refreshes does so
//! after half of it; when nobody has by the end, the leg is over. A peer that knows nothing of it is
//! refreshed by us. Our user never hears of a refresh: it changes nothing.

use crate::leg::{Queued, State, Talking};
use crate::purpose::Purpose;
use crate::user_agent::Timer;
use crate::{ClientTxn, EndCause, Event, ServerTxn, UserAgent, way};
use clock::{Duration, Moment};
use ids::LegId;
use sip_msg::{Headers, Method, Name, Request, Response, StatusCode, Text};

/// The option tag.
pub(crate) const TIMER: &str = "timer";
/// §5: no interval is shorter, whatever a peer says.
pub const SESSION_EXPIRES_MIN: Duration = Duration::from_secs(90);
/// §10: how long before its end a leg that was not refreshed is given up, at most.
const BEFORE_THE_END: Duration = Duration::from_secs(32);
/// No interval is longer: a peer that asks for more would never be missed.
const INTERVAL_MAX: Duration = Duration::from_secs(86_400);
/// How long after a refusal a refresh is tried again.
const AGAIN_AFTER: Duration = Duration::from_secs(10);

/// What a user agent wants of session timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionTimers {
    /// The interval that is asked for, and the longest that is agreed to unless the peer wants it
    /// longer. At least [`SESSION_EXPIRES_MIN`].
    pub expires: Duration,
    /// A peer that asks for less is answered 422. At least [`SESSION_EXPIRES_MIN`].
    pub min: Duration,
}

impl Default for SessionTimers {
    /// Half an hour, as §4 advises.
    fn default() -> Self {
        Self { expires: Duration::from_secs(1_800), min: SESSION_EXPIRES_MIN }
    }
}

/// Who refreshes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refresher {
    Us,
    Peer,
}

/// How the peer wants to be refreshed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Means {
    /// Without touching the media (RFC 3311).
    Update,
    /// With the description that was said last.
    Reinvite,
}

/// What was agreed on for one leg.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    interval: Duration,
    refresher: Refresher,
    means: Means,
    /// When the leg is given up unless it is refreshed before.
    over_at: Moment,
}

impl Session {
    fn new(now: Moment, interval: Duration, refresher: Refresher, means: Means) -> Self {
        let over_at = now + (interval - BEFORE_THE_END.min(interval / 3));
        Self { interval, refresher, means, over_at }
    }

    /// When something is to be done about it.
    fn due(&self, now: Moment) -> Moment {
        match self.refresher {
            Refresher::Us => now + self.interval / 2,
            Refresher::Peer => self.over_at,
        }
    }

    /// The header of a request of ours, which is what makes us its UAC.
    fn header(&self) -> Text {
        let who = match self.refresher {
            Refresher::Us => "uac",
            Refresher::Peer => "uas",
        };
        Text::from(format!("{};refresher={who}", self.interval.as_secs()))
    }
}

/// A Session-Expires header as it was written.
struct Asked {
    interval: Duration,
    /// `uac` or `uas`, if either.
    refresher: Option<Text>,
}

fn asked(headers: &Headers) -> Option<Asked> {
    let value = headers.get(Name::SessionExpires)?.to_str_lossy().into_owned();
    let (seconds, params) = value.split_once(';').unwrap_or((&value, ""));
    let seconds: u32 = seconds.trim().parse().ok()?;
    let refresher = params.split(';').find_map(|param| {
        let (name, value) = param.split_once('=')?;
        name.trim().eq_ignore_ascii_case("refresher").then(|| Text::from(value.trim().to_owned()))
    });
    Some(Asked { interval: Duration::from_secs(seconds.into()).min(INTERVAL_MAX), refresher })
}

fn min_se(headers: &Headers) -> Option<Duration> {
    let value = headers.get(Name::MinSe)?.to_str_lossy().into_owned();
    let seconds = value.split(';').next().unwrap_or_default().trim().parse::<u32>().ok()?;
    Some(Duration::from_secs(seconds.into()).min(INTERVAL_MAX))
}

fn knows_timers(headers: &Headers) -> bool {
    headers.tokens(Name::Supported).any(|option| option.eq_ignore_case(TIMER))
}

fn means_of(headers: &Headers) -> Means {
    let mut methods = headers.tokens(Name::Allow);
    let takes_update = methods.any(|method| method.as_bytes() == b"UPDATE");
    if takes_update { Means::Update } else { Means::Reinvite }
}

impl UserAgent {
    /// What an INVITE of ours asks for.
    pub(crate) fn ask_for_interval(&self, request: &mut Request) {
        let Some(timers) = self.config.session else { return };
        request.headers.push(Name::Supported, TIMER);
        request.headers.set(Name::SessionExpires, timers.expires.as_secs().to_string());
        if timers.min > SESSION_EXPIRES_MIN {
            request.headers.set(Name::MinSe, timers.min.as_secs().to_string());
        }
    }

    /// What a later request inside a leg says of it.
    pub(crate) fn keep_interval(&self, id: LegId, request: &mut Request) {
        let Some(State::Talking(talking)) = self.legs.get(&id).map(|leg| &leg.state) else {
            return;
        };
        if let Some(session) = &talking.session {
            request.headers.push(Name::Supported, TIMER);
            request.headers.set(Name::SessionExpires, session.header());
        }
    }

    /// Refuses a request whose interval is too short for us (§8.1). A peer that does not know
    /// timers could not understand that, and is let in.
    pub(crate) fn too_brief(&self, request: &Request) -> Option<Response> {
        let timers = self.config.session?;
        let asked = asked(&request.headers)?;
        if asked.interval >= timers.min || !knows_timers(&request.headers) {
            return None;
        }
        let status = StatusCode::SESSION_INTERVAL_TOO_SMALL;
        Some(request.reply(status).with_header(Name::MinSe, timers.min.as_secs().to_string()))
    }

    /// Agrees on an interval in our 2xx to an INVITE or UPDATE (§9).
    pub(crate) fn answer_interval(
        &self,
        now: Moment,
        request: &Request,
        response: &mut Response,
    ) -> Option<Session> {
        let timers = self.config.session?;
        let (headers, asked) = (&request.headers, asked(&request.headers));
        let shortest = min_se(headers).unwrap_or(timers.min).max(SESSION_EXPIRES_MIN);
        let ours = timers.expires.max(shortest);
        let interval = asked.as_ref().map_or(ours, |asked| asked.interval.min(ours));
        let interval = interval.max(SESSION_EXPIRES_MIN);
        let named = asked.and_then(|asked| asked.refresher);
        let knows = knows_timers(headers);
        let refresher = match named {
            Some(who) if who.eq_ignore_case("uas") => Refresher::Us,
            Some(_) | None if knows => Refresher::Peer,
            Some(_) | None => Refresher::Us,
        };
        let who = match refresher {
            Refresher::Us => "uas",
            Refresher::Peer => "uac",
        };
        let value = format!("{};refresher={who}", interval.as_secs());
        response.headers.push(Name::Supported, TIMER);
        response.headers.set(Name::SessionExpires, value);
        if refresher == Refresher::Peer {
            // §9: so that the peer knows that it has to.
            response.headers.push(Name::Require, TIMER);
        }
        Some(Session::new(now, interval, refresher, means_of(headers)))
    }

    /// What holds of a leg of which it is not known any more what was agreed: we refresh, and the next request agrees
    /// anew.
    pub(crate) fn session_anew(&self, now: Moment) -> Option<Session> {
        let expires = self.config.session?.expires;
        Some(Session::new(now, expires, Refresher::Us, Means::Reinvite))
    }

    /// What a peer's 2xx to an INVITE or UPDATE of ours agrees on (§7.2). One that says nothing
    /// knows no timers: then we refresh.
    pub(crate) fn agreed_interval(&self, now: Moment, response: &Response) -> Option<Session> {
        let timers = self.config.session?;
        let headers = &response.headers;
        let (interval, refresher) = match asked(headers) {
            None => (timers.expires, Refresher::Us),
            Some(Asked { interval, refresher }) => {
                let by_peer = refresher.is_some_and(|who| who.eq_ignore_case("uas"));
                (interval, if by_peer { Refresher::Peer } else { Refresher::Us })
            }
        };
        Some(Session::new(now, interval.max(SESSION_EXPIRES_MIN), refresher, means_of(headers)))
    }

    /// The leg goes on under this agreement.
    pub(crate) fn run_session(&mut self, now: Moment, id: LegId, session: Option<Session>) {
        let Some(session) = session else { return };
        let due = session.due(now);
        if let Some(talking) = self.talking(id) {
            talking.session = Some(session);
            self.deadlines.set(Timer::Session(id), due);
        }
    }

    /// Sends an INVITE again whose interval was too short for the peer (§7.4), once. Whether it was
    /// sent.
    pub(crate) fn raise_interval(&mut self, now: Moment, id: LegId, response: &Response) -> bool {
        let (Some(timers), Some(wanted)) = (self.config.session, min_se(&response.headers)) else {
            return false;
        };
        let Some(leg) = self.legs.get_mut(&id) else { return false };
        let State::Calling(calling) = &mut leg.state else { return false };
        let before = asked(&calling.request.headers).map(|asked| asked.interval);
        let is_first = before == Some(timers.expires);
        if response.status != StatusCode::SESSION_INTERVAL_TOO_SMALL
            || !is_first
            || wanted <= timers.expires
        {
            return false;
        }
        let seconds = wanted.as_secs().to_string();
        calling.request.cseq += 1;
        calling.request.headers.set(Name::SessionExpires, seconds.clone());
        calling.request.headers.set(Name::MinSe, seconds);
        let (hop, request) = (leg.hop, calling.request.clone());
        let txn = self.send_request(now, hop, *request);
        if let Some(State::Calling(calling)) = self.legs.get_mut(&id).map(|leg| &mut leg.state) {
            calling.txn = txn;
        }
        self.purposes.insert(txn, Purpose::Invite(id));
        true
    }

    /// The leg is to be refreshed, or nobody has.
    pub(crate) fn session_due(&mut self, now: Moment, id: LegId) {
        let Some(talking) = self.talking(id) else { return };
        let Some(session) = &talking.session else { return };
        if now >= session.over_at {
            return self.session_over(now, id);
        }
        let over_at = session.over_at;
        self.deadlines.set(Timer::Session(id), over_at);
        self.refresh_now(now, id);
    }

    /// The leg is refreshed, which changes nothing, and is refused by a peer that does not know it.
    pub(crate) fn refresh_now(&mut self, now: Moment, id: LegId) {
        let session = self.talking(id).and_then(|talking| talking.session.as_ref());
        match session.map_or(Means::Reinvite, |session| session.means) {
            Means::Update => self.send_update(now, id),
            Means::Reinvite => self.say_again(now, id),
        }
    }

    fn session_over(&mut self, now: Moment, id: LegId) {
        let is_told = self.is_told(id);
        self.send_bye(now, id, Some(Text::from("SIP;cause=408;text=\"Session expired\"")));
        if is_told {
            self.tell(Event::Ended { leg: id, why: EndCause::SessionExpired });
        }
    }

    fn send_update(&mut self, now: Moment, id: LegId) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let State::Talking(talking) = &mut leg.state else { return };
        let mut request = talking.dialog.request(Method::Update);
        let (hop, contact) = (way::hop_inside(leg.hop, talking), leg.contact.clone());
        self.sign(&mut request, &contact);
        self.keep_interval(id, &mut request);
        let txn = self.send_request(now, hop, request);
        self.purposes.insert(txn, Purpose::Refresh(id));
    }

    /// A re-INVITE with what was said last. An offer that waits, or one under way, does as well.
    fn say_again(&mut self, now: Moment, id: LegId) {
        let Some(talking) = self.talking(id) else { return };
        if let Some(said) = talking.said.clone()
            && talking.queued.is_none()
        {
            talking.queued = Some(Queued { offer: said, glares: 0, at: now });
        }
        self.go_on(now, id);
    }

    pub(crate) fn hear_refresh_response(
        &mut self,
        now: Moment,
        id: LegId,
        txn: ClientTxn,
        response: &Response,
    ) {
        if response.status.is_provisional() {
            return;
        }
        self.purposes.remove(&txn);
        match response.status {
            status if status.is_success() => {
                if let Some(talking) = self.talking(id) {
                    talking.dialog.refresh_target(&response.headers);
                }
                self.refreshed(now, id, response);
            }
            StatusCode::CALL_DOES_NOT_EXIST | StatusCode::REQUEST_TIMEOUT => {
                self.dialog_gone(now, id, response.status);
            }
            StatusCode::METHOD_NOT_ALLOWED
            | StatusCode::NOT_IMPLEMENTED
            | StatusCode::BAD_EXTENSION => {
                if let Some(session) = self.session(id) {
                    session.means = Means::Reinvite;
                    self.say_again(now, id);
                }
            }
            // It is a re-INVITE whose credentials are at hand.
            StatusCode::UNAUTHORIZED | StatusCode::PROXY_AUTHENTICATION_REQUIRED
                if self.provable.contains_key(&id) =>
            {
                if let Some(session) = self.session(id) {
                    session.means = Means::Reinvite;
                    self.say_again(now, id);
                }
            }
            _ => self.refresh_again(now, id, response),
        }
    }

    /// What was to refresh the leg was refused: it is tried again, with a longer interval if the
    /// peer wants that (§7.4), as long as there is time.
    pub(crate) fn refresh_again(&mut self, now: Moment, id: LegId, response: &Response) {
        let wanted = match response.status {
            StatusCode::SESSION_INTERVAL_TOO_SMALL => min_se(&response.headers),
            _ => None,
        };
        let Some(session) = self.session(id).filter(|session| session.refresher == Refresher::Us)
        else {
            return;
        };
        session.interval = wanted.unwrap_or_default().max(session.interval);
        let at = (now + AGAIN_AFTER).min(session.over_at);
        self.deadlines.set(Timer::Session(id), at);
    }

    /// A 2xx to a request that refreshes.
    pub(crate) fn refreshed(&mut self, now: Moment, id: LegId, response: &Response) {
        let mut session = self.agreed_interval(now, response);
        if let (Some(before), Some(session)) = (self.session(id), &mut session)
            && !response.headers.has(Name::Allow)
        {
            session.means = before.means;
        }
        self.run_session(now, id, session);
    }

    /// The peer has refreshed: our answer to its re-INVITE or UPDATE agrees anew.
    pub(crate) fn answer_refresh(
        &mut self,
        now: Moment,
        id: LegId,
        request: &Request,
        response: &mut Response,
    ) {
        if self.talking(id).is_some() {
            let session = self.answer_interval(now, request, response);
            self.run_session(now, id, session);
        }
    }

    /// Refuses a re-INVITE or UPDATE whose interval is too short. Whether it was refused.
    pub(crate) fn refuse_brief(&mut self, now: Moment, txn: ServerTxn, request: &Request) -> bool {
        let refusal = self.too_brief(request);
        let is_brief = refusal.is_some();
        if let Some(refusal) = refusal {
            self.respond(now, txn, refusal);
        }
        is_brief
    }

    fn session(&mut self, id: LegId) -> Option<&mut Session> {
        self.talking(id).and_then(|talking: &mut Talking| talking.session.as_mut())
    }
}
