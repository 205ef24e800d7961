//! What a waiting caller is told of how long it will take.

use crate::check;
use expect_test::expect;

#[test]
fn who_waits_hears_how_long_it_will_take() {
    check(
        "
        with waits
        1031 registers
        kim calls 9300
        1031 answers
        1031 speaks
        tell media ledger
        lo calls 9300
        max calls 9300
        lo hears it out
        max hears it out
        wait 29
        kim hangs up
        wait 1
        ",
        expect![[r#"
            0s ledger: call-2 offered to 9300 by 0707654321
            0s ledger: call-2 answered
            0s ledger: call-2 queued in told
            0s lo hears music
            0s lo hears queue/first, then queue/wait-about, then numbers/5, then queue/minutes, then music
            0s ledger: call-2 told place 1
            0s ledger: call-2 told 300 s at place 1, 80 % sure
            0s ledger: call-3 offered to 9300 by 0709999999
            0s ledger: call-3 answered
            0s ledger: call-3 queued in told
            0s max hears music
            0s max hears queue/place, then numbers/2, then queue/in-line, then queue/wait-about, then numbers/15, then queue/minutes, then music
            0s ledger: call-3 told place 2
            0s ledger: call-3 told 900 s at place 2, 80 % sure
            29s ledger: call-1 ended Answered: caller hung up
            29s ledger: 1031 wrap-up for call-1 started, 20000 ms
            30s lo hears queue/first, then queue/wait-under-a-minute, then music
            30s ledger: call-2 told place 1
            30s ledger: call-2 told 60 s at place 1, 80 % sure
            30s max hears queue/place, then numbers/2, then queue/in-line, then queue/wait-about, then numbers/7, then queue/minutes, then music
            30s ledger: call-3 told place 2
            30s ledger: call-3 told 420 s at place 2, 80 % sure
        "#]],
    );
}

#[test]
fn who_looks_sees_how_long_it_will_take_those_who_wait_and_those_who_would_come() {
    check(
        "
        with waits
        1031 registers
        kim calls 9300
        1031 answers
        1031 speaks
        lo calls 9300
        max calls 9300
        expected
        wait 60
        kim hangs up
        expected
        ",
        expect![[r#"
            0s faktura: nobody_on_duty
            0s small: nobody_on_duty
            0s everybody: nobody_on_duty
            0s whispered: nobody_on_duty
            0s french: nobody_on_duty
            0s tiers: nobody_on_duty
            0s comfort: 1384 s at most
            0s told: 1391 s at most
            0s unknown: too_few_talks
            0s call-2: 466 s at most
            0s call-3: 945 s at most
            60s faktura: nobody_on_duty
            60s small: nobody_on_duty
            60s everybody: nobody_on_duty
            60s whispered: nobody_on_duty
            60s french: nobody_on_duty
            60s tiers: nobody_on_duty
            60s comfort: 1114 s at most
            60s told: 1095 s at most
            60s unknown: too_few_talks
            60s call-2: 24 s at most
            60s call-3: 669 s at most
        "#]],
    );
}

#[test]
fn who_is_first_in_line_hears_that_and_the_wait() {
    check(
        "
        with waits
        1031 registers
        kim calls 9300
        1031 answers
        1031 speaks
        kim hangs up
        wait 1
        tell media ledger
        lo calls 9300
        ",
        expect![[r#"
            1s ledger: call-2 offered to 9300 by 0707654321
            1s ledger: call-2 answered
            1s ledger: call-2 queued in told
            1s lo hears music
            1s lo hears queue/first, then queue/wait-under-a-minute, then music
            1s ledger: call-2 told place 1
            1s ledger: call-2 told 60 s at place 1, 80 % sure
        "#]],
    );
}

#[test]
fn nothing_is_said_of_the_wait_while_nobody_is_on_duty() {
    check(
        "
        with waits
        tell media ledger
        kim calls 9300
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9300 by 0701234567
            0s ledger: call-1 answered
            0s ledger: call-1 queued in told
            0s kim hears music
            0s ledger: call-1 told no wait: nobody_on_duty
            0s kim hears queue/first, then music
            0s ledger: call-1 told place 1
        "#]],
    );
}

#[test]
fn nothing_is_said_of_the_wait_while_it_would_be_a_guess() {
    check(
        "
        with waits
        1031 registers
        kim calls 9301
        1031 answers
        1031 speaks
        tell media ledger
        lo calls 9301
        ",
        expect![[r#"
            0s ledger: call-2 offered to 9301 by 0707654321
            0s ledger: call-2 answered
            0s ledger: call-2 queued in unknown
            0s lo hears music
            0s ledger: call-2 told no wait: too_few_talks
            0s lo hears queue/first, then music
            0s ledger: call-2 told place 1
        "#]],
    );
}

#[test]
fn a_wait_is_not_raised_and_who_waits_longer_hears_so() {
    check(
        "
        with waits
        1031 registers
        kim calls 9300
        1031 answers
        1031 speaks
        kim hangs up
        tell media ledger
        lo calls 9300
        lo hears it out
        command 1031 extend_wrap_up
        command 1031 extend_wrap_up
        command 1031 extend_wrap_up
        wait 30
        lo hears it out
        wait 30
        ",
        expect![[r#"
            0s ledger: call-2 offered to 9300 by 0707654321
            0s ledger: call-2 answered
            0s ledger: call-2 queued in told
            0s lo hears music
            0s lo hears queue/first, then queue/wait-under-a-minute, then music
            0s ledger: call-2 told place 1
            0s ledger: call-2 told 60 s at place 1, 80 % sure
            0s ledger: 1031 wrap-up for call-1 extended, 50000 ms
            0s ledger: 1031 wrap-up for call-1 extended, 80000 ms
            0s ledger: 1031 wrap-up for call-1 extended, 110000 ms
            30s lo hears queue/first, then music
            30s ledger: call-2 told place 1
            30s ledger: call-2 told no wait: would_rise
            60s lo hears queue/first, then queue/wait-longer, then queue/wait-under-a-minute, then music
            60s ledger: call-2 told place 1
            60s ledger: call-2 told 60 s at place 1, 80 % sure, longer than was said
        "#]],
    );
}

#[test]
fn announcements_are_parted_among_callers_and_hang_on_how_each_of_them_stands() {
    check(
        "
        with waits
        1031 registers
        nobody calls 9302
        1031 answers
        1031 speaks
        tell media
        kim calls 9302
        lo calls 9302
        wait 11
        kim hears it out
        lo hears it out
        wait 20
        kim hears it out
        lo hears it out
        wait 25
        kim hears it out
        lo hears it out
        ",
        expect![[r#"
            0s kim hears music
            0s lo hears music
            10s kim hears offer, then music
            10s lo hears front, then music
            30s kim hears front, then music
            30s lo hears offer, then music
            50s kim hears offer, then music
            50s lo hears front, then music
            56s kim hears where, then music
        "#]],
    );
}

#[test]
fn an_agent_who_answers_in_the_middle_of_an_announcement_cuts_it_at_once() {
    check(
        "
        with waits
        kim calls 9302
        wait 9
        1031 registers
        tell sound media ledger
        wait 1.5
        1031 answers
        1031 speaks
        wait 60
        ",
        expect![[r#"
            10s kim hears front, then music
            10.5s 1031 is heard at 10.0.0.1
            10.5s kim is bridged with 1031
            10.5s ledger: call-1 connected with 1031
            10.5s ledger: call-1 1031 accepted
        "#]],
    );
}
