//! An agent of the plan.

use super::{PhoneSecret, ShiftId};
use ids::{QueueId, SkillId};
use std::sync::Arc;
use std::time::Duration;

/// A person who takes calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// The account that the agent's phone registers with.
    pub account: Arc<str>,
    /// What people call the agent.
    pub name: Arc<str>,
    /// What the phone proves itself with.
    pub secret: PhoneSecret,
    /// The queues whose calls the agent takes; at least one.
    pub queues: Vec<QueueId>,
    /// The queues whose conversations the agent may listen to, in their order.
    pub supervises: Vec<QueueId>,
    /// The agent's skills with their levels.
    pub skills: Vec<(SkillId, u8)>,
    /// How long the agent works after a call, if not as long as the queue says.
    pub wrap_up: Option<Duration>,
    /// When the agent is asked for the calls of a queue, where that is not first: the tier.
    pub tiers: Vec<(QueueId, u8)>,
    /// The most conversations of queues that the agent has at once; 1 to 8.
    pub capacity: u8,
    /// The agent's share where a queue leaves it to chance.
    pub weight: u32,
    /// After how many rings in a row that came to nothing the agent is taken to be away.
    pub rings_max: RingsMax,
    /// The shift that logs the agent in and out.
    pub shift: Option<ShiftId>,
    /// After how long such an agent is there again without doing anything.
    pub returns: Returns,
    /// What logs the agent in.
    pub log_in: LogIn,
    /// Which of the agent's phones ring.
    pub rings: Rings,
    /// Whether the sound to and from the agent's phone is encrypted.
    pub srtp: Srtp,
    /// Whether the agent may call numbers outside.
    pub dial_out: DialOut,
    /// What becomes of a colleague's call that the agent's phone sends on elsewhere.
    pub redirect: Redirect,
}

/// After how many rings in a row of each kind an agent is taken to be away; 0 for any number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RingsMax {
    /// Nobody answered. At least 1.
    pub missed: u32,
    /// Declined, or answered and dropped.
    pub declined: u32,
    /// The phone was busy.
    pub busy: u32,
    /// The phone could not be rung.
    pub unreachable: u32,
}

/// After how long an agent who was taken to be away is taken to be there again, by what the rings came
/// to; none: not before the agent says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Returns {
    /// Nobody answered.
    pub missed: Option<Duration>,
    /// Declined, or answered and dropped.
    pub declined: Option<Duration>,
    /// The phone was busy.
    pub busy: Option<Duration>,
    /// The phone could not be rung.
    pub unreachable: Option<Duration>,
}

/// Whether a redirection by an agent's phone (3xx, RFC 3261 §8.1.3.4) is followed. The calls of queues
/// never are: a caller who waits for an agent is not to land in a mailbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Redirect {
    /// The phone is taken as not reachable.
    #[default]
    Refused,
    /// The colleague is put through, as far as the agent could call there.
    Followed,
}

/// Which of an agent's phones ring. Of those that ring one after the other the next does when none before
/// it can be rung.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rings {
    /// All at once.
    #[default]
    All,
    /// One after the other, the one that came last first.
    Latest,
    /// One after the other by their preference (`q`, RFC 3261 §20.10), of several the one that came last.
    First,
}

/// Whether sound is encrypted (SRTP, RFC 3711). Its keys stand in the signalling (RFC 4568), so it can
/// only be where that is encrypted itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Srtp {
    /// Never.
    Off,
    /// Where the signalling is encrypted and the phone can (RFC 8643).
    #[default]
    Optional,
    /// Always: a phone that cannot is not rung, and its calls are refused.
    Required,
}

/// Whether an agent may call numbers outside, as far as the trunks allow them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DialOut {
    /// Only numbers and phones of the centre.
    #[default]
    Forbidden,
    /// Whatever a trunk's allow-list has.
    Allowed,
}

/// What logs an agent in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogIn {
    /// The first registration of the phone. A log-out by code lasts until a log-in by code.
    #[default]
    Registration,
    /// Only the short code.
    Code,
}
