//! Which trunk a call out takes.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use dialplan::Plan;
use ids::TrunkId;

fn plan(more: &str) -> Plan {
    let text = format!("country = \"46\"\n[number.9000]\ngoto = \"hangup\"\n{more}");
    Plan::parse("dialplan.toml", &text, &|_, _| true, &mut |_| Err("none".to_owned())).unwrap()
}

fn ways(plan: &Plan, dialled: &str) -> Vec<String> {
    let number = plan.number_dialled(dialled).unwrap();
    plan.ways_out(&number).into_iter().map(|id| plan.trunk(id).name.to_string()).collect()
}

#[test]
fn the_longest_prefix_leads_and_the_order_of_the_file_follows() {
    let plan = plan(
        "[trunk.second]\nhost = \"192.0.2.1\"\ndial = [\"+46\", \"112\"]\n\
         [trunk.first]\nhost = \"192.0.2.2\"\ndial = [\"+46\"]\n\
         [trunk.stockholm]\nhost = \"192.0.2.3\"\ndial = \"+468\"\n",
    );
    assert_eq!(ways(&plan, "08-123 45"), ["stockholm", "second", "first"]);
    assert_eq!(ways(&plan, "031 12 34 56"), ["second", "first"]);
    assert_eq!(ways(&plan, "112"), ["second"]);
    assert!(ways(&plan, "0047 22334455").is_empty());
    assert!(ways(&plan, "0900 123456").is_empty());
}

#[test]
fn with_a_trunk_strangers_are_refused_unless_the_plan_says_otherwise() {
    let trunk = "[trunk.carrier]\nhost = \"sip.carrier.example\"\n";
    assert_eq!(plan("").strangers, dialplan::Strangers::Welcome);
    let plan = plan(trunk);
    assert_eq!(plan.strangers, dialplan::Strangers::Refused);
    assert_eq!(&*plan.trunk(TrunkId(0)).domain, "sip.carrier.example");
    assert!(plan.ways_out("+46812345").is_empty(), "nothing is allowed that is not written");
}

#[test]
fn a_thousand_tries_to_call_what_is_not_listed_lead_nowhere() {
    let plan = plan("[trunk.carrier]\nhost = \"192.0.2.1\"\ndial = [\"+46\", \"112\"]\n");
    let prefixes = [
        "00883",
        "+883",
        "0047",
        "+47",
        "00",
        "000046",
        "++46",
        "*21*",
        "#31#",
        "0900",
        "0939",
        "0944",
        "099",
        "+46900",
        "004699",
        "46",
        "1",
        "113",
        "1120",
        "sip:+46",
        "+46;ext=",
        "tel:",
        "+4\u{0666}",
        "+46%30",
        " 0046 900",
        "(0900)",
        "0-9-0-0",
        "118",
        "+",
        "-x",
    ];
    let mut tries = 0;
    for prefix in prefixes {
        for number in 0..40_u32 {
            let dialled = format!("{prefix}{:07}", number.wrapping_mul(2_654_435_761) % 10_000_000);
            let number = plan.number_dialled(&dialled);
            let ways = number.as_deref().map(|number| plan.ways_out(number)).unwrap_or_default();
            assert!(ways.is_empty(), "{dialled} leads to {number:?}");
            tries += 1;
        }
    }
    assert!(tries >= 1_000);
    assert_eq!(ways(&plan, "08-123 45"), ["carrier"], "and what is listed leads out");
}
