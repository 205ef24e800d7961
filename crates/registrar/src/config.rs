//! What a registrar is set to.

use clock::Duration;
use sip_auth::{NONCE_LIFE, Offers, WithoutQop};
use sip_msg::Text;
use std::fmt;

/// The shortest binding, unless configured otherwise. Shorter ones cost more than they tell.
pub const EXPIRES_MIN: Duration = Duration::from_secs(60);
/// The longest binding, and the one given to who does not ask, unless configured otherwise.
pub const EXPIRES_MAX: Duration = Duration::from_secs(3_600);
/// Bindings of this length and longer are made shorter by up to a tenth, each by another share, so that
/// phones that came all at once, after a power failure, do not come back all at once.
pub const SPREAD_FROM: Duration = Duration::from_secs(600);
/// Phones of one account, unless configured otherwise.
pub const BINDINGS_PER_ACCOUNT_MAX: usize = 5;

/// What a registrar is set to.
#[derive(Clone)]
pub struct Config {
    /// The realm of challenges: the name that phones know this system by.
    pub realm: Text,
    /// Proves nonces to be ours: random, and new at every start.
    pub key: [u8; 32],
    /// Hashes to offer, and to whom.
    pub offers: Offers,
    /// What becomes of answers of the old form without `qop`.
    pub without_qop: WithoutQop,
    /// How long a nonce is good for.
    pub nonce_life: Duration,
    /// A binding that would be shorter is answered 423 (RFC 3261 §21.4.17).
    pub expires_min: Duration,
    /// A binding that would be longer is made this long.
    pub expires_max: Duration,
    /// How long a binding is if the phone does not say.
    pub expires_default: Duration,
    /// Bindings of one account. One more takes the place of the one that was refreshed longest ago:
    /// phones that restart leave bindings behind, and the agent in front of one must get through.
    pub bindings_per_account_max: usize,
}

impl Config {
    /// The usual settings.
    #[must_use]
    pub fn new(realm: impl Into<Text>, key: [u8; 32]) -> Self {
        Self {
            realm: realm.into(),
            key,
            offers: Offers::default(),
            without_qop: WithoutQop::Refused,
            nonce_life: NONCE_LIFE,
            expires_min: EXPIRES_MIN,
            expires_max: EXPIRES_MAX,
            expires_default: EXPIRES_MAX,
            bindings_per_account_max: BINDINGS_PER_ACCOUNT_MAX,
        }
    }
}

/// Without the key.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("realm", &self.realm)
            .field("offers", &self.offers)
            .field("expires_min", &self.expires_min)
            .field("expires_max", &self.expires_max)
            .field("bindings_per_account_max", &self.bindings_per_account_max)
            .finish_non_exhaustive()
    }
}
