//! What the shell tells the engine once, at its start.

use crate::media_address::MediaAddress;
use crate::overload::LoadLimits;
use ids::CallId;
use media_protocol::Port;
use sip_auth::Offers;
use sip_txn::Local;
use sip_ua::SessionTimers;
use std::time::Duration;

/// The codecs that are spoken unless others are named, the dearest first: Swedish and most other carriers send A-law.
pub const CODECS: [sdp::Codec; 2] = [sdp::Codec::Pcma, sdp::Codec::Pcmu];

/// The settings of an engine. Every limit has a name here.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where phones and trunks reach us: goes into Via and Contact.
    pub sip: Local,
    /// Where the media ports are reached: one address for each at which SIP is spoken. That of a leg
    /// goes into its session description. One that is not listed is bound as it is told.
    pub media: Vec<MediaAddress>,
    /// The media ports that workers have bound at all these addresses. Two are lent to each call.
    pub ports: Vec<Port>,
    /// The codecs that are spoken, in the order in which they are offered; see [`CODECS`] for those that cost least. An offer is
    /// answered in its own order.
    pub codecs: Vec<sdp::Codec>,
    /// The digest realm of the accounts.
    pub realm: String,
    /// The digest algorithms that phones are offered (RFC 8760 §2.4).
    pub digest: Offers,
    /// Session timers (RFC 4028); none: legs are not refreshed.
    pub session: Option<SessionTimers>,
    /// Where to go on counting calls, so that a call's number is never used twice.
    pub first_call: CallId,
    /// No more calls than this at once; a further caller gets 503 with Retry-After.
    pub calls_max: usize,
    /// No more SIP transactions than this at once.
    pub transactions_max: usize,
    /// No more of these than this from one address; none: an eighth of them.
    pub transactions_per_source_max: Option<usize>,
    /// How long a caller is kept ringing while the call's row is on its way to the disk. After it
    /// the call is answered all the same: a slow disk must not cost a call.
    pub ledger_wait_max: Duration,
    /// No more calls than this from one address that have not acknowledged our answer yet: who
    /// calls and never answers shall not keep others out.
    pub unacknowledged_per_source_max: usize,
    /// No more calls at once than this from one address that is neither a trunk's nor that of an
    /// agent's phone which has proved it.
    pub calls_per_source_max: usize,
    /// No more messages than this are heard in a second of one address that belong to no call and no transaction, and twice as
    /// many at once, unless a trunk is there; 0: as many as there come.
    pub requests_per_source_per_second_max: u32,
    /// How much load is borne before new calls are refused.
    pub load: LoadLimits,
    /// No more calls than this that are refused for want of room get a row of their own in a
    /// second; the others are only counted, so that a flood does not fill the disk.
    pub refusal_rows_per_second_max: u32,
    /// How long an agent's phone may take to give any sign that it is there (RFC 3261 §17.2.1: an
    /// INVITE is answered with a 1xx within 200 ms). A phone without one is unreachable, not missed.
    pub sign_max: Duration,
    /// How long an agent's phone may stay silent after it answered before the two count as
    /// connected anyway.
    pub unheard_max: Duration,
    /// How long a phone rings that another phone calls directly.
    pub direct_ring_max: Duration,
    /// The shortest registration that is granted.
    pub expires_min: Duration,
    /// The longest registration that is granted.
    pub expires_max: Duration,
    /// No more phones of one account than this: one more takes the place of the one that registered longest ago.
    pub phones_per_account_max: usize,
    /// No more subscriptions (RFC 6665) than this of one account: its phones' keys with a lamp.
    pub subscriptions_per_account_max: usize,
    /// No more subscriptions than this in all; one more gets 503 with Retry-After.
    pub subscriptions_max: usize,
    /// Unpredictable bytes: tags, Call-IDs, nonces and the first SSRCs come from them. The same
    /// seed and the same inputs give the same outputs.
    pub seed: [u8; 32],
}
