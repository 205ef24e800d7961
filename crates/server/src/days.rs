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

/// What the ledger does not have yet, or cannot say, is asked for again after this, and after twice as long each further time.
const AGAIN: Duration = Duration::from_millis(200);
/// No wait is longer: a ledger that comes back shall not be waited for much longer than it took.
const AGAIN_MAX: Duration = Duration::from_secs(5);

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
            let mut waits = waits();
            let mut note = loop {
                if let Some(note) = read((&place, run), wanted).await {
                    break note;
                }
                sleep(waits.next().unwrap_or(AGAIN_MAX)).await;
            };
            // Where the engine has no room for it, it need not be read again.
            while let Err(back) = notes.try_send(note) {
                note = back;
                sleep(AGAIN).await;
            }
        });
        let before = self.reading.borrow_mut().replace(reading.abort_handle());
        before.into_iter().for_each(|before| before.abort());
    }
}

/// How long to wait before each further try.
fn waits() -> impl Iterator<Item = Duration> {
    std::iter::successors(Some(AGAIN), |wait| Some((*wait * 2).min(AGAIN_MAX)))
}

/// What the engine is told of the day, if it can be read and has everything.
async fn read((place, run): (&Place, i64), wanted: Wanted) -> Option<Note> {
    let Wanted { began, ends, after } = wanted;
    match day_so_far(place, run, (began, ends), after).await {
        Ok(day) => day.map(|(day, last)| Note::DayRead { day: Box::new(day), last }),
        Err(error) => {
            tracing::debug!(%error, "what is counted of the day cannot be read yet");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::{Event, TrunkEvent, What};
    use ledger::Ledger;
    use std::time::Instant;

    /// A disk may be slow.
    const READ_MAX: Duration = Duration::from_secs(30);

    #[test]
    fn waits_double_up_to_five_seconds() {
        let waits: Vec<_> = waits().take(7).map(|wait| wait.as_millis()).collect();
        assert_eq!(waits, [200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    }

    /// The engine has no room for it at first, either.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_day_is_told_when_the_ledger_has_all_of_it_and_the_engine_has_room() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::sqlite(folder.path().join("ledger.db"));
        let (ledger, _) = Ledger::open(&place).await.unwrap();
        let (writer, thread) = ledger.writer(|_| {}).unwrap();
        let (notes, mut inbox) = border::inbox(1);
        let days = Days::new((place, 1), notes.clone());
        let [began, ends] = [0, 86_400_000_000].map(WallTime::from_micros);
        days.read(Wanted { began, ends, after: 1 });
        sleep(AGAIN * 2).await;
        assert!(inbox.take().is_none(), "the ledger lags");
        notes.try_send(Note::Stored(0)).unwrap_or_else(|_| panic!("there is room for one"));
        let event =
            Event { seq: 1, at: began, what: What::Trunk("carrier".into(), TrunkEvent::Up) };
        writer.try_send(event).unwrap_or_else(|_| panic!("there is room"));
        sleep(AGAIN * 6).await;
        assert!(matches!(inbox.take(), Some(Note::Stored(0))));
        let given_up = Instant::now() + READ_MAX;
        let (day, last) = loop {
            assert!(Instant::now() < given_up, "it is read");
            sleep(AGAIN).await;
            if let Some(Note::DayRead { day, last }) = inbox.take() {
                break (day, last);
            }
        };
        assert_eq!((day.began, day.ends, last), (began, ends, 1));
        drop(writer);
        thread.finish(Duration::from_secs(5)).unwrap();
    }
}
