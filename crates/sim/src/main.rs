//! Lives one day, or many: `cargo run -p sim -- --seed 17 --trace`, `cargo run -p sim -- --seeds 1000`.

use sim::{Day, Report, Trace};
use std::collections::BTreeMap;
use std::process::ExitCode;

const USAGE: &str = "usage: sim [--deaths] [--seed N [--trace] | --seeds COUNT [--from N]]";

struct Wish {
    first: u64,
    count: u64,
    trace: Trace,
    of_seed: fn(u64) -> Day,
}

fn main() -> ExitCode {
    match wish(std::env::args().skip(1)) {
        Some(wish) => {
            live(&wish);
            ExitCode::SUCCESS
        }
        None => {
            say(USAGE);
            ExitCode::from(2)
        }
    }
}

fn wish(mut words: impl Iterator<Item = String>) -> Option<Wish> {
    let mut wish = Wish { first: 1, count: 100, trace: Trace::Keep, of_seed: Day::of_seed };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--seed" => (wish.first, wish.count) = (words.next()?.parse().ok()?, 1),
            "--seeds" => wish.count = words.next()?.parse().ok()?,
            "--from" => wish.first = words.next()?.parse().ok()?,
            "--deaths" => wish.of_seed = Day::with_deaths,
            "--trace" => wish.trace = Trace::Print,
            _ => return None,
        }
    }
    Some(wish)
}

fn live(wish: &Wish) {
    let mut seen = BTreeMap::<String, u64>::new();
    for seed in wish.first..wish.first.saturating_add(wish.count) {
        let mut day = (wish.of_seed)(seed);
        day.trace = wish.trace;
        let Report { steps, length, fingerprint, totals, lost, .. } = {
            let report = sim::run(&day);
            for (kind, count) in &report.seen {
                *seen.entry(kind.clone()).or_default() += count;
            }
            report
        };
        say(&format!(
            "seed {seed}: {steps} steps in {length:?}, {lost} lost, {fingerprint:016x}, {totals:?}"
        ));
    }
    for (kind, count) in seen {
        say(&format!("{count:>8} {kind}"));
    }
}

#[expect(clippy::print_stdout, reason = "this is what a person asked to see")]
fn say(line: &str) {
    println!("{line}");
}
