//! Where phones can be reached: the table that holds what is true now, and no history of it.

use crate::error::OpenError;
use crate::open::Ledger;
use crate::store::{Row, Store, ask};
use crate::text::{column, micros};
use clock::WallTime;
use events::{BindingChange, SavedBinding};
use ids::{BindingId, FlowId};

/// Between two proxies of a path. No address has a line break in it.
const BETWEEN: &str = "\n";

const KEEP: &str = "
    INSERT INTO bindings
        (id, account, contact, peer, listener, path, call_id, cseq, user_agent, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (id) DO UPDATE SET account = $2, contact = $3, peer = $4, listener = $5, path = $6,
        call_id = $7, cseq = $8, user_agent = $9, expires_at = $10";

/// Writes one change, inside the transaction of the caller.
pub(crate) async fn change(store: &mut Store, change: &BindingChange) -> sqlx::Result<()> {
    match change {
        BindingChange::Kept { binding, until } => keep(store, binding, *until).await,
        BindingChange::Gone(id) => {
            let gone = ask("DELETE FROM bindings WHERE id = $1").bind(column(id.0));
            gone.execute(store).await.map(drop)
        }
    }
}

async fn keep(store: &mut Store, binding: &SavedBinding, until: WallTime) -> sqlx::Result<()> {
    ask(KEEP)
        .bind(column(binding.id.0))
        .bind(&*binding.account)
        .bind(&*binding.contact)
        .bind(binding.peer.to_string())
        .bind(column(binding.listener.0))
        .bind(binding.path.join(BETWEEN))
        .bind(&*binding.call_id)
        .bind(binding.cseq)
        .bind(binding.user_agent.as_deref())
        .bind(micros(until))
        .execute(store)
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
        let rows =
            ask("SELECT * FROM bindings ORDER BY expires_at, id").rows(&mut self.store).await;
        let rows = rows.map_err(|source| OpenError::of(&self.place, source))?;
        Ok(rows.iter().filter_map(read).collect())
    }
}

/// A row as it was written; `None` if somebody has written something else there since.
fn read(row: &Row) -> Option<(SavedBinding, WallTime)> {
    let text = |name: &str| row.get::<String>(name).ok();
    let number = |name: &str| row.get::<i64>(name).ok();
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
        user_agent: row.get("user_agent").ok()?,
    };
    Some((binding, WallTime::from_micros(number("expires_at")?)))
}
