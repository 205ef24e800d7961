//! The agent without a screen: what is dialled leaves what the same command leaves that comes from a screen.

use crate::script::play;

/// What leads up to it, what is dialled, and the command.
const ALIKE: [(&str, &str, &str); 12] = [
    ("", "*12", "log_out"),
    ("command 1021 log_out", "*11", "log_in"),
    ("", "*131", "pause coffee"),
    ("command 1021 pause coffee", "*14", "resume"),
    ("kim calls 9021\n wait 20", "*14", "resume"),
    ("", "*192", "leave_queue advice"),
    ("command 1021 leave_queue advice", "*182", "join_queue advice"),
    (AFTER_A_CALL, "*15", "extend_wrap_up"),
    (AFTER_A_CALL, "*16", "end_wrap_up"),
    (AFTER_A_CALL, "*171", "file sold"),
    (IN_A_CALL, "*12", "log_out"),
    (IN_A_CALL, "*132", "pause lunch"),
];

const IN_A_CALL: &str = "kim calls 9021\n 1021 answers\n 1021 speaks\n 1021 holds";
const AFTER_A_CALL: &str = "kim calls 9021\n 1021 answers\n 1021 speaks\n kim hangs up";

/// What the ledger says when this is done, and in the minute after it.
fn told(before: &str, done: &str) -> String {
    let goes_on = if before == IN_A_CALL { "kim hangs up" } else { "" };
    let script = format!(
        "with work\n 1021 registers\n {before}\n tell ledger commands\n {done}\n {goes_on}\n wait 60"
    );
    // A desk is answered, and a phone hears it.
    let told = play(script.leak());
    told.lines().filter(|line| line.contains(" ledger: ")).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_an_agent_dials_leaves_what_the_same_command_leaves_from_a_screen() {
    for (before, code, command) in ALIKE {
        let dialled = told(before, &format!("1021 dials {code}\n 1021 hears it out"));
        let from_a_screen = told(before, &format!("command 1021 {command}"));
        assert!(dialled.contains(" phone: "), "{code} after {before}:\n{dialled}");
        assert_eq!(
            dialled.replace(" phone: ", " socket: "),
            from_a_screen,
            "{code} after {before}"
        );
    }
}
