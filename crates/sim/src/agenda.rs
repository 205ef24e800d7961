//! What is going to happen, in the order in which it will.

use crate::agent::AgentDoes;
use crate::caller::CallerDoes;
use crate::customer::CustomerDoes;
use crate::phone::PhoneId;
use crate::wire::Letter;
use clock::Moment;
use ids::{LegId, PlayId};
use std::collections::BTreeMap;

/// One thing that is going to happen.
#[derive(Debug)]
pub(crate) enum Due {
    /// A message arrives.
    Letter(Box<Letter>),
    /// The media plane tells the end of a stream.
    Closed(LegId),
    /// A play may be over, if it is still that play.
    Played {
        stream: LegId,
        play: PlayId,
        turn: u64,
    },
    Replayed {
        stream: LegId,
        play: PlayId,
        turn: u64,
    },
    /// The first packet of a peer is due, if it sends any.
    Heard(LegId),
    /// The plane looks whether anything was heard of late.
    Silence(LegId),
    /// The plane tells something of a recording, if it is still true.
    Told(media_protocol::Event),
    /// The ledger has everything up to here.
    Stored(u64),
    /// The shell reads the wall clock.
    Wall,
    /// The connection that callers come over breaks.
    TrunkBreaks,
    /// A caller dials.
    NextCaller,
    /// A caller does something.
    Caller(LegId, CallerDoes),
    /// The supervisor gives a command.
    Supervisor,
    /// The site's plan is read anew.
    Reload,
    /// An agent does something.
    Agent(PhoneId, AgentDoes),
    /// A customer who is called back does something.
    Customer(LegId, CustomerDoes),
    /// A batch is on the disk.
    Written,
    /// From here on the process may die at any step.
    Doom,
    /// The next process starts.
    Start,
    /// Whoever the process of this number knows nothing of has heard nothing for long enough.
    DeadAir(u32),
    /// The process of this number has had time enough to reach everybody.
    Reached(u32),
}

impl Due {
    /// Whether it is between the engine and what dies with it.
    const fn dies_with_the_engine(&self) -> bool {
        match self {
            Self::Closed(_)
            | Self::Played { .. }
            | Self::Replayed { .. }
            | Self::Heard(_)
            | Self::Silence(_)
            | Self::Told(_)
            | Self::Stored(_)
            | Self::Written => true,
            Self::Letter(_)
            | Self::Wall
            | Self::TrunkBreaks
            | Self::NextCaller
            | Self::Caller(..)
            | Self::Supervisor
            | Self::Reload
            | Self::Agent(..)
            | Self::Customer(..)
            | Self::Doom
            | Self::Start
            | Self::DeadAir(_)
            | Self::Reached(_) => false,
        }
    }
}

/// Everything that is going to happen. What is due at one moment happens in the order in which it
/// was put down.
#[derive(Debug, Default)]
pub(crate) struct Agenda {
    entries: BTreeMap<(Moment, u64), Due>,
    count: u64,
}

impl Agenda {
    pub(crate) fn put(&mut self, at: Moment, due: Due) {
        self.count += 1;
        self.entries.insert((at, self.count), due);
    }

    /// The process is dead, and its media plane and its disk have nothing more to tell it.
    pub(crate) fn forget_the_engine(&mut self) {
        self.entries.retain(|_, due| !due.dies_with_the_engine());
    }

    pub(crate) fn next(&self) -> Option<Moment> {
        self.entries.first_key_value().map(|((at, _), _)| *at)
    }

    pub(crate) fn pop_due(&mut self, now: Moment) -> Option<Due> {
        if self.next()? > now {
            return None;
        }
        self.entries.pop_first().map(|(_, due)| due)
    }
}
