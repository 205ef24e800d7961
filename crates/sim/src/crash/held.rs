//! What holds at one moment, of all that must outlive the process. Times are what a clock shows that nobody sets, in
//! microseconds; only what goes into history is as it was shown.

use acd::VainRings;
use clock::Moment;
use dialplan::Plan;
use engine::{Books, CallStands, DirectStands, Engine, Place};
use events::CountedBy;
use ids::{AgentId, CallId, QueueId};
use snapshot::{AgentNow, CallNow};
use std::collections::{BTreeMap, BTreeSet};

/// What holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held {
    pub(crate) agents: BTreeMap<String, Agent>,
    /// The queues that somebody keeps open or closed: whether it is open, and since when.
    pub(crate) queues: BTreeMap<String, (String, i64)>,
    pub(crate) callbacks: BTreeMap<CallId, Callback>,
    /// The messages that are there, and where each waits.
    pub(crate) messages: BTreeMap<String, Option<Item>>,
    /// What counts against limits of an hour or a day: when it was done.
    pub(crate) counted: BTreeMap<Right, Vec<i64>>,
    /// By how much the clock was off that people set.
    pub(crate) set: i64,
    pub(crate) callers: BTreeMap<CallId, Owed>,
    /// Those who wait, queue by queue, in the order of their places.
    pub(crate) lines: Vec<Vec<CallId>>,
}

/// What holds of an agent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Agent {
    pub(crate) is_in: bool,
    pub(crate) pause: Option<String>,
    pub(crate) paused_too_long: bool,
    pub(crate) pause_max_at: Option<i64>,
    pub(crate) away_from: Vec<String>,
    pub(crate) works_until: Option<i64>,
    pub(crate) works_for: Option<(CallId, bool)>,
    pub(crate) vain: VainRings,
    pub(crate) returns_at: Option<i64>,
    pub(crate) calls_today: u32,
    /// In how many calls of queues the agent talks.
    pub(crate) talks: usize,
    /// Where the phones registered from.
    pub(crate) phones: BTreeSet<String>,
}

/// What holds of a callback.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Callback {
    pub(crate) step: String,
    pub(crate) number: String,
    pub(crate) queue: String,
    pub(crate) attempts: u32,
    pub(crate) until: i64,
    /// When it is tried again, if it does not stand in line.
    pub(crate) again: Option<i64>,
    /// When the caller first arrived, while it stands in line.
    pub(crate) arrived: Option<i64>,
    /// Its priority, while it does.
    pub(crate) priority: Option<u16>,
}

/// A message that waits in a queue.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Item {
    pub(crate) id: CallId,
    pub(crate) queue: QueueId,
    pub(crate) arrived: Option<i64>,
    /// Its priority, while it stands in line.
    pub(crate) priority: Option<u16>,
}

/// Against whose limit something counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Right {
    Step(String),
    Customer(String),
    Promise(String),
    Request(String),
}

impl Right {
    /// Whether it is written down before it is done.
    pub(crate) const fn is_ahead(&self) -> bool {
        match self {
            Self::Customer(_) => true,
            Self::Step(_) | Self::Promise(_) | Self::Request(_) => false,
        }
    }
}

/// A caller who must come back, and how: in one of these ways. Where it hangs on what came to the disk, perhaps in none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Owed {
    pub(crate) ways: Vec<Way>,
    pub(crate) is_perhaps: bool,
    /// Whether there is nothing more to tell: such a caller is let go as soon as taken up.
    pub(crate) is_leaving: bool,
}

/// How a caller is on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Way {
    /// Before a queue, or behind all of them. Where a step of the plan can not be begun again, the call ends: so it is owed
    /// only where the ledger has how it can be taken up.
    InPlan,
    /// In line, or about to be connected.
    Waits { queue: QueueId, arrived: Option<i64> },
    /// With an agent.
    Talks { queue: QueueId, agent: String },
    /// These two with each other.
    Colleagues(Vec<AgentId>),
}

impl Held {
    /// What there is of it, in words, for whoever wants to know that it was there.
    pub(crate) fn words(&self) -> Vec<&'static str> {
        let of_agents = self.agents.values().flat_map(Agent::words);
        let of_callbacks = self.callbacks.values().flat_map(|callback| {
            let is_tried = callback.attempts > 0;
            [Some("a callback"), is_tried.then_some("a callback that was tried")]
        });
        let waits = self.messages.values().flatten().map(|_| Some("a message that waits"));
        let kept = self.queues.values().map(|_| Some("a queue kept by hand"));
        let counted = self.counted.values().map(|_| Some("what counts against a limit"));
        let all = of_agents.chain(of_callbacks).chain(waits).chain(kept).chain(counted);
        all.flatten().collect()
    }
}

impl Agent {
    fn words(&self) -> [Option<&'static str>; 7] {
        [
            self.pause.is_some().then_some("a pause"),
            (!self.away_from.is_empty()).then_some("a queue that an agent is away from"),
            (!self.phones.is_empty()).then_some("a phone"),
            self.works_until.map(|_| "after-call work"),
            (self.calls_today > 0).then_some("conversations of the day"),
            (self.vain != VainRings::default()).then_some("rings in vain"),
            (!self.is_in).then_some("an agent who is not at work"),
        ]
    }
}

/// Reads what holds. `wall` says what a clock shows that nobody sets at a moment of the engine, and `set` by how much the other one
/// is off.
pub(crate) fn held(
    engine: &Engine,
    (now, set): (Moment, i64),
    plan: &Plan,
    wall: impl Fn(Moment) -> i64,
) -> Held {
    let (books, shown) = (engine.books(), engine.snapshot(now));
    let queues = (0..).map(QueueId).take(plan.queues.len());
    let kept = |queue: &snapshot::QueueNow| {
        let by = queue.by_hand.as_ref()?;
        Some((queue.id.to_string(), (queue.state.to_string(), by.since.as_microsecond())))
    };
    Held {
        agents: shown.agents.iter().map(|agent| of_agent(&books, plan, agent, &wall)).collect(),
        queues: shown.queues.iter().filter_map(kept).collect(),
        callbacks: shown
            .calls
            .iter()
            .filter_map(|call| of_callback(&books, (call, set), &wall))
            .collect(),
        messages: of_messages(&books, &wall),
        counted: of_counted(&books, &wall),
        set,
        callers: of_callers(&books, plan, &wall),
        lines: queues.map(|queue| books.acd.waiting_calls(queue).collect()).collect(),
    }
}

fn of_agent(
    books: &Books<'_>,
    plan: &Plan,
    shown: &AgentNow,
    wall: impl Fn(Moment) -> i64,
) -> (String, Agent) {
    let id = plan.agent_of(&shown.id).expect("who is shown is in the plan");
    let recalled = books.acd.to_recall(id).expect("whoever is in the plan is known");
    let desk = books.desks.iter().find(|desk| desk.agent == id);
    let desk = desk.expect("every agent has a desk");
    let held = Agent {
        is_in: books.acd.is_logged_in(id),
        pause: shown.pause.as_deref().map(str::to_owned),
        paused_too_long: shown.paused_too_long,
        pause_max_at: desk.pause_max_at.map(&wall),
        away_from: shown.away_from.iter().map(ToString::to_string).collect(),
        works_until: recalled.wrap_up_until.map(&wall),
        works_for: desk.works_for.filter(|_| recalled.wrap_up_until.is_some()),
        vain: recalled.vain,
        returns_at: desk.returns_at.map(&wall),
        calls_today: recalled.calls_today,
        talks: books.acd.talks_of(id).count(),
        phones: shown.phones.iter().map(|phone| phone.address.clone()).collect(),
    };
    (shown.id.to_string(), held)
}

fn of_callback(
    books: &Books<'_>,
    (shown, set): (&CallNow, i64),
    wall: impl Fn(Moment) -> i64,
) -> Option<(CallId, Callback)> {
    let now = shown.callback.as_ref()?;
    let id = CallId(shown.id);
    let held = Callback {
        step: shown.number.to_string(),
        number: shown.caller.clone(),
        queue: shown.queue.as_deref()?.to_owned(),
        attempts: now.attempts,
        until: now.until.as_microsecond() - set,
        again: now.again.map(|at| at.as_microsecond() - set),
        arrived: books.acd.arrived(id).map(wall),
        priority: books.acd.priority(id),
    };
    Some((id, held))
}

fn of_messages(books: &Books<'_>, wall: impl Fn(Moment) -> i64) -> BTreeMap<String, Option<Item>> {
    let waits = |message| {
        let item = books.work_items.iter().find(|item| item.message == Some(message))?;
        let arrived = books.acd.arrived(item.id).map(&wall);
        let priority = books.acd.priority(item.id);
        Some(Item { id: item.id, queue: item.queue, arrived, priority })
    };
    books.messages.iter().map(|message| (message.hex(), waits(*message))).collect()
}

fn of_counted(books: &Books<'_>, wall: impl Fn(Moment) -> i64) -> BTreeMap<Right, Vec<i64>> {
    let mut counted = BTreeMap::<Right, Vec<i64>>::new();
    for done in &books.counted {
        let right = match &done.by {
            CountedBy::Step(step) => Right::Step(step.to_string()),
            CountedBy::Customer(number) => Right::Customer(number.reveal().to_owned()),
            CountedBy::Promise(number) => Right::Promise(number.reveal().to_owned()),
            CountedBy::Request(step) => Right::Request(step.to_string()),
        };
        counted.entry(right).or_default().push(wall(done.at));
    }
    counted
}

fn of_callers(
    books: &Books<'_>,
    plan: &Plan,
    wall: impl Fn(Moment) -> i64,
) -> BTreeMap<CallId, Owed> {
    let owed = books.calls.iter().map(|call| {
        let arrived = books.acd.arrived(call.call).map(&wall);
        let ways = vec![Way::of(plan, call, arrived)];
        (call.call, Owed { ways, ..Owed::default() })
    });
    let directs = books.directs.iter().filter(|call| call.talks);
    let directs = directs.map(|call| {
        let ways = vec![Way::of_colleagues(call)];
        (call.call, Owed { ways, ..Owed::default() })
    });
    owed.chain(directs).collect()
}

impl Way {
    /// The same, as who reads it by a clock that has been set by so much since it was written down, and that shows this.
    pub(crate) fn read_by(&self, set: i64, now: i64) -> Self {
        match self {
            Self::Waits { queue, arrived: Some(arrived) } if set != 0 => {
                // Who has come in the future comes when they are back.
                Self::Waits { queue: *queue, arrived: Some(arrived - set).filter(|at| *at <= now) }
            }
            Self::Waits { .. } | Self::InPlan | Self::Talks { .. } | Self::Colleagues(_) => {
                self.clone()
            }
        }
    }

    pub(crate) fn of_colleagues(call: &DirectStands) -> Self {
        Self::Colleagues(call.agents.clone())
    }

    /// How a caller is on who first arrived then, if they are in line.
    pub(crate) fn of(plan: &Plan, call: &CallStands, arrived: Option<i64>) -> Self {
        match (&call.place, call.queue) {
            (Place::Waiting | Place::Ringing(_) | Place::Connecting { .. }, Some(queue)) => {
                Self::Waits { queue, arrived }
            }
            (Place::Talking { agent, .. }, Some(queue)) => {
                Self::Talks { queue, agent: plan.agent(*agent).account.to_string() }
            }
            (
                Place::InPlan
                | Place::Waiting
                | Place::Ringing(_)
                | Place::Connecting { .. }
                | Place::Talking { .. },
                _,
            ) => Self::InPlan,
        }
    }
}
