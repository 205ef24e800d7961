//! Asking the hosts of a trunk whether they are there, and what follows from what they say.

use crate::Trunk;
use crate::hosts::REST;
use crate::retry::retry_after;
use crate::trunk::{Job, Timer, word};
use clock::Moment;
use rand::RngExt;
use sip_msg::{Method, NameAddr, Request, Response, StatusCode, Text, Uri};
use std::net::SocketAddr;

impl Trunk {
    pub(crate) fn ask_health(&mut self, now: Moment) {
        let Some(interval) = self.config.health.filter(|_| !self.is_stopping) else { return };
        for target in self.hosts.all().collect::<Vec<_>>() {
            if self.health.ask(now, target.peer) {
                let request = self.options();
                let hop = self.hop_to(target);
                self.send(hop, request, Job::AskHealth(target.peer));
            }
        }
        // Trunks that began together are not asked together for ever.
        let spread = interval.mul_f64(self.random.random_range(0.9..1.0));
        self.timers.set(Timer::AskHealth, now + spread);
    }

    fn options(&mut self) -> Box<Request> {
        let domain = &self.config.domain;
        let uri = Uri::sip_host(Text::default(), domain.clone(), None);
        let user = self.config.registration.as_ref().map(|registration| registration.user.clone());
        let address =
            user.map_or_else(|| uri.clone(), |user| Uri::sip_host(user, domain.clone(), None));
        let from = NameAddr::new(address).with_tag(word(&mut self.random));
        let (to, call_id) = (NameAddr::new(uri.clone()), word(&mut self.random));
        Box::new(Request::new(Method::Options, uri, from, to, call_id, 1))
    }

    /// A host answered. Whatever it thinks of OPTIONS, it is there; unless it says that it is not.
    pub(crate) fn health_answered(&mut self, now: Moment, peer: SocketAddr, response: &Response) {
        match response.status {
            StatusCode::SERVICE_UNAVAILABLE => {
                self.hosts.rest(peer, now + retry_after(response).unwrap_or(REST));
            }
            StatusCode::REQUEST_TIMEOUT => self.host_gone(now, peer),
            _ => self.host_there(now, peer),
        }
    }

    /// A host that was gone is back: it may have forgotten us, and there is no reason to wait on.
    fn host_there(&mut self, now: Moment, peer: SocketAddr) {
        let was_gone = self.hosts.is_resting(peer, now);
        self.hosts.wake(peer);
        let knows_us_elsewhere = self.bound.is_some_and(|bound| bound.target.peer != peer);
        if was_gone && self.refused.is_none() && !knows_us_elsewhere {
            self.retry.succeeded();
            self.register(now);
        }
    }

    /// A host does not answer: others are used, and told where we are.
    pub(crate) fn host_gone(&mut self, now: Moment, peer: SocketAddr) {
        self.counts.unanswered += 1;
        let rest = self.config.health.map_or(REST, |interval| REST.max(interval * 2));
        self.hosts.rest(peer, now + rest);
        let knew_us = self.bound.is_some_and(|bound| bound.target.peer == peer);
        if knew_us && self.hosts.best(now).is_some() {
            self.register(now);
        }
    }
}
