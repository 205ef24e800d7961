//! Phones in several networks: each has its sound where its signalling goes.

use crate::check;
use expect_test::expect;

#[test]
fn each_caller_is_told_the_address_that_it_comes_in_by_and_is_heard_there() {
    check(
        "
        with networks
        tell sound
        lo comes in by the router
        kim calls 9001
        lo calls 9001
        ivy calls 9001
        kim hangs up
        lo hangs up
        ivy hangs up
        wait 70
        left
        ",
        expect![[r#"
            0s kim is heard at 10.0.0.1
            0s kim gets 200 with sound at IP4 10.0.0.1
            0s lo is heard at 172.16.0.1
            0s lo gets 200 with sound at IP4 198.51.100.1
            0s ivy is heard at 2001:db8::1
            0s ivy gets 200 with sound at IP6 2001:db8::1
            70s nothing is left
        "#]],
    );
}

#[test]
fn a_caller_of_ipv6_and_whichever_phone_of_an_agent_answers_are_joined() {
    check(
        "
        with networks
        1001b comes in by the router
        1001 registers
        1001b registers
        tell sound media
        ivy calls 9001
        wait 2
        1001b answers
        1001b speaks
        wait 2
        1001b hangs up
        wait 70
        left
        ",
        expect![[r#"
            0s ivy is heard at 2001:db8::1
            0s ivy gets 200 with sound at IP6 2001:db8::1
            0s ivy hears faktura, then music
            0s 1001 gets INVITE with sound at IP4 10.0.0.1
            0s 1001b gets INVITE with sound at IP4 198.51.100.1
            2s 1001b is heard at 172.16.0.1
            2s ivy is bridged with 1001b
            74s nothing is left
        "#]],
    );
}

#[test]
fn each_phone_is_shown_who_calls_at_an_address_that_it_can_call_back() {
    check(
        "
        with networks
        1001b comes in by the router
        1001 registers
        1001b registers
        1002six registers
        tell headers
        1001 dials 1002
        1001 hangs up
        ivy calls 9001
        ",
        expect![[r#"
            0s 1002six gets From: sip:1001@[2001:db8::1]:5060
            0s 1002six gets Max-Forwards: 69
            0s 1001 gets From: sip:0705555555@10.0.0.1:5060
            0s 1001 gets Max-Forwards: 69
            0s 1001 gets X-Telefonist-Queue: Faktura
            0s 1001 gets X-Telefonist-Waited: 0
            0s 1001b gets From: sip:0705555555@198.51.100.1:5060
            0s 1001b gets Max-Forwards: 69
            0s 1001b gets X-Telefonist-Queue: Faktura
            0s 1001b gets X-Telefonist-Waited: 0
        "#]],
    );
}

#[test]
fn an_offer_of_ours_and_every_description_after_it_name_the_same_address() {
    check(
        "
        with networks
        1001 registers
        tell sound
        ivy calls 9001 late
        1001 answers
        1001 speaks
        wait 2
        ivy holds
        ivy asks for an offer
        1001 holds
        1001 resumes
        ivy hangs up
        wait 70
        left
        ",
        expect![[r#"
            0s ivy gets 200 with sound at IP6 2001:db8::1
            0s ivy is heard at 2001:db8::1
            0s 1001 gets INVITE with sound at IP4 10.0.0.1
            0s 1001 is heard at 10.0.0.1
            2s ivy gets 200 with sound at IP6 2001:db8::1
            2s ivy gets 200 with sound at IP6 2001:db8::1
            2s 1001 gets 200 with sound at IP4 10.0.0.1
            2s 1001 gets 200 with sound at IP4 10.0.0.1
            72s nothing is left
        "#]],
    );
}

#[test]
fn colleagues_in_two_networks_call_each_other_and_hand_calls_over() {
    check(
        "
        with networks
        1001 registers
        1001b comes in by the router
        1002six registers
        tell sound media
        1001 dials 1002
        1002six answers
        wait 2
        1001b takes over from 1001
        wait 2
        1002six hangs up
        wait 70
        kim calls 9001
        1001 answers
        1001 speaks
        wait 2
        1001 refers 1002
        1002six answers
        kim hangs up
        wait 70
        left
        ",
        expect![[r#"
            0s 1001 is heard at 10.0.0.1
            0s 1002six gets INVITE with sound at IP6 2001:db8::1
            0s 1002six is heard at 2001:db8::1
            0s 1001 is bridged with 1002six
            0s 1001 gets 200 with sound at IP4 10.0.0.1
            2s 1001b is heard at 172.16.0.1
            2s 1001 is parted
            2s 1002six is bridged with 1001b
            2s 1001b gets 200 with sound at IP4 198.51.100.1
            74s kim is heard at 10.0.0.1
            74s kim gets 200 with sound at IP4 10.0.0.1
            74s kim hears faktura, then music
            74s 1001 gets INVITE with sound at IP4 10.0.0.1
            74s 1001 is heard at 10.0.0.1
            74s kim is bridged with 1001
            76s 1001 is parted
            76s kim hears music
            76s 1002six gets INVITE with sound at IP6 2001:db8::1
            76s 1002six is heard at 2001:db8::1
            76s kim is bridged with 1002six
            146s nothing is left
        "#]],
    );
}

#[test]
fn a_carrier_of_ipv6_is_called_by_a_phone_of_ipv4() {
    check(
        "
        with networks
        with trunks
        1001 registers
        six is there
        tell sound media
        1001 dials 0035412345
        six sounds early
        six answers
        six hangs up
        wait 70
        left
        ",
        expect![[r#"
            0s 1001 is heard at 10.0.0.1
            0s six gets INVITE with sound at IP6 2001:db8::1
            0s six is heard at 2001:db8::1
            0s 1001 is bridged with six
            0s 1001 gets 183 with sound at IP4 10.0.0.1
            0s 1001 gets 200 with sound at IP4 10.0.0.1
            70s nothing is left
        "#]],
    );
}

#[test]
fn encrypted_sound_is_where_the_encrypted_signalling_goes() {
    check(
        "
        with networks
        ivy uses tls and seals
        tell sip sound
        ivy calls 9003
        ",
        expect![[r#"
            0s ivy is heard at 2001:db8::1
            0s ivy gets 100
            0s ivy gets 200, sealed
            0s ivy gets 200 with sound at IP6 2001:db8::1
        "#]],
    );
}

#[test]
fn a_phone_that_wants_sound_by_the_other_ip_is_refused_and_a_call_stays_as_it_is() {
    check(
        "
        with networks
        1001 registers
        1002six registers
        tell sip ledger sound
        ivy calls 9001 offering ipv4
        ivy calls 9003
        ivy reoffers ipv4
        ivy hangs up
        wait 1
        kim calls 9001
        1001 answers in ipv6
        wait 10
        kim hangs up
        wait 70
        left
        ",
        expect![[r#"
            0s ledger: call-1 offered to 9001 by 0705555555
            0s ledger: call-1 ended Refused: session description names an address of the other IP
            0s ivy gets 488
            0s ivy is heard at 2001:db8::1
            0s ledger: call-2 offered to 9003 by 0705555555
            0s ledger: call-2 answered
            0s ivy gets 100
            0s ivy gets 200
            0s ivy gets 200 with sound at IP6 2001:db8::1
            0s ivy gets 488
            0s ledger: call-2 ended Abandoned(InMenu): caller hung up
            1s kim is heard at 10.0.0.1
            1s ledger: call-3 offered to 9001 by 0701234567
            1s ledger: call-3 answered
            1s kim gets 100
            1s kim gets 200
            1s kim gets 200 with sound at IP4 10.0.0.1
            1s ledger: call-3 queued in faktura
            1s ledger: call-3 rang 1001
            1s 1001 gets INVITE from "Faktura: 0701234567"
            1s 1001 gets INVITE with sound at IP4 10.0.0.1
            1s ledger: call-3 1001 unreachable
            1s ledger: call-3 rang 1002
            1s 1001 gets BYE
            1s 1002six gets INVITE from "Faktura: 0701234567"
            1s 1002six gets INVITE with sound at IP6 2001:db8::1
            11s ledger: call-3 1002 withdrawn
            11s ledger: call-3 leaves unserved, None in faktura: 2 logged_out, 1 ringing, 1 rung_elsewhere
            11s ledger: call-3 ended Abandoned(Ringing): caller hung up
            11s 1002six gets CANCEL
            81s nothing is left
        "#]],
    );
}

#[test]
fn ports_are_as_many_as_with_one_address_and_one_call_has_two_wherever_its_ends_are() {
    check(
        "
        with networks
        with ports 4
        1001 registers
        1002six registers
        tell sip
        ivy calls 9001
        1001 answers
        1001 speaks
        kim calls 9001
        1002six answers
        1002six speaks
        lo calls 9001
        ivy hangs up
        lo calls 9003
        ",
        expect![[r#"
            0s ivy gets 100
            0s ivy gets 200
            0s 1001 gets INVITE from "Faktura: 0705555555"
            0s kim gets 100
            0s kim gets 200
            0s 1002six gets INVITE from "Faktura: 0701234567"
            0s lo gets 503, Retry-After 5
            0s 1001 gets BYE since Q.850;cause=16;text="Normal call clearing"
            0s lo gets 100
            0s lo gets 200
        "#]],
    );
}

#[test]
fn a_phone_that_moves_has_its_new_calls_there_and_the_one_that_is_on_where_it_was() {
    check(
        "
        with networks
        1001 registers
        tell sound
        kim calls 9001
        1001 answers
        1001 speaks
        1001 comes in by the router
        1001 registers
        1001 holds
        1001 resumes
        kim hangs up
        wait 20
        kim calls 9001
        1001 answers
        ",
        expect![[r#"
            0s kim is heard at 10.0.0.1
            0s kim gets 200 with sound at IP4 10.0.0.1
            0s 1001 gets INVITE with sound at IP4 10.0.0.1
            0s 1001 is heard at 10.0.0.1
            0s 1001 gets 200 with sound at IP4 10.0.0.1
            0s 1001 gets 200 with sound at IP4 10.0.0.1
            20s kim is heard at 10.0.0.1
            20s kim gets 200 with sound at IP4 10.0.0.1
            20s 1001 gets INVITE with sound at IP4 198.51.100.1
            20s 1001 is heard at 172.16.0.1
        "#]],
    );
}
