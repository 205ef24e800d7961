//! The gate: nothing is done for anybody who has not proved who it is.

use crate::Registrar;
use clock::Moment;
use sip_auth::{Freshness, Occasion, Verdict};
use sip_msg::{Name, Request, Response, StatusCode, Text};
use sip_txn::Hop;

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
    /// password; 400 for broken credentials, and for those
    /// made for another user or host; 403, unread, for a source that has been wrong
    /// [`FAILURES_MAX`](crate::FAILURES_MAX) times, unless the account it claims to be has a
    /// binding at the same address. Wrong is only who answers a nonce that this source was given:
    /// nobody bars another by forging its address.
    pub fn authenticate(
        &mut self,
        now: Moment,
        hop: Hop,
        request: &Request,
        challenge: Challenge,
    ) -> Result<Text, Box<Response>> {
        self.expire(now);
        let source = hop.source();
        let claimed = request.from.uri.user_unescaped();
        let is_barred = self.tries.is_barred(now, source);
        if is_barred && !self.is_at_home(now, hop, claimed.as_ref()) {
            self.counts.barred += 1;
            return Err(Box::new(request.reply(StatusCode::FORBIDDEN)));
        }
        let values = request.headers.all(challenge.is_answered_in());
        let accounts = &self.accounts;
        let lookup = |user: &Text| accounts.get(user).map(|account| &account.credentials);
        let occasion = Occasion { source, method: &request.method, uri: &request.uri };
        let freshness = match self.challenger.verify(now, occasion, values, lookup) {
            // A barred source speaks for the account at home there, and for no other.
            Verdict::Right(user) if !is_barred || claimed.as_ref() == Some(&user) => {
                return Ok(user.detached());
            }
            Verdict::Malformed => return Err(bad(request, "Bad credentials")),
            Verdict::Misdirected => return Err(bad(request, "Credentials for another URI")),
            Verdict::Stale => {
                self.counts.stale += 1;
                Freshness::Stale
            }
            Verdict::Right(_) | Verdict::Wrong => {
                self.counts.wrong += 1;
                self.tries.fail(now, source);
                Freshness::First
            }
            Verdict::Absent => Freshness::First,
        };
        Err(Box::new(self.challenge(now, hop, request, challenge, freshness)))
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
        for value in self.challenger.challenge(now, hop.source(), freshness) {
            response.headers.push(challenge.asks_in(), value);
        }
        response
    }

    /// Whether the account that a request claims to come from has a phone at its source: agents
    /// behind one address with a guesser go on working.
    fn is_at_home(&self, now: Moment, hop: Hop, claimed: Option<&Text>) -> bool {
        let account = claimed.and_then(|user| self.accounts.get(user));
        account.is_some_and(|account| {
            account.live(now).any(|binding| binding.hop.peer.ip() == hop.peer.ip())
        })
    }
}

fn bad(request: &Request, reason: &'static str) -> Box<Response> {
    Box::new(request.reply(StatusCode::BAD_REQUEST).with_reason(reason))
}
