//! What was done lately that counts against a limit of an hour or a day, for a new run to begin with.

use crate::error::OpenError;
use crate::open::Ledger;
use crate::store::{Row, ask};
use crate::text::micros;
use clock::WallTime;
use events::{Ani, Counted, CountedBy};
use serde_json::Value;

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;

/// How many of the latest events are recalled of either kind: a start must not read for ever.
const READ_MAX: u32 = 200_000;

/// Promises and attempts of callbacks: few, and found by when each was promised or tried last.
const OF_CALLBACKS: &str = "
    SELECT * FROM (
        SELECT events.at, events.run, events.seq, kind, detail, callback, number
        FROM callbacks JOIN events ON events.call = callbacks.id
        WHERE (promised_at >= $1 OR tried_at >= $2) AND events.at >= $1
            AND kind IN ('callback_promised', 'callback_renewed', 'callback_attempt', 'callback_not_reached')
        ORDER BY events.at DESC, events.run DESC, events.seq DESC LIMIT $3
    ) AS latest ORDER BY at, run, seq";

/// Calls of `dial` steps.
const OF_STEPS: &str = "
    SELECT * FROM (
        SELECT at, run, seq, detail FROM events WHERE at >= $1 AND kind = 'called_out'
        ORDER BY at DESC, run DESC, seq DESC LIMIT $2
    ) AS latest ORDER BY at, run, seq";

impl Ledger {
    /// What was promised in the day before `now`, and who was called in the hour before it, the oldest first of each
    /// kind. Calls of agents are with their [desks](Self::desks).
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn counted(&mut self, now: WallTime) -> Result<Vec<Counted>, OpenError> {
        let now = micros(now);
        let (day, hour) = (now.saturating_sub(DAY), now.saturating_sub(HOUR));
        let of_callbacks = ask(OF_CALLBACKS).bind(day).bind(hour).bind(READ_MAX);
        let of_callbacks = of_callbacks.rows(&mut self.store).await;
        let of_callbacks = of_callbacks.map_err(|source| OpenError::of(&self.place, source))?;
        let of_steps = ask(OF_STEPS).bind(hour).bind(READ_MAX).rows(&mut self.store).await;
        let of_steps = of_steps.map_err(|source| OpenError::of(&self.place, source))?;
        let mut counted = Vec::new();
        for row in &of_callbacks {
            count(&mut counted, row);
        }
        counted.extend(of_steps.iter().filter_map(of_step));
        Ok(counted)
    }
}

/// Counts what a callback's event says. A row that somebody has written something else into counts nothing.
fn count(counted: &mut Vec<Counted>, row: &Row) {
    let read = || Some((row.get("at").ok()?, text(row, "kind")?, text(row, "number")?));
    let Some((at, kind, number)) = read() else { return };
    let at = WallTime::from_micros(at);
    let number = Ani::new(number);
    let detail = detail(row);
    let why = detail.get("why").and_then(Value::as_str);
    match &*kind {
        "callback_promised" | "callback_renewed" => {
            let step =
                text(row, "callback").filter(|_| detail.get("call") == Some(&Value::from(0)));
            let requested = step.map(|step| CountedBy::Request(step.into()));
            let both = [Some(CountedBy::Promise(number)), requested];
            counted.extend(both.into_iter().flatten().map(|by| Counted { at, by }));
        }
        "callback_attempt" => counted.push(Counted { at, by: CountedBy::Customer(number) }),
        // Nobody was called in the attempt before.
        "callback_not_reached" if why == Some("not_stored") || why == Some("not_allowed") => {
            let by = CountedBy::Customer(number);
            if let Some(last) = counted.iter().rposition(|it| it.by == by) {
                counted.remove(last);
            }
        }
        _ => {}
    }
}

fn of_step(row: &Row) -> Option<Counted> {
    let at = WallTime::from_micros(row.get("at").ok()?);
    let detail = detail(row);
    let step = detail.get("step").and_then(Value::as_str);
    let step = step.filter(|step| !step.is_empty())?.into();
    Some(Counted { at, by: CountedBy::Step(step) })
}

fn text(row: &Row, name: &str) -> Option<String> {
    row.get(name).ok()
}

fn detail(row: &Row) -> Value {
    text(row, "detail").and_then(|detail| serde_json::from_str(&detail).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Place;
    use crate::record::commit;
    use events::{CallEvent, CallbackEvent, CallbackPromised, Event, NotReached, What};
    use ids::CallId;

    const KIM: &str = "+46701234567";
    const LO: &str = "+46707654321";

    fn promised(number: &str, call: u64) -> CallbackEvent {
        CallbackEvent::Promised(Box::new(CallbackPromised {
            instead_of: None,
            callback: "web".into(),
            queue: "support".into(),
            call,
            dialled: "9000".into(),
            number: Ani::new(number),
            caller: Ani::default(),
            name: None,
            company: None,
            demands: Vec::new(),
            whisper: Vec::new(),
            expected_ms: None,
            due_ms: None,
            language: "sv".into(),
            waited_ms: 0,
            window_ms: 1_000,
        }))
    }

    #[tokio::test]
    async fn the_next_run_counts_what_was_promised_in_a_day_and_who_was_called_in_an_hour() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::sqlite(folder.path().join("ledger.db"));
        let (mut ledger, _) = Ledger::open(&place).await.unwrap();
        let callback = |id, event| What::Callback(CallId(id), event);
        let attempt = CallbackEvent::Attempt { attempt: 1, agent: None };
        let why = |why| CallbackEvent::NotReached { attempt: 1, why };
        let called_out = |step: &str| {
            let number = "112".to_owned();
            What::Call(
                CallId(9),
                CallEvent::CalledOut { step: step.into(), number, trunk: "a".into() },
            )
        };
        let minutes = [
            // More than a day before.
            (0, callback(1, promised(KIM, 7))),
            (100, callback(2, promised(LO, 0))),
            (200, callback(1, CallbackEvent::Renewed { call: 0, window_ms: 1_000 })),
            (201, callback(1, attempt.clone())),
            (202, callback(1, why(NotReached::Busy))),
            (1_400, called_out("taxi")),
            (1_410, callback(1, attempt.clone())),
            (1_411, callback(1, why(NotReached::Busy))),
            (1_420, called_out("taxi")),
            (1_430, callback(2, attempt)),
            (1_431, callback(2, why(NotReached::NotStored))),
        ];
        let at = |minute: i64| WallTime::from_micros(60_000_000 * minute);
        let event = |(seq, (minute, what))| Event { seq, at: at(minute), what }.into();
        let batch: Vec<_> = (1..).zip(minutes).map(event).collect();
        commit(&mut ledger.store, ledger.run, &batch).await.unwrap();
        let by = |minute, by| Counted { at: at(minute), by };
        let (kim, lo) = (Ani::new(KIM), Ani::new(LO));
        let expected = [
            by(100, CountedBy::Promise(lo)),
            by(100, CountedBy::Request("web".into())),
            by(200, CountedBy::Promise(kim.clone())),
            by(200, CountedBy::Request("web".into())),
            by(201, CountedBy::Customer(kim.clone())),
            by(1_410, CountedBy::Customer(kim)),
            by(1_420, CountedBy::Step("taxi".into())),
        ];
        assert_eq!(ledger.counted(at(1_470)).await.unwrap(), expected);
        assert_eq!(ledger.counted(at(9_000)).await.unwrap(), []);
    }
}
