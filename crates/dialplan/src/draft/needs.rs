//! What is needed of an agent, as it is written: a table of levels, or an expression such as
//! `french >= 4 and (product >= 5 or expert)`.

use super::logic::{self, Language, Logic, Reading, TERMS_MAX, Wrong};
use super::queue::{LEVEL_MAX, LevelDraft, levels_of};
use crate::report::{Flaw, Report};
use crate::table::{Table, Text};

/// What is needed of an agent; all of nothing: anyone will do.
pub(crate) type NeedDraft = Logic<LevelDraft>;

impl Default for NeedDraft {
    /// Nothing.
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

/// Whether a skill is wanted, or stands behind a `not`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sense {
    Wanted,
    Unwanted,
}

impl NeedDraft {
    /// Anyone will do.
    pub(crate) const ANYONE: Self = Self::All(Vec::new());

    /// Every skill that it names, in the order of the text.
    pub(crate) fn levels(&self) -> Vec<(&LevelDraft, Sense)> {
        let mut found = Vec::new();
        self.add_levels(Sense::Wanted, &mut found);
        found
    }

    fn add_levels<'d>(&'d self, sense: Sense, found: &mut Vec<(&'d LevelDraft, Sense)>) {
        match (self, sense) {
            (Self::One(level), _) => found.push((level, sense)),
            (Self::All(of) | Self::Any(of), _) => {
                of.iter().for_each(|each| each.add_levels(sense, found));
            }
            (Self::Not(not), Sense::Wanted) => not.add_levels(Sense::Unwanted, found),
            (Self::Not(not), Sense::Unwanted) => not.add_levels(Sense::Wanted, found),
        }
    }
}

/// `skills = { billing = 3 }` or `needs = "billing >= 3 or expert"`, of a queue or of a step of its
/// `relax`.
pub(super) fn read(table: &mut Table<'_>, report: &mut Report<'_>) -> NeedDraft {
    let levels = levels_of(table, report).into_iter().map(NeedDraft::One).collect();
    let Some(text) = table.text("needs", report) else { return NeedDraft::All(levels) };
    if table.value("skills").is_some() {
        let message = format!("`{}` has both `skills` and `needs`", table.name);
        let remedy = "write all of it in `needs`, such as \"french >= 4 and product >= 5\"";
        let flaw = Flaw::error("needs-twice", text.span(), message);
        report.add(flaw.suggest(remedy.to_owned()));
    }
    parse(&text, report).unwrap_or(NeedDraft::ANYONE)
}

const NEEDS: Language<LevelDraft> = Language {
    one: skill,
    fault: "bad-need",
    remedy: "write it as \"french >= 4 and (product >= 5 or not trainee)\", or \"anyone\"",
};

/// Reads an expression, or says what is wrong with it and where.
pub(super) fn parse(text: &Text, report: &mut Report<'_>) -> Option<NeedDraft> {
    logic::parse(text, &NEEDS, report)
}

/// `anyone`, or a skill with its level.
fn skill(reading: &mut Reading<'_>) -> Result<NeedDraft, Wrong> {
    const WANTED: &str = "the name of a skill is missing here";
    if reading.takes("anyone") {
        return Ok(NeedDraft::ANYONE);
    }
    let is_name = |token: &&str| {
        let first = token.chars().next();
        first.is_some_and(|c| c.is_alphabetic() || c == '_') && !["and", "or"].contains(token)
    };
    if reading.peek().filter(is_name).is_none() {
        return Err(reading.wrong(WANTED));
    }
    if !reading.counts_one_more() {
        return Err(reading.wrong(&format!("it names more than {TERMS_MAX} skills")));
    }
    let Some(skill) = reading.take() else { return Err(reading.wrong(WANTED)) };
    let (above, is_wanted) = match reading.peek() {
        Some(">=") => (0, true),
        Some(">") => (1, true),
        Some("<") => (0, false),
        Some("<=") => (1, false),
        Some("=" | "==") => return Err(reading.wrong("levels are compared by >=, >, <= or <")),
        _ => return Ok(NeedDraft::One(LevelDraft { skill, level: 1 })),
    };
    reading.take();
    let number = reading.peek().and_then(|token| token.parse::<u32>().ok());
    let least = number.map(|number| number.saturating_add(above));
    let least = least.filter(|least| (1..=LEVEL_MAX).contains(least));
    let Some(level) = least.and_then(|least| u8::try_from(least).ok()) else {
        return Err(reading.wrong(&format!("a level is a number from 1 to {LEVEL_MAX}")));
    };
    reading.take();
    let at_least = NeedDraft::One(LevelDraft { skill, level });
    Ok(if is_wanted { at_least } else { NeedDraft::Not(Box::new(at_least)) })
}
