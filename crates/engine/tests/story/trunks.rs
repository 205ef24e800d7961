//! Calls from trunks, and from those who are none.

use crate::check;
use expect_test::expect;

#[test]
fn a_call_from_a_trunk_is_let_in_by_its_address_and_its_numbers_are_written_our_way() {
    check(
        "
        with trunks
        tell sip ledger
        carrier calls 46812345
        ",
        expect![[r#"
            0s ledger: call-1 offered to +46812345 by +46701234567 over carrier
            0s ledger: call-1 answered
            0s carrier gets 100
            0s carrier gets 200
            0s ledger: call-1 queued in faktura
        "#]],
    );
}

#[test]
fn with_a_trunk_a_stranger_is_asked_who_it_is_whatever_it_dials() {
    check(
        "
        with trunks
        tell sip ledger
        kim calls 9001
        kim calls 9999
        ",
        expect![[r#"
            0s kim gets 407
            0s kim gets 407
        "#]],
    );
}

#[test]
fn strangers_who_are_turned_away_leave_nothing_behind() {
    check(
        "
        with trunks
        kim calls 9001
        lo calls *11
        tell sip ledger
        left
        ",
        expect![[r#"
            0s nothing is left
        "#]],
    );
}

#[test]
fn with_a_trunk_an_agent_calls_a_number_of_ours_by_proving_it() {
    check(
        "
        with trunks
        tell sip ledger
        1001 registers
        1001 dials 9003
        ",
        expect![[r#"
            0s ledger: 1001 reachable
            0s ledger: 1001 logged in
            0s 1001 gets 407
            0s ledger: call-1 offered to 9003 by 1001
            0s ledger: call-1 answered
            0s 1001 gets 100
            0s 1001 gets 200
        "#]],
    );
}

#[test]
fn a_trunk_that_proves_itself_is_one_wherever_it_calls_from() {
    check(
        "
        with trunks
        tell sip ledger
        pbx dials +46812345
        pbx dials +46899999
        ",
        expect![[r#"
            0s pbx gets 407
            0s ledger: call-1 offered to +46812345 by acme over pbx
            0s ledger: call-1 answered
            0s pbx gets 100
            0s pbx gets 200
            0s ledger: call-1 queued in faktura
            0s pbx gets 407
            0s pbx gets 404
        "#]],
    );
}

#[test]
fn a_trunk_dials_no_short_code() {
    check(
        "
        with trunks
        tell sip ledger agents
        carrier calls *11
        ",
        expect![[r#"
            0s carrier gets 404
        "#]],
    );
}

#[test]
fn a_trunk_that_is_full_gets_503_and_a_row_and_room_when_a_call_ends() {
    check(
        "
        with trunks
        tell sip ledger
        carrier calls 9001
        carrier calls 9002
        carrier hangs up
        wait 1
        carrier calls 9001
        carrier hangs up
        wait 60
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9001 by +46701234567 over carrier
            0s ledger: call-1 answered
            0s carrier gets 100
            0s carrier gets 200
            0s ledger: call-1 queued in faktura
            0s ledger: call-2 offered to 9002 by +46701234567 over carrier
            0s ledger: call-2 ended Refused: calls_max of the trunk reached at 1
            0s carrier gets 503, Retry-After 5
            0s ledger: call-1 leaves unserved, Some(1) in faktura: 4 logged_out
            0s ledger: call-1 ended Abandoned(Waiting): caller hung up
            1s ledger: call-3 offered to 9001 by +46701234567 over carrier
            1s ledger: call-3 answered
            1s carrier gets 100
            1s carrier gets 200
            1s ledger: call-3 queued in faktura
            1s ledger: call-3 leaves unserved, Some(1) in faktura: 4 logged_out
            1s ledger: call-3 ended Abandoned(Waiting): caller hung up
            61s nothing is left
        "#]],
    );
}

#[test]
fn an_address_that_has_its_calls_gets_no_more_and_keeps_nobody_else_out() {
    check(
        "
        with calls_per_source_max 1
        tell sip ledger
        kim calls 9001
        kim calls 9001
        lo calls 9001
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9001 by 0701234567
            0s ledger: call-1 answered
            0s kim gets 100
            0s kim gets 200
            0s ledger: call-1 queued in faktura
            0s ledger: call-2 offered to 9001 by 0701234567
            0s ledger: call-2 ended Refused: calls_per_source_max reached at 1
            0s kim gets 503, Retry-After 5
            0s ledger: call-3 offered to 9001 by 0707654321
            0s ledger: call-3 answered
            0s lo gets 100
            0s lo gets 200
            0s ledger: call-3 queued in faktura
        "#]],
    );
}

#[test]
fn a_carrier_learns_where_we_are_is_asked_whether_it_is_there_and_is_told_when_we_leave() {
    check(
        "
        with an exchange
        tell sip ledger
        exchange is there
        wait 1
        wait 300
        exchange dies
        wait 60
        exchange is there
        wait 60
        engine stops
        wait 40
        left
        ",
        expect![[r#"
            0.5s exchange gets OPTIONS
            0.5s exchange gets REGISTER
            0.5s ledger: trunk exchange is Registered
            29.495113s exchange gets OPTIONS
            58.646564s exchange gets OPTIONS
            86.937422s exchange gets OPTIONS
            115.972854s exchange gets OPTIONS
            145.504661s exchange gets OPTIONS
            174.750454s exchange gets OPTIONS
            202.206315s exchange gets OPTIONS
            231.192088s exchange gets OPTIONS
            258.585971s exchange gets OPTIONS
            288.51197s exchange gets OPTIONS
            300.5s exchange gets REGISTER
            323.13982s ledger: trunk exchange is Down
            376.715916s exchange gets OPTIONS
            376.715916s ledger: trunk exchange is Registered
            376.715916s exchange gets REGISTER
            405.111501s exchange gets OPTIONS
            421s exchange gets REGISTER
            461s nothing is left
        "#]],
    );
}
