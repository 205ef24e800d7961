//! When a trunk registers, where, and what follows from the answer.

use crate::Trunk;
use crate::hosts::{Hosts, REST, Target};
use crate::registration::{Next, Registration};
use crate::retry::{REFUSED, retry_after};
use crate::trunk::{Bound, Job, Timer, word};
use clock::{Duration, Moment};
use sip_msg::{Host, Response, Uri};
use sip_txn::Hop;

impl Trunk {
    /// Registers at the best host, unless that is under way.
    pub(crate) fn register(&mut self, now: Moment) {
        let Some(registration) = &mut self.registration else { return };
        if self.is_stopping || registration.is_asking() {
            return;
        }
        self.timers.clear(&Timer::Register);
        let Some(target) = self.hosts.best(now) else {
            self.register_later(now, None);
            return;
        };
        let request = registration.bind(target);
        let hop = self.hop_to(target);
        self.send(hop, request, Job::Register);
    }

    /// The hop to a host: the connection that the carrier knows us by is used again.
    pub(crate) fn hop_to(&self, target: Target) -> Hop {
        let bound = self.bound.filter(|bound| bound.target == target);
        bound.map_or_else(|| target.hop(), |bound| Hop { flow: bound.flow, ..target.hop() })
    }

    pub(crate) fn register_answered(&mut self, now: Moment, hop: Hop, response: &Response) {
        let Some(registration) = &mut self.registration else { return };
        let Some(asked) = registration.target() else { return };
        let cnonce = word(&mut self.random).to_str_lossy().into_owned();
        let (hosts, domain) = (&self.hosts, &self.config.domain);
        // Nor to one that has just failed: hosts may send each other round.
        let host_of = |uri: &Uri| {
            let target = host_of(hosts, domain, asked, uri)?;
            (!hosts.is_resting(target.peer, now)).then_some(target)
        };
        match registration.answered(response, &cnonce, host_of) {
            Next::Wait | Next::Gone => {}
            Next::Send(target, request) => {
                // What follows a challenge goes the way that it came.
                let flow = if target == asked { hop.flow } else { Hop::NO_FLOW };
                self.send(Hop { flow, ..target.hop() }, request, Job::Register);
            }
            Next::Bound { granted, renew } => {
                self.counts.registered += 1;
                self.retry.succeeded();
                self.refused = None;
                self.hosts.wake(asked.peer);
                self.bound = Some(Bound { target: asked, flow: hop.flow });
                self.timers.set(Timer::Register, now + renew);
                self.timers.set(Timer::Expired, now + granted);
            }
            Next::Failed(target) => {
                self.counts.not_registered += 1;
                self.registration_failed(now, target, retry_after(response));
            }
            Next::Refused(status) => {
                self.counts.not_registered += 1;
                self.refused = Some(status);
                self.bound = None;
                let wait = self.retry.spread(REFUSED);
                self.timers.set(Timer::Register, now + retry_after(response).unwrap_or(wait));
            }
        }
    }

    /// No answer came to the REGISTER that is out.
    pub(crate) fn register_unanswered(&mut self, now: Moment) {
        self.counts.not_registered += 1;
        if let Some(target) = self.registration.as_mut().and_then(Registration::give_up) {
            self.registration_failed(now, target, None);
        }
    }

    /// A host did not register us: the next one is asked at once, or all of them later.
    fn registration_failed(&mut self, now: Moment, target: Target, asked_wait: Option<Duration>) {
        if self.bound.is_some_and(|bound| bound.target == target) {
            self.bound = None;
        }
        self.hosts.rest(target.peer, now + asked_wait.unwrap_or(REST));
        if self.hosts.best(now).is_some() {
            self.register(now);
        } else {
            let at = self.register_later(now, asked_wait);
            self.hosts.rest(target.peer, at);
        }
    }

    /// Registers after a while, and looks meanwhile whether the hosts have moved. Gives when.
    fn register_later(&mut self, now: Moment, asked_wait: Option<Duration>) -> Moment {
        let wait = self.retry.after_failure().max(asked_wait.unwrap_or_default());
        self.timers.set(Timer::Register, now + wait);
        self.locate();
        now + wait
    }
}

/// A host of the trunk that a redirection names, by its address or by the name of the trunk.
fn host_of(hosts: &Hosts, domain: &Host, asked: Target, uri: &Uri) -> Option<Target> {
    if let Some(peer) = uri.to_socket_addr() {
        return hosts.at(peer);
    }
    // The same name leads to the same hosts; the one that was asked is passed over.
    let other = || hosts.all().find(|target| *target != asked);
    uri.host().is_same(domain).then(other).flatten()
}
