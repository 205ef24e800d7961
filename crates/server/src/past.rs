//! What the ledger says of calls that are over, for whoever asks why.

use crate::report;
use api::Past;
use ids::CallId;
use jiff::Timestamp;
use ledger::{Place, ReadError};
use snapshot::{AgentExplained, CallExplained};
use std::sync::Arc;

/// What the ledger at `place` says.
pub(crate) fn past(place: &Place) -> Past {
    let of_calls = Arc::new(place.clone());
    let of_agents = Arc::clone(&of_calls);
    let of_moments = Arc::clone(&of_calls);
    let of_reports = Arc::clone(&of_calls);
    Past {
        call: Arc::new(move |call| {
            let place = Arc::clone(&of_calls);
            Box::pin(async move {
                ledger::explained(&place, call).await.map_err(|error| error.to_string())
            })
        }),
        agent: Arc::new(move |agent| {
            let place = Arc::clone(&of_agents);
            Box::pin(async move {
                let rung = ledger::rung(&place, &agent, AgentExplained::RUNG_MAX).await;
                rung.map_err(|error| error.to_string())
            })
        }),
        agent_at: Arc::new(move |agent, at| {
            let place = Arc::clone(&of_moments);
            Box::pin(async move {
                let past = ledger::agent_past(&place, &agent, at).await;
                past.map_err(|error| error.to_string())
            })
        }),
        reports: Arc::new(move |of, words| {
            let place = Arc::clone(&of_reports);
            Box::pin(async move { report::of_ledger(&place, of, words).await })
        }),
    }
}

/// A call as the ledger alone explains it; none where there was no such call.
pub(crate) async fn call(place: &Place, call: u64) -> Result<Option<CallExplained>, ReadError> {
    let past = ledger::explained(place, CallId(call)).await?;
    Ok(past.map(|past| CallExplained::over(Timestamp::now(), call, past)))
}
