//! SUBSCRIBE: begun, renewed, ended, or refused (RFC 6665 §4.2.1).

use crate::config::{ADDRESSES_BYTES_MAX, COME_BACK_AFTER};
use crate::notifier::{Door, Notifier};
use crate::package::{ALLOW_EVENTS, EventName, Package};
use crate::subscription::{Over, Owed, Subscription};
use clock::{Duration, Moment};
use ids::{AgentId, SubscriptionId};
use rand::RngExt;
use sip_dialog::{Dialog, OutOfOrder};
use sip_msg::{Contacts, Name, Request, Response, Scheme, StatusCode, Text, Uri};
use sip_txn::Hop;

/// A SUBSCRIBE of an agent who has proved to be the one.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// The way it came.
    pub hop: Hop,
    /// The SUBSCRIBE.
    pub request: &'a Request,
    /// Who asks.
    pub by: AgentId,
    /// Whom its Request-URI names, if it names an agent.
    pub whom: Option<AgentId>,
    /// Our Contact on that way.
    pub contact: Text,
}

/// Why a SUBSCRIBE is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    /// No package of ours is named.
    BadEvent,
    /// The documents of the package are not taken.
    NotAcceptable(Package),
    /// There is no one address that a NOTIFY could go to.
    BadContact,
    /// Its addresses have too many letters to be kept.
    TooLong,
    /// There is no agent of that name.
    Nobody,
    /// Messages are shown to whom they are for alone.
    NotTheirs,
    /// Less than `expires_min`.
    TooBrief,
    /// `per_account_max` is reached.
    AccountFull,
    /// `subscriptions_max` is reached, or no more are taken.
    NoRoom,
    /// No subscription of this phone is in this dialog.
    Unknown,
    /// A later SUBSCRIBE has overtaken it.
    Late(OutOfOrder),
}

impl Notifier {
    /// Answers a SUBSCRIBE. The NOTIFY that belongs to it is due at once.
    pub fn subscribe(&mut self, now: Moment, asked: &Asked<'_>) -> Response {
        let taken = if asked.request.to.tag().is_some() {
            self.renew(now, asked)
        } else {
            self.begin(now, asked)
        };
        self.assert_invariants();
        match taken {
            Ok(id) => self.accept(now, id, asked),
            Err(refusal) => self.refuse(asked.request, refusal),
        }
    }

    fn begin(&mut self, now: Moment, asked: &Asked<'_>) -> Result<SubscriptionId, Refusal> {
        let request = asked.request;
        let event = EventName::read(&request.headers).ok_or(Refusal::BadEvent)?;
        let whom = asked.whom.ok_or(Refusal::Nobody)?;
        if event.package == Package::MessageSummary && whom != asked.by {
            return Err(Refusal::NotTheirs);
        }
        let length = self.check(request, event.package)?;
        if self.door == Door::Closed || self.subscriptions.len() >= self.config.subscriptions_max {
            return Err(Refusal::NoRoom);
        }
        if self.subscriptions_of(asked.by) >= self.config.per_account_max {
            return Err(Refusal::AccountFull);
        }
        let tag = Text::from(format!("{:032x}", self.random.random::<u128>()));
        let dialog = Dialog::uas(request, &tag);
        let entity = entity(&request.uri);
        if letters(&dialog, &entity, &event) > ADDRESSES_BYTES_MAX {
            return Err(Refusal::TooLong);
        }
        let id = self.insert(Subscription {
            by: asked.by,
            whom,
            event,
            dialog,
            hop: asked.hop,
            contact: asked.contact.clone(),
            entity,
            expires_at: now,
            version: 0,
            owed: Owed::Nothing,
            change_at: now,
        });
        self.lasts(now, id, length);
        Ok(id)
    }

    fn renew(&mut self, now: Moment, asked: &Asked<'_>) -> Result<SubscriptionId, Refusal> {
        let request = asked.request;
        let event = EventName::read(&request.headers).ok_or(Refusal::BadEvent)?;
        let id = self.find(asked).ok_or(Refusal::Unknown)?;
        let length = self.check(request, event.package)?;
        let subscription = self.subscriptions.get_mut(&id).ok_or(Refusal::Unknown)?;
        if subscription.event != event {
            return Err(Refusal::Unknown);
        }
        let mut dialog = subscription.dialog.clone();
        dialog.check(request).map_err(Refusal::Late)?;
        dialog.refresh_target(&request.headers);
        if letters(&dialog, &subscription.entity, &event) > ADDRESSES_BYTES_MAX {
            return Err(Refusal::TooLong);
        }
        subscription.dialog = dialog;
        subscription.contact = asked.contact.clone();
        self.follow_flow(id, asked.hop);
        self.lasts(now, id, length);
        Ok(id)
    }

    /// The subscription that a SUBSCRIBE is inside of: its tags are ours and the phone's, and it comes
    /// from the same account.
    fn find(&self, asked: &Asked<'_>) -> Option<SubscriptionId> {
        let key = (asked.request.call_id.clone(), asked.request.to.tag()?);
        let id = *self.by_dialog.get(&key)?;
        let subscription = self.subscriptions.get(&id)?;
        let from_tag = asked.request.from.tag().unwrap_or_default();
        let is_it = subscription.is_alive()
            && subscription.by == asked.by
            && subscription.dialog.id.remote_tag == from_tag;
        is_it.then_some(id)
    }

    /// What begins and renews must have alike, and how long it asks for.
    fn check(&self, request: &Request, package: Package) -> Result<Duration, Refusal> {
        if !has_one_contact(request) {
            return Err(Refusal::BadContact);
        }
        if !package.is_acceptable(&request.headers) {
            return Err(Refusal::NotAcceptable(package));
        }
        let asked = request.headers.expires().map(|seconds| Duration::from_secs(seconds.into()));
        let length = asked.unwrap_or(self.config.expires_max).min(self.config.expires_max);
        if !length.is_zero() && length < self.config.expires_min {
            return Err(Refusal::TooBrief);
        }
        Ok(length)
    }

    /// It lasts so long from now on, and that is told at once; no time at all is its end.
    fn lasts(&mut self, now: Moment, id: SubscriptionId, length: Duration) {
        if length.is_zero() {
            return self.end(now, id, Over::Timeout);
        }
        if let Some(subscription) = self.subscriptions.get_mut(&id) {
            subscription.expires_at = now + length;
            subscription.owe(Owed::Answer);
        }
        self.ends.set(id, now + length);
        self.plan_turn(now, id);
    }

    fn accept(&self, now: Moment, id: SubscriptionId, asked: &Asked<'_>) -> Response {
        let mut response = asked.request.reply(StatusCode::OK);
        let Some(subscription) = self.subscriptions.get(&id) else { return response };
        response.to.set_tag(subscription.dialog.id.local_tag.clone());
        let length = match subscription.owed {
            Owed::End(_) => Duration::ZERO,
            Owed::Nothing | Owed::Change | Owed::Answer => subscription.expires_at.since(now),
        };
        response
            .with_header(Name::Expires, length.as_secs().to_string())
            .with_header(Name::Contact, asked.contact.clone())
    }

    fn refuse(&self, request: &Request, refusal: Refusal) -> Response {
        let reply = |status: StatusCode, why: &'static str| request.reply(status).with_reason(why);
        match refusal {
            Refusal::BadEvent => {
                request.reply(StatusCode::BAD_EVENT).with_header(Name::AllowEvents, ALLOW_EVENTS)
            }
            Refusal::NotAcceptable(package) => request
                .reply(StatusCode::NOT_ACCEPTABLE)
                .with_header(Name::Accept, package.media_type()),
            Refusal::BadContact => reply(StatusCode::BAD_REQUEST, "Bad Contact or Record-Route"),
            Refusal::TooLong => reply(StatusCode::FORBIDDEN, "Addresses too long"),
            Refusal::Nobody => request.reply(StatusCode::NOT_FOUND),
            Refusal::NotTheirs => reply(StatusCode::FORBIDDEN, "Messages of somebody else"),
            Refusal::TooBrief => request
                .reply(StatusCode::INTERVAL_TOO_BRIEF)
                .with_header(Name::MinExpires, self.config.expires_min.as_secs().to_string()),
            Refusal::AccountFull => reply(StatusCode::FORBIDDEN, "Too many subscriptions"),
            Refusal::NoRoom => request
                .reply(StatusCode::SERVICE_UNAVAILABLE)
                .with_header(Name::RetryAfter, COME_BACK_AFTER.as_secs().to_string()),
            Refusal::Unknown => request.reply(StatusCode::CALL_DOES_NOT_EXIST),
            Refusal::Late(late) => request
                .reply(StatusCode::SERVER_INTERNAL_ERROR)
                .with_reason(format!("Late: {late}")),
        }
    }
}

/// Who is watched, as the phone calls them: without what only says how to get there.
fn entity(uri: &Uri) -> Text {
    Text::from(&uri.without_headers().with_params(sip_msg::Params::default()))
}

/// RFC 6665 §4.1.2.1, RFC 3261 §8.1.1.8: one address that a NOTIFY can go to, and readable proxies on
/// the way there.
fn has_one_contact(request: &Request) -> bool {
    let is_sip = |contact: &sip_msg::NameAddr| match contact.uri().scheme() {
        Scheme::Sip | Scheme::Sips => true,
        Scheme::Tel | Scheme::Other(_) => false,
    };
    let is_good = match request.headers.contacts() {
        Ok(Contacts::List(list)) => matches!(&list[..], [contact] if is_sip(contact)),
        Ok(Contacts::Star) | Err(_) => false,
    };
    is_good && request.headers.record_routes().is_ok()
}

fn letters(dialog: &Dialog, entity: &Text, event: &EventName) -> usize {
    let addresses = [&dialog.local, &dialog.remote].into_iter().chain(&dialog.route_set);
    let addresses: usize = addresses.map(|address| Text::from(address).len()).sum();
    let id = event.id.as_ref().map_or(0, Text::len);
    let target = Text::from(&dialog.remote_target).len();
    addresses + target + dialog.id.call_id.len() + entity.len() + id
}
