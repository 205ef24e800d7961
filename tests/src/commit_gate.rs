//! A gate before a PostgreSQL, through which a server talks to it: it kills the server at a certain commit, before the
//! database has heard of that or after it has done it.
//!
//! Before it kills, it holds the server up for a while. Whatever is said to anybody ahead of a commit, and be it by the blink of an eye, is
//! heard then by who is to be called on it.

use crate::KillPoint;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// The name of PostgreSQL's socket in its folder.
const SOCKET: &str = ".s.PGSQL.5432";
/// What a writer says in the end, as a question without parameters.
const COMMIT: &[u8] = b"COMMIT\0";
/// So long the server waits for an answer before it is killed.
const HELD: Duration = Duration::from_secs(1);
/// What a reader says first. Who can change nothing is let through.
const READS: &[u8] = b"default_transaction_read_only TO on";

/// A gate. It lets everything through until it is armed.
#[derive(Debug)]
pub struct CommitGate {
    folder: TempDir,
    armed: Arc<Mutex<Option<KillPoint>>>,
    accepting: JoinHandle<()>,
}

impl CommitGate {
    /// Opens one before the database with this address. To be called in a runtime.
    #[must_use]
    pub fn open(url: &str) -> Self {
        let database = PathBuf::from(host_of(url)).join(SOCKET);
        let folder = tempfile::tempdir().expect("there is room for temporary files");
        let listener = UnixListener::bind(folder.path().join(SOCKET)).expect("the folder is new");
        let armed = Arc::default();
        let accepting = tokio::spawn(accept(listener, database, Arc::clone(&armed)));
        Self { folder, armed, accepting }
    }

    /// The address of the database through this gate.
    #[must_use]
    pub fn url(&self, url: &str) -> String {
        url.replace(host_of(url), &self.folder.path().display().to_string())
    }

    /// Whoever comes to this point from now on is killed there.
    pub fn arm(&self, at: KillPoint) {
        *self.armed.lock().unwrap_or_else(PoisonError::into_inner) = Some(at);
    }

    /// Nobody is killed any more.
    pub fn disarm(&self) {
        self.armed.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl Drop for CommitGate {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// The folder in which the socket of a database is.
fn host_of(url: &str) -> &str {
    let (_, host) = url.split_once("host=").expect("a database of a test is on a Unix socket");
    host.split('&').next().unwrap_or(host)
}

async fn accept(listener: UnixListener, database: PathBuf, armed: Arc<Mutex<Option<KillPoint>>>) {
    while let Ok((client, _)) = listener.accept().await {
        let (database, armed) = (database.clone(), Arc::clone(&armed));
        // An end of either side is the end of both.
        tokio::spawn(async move { pass(client, &database, &armed).await });
    }
}

/// Passes on what the two say, until the one who asks comes to the point of its death.
async fn pass(
    client: UnixStream,
    database: &Path,
    armed: &Mutex<Option<KillPoint>>,
) -> io::Result<()> {
    let process = client.peer_cred()?.pid();
    let (mut asks, mut is_told) = client.into_split();
    let (mut answers, mut is_asked) = UnixStream::connect(database).await?.into_split();
    let (mut asked, mut told) = (vec![0; 65_536], vec![0; 65_536]);
    let (mut may_write, mut is_of_first) = (true, false);
    loop {
        let length = tokio::select! {
            length = asks.read(&mut asked) => length?,
            length = answers.read(&mut told) => {
                match length? {
                    0 => return Ok(()),
                    length => is_told.write_all(&told[..length]).await?,
                }
                continue;
            }
        };
        let says = &asked[..length];
        may_write &= !has(says, READS);
        is_of_first |= has_first(armed, says);
        let commits = may_write && has(says, COMMIT);
        let due = commits.then(|| next_of(armed, std::mem::take(&mut is_of_first))).flatten();
        if !due.is_some_and(KillPoint::is_before_commit) {
            is_asked.write_all(says).await?;
            if due.is_some() {
                // It has been done when anything is said of it.
                answers.read_u8().await?;
            }
        }
        if due.is_some() {
            sleep(HELD).await;
        }
        match due {
            // Before the connection breaks: nobody is to notice anything.
            Some(_) => return kill(process),
            None if length == 0 => return Ok(()),
            None => {}
        }
    }
}

/// Whether an event is told of the kind that is waited for.
fn has_first(armed: &Mutex<Option<KillPoint>>, says: &[u8]) -> bool {
    let armed = armed.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(KillPoint::BeforeFirst(kind) | KillPoint::AfterFirst(kind)) = *armed else {
        return false;
    };
    let length = u32::try_from(kind.len()).expect("a kind is a word");
    // As a value is told: statements have such words in them, too.
    has(says, &[&length.to_be_bytes(), kind.as_bytes()].concat())
}

/// One more commit: the point, if this is the one.
fn next_of(armed: &Mutex<Option<KillPoint>>, is_of_first: bool) -> Option<KillPoint> {
    let mut armed = armed.lock().unwrap_or_else(PoisonError::into_inner);
    let (left, one_less): (u32, fn(u32) -> KillPoint) = match (*armed)? {
        KillPoint::BeforeCommit(left) => (left, KillPoint::BeforeCommit),
        KillPoint::AfterCommit(left) => (left, KillPoint::AfterCommit),
        KillPoint::BeforeFirst(_) | KillPoint::AfterFirst(_) => {
            return armed.take_if(|_| is_of_first);
        }
        KillPoint::Write(_)
        | KillPoint::Sync(_)
        | KillPoint::Spool(_)
        | KillPoint::SpoolSync(_)
        | KillPoint::SpoolEmptied(_)
        | KillPoint::Recording(_) => return None,
    };
    if left > 1 {
        *armed = Some(one_less(left - 1));
        return None;
    }
    armed.take()
}

/// Kills a process, and waits until nothing of it runs any more.
fn kill(process: Option<i32>) -> io::Result<()> {
    let process = process.expect("the kernel knows who is at the other end");
    Command::new("sh").args(["-c", &format!("kill -s KILL {process}")]).status()?;
    while fs::read_to_string(format!("/proc/{process}/stat")).is_ok_and(|stat| runs(&stat)) {
        thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

/// Behind the name of the program, which may have anything in it, is a letter for what it does: Z of one that is dead.
fn runs(stat: &str) -> bool {
    !stat.rsplit(')').next().is_some_and(|rest| rest.starts_with(" Z"))
}

fn has(says: &[u8], words: &[u8]) -> bool {
    says.windows(words.len()).any(|part| part == words)
}
