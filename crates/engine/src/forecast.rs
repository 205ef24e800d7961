//! The expected waits that are shown to who looks: of the callers who wait, and of one who would come to a queue
//! now.
//!
//! Finding one costs more than anything else that is shown, so it is found at most [`FORECASTS_AT_ONCE`] times
//! before each look, for those whose last one is oldest, and is as old as it may be for the others.

use crate::call::{Call, Stage};
use crate::engine::Engine;
use crate::standing::why;
use acd::{Unsure, Waiting};
use clock::{Duration, Moment};
use ids::{CallId, QueueId};
use snapshot::{ExpectedWait, Snapshot};

/// How many are found before a look: so few that no call is handed out later for it than by one
/// millisecond.
const FORECASTS_AT_ONCE: usize = 4;

/// An expected wait, and when that was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Forecast {
    at: Moment,
    wait: Result<Duration, Unsure>,
}

/// Those of the queues, in the order of the plan.
#[derive(Debug)]
pub(crate) struct Forecasts(Vec<Option<Forecast>>);

/// Whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Whose {
    Queue(QueueId),
    Call(CallId),
}

impl Forecasts {
    /// None yet.
    pub(crate) fn of(queues: usize) -> Self {
        Self(vec![None; queues])
    }

    pub(crate) fn get(&self, queue: QueueId) -> Option<Forecast> {
        *self.0.get(queue.index())?
    }
}

impl Forecast {
    /// As it is shown: what is left of it.
    pub(crate) fn shown(self, now: Moment) -> ExpectedWait {
        match self.wait {
            Ok(bound) => ExpectedWait::AtMost { at_most_s: (self.at + bound).since(now).as_secs() },
            Err(unsure) => ExpectedWait::Unknown { unknown: why(unsure).word().into() },
        }
    }
}

impl Engine {
    /// Finds those anew that are oldest.
    pub(crate) fn forecast(&mut self, now: Moment) {
        for whose in self.oldest_forecasts() {
            match whose {
                Whose::Queue(queue) => {
                    let newcomer = Waiting::new(CallId(u64::MAX), queue, now);
                    let wait = self.acd.expected_wait_of(now, &newcomer);
                    if let Some(forecast) = self.forecasts.0.get_mut(queue.index()) {
                        *forecast = Some(Forecast { at: now, wait });
                    }
                }
                Whose::Call(id) => {
                    let wait = self.acd.expected_wait(now, id);
                    if let Some(call) = self.calls.get_mut(id) {
                        call.forecast = wait.map(|wait| Forecast { at: now, wait });
                    }
                }
            }
        }
    }

    /// Of the queues and of the callers who are listed and wait, those whose forecasts are oldest.
    fn oldest_forecasts(&self) -> Vec<Whose> {
        let at = |forecast: Option<Forecast>| forecast.map(|forecast| forecast.at);
        let queues = (0..).map(QueueId).zip(&self.forecasts.0);
        let queues = queues.map(|(id, forecast)| (at(*forecast), Whose::Queue(id)));
        let listed = self.calls.iter().take(Snapshot::CALLS_MAX);
        let calls = listed.filter(|call| matches!(call.stage, Stage::Waiting));
        let calls = calls.map(|call| (at(call.forecast), Whose::Call(call.id)));
        let mut all: Vec<_> = queues.chain(calls).collect();
        if all.len() > FORECASTS_AT_ONCE {
            all.select_nth_unstable(FORECASTS_AT_ONCE);
        }
        all.into_iter().take(FORECASTS_AT_ONCE).map(|(_, whose)| whose).collect()
    }
}

impl Call {
    /// How long the caller is expected to wait, while they do.
    pub(crate) fn expected_wait(&self, now: Moment) -> Option<ExpectedWait> {
        let waits = matches!(self.stage, Stage::Waiting);
        self.forecast.filter(|_| waits).map(|forecast| forecast.shown(now))
    }
}
