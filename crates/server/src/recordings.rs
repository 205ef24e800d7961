//! The recordings on disk held against the messages of the ledger, before a start takes any call: the process that was there may
//! have been killed between the end of a recording and the row of its message, or between the word that one is removed and that.
//!
//! Whoever has spoken has left a message: what stands beside the recording says whose it is, and the engine makes one of it. What
//! was to be removed is. A recording that nobody can be named for is thrown away, for nobody would find it who is to forget a
//! number; but one that is older than the ledger belongs to another ledger, and is left to it.

use crate::exit::Fault;
use events::{FoundMessage, Label, SavedMessage};
use ids::MessageId;
use ledger::{Ledger, Named};
use metrics::counter;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// Recordings that no message is known of, the oldest first.
pub(crate) async fn found(
    ledger: &mut Ledger,
    folder: &Path,
    messages: &[SavedMessage],
) -> Result<Vec<FoundMessage>, Fault> {
    let known: BTreeSet<MessageId> = messages.iter().map(|message| message.id).collect();
    let whole = whole(folder).map_err(|error| cannot_be_looked_through(folder, &error))?;
    let (mut found, mut others) = (Vec::new(), 0_u32);
    let began = ledger.began().await.map_err(Fault::found)?.as_micros();
    for (id, file) in whole.into_iter().filter(|(id, _)| !known.contains(id)) {
        let written = written(&file);
        match ledger.names(id).await.map_err(Fault::found)? {
            Named::There => {}
            Named::Never if written < began => others += 1,
            Named::Never => match label(folder, id, &file) {
                Some(label) => found.push((written, FoundMessage { id, label })),
                None => throw_away(folder, id, "nobody can be named whose it is"),
            },
            Named::Removed => throw_away(folder, id, "its message has been removed"),
        }
    }
    if others > 0 {
        tracing::warn!(
            recordings = others,
            "these are older than the ledger, and are left as they are"
        );
    }
    found.sort_by_key(|(written, _)| *written);
    Ok(found.into_iter().map(|(_, found)| found).collect())
}

/// Removes the recording of a message, if it is there.
pub(crate) fn remove(folder: &Path, message: MessageId) -> io::Result<()> {
    for path in [media::recording_path(folder, message), media::label_path(folder, message)] {
        match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// All recordings that have come to their end.
fn whole(folder: &Path) -> io::Result<Vec<(MessageId, Metadata)>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut whole = Vec::new();
    for entry in entries {
        let entry = entry?;
        let path = entry.path();
        let name = path.file_stem().and_then(OsStr::to_str).and_then(MessageId::from_hex);
        if let Some(message) = name.filter(|id| media::recording_path(folder, *id) == path) {
            whole.push((message, entry.metadata()?));
        }
    }
    Ok(whole)
}

/// When it was written last, in microseconds since 1970.
fn written(file: &Metadata) -> i64 {
    let written = file.modified().unwrap_or_else(|_| SystemTime::now());
    let since = written.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// Whose it is, with what can be seen by the file.
fn label(folder: &Path, id: MessageId, file: &Metadata) -> Option<Label> {
    let text = fs::read(media::label_path(folder, id)).ok()?;
    let mut label: Label = serde_json::from_slice(&text).ok()?;
    let length = media::recording_length(file.len()).as_millis();
    label.left.length_ms = u64::try_from(length).unwrap_or(u64::MAX);
    label.left.bytes = file.len();
    Some(label)
}

fn throw_away(folder: &Path, message: MessageId, why: &'static str) {
    counter!("recordings_thrown_away_total").increment(1);
    tracing::warn!(%message, why, "a recording is thrown away");
    if let Err(error) = remove(folder, message) {
        tracing::error!(%message, %error, "it cannot be removed");
    }
}

fn cannot_be_looked_through(folder: &Path, error: &io::Error) -> Fault {
    Fault::found(format!("{}: {error}: recordings of messages are kept there", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clock::WallTime;
    use events::{Ani, Event, MessageEvent, MessageLeft, What};
    use ledger::{Entry, Place};
    use std::fs::File;
    use std::time::Duration;

    fn left(call: u64) -> MessageLeft {
        MessageLeft {
            voicemail: "office".into(),
            call,
            caller: Ani::new("0701234567"),
            name: None,
            company: None,
            language: "sv".into(),
            queue: None,
            waited_ms: 0,
            length_ms: 0,
            bytes: 0,
            packets_missed: 0,
        }
    }

    /// A recording of a second, with what stands beside it.
    fn record(folder: &Path, id: u64, label: Option<Label>) {
        let id = MessageId(id);
        fs::write(media::recording_path(folder, id), vec![0; 44 + 16_000]).unwrap();
        if let Some(label) = label {
            let text = serde_json::to_vec(&label).unwrap();
            fs::write(media::label_path(folder, id), text).unwrap();
        }
    }

    fn files(folder: &Path) -> Vec<String> {
        let files = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// A ledger that knows of a message that is there, and of one that is not any more.
    async fn ledger(place: &Place) -> Ledger {
        let (ledger, _) = Ledger::open(place).await.unwrap();
        let (writer, thread) = ledger.writer(|_| {}).unwrap();
        let events = [
            (0xa, MessageEvent::Left(Box::new(left(1)))),
            (0xb, MessageEvent::Left(Box::new(left(2)))),
            (0xb, MessageEvent::Removed),
        ];
        for (seq, (id, event)) in (1..).zip(events) {
            let what = What::Message(MessageId(id), event);
            let event = Event { seq, at: WallTime::from_micros(1), what };
            assert!(writer.try_send(Entry::from(event)).is_ok());
        }
        drop(writer);
        thread.finish(Duration::from_secs(60)).unwrap();
        Ledger::open(place).await.unwrap().0
    }

    #[tokio::test]
    async fn a_recording_that_no_row_names_is_found_and_what_was_removed_or_is_nobodys_is_thrown_away()
     {
        let folder = tempfile::tempdir().unwrap();
        let (place, folder) =
            (Place::sqlite(folder.path().join("ledger.db")), folder.path().join("voicemail"));
        fs::create_dir(&folder).unwrap();
        let mut ledger = ledger(&place).await;
        let label = Label { arrived_at: 5, left: left(3) };
        for id in [0xa, 0xb, 0xc] {
            record(&folder, id, Some(label.clone()));
        }
        record(&folder, 0xd, None);
        record(&folder, 0xe, Some(label.clone()));
        let of_another =
            File::options().write(true).open(media::recording_path(&folder, MessageId(0xe)));
        of_another.unwrap().set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
        fs::write(folder.join("notes.wav"), "somebody's").unwrap();

        let messages = ledger.messages().await.unwrap();
        let found = found(&mut ledger, &folder, &messages).await.unwrap();
        let mut whole = label;
        (whole.left.length_ms, whole.left.bytes) = (1_000, 16_044);
        assert_eq!(found, [FoundMessage { id: MessageId(0xc), label: whole }]);
        let named = |name: &str| [format!("{name}.json"), format!("{name}.wav")];
        let kept = ["000000000000000a", "000000000000000c", "000000000000000e"].map(named).concat();
        assert_eq!(files(&folder), [kept, vec!["notes.wav".to_owned()]].concat());
    }
}
