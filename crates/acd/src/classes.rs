//! Calls of one queue that the same agents may take.
//!
//! A call's class is its queue, its need, and how far that need has been relaxed. The order inside
//! a class never changes with time, so that only the first of each class has to be looked at.

use crate::table::Table;
use crate::{AgentConfig, Config, Need, QueueConfig, Requirement};
use clock::{Duration, Moment};
use ids::QueueId;
use std::collections::BTreeSet;

/// The place of a class among all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ClassId(u32);

impl ClassId {
    /// Of a call that is of none.
    pub(crate) const NONE: Self = Self(u32::MAX);

    /// The class in this place.
    pub(crate) fn at(place: usize) -> Self {
        u32::try_from(place).map_or(Self::NONE, Self)
    }

    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// One class.
#[derive(Clone, Debug)]
pub(crate) struct Class {
    pub(crate) queue: QueueId,
    /// Which of the queue's needs its calls have.
    pub(crate) need: usize,
    pub(crate) who: Requirement,
    /// Agents of later tiers are not asked yet.
    pub(crate) tier_max: u8,
    /// What its calls become, and how long after they came to the queue.
    pub(crate) next: Option<(Duration, ClassId)>,
}

/// All classes that the plan can lead to.
#[derive(Clone, Debug)]
pub(crate) struct Classes {
    all: Vec<Class>,
    /// For each need of a queue, the class that its calls begin in.
    first: Table<Vec<ClassId>>,
    /// All of a queue.
    of_queue: Table<Vec<ClassId>>,
}

impl Classes {
    pub(crate) fn new(config: &Config) -> Self {
        let mut all = Vec::new();
        let mut first = Vec::new();
        let mut of_queue = Vec::new();
        for queue in &config.queues {
            let start = all.len();
            let begin = |(at, need)| add(&mut all, queue, at, need);
            first.push((queue.id.index(), queue.needs.iter().enumerate().map(begin).collect()));
            of_queue.push((queue.id.index(), (start..all.len()).map(ClassId::at).collect()));
        }
        Self { all, first: Table::new(first), of_queue: Table::new(of_queue) }
    }

    pub(crate) fn get(&self, class: ClassId) -> Option<&Class> {
        self.all.get(class.index())
    }

    pub(crate) const fn len(&self) -> usize {
        self.all.len()
    }

    /// The class that a call of this need begins in. A need that the queue has not is the first.
    pub(crate) fn first(&self, queue: QueueId, need: usize) -> Option<ClassId> {
        let needs = self.first.get(queue.index())?;
        needs.get(need).or_else(|| needs.first()).copied()
    }

    /// The class of a call of this need that has waited so long in the queue.
    pub(crate) fn after(&self, queue: QueueId, need: usize, waited: Duration) -> Option<ClassId> {
        let mut class = self.first(queue, need)?;
        while let Some((after, next)) = self.get(class)?.next
            && after <= waited
        {
            class = next;
        }
        Some(class)
    }

    /// When a call of this class needs less, that came to its queue at this time.
    pub(crate) fn relaxes(&self, class: ClassId, joined: Moment) -> Option<Moment> {
        self.get(class)?.next.map(|(after, _)| joined + after)
    }

    /// All classes of a queue.
    pub(crate) fn of_queue(&self, queue: QueueId) -> &[ClassId] {
        self.of_queue.get(queue.index()).map_or(&[], |classes| classes)
    }

    /// The classes that an agent may take calls of, who is at work for these queues.
    pub(crate) fn open_to(&self, agent: &AgentConfig, at_work: &BTreeSet<QueueId>) -> Vec<ClassId> {
        let mut open = Vec::new();
        for queue in at_work {
            let Some(part) = agent.queues.iter().find(|each| each.queue == *queue) else {
                continue;
            };
            let is_open =
                |class: &Class| part.tier <= class.tier_max && class.who.is_met_by(&agent.skills);
            let classes = self.of_queue(*queue).iter().copied();
            open.extend(classes.filter(|class| self.get(*class).is_some_and(is_open)));
        }
        open.sort_unstable();
        open
    }
}

/// Adds a class for each step of a need, and names the first.
fn add(all: &mut Vec<Class>, queue: &QueueConfig, at: usize, need: &Need) -> ClassId {
    let first = all.len();
    let mut changes: BTreeSet<Duration> = need.changes().collect();
    changes.extend(tiers_begin(queue));
    changes.insert(Duration::ZERO);
    let changes: Vec<_> = changes.into_iter().collect();
    for (step, since) in changes.iter().enumerate() {
        let next = changes.get(step + 1).map(|at| (*at, ClassId::at(first + step + 1)));
        let who = need.after(*since).clone();
        let tier_max = tier_max(queue, *since);
        all.push(Class { queue: queue.id, need: at, who, tier_max, next });
    }
    ClassId::at(first)
}

/// When each tier but the first begins to be asked.
fn tiers_begin(queue: &QueueConfig) -> impl Iterator<Item = Duration> {
    queue.tier_waits.iter().scan(Duration::ZERO, |sum, wait| {
        *sum = sum.saturating_add(*wait);
        Some(*sum)
    })
}

/// The last tier that is asked for a call that has waited so long. Behind the last wait there is no
/// bound any more.
fn tier_max(queue: &QueueConfig, waited: Duration) -> u8 {
    let begun = tiers_begin(queue).filter(|begins| *begins <= waited).count();
    if begun == queue.tier_waits.len() {
        return u8::MAX;
    }
    u8::try_from(begun + 1).unwrap_or(u8::MAX)
}
