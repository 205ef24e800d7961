//! The binding of a phone at its registrar (RFC 3261 §10.2), renewed in time.

use crate::credentials::{Credentials, TRIES_MAX};
use sip_msg::{
    Contacts, Headers, Method, Name, NameAddr, Request, Response, StatusCode, Text, Uri,
};
use sip_ua::ClientTxn;
use std::time::Duration;
use tokio::sync::oneshot::Sender;

/// Why the server does not know where we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegisterError {
    /// The server refused.
    #[error("the server refused with {}", .0.code())]
    Rejected(StatusCode),
    /// The server did not answer, or could not be reached.
    #[error("the server does not answer")]
    Unreachable,
    /// Another registration took the place of this one.
    #[error("another registration was begun")]
    Superseded,
    /// The phone was stopped.
    #[error("the phone is gone")]
    PhoneGone,
}

/// What comes of an answer.
pub(crate) enum Next {
    /// Wait on: it is not the final answer, or not to the last REGISTER.
    Wait,
    /// Send this in its place.
    Send(Box<Request>),
    /// The server bound us for so long.
    Bound(Duration),
    /// It did not.
    Failed(RegisterError),
}

pub(crate) type Reply = Sender<Result<Duration, RegisterError>>;

/// What a phone knows about its binding.
pub(crate) struct Registration {
    registrar: Uri,
    from: NameAddr,
    to: NameAddr,
    contact: NameAddr,
    call_id: Text,
    /// Grows with every REGISTER (§10.2.4).
    cseq: u32,
    asking: Option<Asking>,
    /// Whether the server knows us, as far as we know.
    pub(crate) is_bound: bool,
}

struct Asking {
    txn: Option<ClientTxn>,
    expires: Duration,
    headers: Headers,
    tries: u8,
    /// Whether the server has already asked for more time once.
    is_stretched: bool,
    reply: Option<Reply>,
}

impl Registration {
    /// `address` is our address of record with a tag for From; `contact` is where we are.
    pub(crate) fn new(registrar: Uri, address: NameAddr, contact: NameAddr, call_id: Text) -> Self {
        let to = NameAddr::new(address.uri());
        Self {
            registrar,
            from: address,
            to,
            contact,
            call_id,
            cseq: 0,
            asking: None,
            is_bound: false,
        }
    }

    /// Begins to ask for a binding of this length; zero ends it.
    pub(crate) fn ask(&mut self, expires: Duration, reply: Option<Reply>) -> Request {
        self.reply(Err(RegisterError::Superseded));
        let asking = Asking {
            txn: None,
            expires,
            headers: Headers::new(),
            tries: 0,
            is_stretched: false,
            reply,
        };
        let request = self.request(&asking);
        self.asking = Some(asking);
        request
    }

    /// The REGISTER was sent as this transaction.
    pub(crate) fn sent(&mut self, txn: ClientTxn) {
        if let Some(asking) = &mut self.asking {
            asking.txn = Some(txn);
        }
    }

    /// Whether an answer is still waited for.
    pub(crate) const fn is_asking(&self) -> bool {
        self.asking.is_some()
    }

    /// Takes an answer to some request of ours.
    pub(crate) fn answered(
        &mut self,
        txn: ClientTxn,
        response: &Response,
        credentials: &Credentials,
    ) -> Next {
        let Some(mut asking) =
            self.asking.take_if(|asking| asking.txn == Some(txn) && response.status.is_final())
        else {
            return Next::Wait;
        };
        if response.status.is_success() {
            let granted = self.granted(response).unwrap_or(asking.expires);
            self.is_bound = !granted.is_zero() && !asking.expires.is_zero();
            self.asking = Some(asking);
            return Next::Bound(granted);
        }
        if !self.amend(&mut asking, response, credentials) {
            self.asking = Some(asking);
            return Next::Failed(RegisterError::Rejected(response.status));
        }
        let request = self.request(&asking);
        self.asking = Some(asking);
        Next::Send(Box::new(request))
    }

    /// No answer came to some request of ours.
    pub(crate) fn failed(&self, txn: ClientTxn) -> Next {
        match &self.asking {
            Some(asking) if asking.txn == Some(txn) => Next::Failed(RegisterError::Unreachable),
            Some(_) | None => Next::Wait,
        }
    }

    /// Tells whoever waits how it came out.
    pub(crate) fn settle(&mut self, outcome: Result<Duration, RegisterError>) {
        if outcome.is_err() {
            self.is_bound = false;
        }
        self.reply(outcome);
    }

    fn reply(&mut self, outcome: Result<Duration, RegisterError>) {
        if let Some(reply) = self.asking.take().and_then(|asking| asking.reply) {
            // Whoever asked may have gone.
            let _ = reply.send(outcome);
        }
    }

    /// Changes what is asked for as the server wants it; false if there is no way, or if the server
    /// wants ever more.
    fn amend(&self, asking: &mut Asking, response: &Response, credentials: &Credentials) -> bool {
        if response.status == StatusCode::INTERVAL_TOO_BRIEF {
            let least = response.headers.get(Name::MinExpires).and_then(seconds);
            let longer = least.filter(|least| *least > asking.expires);
            // Credentials are good for one request; the longer one will be challenged anew.
            (asking.headers, asking.tries) = (Headers::new(), 0);
            let is_first = !std::mem::replace(&mut asking.is_stretched, true);
            return is_first && longer.inspect(|longer| asking.expires = *longer).is_some();
        }
        asking.tries += 1;
        let answer = credentials.answer(response, &Method::Register, &self.registrar);
        let answer = answer.filter(|_| asking.tries <= TRIES_MAX);
        answer.map(|(name, value)| asking.headers.set(name, value)).is_some()
    }

    fn request(&mut self, asking: &Asking) -> Request {
        self.cseq += 1;
        let mut request = Request::new(
            Method::Register,
            self.registrar.clone(),
            self.from.clone(),
            self.to.clone(),
            self.call_id.clone(),
            self.cseq,
        );
        request.headers = asking.headers.clone();
        request.headers.push(Name::Contact, &self.contact);
        request.headers.push(Name::Expires, asking.expires.as_secs().to_string());
        request
    }

    /// How long the server keeps our contact (§10.3, step 8): by its parameter, else by Expires.
    fn granted(&self, response: &Response) -> Option<Duration> {
        let of_contact = match response.headers.contacts() {
            Ok(Contacts::List(contacts)) => contacts
                .iter()
                .find(|contact| contact.uri().is_same(&self.contact.uri()))
                .and_then(|contact| seconds(&contact.param("expires")?)),
            Ok(Contacts::Star) | Err(_) => None,
        };
        let of_all = || response.headers.expires().map(|s| Duration::from_secs(u64::from(s)));
        of_contact.or_else(of_all)
    }
}

fn seconds(value: &Text) -> Option<Duration> {
    value.as_str()?.trim().parse().ok().map(Duration::from_secs)
}
