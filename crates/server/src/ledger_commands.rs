//! `telefonist ledger`: copying it, looking through it, forgetting a number, and giving it out.

use crate::centre::{RECORDINGS_FOLDER, TALKS_FOLDER};
use crate::cli::{ExportArgs, ForgetArgs, LedgerBackupArgs, LedgerCheckArgs, LedgerWhat};
use crate::exit::{Exit, Fault, Outcome};
use crate::{ledger_settings, recordings, screen, serve, talks};
use ids::MessageId;
use ledger::{Forgotten, Kept, Numbers};
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// The key of the pseudonyms, in the data folder.
const KEY_FILE: &str = "pseudonyms.key";

pub(crate) fn run(what: &LedgerWhat) -> Outcome {
    match what {
        LedgerWhat::Backup(args) => backup(args),
        LedgerWhat::Check(args) => check(args),
        LedgerWhat::Forget(args) => forget(args),
        LedgerWhat::Export(args) => export(args),
    }
}

fn backup(args: &LedgerBackupArgs) -> Outcome {
    let place = ledger_settings::of_data(&args.data)?;
    serve::block_on(async {
        ledger::backup(&place, &args.file).await.map_err(Fault::found)?;
        screen::say_last(&format!("{place} is in {}", args.file.display()));
        Ok(Exit::Fine)
    })
}

fn check(args: &LedgerCheckArgs) -> Outcome {
    let place = ledger_settings::of_data(&args.data)?;
    serve::block_on(async {
        match ledger::check(&place).await.map_err(Fault::found)? {
            None => {
                screen::say_last(&format!("{place} is whole"));
                Ok(Exit::Fine)
            }
            Some(fault) => Err(Fault::found(format!(
                "{place} is damaged: {fault}: stop the server and put a backup in its place"
            ))),
        }
    })
}

fn forget(args: &ForgetArgs) -> Outcome {
    let place = ledger_settings::of_data(&args.data)?;
    let (messages, talks) = (args.data.join(RECORDINGS_FOLDER), args.data.join(TALKS_FOLDER));
    serve::block_on(async {
        let remove = |kept: Kept<'_>| remove_kept((&messages, &talks), kept);
        let done = ledger::forget(&place, &args.number, remove).await.map_err(Fault::found)?;
        screen::say_last(&told(&done));
        Ok(if done.left.is_empty() { Exit::Fine } else { Exit::Findings })
    })
}

/// Removes what is kept of somebody, if it is there.
fn remove_kept((messages, talks): (&Path, &Path), kept: Kept<'_>) -> io::Result<()> {
    match kept {
        Kept::Message(name) => {
            MessageId::from_hex(name).map_or(Ok(()), |id| recordings::remove(messages, id))
        }
        Kept::Recording(name) => talks::remove_named(talks, name),
    }
}

fn told(done: &Forgotten) -> String {
    let mut text = format!(
        "forgotten in {} calls, {} events, {} callbacks and {} phones; {} messages and {} recordings of talks removed",
        done.calls, done.events, done.callbacks, done.bindings, done.messages, done.recordings,
    );
    for left in &done.left {
        let _ = write!(text, "\nnot forgotten yet: {left}");
    }
    text
}

fn export(args: &ExportArgs) -> Outcome {
    let place = ledger_settings::of_data(&args.data)?;
    let numbers = match args.pseudonymous {
        true => Numbers::Pseudonymous(key(&args.data)?),
        false => Numbers::Whole,
    };
    serve::block_on(async {
        let mut out = BufWriter::new(io::stdout().lock());
        ledger::export(&place, &numbers, &mut out).await.map_err(Fault::found)?;
        out.flush().map_err(Fault::found)?;
        Ok(Exit::Fine)
    })
}

/// The key of this ledger's pseudonyms, made at the first export.
fn key(data: &Path) -> Result<[u8; 32], Fault> {
    let file = data.join(KEY_FILE);
    let failed = |error: io::Error| Fault::found(format!("{}: {error}", file.display()));
    match fs::read(&file) {
        Ok(bytes) => <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| {
            Fault::found(format!("{} is no key of 32 bytes: move it away", file.display()))
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let key: [u8; 32] = rand::random();
            let mut options = OpenOptions::new();
            let made = options.write(true).create_new(true).mode(0o600).open(&file);
            made.and_then(|mut made| made.write_all(&key)).map_err(failed)?;
            Ok(key)
        }
        Err(error) => Err(failed(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_is_nobody_elses() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let first = key(folder.path()).unwrap();
        assert_eq!(key(folder.path()).unwrap(), first);
        let file = folder.path().join(KEY_FILE);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0);
        fs::write(&file, b"short").unwrap();
        assert!(format!("{:?}", key(folder.path()).unwrap_err()).contains("no key of 32 bytes"));
    }

    #[test]
    fn what_is_left_is_told_below_what_was_done() {
        let left = vec!["call 5 is on".to_owned()];
        let done = Forgotten { calls: 2, events: 9, left, ..Forgotten::default() };
        assert_eq!(
            told(&done),
            "forgotten in 2 calls, 9 events, 0 callbacks and 0 phones; 0 messages and 0 recordings of talks removed\n\
             not forgotten yet: call 5 is on"
        );
    }
}
