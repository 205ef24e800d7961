//! By whose clock the days of a report are told: the centre's, as the server last had it.

use crate::error::ReadError;
use crate::place::Place;
use crate::store::{Store, ask};
use crate::text::short;
use crate::{read, schema};

/// There is one centre.
const CENTRE: i64 = 1;

/// Keeps the name of the time zone.
pub(crate) async fn keep(store: &mut Store, name: &str) -> sqlx::Result<()> {
    let kept = ask("INSERT INTO centre (id, time_zone) VALUES ($1, $2)
        ON CONFLICT (id) DO UPDATE SET time_zone = excluded.time_zone");
    kept.bind(CENTRE).bind(short(name)).execute(store).await.map(drop)
}

/// The name of the time zone of the centre, such as `Europe/Stockholm`, as the dialplan last in force had it;
/// none before the first start of a server that says so.
///
/// # Errors
/// When there is no ledger at `place`, or it cannot be read.
pub async fn time_zone(place: &Place) -> Result<Option<String>, ReadError> {
    let (mut store, version) = read::versioned(place).await?;
    if version < schema::QUARTERS_SINCE {
        return Ok(None);
    }
    let asked = ask("SELECT time_zone FROM centre WHERE id = $1").bind(CENTRE);
    let row = asked.row(&mut store).await;
    let name = row.and_then(|row| row.map(|row| row.get("time_zone")).transpose());
    name.map_err(|source| ReadError::of(place, source))
}
