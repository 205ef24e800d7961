//! The gate: nothing is done for anybody who has not proved who it is.

use crate::Registrar;
use crate::tries::{Leave, Suspect};
use clock::Moment;
use sip_auth::{Freshness, Occasion, Verdict};
use sip_msg::{Name, Request, Response, StatusCode, Text};
use sip_txn::Hop;
use std::net::IpAddr;

/// In which role a request is challenged (RFC 3261 §22).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// As its end: 401 and WWW-Authenticate.
    Www,
    /// As on its way: 407 and Proxy-Authenticate.
    Proxy,
}

impl Challenge {
    const fn status(self) -> StatusCode {
        match self {
            Self::Www => StatusCode::UNAUTHORIZED,
            Self::Proxy => StatusCode::PROXY_AUTHENTICATION_REQUIRED,
        }
    }

    const fn asks_in(self) -> Name {
        match self {
            Self::Www => Name::WwwAuthenticate,
            Self::Proxy => Name::ProxyAuthenticate,
        }
    }

    const fn is_answered_in(self) -> Name {
        match self {
            Self::Www => Name::Authorization,
            Self::Proxy => Name::ProxyAuthorization,
        }
    }
}

impl Registrar {
    /// Finds the account that sent this request, by its credentials.
    ///
    /// # Errors
    /// The answer to send: 401 or 407 with challenges, for an unknown user the same as for a wrong
    /// password; 400 for broken credentials, and for those made for another user or host. Unread, and
    /// by who sends and not by what is true: 503 and when to come back after
    /// [`FREE_FAILURES`](crate::FREE_FAILURES) failures, 403 after
    /// [`FAILURES_MAX`](crate::FAILURES_MAX). Wrong is only who answers a nonce that this source was
    /// given: nobody bars another by forging its address. A phone that is registered from exactly
    /// there is always heard, and one of a user who has a phone at that address by its own failures.
    pub fn authenticate(
        &mut self,
        now: Moment,
        hop: Hop,
        request: &Request,
        challenge: Challenge,
    ) -> Result<Text, Box<Response>> {
        self.expire(now);
        let user = self.claimed_user(request, challenge);
        if let Some(refusal) = self.hold_up(now, hop, user.as_ref(), request, challenge) {
            return Err(Box::new(refusal));
        }
        let source = hop.source();
        let values = request.headers.all(challenge.is_answered_in());
        let accounts = &self.accounts;
        let lookup = |user: &Text| accounts.get(user).map(|account| &account.credentials);
        let occasion = Occasion { source, method: &request.method, uri: &request.uri };
        let freshness = match self.challenger.verify(now, occasion, values, lookup) {
            Verdict::Right(user) => return Ok(user.detached()),
            Verdict::Malformed => return Err(bad(request, "Bad credentials")),
            Verdict::Misdirected => return Err(bad(request, "Credentials for another URI")),
            Verdict::Stale => {
                self.counts.stale += 1;
                Freshness::Stale
            }
            Verdict::Wrong => {
                self.count_failure(now, source, user);
                Freshness::First
            }
            Verdict::Absent => Freshness::First,
        };
        Err(Box::new(self.challenge(now, hop, request, challenge, freshness)))
    }

    /// Who the sender says to be: by its credentials, else by its address.
    fn claimed_user(&self, request: &Request, challenge: Challenge) -> Option<Text> {
        let values = request.headers.all(challenge.is_answered_in());
        self.challenger.claimed_user(values).or_else(|| request.from.uri().user_unescaped())
    }

    /// The answer to one who must wait before its credentials are looked at.
    fn hold_up(
        &mut self,
        now: Moment,
        hop: Hop,
        user: Option<&Text>,
        request: &Request,
        challenge: Challenge,
    ) -> Option<Response> {
        let has_credentials = request.headers.get(challenge.is_answered_in()).is_some();
        match self.leave(now, hop, user) {
            Leave::Granted => None,
            // Asking costs a guesser's time as well as ours, so who asks is answered.
            Leave::After(_) if !has_credentials => None,
            Leave::After(pause) => {
                self.counts.slowed += 1;
                let seconds = pause.as_secs() + u64::from(pause.subsec_nanos() > 0);
                let refusal = request.reply(StatusCode::SERVICE_UNAVAILABLE);
                Some(refusal.with_header(Name::RetryAfter, seconds.to_string()))
            }
            Leave::Refused => {
                self.counts.barred += 1;
                Some(request.reply(StatusCode::FORBIDDEN))
            }
        }
    }

    /// Whether a sender is heard. Agents behind one address with a guesser go on working.
    fn leave(&mut self, now: Moment, hop: Hop, user: Option<&Text>) -> Leave {
        let source = hop.source();
        match self.nearness(now, hop, user) {
            Nearness::Home => Leave::Granted,
            Nearness::Neighbour(user) => self.tries.leave(now, &Suspect::UserAt(source, user)),
            Nearness::Stranger => {
                let of_source = self.tries.leave(now, &Suspect::Source(source));
                let of_user = user.map(|user| self.tries.leave(now, &Suspect::User(user.clone())));
                of_user.map_or(of_source, |of_user| of_user.max(of_source))
            }
        }
    }

    fn nearness(&self, now: Moment, hop: Hop, user: Option<&Text>) -> Nearness {
        let Some((user, account)) = user.and_then(|user| self.accounts.get_key_value(user)) else {
            return Nearness::Stranger;
        };
        let mut nearness = Nearness::Stranger;
        for binding in account.live(now) {
            if binding.hop == hop {
                return Nearness::Home;
            }
            if binding.hop.peer.ip() == hop.peer.ip() {
                nearness = Nearness::Neighbour(user.clone());
            }
        }
        nearness
    }

    fn count_failure(&mut self, now: Moment, source: IpAddr, user: Option<Text>) {
        self.counts.wrong += 1;
        self.tries.fail(now, Suspect::Source(source));
        // Whether there is such a user is not asked, so that both cost the same.
        let user = user.unwrap_or_default().detached();
        self.tries.fail(now, Suspect::UserAt(source, user.clone()));
        self.tries.fail(now, Suspect::User(user));
    }

    fn challenge(
        &mut self,
        now: Moment,
        hop: Hop,
        request: &Request,
        challenge: Challenge,
        freshness: Freshness,
    ) -> Response {
        let mut response = request.reply(challenge.status());
        let user_agent = request.headers.get(Name::UserAgent);
        for value in self.challenger.challenge(now, hop.source(), freshness, user_agent) {
            response.headers.push(challenge.asks_in(), value);
        }
        response
    }
}

/// How near a request comes from to the phones of the user whom it names.
enum Nearness {
    /// From the very port or connection of one.
    Home,
    /// From the address of one: it may have come back by another port, or be a guesser beside it.
    Neighbour(Text),
    /// From elsewhere.
    Stranger,
}

fn bad(request: &Request, reason: &'static str) -> Box<Response> {
    Box::new(request.reply(StatusCode::BAD_REQUEST).with_reason(reason))
}
