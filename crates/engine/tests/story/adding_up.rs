//! What an agent did in a log-in adds up to it, from the events alone.

use crate::{check, script};
use expect_test::expect;
use std::collections::BTreeMap;

/// Seconds in each state from the log-in to the log-out, as the ledger has them.
fn seconds(script: &'static str, agent: &str) -> BTreeMap<String, f64> {
    let told = script::play(script);
    let lines = told.lines().filter_map(|line| line.split_once(&format!("s ledger: {agent} is ")));
    let states: Vec<(f64, &str)> = lines.map(|(at, state)| (at.parse().unwrap(), state)).collect();
    let mut sums = BTreeMap::new();
    for pair in states.windows(2) {
        let [(from, state), (to, _)] = pair else { panic!("windows of two are two") };
        let state = state.split(" in call-").next().unwrap();
        *sums.entry(state.to_owned()).or_default() += to - from;
    }
    sums
}

#[test]
fn seconds_by_state_and_reason_add_up_to_the_log_in() {
    let sums = seconds(
        "
        with work
        tell states
        1021 registers
        wait 7
        command 1021 pause coffee
        wait 60
        command 1021 resume
        kim calls 9021
        wait 3
        1021 answers
        1021 speaks
        wait 100
        command 1021 pause lunch
        kim hangs up
        wait 30
        1021 dials *14
        wait 2
        1021 hears it out
        wait 1
        command 1021 pause coffee
        wait 40.5
        command 1021 log_out
        ",
        "1021",
    );
    let expected = [
        ("occupied", 2.0),
        ("paused for coffee", 100.5),
        ("paused for lunch", 20.0),
        ("ready", 8.0),
        ("ringing", 3.0),
        ("talking", 100.0),
        ("unreachable", 0.0),
        ("wrap_up", 10.0),
    ];
    let expected = expected.map(|(state, seconds)| (state.to_owned(), seconds));
    assert_eq!(sums, BTreeMap::from(expected));
    assert_eq!(sums.values().sum::<f64>(), 7.0 + 60.0 + 3.0 + 100.0 + 30.0 + 2.0 + 1.0 + 40.5);
}

#[test]
fn each_of_two_agents_is_credited_with_their_own_talk_of_a_call() {
    let day = "
        with work
        tell states
        1021 registers
        kim calls 9021
        1021 answers
        1021 speaks
        wait 30
        1022 registers
        1021 refers 1022
        wait 4
        1022 answers
        wait 50
        kim hangs up
        wait 60
        command 1021 log_out
        command 1022 log_out
        ";
    // The first agent stays until the second has answered.
    assert_eq!(seconds(day, "1021")["talking"], 34.0);
    assert_eq!(seconds(day, "1022")["talking"], 50.0);
    assert_eq!(seconds(day, "1022")["wrap_up"], 10.0);
}

#[test]
fn what_is_shown_of_the_day_goes_on_over_a_restart() {
    check(
        "
        with work
        1021 registers
        kim calls 9021
        wait 3
        1021 answers
        1021 speaks
        wait 100
        kim hangs up
        wait 30
        command 1021 pause lunch
        lo calls 9021
        wait 20
        lo hangs up
        max calls 9021
        wait 4
        tell commands
        totals
        today
        engine restarts
        totals
        today
        wait 10
        max hangs up
        wait 1
        totals
        today
        ",
        expect![[r#"
            157s [("offered", 3), ("on", 1), ("answered", 1), ("abandoned", 1)]
            157s advice today: offered 3, answered 1, abandoned 1, waiting 1
            157s 1021 today: handled 1, staffed 157, ready 20, ringing 3, talking 100, wrap-up 10, paused 24
            157s [("offered", 3), ("on", 1), ("answered", 1), ("abandoned", 1)]
            157s advice today: offered 3, answered 1, abandoned 1, waiting 1
            157s 1021 today: handled 1, staffed 153, ready 20, ringing 3, talking 100, wrap-up 10, paused 20
            168s [("offered", 3), ("answered", 1), ("abandoned", 2)]
            168s advice today: offered 3, answered 1, abandoned 2
            168s 1021 today: handled 1, staffed 164, ready 20, ringing 3, talking 100, wrap-up 10, paused 31
        "#]],
    );
}
