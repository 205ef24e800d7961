//! `cargo xtask test`: everything that must hold, in the order in which it fails fastest.

use crate::{debian, tell};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// What every Debian package brings, however little else of its papers is wanted.
const KAMAILIO_TLS: &str = "/usr/share/doc/kamailio-tls-modules/copyright";

/// Where it is on this machine. Nothing else is in its package but papers.
const FAKETIME: &str = "/usr/share/doc/libfaketime/copyright";

/// What the end-to-end tests call: phones and readers that nobody here wrote.
pub(crate) const PACKAGES: &[debian::Package] = &[
    debian::Package { program: "sipp", package: "sip-tester" },
    debian::Package { program: "baresip", package: "baresip-core" },
    debian::Package { program: "kamailio", package: "kamailio" },
    debian::Package { program: KAMAILIO_TLS, package: "kamailio-tls-modules" },
    debian::Package { program: "linphonec", package: "linphone-cli" },
    debian::Package { program: "strace", package: "strace" },
    debian::Package { program: "tshark", package: "tshark" },
    debian::Package { program: "pg_ctlcluster", package: "postgresql" },
    debian::Package { program: "espeak-ng", package: "espeak-ng" },
    debian::Package { program: FAKETIME, package: "libfaketime" },
    debian::Package { program: "docker-compose", package: "docker-compose" },
    // The phone in a page is fetched by npm, which brings node along.
    debian::Package { program: "chromium", package: "chromium" },
    debian::Package { program: "npm", package: "npm" },
];

/// How many tests there were, as the runners said.
#[derive(Debug, Default)]
struct Tally {
    passed: u64,
    failed: u64,
    ignored: u64,
}

/// The lock-free borders with every order of events, built for that alone.
const MODELS: [&str; 6] =
    ["--package=border", "--test=models", "--release", "--target-dir=target/loom", "--", "--quiet"];

pub(crate) fn run() -> Result<(), String> {
    debian::install_missing(PACKAGES)?;
    step(&["fmt", "--all", "--check"], &[])?;
    step(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"], &[])?;
    step(&["doc", "--workspace", "--no-deps", "--quiet"], &[("RUSTDOCFLAGS", "-D warnings")])?;
    // The end-to-end tests run the program itself.
    step(&["build", "--package", "server"], &[])?;
    let mut tally = Tally::default();
    let mut passed = tests(&["--workspace", "--no-fail-fast"], &[], &mut tally)?;
    passed &= tests(&MODELS, &[("RUSTFLAGS", "--cfg loom")], &mut tally)?;
    tell(&format!(
        "{} passed, {} failed{}",
        tally.passed,
        tally.failed,
        if tally.ignored > 0 { format!(", {} skipped", tally.ignored) } else { String::new() }
    ));
    if passed && tally.failed == 0 && tally.passed > 0 {
        Ok(())
    } else {
        Err("the tests did not pass".to_owned())
    }
}

fn step(arguments: &[&str], environment: &[(&str, &str)]) -> Result<(), String> {
    tell(&format!("==> cargo {}", arguments.join(" ")));
    let status = Command::new(env!("CARGO"))
        .args(arguments)
        .envs(environment.iter().copied())
        .status()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("cargo {} failed", arguments.join(" "))) }
}

/// Runs tests, shows what they print, and adds up their summaries. Tells whether all passed.
fn tests(
    arguments: &[&str],
    environment: &[(&str, &str)],
    tally: &mut Tally,
) -> Result<bool, String> {
    tell(&format!("==> cargo test {}", arguments.join(" ")));
    let mut runner = Command::new(env!("CARGO"))
        .arg("test")
        .args(arguments)
        .envs(environment.iter().copied())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    let output = runner.stdout.take().expect("it was piped a line above");
    for line in BufReader::new(output).lines() {
        let line = line.map_err(|error| format!("the tests' output: {error}"))?;
        tell(&line);
        tally.add(&line);
    }
    let status = runner.wait().map_err(|error| format!("the tests: {error}"))?;
    Ok(status.success())
}

impl Tally {
    /// `test result: ok. 3 passed; 0 failed; 1 ignored; …`
    fn add(&mut self, line: &str) {
        let Some(summary) = line.trim().strip_prefix("test result: ") else { return };
        for part in summary.split([';', '.']) {
            let mut words = part.split_whitespace();
            let (Some(count), Some(what)) = (words.next(), words.next()) else { continue };
            let Ok(count) = count.parse::<u64>() else { continue };
            match what {
                "passed" => self.passed += count,
                "failed" => self.failed += count,
                "ignored" => self.ignored += count,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_are_added_up() {
        let mut tally = Tally::default();
        tally.add("test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out");
        tally.add("test result: FAILED. 2 passed; 4 failed; 0 ignored; 0 measured");
        tally.add("running 3 tests");
        assert_eq!((tally.passed, tally.failed, tally.ignored), (5, 4, 1));
    }
}
