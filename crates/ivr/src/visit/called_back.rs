//! A customer who is called back: an agent is on the line already.

use super::notes::Notes;
use super::offers::Offered;
use super::waiting::{Hears, Waiting};
use super::{At, Visit};
use crate::EndReason;
use clock::Moment;
use dialplan::{Demands, LanguageId, Plan};
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
        let waiting = Waiting {
            queue,
            told: None,
            promised: None,
            place_at: None,
            offered: Offered::nothing(now),
            hears: Hears::Agent,
        };
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
            passed: Vec::new(),
            plan,
            next: None,
        }
    }
}
