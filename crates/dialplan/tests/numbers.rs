//! Which number of a plan answers what is dialled.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use dialplan::{Goto, Graph, Plan};

/// A plan with these numbers, each of which leads to the step of its place.
fn plan(country: &str, numbers: &[&str]) -> Plan {
    let each = (0..).zip(numbers).map(|(at, number)| {
        format!("[number.\"{number}\"]\ngoto = \"say.s{at}\"\n[say.s{at}]\nprompts = [\"p\"]\n")
    });
    let text = format!("{country}\n{}", each.collect::<String>());
    Plan::parse("t", &text, &|_, _| true, &mut |_| Err(String::new())).unwrap()
}

/// What is dialled, as the plan calls it, with the table that answers.
fn called(plan: &Plan, dialled: &str) -> Option<(String, String)> {
    let called = plan.number_called(dialled)?;
    let (name, number) = plan.number(&called).unwrap();
    let Goto::Step(step) = number.goto else { panic!("each leads to a step") };
    assert_eq!(plan.numbers.keys().nth(step.index()), Some(name), "the names are sorted");
    Some((called.to_string(), name.to_string()))
}

fn both(called: &str, name: &str) -> Option<(String, String)> {
    Some((called.to_owned(), name.to_owned()))
}

#[test]
fn a_number_is_the_same_however_it_is_written() {
    let plan = plan("country = \"46\"", &["+46812345", "0850"]);
    for dialled in ["0812345", "08-123 45", "0046812345", "+46812345"] {
        assert_eq!(called(&plan, dialled), both("+46812345", "+46812345"), "{dialled}");
    }
    assert_eq!(called(&plan, "+46850"), both("0850", "0850"));
    assert_eq!(called(&plan, "812345"), None);
}

#[test]
fn the_most_specific_of_the_patterns_that_fit_answers() {
    let plan =
        plan("country = \"46\"", &["+46812*", "+468123456XX", "0812345678", "20XX", "20[0-2]X"]);
    assert_eq!(called(&plan, "0812345678"), both("0812345678", "0812345678"));
    assert_eq!(called(&plan, "0812345679"), both("+46812345679", "+468123456XX"));
    assert_eq!(called(&plan, "08129"), both("+468129", "+46812*"));
    assert_eq!(called(&plan, "2019"), both("2019", "20[0-2]X"));
    assert_eq!(called(&plan, "2030"), both("2030", "20XX"));
    assert_eq!(called(&plan, "20XX"), None);
    assert_eq!(called(&plan, "203"), None);
}

#[test]
fn what_both_of_two_patterns_fit_may_stand_by_itself() {
    let plan = plan("", &["2001", "20XX", "2X01"]);
    assert_eq!(called(&plan, "2001"), both("2001", "2001"));
    assert_eq!(called(&plan, "2002"), both("2002", "20XX"));
    assert_eq!(called(&plan, "2101"), both("2101", "2X01"));
}

#[test]
fn without_a_country_a_national_number_is_one_of_its_own() {
    let plan = plan("", &["+46812345", "0812345", "support"]);
    assert_eq!(called(&plan, "0812345"), both("0812345", "0812345"));
    assert_eq!(called(&plan, "0046812345"), both("+46812345", "+46812345"));
    assert_eq!(called(&plan, "support"), both("support", "support"));
}

#[test]
fn rules_are_drawn_and_told_of_two_plans() {
    let text = |rules: &str| {
        let text =
            format!("[number.9000]\ngoto = \"hangup\"\n{rules}\n[say.no]\nprompts = [\"p\"]\n");
        Plan::check("t", &text, &|_, _| true, &mut |_| Err(String::new())).plan.unwrap()
    };
    let before = text("[[number.9000.when]]\nif = \"withheld\"\nrefuse = \"busy\"");
    let after = text("[[number.9000.when]]\nif = \"withheld\"\ngoto = \"say.no\"");
    let changes = after.changes_from(&before).into_iter().map(|it| it.to_string());
    let expected = "number 9000: rule 1 (withheld, refused as busy) → (withheld, to say.no)";
    assert_eq!(changes.collect::<Vec<_>>(), [expected]);
    let labels = |plan: &Plan| {
        let edges = Graph::of(plan).edges.into_iter().map(|edge| edge.label);
        edges.filter(|label| !label.is_empty()).collect::<Vec<_>>()
    };
    assert_eq!(labels(&before), ["withheld: refused as busy"]);
    assert_eq!(labels(&after), ["withheld"]);
}

#[test]
fn who_dials_a_pattern_is_told_a_number_of_it() {
    let plan = plan("", &["20XX", "200X"]);
    assert_eq!(plan.example_of("20XX").as_deref(), Some("2011"));
    let told: Vec<_> = dialplan::trial::Trial::of("200X").misfits(&plan);
    let told = told.first().map(|(_, misfit)| misfit.to_string()).unwrap();
    assert!(told.contains("such as `2000`"), "{told}");
}

#[test]
fn a_file_of_people_is_read_whatever_else_it_has_and_lost_zeros_are_told_with_their_line() {
    let text = "country = \"46\"\n[number.9000]\ngoto = \"hangup\"\ndirectory = \"d\"\n\
        [directory.d]\nfile = \"d.csv\"\n";
    let rows =
        "Name;Number;Created\nAnna;070-123 45 67;2020\nBo;701234568;2021\nCia;46701234569;2022\n";
    let mut file = |_: dialplan::Outside<'_>| Ok(rows.to_owned());
    let dialplan::Checked { plan, faults } = Plan::check("t", text, &|_, _| true, &mut file);
    let told = faults.iter().map(|fault| {
        format!("{}: {} ({})", fault.id, fault.message, fault.suggestion.as_deref().unwrap())
    });
    let column = "unused-column: d.csv: the column `Created` is used by nothing (columns that mean \
        something are number, name, company, language, priority, vip, agent, whisper; others are for `read` of a `lookup`)";
    let zero = |line: u32, was: &str, is: &str| {
        format!(
            "zero-lost: d.csv:{line}: `{was}` is a number that nobody calls from (write {is}: a \
             spreadsheet has taken it for an amount; let the column be one of text there)"
        )
    };
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            column.to_owned(),
            zero(3, "701234568", "0701234568, or +701234568 if it is from abroad"),
            zero(4, "46701234569", "+46701234569")
        ]
    );
    assert!(plan.unwrap().directories.first().unwrap().lists("+46701234567"));
}
