//! The program under test, found beside the test, and run to its end.

use std::env;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Where `telefonist` is.
///
/// # Panics
/// If it is not built, with the remedy.
#[must_use]
pub fn program() -> PathBuf {
    let test = env::current_exe().expect("a test knows where it is");
    // target/debug/deps/story-0123 → target/debug/telefonist
    let folder = test.ancestors().nth(2).expect("tests are built into target/PROFILE/deps");
    let program = folder.join("telefonist");
    assert!(program.is_file(), "{} is missing: cargo build -p server", program.display());
    program
}

/// What a run that has ended came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// The exit code; `None` after a signal.
    pub code: Option<i32>,
    /// What it printed.
    pub out: String,
    /// What it complained of.
    pub err: String,
}

/// Runs the program to its end.
#[must_use]
pub fn run(arguments: &[&str]) -> Ran {
    run_with(arguments, "")
}

/// Runs the program to its end, with something to read on its standard input.
#[must_use]
pub fn run_with(arguments: &[&str], input: &str) -> Ran {
    let mut running = Command::new(program())
        .args(arguments)
        .env_remove("RUST_LOG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program is there and can be run");
    let mut stdin = running.stdin.take().expect("it is piped");
    // One that reads nothing may have ended already.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let ran = running.wait_with_output().expect("a child can be waited for");
    Ran {
        code: ran.status.code(),
        out: String::from_utf8_lossy(&ran.stdout).into_owned(),
        err: String::from_utf8_lossy(&ran.stderr).into_owned(),
    }
}
