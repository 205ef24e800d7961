//! Customers who are not reached: a mailbox, a line that is busy, a phone that nobody answers, a carrier that says no.

use super::{ACME, anna, customers_phone, site, told, until_over, until_registered};
use e2e::{Kamailio, Server, Sound, prompt};

/// Nobody has this number.
const NOBODYS: &str = "+46701112299";
const CUSTOMERS: &str = "+46701112233";

/// Who is not reached is not tried again, and no phone rings for long.
const ONCE: &str = "attempts_max = 1\nring = \"10s\"";

#[test]
fn a_mailbox_a_busy_line_a_phone_that_nobody_answers_and_a_refusal_are_told_apart() {
    let carrier = Kamailio::start(ACME);
    let server = Server::start(site(&carrier, ONCE, ""));
    until_registered(&server);
    // A mailbox speaks, and presses nothing.
    let mut phone = customers_phone(&carrier, &prompt("en/demo/support"));
    let mut anna = anna(&server, &Sound::default());
    server.until_agent("1001", "ready");
    let mut ended = Vec::new();
    for why in ["not_confirmed", "busy", "no_answer", "refused"] {
        let number = if why == "refused" { NOBODYS } else { CUSTOMERS };
        told(&server, &["callback", "request", "support", number]);
        anna.wait_for("CALL_INCOMING");
        anna.tell("accept", "");
        if why != "refused" {
            phone.wait_for("CALL_INCOMING");
        }
        match why {
            "not_confirmed" => drop(phone.tell("accept", "")),
            "busy" => drop(phone.tell("hangup", "")),
            _ => {}
        }
        anna.wait_for("CALL_CLOSED");
        ended.push(("attempts_max", Some(why)));
        until_over(&server, &ended);
        server.until_agent("1001", "ready");
    }
    let attempts = server.metric("callbacks_ended_total{outcome=\"attempts_max\"}");
    assert!((attempts - 4.0).abs() < f64::EPSILON, "{attempts}");
}
