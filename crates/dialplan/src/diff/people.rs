//! Agents as subjects.

use super::facts::{Fact, Hidden, Subject, Words};
use crate::plan::{Agent, DialOut, Redirect, Returns, RingsMax};
use crate::values;
use std::time::Duration;

impl Words<'_> {
    pub(super) fn agent(&self, agent: &Agent) -> Subject {
        let Agent {
            account,
            name,
            secret,
            queues,
            supervises,
            skills,
            wrap_up,
            tiers,
            capacity,
            weight,
            rings_max,
            shift,
            returns,
            log_in,
            rings,
            srtp,
            dial_out,
            redirect,
        } = agent;
        let mut subject = Subject::new("agent", account);
        subject.text("name", name);
        subject.add("secret", Fact::Hidden(Hidden::Phone(secret.clone())));
        let there = queues.iter().filter(|queue| !self.0.gone.queues.contains(queue));
        subject.list("queues", there.map(|queue| self.queue(*queue)));
        let there = supervises.iter().filter(|queue| !self.0.gone.queues.contains(queue));
        subject.list("supervises", there.map(|queue| self.queue(*queue)));
        for (skill, level) in skills {
            subject.text(&format!("skill {}", self.skill(*skill)), level);
        }
        subject.perhaps("wrap_up", wrap_up.map(values::written));
        for (queue, tier) in tiers {
            subject.text(&format!("tier in {}", self.queue(*queue)), tier);
        }
        subject.text("capacity", capacity);
        subject.text("weight", weight);
        let RingsMax { missed, declined, busy, unreachable } = rings_max;
        let most = [missed, declined, busy, unreachable];
        let keys = ["missed_max", "declined_max", "busy_max", "unreachable_max"];
        for (key, most) in keys.into_iter().zip(most) {
            subject.text(key, most);
        }
        subject.perhaps(
            "shift",
            shift.and_then(|it| self.0.shifts.get(it.index())).map(|it| &it.name),
        );
        let Returns { missed, declined, busy, unreachable } = returns;
        let after = [missed, declined, busy, unreachable];
        let keys = ["after missed", "after declined", "after busy", "after unreachable"];
        for (key, after) in keys.into_iter().zip(after) {
            subject.text(&format!("returns {key} rings"), when(*after));
        }
        subject.word("log_in", log_in);
        subject.word("rings", rings);
        subject.word("srtp", srtp);
        subject.flag("dial_out", *dial_out == DialOut::Allowed);
        subject.flag("redirect", *redirect == Redirect::Followed);
        subject
    }
}

fn when(after: Option<Duration>) -> String {
    after.map_or_else(|| "by hand".to_owned(), values::written)
}
