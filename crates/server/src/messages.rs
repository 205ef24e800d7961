//! Messages that callers have left, for whoever asks: rows of the ledger, and files beside it.

use api::Messages;
use std::path::Path;
use std::sync::Arc;

/// The messages of the ledger at `path`, whose recordings are in the folder `recordings`.
pub(crate) fn messages(path: &Path, recordings: &Path) -> Messages {
    let (path, recordings) = (path.to_owned(), recordings.to_owned());
    Messages {
        list: {
            let path = path.clone();
            Arc::new(move || {
                let path = path.clone();
                Box::pin(async move {
                    let rows = ledger::messages(&path).await.map_err(|error| error.to_string())?;
                    serde_json::to_value(rows).map_err(|error| error.to_string())
                })
            })
        },
        callbacks: {
            let path = path.clone();
            Arc::new(move || {
                let path = path.clone();
                Box::pin(async move {
                    let rows = ledger::callbacks(&path).await.map_err(|error| error.to_string())?;
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
