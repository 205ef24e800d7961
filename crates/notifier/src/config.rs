//! What a notifier is set to. Every limit has a name here.

use clock::Duration;

/// The shortest subscription, unless configured otherwise. Shorter ones cost more than they tell.
pub const EXPIRES_MIN: Duration = Duration::from_secs(60);
/// The longest subscription, and the one given to who does not ask (RFC 4235 §3.4, RFC 3856 §6.4).
pub const EXPIRES_MAX: Duration = Duration::from_secs(3_600);
/// Subscriptions of one account, unless configured otherwise: two phones full of keys, and what their
/// last restart has left behind.
pub const PER_ACCOUNT_MAX: usize = 256;
/// Subscriptions in all, unless configured otherwise.
pub const SUBSCRIPTIONS_MAX: usize = 20_000;
/// How many NOTIFYs may be on their way at once, unless configured otherwise. The others wait, so that
/// lamps never take the room of calls.
pub const AT_ONCE_MAX: usize = 1_000;
/// The shortest time between two NOTIFYs of one subscription that only tell of a change. What was seen
/// in between is passed over: the newest counts.
pub const CHANGES_APART: Duration = Duration::from_secs(1);
/// Letters of a subscription's addresses: Call-ID, From, To, Contact, Record-Route, the one who is
/// watched and the id of its Event.
pub const ADDRESSES_BYTES_MAX: usize = 4_096;

/// How many NOTIFYs are written in one step, so that a call that comes meanwhile need not wait for
/// all of them.
pub(crate) const STEP_MAX: usize = 32;
/// After what time phones shall come back that are sent away, at least; at most twice as long.
pub(crate) const COME_BACK_AFTER: Duration = Duration::from_secs(30);
/// The longest pause before a NOTIFY that a phone could not take is sent again, whatever it asks for.
pub(crate) const PAUSE_MAX: Duration = Duration::from_secs(300);
/// That pause where the phone does not say.
pub(crate) const PAUSE: Duration = Duration::from_secs(10);

/// What a notifier is set to.
#[derive(Clone, Debug)]
pub struct Config {
    /// A subscription that would be shorter is answered 423.
    pub expires_min: Duration,
    /// A subscription that would be longer is made this long.
    pub expires_max: Duration,
    /// Subscriptions of one account; one more is answered 403.
    pub per_account_max: usize,
    /// Subscriptions in all; one more is answered 503.
    pub subscriptions_max: usize,
    /// NOTIFYs that are on their way at once.
    pub at_once_max: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            expires_min: EXPIRES_MIN,
            expires_max: EXPIRES_MAX,
            per_account_max: PER_ACCOUNT_MAX,
            subscriptions_max: SUBSCRIPTIONS_MAX,
            at_once_max: AT_ONCE_MAX,
        }
    }
}
