//! Where in its file everything of a plan stands.

use super::{HoursId, StepId};
use ids::QueueId;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// A line of a dialplan. It prints as `dialplan.toml:12`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// The file, as it was named to the parser.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: usize,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Something that stands somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin<'a> {
    /// A number that callers dial.
    Number(&'a str),
    /// Opening hours.
    Hours(HoursId),
    /// A step.
    Step(StepId),
    /// A queue.
    Queue(QueueId),
    /// A condition of a queue, by its place in [`conditions`](super::Queue::conditions).
    Condition(QueueId, usize),
    /// An offer of a queue, by its place in [`offers`](super::Queue::offers).
    Offer(QueueId, usize),
}

/// Where everything of a plan stands. It is no part of what the plan means: any two are equal.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    pub(crate) numbers: BTreeMap<Arc<str>, Line>,
    pub(crate) hours: Vec<Line>,
    /// Those that are built in have none.
    pub(crate) steps: Vec<Line>,
    pub(crate) queues: Vec<QueueOrigin>,
}

/// Where a queue stands, and what belongs to it.
#[derive(Clone, Debug)]
pub(crate) struct QueueOrigin {
    pub(crate) line: Line,
    pub(crate) conditions: Vec<Line>,
    pub(crate) offers: Vec<Line>,
}

impl Origins {
    /// The line of something; none of what is built in.
    #[must_use]
    pub fn of(&self, what: Origin<'_>) -> Option<&Line> {
        let queue = |id: QueueId| self.queues.get(id.index());
        match what {
            Origin::Number(number) => self.numbers.get(number),
            Origin::Hours(hours) => self.hours.get(hours.index()),
            Origin::Step(step) => self.steps.get(step.index()),
            Origin::Queue(id) => queue(id).map(|queue| &queue.line),
            Origin::Condition(id, at) => queue(id).and_then(|queue| queue.conditions.get(at)),
            Origin::Offer(id, at) => queue(id).and_then(|queue| queue.offers.get(at)),
        }
    }
}

impl PartialEq for Origins {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Origins {}
