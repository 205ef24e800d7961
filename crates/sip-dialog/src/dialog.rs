//! The dialog: who, where, by which way, and the numbers that keep requests in order.

use sip_msg::{Contacts, Method, Name, NameAddr, Request, Response, Text, Uri};
use std::net::SocketAddr;
use thiserror::Error;

/// What two ends of a dialog call it: the Call-ID and a tag of each (§12).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DialogId {
    /// The Call-ID.
    pub call_id: Text,
    /// Our tag.
    pub local_tag: Text,
    /// The peer's tag; empty for a peer older than RFC 3261 that has none.
    pub remote_tag: Text,
}

/// Which side sent the request that began the dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// We did.
    Uac,
    /// The peer did.
    Uas,
}

/// A dialog (§12): a value, told of what is sent and received in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialog {
    /// Its name.
    pub id: DialogId,
    /// Which side began it.
    pub role: Role,
    /// We, with our tag: From of our requests.
    pub local: NameAddr,
    /// The peer, with its tag: To of our requests.
    pub remote: NameAddr,
    /// The peer's Contact: where our requests are meant for.
    pub remote_target: Uri,
    /// The proxies that our requests pass, the nearest first.
    pub route_set: Vec<NameAddr>,
    /// The number of our last request.
    pub local_cseq: u32,
    /// The number of the peer's last request.
    pub remote_cseq: Option<u32>,
}

/// A request of the peer came with a number that an earlier one had passed (§12.2.2): answer 500.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("CSeq {heard} comes after {last}")]
pub struct OutOfOrder {
    /// The number of the request.
    pub heard: u32,
    /// The number of an earlier request.
    pub last: u32,
}

impl Dialog {
    /// The dialog that our 1xx or 2xx to `request`, with `local_tag`, begins (§12.1.1).
    ///
    /// A request without a Contact, which is not allowed, is taken to be reachable by its From.
    #[must_use]
    pub fn uas(request: &Request, local_tag: &Text) -> Self {
        let local = request.to.detached().with_tag(local_tag.clone());
        let remote = request.from.detached();
        Self {
            id: id(&request.call_id, &local, &remote),
            role: Role::Uas,
            remote_target: contact(request).unwrap_or_else(|| remote.uri()),
            route_set: request
                .headers
                .record_routes()
                .unwrap_or_default()
                .iter()
                .map(NameAddr::detached)
                .collect(),
            local,
            remote,
            local_cseq: 0,
            remote_cseq: Some(request.cseq),
        }
    }

    /// The dialog that `response`, a 1xx with a tag or a 2xx, begins to `request` of ours
    /// (§12.1.2).
    ///
    /// A response without a Contact, which is not allowed, is taken to be reachable where the
    /// request was meant for.
    #[must_use]
    pub fn uac(request: &Request, response: &Response) -> Self {
        let local = request.from.detached();
        let remote = response.to.detached();
        let mut route_set: Vec<NameAddr> = response
            .headers
            .record_routes()
            .unwrap_or_default()
            .iter()
            .map(NameAddr::detached)
            .collect();
        route_set.reverse();
        Self {
            id: id(&request.call_id, &local, &remote),
            role: Role::Uac,
            remote_target: first_contact(response.headers.contacts())
                .unwrap_or_else(|| request.uri.clone()),
            route_set,
            local,
            remote,
            local_cseq: request.cseq,
            remote_cseq: None,
        }
    }

    /// A new request in the dialog, with the next number, and with Route or Request-URI as the
    /// first proxy wants it (§12.2.1.1).
    pub fn request(&mut self, method: Method) -> Request {
        self.local_cseq = self.local_cseq.saturating_add(1);
        self.build(method, self.local_cseq)
    }

    /// The ACK to a 2xx to our INVITE of this number (§13.2.2.4).
    #[must_use]
    pub fn ack(&self, cseq: u32) -> Request {
        self.build(Method::Ack, cseq)
    }

    fn build(&self, method: Method, cseq: u32) -> Request {
        let (uri, routes) = self.way();
        let mut request = Request::new(
            method,
            uri,
            self.local.clone(),
            self.remote.clone(),
            self.id.call_id.clone(),
            cseq,
        );
        for route in routes {
            request.headers.push(Name::Route, &route);
        }
        request
    }

    /// Request-URI and Route. A first proxy without `lr` is of the old kind: it is itself the
    /// Request-URI, and the target moves to the end of the route.
    fn way(&self) -> (Uri, Vec<NameAddr>) {
        match self.route_set.split_first() {
            Some((first, rest)) if !first.uri().params().has("lr") => {
                let mut routes = rest.to_vec();
                routes.push(NameAddr::new(self.remote_target.clone()));
                // §19.1.1, table 1: not allowed in a Request-URI.
                (first.uri().without_headers().without_param("method"), routes)
            }
            Some(_) | None => (self.remote_target.clone(), self.route_set.clone()),
        }
    }

    /// Takes note of a request of the peer (§12.2.2).
    ///
    /// # Errors
    /// [`OutOfOrder`] if an earlier request had a higher number, or the same. ACK and CANCEL bear
    /// the number of their INVITE and are not to be checked.
    pub fn check(&mut self, request: &Request) -> Result<(), OutOfOrder> {
        match self.remote_cseq {
            Some(last) if request.cseq <= last => Err(OutOfOrder { heard: request.cseq, last }),
            Some(_) | None => {
                self.remote_cseq = Some(request.cseq);
                Ok(())
            }
        }
    }

    /// Takes over the peer's new Contact from a request or a 2xx that may move it (§12.2): those
    /// of INVITE and UPDATE.
    pub fn refresh_target(&mut self, headers: &sip_msg::Headers) {
        if let Some(target) = first_contact(headers.contacts()) {
            self.remote_target = target.detached();
        }
    }

    /// Where the next request is to be sent: the first proxy, or the peer itself.
    #[must_use]
    pub fn next_hop_uri(&self) -> Uri {
        self.route_set.first().map_or_else(|| self.remote_target.clone(), NameAddr::uri)
    }

    /// The address of [`next_hop_uri`](Self::next_hop_uri), if it is a number and not a name.
    #[must_use]
    pub fn next_hop_addr(&self) -> Option<SocketAddr> {
        self.next_hop_uri().to_socket_addr()
    }
}

fn id(call_id: &Text, local: &NameAddr, remote: &NameAddr) -> DialogId {
    DialogId {
        call_id: call_id.detached(),
        local_tag: local.tag().unwrap_or_default(),
        remote_tag: remote.tag().unwrap_or_default(),
    }
}

fn contact(request: &Request) -> Option<Uri> {
    first_contact(request.headers.contacts()).map(|uri| uri.detached())
}

fn first_contact(contacts: Result<Contacts, sip_msg::Malformed>) -> Option<Uri> {
    match contacts {
        Ok(Contacts::List(list)) => list.into_iter().next().map(|contact| contact.uri()),
        Ok(Contacts::Star) | Err(_) => None,
    }
}
