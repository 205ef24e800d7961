//! All searches that are under way, over one cache.

use crate::cache::Cache;
use crate::record::{Answer, Question};
use crate::search::{Families, Place, Reading, Step};
use clock::{Deadlines, Duration, Moment};
use ids::TrunkId;
use rand::RngExt;
use rand::rngs::StdRng;
use sip_txn::Transport;
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;

/// How long an answer is waited for.
pub const PATIENCE: Duration = Duration::from_secs(12);

/// What a locator wants done, or has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Ask the DNS this, and tell the answer.
    Ask(Question),
    /// A search is over.
    Located {
        /// Whose it was.
        trunk: TrunkId,
        /// Where it is, in the order in which to try; empty if it is nowhere, or nobody can say.
        hosts: Vec<(Transport, SocketAddr)>,
        /// When to look again.
        again: Moment,
    },
}

/// Finds hosts. See the crate's page for the contract.
#[derive(Debug)]
pub struct Locator {
    families: Families,
    cache: Cache,
    searches: BTreeMap<TrunkId, (Place, u64)>,
    /// Questions that are out, and until when their answer is waited for.
    asked: Deadlines<Question>,
    outputs: VecDeque<Output>,
    random: StdRng,
}

impl Locator {
    /// A locator that knows nothing yet. `random` orders hosts of equal priority.
    #[must_use]
    pub fn new(families: Families, random: StdRng) -> Self {
        Self {
            families,
            cache: Cache::default(),
            searches: BTreeMap::new(),
            asked: Deadlines::default(),
            outputs: VecDeque::new(),
            random,
        }
    }

    /// Looks for a place; ends in [`Output::Located`]. A search of the same trunk that is under way
    /// is given up.
    pub fn locate(&mut self, now: Moment, trunk: TrunkId, place: Place) {
        let seed = self.random.random();
        self.searches.insert(trunk, (place, seed));
        self.go_on(now, trunk);
    }

    /// What came of a question. An answer that nobody waits for is kept all the same.
    pub fn answered(&mut self, now: Moment, question: Question, answer: Answer) {
        self.asked.clear(&question);
        self.cache.keep(now, question, answer);
        let waiting: Vec<TrunkId> = self.searches.keys().copied().collect();
        waiting.into_iter().for_each(|trunk| self.go_on(now, trunk));
    }

    /// Gives up on questions that nobody has answered by `now`.
    pub fn handle_timeout(&mut self, now: Moment) {
        while let Some(question) = self.asked.pop_due(now) {
            self.answered(now, question, Answer::Failed);
        }
    }

    /// When [`Self::handle_timeout`] is wanted next.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Moment> {
        self.asked.next()
    }

    /// What it wants done, or has found, next.
    #[must_use]
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    fn go_on(&mut self, now: Moment, trunk: TrunkId) {
        let Some((place, seed)) = self.searches.get(&trunk) else { return };
        let (hosts, again) = match Reading::new(now, &self.cache, self.families, *seed).step(place)
        {
            Step::Ask(questions) => {
                for question in questions {
                    if self.asked.of(&question).is_none() {
                        self.asked.set(question.clone(), now + PATIENCE);
                        self.outputs.push_back(Output::Ask(question));
                    }
                }
                return;
            }
            Step::Found(hosts, until) => (hosts, until),
            Step::NotFound(until) => (Vec::new(), until),
        };
        self.searches.remove(&trunk);
        self.outputs.push_back(Output::Located { trunk, hosts, again });
    }
}
