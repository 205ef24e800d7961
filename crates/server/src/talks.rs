//! The recordings of talks on disk held against the rows of the ledger, before a start takes any call.
//!
//! What was said in a talk cannot be said again, so nothing of it is thrown away: what a dead process has left is made whole, and its
//! row says that it was cut off. One that no row names gets its row by what stands beside it; one that nobody can be named for is left as it is, and
//! told. What is older than the ledger belongs to another ledger.

use crate::exit::Fault;
use api::{RecordingForm, Recordings};
use events::{FoundRecording, RecordingEnd, RecordingLabel};
use ids::RecordingId;
use ledger::{Ledger, Place, RecordingRow, RecordingState};
use media::{Mended, TalkForm};
use serde_json::Value;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Arc;

/// What earlier runs have left of recordings whose end they never told.
pub(crate) async fn found(
    ledger: &mut Ledger,
    folder: &Path,
) -> Result<Vec<FoundRecording>, Fault> {
    let mut known = ledger.recordings().await.map_err(Fault::found)?;
    let is_known = |id| matches!(known.get(&id), Some((_, RecordingState::There)));
    let mended = media::mend_talks(folder, is_known).map_err(|error| {
        Fault::found(format!("{}: {error}: recordings of talks are kept there", folder.display()))
    })?;
    let began = ledger.began().await.map_err(Fault::found)?.as_micros();
    let mut found = Vec::new();
    for file in mended {
        match known.remove(&file.recording) {
            Some((_, RecordingState::There)) => {}
            Some((call, RecordingState::GoesOn | RecordingState::Failed)) => {
                found.push(of_file(file, call.0, None));
            }
            None => match label(folder, file.recording) {
                Some(label) if label.began_at < began => {}
                Some(label) => found.push(of_file(file, label.call, Some(label))),
                None => tell_unnamed(file.recording),
            },
        }
    }
    for (id, (call, state)) in known {
        if state == RecordingState::GoesOn {
            let end = RecordingEnd::Failed;
            found.push(FoundRecording {
                id,
                unnamed: None,
                call: call.0,
                end,
                length_ms: 0,
                bytes: 0,
            });
        }
    }
    Ok(found)
}

/// The recordings of the ledger at `place`, whose files are in `folder`, for whoever asks.
pub(crate) fn recordings(place: &Place, folder: &Path) -> Recordings {
    let (place, folder) = (place.clone(), folder.to_owned());
    let there = folder.clone();
    Recordings {
        of_call: Arc::new(move |call| {
            let (place, folder) = (place.clone(), there.clone());
            Box::pin(async move {
                let rows = ledger::recordings(&place, call).await;
                let rows = rows.map_err(|error| error.to_string())?;
                let rows = tokio::task::spawn_blocking(move || with_files(&rows, &folder)).await;
                rows.map_err(|error| error.to_string())?.map_err(|error| error.to_string())
            })
        }),
        open: Arc::new(move |recording, form| {
            let form = match form {
                RecordingForm::Wav => TalkForm::Wav,
                RecordingForm::Opus => TalkForm::Opus,
            };
            let file = media::talk_path(&folder, recording, form);
            Box::pin(async move {
                let opened = tokio::fs::File::open(file).await?;
                Ok(opened.into_std().await)
            })
        }),
    }
}

/// The rows of recordings, each with the last part of the path by which its sound is fetched, if that is there.
fn with_files(rows: &[RecordingRow], folder: &Path) -> serde_json::Result<Value> {
    let file = |row: &RecordingRow| {
        let form = media::talk_form(folder, RecordingId::from_hex(&row.recording)?)?;
        Some(format!("recording.{}", form.ending()))
    };
    let rows = rows.iter().map(|row| {
        let mut value = serde_json::to_value(row)?;
        if let Value::Object(columns) = &mut value {
            columns.insert("file".to_owned(), file(row).into());
        }
        Ok(value)
    });
    rows.collect::<Result<Vec<_>, _>>().map(Value::Array)
}

/// Removes the recording of this name, if it is there. Whose it is goes last, so that what is left of one that could not be removed has
/// a name.
pub(crate) fn remove_named(folder: &Path, name: &str) -> io::Result<()> {
    RecordingId::from_hex(name).map_or(Ok(()), |recording| remove(folder, recording))
}

fn remove(folder: &Path, recording: RecordingId) -> io::Result<()> {
    for path in media::talk_files(folder, recording) {
        match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    // A file that came back after a power failure would have no row.
    match fs::File::open(folder).and_then(|folder| folder.sync_all()) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn of_file(file: Mended, call: u64, unnamed: Option<RecordingLabel>) -> FoundRecording {
    let Mended { recording: id, length, bytes, was_whole } = file;
    let end = if was_whole { RecordingEnd::Whole } else { RecordingEnd::CutOff };
    let length_ms = u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
    FoundRecording { id, unnamed, call, end, length_ms, bytes }
}

fn label(folder: &Path, id: RecordingId) -> Option<RecordingLabel> {
    let text = fs::read(media::talk_label_path(folder, id)).ok()?;
    serde_json::from_slice(&text).ok()
}

fn tell_unnamed(recording: RecordingId) {
    tracing::warn!(%recording, "nobody can say whose this recording of a talk is: it is left as it is");
}

#[cfg(test)]
mod tests {
    use super::*;
    use clock::WallTime;
    use events::{Event, RecordedBy, RecordingName, SoundEvent, What};
    use ids::CallId;
    use ledger::Entry;
    use std::time::Duration;

    fn label_of(call: u64, began_at: i64) -> RecordingLabel {
        let started_by = RecordedBy::Queue;
        RecordingLabel { call, began_at, agent: None, started_by, queue: None }
    }

    /// A second of a recording, whole or not, and what stands beside it.
    fn leave(folder: &Path, id: u64, ending: &str, label: Option<RecordingLabel>) {
        let path = media::talk_path(folder, RecordingId(id), TalkForm::Wav).with_extension(ending);
        fs::write(path, vec![0; 44 + 32_000]).unwrap();
        if let Some(label) = label {
            let text = serde_json::to_vec(&label).unwrap();
            fs::write(media::talk_label_path(folder, RecordingId(id)), text).unwrap();
        }
    }

    fn found_as(id: u64, call: u64, end: RecordingEnd) -> FoundRecording {
        let id = RecordingId(id);
        FoundRecording { id, unnamed: None, call, end, length_ms: 1_000, bytes: 32_044 }
    }

    /// A ledger with recordings whose end it knows, and with some whose end it does not.
    async fn ledger(place: &Place) -> Ledger {
        let (ledger, _) = Ledger::open(place).await.unwrap();
        let (writer, thread) = ledger.writer(|_| {}).unwrap();
        let began = |id| SoundEvent::RecordingBegan {
            recording: RecordingName(RecordingId(id)),
            label: Box::new(label_of(id, 5)),
        };
        let ended = |id, end| SoundEvent::RecordingEnded {
            recording: RecordingName(RecordingId(id)),
            end,
            length_ms: 1_000,
            bytes: 32_044,
            packets_missed: 0,
        };
        let events = [
            (1, began(1)),
            (2, began(2)),
            (3, began(3)),
            (4, began(4)),
            (5, began(5)),
            (1, ended(1, RecordingEnd::Whole)),
            (5, ended(5, RecordingEnd::Failed)),
        ];
        for (seq, (call, event)) in (1..).zip(events) {
            let what = What::Sound(CallId(call), event);
            let event = Event { seq, at: WallTime::from_micros(1), what };
            assert!(writer.try_send(Entry::from(event)).is_ok());
        }
        drop(writer);
        thread.finish(Duration::from_secs(60)).unwrap();
        Ledger::open(place).await.unwrap().0
    }

    #[tokio::test]
    async fn what_a_dead_process_left_of_talks_is_found_and_never_named_to_another_call() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::sqlite(folder.path().join("ledger.db"));
        let folder = folder.path().join("recordings");
        fs::create_dir(&folder).unwrap();
        let mut ledger = ledger(&place).await;
        let later = ledger.began().await.unwrap().as_micros() + 1;
        leave(&folder, 1, "wav", Some(label_of(1, 5)));
        leave(&folder, 2, "part", Some(label_of(2, 5)));
        leave(&folder, 3, "wav", Some(label_of(3, 5)));
        leave(&folder, 5, "part", Some(label_of(5, 5)));
        // Its row had not come to the disk.
        leave(&folder, 6, "part", Some(label_of(77, later)));
        // Of another ledger, and nobody's.
        leave(&folder, 7, "wav", Some(label_of(78, 5)));
        leave(&folder, 8, "part", None);
        let (whole, cut_off) = (RecordingEnd::Whole, RecordingEnd::CutOff);
        let unnamed = Some(label_of(77, later));
        let expected = [
            found_as(2, 2, cut_off),
            found_as(3, 3, whole),
            FoundRecording { length_ms: 0, bytes: 0, ..found_as(4, 4, RecordingEnd::Failed) },
            found_as(5, 5, cut_off),
            FoundRecording { unnamed, ..found_as(6, 77, cut_off) },
        ];
        let mut left = found(&mut ledger, &folder).await.unwrap();
        left.sort_by_key(|found| found.id);
        assert_eq!(left, expected);
        let files = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
        let ends_with = |path: &std::path::PathBuf, ending| path.extension().unwrap() == ending;
        let (whole, others): (Vec<_>, Vec<_>) = files.partition(|path| ends_with(path, "wav"));
        assert_eq!(whole.len(), 6);
        let left: Vec<_> = others.iter().filter(|path| !ends_with(path, "json")).collect();
        let nobodys =
            media::talk_path(&folder, RecordingId(8), TalkForm::Wav).with_extension("part");
        assert_eq!(left, [&nobodys], "it is left as it is");
    }

    #[test]
    fn nothing_is_left_of_a_recording_that_is_removed_however_far_it_had_come() {
        let folder = tempfile::tempdir().unwrap();
        for ending in ["wav", "opus", "part", "new"] {
            leave(folder.path(), 1, ending, Some(label_of(1, 5)));
        }
        leave(folder.path(), 2, "wav", None);
        remove_named(folder.path(), &RecordingId(1).hex()).unwrap();
        remove_named(folder.path(), &RecordingId(1).hex()).unwrap();
        let left = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path());
        assert_eq!(
            left.collect::<Vec<_>>(),
            [media::talk_path(folder.path(), RecordingId(2), TalkForm::Wav)]
        );
    }
}
