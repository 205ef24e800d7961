//! Hundreds of days, each of them another one, and each the same one when it is lived again.

use sim::{Day, Report};
use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::catch_unwind;
use std::thread;

/// The days of every test run. `cargo run -p sim -- --from 1000 --seeds 1000` lives others.
const SEEDS: Range<u64> = 0..300;
const THREADS: u64 = 2;

/// The reports of every so manyth day, or the seeds of those that broke a promise.
fn live(mine: u64) -> Vec<Result<Report, u64>> {
    SEEDS
        .filter(|seed| seed % THREADS == mine)
        .map(|seed| catch_unwind(|| sim::run(&Day::of_seed(seed))).map_err(|_| seed))
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

/// What must have happened on some day, or the days prove less than they seem to.
const WANTED: [&str; 75] = [
    "Chose",
    "Done",
    "GivenBack",
    "SetAside",
    "Left",
    "Connected",
    "FoundClosed",
    "Held",
    "LeftByKey",
    "PlaceTold",
    "Queued",
    "Resumed",
    "SentOn",
    "TakenOut",
    "VoicemailFull",
    "WaitTold",
    "WaitUntold",
    "agent Filed",
    "agent JoinedQueue",
    "agent LeftQueue",
    "agent LoggedOut",
    "agent MissedTooOften",
    "agent PausedTooLong",
    "agent State",
    "agent Unreachable",
    "agent WrapUpEnded",
    "agent gives a call back",
    "agent talks beside another",
    "agent WrapUpExtended",
    "command Obeyed",
    "command Refused",
    "end Abandoned(Dialling): caller hung up",
    "end Abandoned(InMenu): caller hung up",
    "end Abandoned(Ringing): caller hung up",
    "end Abandoned(Waiting): caller hung up",
    "end Answered: agent hung up",
    "end Answered: caller hung up",
    "end Answered: no sound from the agent's phone",
    "end Answered: no sound from the caller's phone",
    "end Answered: the agent's connection broke",
    "end Answered: the caller's connection broke",
    "end Answered: the engine was stopped",
    "end Closed: closed",
    "end Closed: the queue was closed",
    "end Failed: no sound from the caller's phone",
    "end Failed: the answer was never acknowledged",
    "end Failed: the caller's connection broke",
    "end Finished: the dialplan ended the call",
    "end Finished: sent on by a condition of the queue",
    "end Finished: the queue was full",
    "end Interrupted: the engine was stopped",
    "end Refused: calls_max reached at 12",
    "end Refused: no common codec, or no common protection of it",
    "end Refused: no free media port",
    "end Refused: session description cannot be read",
    "end Refused: the engine is stopping",
    "end Voicemail: caller hung up",
    "end Voicemail: the dialplan ended the call",
    "end Voicemail: the engine was stopped",
    "end Withdrawn: ended by a command",
    "item Connected",
    "item end Answered: dealt with",
    "item end Finished: as many agents as may have heard it, and none dealt with it",
    "item end Withdrawn: dealt with by socket",
    "item ring Accepted",
    "item ring Missed",
    "item ring Withdrawn",
    "queue ByHours",
    "queue Closed",
    "queue Opened",
    "ring Declined",
    "ring Dropped",
    "ring Missed",
    "ring Unreachable",
    "ring Withdrawn",
];

#[test]
fn no_day_breaks_a_promise_and_the_days_leave_nothing_out() {
    let (lived, broken): (Vec<_>, Vec<_>) = live_all().into_iter().partition(Result::is_ok);
    let broken: Vec<u64> = broken.into_iter().filter_map(Result::err).collect();
    assert!(
        broken.is_empty(),
        "days that broke a promise: {broken:?}; replay one with \
         `cargo run -p sim -- --seed {} --trace`",
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
fn a_seed_lives_the_same_day_again() {
    for seed in [3, 17, 20, 211] {
        let day = Day::of_seed(seed);
        assert_eq!(sim::run(&day), sim::run(&day));
    }
    let fingerprint = |seed| sim::run(&Day::of_seed(seed)).fingerprint;
    assert_ne!(fingerprint(3), fingerprint(4));
}
