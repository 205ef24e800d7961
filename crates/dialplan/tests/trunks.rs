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
