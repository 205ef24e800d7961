//! Days on which the process dies at a step that the seed has drawn, and is started again by what its ledger has.

use sim::{Day, Report};
use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::catch_unwind;
use std::thread;

/// The days of every test run. `cargo run -p sim -- --deaths --from 1000 --seeds 1000` lives others.
const SEEDS: Range<u64> = 0..150;
/// Days beside them on which something goes over the end of a process that seldom does.
const RARE: [u64; 1] = [246];
const THREADS: u64 = 2;

/// The reports of every so manyth day, or the seeds of those that broke a promise.
fn live(mine: u64) -> Vec<Result<Report, u64>> {
    SEEDS
        .chain(RARE)
        .filter(|seed| seed % THREADS == mine)
        .map(|seed| catch_unwind(|| sim::run(&Day::with_deaths(seed))).map_err(|_| seed))
        .collect()
}

fn live_all() -> Vec<Result<Report, u64>> {
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|mine| scope.spawn(move || live(mine))).collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().expect("each day catches its own panic"))
            .collect()
    })
}

/// What must have gone over the end of a process on some day, or the days prove less than they seem to.
const WANTED: [&str; 17] = [
    "outlived: a caller who waits",
    "outlived: a caller who talks",
    "outlived: a caller in the plan",
    "outlived: a callback",
    "outlived: a callback that was tried",
    "outlived: a message that waits",
    "outlived: a pause",
    "outlived: a queue kept by hand",
    "outlived: a queue that an agent is away from",
    "outlived: a phone",
    "outlived: after-call work",
    "outlived: conversations of the day",
    "outlived: rings in vain",
    "outlived: an agent who is not at work",
    "outlived: a process that died while it reached callers",
    "outlived: a word with a colleague",
    "outlived: what counts against a limit",
];

#[test]
fn what_must_survive_is_after_the_death_of_the_process_as_on_the_day_without_it() {
    let (lived, broken): (Vec<_>, Vec<_>) = live_all().into_iter().partition(Result::is_ok);
    let broken: Vec<u64> = broken.into_iter().filter_map(Result::err).collect();
    assert!(
        broken.is_empty(),
        "days that broke a promise: {broken:?}; replay one with \
         `cargo run -p sim -- --deaths --seed {} --trace`",
        broken[0]
    );
    let mut seen = BTreeMap::<String, u64>::new();
    for (kind, count) in lived.into_iter().flatten().flat_map(|report| report.seen) {
        *seen.entry(kind).or_default() += count;
    }
    let missing: Vec<_> = WANTED.into_iter().filter(|kind| !seen.contains_key(*kind)).collect();
    assert!(missing.is_empty(), "never happened: {missing:?} among {seen:#?}");
}

#[test]
fn a_seed_lives_the_same_day_again_and_dies_at_the_same_step() {
    for seed in [3, 17] {
        let day = Day::with_deaths(seed);
        assert_eq!(sim::run(&day), sim::run(&day));
    }
}
