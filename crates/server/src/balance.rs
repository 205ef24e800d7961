//! Looks every minute whether the counts of callers add up, while the server runs.
//!
//! They do unless there is a fault in this program or somebody has written into the ledger. In both cases no report
//! can be trusted, and whoever watches over the server should know before whoever reads the report.

use jiff::{SignedDuration, Timestamp};
use ledger::{Imbalance, Place, QUARTER};
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// How often it looks.
const EVERY: Duration = Duration::from_mins(1);
/// How far back. What is older was looked at when it was new.
const BACK: SignedDuration = SignedDuration::from_hours(25);

/// Looks for as long as the server runs.
pub(crate) async fn watch(place: Place) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut told = Imbalance::default();
    loop {
        ticks.tick().await;
        match ledger::imbalance(&place, since(Timestamp::now())).await {
            Ok(found) => {
                tell(&found, &told);
                told = found;
            }
            // The writer tells of a ledger that is away.
            Err(error) => tracing::debug!(%error, "nobody knows whether the counts add up"),
        }
    }
}

/// The beginning of the first quarter that is looked at.
fn since(now: Timestamp) -> Timestamp {
    let since = now.checked_sub(BACK).unwrap_or(Timestamp::MIN);
    let into = since.as_second().rem_euclid(QUARTER.as_secs());
    Timestamp::from_second(since.as_second() - into).unwrap_or(Timestamp::MIN)
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is no count")]
fn tell(found: &Imbalance, told: &Imbalance) {
    metrics::gauge!("ledger_quarters_off").set(found.count as f64);
    metrics::gauge!("ledger_visits_off").set(found.standing as f64);
    if found.is_none() || found == told {
        return;
    }
    let quarters = found.quarters.iter().map(|(at, queue)| format!("{queue} at {at}"));
    let quarters = quarters.collect::<Vec<_>>().join(", ");
    tracing::error!(
        quarters = found.count,
        %quarters,
        visits = found.standing,
        "the counts of callers do not add up: do not trust reports of these quarters, and report this"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_at_begins_with_a_quarter() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(since(at("2026-11-27T12:07:31.5Z")), at("2026-11-26T11:00:00Z"));
        assert_eq!(since(at("2026-11-27T12:00:00Z")), at("2026-11-26T11:00:00Z"));
    }
}
