//! `[branch.NAME]` as it is written: expressions such as `vip and queue.support.waiting > 5`, each with an
//! arrow.

use super::logic::{self, Language, Logic, Reading, TERMS_MAX, Wrong};
use super::step::StepDraft;
use crate::plan::{Comparison, Likeness};
use crate::report::{Flaw, Report};
use crate::schema::Shape;
use crate::table::{Table, Text, wrong_type};
use crate::values;
use std::time::Duration;
use toml::Spanned;
use toml::de::DeValue;

/// Sends callers different ways.
pub(crate) struct BranchDraft {
    pub(crate) arms: Vec<ArmDraft>,
    pub(crate) otherwise: Option<Text>,
}

/// One way.
pub(crate) struct ArmDraft {
    pub(crate) written: Text,
    /// None if it can not be read, which has been told.
    pub(crate) test: Option<Logic<CheckDraft>>,
    pub(crate) goto: Option<Text>,
}

/// One thing that must be so.
pub(crate) struct CheckDraft {
    /// The name of a fact.
    pub(crate) fact: Text,
    pub(crate) is: IsDraft,
}

/// How a fact must be.
pub(crate) enum IsDraft {
    /// Yes.
    So,
    /// Known, or not.
    Known(bool),
    /// So in comparison with this.
    Compared(Comparison, TermDraft),
    /// Like this text.
    Like(Likeness, Text),
}

/// What a fact is compared with, and where that stands.
pub(crate) struct TermDraft {
    pub(crate) written: Text,
    pub(crate) is: LiteralDraft,
}

/// What stands there.
pub(crate) enum LiteralDraft {
    /// The name of another fact.
    Name,
    Text(String),
    Number(i64),
    Length(Duration),
    Time(u16),
    YesNo(bool),
}

/// What texts stand in.
const QUOTES: [char; 2] = ['"', '\''];

/// Ways of one branch.
const ARMS_MAX: usize = 16;

pub(super) fn read(_name: &Text, table: &mut Table<'_>, report: &mut Report<'_>) -> StepDraft {
    let arms = read_arms(table, report);
    StepDraft::Branch(BranchDraft { arms, otherwise: table.needed("otherwise", report) })
}

fn read_arms(table: &mut Table<'_>, report: &mut Report<'_>) -> Vec<ArmDraft> {
    let Some(value) = table.shaped("when", Shape::Rows("branch.when")) else {
        table.missing("when", report);
        return Vec::new();
    };
    let Some(items) = value.get_ref().as_array() else {
        report.add(wrong_type("when", "a list of `{ if = \"…\", goto = \"…\" }`", value));
        return Vec::new();
    };
    if items.is_empty() || items.len() > ARMS_MAX {
        let message = format!("`{}` must have 1 to {ARMS_MAX} of `when`", table.name);
        report.add(Flaw::error("out-of-range", value.span(), message));
    }
    items.iter().filter_map(|item| read_arm(&table.name, item, report)).collect()
}

fn read_arm(
    branch: &str,
    item: &Spanned<DeValue<'_>>,
    report: &mut Report<'_>,
) -> Option<ArmDraft> {
    let mut table = Table::of(format!("{branch}.when"), item, report)?;
    let written = table.needed("if", report);
    let goto = table.needed("goto", report);
    table.finish(report);
    let written = written?;
    let test = parse(&written, report);
    Some(ArmDraft { written, test, goto })
}

/// A test; none if it can not be read, which is told.
pub(super) fn parse(written: &Text, report: &mut Report<'_>) -> Option<Logic<CheckDraft>> {
    logic::parse(written, &TESTS, report)
}

const TESTS: Language<CheckDraft> = Language {
    one: check,
    fault: "bad-test",
    remedy: "write it as \"vip and (queue.support.waiting > 5 or caller starts with '+4670')\"",
};

/// A fact, alone or with how it must be.
fn check(reading: &mut Reading<'_>) -> Result<Logic<CheckDraft>, Wrong> {
    const WANTED: &str = "the name of something that may be so is missing here";
    if reading.peek().filter(|token| is_name(token)).is_none() {
        return Err(reading.wrong(WANTED));
    }
    if !reading.counts_one_more() {
        return Err(reading.wrong(&format!("it says more than {TERMS_MAX} things")));
    }
    let Some(fact) = reading.take() else { return Err(reading.wrong(WANTED)) };
    Ok(Logic::One(CheckDraft { fact, is: is(reading)? }))
}

fn is(reading: &mut Reading<'_>) -> Result<IsDraft, Wrong> {
    if let Some(how) = reading.peek().and_then(comparison) {
        reading.take();
        return Ok(IsDraft::Compared(how, term(reading)?));
    }
    if reading.takes("is") {
        return match (reading.takes("known"), reading.takes("unknown")) {
            (true, _) => Ok(IsDraft::Known(true)),
            (_, true) => Ok(IsDraft::Known(false)),
            (false, false) => Err(reading.wrong("`known` or `unknown` is missing here")),
        };
    }
    let likeness = match reading.peek() {
        Some("starts") => Likeness::Starts,
        Some("ends") => Likeness::Ends,
        Some("contains") => Likeness::Contains,
        _ => return Ok(IsDraft::So),
    };
    reading.take();
    if likeness != Likeness::Contains && !reading.takes("with") {
        return Err(reading.wrong("`with` is missing here"));
    }
    const WANTED: &str = "a text in quotes is missing here";
    let Some(LiteralDraft::Text(text)) = reading.peek().and_then(literal) else {
        return Err(reading.wrong(WANTED));
    };
    let written = reading.take().ok_or_else(|| reading.wrong(WANTED))?;
    Ok(IsDraft::Like(likeness, Spanned::new(written.span(), text)))
}

fn comparison(token: &str) -> Option<Comparison> {
    match token {
        "=" | "==" => Some(Comparison::Equal),
        "!=" | "<>" => Some(Comparison::Unequal),
        "<" => Some(Comparison::Less),
        "<=" => Some(Comparison::AtMost),
        ">" => Some(Comparison::More),
        ">=" => Some(Comparison::AtLeast),
        _ => None,
    }
}

fn term(reading: &mut Reading<'_>) -> Result<TermDraft, Wrong> {
    const WANTED: &str = "what it is compared with is missing here: a number, a text in quotes, a length \
                          such as 5m, a time such as 16:30, yes or no, or a name";
    if reading.peek().is_some_and(|token| token.starts_with(QUOTES) && literal(token).is_none()) {
        return Err(reading.wrong("the quote does not end"));
    }
    let is = reading.peek().and_then(literal).ok_or_else(|| reading.wrong(WANTED))?;
    let Some(written) = reading.take() else { return Err(reading.wrong(WANTED)) };
    Ok(TermDraft { written, is })
}

fn literal(token: &str) -> Option<LiteralDraft> {
    match token {
        "yes" | "true" => return Some(LiteralDraft::YesNo(true)),
        "no" | "false" => return Some(LiteralDraft::YesNo(false)),
        _ => {}
    }
    if let Some(quote) = token.chars().next().filter(|first| QUOTES.contains(first)) {
        let inside = token.strip_prefix(quote)?.strip_suffix(quote)?;
        return Some(LiteralDraft::Text(inside.to_owned()));
    }
    if let Ok(number) = token.parse() {
        return Some(LiteralDraft::Number(number));
    }
    if let Some(length) = values::length(token) {
        return Some(LiteralDraft::Length(length));
    }
    if let Ok(minute) = values::time_of_day(token) {
        return Some(LiteralDraft::Time(minute));
    }
    is_name(token).then_some(LiteralDraft::Name)
}

/// Whether it can be a name: it begins with a letter, and is no word of expressions.
fn is_name(token: &str) -> bool {
    let first = token.chars().next();
    first.is_some_and(|c| c.is_alphabetic() || c == '_') && !is_word(token)
}

/// Whether it means something in tests wherever it stands.
pub(crate) fn is_word(token: &str) -> bool {
    ["and", "or", "not", "is", "yes", "no", "true", "false", "with"].contains(&token)
}
