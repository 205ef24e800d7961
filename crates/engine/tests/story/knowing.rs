//! Calls that not everybody may take, and callers who are known.

use crate::check;
use expect_test::expect;

#[test]
fn this_and_that_is_needed_then_less_then_anyone() {
    check(
        "
        with callers
        1011 registers
        kim calls 9100
        tell ledger
        wait 29
        1012 registers
        wait 1
        1012 rejects 603
        wait 30
        ",
        expect![[r#"
            29s ledger: 1012 reachable
            29s ledger: 1012 logged in
            30s ledger: call-1 rang 1012
            30s ledger: call-1 1012 declined
            31s ledger: call-1 rang 1012
            51s ledger: call-1 1012 missed
            52s ledger: call-1 rang 1012
        "#]],
    );
}
