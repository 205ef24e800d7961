//! What the centre looks like right now, as values that the API serves and the table shows.
//!
//! The engine makes a snapshot, the shell publishes it, and any number of readers look at it
//! without holding the engine up. The field names are the JSON of `telefonist status --json`.

mod agent_past;
mod explained;

pub use agent_past::{AgentHappened, AgentPast};
pub use explained::{
    AgentExplained, CallExplained, CallPast, DecisionExplained, Explained, HeadExplained,
    ObstacleExplained, RivalExplained, RuleExplained, Rung, StandingExplained,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;

/// The whole centre at one instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// When it was taken.
    pub at: Timestamp,
    /// The run of the server, as in the ledger and in the events.
    #[serde(default)]
    pub run: i64,
    /// The last event that it shows what came of; what happens next has the number after it.
    #[serde(default)]
    pub seq: u64,
    /// What somebody must see to; nothing of it keeps calls from being taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alarms: Vec<Alarm>,
    /// The name of the site.
    pub site: String,
    /// The queues in the order of the dialplan.
    pub queues: Vec<QueueNow>,
    /// The agents in the order of the dialplan.
    pub agents: Vec<AgentNow>,
    /// The trunks in the order of the dialplan.
    pub trunks: Vec<TrunkNow>,
    /// The voicemails in the order of the dialplan.
    #[serde(default)]
    pub voicemails: Vec<VoicemailNow>,
    /// The calls that are on, the oldest first; at most [`Snapshot::CALLS_MAX`].
    pub calls: Vec<CallNow>,
    /// Calls of an earlier run of the server of which not everybody has answered yet; they are not in the list.
    #[serde(skip)]
    pub reached: usize,
    /// Counters of the centre's day.
    pub totals: Totals,
}

/// Something that somebody must see to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// What it is about, in one word: `ledger`, `load`.
    pub about: String,
    /// Since when.
    pub since: Timestamp,
    /// What is wrong and what comes of it, for people.
    pub what: String,
}

impl Snapshot {
    /// No more calls than this are listed one by one; the counts are always whole.
    pub const CALLS_MAX: usize = 500;

    /// A centre about which nothing is known yet.
    #[must_use]
    pub fn empty(site: &str, at: Timestamp) -> Self {
        Self {
            at,
            run: 0,
            seq: 0,
            alarms: Vec::new(),
            site: site.to_owned(),
            queues: Vec::new(),
            agents: Vec::new(),
            trunks: Vec::new(),
            voicemails: Vec::new(),
            calls: Vec::new(),
            reached: 0,
            totals: Totals::default(),
        }
    }

    /// Whether anybody is on the line, or is being reached again: what waits with nobody there is nobody.
    #[must_use]
    pub fn is_anybody_on(&self) -> bool {
        let waits_alone = |call: &CallNow| {
            call.state == "waiting" && (call.message.is_some() || call.callback.is_some())
        };
        self.reached > 0 || !self.calls.iter().all(waits_alone)
    }

    /// How many calls are on, those that are not listed included.
    #[must_use]
    pub fn calls_on(&self) -> u64 {
        let talking = self.queues.iter().map(|queue| u64::from(queue.talking)).sum::<u64>();
        self.totals.on.saturating_add(talking)
    }
}

/// A queue right now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueNow {
    /// Its name in the dialplan.
    pub id: Arc<str>,
    /// Its name for people.
    pub name: Arc<str>,
    /// Callers waiting, those being rung at an agent included.
    pub waiting: u32,
    /// How long the first of them has waited, in whole seconds; 0 when nobody waits.
    pub longest_wait_s: u64,
    /// Messages that wait there for an agent, those being rung for included.
    #[serde(default)]
    pub messages: u32,
    /// Callbacks that wait there, those being rung for and those that are tried again later included.
    #[serde(default)]
    pub callbacks: u32,
    /// Callers of this queue who are talking with an agent.
    pub talking: u32,
    /// Agents of this queue who can be rung now: those who are ready, and those who talk and have room for another call.
    pub agents_ready: u32,
    /// Agents of this queue who are logged in.
    pub agents_logged_in: u32,
    /// `open` or `closed`, by its hours or by hand.
    #[serde(default = "open")]
    pub state: Cow<'static, str>,
    /// Who keeps it so, whatever its hours say; none where its hours count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_hand: Option<ByHandNow>,
    /// How long one who comes now, of no special need, is expected to wait; none before it was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_wait: Option<ExpectedWait>,
    /// Those who came to it on the centre's day.
    #[serde(default)]
    pub today: QueueToday,
}

/// What the queues of an older server are taken to be.
const fn open() -> Cow<'static, str> {
    Cow::Borrowed("open")
}

/// What the agents of an older server may have at once.
const fn one() -> u8 {
    1
}

/// Somebody keeps a queue open or closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByHandNow {
    /// Who: `socket`, or `token:` and its name.
    pub by: String,
    /// Since when.
    pub since: Timestamp,
}

/// An agent right now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentNow {
    /// The account.
    pub id: Arc<str>,
    /// The name for people.
    pub name: Arc<str>,
    /// `logged_out`, `unreachable`, `paused`, `missed_ring`, `declined_ring`, `busy_phone`,
    /// `failed_phone`, `settling`, `occupied`, `ready`, `ringing`, `talking` or `wrap_up`.
    pub state: Cow<'static, str>,
    /// Since when the agent has been in this state.
    pub since: Timestamp,
    /// Until when, for states that end by themselves (`wrap_up` and `settling`).
    pub until: Option<Timestamp>,
    /// The calls of queues that the agent talks in, the oldest first, and the one that rings.
    pub calls: Vec<u64>,
    /// How many such conversations the agent may have at once.
    #[serde(default = "one")]
    pub capacity: u8,
    /// The pause: the one that is on, or will be after the call.
    pub pause: Option<Arc<str>>,
    /// Whether the pause has been on for longer than it may be.
    pub paused_too_long: bool,
    /// Whether the agent is logged out when what they are doing is over: that was asked for in the midst of it.
    #[serde(default)]
    pub logs_out: bool,
    /// Queues of theirs that the agent does not serve for now.
    pub away_from: Vec<Arc<str>>,
    /// The phones that are there, by number.
    #[serde(default)]
    pub phones: Vec<PhoneNow>,
    /// What the agent did on the centre's day.
    #[serde(default)]
    pub today: AgentToday,
}

/// A phone of an agent right now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneNow {
    /// Its number among the phones of the agent.
    pub phone: u8,
    /// What it calls itself.
    pub user_agent: Option<String>,
    /// Where its registration came from.
    pub address: String,
    /// Whether the agent has chosen it, so that it rings before all others.
    pub chosen: bool,
}

/// A trunk right now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrunkNow {
    /// Its name in the dialplan.
    pub id: Arc<str>,
    /// `locating`, `registering`, `registered`, `up`, `down`, `refused` or `stopped`.
    pub state: Cow<'static, str>,
    /// The status with which the carrier refuses us, while it does.
    pub refused_with: Option<u16>,
    /// Calls that are on over it, both ways.
    pub calls: u32,
    /// How many there may be; none is as many as there is room for.
    pub calls_max: Option<u32>,
}

/// A voicemail right now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoicemailNow {
    /// Its name in the dialplan.
    pub id: Arc<str>,
    /// Messages that nobody has dealt with yet.
    pub messages: u32,
    /// Callers who are leaving one.
    pub recording: u32,
}

impl TrunkNow {
    /// Whether calls can go out over it.
    #[must_use]
    pub fn takes_calls(&self) -> bool {
        matches!(&*self.state, "registered" | "up")
    }
}

/// A call right now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallNow {
    /// The call's number in the ledger.
    pub id: u64,
    /// The message that it is, if nobody is on the line: one that waits for an agent, or is heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// How it is with it, if it is a callback: nobody is on the line until the customer is reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback: Option<CallbackNow>,
    /// The number of the caller, masked.
    pub caller: String,
    /// Who a directory says the caller is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Arc<str>>,
    /// The number dialled.
    pub number: Arc<str>,
    /// `answering`, `menu`, `waiting`, `ringing` or `talking`.
    pub state: Cow<'static, str>,
    /// Since when in this state.
    pub since: Timestamp,
    /// The queue, once the caller has entered one.
    pub queue: Option<Arc<str>>,
    /// The place in that queue while waiting: 1 is the first.
    pub place: Option<u32>,
    /// Seconds waited in the queue so far, while waiting or ringing.
    pub waiting_s: Option<u64>,
    /// How much longer, while waiting; none before it was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_wait: Option<ExpectedWait>,
    /// The agents who are rung, or the one who talks.
    pub agents: Vec<Arc<str>>,
}

/// A callback right now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallbackNow {
    /// How often the customer has been called.
    pub attempts: u32,
    /// Until when it is tried.
    pub until: Timestamp,
    /// When it stands in line again; none while it does, or an agent is on the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<Timestamp>,
}

/// How long a caller is expected to wait. What callers are told is this, rounded up to what one says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", untagged)]
pub enum ExpectedWait {
    /// Not longer than this, as often as the queue's `confidence` says.
    AtMost {
        /// In whole seconds.
        at_most_s: u64,
    },
    /// It would be a guess.
    Unknown {
        /// `nobody_on_duty`, `too_few_talks`, `too_wide` or `too_long`.
        unknown: Cow<'static, str>,
    },
}

/// What became of the calls that came on the centre's day, restarts or not.
///
/// `offered = answered + put through + abandoned + closed + finished + refused + withdrawn + voicemail +
/// callback + failed + on` at any instant, but for calls that are on since the day before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Calls that came.
    pub offered: u64,
    /// Calls that were connected with an agent, those still talking included.
    pub answered: u64,
    /// Calls whose caller left before an agent was connected.
    pub abandoned: u64,
    /// Calls that heard that the centre is closed.
    pub closed: u64,
    /// Calls that the dialplan ended: by `hangup`, at a full queue, or going round in circles.
    pub finished: u64,
    /// Calls that we did not take.
    pub refused: u64,
    /// Calls that the dialplan put through to a number outside which answered; counted when they are over.
    #[serde(default)]
    pub put_through: u64,
    /// Calls that somebody had ended by a command.
    #[serde(default)]
    pub withdrawn: u64,
    /// Calls whose caller left a message.
    #[serde(default)]
    pub voicemail: u64,
    /// Calls whose caller was promised a callback.
    #[serde(default)]
    pub callback: u64,
    /// Calls whose line failed, and those that were interrupted by the end of the engine, as long
    /// as they had not been connected.
    pub failed: u64,
    /// Calls that are on and not yet connected with an agent.
    pub on: u64,
}

/// Those who came to a queue on the centre's day, each counted once: `offered` is the sum of all others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueToday {
    /// How often somebody came to it.
    pub offered: u64,
    /// An agent took the call.
    pub answered: u64,
    /// Hung up.
    pub abandoned: u64,
    /// Hung up in less than five seconds.
    pub short_abandoned: u64,
    /// Were sent on by a condition `waited`.
    pub timed_out: u64,
    /// Were sent on by another condition, or found the queue full.
    pub overflowed: u64,
    /// Left by a key, and were promised a callback.
    pub callback: u64,
    /// Left by a key for something else.
    pub key: u64,
    /// Found the queue closed, or waited there when it closed.
    pub closed: u64,
    /// Were moved to another queue by a command.
    pub moved: u64,
    /// Were sent away by a command.
    pub withdrawn: u64,
    /// Were there when the server stopped.
    pub interrupted: u64,
    /// Came today, and wait still.
    pub waiting: u64,
}

/// What an agent did on the centre's day; times in whole seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentToday {
    /// Rings that ended in a conversation, or in a message that was heard.
    pub handled: u64,
    /// Logged in: in all states together, those included that are not told below.
    pub staffed_s: u64,
    /// Ready.
    pub ready_s: u64,
    /// While the phone rang.
    pub ringing_s: u64,
    /// In conversation, holds included.
    pub talking_s: u64,
    /// In after-call work.
    pub wrap_up_s: u64,
    /// In pauses.
    pub paused_s: u64,
}

impl AgentToday {
    /// So many seconds more in a state, by its word.
    pub fn spend(&mut self, state: &str, seconds: u64) {
        self.staffed_s += seconds;
        let of = match state {
            "ready" => &mut self.ready_s,
            "ringing" => &mut self.ringing_s,
            "talking" => &mut self.talking_s,
            "wrap_up" => &mut self.wrap_up_s,
            "paused" => &mut self.paused_s,
            _ => return,
        };
        *of += seconds;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_with_nobody_on_the_line_is_nobody() {
        let of = |state: &str, message: Option<&str>| {
            let mut snapshot = Snapshot::empty("Kundtjänst", Timestamp::UNIX_EPOCH);
            let call = serde_json::json!({
                "id": 1, "message": message, "caller": "…67", "name": null, "number": "9000",
                "state": state, "since": Timestamp::UNIX_EPOCH, "queue": "support", "place": 1,
                "waiting_s": 1, "agents": [],
            });
            snapshot.calls = vec![serde_json::from_value(call).unwrap()];
            snapshot
        };
        assert!(!of("waiting", Some("0123456789abcdef")).is_anybody_on());
        assert!(of("talking", Some("0123456789abcdef")).is_anybody_on(), "an agent hears it");
        assert!(of("waiting", None).is_anybody_on());
        let mut empty = Snapshot::empty("Kundtjänst", Timestamp::UNIX_EPOCH);
        assert!(!empty.is_anybody_on());
        empty.reached = 1;
        assert!(empty.is_anybody_on(), "who was on the line is being reached");
    }

    #[test]
    fn calls_that_are_not_listed_are_on_too() {
        let queue = QueueNow {
            id: "support".into(),
            name: "Support".into(),
            waiting: 590,
            messages: 0,
            callbacks: 0,
            longest_wait_s: 60,
            talking: 40,
            agents_ready: 0,
            agents_logged_in: 40,
            state: open(),
            by_hand: None,
            expected_wait: None,
            today: QueueToday::default(),
        };
        let mut snapshot = Snapshot::empty("Kundtjänst", Timestamp::UNIX_EPOCH);
        snapshot.queues = vec![queue];
        snapshot.totals.on = 600;
        assert_eq!(snapshot.calls_on(), 640);
    }
}
