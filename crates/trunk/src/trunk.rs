//! The trunk's face: what it is told, what it wants done, and how it stands.

use crate::config::Config;
use crate::health::Health;
use crate::hosts::{Hosts, REST, Target};
use crate::registration::Registration;
use crate::retry::{Retry, retry_after};
use clock::{Deadlines, Moment};
use ids::FlowId;
use rand::RngExt;
use rand::rngs::StdRng;
use sip_msg::{Request, Response, StatusCode, Text, Uri};
use sip_txn::{ClientTxn, Hop};
use std::collections::VecDeque;
use std::net::SocketAddr;

/// What a trunk wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Find out where it is, and say so with [`Trunk::located`].
    Locate,
    /// Send this outside all legs, with a Contact of ours if it is a REGISTER, and name it with
    /// [`Trunk::sent`].
    Send {
        /// Where to.
        hop: Hop,
        /// The request, without Via and Contact.
        request: Box<Request>,
        /// What it is for.
        job: Job,
    },
    /// It stands differently now.
    StateNow(State),
}

/// What a request of a trunk is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// Registering, or ending that.
    Register,
    /// Asking the host at this address whether it is there.
    AskHealth(SocketAddr),
}

/// How a trunk stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody knows yet where it is.
    Locating,
    /// The carrier is asked to let us in.
    Registering,
    /// The carrier knows us.
    Registered,
    /// It is there, and needs no registration.
    Up,
    /// No host of it answers.
    Down,
    /// The carrier does not let us in, with this status.
    Refused(StatusCode),
    /// We are leaving, or have left.
    Stopped,
}

impl State {
    /// Whether calls can go out over it.
    #[must_use]
    pub const fn takes_calls(self) -> bool {
        match self {
            Self::Registered | Self::Up => true,
            Self::Locating | Self::Registering | Self::Down | Self::Refused(_) | Self::Stopped => {
                false
            }
        }
    }
}

/// What has happened on a trunk since it began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Registrations that were granted, renewals too.
    pub registered: u64,
    /// Registrations that were refused or not answered.
    pub not_registered: u64,
    /// Times that a host did not answer whether it is there.
    pub unanswered: u64,
}

/// What a trunk waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Timer {
    /// To register, again or anew.
    Register,
    /// The binding has run out.
    Expired,
    /// To ask all hosts whether they are there.
    AskHealth,
    /// To look for the hosts again.
    Locate,
}

/// One trunk. See the crate's page for the contract.
#[derive(Debug)]
pub struct Trunk {
    pub(crate) config: Config,
    pub(crate) hosts: Hosts,
    pub(crate) registration: Option<Registration>,
    /// The host that the carrier knows us at, and the connection, once heard of.
    pub(crate) bound: Option<Bound>,
    pub(crate) refused: Option<StatusCode>,
    pub(crate) health: Health,
    pub(crate) retry: Retry,
    pub(crate) random: StdRng,
    pub(crate) timers: Deadlines<Timer>,
    outputs: VecDeque<Output>,
    state: State,
    pub(crate) counts: Counts,
    pub(crate) is_stopping: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound {
    pub(crate) target: Target,
    pub(crate) flow: FlowId,
}

impl Trunk {
    /// A trunk that has not begun yet. `random` spreads waits and makes words that cannot be
    /// guessed.
    #[must_use]
    pub fn new(config: Config, random: StdRng) -> Self {
        let mut retry = Retry::new(random);
        let mut random = retry.fork();
        let registration = config.registration.clone().map(|registration| {
            let (tag, call_id) = (word(&mut random), word(&mut random));
            Registration::new(registration, config.domain.clone(), tag, call_id)
        });
        Self {
            config,
            hosts: Hosts::default(),
            registration,
            bound: None,
            refused: None,
            health: Health::default(),
            retry,
            random,
            timers: Deadlines::default(),
            outputs: VecDeque::new(),
            state: State::Locating,
            counts: Counts::default(),
            is_stopping: false,
        }
    }

    /// Begins: asks where the trunk is.
    pub fn begin(&mut self, now: Moment) {
        self.locate();
        self.settle(now);
    }

    /// The trunk is at these hosts, in the order in which to try them, and is to be located anew at
    /// `again`. None: nobody could say, and those that were known are kept.
    pub fn located(&mut self, now: Moment, targets: Vec<Target>, again: Option<Moment>) {
        let is_first = self.hosts.is_empty() && !targets.is_empty();
        let again = match targets.is_empty() {
            true => Some(now + self.retry.after_failure()),
            false => again,
        };
        match again.filter(|_| !self.is_stopping) {
            Some(again) => self.timers.set(Timer::Locate, again),
            None => {
                self.timers.clear(&Timer::Locate);
            }
        }
        if !targets.is_empty() {
            self.hosts.set(targets);
        }
        if is_first {
            self.retry.succeeded();
            self.ask_health(now);
        }
        let has_moved = self.bound.is_some_and(|bound| !self.hosts.has(bound.target.peer));
        if is_first || has_moved {
            self.register(now);
        }
        self.settle(now);
    }

    /// A request of this trunk was sent as this transaction; a REGISTER with this Contact.
    pub fn sent(&mut self, job: Job, txn: ClientTxn, contact: Option<Uri>) {
        match (job, &mut self.registration, contact) {
            (Job::Register, Some(registration), Some(contact)) => registration.sent(txn, contact),
            (Job::Register, Some(_) | None, _) => {}
            (Job::AskHealth(peer), _, _) => self.health.sent(peer, txn),
        }
    }

    /// An answer to some request of ours outside all legs. Whether it was to one of this trunk.
    pub fn answered(&mut self, now: Moment, txn: ClientTxn, hop: Hop, response: &Response) -> bool {
        let is_ours = if self.registration.as_ref().is_some_and(|it| it.is(txn)) {
            self.register_answered(now, hop, response);
            true
        } else if response.status.is_provisional() {
            false
        } else if let Some(peer) = self.health.take(txn) {
            self.health_answered(now, peer, response);
            true
        } else {
            false
        };
        self.settle(now);
        is_ours
    }

    /// No answer came to some request of ours outside all legs. Whether it was one of this trunk.
    pub fn failed(&mut self, now: Moment, txn: ClientTxn) -> bool {
        let is_ours = if self.registration.as_ref().is_some_and(|it| it.is(txn)) {
            self.register_unanswered(now);
            true
        } else if let Some(peer) = self.health.take(txn) {
            self.host_gone(now, peer);
            true
        } else {
            false
        };
        self.settle(now);
        is_ours
    }

    /// A connection broke. If the carrier knew us by it, it is told anew where we are.
    pub fn flow_closed(&mut self, now: Moment, flow: FlowId) {
        if self
            .bound
            .is_some_and(|bound| bound.flow == flow && bound.target.transport.is_reliable())
        {
            self.bound = None;
            // Not at once: whatever broke it may break the next one too, and others were on it.
            let wait = self.retry.after_failure();
            self.timers.set(Timer::Register, now + wait);
        }
        self.settle(now);
    }

    /// An INVITE over the host at this address came to nothing for the host's sake: silence, a
    /// broken connection, or a 503. Others are tried first for a while.
    pub fn call_failed(&mut self, now: Moment, peer: SocketAddr, response: Option<&Response>) {
        // A carrier's only host may mean this one call by its 503; who says for how long means all.
        let asked_wait = response.and_then(retry_after);
        let has_others = self
            .hosts
            .all()
            .any(|target| target.peer != peer && !self.hosts.is_resting(target.peer, now));
        if has_others || asked_wait.is_some() {
            self.hosts.rest(peer, now + asked_wait.unwrap_or(REST));
        }
        self.settle(now);
    }

    /// The hop of the next call, if calls can go out over this trunk now.
    #[must_use]
    pub fn way_out(&self, now: Moment) -> Option<Hop> {
        if !self.state.takes_calls() {
            return None;
        }
        match self.bound {
            // RFC 5626 §4: calls use the connection that the carrier knows us by.
            Some(Bound { target, flow }) if self.hosts.best(now) == Some(target) => {
                Some(Hop { flow, ..target.hop() })
            }
            Some(_) | None => self.hosts.best(now).map(Target::hop),
        }
    }

    /// Whether a host of this trunk is at this address.
    #[must_use]
    pub fn is_at(&self, address: std::net::IpAddr) -> bool {
        let address = address.to_canonical();
        self.hosts.all().any(|target| target.peer.ip().to_canonical() == address)
    }

    /// How it stands.
    #[must_use]
    pub const fn state(&self) -> State {
        self.state
    }

    /// What has happened since it began.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// Leaves: the carrier is told to forget us, and nothing more is begun.
    pub fn stop(&mut self, now: Moment) {
        self.is_stopping = true;
        self.health = Health::default();
        let asked = self.registration.as_mut().and_then(Registration::give_up);
        let knows_us = self.bound.map(|bound| bound.target).or(asked);
        if let (Some(registration), Some(target)) = (&mut self.registration, knows_us) {
            let request = registration.unbind(target);
            let hop = self.hop_to(target);
            self.send(hop, request, Job::Register);
        }
        self.bound = None;
        self.settle(now);
    }

    /// Whether nothing is waited for any more after [`Self::stop`].
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.is_stopping && self.registration.as_ref().is_none_or(|it| !it.is_asking())
    }

    /// Does what was due by `now`.
    pub fn handle_timeout(&mut self, now: Moment) {
        self.hosts.wake_rested(now);
        for peer in self.health.overdue(now) {
            self.host_gone(now, peer);
        }
        while let Some(timer) = self.timers.pop_due(now) {
            match timer {
                Timer::Register => self.register(now),
                Timer::Expired => self.bound = None,
                Timer::AskHealth => self.ask_health(now),
                Timer::Locate => self.locate(),
            }
        }
        self.settle(now);
    }

    /// When [`Self::handle_timeout`] is wanted next.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Moment> {
        let rested = self.hosts.next_wake().filter(|_| !self.is_stopping);
        [self.timers.next(), self.health.next(), rested].into_iter().flatten().min()
    }

    /// What it wants done next.
    #[must_use]
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    pub(crate) fn send(&mut self, hop: Hop, request: Box<Request>, job: Job) {
        self.outputs.push_back(Output::Send { hop, request, job });
    }

    pub(crate) fn locate(&mut self) {
        self.timers.clear(&Timer::Locate);
        if !self.is_stopping {
            self.outputs.push_back(Output::Locate);
        }
    }

    fn settle(&mut self, now: Moment) {
        if self.is_stopping {
            self.timers = Deadlines::default();
        }
        let state = self.state_at(now);
        if state != self.state {
            self.state = state;
            self.outputs.push_back(Output::StateNow(state));
        }
    }

    fn state_at(&self, now: Moment) -> State {
        if self.is_stopping {
            return State::Stopped;
        }
        if self.hosts.is_empty() {
            return State::Locating;
        }
        match (&self.registration, self.bound, self.refused) {
            (Some(_), _, Some(status)) => State::Refused(status),
            (_, _, _) if self.hosts.best(now).is_none() => State::Down,
            (None, _, _) => State::Up,
            (Some(_), Some(_), None) => State::Registered,
            (Some(_), None, None) => State::Registering,
        }
    }
}

/// A word that cannot be guessed.
pub(crate) fn word(random: &mut StdRng) -> Text {
    Text::from(format!("{:024x}", random.random::<u128>() & (u128::MAX >> 32)))
}
