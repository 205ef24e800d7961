//! Where phones can be reached: the table that holds what is true now, and no history of it.

use crate::error::OpenError;
use crate::open::Ledger;
use crate::text::{column, micros};
use clock::WallTime;
use events::{BindingChange, SavedBinding};
use ids::{BindingId, FlowId};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

/// Between two proxies of a path. No address has a line break in it.
const BETWEEN: &str = "\n";

/// Writes one change, inside the transaction of the caller.
pub(crate) async fn change(
    connection: &mut SqliteConnection,
    change: &BindingChange,
) -> sqlx::Result<()> {
    match change {
        BindingChange::Kept { binding, until } => keep(connection, binding, *until).await,
        BindingChange::Gone(id) => {
            let query = sqlx::query("DELETE FROM bindings WHERE id = ?1").bind(column(id.0));
            query.execute(connection).await.map(drop)
        }
    }
}

async fn keep(
    connection: &mut SqliteConnection,
    binding: &SavedBinding,
    until: WallTime,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT OR REPLACE INTO bindings
         (id, account, contact, peer, listener, path, call_id, cseq, user_agent, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )
    .bind(column(binding.id.0))
    .bind(&*binding.account)
    .bind(&binding.contact)
    .bind(binding.peer.to_string())
    .bind(column(binding.listener.0))
    .bind(binding.path.join(BETWEEN))
    .bind(&binding.call_id)
    .bind(binding.cseq)
    .bind(binding.user_agent.as_deref())
    .bind(micros(until))
    .execute(connection)
    .await
    .map(drop)
}

impl Ledger {
    /// The bindings that earlier runs have left, each with its end, the one that ends first first.
    /// A row that does not read is left out, and stays until another binding takes its number.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn bindings(&mut self) -> Result<Vec<(SavedBinding, WallTime)>, OpenError> {
        let rows = sqlx::query("SELECT * FROM bindings ORDER BY expires_at, id")
            .fetch_all(&mut self.connection)
            .await
            .map_err(|source| OpenError::sqlite(&self.path, source))?;
        Ok(rows.iter().filter_map(read).collect())
    }
}

/// A row as it was written; `None` if somebody has written something else there since.
fn read(row: &SqliteRow) -> Option<(SavedBinding, WallTime)> {
    let text = |name: &str| row.try_get::<String, _>(name).ok();
    let number = |name: &str| row.try_get::<i64, _>(name).ok();
    let path = text("path")?;
    let binding = SavedBinding {
        id: BindingId(u64::try_from(number("id")?).ok()?),
        account: text("account")?.into(),
        contact: text("contact")?,
        peer: text("peer")?.parse().ok()?,
        listener: FlowId(u64::try_from(number("listener")?).ok()?),
        path: path.split(BETWEEN).filter(|hop| !hop.is_empty()).map(str::to_owned).collect(),
        call_id: text("call_id")?,
        cseq: u32::try_from(number("cseq")?).ok()?,
        user_agent: row.try_get("user_agent").ok()?,
    };
    Some((binding, WallTime::from_micros(number("expires_at")?)))
}
