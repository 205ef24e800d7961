//! Callers who do not simply wait: a condition of the queue sends them on, once, and they keep their
//! first arrival.

use crate::{check, script};
use expect_test::expect;
use std::collections::BTreeMap;

#[test]
fn nobody_logged_in_triggers_its_step_and_no_other() {
    check(
        "
        with overflow
        tell media ledger
        kim calls 9200
        kim hears it out
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9200 by 0701234567
            0s ledger: call-1 answered
            0s kim hears front, then music
            0s ledger: call-1 sent on past front to say.nobody, every_agent: 0 ms, 1 for 0
            0s kim hears nobody
            0s ledger: call-1 ended Finished: sent on by a condition of the queue
        "#]],
    );
}

#[test]
fn everybody_paused_triggers_its_step_once() {
    check(
        "
        with overflow
        1021 registers
        command 1021 pause coffee
        tell media ledger
        kim calls 9202
        wait 30
        kim hears it out
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9202 by 0701234567
            0s ledger: call-1 answered
            0s kim hears front, then music
            0s ledger: call-1 sent on past each to say.paused, every_agent: 0 ms, 1 for 0
            0s kim hears paused
            30s ledger: call-1 ended Finished: sent on by a condition of the queue
        "#]],
    );
}

#[test]
fn everybody_busy_triggers_its_step_once_and_who_is_served_stays() {
    check(
        "
        with overflow
        1021 registers
        kim calls 9202
        tell media ledger
        lo calls 9202
        wait 5
        lo hears it out
        1021 answers
        1021 speaks
        ",
        expect![[r#"
            0s ledger: call-2 offered to 9202 by 0707654321
            0s ledger: call-2 answered
            0s lo hears front, then music
            0s ledger: call-2 sent on past each to say.busy, every_agent: 0 ms, 2 for 1
            0s lo hears busy
            5s ledger: call-2 ended Finished: sent on by a condition of the queue
            5s kim is bridged with 1021
            5s ledger: call-1 connected with 1021
            5s ledger: call-1 1021 accepted
        "#]],
    );
}

#[test]
fn a_full_queue_triggers_its_step_once() {
    check(
        "
        with overflow
        1021 registers
        kim calls 9203
        1021 answers
        1021 speaks
        lo calls 9203
        tell media ledger
        max calls 9203
        wait 5
        max hears it out
        ",
        expect![[r#"
            0s ledger: call-3 offered to 9203 by 0709999999
            0s ledger: call-3 answered
            0s max hears front, then music
            0s ledger: call-3 found narrow full at 1
            0s max hears crowded
            5s ledger: call-3 ended Finished: the queue was full
        "#]],
    );
}

#[test]
fn an_expected_wait_that_is_too_long_triggers_its_step_once() {
    // Some ten talks of four minutes must be known before a wait is expected at all.
    let talk = "kim calls 9204\n1021 answers\n1021 speaks\nwait 240\nkim hangs up\n";
    let script = format!(
        "
        with overflow
        1021 registers
        {}
        kim calls 9204
        1021 answers
        1021 speaks
        tell media ledger
        lo calls 9204
        wait 1
        max calls 9204
        wait 5
        max hears it out
        ",
        talk.repeat(12)
    );
    check(
        script.leak(),
        expect![[r#"
            2880s ledger: call-14 offered to 9204 by 0707654321
            2880s ledger: call-14 answered
            2880s ledger: call-14 queued in slow
            2880s lo hears front, then music
            2881s ledger: call-15 offered to 9204 by 0709999999
            2881s ledger: call-15 answered
            2881s max hears front, then music
            2881s ledger: call-15 sent on past slow to say.slow, expected_wait: 0 ms, 2 for 1, expected 544513 ms
            2881s max hears slow
            2886s ledger: call-15 ended Finished: sent on by a condition of the queue
        "#]],
    );
}

#[test]
fn of_every_queue_the_calls_that_came_are_those_that_left_it_or_are_still_there() {
    let told = script::play(
        "
        with overflow
        tell ledger
        1021 registers
        kim calls 9200
        1021 answers
        1021 speaks
        lo calls 9200
        max calls 9200
        nobody calls 9200
        wait 1
        command call 2 move back
        lo hangs up
        wait 60
        max hangs up
        command call 1 move narrow
        wait 1
        lo calls 9203
        lo hears it out
        wait 25
        1021 answers
        1021 speaks
        max calls 9200
        wait 1
        command call 6 withdraw
        max hears it out
        lo calls 9200
        wait 70
        max calls 9205
        max hears it out
        wait 31
        max presses 1
        max presses 1
        wait 120
        ",
    );
    let mut in_queue: BTreeMap<&str, &str> = BTreeMap::new();
    let mut sums: BTreeMap<&str, Sums> = BTreeMap::new();
    for line in told.lines().filter_map(|line| line.split_once(" ledger: ")) {
        let Some((call, what)) = line.1.split_once(' ') else { continue };
        let words: Vec<_> = what.split(' ').collect();
        match words.as_slice() {
            ["queued", "in", queue] => {
                sums.entry(queue).or_default().came += 1;
                assert_eq!(in_queue.insert(call, queue), None, "{call} is in two queues");
            }
            ["found", queue, "full", ..] => {
                sums.entry(queue).or_default().came += 1;
                sums.entry(queue).or_default().found_full += 1;
            }
            ["sent", "on", "past", queue, ..] => {
                sums.entry(queue).or_default().came += 1;
                sums.entry(queue).or_default().sent_on += 1;
            }
            ["sent", "on", "out", "of", queue, ..] => {
                assert_eq!(in_queue.remove(call), Some(*queue), "{call} is sent on");
                sums.entry(queue).or_default().sent_on += 1;
            }
            ["left", queue, "by", "key", ..] => {
                assert_eq!(in_queue.remove(call), Some(*queue), "{call} leaves");
                sums.entry(queue).or_default().left_by_key += 1;
            }
            ["taken", "out", "of", queue] => {
                assert_eq!(in_queue.remove(call), Some(*queue), "{call} is taken out");
                sums.entry(queue).or_default().taken_out += 1;
            }
            ["connected", ..] => {
                let queue = in_queue.remove(call).expect("who is connected was in a queue");
                sums.entry(queue).or_default().answered += 1;
            }
            ["ended", ..] => {
                if let Some(queue) = in_queue.remove(call) {
                    sums.entry(queue).or_default().abandoned += 1;
                }
            }
            _ => {}
        }
    }
    for queue in in_queue.values() {
        sums.entry(queue).or_default().there += 1;
    }
    for (queue, sum) in &sums {
        assert_eq!(sum.came, sum.gone() + sum.there, "{queue}: {sum:?}");
    }
    expect![[r#"
        {
            "back": Sums {
                came: 5,
                answered: 0,
                abandoned: 2,
                found_full: 0,
                sent_on: 3,
                taken_out: 0,
                left_by_key: 0,
                there: 0,
            },
            "front": Sums {
                came: 6,
                answered: 1,
                abandoned: 0,
                found_full: 0,
                sent_on: 3,
                taken_out: 2,
                left_by_key: 0,
                there: 0,
            },
            "narrow": Sums {
                came: 2,
                answered: 1,
                abandoned: 0,
                found_full: 1,
                sent_on: 0,
                taken_out: 0,
                left_by_key: 0,
                there: 0,
            },
            "told": Sums {
                came: 1,
                answered: 0,
                abandoned: 0,
                found_full: 0,
                sent_on: 0,
                taken_out: 0,
                left_by_key: 1,
                there: 0,
            },
        }"#]]
    .assert_eq(&format!("{sums:#?}"));
}

/// What became of the calls of a queue.
#[derive(Debug, Default)]
struct Sums {
    came: u32,
    answered: u32,
    abandoned: u32,
    found_full: u32,
    sent_on: u32,
    taken_out: u32,
    left_by_key: u32,
    there: u32,
}

impl Sums {
    const fn gone(&self) -> u32 {
        let left = self.answered + self.abandoned + self.left_by_key;
        left + self.found_full + self.sent_on + self.taken_out
    }
}

#[test]
fn everybody_in_wrap_up_triggers_its_step_and_who_comes_next_is_served() {
    check(
        "
        with overflow
        1021 registers
        kim calls 9200
        1021 answers
        1021 speaks
        kim hangs up
        tell media ledger
        lo calls 9200
        lo hears it out
        wait 20
        max calls 9200
        ",
        expect![[r#"
            0s ledger: call-2 offered to 9200 by 0707654321
            0s ledger: call-2 answered
            0s lo hears front, then music
            0s ledger: call-2 sent on past front to say.writing, every_agent: 0 ms, 1 for 1
            0s lo hears writing
            0s ledger: call-2 queued in back
            0s lo hears back, then music
            20s ledger: 1021 wrap-up ended
            20s ledger: call-3 offered to 9200 by 0709999999
            20s ledger: call-3 answered
            20s ledger: call-3 queued in front
            20s max hears front, then music
            20s ledger: call-3 rang 1021
        "#]],
    );
}

#[test]
fn who_has_waited_too_long_goes_to_the_other_queue_with_the_first_arrival() {
    check(
        "
        with overflow
        1021 registers
        1021 dials 9001
        kim calls 9200
        wait 30
        max calls 9201
        tell media ledger
        wait 35
        lo calls 9200
        wait 20
        tell media ledger agents
        1022 registers
        1022 answers
        1022 speaks
        ",
        expect![[r#"
            60s ledger: call-2 leaves unserved, Some(1) in front: 1 occupied
            60s ledger: call-2 sent on out of front to queue.back, waited: 60000 ms, 1 for 1
            60s ledger: call-2 queued in back
            60s kim hears back, then music
            65s ledger: call-4 offered to 9200 by 0707654321
            65s ledger: call-4 answered
            65s ledger: call-4 queued in front
            65s lo hears front, then music
            85s ledger: 1022 reachable
            85s ledger: 1022 logged in
            85s ledger: call-2 rang 1022
            85s 1022 is ringing
            85s kim is bridged with 1022
            85s ledger: call-2 connected with 1022
            85s ledger: call-2 1022 accepted
            85s 1022 is talking
        "#]],
    );
}

#[test]
fn too_many_callers_for_those_on_duty_trigger_their_step() {
    check(
        "
        with overflow
        1021 registers
        kim calls 9200
        lo calls 9200
        max calls 9200
        tell media ledger
        nobody calls 9200
        nobody hears it out
        left
        ",
        expect![[r#"
            0s ledger: call-4 offered to 9200 by nobody
            0s ledger: call-4 answered
            0s nobody hears front, then music
            0s ledger: call-4 sent on past front to say.crowded, calls_per_agent: 0 ms, 4 for 1
            0s nobody hears crowded
            0s ledger: call-4 ended Finished: sent on by a condition of the queue
            0s left: [("calls", 3), ("legs", 4), ("SIP legs", 4), ("shares", 3), ("transactions", 7), ("ports", 6), ("deadlines", 1)]
        "#]],
    );
}

#[test]
fn a_caller_is_sent_on_from_queue_to_queue_and_out_of_the_last_and_nothing_is_left() {
    check(
        "
        with overflow
        1021 registers
        1021 dials 9001
        kim calls 9200
        tell media ledger
        wait 60
        kim hears it out
        wait 120
        kim hears it out
        1021 hangs up
        left
        ",
        expect![[r#"
            60s ledger: call-2 leaves unserved, Some(1) in front: 1 occupied
            60s ledger: call-2 sent on out of front to queue.back, waited: 60000 ms, 1 for 1
            60s ledger: call-2 queued in back
            60s kim hears back, then music
            60s kim hears queue/first, then music
            60s ledger: call-2 told place 1
            180s ledger: call-2 leaves unserved, Some(1) in back: 1 logged_out
            180s ledger: call-2 sent on out of back to say.sorry, waited: 120000 ms, 1 for 0
            180s kim hears sorry
            180s ledger: call-2 ended Finished: sent on by a condition of the queue
            180s ledger: call-1 leaves unserved, Some(1) in faktura: 4 logged_out
            180s ledger: call-1 ended Abandoned(Waiting): caller hung up
            180s left: [("transactions", 2)]
        "#]],
    );
}

#[test]
fn when_the_last_phone_is_gone_for_ten_seconds_those_who_wait_are_sent_on() {
    check(
        "
        with overflow
        1021 registers by tcp
        kim calls 9200
        lo calls 9200
        tell media ledger
        1021 breaks
        wait 9
        1021 registers by tcp
        1021 breaks
        wait 10
        ",
        expect![[r#"
            0s ledger: call-1 1021 unreachable
            0s ledger: 1021 unreachable
            9s ledger: 1021 reachable
            9s ledger: call-1 rang 1021
            9s ledger: call-1 1021 unreachable
            9s ledger: 1021 unreachable
            19s ledger: call-1 leaves unserved, Some(1) in front: 1 unreachable
            19s ledger: call-1 sent on out of front to say.nobody, every_agent: 19000 ms, 2 for 0
            19s kim hears nobody
            19s ledger: call-2 leaves unserved, Some(1) in front: 1 unreachable
            19s ledger: call-2 sent on out of front to say.nobody, every_agent: 19000 ms, 1 for 0
            19s lo hears nobody
        "#]],
    );
}

#[test]
fn an_offer_is_heard_at_its_time_and_who_presses_nothing_keeps_the_place() {
    check(
        "
        with overflow
        kim calls 9205
        kim hears it out
        lo calls 9205
        tell media ledger
        wait 30
        kim presses 5
        kim hears it out
        1021 registers
        1021 answers
        1021 speaks
        wait 30
        wait 30
        ",
        expect![[r#"
            30s kim hears offer, then music
            30s ledger: 1021 reachable
            30s ledger: 1021 logged in
            30s ledger: call-1 rang 1021
            30s kim is bridged with 1021
            30s ledger: call-1 connected with 1021
            30s ledger: call-1 1021 accepted
        "#]],
    );
}

#[test]
fn an_agent_who_answers_cuts_an_offer_at_once() {
    check(
        "
        with overflow
        kim calls 9205
        kim hears it out
        wait 29
        1021 registers
        tell media ledger
        wait 1
        1021 answers
        1021 speaks
        kim presses 2
        ",
        expect![[r#"
            30s kim hears offer, then music
            30s kim is bridged with 1021
            30s ledger: call-1 connected with 1021
            30s ledger: call-1 1021 accepted
        "#]],
    );
}

#[test]
fn who_takes_an_offer_leaves_the_queue_and_its_phones_and_comes_back_with_the_first_arrival() {
    check(
        "
        with overflow
        kim calls 9205
        kim hears it out
        wait 10
        lo calls 9205
        wait 21
        1021 registers
        tell media ledger sip
        kim presses 1
        kim presses 2
        wait 1
        1021 rejects 486
        calls
        ",
        expect![[r#"
            31s ledger: call-1 leaves unserved, None in told: 1 ringing
            31s ledger: call-1 1021 withdrawn
            31s ledger: call-2 rang 1021
            31s ledger: call-1 left told by key 1 for menu.where
            31s kim hears where
            31s 1021 gets CANCEL
            31s 1021 gets INVITE from "told: 0707654321"
            31s ledger: call-1 chose 2 in where
            31s ledger: call-1 queued in told
            31s kim hears front, then music
            32s ledger: call-2 1021 declined
            32s call-1 is waiting in told at place 1
            32s call-2 is waiting in told at place 2
        "#]],
    );
}

#[test]
fn a_caller_who_comes_back_from_an_agent_meets_the_conditions_as_one_who_comes() {
    check(
        "
        with overflow
        1021 registers
        kim calls 9202
        1021 answers
        1021 speaks
        tell media ledger
        command call 1 requeue
        kim hears it out
        ",
        expect![[r#"
            0s 1021 is parted
            0s kim hears music
            0s ledger: 1021 wrap-up for call-1 started, 20000 ms
            0s ledger: call-1 sent on past each to say.writing, every_agent: 0 ms, 1 for 1
            0s kim hears writing
            0s ledger: call-1 queued in back
            0s kim hears back, then music
        "#]],
    );
}
