//! Benchmarks: each figure beside a limit measured in the same run, since machines are noisy.
//!
//! `cargo xtask bench [NAME] [--json]` runs them with a release build. A name is the beginning of a
//! figure's: `acd`, `sip`, `sip.parse`, `media.music`, `wire`.

mod acd_arrivals;
mod acd_decisions;
mod acd_memory;
mod acd_strategies;
mod acd_waits;
mod answer_to_heard;
mod bare_relay;
mod busy;
mod centre;
mod codec_opus;
mod dialplan_check;
mod dialplan_reload;
mod ears;
mod evenness;
mod figure;
mod flood;
mod free_to_invite;
mod large_plan;
mod ledger_events;
mod ledger_report;
mod media_bridge;
mod media_conference;
mod media_music;
mod media_record;
mod media_recording;
mod media_srtp;
mod memory;
mod pace;
mod probes;
mod recovery;
mod registrations;
mod relaying;
mod round_trips;
mod rtp_flood;
mod scene;
mod seal;
mod served;
mod sip_call;
mod sip_hostile;
mod sip_parse;
mod sipp_calls;
mod soak;
mod steady;
mod tally;
mod upkeep;
mod voices;
mod waiting_memory;
mod ways;
mod whole_call;

use clap::Parser;
use figure::Figure;
use std::env;
use std::process::Command;
use std::time::Duration;

/// The core is measured with the memory that the program gives it.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures, and prints a figure a line.
#[derive(Debug, Parser)]
struct Args {
    /// Only benchmarks whose name begins with this, or the other way round
    name: Option<String>,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
    /// How long the long ones take: `wire.steady`, `wire.rtp_flood` and `wire.soak`, which are run by their whole name alone
    #[arg(long)]
    minutes: Option<u32>,
}

/// A benchmark: the name that its figures begin with, and what measures them.
type Bench = (&'static str, fn() -> Vec<Figure>);

/// One that takes as long as is said, and how many minutes if nothing is.
type Long = (&'static str, u32, fn(Duration) -> Vec<Figure>);

const LONG: [Long; 3] = [
    ("wire.steady", steady::MINUTES, steady::run),
    ("wire.rtp_flood", rtp_flood::MINUTES, rtp_flood::run),
    ("wire.soak", soak::MINUTES, soak::run),
];

const BENCHES: [Bench; 28] = [
    ("acd.decisions", acd_decisions::run),
    ("acd.strategy", acd_strategies::run),
    ("acd.arrivals", acd_arrivals::run),
    ("acd.expected_wait", acd_waits::run),
    ("acd.memory", acd_memory::run),
    ("codec.opus", codec_opus::run),
    ("dialplan.check", dialplan_check::run),
    ("dialplan.reload", dialplan_reload::run),
    ("ledger.report", ledger_report::run),
    ("ledger.events", ledger_events::writing),
    ("ledger.promise", ledger_events::promising),
    ("sip.parse", sip_parse::run),
    ("sip.call", sip_call::run),
    ("sip.hostile", sip_hostile::run),
    ("sip.register", registrations::registering),
    ("sip.bindings", registrations::bound),
    ("media.music", media_music::run),
    ("media.bridge", media_bridge::run),
    ("media.record", media_record::run),
    ("media.conference", media_conference::run),
    ("media.srtp", media_srtp::run),
    ("media.recording", media_recording::run),
    ("wire.free_to_invite", free_to_invite::run),
    ("wire.answer_to_heard", answer_to_heard::run),
    ("wire.recovery", recovery::run),
    ("wire.call", whole_call::run),
    ("wire.waiting", waiting_memory::run),
    ("wire.flood", flood::run),
];

fn main() -> Result<(), String> {
    let args = Args::parse();
    let wanted = args.name.as_deref().unwrap_or("");
    if let Some((_, minutes, run)) = LONG.iter().find(|(name, ..)| *name == wanted) {
        let minutes = args.minutes.unwrap_or(*minutes);
        tell(&run(Duration::from_secs(60) * minutes), args.json);
        return Ok(());
    }
    let chosen = chosen(wanted);
    if chosen.is_empty() {
        let names = BENCHES.iter().map(|(name, _)| *name);
        let names: Vec<_> = names.chain(LONG.iter().map(|(name, ..)| *name)).collect();
        return Err(format!("there is no benchmark {wanted:?}: there are {}", names.join(", ")));
    }
    if let [(_, run)] = chosen[..] {
        tell(&run(), args.json);
        return Ok(());
    }
    chosen.into_iter().try_for_each(|(name, _)| run_alone(name, args.json))
}

#[expect(clippy::print_stdout, reason = "figures are what was asked for")]
fn tell(figures: &[Figure], as_objects: bool) {
    for figure in figures {
        println!("{}", if as_objects { as_json(figure) } else { as_text(figure) });
    }
}

/// One by its whole name, or all whose name begins so or the other way round.
fn chosen(wanted: &str) -> Vec<&'static Bench> {
    if let Some(one) = BENCHES.iter().find(|(name, _)| *name == wanted) {
        return vec![one];
    }
    let begins = |(name, _): &&Bench| name.starts_with(wanted) || wanted.starts_with(name);
    BENCHES.iter().filter(begins).collect()
}

/// Runs one in a process of its own: what another has left in memory would be taken for free by the next.
fn run_alone(name: &str, json: bool) -> Result<(), String> {
    let own = env::current_exe().map_err(|error| error.to_string())?;
    let ran = Command::new(own).arg(name).args(json.then_some("--json")).status();
    match ran {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{name}: {status}")),
        Err(error) => Err(format!("{name}: {error}")),
    }
}

fn as_json(figure: &Figure) -> String {
    serde_json::to_string(figure).expect("names and numbers can be written as JSON")
}

fn as_text(figure: &Figure) -> String {
    let Figure { name, value, unit, limit, ratio, p99_us, site } = figure;
    let mut text = format!("{name:<44} {value:>14.3} {unit:<8}");
    if let Some((limit, ratio)) = limit.zip(*ratio) {
        text += &format!(" limit {limit:>14.3}  ratio {ratio:.3}");
    }
    if let Some(p99) = p99_us {
        text += &format!(" p99 {p99:>8.3} µs");
    }
    if let Some(site) = site {
        text += &format!("  {site}");
    }
    text.trim_end().to_owned()
}
