//! `cargo xtask fuzz [TARGET] [--seconds N]`: throws bytes at what reads the network and the
//! operator's file.
//!
//! Without cargo-fuzz: the code is safe Rust, so that libFuzzer needs no sanitizer, and the compiler
//! that builds the program builds this too.

use crate::{project, tell};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// The targets, as in `fuzz/Cargo.toml`.
const TARGETS: [&str; 11] = [
    "message",
    "stream",
    "uri",
    "sdp",
    "transactions",
    "rtp",
    "keys",
    "opus",
    "worker",
    "prompt",
    "dialplan",
];
/// What libFuzzer needs to see where the bytes lead.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Ccodegen-units=1 \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";
/// Not the target of the build itself, so that the flags reach no build script.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";
/// More than this for one input counts as hanging.
const SECONDS_PER_INPUT_MAX: u32 = 5;
/// More memory than this counts as growing without bound.
const MEMORY_MIB_MAX: u32 = 512;

/// What to throw at, and how long.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// One of: message, stream, uri, sdp, transactions, rtp, keys, opus, worker, prompt, dialplan; all if none is named
    target: Option<String>,
    /// How long for each
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

pub(crate) fn run(args: &Args) -> Result<(), String> {
    let wanted = |name: &&str| args.target.as_deref().is_none_or(|target| target == *name);
    let targets: Vec<&str> = TARGETS.into_iter().filter(wanted).collect();
    if targets.is_empty() {
        return Err(format!("there is no such target: there are {}", TARGETS.join(", ")));
    }
    for target in targets {
        fuzz(target, args.seconds)?;
    }
    Ok(())
}

/// What else a target begins with: every fault that a dialplan can have stands there, and so does every key.
fn more_seeds(target: &str) -> Vec<PathBuf> {
    match target {
        "dialplan" => ["crates/dialplan/tests/corpus", "dialplans"].map(project).to_vec(),
        _ => Vec::new(),
    }
}

/// Begins with the small corpus of the repository; what is found goes into `fuzz/found`.
fn fuzz(target: &str, seconds: u32) -> Result<(), String> {
    tell(&format!("{target}: {seconds} s"));
    let (seeds, found) = (project("fuzz/corpus").join(target), project("fuzz/found").join(target));
    fs::create_dir_all(&found).map_err(|error| format!("{}: {error}", found.display()))?;
    let status = Command::new(env!("CARGO"))
        .current_dir(project("fuzz"))
        .env("RUSTFLAGS", FLAGS)
        .args(["run", "--quiet", "--release", "--target", PLATFORM, "--bin", target, "--"])
        .args([found, seeds].into_iter().chain(more_seeds(target)))
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-timeout={SECONDS_PER_INPUT_MAX}"))
        .arg(format!("-rss_limit_mb={MEMORY_MIB_MAX}"))
        .arg(format!("-artifact_prefix={}/", project("fuzz").display()))
        .status()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{target} found a fault")) }
}
