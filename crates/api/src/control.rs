//! The way from whoever gives commands to the engine, and who that is.

use crate::feed::Feed;
use crate::repeats::Repeats;
use crate::tokens::{Scope, Tokens};
use engine::{About, Command, Refusal};
use events::By;
use serde_json::Value;
use snapshot::Explained;
use std::collections::BTreeSet;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// What the engine says to a command.
#[derive(Clone, Debug)]
pub struct Given {
    /// The number of the event that it left.
    pub seq: u64,
    /// What came of it.
    pub result: Result<(), Refusal>,
}

/// Why the engine has not said anything to a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotGiven {
    /// It has too much to do; the command was not handed over.
    Busy,
    /// It has not answered in time; what came of the command is in the events.
    Unanswered,
}

/// What comes of handing a command over.
pub type Giving = Pin<Box<dyn Future<Output = Result<Given, NotGiven>> + Send>>;

/// What the engine says to whoever asks why.
pub type Why = Result<Box<Explained>, Refusal>;

/// What comes of asking why.
pub type Explaining = Pin<Box<dyn Future<Output = Result<Why, NotGiven>> + Send>>;

/// What came of bringing another plan into force.
#[derive(Clone, Debug)]
pub struct Reloaded {
    /// Which edition it is, counted from 1.
    pub edition: u64,
    /// The number of the event that it left.
    pub seq: u64,
    /// The warnings there are about the plan, as `telefonist check --json` has them.
    pub warnings: Value,
    /// Settings that have changed too, and come into force at the next start.
    pub needs_restart: Vec<String>,
}

/// Why the plan in force is still the one before.
#[derive(Clone, Debug)]
pub enum NotReloaded {
    /// The new one has faults.
    Faults {
        /// As people read them.
        told: String,
        /// As programs do.
        faults: Value,
    },
    /// The site cannot be read.
    Unreadable(String),
    /// The engine has not taken it.
    NotGiven(NotGiven),
}

/// What comes of bringing another plan into force.
pub type Reloading = Pin<Box<dyn Future<Output = Result<Reloaded, NotReloaded>> + Send>>;

/// The editions that are kept, or why that is not known.
pub type Editions = Pin<Box<dyn Future<Output = Result<Value, String>> + Send>>;

/// The way to the dialplan.
#[derive(Clone)]
pub struct PlanDesk {
    /// Reads the site anew and brings its plan into force.
    pub reload: Arc<dyn Fn(By) -> Reloading + Send + Sync>,
    /// The editions that are kept.
    pub editions: Arc<dyn Fn() -> Editions + Send + Sync>,
}

/// The way to the engine.
#[derive(Clone)]
pub struct Control {
    /// Hands a command to the engine. Must come to an end within a few seconds.
    pub give: Arc<dyn Fn(By, Command) -> Giving + Send + Sync>,
    /// Asks the engine why. Must come to an end within a few seconds.
    pub explain: Arc<dyn Fn(About) -> Explaining + Send + Sync>,
    /// The dialplan.
    pub plan: PlanDesk,
    /// What happens.
    pub feed: Arc<Feed>,
    /// Who may do what over HTTP.
    pub tokens: Arc<Tokens>,
    /// Places for those who wait to be told that their token is wrong.
    pub(crate) wrong: Arc<Semaphore>,
    /// What may be sent again.
    pub(crate) repeats: Repeats,
}

/// How many may wait at once to hear that their token is wrong.
const WRONG_MAX: usize = 8;
/// How long they wait, so that guessing takes for ever.
pub(crate) const WRONG_WAIT: Duration = Duration::from_millis(500);

impl Control {
    /// A way to the engine for the holders of these tokens.
    #[must_use]
    pub fn new(
        give: Arc<dyn Fn(By, Command) -> Giving + Send + Sync>,
        explain: Arc<dyn Fn(About) -> Explaining + Send + Sync>,
        plan: PlanDesk,
        (feed, tokens): (Arc<Feed>, Tokens),
    ) -> Self {
        let wrong = Arc::new(Semaphore::new(WRONG_MAX));
        Self {
            give,
            explain,
            plan,
            feed,
            tokens: Arc::new(tokens),
            wrong,
            repeats: Repeats::default(),
        }
    }
}

impl fmt::Debug for PlanDesk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlanDesk").finish_non_exhaustive()
    }
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control").field("tokens", &self.tokens).finish_non_exhaustive()
    }
}

/// Who asks, and what they may.
#[derive(Clone, Debug)]
pub(crate) struct Giver {
    pub(crate) by: By,
    pub(crate) scopes: BTreeSet<Scope>,
}

impl Giver {
    /// Somebody on this machine who may open the socket, and may everything.
    pub(crate) fn at_socket() -> Self {
        Self { by: By::Socket, scopes: BTreeSet::from(Scope::ALL) }
    }
}
