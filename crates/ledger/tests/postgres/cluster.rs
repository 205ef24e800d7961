//! A throwaway PostgreSQL for these tests.

use crate::tool::postgres;
use ledger::Place;
use sqlx::AssertSqlSafe;
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex};

/// A PostgreSQL that goes away with this process.
pub(crate) struct Server {
    folder: String,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    _child: Child,
}

impl Server {
    pub(crate) fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/postgres.sh");
        let mut child = Command::new(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("tests/postgres.sh can be run");
        let orders = child.stdin.take().unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap());
        let mut folder = String::new();
        answers.read_line(&mut folder).unwrap();
        let folder = folder.trim().to_owned();
        assert!(!folder.is_empty(), "PostgreSQL has not started: `cargo xtask test` installs it");
        Self { folder, orders, answers, _child: child }
    }

    /// `stop`, as if it were killed, or `start`.
    pub(crate) fn give(&mut self, order: &str) {
        writeln!(self.orders, "{order}").unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        assert_eq!(answer.trim(), order);
    }

    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres:///{database}?host={}&user=telefonist", self.folder)
    }

    /// The URL of a new, empty database.
    pub(crate) async fn database(&self) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("story_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let mut connection = postgres(&self.url("postgres")).await;
        let create = AssertSqlSafe(format!("CREATE DATABASE {name} TEMPLATE template0"));
        sqlx::raw_sql(create).execute(&mut connection).await.unwrap();
        self.url(&name)
    }
}

/// The one that most stories share.
pub(crate) static SERVER: LazyLock<Mutex<Server>> = LazyLock::new(|| Mutex::new(Server::start()));

/// A place in a new database, of the server that the stories share.
pub(crate) fn place(folder: &Path) -> Place {
    // In a thread of its own: a story is inside a runtime already.
    let made = std::thread::spawn(|| {
        let server = SERVER.lock().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(server.database())
    });
    Place::postgres(&made.join().unwrap(), None, folder).unwrap()
}
