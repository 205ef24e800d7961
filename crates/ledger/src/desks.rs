//! What holds of agents at work: the table that has what is true now, and no history of it.

use crate::error::OpenError;
use crate::open::Ledger;
use crate::store::{Store, ask};
use crate::text::short;
use events::SavedDesk;

/// Writes what holds of an agent, inside the transaction of the caller.
pub(crate) async fn change(store: &mut Store, desk: &SavedDesk) -> sqlx::Result<()> {
    let facts = serde_json::to_string(desk).map_err(|error| sqlx::Error::Encode(error.into()))?;
    ask("INSERT INTO desks (account, facts) VALUES ($1, $2)
         ON CONFLICT (account) DO UPDATE SET facts = $2")
    .bind(short(&desk.account))
    .bind(facts)
    .execute(store)
    .await
    .map(drop)
}

impl Ledger {
    /// What earlier runs have left of agents, by account. A row that does not read is left out.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn desks(&mut self) -> Result<Vec<SavedDesk>, OpenError> {
        let rows = ask("SELECT facts FROM desks ORDER BY account").rows(&mut self.store).await;
        let rows = rows.map_err(|source| OpenError::of(&self.place, source))?;
        let facts = rows.iter().filter_map(|row| row.get::<String>("facts").ok());
        Ok(facts.filter_map(|facts| serde_json::from_str(&facts).ok()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Place;
    use crate::record::commit;
    use events::{SavedPause, SavedWrapUp};

    #[tokio::test]
    async fn the_next_run_finds_what_held_last_of_each_agent() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::sqlite(folder.path().join("ledger.db"));
        let (mut ledger, _) = Ledger::open(&place).await.unwrap();
        let here = SavedDesk {
            account: "1001".into(),
            at: 7,
            logged_in: true,
            by_hand: true,
            pause: Some(SavedPause {
                pause: "lunch".into(),
                began: true,
                max_at: Some(9),
                too_long: false,
            }),
            away_from: vec!["sales".into()],
            wrap_up: Some(SavedWrapUp {
                call: 4,
                queue: "support".into(),
                began: 5,
                due: 8,
                until: 9,
                filed: true,
            }),
            vain: [1, 0, 2, 0],
            returns_at: Some(11),
            calls_today: 3,
            calls_out: vec![3],
        };
        let gone = SavedDesk {
            account: "1001".into(),
            at: 8,
            logged_in: false,
            by_hand: false,
            pause: None,
            away_from: Vec::new(),
            wrap_up: None,
            vain: [0; 4],
            returns_at: None,
            calls_today: 3,
            calls_out: vec![3],
        };
        let other = SavedDesk { account: "1002".into(), ..here.clone() };
        let batch = [here, other.clone(), gone.clone()].map(Into::into);
        commit(&mut ledger.store, ledger.run, &batch).await.unwrap();
        ledger.store.script("INSERT INTO desks VALUES ('1003', 'no JSON')").await.unwrap();
        assert_eq!(ledger.desks().await.unwrap(), [gone, other]);
    }
}
