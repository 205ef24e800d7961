//! `cargo xtask nightly [--seeds N] [--plans N] [--kills N] [--from N]`: lives through thousands of simulated days
//! and as many on which the process dies, calls made-up plans, and has every fault befall a centre, the process killed at other writes to its disk each night.
//!
//! The days are optimised, with the invariants of the cores asserted after every input as in tests.

use crate::stories::{self, Range, Stories};
use crate::{debian, faults, project, tell};
use std::num::NonZero;
use std::process::{Child, Command};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

/// Days of one night.
const SEEDS: u64 = 10_000;
/// Made-up plans of one night.
const PLANS: u64 = 40;
/// Kill points of one night.
const KILLS: u64 = 1_000;
const SECONDS_A_DAY: u64 = 24 * 3_600;

/// Which days to live through.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many
    #[arg(long, default_value_t = SEEDS)]
    seeds: u64,
    /// How many made-up plans to call over SIP, each at a time of its own, to see whether `telefonist simulate` says what happens
    #[arg(long, default_value_t = PLANS)]
    plans: u64,
    /// At how many points to kill the process as it comes to write to its disk, to see whether what was promised is kept
    #[arg(long, default_value_t = KILLS)]
    kills: u64,
    /// The first of them; by default the next that no earlier night has lived through
    #[arg(long)]
    from: Option<u64>,
}

pub(crate) fn run(args: &Args) -> Result<(), String> {
    let from = args.from.unwrap_or_else(of_tonight);
    build()?;
    let at_once = thread::available_parallelism().map_or(1, NonZero::get);
    let at_once = u64::try_from(at_once).unwrap_or(1);
    let each = args.seeds.div_ceil(at_once);
    let parts = (0..at_once).map(|part| {
        let first = from + part * each;
        (first, each.min((from + args.seeds).saturating_sub(first)))
    });
    let parts: Vec<(u64, u64)> = parts.collect();
    let mut broken = live_all(&parts, &[])?;
    broken.extend(live_all(&parts, &["--deaths"])?);
    if broken.is_empty() {
        tell(&format!(
            "{0} days from {from}, and {0} on which the process dies: every promise was kept",
            args.seeds
        ));
        call_plans(from, args.plans)?;
        return if args.kills == 0 { Ok(()) } else { faults::befall(from, args.kills) };
    }
    Err(format!("a promise was broken on one of the days: {}; see above", broken.join(", ")))
}

/// Lives all of these at once, and tells which of them broke a promise.
fn live_all(parts: &[(u64, u64)], kind: &[&str]) -> Result<Vec<String>, String> {
    let lives = parts.iter().map(|&(first, count)| Ok((first, count, live(first, count, kind)?)));
    let lives: Vec<(u64, u64, Child)> = lives.collect::<Result<_, String>>()?;
    let mut broken = Vec::new();
    for (first, count, mut life) in lives {
        let status = life.wait().map_err(|error| format!("sim: {error}"))?;
        if !status.success() {
            broken.push(format!("{}{count} from {first}", kind.concat()));
        }
    }
    Ok(broken)
}

fn of_tonight() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_secs() / SECONDS_A_DAY * SEEDS
}

/// Beside the usual build, which it would make anew each time.
fn build() -> Result<(), String> {
    let status = cargo().args(["build", "--release", "--quiet", "--package", "sim"]).status();
    let status = status.map_err(|error| format!("cargo cannot be run: {error}"))?;
    if status.success() { Ok(()) } else { Err("sim cannot be built".to_owned()) }
}

fn live(first: u64, count: u64, kind: &[&str]) -> Result<Child, String> {
    let days = ["--from".to_owned(), first.to_string(), "--seeds".to_owned(), count.to_string()];
    let run = ["run", "--release", "--quiet", "--package", "sim", "--"];
    cargo().args(run).args(kind).args(days).spawn().map_err(|error| format!("sim: {error}"))
}

/// Walks made-up calls through made-up plans, and makes them over SIP.
fn call_plans(from: u64, count: u64) -> Result<(), String> {
    if count == 0 {
        return Ok(());
    }
    debian::install_missing(&[debian::Package { program: "sipp", package: "sip-tester" }])?;
    let range = Range { variable: "REHEARSED", from, count };
    Stories::built()?.tell(stories::END_TO_END, &["rehearsed"], range)?;
    tell(&format!("{count} from {from}, plans: each call did as simulate said"));
    Ok(())
}

fn cargo() -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .env("CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS", "true")
        .env("CARGO_TARGET_DIR", project("target/nightly"));
    cargo
}
