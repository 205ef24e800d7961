//! The way of commands and questions to the engine, and the socket that they may come by.

use crate::exit::Fault;
use crate::note::Note;
use crate::reload::Reloader;
use api::{Explaining, Giving, NotGiven, PlanDesk};
use border::Sender;
use engine::{About, Command};
use events::By;
use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UnixListener;
use tokio::sync::oneshot;

/// The socket's name in the data folder.
pub(crate) const SOCKET_FILE: &str = "control.sock";

/// The engine answers within microseconds. One that takes so long is stuck.
const ANSWER_MAX: Duration = Duration::from_secs(2);

/// Hands commands over and waits for what the engine says.
pub(crate) fn way(notes: Sender<Note>) -> Arc<dyn Fn(By, Command) -> Giving + Send + Sync> {
    Arc::new(move |by, command| {
        let (answer, answered) = oneshot::channel();
        let handed = notes.try_send(Note::Command { by, command, answer });
        Box::pin(async move {
            handed.map_err(|_| NotGiven::Busy)?;
            let answered = tokio::time::timeout(ANSWER_MAX, answered).await;
            answered.ok().and_then(Result::ok).ok_or(NotGiven::Unanswered)
        })
    })
}

/// Hands questions over and waits for what the engine says.
pub(crate) fn question_way(notes: Sender<Note>) -> Arc<dyn Fn(About) -> Explaining + Send + Sync> {
    Arc::new(move |about| {
        let (answer, answered) = oneshot::channel();
        let handed = notes.try_send(Note::Explain { about, answer });
        Box::pin(async move {
            handed.map_err(|_| NotGiven::Busy)?;
            let answered = tokio::time::timeout(ANSWER_MAX, answered).await;
            answered.ok().and_then(Result::ok).ok_or(NotGiven::Unanswered)
        })
    })
}

/// The way to the dialplan.
pub(crate) fn plan_desk(reloader: &Arc<Reloader>) -> PlanDesk {
    let (reloads, lists) = (Arc::clone(reloader), Arc::clone(reloader));
    PlanDesk {
        reload: Arc::new(move |by| Box::pin(Arc::clone(&reloads).reload(by))),
        editions: Arc::new(move || {
            let lists = Arc::clone(&lists);
            let list = tokio::task::spawn_blocking(move || lists.editions());
            Box::pin(async move { list.await.map_err(|error| error.to_string())? })
        }),
    }
}

/// Opens the control socket, for the user of the server alone. Nobody else serves here: whoever
/// opens it has the ledger beside it.
pub(crate) fn open(path: &Path) -> Result<UnixListener, Fault> {
    bind(path).map_err(|error| {
        let at = path.display();
        Fault::found(format!(
            "the control socket {at}: {error}: write `control = \"/run/telefonist.sock\"`, with a \
             path that can be written and has at most 100 letters, into telefonist.toml"
        ))
    })
}

fn bind(path: &Path) -> io::Result<UnixListener> {
    // A socket has the rights of the moment when it is bound: until they are set it lies in a folder
    // that only we may enter.
    let own = path.with_extension("new");
    let bound = own.join("s");
    let _ = fs::remove_dir_all(&own);
    DirBuilder::new().mode(0o700).create(&own)?;
    let listener = UnixListener::bind(&bound).and_then(|listener| {
        fs::set_permissions(&bound, Permissions::from_mode(0o600))?;
        fs::rename(&bound, path)?;
        Ok(listener)
    });
    fs::remove_dir_all(&own)?;
    listener
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_socket_is_the_users_alone_and_takes_the_place_of_a_dead_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(SOCKET_FILE);
        for _ in 0..2 {
            let _listener = open(&path).unwrap();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            assert!(tokio::net::UnixStream::connect(&path).await.is_ok());
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[tokio::test]
    async fn a_full_engine_is_not_waited_for() {
        let (notes, _inbox) = border::inbox(1);
        let give = way(notes);
        let command = || Command::Agent("1001".into(), engine::AgentCommand::LogIn);
        let _first = give(By::Socket, command());
        assert_eq!(give(By::Socket, command()).await.unwrap_err(), NotGiven::Busy);
    }
}
