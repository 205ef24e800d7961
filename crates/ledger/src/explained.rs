//! Why calls went where they went, as it was written when they did.

use crate::error::ReadError;
use crate::place::Place;
use crate::read::connect;
use crate::store::{Row, ask};
use crate::text::column;
use ids::CallId;
use serde::de::DeserializeOwned;
use serde_json::Value;
use snapshot::{CallPast, DecisionExplained, Rung, StandingExplained};

/// No more rings, and no more queues that a caller has left, are told of one call or agent: the latest.
pub const TOLD_MAX: u32 = 50;

/// What is known of the rings of a call, and of how it stood when it left queues unserved; none where there is no
/// such call.
///
/// # Errors
/// When there is no ledger at `place`, or it cannot be read.
pub async fn explained(place: &Place, call: CallId) -> Result<Option<CallPast>, ReadError> {
    let mut store = connect(place).await?;
    let is_there = ask("SELECT id FROM calls WHERE id = $1")
        .bind(column(call.0))
        .row(&mut store)
        .await
        .map_err(|source| ReadError::of(place, source))?;
    if is_there.is_none() {
        return Ok(None);
    }
    let mut rows =
        ask("SELECT kind, detail FROM events WHERE call = $1 AND kind IN ('rang', 'unserved')
         ORDER BY run DESC, seq DESC LIMIT $2")
        .bind(column(call.0))
        .bind(TOLD_MAX)
        .rows(&mut store)
        .await
        .map_err(|source| ReadError::of(place, source))?;
    rows.reverse();
    let mut past = CallPast::default();
    for row in rows {
        match row.get::<String>("kind").as_deref() {
            Ok("rang") => past.decisions.extend(decision(&row)),
            Ok("unserved") => past.unserved.extend(read::<StandingExplained>(&row, None)),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(Some(past))
}

/// The latest rings at an agent that are explained, the oldest of them first.
///
/// # Errors
/// When there is no ledger at `place`, or it cannot be read.
pub async fn rung(place: &Place, agent: &str, last: u32) -> Result<Vec<Rung>, ReadError> {
    let mut store = connect(place).await?;
    let mut rows = ask("SELECT call, detail FROM events WHERE agent = $1 AND kind = 'rang'
         ORDER BY run DESC, seq DESC LIMIT $2")
    .bind(agent)
    .bind(last.min(TOLD_MAX))
    .rows(&mut store)
    .await
    .map_err(|source| ReadError::of(place, source))?;
    rows.reverse();
    let rung = |row: &Row| {
        let call = u64::try_from(row.get::<i64>("call").ok()?).ok()?;
        Some(Rung { call, why: decision(row)? })
    };
    Ok(rows.iter().filter_map(rung).collect())
}

/// The reason of a ring; none in a row of a version that did not write it.
pub(crate) fn decision(row: &Row) -> Option<DecisionExplained> {
    read(row, Some("why"))
}

/// The detail of a row, or a part of it; `None` where it says something else.
fn read<T: DeserializeOwned>(row: &Row, part: Option<&str>) -> Option<T> {
    let mut detail: Value = serde_json::from_str(&row.get::<String>("detail").ok()?).ok()?;
    let value = match part {
        Some(part) => detail.get_mut(part)?.take(),
        None => detail,
    };
    serde_json::from_value(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::commit;
    use crate::text::timestamp;
    use crate::{Ledger, Place};
    use clock::WallTime;
    use events::{CallEvent, Event, What};
    use snapshot::{RivalExplained, RuleExplained};
    use std::collections::BTreeMap;

    fn why(agent: &str) -> DecisionExplained {
        DecisionExplained {
            at: timestamp(7),
            queue: "support".to_owned(),
            agent: agent.to_owned(),
            conversations: 0,
            waited_ms: 1_500,
            priority: 2,
            score_ms: 61_500,
            rule: RuleExplained::HighestScore {
                rivals: vec![RivalExplained { call: 9, score_ms: 60_000 }],
            },
        }
    }

    fn stood() -> StandingExplained {
        StandingExplained {
            queue: "support".to_owned(),
            strategy: "linear".to_owned(),
            arrived: timestamp(1_000),
            waited_ms: 4,
            ageing: 100,
            priority: 0,
            priority_ms: 0,
            score_ms: 4,
            place: Some(3),
            before: Vec::new(),
            relaxes: None,
            agents: Vec::new(),
            obstacles: BTreeMap::from([("paused".to_owned(), 4)]),
        }
    }

    #[tokio::test]
    async fn reasons_are_read_as_they_were_written_and_rows_without_them_are_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::sqlite(folder.path().join("ledger.db"));
        let (mut ledger, opened) = Ledger::open(&place).await.unwrap();
        let call = opened.next_call;
        let rang = |reservation, agent: &str, why: Option<DecisionExplained>| CallEvent::Rang {
            reservation,
            agent: agent.into(),
            why: why.map(Box::new),
        };
        let events = [
            CallEvent::Offered {
                number: "9000".into(),
                caller: events::Ani::new("0701234567"),
                trunk: None,
                diverted_by: None,
                direction: events::Direction::In,
            },
            // As versions before this one wrote it.
            rang(1, "1001", None),
            rang(2, "1001", Some(why("1001"))),
            rang(3, "1002", Some(why("1002"))),
            CallEvent::Unserved(Box::new(stood())),
        ];
        let batch: Vec<_> = (1..)
            .zip(events)
            .map(|(seq, event)| {
                let at = WallTime::from_micros(i64::try_from(seq).unwrap());
                Event { seq, at, what: What::Call(call, event) }.into()
            })
            .collect();
        commit(&mut ledger.store, ledger.run, &batch).await.unwrap();
        let past = explained(&place, call).await.unwrap().unwrap();
        assert_eq!(past.decisions, [why("1001"), why("1002")]);
        assert_eq!(past.unserved, [stood()]);
        assert_eq!(explained(&place, CallId(call.0 + 1)).await.unwrap(), None);
        let rung = rung(&place, "1001", 5).await.unwrap();
        assert_eq!(rung, [Rung { call: call.0, why: why("1001") }]);
    }
}
