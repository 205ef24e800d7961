//! Looks every minute whether the counts of callers, calls and agents add up, while the server runs.
//!
//! They do unless there is a fault in this program or somebody has written into the ledger. In both cases no report
//! can be trusted, and whoever watches over the server should know before whoever reads the report.

use jiff::{SignedDuration, Timestamp};
use ledger::{Imbalance, Off, Place, QUARTER};
use snapshot::Alarm;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::sleep;

/// How often it looks.
const EVERY: Duration = Duration::from_mins(1);
/// And how often while something does not add up: whoever mends it is waiting.
const WHILE_OFF: Duration = Duration::from_secs(5);
/// How far back. What is older was looked at when it was new.
const BACK: SignedDuration = SignedDuration::from_hours(25);

/// The alarm that is shown, if there is one.
pub(crate) type Shown = watch::Receiver<Option<Alarm>>;

/// Looks for as long as the server runs, and shows an alarm while something does not add up.
pub(crate) fn start(place: Place) -> Shown {
    let (show, shown) = watch::channel(None);
    tokio::spawn(look_on(place, show));
    shown
}

async fn look_on(place: Place, show: watch::Sender<Option<Alarm>>) {
    let mut told = Imbalance::default();
    loop {
        match ledger::imbalance(&place, since(Timestamp::now())).await {
            Ok(found) => {
                measure(&found);
                if found != told {
                    tell(&found);
                }
                let before = show.borrow().as_ref().map(|alarm| alarm.since);
                let _nobody_looks = show.send(alarm(&found, before));
                told = found;
            }
            // The writer tells of a ledger that is away.
            Err(error) => tracing::debug!(%error, "nobody knows whether the counts add up"),
        }
        sleep(if told.is_none() { EVERY } else { WHILE_OFF }).await;
    }
}

/// The beginning of the first quarter that is looked at.
fn since(now: Timestamp) -> Timestamp {
    let since = now.checked_sub(BACK).unwrap_or(Timestamp::MIN);
    let into = since.as_second().rem_euclid(QUARTER.as_secs());
    Timestamp::from_second(since.as_second() - into).unwrap_or(Timestamp::MIN)
}

/// What is shown of it, which is so since `before` if it was so before.
fn alarm(found: &Imbalance, before: Option<Timestamp>) -> Option<Alarm> {
    if found.is_none() {
        return None;
    }
    let kinds = [("queues", &found.queues), ("calls", &found.calls), ("agents", &found.agents)];
    let off: Vec<String> = kinds
        .iter()
        .filter(|(_, off)| !off.is_none())
        .map(|(kind, off)| format!("{kind} ({})", places(off)))
        .collect();
    let what = format!(
        "do not add up: {}; do not trust reports of these, and report this",
        off.join(", ")
    );
    Some(Alarm { about: "counts".to_owned(), since: before.unwrap_or_else(Timestamp::now), what })
}

/// Where it is, as far as is told.
fn places(off: &Off) -> String {
    let mut places: Vec<String> =
        off.quarters.iter().map(|(at, name)| format!("{name} at {at}")).collect();
    let more = off.count.saturating_sub(u64::try_from(places.len()).unwrap_or(u64::MAX));
    if more > 0 {
        places.push(format!("{more} more"));
    }
    if off.standing != 0 {
        places.push(format!("{} too many are there", off.standing));
    }
    places.join(", ")
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is no count")]
fn measure(found: &Imbalance) {
    let Imbalance { queues, calls, agents } = found;
    metrics::gauge!("ledger_quarters_off").set(queues.count as f64);
    metrics::gauge!("ledger_visits_off").set(queues.standing as f64);
    metrics::gauge!("ledger_call_quarters_off").set(calls.count as f64);
    metrics::gauge!("ledger_calls_off").set(calls.standing as f64);
    metrics::gauge!("ledger_agent_quarters_off").set(agents.count as f64);
    metrics::gauge!("ledger_log_ins_off").set(agents.standing as f64);
}

fn tell(found: &Imbalance) {
    match alarm(found, None) {
        Some(Alarm { what, .. }) => tracing::error!("counts {what}"),
        None => tracing::info!("the counts add up again"),
    }
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

    #[test]
    fn an_alarm_says_what_does_not_add_up_and_since_when_until_it_does() {
        let at: Timestamp = "2026-11-27T12:15:00Z".parse().unwrap();
        let earlier: Timestamp = "2026-11-27T12:31:07Z".parse().unwrap();
        let agents = Off { quarters: vec![(at, "1001".to_owned())], count: 3, standing: -1 };
        let found = Imbalance { agents, ..Imbalance::default() };
        let shown = alarm(&found, Some(earlier)).unwrap();
        assert_eq!((&*shown.about, shown.since), ("counts", earlier));
        assert_eq!(
            shown.what,
            "do not add up: agents (1001 at 2026-11-27T12:15:00Z, 2 more, -1 too many are there); \
             do not trust reports of these, and report this"
        );
        assert_eq!(alarm(&Imbalance::default(), Some(earlier)), None);
    }
}
