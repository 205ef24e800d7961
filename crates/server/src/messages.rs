//! Messages that callers have left, for whoever asks: rows of the ledger, and files beside it.

use api::Messages;
use ledger::Place;
use std::path::Path;
use std::sync::Arc;

/// The messages of the ledger at `place`, whose recordings are in the folder `recordings`.
pub(crate) fn messages(place: &Place, recordings: &Path) -> Messages {
    let (place, recordings) = (place.clone(), recordings.to_owned());
    Messages {
        list: {
            let place = place.clone();
            Arc::new(move || {
                let place = place.clone();
                Box::pin(async move {
                    let rows = ledger::messages(&place).await.map_err(|error| error.to_string())?;
                    serde_json::to_value(rows).map_err(|error| error.to_string())
                })
            })
        },
        callbacks: {
            let place = place.clone();
            Arc::new(move || {
                let place = place.clone();
                Box::pin(async move {
                    let rows =
                        ledger::callbacks(&place).await.map_err(|error| error.to_string())?;
                    serde_json::to_value(rows).map_err(|error| error.to_string())
                })
            })
        },
        open: Arc::new(move |message| {
            let file = media::recording_path(&recordings, message);
            Box::pin(async move {
                let opened = tokio::fs::File::open(file).await?;
                Ok(opened.into_std().await)
            })
        }),
    }
}
