//! Recordings that are too old. Their files are removed by a thread of its own, since their disk may stand while the ledger's does not, and a row goes when its
//! file has gone.

use crate::retention::Swept;
use crate::store::{Store, ask};
use std::fmt;
use std::io;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread;
use std::time::Duration;

/// Recordings that go at once: each is a file or two.
const AT_ONCE: i64 = 20;

/// The next ones that were over before a time.
pub(crate) const NEXT: &str = "
    SELECT recording, ended_at, id FROM recordings
    WHERE ended_at < $1 AND (ended_at, id) > ($2, $3) ORDER BY ended_at, id LIMIT $4";

/// Removes the files of the recording with this name, if they are there.
pub type RemoveFile = Box<dyn Fn(&str) -> io::Result<()> + Send>;

/// Before all of them, by when they were over and their ids.
pub(crate) const FRONT: (i64, i64) = (i64::MIN, i64::MIN);

/// Who removes recordings.
pub(crate) struct Remover {
    /// How long they are kept.
    pub(crate) keep: Duration,
    names: SyncSender<Vec<String>>,
    /// Of those, the ones whose files are gone.
    gone: Receiver<Vec<String>>,
    is_at_work: bool,
    /// When the last one that was looked at had ended, and its id. One that cannot be removed keeps nobody behind it.
    behind: (i64, i64),
}

impl Remover {
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn start(keep: Duration, remove: RemoveFile) -> io::Result<Self> {
        let (names, doomed) = sync_channel::<Vec<String>>(1);
        let (told, gone) = sync_channel(1);
        let remove = move |name: &String| {
            remove(name)
                .inspect_err(|error| tracing::warn!(recording = name, %error, "a recording that is too old cannot be removed"))
                .is_ok()
        };
        let work = move || {
            for mut names in doomed {
                names.retain(&remove);
                if told.send(names).is_err() {
                    return;
                }
            }
        };
        // Whoever ends waits for no disk: what is removed without a word to the ledger is not there the next time.
        thread::Builder::new().name("recordings-old".into()).spawn(work)?;
        Ok(Self { keep, names, gone, is_at_work: false, behind: FRONT })
    }

    /// Deletes the rows of those that have gone, and has some more removed of those that were over before a time.
    pub(crate) async fn sweep(&mut self, store: &mut Store, before: i64) -> sqlx::Result<Swept> {
        let gone = match self.gone.try_recv() {
            Ok(names) => {
                self.is_at_work = false;
                delete(store, &names).await?
            }
            Err(TryRecvError::Empty) if self.is_at_work => return Ok(Swept::Waits),
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => 0,
        };
        let names = self.next(store, before).await?;
        if names.is_empty() {
            self.behind = FRONT;
            return Ok(if gone > 0 { Swept::Some(gone) } else { Swept::All });
        }
        self.is_at_work = self.names.try_send(names).is_ok();
        Ok(if gone > 0 { Swept::Some(gone) } else { Swept::Waits })
    }

    async fn next(&mut self, store: &mut Store, before: i64) -> sqlx::Result<Vec<String>> {
        let (ended_at, id) = self.behind;
        let rows = ask(NEXT).bind(before).bind(ended_at).bind(id).bind(AT_ONCE).rows(store).await?;
        if let Some(last) = rows.last() {
            self.behind = (last.get("ended_at")?, last.get("id")?);
        }
        rows.iter().map(|row| row.get("recording")).collect()
    }
}

async fn delete(store: &mut Store, names: &[String]) -> sqlx::Result<u64> {
    let mut gone = 0;
    for name in names {
        let row = ask("DELETE FROM recordings WHERE recording = $1").bind(name.as_str());
        gone += row.execute(store).await?;
    }
    Ok(gone)
}

impl fmt::Debug for Remover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remover").field("keep", &self.keep).finish_non_exhaustive()
    }
}
