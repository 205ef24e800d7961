//! Ways of a branch or a number that nobody goes, since everybody who could has gone an earlier one.

use super::Written;
use crate::draft::StepDraft;
use crate::plan::{Comparison, Likeness, Term, Test, Value};
use crate::report::{Flaw, Report};
use crate::table::Text;

/// Looks at each branch, and at the rules of each number.
pub(super) fn check(written: &Written<'_>, report: &mut Report<'_>) {
    for (draft, step) in written.draft.steps.iter().zip(&written.plan.steps) {
        let (StepDraft::Branch(draft), Some(branch)) = (&draft.body, step.branch()) else {
            continue;
        };
        let tests = branch.arms.iter().map(|arm| (&arm.test, &*arm.written));
        check_tests(tests.zip(draft.arms.iter().map(|arm| &arm.written)).collect(), report);
    }
    for named in &written.draft.numbers {
        let Some(number) = written.plan.numbers.get(named.name.get_ref().as_str()) else {
            continue;
        };
        let tests = number.rules.iter().map(|rule| (&rule.test, &*rule.written));
        check_tests(tests.zip(named.body.rules.iter().map(|rule| &rule.written)).collect(), report);
    }
}

/// Looks at tests that are asked one behind the other.
fn check_tests(tests: Vec<((&Test, &str), &Text)>, report: &mut Report<'_>) {
    for (at, ((test, _), of_text)) in tests.iter().enumerate() {
        let earlier = tests.iter().take(at).find(|((first, _), _)| covers(first, test));
        if let Some(((_, written), _)) = earlier {
            let message = format!("nobody goes this way: whoever could has gone by `{written}`");
            let remedy = "take it out, or let it come earlier".to_owned();
            let flaw = Flaw::warning("shadowed-rule", of_text.span(), message);
            report.add(flaw.suggest(remedy));
        }
    }
}

/// Whether `first` certainly is so wherever `later` is. What is not found out counts as no.
fn covers(first: &Test, later: &Test) -> bool {
    match (first, later) {
        (first, later) if first == later => true,
        (first, Test::Any(of)) => !of.is_empty() && of.iter().all(|one| covers(first, one)),
        (Test::All(of), later) => of.iter().all(|one| covers(one, later)),
        (Test::Any(of), later) if of.iter().any(|one| covers(one, later)) => true,
        (first, Test::All(of)) => of.iter().any(|one| covers(first, one)),
        (
            Test::Compares(fact, how, Term::Value(bound)),
            Test::Compares(other, later, Term::Value(value)),
        ) => fact == other && is_within((*how, bound), (*later, value)),
        (
            Test::IsLike(fact, Likeness::Starts, start),
            Test::IsLike(other, Likeness::Starts, later),
        ) => fact == other && later.starts_with(&**start),
        (
            Test::Is(_)
            | Test::IsKnown(..)
            | Test::Compares(..)
            | Test::IsLike(..)
            | Test::Any(_)
            | Test::Not(_),
            _,
        ) => false,
    }
}

/// Whether every value that compares so with `later` compares so with `bound`.
fn is_within((how, bound): (Comparison, &Value), (also, later): (Comparison, &Value)) -> bool {
    use Comparison::{AtLeast, AtMost, Equal, Less, More, Unequal};
    match (how, also) {
        (More, AtLeast) | (Less, AtMost) => how.holds(later.cmp(bound)),
        (More | AtLeast, More) => bound <= later,
        (AtLeast, AtLeast) => bound <= later,
        (Less | AtMost, Less) => bound >= later,
        (AtMost, AtMost) => bound >= later,
        (_, Equal) => how.holds(later.cmp(bound)),
        (Equal | Unequal | Less | AtMost | More | AtLeast, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Fact, Facts};
    use ids::QueueId;
    use proptest::prelude::*;

    const WAITING: Fact = Fact::Waiting(QueueId(0));

    fn test() -> impl Strategy<Value = Test> {
        let how = prop::sample::select(vec![
            Comparison::Equal,
            Comparison::Unequal,
            Comparison::Less,
            Comparison::AtMost,
            Comparison::More,
            Comparison::AtLeast,
        ]);
        let number = (how, 0_i64..4);
        let leaf = prop_oneof![
            Just(Test::Is(Fact::Vip)),
            any::<bool>().prop_map(|known| Test::IsKnown(Fact::Caller, known)),
            number.prop_map(|(how, of)| {
                Test::Compares(WAITING, how, Term::Value(Value::Number(of)))
            }),
            prop::sample::select(vec!["", "0", "07", "08"]).prop_map(|start| Test::IsLike(
                Fact::Caller,
                Likeness::Starts,
                start.into()
            )),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            let several = || prop::collection::vec(inner.clone(), 1..4);
            prop_oneof![
                several().prop_map(Test::All),
                several().prop_map(Test::Any),
                inner.clone().prop_map(|not| Test::Not(Box::new(not))),
            ]
        })
    }

    /// Each known or not.
    fn facts() -> impl Strategy<Value = Facts> {
        let caller = prop::option::of(prop::sample::select(vec!["0701", "081", "1"]));
        let vip = prop::option::of(any::<bool>());
        (caller, vip, prop::option::of(0_i64..5)).prop_map(|(caller, vip, waiting)| {
            let caller = caller.map(|it| (Fact::Caller, Value::Text(it.into())));
            let vip = vip.map(|it| (Fact::Vip, Value::YesNo(it)));
            let waiting = waiting.map(|it| (WAITING, Value::Number(it)));
            [caller, vip, waiting].into_iter().flatten().collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]
        #[test]
        fn whoever_goes_a_covered_way_could_have_gone_the_one_before(
            first in test(), later in test(), facts in facts(),
        ) {
            if covers(&first, &later) && later.holds(&facts) == Some(true) {
                prop_assert_eq!(first.holds(&facts), Some(true));
            }
        }
    }
}
