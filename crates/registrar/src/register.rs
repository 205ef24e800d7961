//! One REGISTER, from its credentials to its answer (RFC 3261 §10.3).

use crate::account::Account;
use crate::outbound::Outbound;
use crate::wishes::{Impossible, Wish, Wishes, path};
use crate::{Binding, Challenge, Registrar};
use clock::Moment;
use sip_msg::{Name, Request, Response, Scheme, StatusCode, Text};
use sip_txn::Hop;

impl Registrar {
    /// Answers a REGISTER that came by `hop` (RFC 3261 §10.3).
    #[must_use]
    pub fn register(&mut self, now: Moment, hop: Hop, request: &Request) -> Response {
        let response = self.try_register(now, hop, request).unwrap_or_else(|refusal| *refusal);
        self.assert_invariants();
        response
    }

    fn try_register(
        &mut self,
        now: Moment,
        hop: Hop,
        request: &Request,
    ) -> Result<Response, Box<Response>> {
        let refuse = |status: StatusCode| Box::new(request.reply(status));
        let name = self.authenticate(now, hop, request, Challenge::Www)?;
        self.check_extensions(request)?;
        match request.to.uri().scheme() {
            Scheme::Sip | Scheme::Sips => {}
            Scheme::Tel | Scheme::Other(_) => return Err(refuse(StatusCode::BAD_REQUEST)),
        }
        // RFC 3261 §10.3 step 4: nobody registers for somebody else.
        if request.to.uri().user_unescaped().as_ref() != Some(&name) {
            return Err(refuse(StatusCode::FORBIDDEN));
        }
        let outbound = Outbound::of(request);
        if outbound == Outbound::BrokenByEdge {
            return Err(refuse(StatusCode::FIRST_HOP_LACKS_OUTBOUND));
        }
        let wishes = Wishes::read(request, &self.config)
            .map_err(|impossible| Box::new(self.impossible(request, impossible)))?;
        let stale =
            self.accounts.get(&name).is_some_and(|account| is_late(account, &wishes, request));
        if stale {
            return Err(Box::new(
                refuse(StatusCode::SERVER_INTERNAL_ERROR).with_reason("CSeq out of order"),
            ));
        }
        self.fulfil(now, hop, request, &name, wishes);
        let mut response = self.tell(now, request, &name);
        outbound.tell(hop, &mut response);
        Ok(response)
    }

    /// RFC 3261 §10.3 step 2: an extension that must be understood and is not.
    fn check_extensions(&self, request: &Request) -> Result<(), Box<Response>> {
        let known =
            |option: &Text| option.eq_ignore_case("path") || option.eq_ignore_case("outbound");
        let unknown: Vec<_> =
            request.headers.tokens(Name::Require).filter(|option| !known(option)).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let mut response = request.reply(StatusCode::BAD_EXTENSION);
        for option in unknown {
            response.headers.push(Name::Unsupported, option);
        }
        Err(Box::new(response))
    }

    fn impossible(&self, request: &Request, impossible: Impossible) -> Response {
        let refuse =
            |status: StatusCode, reason: &'static str| request.reply(status).with_reason(reason);
        match impossible {
            Impossible::BadContact => refuse(StatusCode::BAD_REQUEST, "Bad Contact"),
            Impossible::BadScheme => refuse(StatusCode::BAD_REQUEST, "Contact is no SIP address"),
            Impossible::BadStar => refuse(StatusCode::BAD_REQUEST, "Contact * needs Expires 0"),
            Impossible::TooMany => refuse(StatusCode::FORBIDDEN, "Too many contacts"),
            Impossible::TooLong => refuse(StatusCode::FORBIDDEN, "Contact or Path too long"),
            Impossible::ManyFlows => refuse(StatusCode::BAD_REQUEST, "More than one flow"),
            Impossible::TooBrief => request
                .reply(StatusCode::INTERVAL_TOO_BRIEF)
                .with_header(Name::MinExpires, self.config.expires_min.as_secs().to_string()),
        }
    }

    fn fulfil(&mut self, now: Moment, hop: Hop, request: &Request, name: &Text, wishes: Wishes) {
        match wishes {
            Wishes::Tell => {}
            Wishes::ForgetAll => {
                for number in self.numbers(name, |_| true) {
                    self.unbind(name, number);
                }
            }
            Wishes::Each(wishes) => {
                for wish in wishes {
                    match wish {
                        Wish::Bind(contact, length) => {
                            let length = self.spread(length);
                            self.bind(now + length, hop, request, name, contact);
                        }
                        Wish::Forget(contact) => {
                            for number in self.numbers(name, |binding| binding.is_for(&contact)) {
                                self.unbind(name, number);
                            }
                        }
                    }
                }
            }
        }
    }

    /// The 200: all that is bound now, with the time that is left (RFC 3261 §10.3 step 8).
    fn tell(&self, now: Moment, request: &Request, name: &Text) -> Response {
        let mut response = request.reply(StatusCode::OK);
        response.headers.remove(Name::RecordRoute);
        for binding in self.accounts.get(name).into_iter().flat_map(|account| account.live(now)) {
            response.headers.push(Name::Contact, binding.print(now));
        }
        // RFC 3327 §5.3: the phone is to see the path it is reached by.
        for hop in path(request) {
            response.headers.push(Name::Path, &hop);
        }
        response
    }
}

/// RFC 3261 §10.3 step 7: within one Call-ID the later request has the higher `CSeq`, and an
/// earlier one that was overtaken changes nothing.
fn is_late(account: &Account, wishes: &Wishes, request: &Request) -> bool {
    let is_late =
        |binding: &Binding| binding.call_id == request.call_id && request.cseq <= binding.cseq;
    match wishes {
        Wishes::Tell => false,
        Wishes::ForgetAll => account.bindings.iter().any(is_late),
        Wishes::Each(wishes) => wishes.iter().any(|wish| match wish {
            Wish::Bind(contact, _) | Wish::Forget(contact) => {
                account.find(contact).is_some_and(is_late)
            }
        }),
    }
}
