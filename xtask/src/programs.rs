//! The programs of tests that cargo builds, run by ourselves: those that reckon go on beside those that wait for phones.

use crate::tally::Tally;
use crate::tell;
use serde::Deserialize;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program of tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Program {
    /// The folder of its package, in which it runs.
    folder: PathBuf,
    executable: PathBuf,
}

/// What cargo tells of something that it has built.
#[derive(Deserialize)]
struct Message {
    profile: Option<Profile>,
    manifest_path: Option<PathBuf>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

impl Program {
    /// Builds all of the workspace.
    pub(crate) fn all() -> Result<Vec<Self>, String> {
        let arguments =
            ["test", "--workspace", "--no-run", "--message-format=json-render-diagnostics"];
        tell(&format!("==> cargo {}", arguments[..3].join(" ")));
        let built = Command::new(env!("CARGO")).args(arguments).stderr(Stdio::inherit()).output();
        let built = built.map_err(|error| format!("cargo cannot be run: {error}"))?;
        if !built.status.success() {
            return Err("the tests cannot be built".to_owned());
        }
        Ok(built.stdout.split(|octet| *octet == b'\n').filter_map(Self::read).collect())
    }

    /// A line of cargo's, if it is about one.
    fn read(line: &[u8]) -> Option<Self> {
        let message: Message = serde_json::from_slice(line).ok()?;
        message.profile.filter(|profile| profile.test)?;
        let folder = message.manifest_path?.parent()?.to_owned();
        Some(Self { folder, executable: message.executable? })
    }

    /// Whether its package is one of these, by the names of their folders.
    pub(crate) fn is_of(&self, packages: &[&str]) -> bool {
        packages.iter().any(|package| self.folder.ends_with(package))
    }

    /// Runs it and shows what it prints. Tells whether all of its tests passed, and how many there were.
    pub(crate) fn run(&self, turn: Turn) -> Result<Tally, String> {
        let name = self.executable.file_stem().unwrap_or_default().to_string_lossy();
        tell(&format!("     Running {name}"));
        shown(&mut self.command(turn))
    }

    /// What runs it.
    pub(crate) fn command(&self, turn: Turn) -> Command {
        let mut command = turn.command(&self.executable);
        command.current_dir(&self.folder).env("CARGO_MANIFEST_DIR", &self.folder);
        command
    }
}

/// When a program has its turn on the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// As any other, with so many of its tests at once; `None`: as many as there are cores.
    Usual(Option<u8>),
    /// When nobody else wants it.
    Last,
}

impl Turn {
    fn command(self, executable: &Path) -> Command {
        match self {
            Self::Usual(threads) => {
                let mut command = Command::new(executable);
                command.envs(threads.map(|threads| ("RUST_TEST_THREADS", threads.to_string())));
                command
            }
            Self::Last => {
                let mut command = Command::new("nice");
                command.args(["-n", "19"]).arg(executable);
                command
            }
        }
    }
}

/// Runs tests, shows what they print, and adds up their summaries.
pub(crate) fn shown(command: &mut Command) -> Result<Tally, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let spawned = command.stdout(Stdio::piped()).spawn();
    let mut runner = spawned.map_err(|error| format!("{name}: {error}"))?;
    let mut tally = Tally::default();
    let output = runner.stdout.take().expect("it was piped above");
    for line in BufReader::new(output).lines() {
        let line = line.map_err(|error| format!("the tests' output: {error}"))?;
        tell(&line);
        tally.add(&line);
    }
    let status = runner.wait().map_err(|error| format!("the tests: {error}"))?;
    tally.ended(status.success());
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_says_of_a_program_of_tests_is_read_and_all_else_is_not() {
        let of = |test: bool, executable: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","manifest_path":"/w/crates/acd/Cargo.toml",
                "target":{{"name":"fair"}},"profile":{{"test":{test}}},"executable":{executable}}}"#
            )
        };
        let program = Program::read(of(true, r#""/w/target/debug/deps/fair-1""#).as_bytes());
        let program = program.unwrap();
        assert!(program.is_of(&["sim", "acd"]) && !program.is_of(&["cd", "sim"]));
        assert_eq!(program.executable, Path::new("/w/target/debug/deps/fair-1"));
        for other in [of(false, r#""/w/target/debug/telefonist""#), of(true, "null"), "".into()] {
            assert_eq!(Program::read(other.as_bytes()), None);
        }
    }
}
