//! A throwaway PostgreSQL for tests and benchmarks: the one that the machine has installed, in a folder of its own, on a
//! Unix socket, gone with the process that started it, however that one dies.

use std::io::{self, BufRead, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use thiserror::Error;

/// Whether what is committed is on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durable {
    /// As on a real server: it is what a benchmark measures.
    Yes,
    /// Only in the memory of the machine: a killed database has it, a killed machine has not. For tests.
    No,
}

/// A PostgreSQL that goes away with this value.
#[derive(Debug)]
pub struct Cluster {
    folder: String,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    child: Child,
}

/// Why there is none.
#[derive(Debug, Error)]
pub enum Error {
    /// It is not installed, or does not start; it has told why on standard error.
    #[error(
        "PostgreSQL has not started: `apt-get install postgresql`, or `cargo xtask test`, installs it"
    )]
    NotStarted,
    /// It has not done what it was told.
    #[error("PostgreSQL has not taken `{0}`")]
    NotTaken(String),
    /// It can not be talked to.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Cluster {
    /// Starts one, without any database of ours. Blocks until it answers.
    ///
    /// # Errors
    /// When there is no PostgreSQL, or it does not start.
    pub fn start(durable: Durable) -> Result<Self, Error> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/cluster.sh");
        let mut child = Command::new(script)
            .args((durable == Durable::Yes).then_some("durable"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let piped = child.stdin.take().zip(child.stdout.take());
        let (orders, answers) = piped.ok_or(Error::NotStarted)?;
        let mut answers = BufReader::new(answers);
        let mut folder = String::new();
        answers.read_line(&mut folder)?;
        match folder.trim() {
            "" => Err(Error::NotStarted),
            folder => Ok(Self { folder: folder.to_owned(), orders, answers, child }),
        }
    }

    /// Makes an empty database. The name is made of `a` to `z`, `0` to `9` and `_`.
    ///
    /// # Errors
    /// When there is one of that name.
    pub fn create(&mut self, database: &str) -> Result<String, Error> {
        self.order(&format!("create {database}"))?;
        Ok(self.url(database))
    }

    /// Kills it, as a power failure of that machine would.
    ///
    /// # Errors
    /// When it can not be told to.
    pub fn stop(&mut self) -> Result<(), Error> {
        self.order("stop")
    }

    /// Starts it again after [`Cluster::stop`]. Blocks until it answers.
    ///
    /// # Errors
    /// When it does not start.
    pub fn restart(&mut self) -> Result<(), Error> {
        self.order("start")
    }

    /// Has it hang: its processes are stopped where they are, as those of a machine that is lost in its own disk. It answers nobody, and
    /// breaks no connection.
    ///
    /// # Errors
    /// When it can not be told to.
    pub fn hang(&mut self) -> Result<(), Error> {
        self.order("hang")
    }

    /// Lets it go on after [`Cluster::hang`].
    ///
    /// # Errors
    /// When it can not be told to.
    pub fn go_on(&mut self) -> Result<(), Error> {
        self.order("go_on")
    }

    /// Where a database of that name is, whether there is one or not.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres:///{database}?host={}&user=telefonist", self.folder)
    }

    fn order(&mut self, order: &str) -> Result<(), Error> {
        writeln!(self.orders, "{order}")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        if answer.trim() == order { Ok(()) } else { Err(Error::NotTaken(order.to_owned())) }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The end of its orders is the end of it; who would wait for it does not know how long.
        let _still_there = writeln!(self.orders, "end");
        let _gone = self.child.wait();
    }
}
