//! Reads what the ledger has counted of a day, for an engine that tells days by another clock from now on.

use crate::note::Note;
use border::Sender;
use clock::WallTime;
use ledger::{Place, day_so_far};
use std::cell::RefCell;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::task::AbortHandle;
use tokio::time::sleep;

/// What the ledger does not have yet, or cannot say, is asked for again after this.
const AGAIN: Duration = Duration::from_millis(200);

/// A day, and the event up to which it is to be counted at least.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub(crate) began: WallTime,
    pub(crate) ends: WallTime,
    pub(crate) after: u64,
}

/// Reads days, one at a time.
#[derive(Debug)]
pub(crate) struct Days {
    place: Place,
    /// The run that the ledger is written for.
    run: i64,
    notes: Sender<Note>,
    runtime: Handle,
    /// Reads the last one that was wanted.
    reading: RefCell<Option<AbortHandle>>,
}

impl Days {
    /// Must be called inside a Tokio runtime.
    pub(crate) fn new((place, run): (Place, i64), notes: Sender<Note>) -> Self {
        Self { place, run, notes, runtime: Handle::current(), reading: RefCell::default() }
    }

    /// Reads this one, however long the ledger takes to have all of it, and none that was wanted before.
    pub(crate) fn read(&self, wanted: Wanted) {
        let (place, run, notes) = (self.place.clone(), self.run, self.notes.clone());
        let reading = self.runtime.spawn(async move {
            while !is_read((&place, run), &notes, wanted).await {
                sleep(AGAIN).await;
            }
        });
        let before = self.reading.borrow_mut().replace(reading.abort_handle());
        before.into_iter().for_each(|before| before.abort());
    }
}

/// Tells the engine of the day, if it can be read and has everything.
async fn is_read((place, run): (&Place, i64), notes: &Sender<Note>, wanted: Wanted) -> bool {
    let Wanted { began, ends, after } = wanted;
    match day_so_far(place, run, (began, ends)).await {
        Ok((day, last)) if last >= after => {
            notes.try_send(Note::DayRead { day: Box::new(day), last }).is_ok()
        }
        Ok(_) => false,
        Err(error) => {
            tracing::debug!(%error, "what is counted of the day cannot be read yet");
            false
        }
    }
}
