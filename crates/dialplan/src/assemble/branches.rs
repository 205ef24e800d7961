//! Branches: every name in their tests becomes a fact, and is compared with what it can be compared with.

use super::Assembly;
use super::facts::Asked;
use super::variables::secret_told;
use crate::draft::{
    ArmDraft, BranchDraft, CheckDraft, IsDraft, LiteralDraft, Logic, TermDraft, read_date,
};
use crate::nearest::did_you_mean;
use crate::plan::{
    Arm, Branch, Comparison, Fact, Goto, Likeness, NumberPattern, Term, Test, Value, ValueKind,
    dialled,
};
use crate::report::Flaw;
use crate::table::Text;
use std::sync::Arc;

impl Assembly<'_, '_> {
    pub(super) fn branch(&mut self, name: Arc<str>, draft: &BranchDraft) -> Branch {
        let arms = draft.arms.iter().map(|arm| self.arm(arm)).collect();
        let otherwise = self.goto_or(draft.otherwise.as_ref(), Goto::HangUp);
        let branch = Branch { name, arms, otherwise };
        if let Some(arm) = draft.arms.first() {
            self.check_waits("a branch", branch.facts(), arm.written.span());
        }
        branch
    }

    fn arm(&mut self, arm: &ArmDraft) -> Arm {
        let test = arm.test.as_ref().map(|test| self.test(test));
        let test = test.unwrap_or_else(|| self.lost());
        self.check_known((&test, &arm.written), Asked::OnTheWay);
        Arm {
            test,
            written: arm.written.get_ref().as_str().into(),
            goto: self.goto_or(arm.goto.as_ref(), Goto::HangUp),
        }
    }

    pub(super) fn test(&mut self, logic: &Logic<CheckDraft>) -> Test {
        let mut all = |of: &[Logic<CheckDraft>]| of.iter().map(|each| self.test(each)).collect();
        match logic {
            Logic::One(check) => self.check(check).unwrap_or_else(|| self.lost()),
            Logic::All(of) => match &**of {
                [one] => self.test(one),
                of => Test::All(all(of)),
            },
            Logic::Any(of) => Test::Any(all(of)),
            Logic::Not(not) => Test::Not(Box::new(self.test(not))),
        }
    }

    /// What stands in for a test that makes no sense. What it asks for is not known then.
    pub(super) fn lost(&mut self) -> Test {
        self.arrows_lost = true;
        Test::All(Vec::new())
    }

    /// One thing that must be so; none where it makes no sense, which has been told then.
    fn check(&mut self, check: &CheckDraft) -> Option<Test> {
        let fact = self.fact(&check.fact)?;
        let (name, kind) = (check.fact.get_ref(), fact.kind());
        match &check.is {
            IsDraft::Known(known) => Some(Test::IsKnown(fact, *known)),
            IsDraft::So if kind == ValueKind::YesNo => Some(Test::Is(fact)),
            IsDraft::So => {
                let message = format!("`{name}` is {kind}, and not yes or no");
                let remedy = format!("compare it with something, such as {}", example(name, kind));
                self.wrong(&check.fact, message, remedy)
            }
            IsDraft::Like(..) if self.variables.is_secret(name) => {
                self.report.add(secret_told(&check.fact));
                None
            }
            IsDraft::Like(how, text) if kind == ValueKind::Text => {
                let text = match how {
                    Likeness::Starts if matches!(fact, Fact::Caller | Fact::Dialled) => {
                        self.ours(text.get_ref())
                    }
                    Likeness::Starts | Likeness::Ends | Likeness::Contains => {
                        text.get_ref().clone()
                    }
                };
                Some(Test::IsLike(fact, *how, text.into()))
            }
            IsDraft::Like(..) => {
                let message = format!("`{name}` is {kind}, and no text");
                let remedy = format!("write such as {}", example(name, kind));
                self.wrong(&check.fact, message, remedy)
            }
            IsDraft::Compared(how, term) => self.comparison((&check.fact, fact), *how, term),
        }
    }

    fn comparison(
        &mut self,
        (written, fact): (&Text, Fact),
        how: Comparison,
        term: &TermDraft,
    ) -> Option<Test> {
        let (name, kind) = (written.get_ref(), fact.kind());
        if !matches!(term.is, LiteralDraft::Name) && self.variables.is_secret(name) {
            // Which way was taken is told with the test that held.
            self.report.add(secret_told(written));
            return None;
        }
        if how.orders() && matches!(kind, ValueKind::Text | ValueKind::YesNo) {
            let message = format!("`{name}` is {kind}: it is neither more nor less than another");
            return self.wrong(written, message, "compare it by = or !=".to_owned());
        }
        let term = match &term.is {
            LiteralDraft::Name => {
                let other = self.fact(&term.written)?;
                if other.kind() != kind {
                    return self.unlike((name, kind), (&term.written, other.kind()));
                }
                Term::Fact(other)
            }
            LiteralDraft::Text(text) if kind == ValueKind::Text => {
                Term::Value(Value::Text(self.text((name, fact), &term.written, text)?.into()))
            }
            LiteralDraft::Text(text) if kind == ValueKind::Date => match read_date(text) {
                Some(date) => Term::Value(Value::Date(date)),
                None => {
                    let message = format!("`{text}` is no date");
                    let remedy = "write year, month and day, such as '2026-12-24'".to_owned();
                    let flaw = Flaw::error("bad-date", term.written.span(), message);
                    self.report.add(flaw.suggest(remedy));
                    return None;
                }
            },
            LiteralDraft::Text(text) => {
                self.same((name, kind), term, Value::Text(text.as_str().into()))?
            }
            LiteralDraft::Number(number) => {
                self.same((name, kind), term, Value::Number(*number))?
            }
            LiteralDraft::Length(length) => {
                self.same((name, kind), term, Value::Length(*length))?
            }
            LiteralDraft::Time(minute) => self.same((name, kind), term, Value::Time(*minute))?,
            LiteralDraft::YesNo(yes) => self.same((name, kind), term, Value::YesNo(*yes))?,
        };
        Some(Test::Compares(fact, how, term))
    }

    /// A value that must be of this kind.
    fn same(
        &mut self,
        (name, kind): (&str, ValueKind),
        term: &TermDraft,
        value: Value,
    ) -> Option<Term> {
        if value.kind() == kind {
            return Some(Term::Value(value));
        }
        self.unlike((name, kind), (&term.written, value.kind()));
        None
    }

    fn unlike(
        &mut self,
        (name, kind): (&str, ValueKind),
        (written, found): (&Text, ValueKind),
    ) -> Option<Test> {
        let message = format!("`{name}` is {kind}, and `{}` is {found}", written.get_ref());
        self.wrong(written, message, format!("write such as {}", example(name, kind)))
    }

    fn wrong(&mut self, at: &Text, message: String, remedy: String) -> Option<Test> {
        self.report.add(Flaw::error("wrong-type", at.span(), message).suggest(remedy));
        None
    }

    /// A text that a fact is compared with, as the fact has it. What it can never be is told.
    fn text(&mut self, (name, fact): (&str, Fact), at: &Text, text: &str) -> Option<String> {
        if fact == Fact::Caller {
            return Some(self.ours(text));
        }
        if fact == Fact::Dialled && self.names.called.knows(&self.ours(text)) {
            return Some(self.ours(text));
        }
        let draft = self.draft;
        let known: Vec<&str> = if fact == Fact::Weekday {
            Fact::DAYS.to_vec()
        } else if fact == Fact::Language {
            self.names.languages().collect()
        } else if fact == Fact::Dialled {
            let numbers = draft.numbers.iter().map(|it| it.name.get_ref().as_str());
            numbers.filter(|name| !is_pattern(name)).collect()
        } else {
            return Some(text.to_owned());
        };
        if known.contains(&text) {
            return Some(text.to_owned());
        }
        let meant = did_you_mean(text, known.iter().copied());
        let remedy = match meant {
            _ if fact == Fact::Dialled && is_pattern(text) => {
                "a pattern is many numbers: ask how it begins, `dialled starts with '…'`".to_owned()
            }
            Some(meant) => meant,
            None => format!("it is one of {}", known.join(", ")),
        };
        let message = format!("`{text}` is nothing that `{name}` can be");
        self.report.add(Flaw::error("bad-choice", at.span(), message).suggest(remedy));
        None
    }

    /// A number of callers, or its beginning, in our form.
    fn ours(&self, written: &str) -> String {
        dialled(self.country(), written).unwrap_or_else(|| written.to_owned())
    }
}

/// How a fact of this kind is written in a test.
fn example(name: &str, kind: ValueKind) -> String {
    match kind {
        ValueKind::YesNo => format!("\"{name}\" or \"not {name}\""),
        ValueKind::Text => format!("\"{name} = 'text'\""),
        ValueKind::Number => format!("\"{name} > 5\""),
        ValueKind::Length => format!("\"{name} > 5m\""),
        ValueKind::Time => format!("\"{name} >= 16:30\""),
        ValueKind::Date => format!("\"{name} = '2026-12-24'\""),
    }
}

/// Whether a name of a number stands for many.
fn is_pattern(name: &str) -> bool {
    NumberPattern::read(name).is_some_and(|pattern| !pattern.is_one_number())
}
