//! `cargo xtask bench [NAME] [--json]`: measures with a release build.

use std::process::Command;

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only figures whose name begins with this: `acd`, `sip.parse`, `media.music`, …
    name: Option<String>,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Result<(), String> {
    // The benchmark on the wire runs the program itself.
    cargo(&["build", "--release", "--quiet", "--package", "server", "--package", "benches"])?;
    let mut run = vec!["run", "--release", "--quiet", "--package", "benches", "--"];
    run.extend(args.name.as_deref());
    if args.json {
        run.push("--json");
    }
    cargo(&run)
}

fn cargo(arguments: &[&str]) -> Result<(), String> {
    let status = Command::new(env!("CARGO"))
        .args(arguments)
        .status()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("cargo {} failed", arguments.join(" "))) }
}
