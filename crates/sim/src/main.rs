//! Lives one day, or many: `cargo run -p sim -- --seed 17 --trace`, `cargo run -p sim -- --seeds 1000`.

use sim::{Day, Trace};
use std::process::ExitCode;

const USAGE: &str = "usage: sim [--seed N [--trace] | --seeds COUNT [--from N]]";

struct Wish {
    first: u64,
    count: u64,
    trace: Trace,
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
    let mut wish = Wish { first: 1, count: 100, trace: Trace::Keep };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--seed" => (wish.first, wish.count) = (words.next()?.parse().ok()?, 1),
            "--seeds" => wish.count = words.next()?.parse().ok()?,
            "--from" => wish.first = words.next()?.parse().ok()?,
            "--trace" => wish.trace = Trace::Print,
            _ => return None,
        }
    }
    Some(wish)
}

fn live(wish: &Wish) {
    for seed in wish.first..wish.first.saturating_add(wish.count) {
        let mut day = Day::of_seed(seed);
        day.trace = wish.trace;
        let report = sim::run(&day);
        say(&format!(
            "seed {seed}: {} steps in {:?}, {:?}, {} rings, {} lost, {:016x}",
            report.steps,
            report.length,
            report.totals,
            report.rings,
            report.lost,
            report.fingerprint
        ));
    }
}

#[expect(clippy::print_stdout, reason = "this is what a person asked to see")]
fn say(line: &str) {
    println!("{line}");
}
