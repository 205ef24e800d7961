//! The registration at a carrier (RFC 3261 §10.2): one binding, renewed in time.

use crate::config::Registration as Config;
use crate::hosts::Target;
use clock::Duration;
use sip_auth::{Proof, Prover};
use sip_msg::{
    Contacts, Headers, Host, Method, Name, NameAddr, Request, Response, StatusCode, Text, Uri,
};
use sip_txn::ClientTxn;

/// How often one REGISTER follows a redirection.
pub const REDIRECTS_MAX: u8 = 3;

/// A binding is renewed no more often than this, whatever the carrier grants.
const RENEW_MIN: Duration = Duration::from_secs(5);

/// What a carrier knows of us, and what we have asked it.
#[derive(Debug)]
pub(crate) struct Registration {
    prover: Prover,
    expires: Duration,
    registrar: Uri,
    address: NameAddr,
    tag: Text,
    call_id: Text,
    /// Grows with every REGISTER (§10.2.4).
    cseq: u32,
    asking: Option<Asking>,
}

/// A REGISTER that is out.
#[derive(Debug)]
struct Asking {
    txn: Option<ClientTxn>,
    target: Target,
    contact: Option<Uri>,
    expires: Duration,
    credentials: Headers,
    tries: u8,
    redirects: u8,
    /// Whether the carrier has asked for more time already.
    is_stretched: bool,
}

/// What comes of an answer.
#[derive(Debug)]
pub(crate) enum Next {
    /// Nothing yet.
    Wait,
    /// Send this in its place.
    Send(Target, Box<Request>),
    /// We are bound for so long, and are to renew after the second.
    Bound { granted: Duration, renew: Duration },
    /// The binding is gone, as we wished.
    Gone,
    /// This host can not now: another may.
    Failed(Target),
    /// The carrier says no.
    Refused(StatusCode),
}

impl Registration {
    /// `tag` and `call_id` are words that cannot be guessed.
    pub(crate) fn new(config: Config, domain: Host, tag: Text, call_id: Text) -> Self {
        let address = NameAddr::new(Uri::sip_host(config.user, domain.clone(), None));
        Self {
            prover: config.prover,
            expires: config.expires,
            registrar: registrar(domain),
            address,
            tag,
            call_id,
            cseq: 0,
            asking: None,
        }
    }

    /// Whether a REGISTER is out.
    pub(crate) const fn is_asking(&self) -> bool {
        self.asking.is_some()
    }

    /// Where the REGISTER that is out went.
    pub(crate) fn target(&self) -> Option<Target> {
        self.asking.as_ref().map(|asking| asking.target)
    }

    /// Begins to ask for a binding.
    pub(crate) fn bind(&mut self, target: Target) -> Box<Request> {
        self.ask(target, self.expires)
    }

    /// Begins to ask for the end of the binding.
    pub(crate) fn unbind(&mut self, target: Target) -> Box<Request> {
        self.ask(target, Duration::ZERO)
    }

    fn ask(&mut self, target: Target, expires: Duration) -> Box<Request> {
        let asking = Asking {
            txn: None,
            target,
            contact: None,
            expires,
            credentials: Headers::default(),
            tries: 0,
            redirects: 0,
            is_stretched: false,
        };
        let request = self.request(&asking);
        self.asking = Some(asking);
        request
    }

    /// The REGISTER was sent as this transaction, with this Contact.
    pub(crate) fn sent(&mut self, txn: ClientTxn, contact: Uri) {
        if let Some(asking) = &mut self.asking {
            asking.txn = Some(txn);
            asking.contact = Some(contact);
        }
    }

    /// Whether the REGISTER that is out is this transaction.
    pub(crate) fn is(&self, txn: ClientTxn) -> bool {
        self.asking.as_ref().is_some_and(|asking| asking.txn == Some(txn))
    }

    /// No answer will come any more.
    pub(crate) fn give_up(&mut self) -> Option<Target> {
        self.asking.take().map(|asking| asking.target)
    }

    /// The answer to the REGISTER that is out. `host_of` finds a host of the trunk by the URI of a
    /// redirection.
    pub(crate) fn answered(
        &mut self,
        response: &Response,
        cnonce: &str,
        host_of: impl Fn(&Uri) -> Option<Target>,
    ) -> Next {
        if response.status.is_provisional() {
            return Next::Wait;
        }
        let Some(mut asking) = self.asking.take() else { return Next::Wait };
        match response.status {
            status if status.is_success() => self.bound(&asking, response),
            StatusCode::UNAUTHORIZED | StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                let proof = Proof {
                    method: &Method::Register,
                    uri: &self.registrar,
                    tries: asking.tries,
                    cnonce,
                };
                let Some((name, value)) = self.prover.answer(response, proof) else {
                    return Next::Refused(response.status);
                };
                asking.tries = asking.tries.saturating_add(1);
                asking.credentials.set(name, value);
                self.again(asking)
            }
            StatusCode::INTERVAL_TOO_BRIEF if !asking.expires.is_zero() => {
                let least = response.headers.get(Name::MinExpires).and_then(seconds);
                let longer = least.filter(|least| *least > asking.expires);
                let Some(longer) = longer.filter(|_| !asking.is_stretched) else {
                    return Next::Refused(response.status);
                };
                // Credentials are good for one request; the longer one is challenged anew.
                (asking.credentials, asking.tries) = (Headers::default(), 0);
                (asking.expires, asking.is_stretched) = (longer, true);
                self.again(asking)
            }
            // §8.1.3.4, but only to where the trunk is anyway: nobody else learns our password.
            status if (300..400).contains(&status.code()) => {
                let own = redirection(response, host_of);
                let Some(target) = own.filter(|_| asking.redirects < REDIRECTS_MAX) else {
                    return Next::Failed(asking.target);
                };
                asking.redirects += 1;
                (asking.credentials, asking.tries) = (Headers::default(), 0);
                asking.target = target;
                self.again(asking)
            }
            status if is_passing(status) => Next::Failed(asking.target),
            status => Next::Refused(status),
        }
    }

    fn again(&mut self, mut asking: Asking) -> Next {
        asking.txn = None;
        let (target, request) = (asking.target, self.request(&asking));
        self.asking = Some(asking);
        Next::Send(target, request)
    }

    fn bound(&self, asking: &Asking, response: &Response) -> Next {
        if asking.expires.is_zero() {
            return Next::Gone;
        }
        let granted = granted(response, asking.contact.as_ref()).unwrap_or(asking.expires);
        // Half of it leaves time for many tries, should the first one fail.
        Next::Bound { granted, renew: (granted / 2).max(RENEW_MIN) }
    }

    fn request(&mut self, asking: &Asking) -> Box<Request> {
        self.cseq = self.cseq.saturating_add(1);
        let from = self.address.clone().with_tag(self.tag.clone());
        let mut request = Request::new(
            Method::Register,
            self.registrar.clone(),
            from,
            self.address.clone(),
            self.call_id.clone(),
            self.cseq,
        );
        request.headers = asking.credentials.clone();
        request.headers.push(Name::Expires, asking.expires.as_secs().to_string());
        Box::new(request)
    }
}

/// §10.2: the Request-URI of a REGISTER has no user.
fn registrar(domain: Host) -> Uri {
    Uri::sip_host(Text::default(), domain, None)
}

/// A failure that has nothing to do with what was asked: the host is stopping, broken or too busy.
fn is_passing(status: StatusCode) -> bool {
    matches!(status.code(), 408 | 430 | 480 | 500..=599)
}

/// The first Contact that is a host of the trunk.
fn redirection(response: &Response, host_of: impl Fn(&Uri) -> Option<Target>) -> Option<Target> {
    match response.headers.contacts() {
        Ok(Contacts::List(contacts)) => contacts.iter().find_map(|contact| host_of(&contact.uri())),
        Ok(Contacts::Star) | Err(_) => None,
    }
}

/// How long the carrier keeps our Contact (§10.3, step 8): by the parameter of our own, or the only,
/// Contact; else by Expires.
fn granted(response: &Response, ours: Option<&Uri>) -> Option<Duration> {
    let of_contact = match response.headers.contacts() {
        Ok(Contacts::List(contacts)) => {
            let is_ours =
                |contact: &&NameAddr| ours.is_some_and(|ours| contact.uri().is_same(ours));
            // A carrier that sees another address of ours than we do writes that.
            let only = || contacts.first().filter(|_| contacts.len() == 1);
            let own = contacts.iter().find(is_ours).or_else(only);
            own.and_then(|contact| seconds(&contact.param("expires")?))
        }
        Ok(Contacts::Star) | Err(_) => None,
    };
    let of_all = || response.headers.expires().map(|s| Duration::from_secs(u64::from(s)));
    of_contact.or_else(of_all).filter(|granted| !granted.is_zero())
}

fn seconds(value: &Text) -> Option<Duration> {
    value.as_str()?.trim().parse().ok().map(Duration::from_secs)
}
