//! `cargo xtask bench [NAME] [--json] [--minutes N]`: measures with a release build.

use std::process::Command;

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only figures whose name begins with this: `acd`, `sip.parse`, `media.music`, …
    name: Option<String>,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
    /// How long the long ones take: `wire.steady`, `wire.rtp_flood` and `wire.soak`, which are run by their whole name alone
    #[arg(long)]
    minutes: Option<u32>,
}

pub(crate) fn run(args: &Args) -> Result<(), String> {
    // The benchmark on the wire runs the program itself.
    cargo(&["build", "--release", "--quiet", "--package", "server", "--package", "benches"])?;
    let mut run = vec!["run", "--release", "--quiet", "--package", "benches", "--"];
    run.extend(args.name.as_deref());
    if args.json {
        run.push("--json");
    }
    let minutes = args.minutes.map(|minutes| minutes.to_string());
    if let Some(minutes) = &minutes {
        run.extend(["--minutes", minutes]);
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
