//! Queues that somebody keeps open or closed by hand, over restarts.

use crate::error::OpenError;
use crate::open::Ledger;
use crate::store::{Row, Store, ask};
use crate::text::short;
use clock::WallTime;
use events::{By, Kept, QueueEvent, SavedQueue};

/// Applies `event`, which happened `at` (microseconds), to the row of its queue.
pub(crate) async fn project(
    store: &mut Store,
    queue: &str,
    at: i64,
    event: &QueueEvent,
) -> sqlx::Result<()> {
    let (kept, by) = match event {
        QueueEvent::Closed { by } => (Kept::Closed, by),
        QueueEvent::Opened { by } => (Kept::Open, by),
        QueueEvent::ByHours { .. } => {
            let gone = ask("DELETE FROM queues_by_hand WHERE queue = $1");
            return gone.bind(short(queue)).execute(store).await.map(|_| ());
        }
    };
    ask("INSERT INTO queues_by_hand (queue, kept, kept_by, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (queue) DO UPDATE SET kept = $2, kept_by = $3, at = $4")
    .bind(short(queue))
    .bind(kept.word())
    .bind(short(&by.to_string()).into_owned())
    .bind(at)
    .execute(store)
    .await
    .map(|_| ())
}

impl Ledger {
    /// The queues that somebody keeps open or closed, by name.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn queues_by_hand(&mut self) -> Result<Vec<SavedQueue>, OpenError> {
        let all = ask("SELECT queue, kept, kept_by, at FROM queues_by_hand ORDER BY queue");
        let rows = all.rows(&mut self.store).await;
        let rows = rows.map_err(|source| OpenError::of(&self.place, source))?;
        Ok(rows.iter().filter_map(read).collect())
    }
}

/// A row as it was written; `None` if somebody has written something else there since.
fn read(row: &Row) -> Option<SavedQueue> {
    let word: String = row.get("kept").ok()?;
    Some(SavedQueue {
        queue: row.get::<String>("queue").ok()?.into(),
        kept: [Kept::Open, Kept::Closed].into_iter().find(|kept| kept.word() == word)?,
        by: By::read(&row.get::<String>("kept_by").ok()?)?,
        at: WallTime::from_micros(row.get("at").ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Place;
    use crate::record::commit;
    use events::{Event, What};

    #[tokio::test]
    async fn a_queue_that_is_kept_by_hand_is_found_by_the_next_run_until_it_follows_its_hours() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::sqlite(folder.path().join("ledger.db"));
        let (mut ledger, _) = Ledger::open(&place).await.unwrap();
        let event = |seq: u64, queue: &str, happened: QueueEvent| {
            let at = WallTime::from_micros(i64::try_from(seq).unwrap());
            Event { seq, at, what: What::Queue(queue.into(), happened) }.into()
        };
        let desk = || By::Token("desk".into());
        let batch = [
            event(1, "sales", QueueEvent::Opened { by: By::Socket }),
            event(2, "support", QueueEvent::Opened { by: By::Socket }),
            event(3, "support", QueueEvent::Closed { by: desk() }),
            event(4, "sales", QueueEvent::ByHours { by: desk() }),
        ];
        commit(&mut ledger.store, ledger.run, &batch).await.unwrap();
        let support = SavedQueue {
            queue: "support".into(),
            kept: Kept::Closed,
            by: desk(),
            at: WallTime::from_micros(3),
        };
        assert_eq!(ledger.queues_by_hand().await.unwrap(), [support]);
    }
}
