//! A customer who is called back: an agent is on the line already, or will be in a moment.

use super::notes::Notes;
use super::offers::Offered;
use super::wait::Promise;
use super::waiting::{Hears, Waiting};
use super::{At, Visit};
use crate::{EndReason, Output};
use clock::{Duration, Moment};
use dialplan::{Demands, LanguageId, Plan, builtin};
use ids::{PlayId, QueueId};
use std::collections::VecDeque;
use std::sync::Arc;

impl Visit {
    /// The visit of somebody who was called back for this queue, with these demands, and talks with an agent of it. Whoever is sent
    /// back to the queue, or to another one, goes on as any caller does.
    #[must_use]
    pub fn called_back(
        now: Moment,
        plan: Arc<Plan>,
        (queue, demands): (QueueId, Demands),
        language: LanguageId,
    ) -> Self {
        Self::at_queue(now, plan, (queue, demands), language)
    }

    /// The visit of somebody who is called back for this queue, with these demands, before an agent is there: one is
    /// expected within `ahead`. They wait in the queue; if it takes longer, they are told so and where they stand.
    #[must_use]
    pub fn called_back_ahead(
        now: Moment,
        plan: Arc<Plan>,
        (queue, demands): (QueueId, Demands),
        language: LanguageId,
        ahead: Duration,
    ) -> Self {
        let mut visit = Self::at_queue(now, plan, (queue, demands), language);
        let plan = visit.plan.clone();
        let (priority, demands) = visit.wish(queue);
        visit.outputs.push_back(Output::Enqueue { queue, priority, demands });
        let said = visit.word(builtin::CALLBACK_CONNECTING).into_iter().collect();
        let play = visit.play(said, visit.music(plan.queue(queue)));
        let announces = plan.queue(queue).announce_place.is_some();
        visit.at = At::Waiting(Waiting {
            promised: Some(Promise::made(now, ahead)),
            place_at: announces.then(|| now + ahead),
            hears: Hears::Welcome(play),
            ..arrived(now, queue)
        });
        visit
    }

    fn at_queue(
        now: Moment,
        plan: Arc<Plan>,
        (queue, demands): (QueueId, Demands),
        language: LanguageId,
    ) -> Self {
        let waiting = arrived(now, queue);
        Self {
            language,
            demands,
            urgent: (0, 0),
            subs: VecDeque::new(),
            cause: None,
            asks: 0,
            notes: Notes::default(),
            late_end: None,
            directory: None,
            at: At::Waiting(waiting),
            keys: VecDeque::new(),
            plays: PlayId(0),
            steps: 0,
            end: EndReason::Finished,
            timeout: None,
            outputs: VecDeque::new(),
            outputs_taken: 0,
            times: super::choosing::Times::default(),
            day_ends: None,
            passed: Vec::new(),
            plan,
            next: None,
        }
    }
}

fn arrived(now: Moment, queue: QueueId) -> Waiting {
    Waiting {
        queue,
        told: None,
        promised: None,
        place_at: None,
        offered: Offered::nothing(now),
        hears: Hears::Agent,
    }
}
