//! NOTIFY: whose turn it is, what it says, and what its answer means (RFC 6665 §4.2.2).

use crate::config::{CHANGES_APART, PAUSE, PAUSE_MAX};
use crate::document::document;
use crate::notifier::{Notifier, Notify};
use crate::seen::Seen;
use crate::subscription::{Over, Owed, Subscription};
use clock::{Duration, Moment};
use ids::SubscriptionId;
use sip_msg::{Method, Name, Request, Response, StatusCode, Text};

impl Notifier {
    /// The final answer to a NOTIFY.
    pub fn answered(&mut self, now: Moment, id: SubscriptionId, response: &Response) {
        self.unanswered.remove(&id);
        match verdict(response) {
            Verdict::Heard => {}
            Verdict::Gone => self.remove(id),
            Verdict::Later(pause) => {
                if let Some(subscription) = self.subscriptions.get_mut(&id) {
                    subscription.owe(Owed::Change);
                    subscription.change_at = now + pause;
                }
            }
        }
        self.plan_turn(now, id);
        self.assert_invariants();
    }

    /// A NOTIFY has got no answer: whoever asked for it is not there any more.
    pub fn failed(&mut self, id: SubscriptionId) {
        self.unanswered.remove(&id);
        self.remove(id);
        self.assert_invariants();
    }

    /// Ends a subscription with a last NOTIFY.
    pub(crate) fn end(&mut self, now: Moment, id: SubscriptionId, over: Over) {
        self.ends.clear(&id);
        if let Some(subscription) = self.subscriptions.get_mut(&id) {
            subscription.owe(Owed::End(over));
            self.plan_turn(now, id);
        }
    }

    /// Sets the time of the next NOTIFY. Each waits for the answer to the one before, so that a phone
    /// hears of them in their order.
    pub(crate) fn plan_turn(&mut self, now: Moment, id: SubscriptionId) {
        let Some(subscription) = self.subscriptions.get(&id) else { return };
        if self.unanswered.contains(&id) {
            return;
        }
        match subscription.owed {
            Owed::Nothing => {}
            Owed::Change => self.turns.set(id, subscription.change_at.max(now)),
            Owed::Answer | Owed::End(_) => self.turns.set(id, now),
        }
    }

    /// Writes the NOTIFY that a subscriber is owed.
    pub(crate) fn write(&mut self, now: Moment, id: SubscriptionId) {
        let Some(subscription) = self.subscriptions.get_mut(&id) else { return };
        let owed = std::mem::replace(&mut subscription.owed, Owed::Nothing);
        let nobody = Seen::NOBODY;
        let seen = self.seen.get(&subscription.whom).unwrap_or(&nobody);
        let request = Box::new(notify(now, subscription, owed, seen));
        subscription.version = subscription.version.saturating_add(1);
        subscription.change_at = now + CHANGES_APART;
        let hop = subscription.hop;
        self.unanswered.insert(id);
        self.outputs.push_back(Notify { subscription: id, hop, request });
        match owed {
            Owed::End(_) => self.remove(id),
            Owed::Nothing | Owed::Change | Owed::Answer => {}
        }
    }
}

fn notify(now: Moment, subscription: &mut Subscription, owed: Owed, seen: &Seen) -> Request {
    let state = match owed {
        Owed::End(over) => over.state(),
        Owed::Nothing | Owed::Change | Owed::Answer => {
            format!("active;expires={}", subscription.expires_at.since(now).as_secs())
        }
    };
    let package = subscription.event.package;
    let document = document(package, &subscription.entity, seen, subscription.version);
    subscription
        .dialog
        .request(Method::Notify)
        .with_header(Name::Event, subscription.event.value())
        .with_header(Name::SubscriptionState, state)
        .with_header(Name::Contact, subscription.contact.clone())
        .with_body(package.media_type(), document)
}

/// What the answer to a NOTIFY means for its subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Heard,
    /// The subscriber knows nothing of it any more, or wants nothing to do with it.
    Gone,
    /// It cannot hear us now.
    Later(Duration),
}

fn verdict(response: &Response) -> Verdict {
    let status = response.status;
    if status.is_success() {
        return Verdict::Heard;
    }
    let asked = response.headers.get(Name::RetryAfter).and_then(seconds);
    match (status, asked) {
        // §4.1.3: a subscriber that knows no such subscription says so.
        (StatusCode::CALL_DOES_NOT_EXIST | StatusCode::REQUEST_TIMEOUT, _) => Verdict::Gone,
        (_, Some(pause)) => Verdict::Later(pause.clamp(CHANGES_APART, PAUSE_MAX)),
        // A fault of the moment; the others are for good.
        (
            StatusCode::REQUEST_PENDING
            | StatusCode::SERVER_INTERNAL_ERROR
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::SERVER_TIMEOUT,
            None,
        ) => Verdict::Later(PAUSE),
        (_, None) => Verdict::Gone,
    }
}

/// The whole seconds at the beginning of a Retry-After.
fn seconds(value: &Text) -> Option<Duration> {
    let digits = value.as_bytes().trim_ascii_start();
    let end = digits.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
    let digits = std::str::from_utf8(digits.get(..end)?).ok()?;
    Some(Duration::from_secs(u64::from(digits.parse::<u32>().ok()?)))
}
