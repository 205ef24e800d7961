//! Made-up calls for which another program is asked.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use dialplan::Plan;
use dialplan::trial::{Answer, Expectation, Reply, Trial};
use rehearsal::{Unheard, rehearse, verdict};
use std::sync::Arc;

const PLAN: &str = r#"
[number.9000]
goto = "http.account"

[http.account]
url = "http://127.0.0.1:1/{caller}"
read = { balance = "account.balance as number", paid = "paid as yes or no", name_there = "name" }
goto = "branch.owes"
unknown = "queue.new"
failed = "queue.support"

[branch.owes]
when = [{ if = "balance > 100 and not paid", goto = "queue.billing" }]
otherwise = "queue.support"

[queue.support]
[queue.billing]
[queue.new]

[agent.1001]
secret = "x"
queues = "all"
"#;

fn plan() -> Plan {
    Plan::parse("x", PLAN, &|_, _| true, &mut |_| Err(String::new())).unwrap()
}

fn trial(reply: Option<&str>) -> Trial {
    let replies = reply.map(|text| ("account".to_owned(), Reply::read(text).unwrap()));
    Trial { replies: replies.into_iter().collect(), ..Trial::of("9000") }
}

#[test]
fn what_a_program_answers_is_noted_and_leads_on() {
    let plan = Arc::new(plan());
    let comes = |trial: &Trial, expected: &[&str]| {
        let transcript = rehearse(&plan, trial, jiff::Timestamp::UNIX_EPOCH, &Unheard).unwrap();
        let expected: Vec<_> = expected.iter().map(|it| Expectation::read(it).unwrap()).collect();
        assert!(expected.iter().all(|it| it.misfit(&plan).is_none()));
        assert_eq!(verdict(&transcript, &expected), Ok(()), "{transcript}");
    };
    let owes = trial(Some("balance:500,paid:no,name_there:Anna Berg"));
    let noted = ["noted:balance=500", "noted:paid=no", "noted:name_there=Anna Berg"];
    comes(&owes, &noted);
    comes(&owes, &["branch.owes", "queue.billing", "never:noted:paid=yes"]);
    comes(&trial(Some("balance:500,paid:yes")), &["queue.support"]);
    comes(&trial(Some("balance:100,paid:no")), &["queue.support"]);
    comes(&trial(Some("unknown")), &["queue.new"]);
    comes(&trial(Some("fails")), &["queue.support", "never:branch.owes"]);
    comes(&trial(None), &["queue.new"]);
    let silent = Trial { answer: Answer::Fails, ..trial(None) };
    comes(&silent, &["queue.support", "never:branch.owes"]);
}

#[test]
fn an_answer_that_no_step_reads_is_told() {
    let plan = plan();
    for (reply, told) in [
        ("balanc:500", "`http.account` reads no `balanc`; did you mean `balance`?"),
        ("balance:much", "`balance` must be a whole number, and this is `much`"),
        ("paid:maybe", "`paid` must be yes or no, and this is `maybe`"),
    ] {
        let misfits = trial(Some(reply)).misfits(&plan);
        let all: Vec<_> = misfits.into_iter().map(|(field, it)| (field, it.to_string())).collect();
        assert_eq!(all, [("reply", told.to_owned())]);
    }
    let mut elsewhere = trial(None);
    elsewhere.replies.insert("acount".to_owned(), Reply::Fails);
    let (_, misfit) = elsewhere.misfits(&plan).remove(0);
    assert_eq!(misfit.to_string(), "there is no `http.acount`; did you mean `account`?");
    assert!(Reply::read("nothing").unwrap_err().to_string().contains("variable:value"));
}

#[test]
fn the_words_of_values_are_told_and_can_be_expected() {
    let text = PLAN.replace("goto = \"branch.owes\"\n", "goto = \"say.owes\"\n")
        + "[say.owes]\nprompts = [\"you-owe\", { money = \"balance\", currency = \"SEK\" }]\n\
           goto = \"branch.owes\"\notherwise = \"queue.new\"\n";
    let text = format!("language = \"sv\"\n{text}");
    let plan = Plan::parse("x", &text, &|_, _| true, &mut |_| Err(String::new()));
    let plan = Arc::new(plan.unwrap_or_else(|faults| panic!("{faults}")));
    let come = |reply: &str| {
        let trial = trial(Some(reply));
        rehearse(&plan, &trial, jiff::Timestamp::UNIX_EPOCH, &Unheard).unwrap()
    };
    let expected = |text: &str| {
        let expectation = Expectation::read(text).unwrap();
        assert!(expectation.misfit(&plan).is_none());
        [expectation]
    };
    let told = come("balance:521,paid:no");
    let words = "told:balance=femhundratjugoen kronor";
    assert_eq!(verdict(&told, &expected(words)), Ok(()), "{told}");
    let line = "says of balance “femhundratjugoen kronor”";
    assert!(told.to_string().contains(line), "{told}");
    assert!(verdict(&told, &expected("told:balance=femhundra kronor")).is_err());
    let unknown = come("paid:no");
    assert!(verdict(&unknown, &expected(words)).is_err(), "{unknown}");
    assert!(unknown.to_string().contains("leads to queue.new: balance is not known"), "{unknown}");
    let misfit = Expectation::read("told:balanc=x").unwrap().misfit(&plan).unwrap().to_string();
    assert!(misfit.contains("did you mean `balance`?"), "{misfit}");
}
