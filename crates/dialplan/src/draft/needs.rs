//! What is needed of an agent, as it is written: a table of levels, or an expression such as
//! `french >= 4 and (product >= 5 or expert)`.

use super::queue::{LEVEL_MAX, LevelDraft, levels_of};
use crate::report::{Flaw, Report};
use crate::table::{Table, Text};
use std::ops::Range;
use toml::Spanned;

/// What is needed of an agent.
pub(crate) enum NeedDraft {
    /// At least this level of a skill.
    Level(LevelDraft),
    /// All of these; none: anyone will do.
    All(Vec<Self>),
    /// One of these.
    Any(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
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
            (Self::Level(level), _) => found.push((level, sense)),
            (Self::All(of) | Self::Any(of), _) => {
                of.iter().for_each(|each| each.add_levels(sense, found));
            }
            (Self::Not(not), Sense::Wanted) => not.add_levels(Sense::Unwanted, found),
            (Self::Not(not), Sense::Unwanted) => not.add_levels(Sense::Wanted, found),
        }
    }
}

/// How many skills one expression may name.
const TERMS_MAX: usize = 32;
/// How deep brackets and `not` may stand in one another.
const DEPTH_MAX: usize = 8;

/// `skills = { billing = 3 }` or `needs = "billing >= 3 or expert"`, of a queue or of a step of its
/// `relax`.
pub(super) fn read(table: &mut Table<'_>, report: &mut Report<'_>) -> NeedDraft {
    let levels = levels_of(table, report).into_iter().map(NeedDraft::Level).collect();
    let Some(text) = table.text("needs", report) else { return NeedDraft::All(levels) };
    if table.value("skills").is_some() {
        let message = format!("`{}` has both `skills` and `needs`", table.name);
        let remedy = "write all of it in `needs`, such as \"french >= 4 and product >= 5\"";
        let flaw = Flaw::error("needs-twice", text.span(), message);
        report.add(flaw.suggest(remedy.to_owned()));
    }
    parse(&text, report).unwrap_or(NeedDraft::ANYONE)
}

/// Reads an expression, or says what is wrong with it and where.
pub(super) fn parse(text: &Text, report: &mut Report<'_>) -> Option<NeedDraft> {
    let mut reading = Reading { tokens: tokens(text.get_ref()), at: 0, terms: 0 };
    let need = reading.any(0).and_then(|need| match reading.peek() {
        None => Ok(need),
        Some(_) => Err(reading.wrong("`and`, `or` or the end of it is missing here")),
    });
    match need {
        Ok(need) => Some(place(need, &Place::of(text, report))),
        Err(Wrong { at, message }) => {
            let span = Place::of(text, report).of_token(&at);
            let remedy =
                "write it as \"french >= 4 and (product >= 5 or not trainee)\", or \"anyone\"";
            report.add(Flaw::error("bad-need", span, message).suggest(remedy.to_owned()));
            None
        }
    }
}

/// Where a text stands in the file.
struct Place {
    span: Range<usize>,
    /// Whether it stands there letter by letter, behind one quote.
    is_verbatim: bool,
}

impl Place {
    fn of(text: &Text, report: &Report<'_>) -> Self {
        let span = text.span();
        let inside = report.source.text.get(span.start + 1..span.end.saturating_sub(1));
        Self { is_verbatim: inside == Some(text.get_ref().as_str()), span }
    }

    /// Where a part of the text stands.
    fn of_token(&self, at: &Range<usize>) -> Range<usize> {
        if !self.is_verbatim {
            return self.span.clone();
        }
        let start = self.span.start + 1;
        start + at.start..start + at.end.max(at.start + 1)
    }
}

/// Moves the names of skills from their places in the text to those in the file.
fn place(need: NeedDraft, file: &Place) -> NeedDraft {
    let all = |of: Vec<NeedDraft>| of.into_iter().map(|each| place(each, file)).collect();
    match need {
        NeedDraft::Level(LevelDraft { skill, level }) => {
            let span = file.of_token(&skill.span());
            let skill = Spanned::new(span, skill.into_inner());
            NeedDraft::Level(LevelDraft { skill, level })
        }
        NeedDraft::All(of) => NeedDraft::All(all(of)),
        NeedDraft::Any(of) => NeedDraft::Any(all(of)),
        NeedDraft::Not(not) => NeedDraft::Not(Box::new(place(*not, file))),
    }
}

/// What is wrong with an expression, and where in it.
struct Wrong {
    at: Range<usize>,
    message: String,
}

/// A word, a number, a sign or a bracket, with its place.
type Token<'t> = (&'t str, Range<usize>);

/// Cuts an expression into tokens; blanks part them and are none.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut kind = Kind::Blank;
    for (at, letter) in text.char_indices() {
        let end = at + letter.len_utf8();
        let next = Kind::of(letter);
        let goes_on = next == kind && next != Kind::Bracket;
        kind = next;
        match tokens.last_mut() {
            _ if next == Kind::Blank => {}
            Some((token, place)) if goes_on => {
                place.end = end;
                *token = text.get(place.clone()).unwrap_or_default();
            }
            _ => tokens.push((text.get(at..end).unwrap_or_default(), at..end)),
        }
    }
    tokens
}

/// What a letter is a part of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    Word,
    Bracket,
    Sign,
}

impl Kind {
    fn of(letter: char) -> Self {
        match letter {
            _ if letter.is_whitespace() => Self::Blank,
            _ if letter.is_alphanumeric() || "_-".contains(letter) => Self::Word,
            '(' | ')' => Self::Bracket,
            _ => Self::Sign,
        }
    }
}

/// An expression that is being read.
struct Reading<'t> {
    tokens: Vec<Token<'t>>,
    at: usize,
    terms: usize,
}

impl<'t> Reading<'t> {
    fn peek(&self) -> Option<&'t str> {
        self.tokens.get(self.at).map(|(token, _)| *token)
    }

    /// Takes the next token if it is this one.
    fn takes(&mut self, token: &str) -> bool {
        let is_next = self.peek() == Some(token);
        self.at += usize::from(is_next);
        is_next
    }

    /// Something is wrong with the next token, or with the end.
    fn wrong(&self, message: &str) -> Wrong {
        let end = self.tokens.last().map_or(0, |(_, place)| place.end);
        let at = self.tokens.get(self.at).map_or(end..end, |(_, place)| place.clone());
        let message = match self.peek() {
            Some(token) => format!("`{token}`: {message}"),
            None => format!("it ends too early: {message}"),
        };
        Wrong { at, message }
    }

    /// `a or b or c`
    fn any(&mut self, depth: usize) -> Result<NeedDraft, Wrong> {
        let first = self.all(depth)?;
        let mut any = vec![first];
        while self.takes("or") {
            any.push(self.all(depth)?);
        }
        Ok(if any.len() > 1 { NeedDraft::Any(any) } else { NeedDraft::All(any) })
    }

    /// `a and b and c`, which binds more tightly
    fn all(&mut self, depth: usize) -> Result<NeedDraft, Wrong> {
        let mut all = vec![self.one(depth)?];
        while self.takes("and") {
            all.push(self.one(depth)?);
        }
        Ok(NeedDraft::All(all))
    }

    /// `not a`, `(a or b)`, `anyone`, or a skill with its level
    fn one(&mut self, depth: usize) -> Result<NeedDraft, Wrong> {
        if depth == DEPTH_MAX {
            return Err(self.wrong("brackets and `not` stand too deep in one another"));
        }
        if self.takes("not") {
            return Ok(NeedDraft::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.takes("(") {
            let inside = self.any(depth + 1)?;
            let closed = self.takes(")");
            return if closed { Ok(inside) } else { Err(self.wrong("a `)` is missing here")) };
        }
        if self.takes("anyone") {
            return Ok(NeedDraft::ANYONE);
        }
        self.skill()
    }

    fn skill(&mut self) -> Result<NeedDraft, Wrong> {
        const WANTED: &str = "the name of a skill is missing here";
        let is_name = |token: &&str| {
            let first = token.chars().next();
            first.is_some_and(|c| c.is_alphabetic() || c == '_') && !["and", "or"].contains(token)
        };
        let Some(name) = self.peek().filter(is_name) else { return Err(self.wrong(WANTED)) };
        if self.terms == TERMS_MAX {
            return Err(self.wrong(&format!("it names more than {TERMS_MAX} skills")));
        }
        let place = self.tokens.get(self.at).map_or(0..0, |(_, place)| place.clone());
        self.terms += 1;
        self.at += 1;
        let (above, is_wanted) = match self.peek() {
            Some(">=") => (0, true),
            Some(">") => (1, true),
            Some("<") => (0, false),
            Some("<=") => (1, false),
            Some("=" | "==") => return Err(self.wrong("levels are compared by >=, >, <= or <")),
            _ => return Ok(level(name, place, 1)),
        };
        self.at += 1;
        let number = self.peek().and_then(|token| token.parse::<u32>().ok());
        let least = number.map(|number| number.saturating_add(above));
        let least = least.filter(|least| (1..=LEVEL_MAX).contains(least));
        let Some(least) = least.and_then(|least| u8::try_from(least).ok()) else {
            return Err(self.wrong(&format!("a level is a number from 1 to {LEVEL_MAX}")));
        };
        self.at += 1;
        let at_least = level(name, place, least);
        Ok(if is_wanted { at_least } else { NeedDraft::Not(Box::new(at_least)) })
    }
}

fn level(name: &str, place: Range<usize>, level: u8) -> NeedDraft {
    NeedDraft::Level(LevelDraft { skill: Spanned::new(place, name.to_owned()), level })
}
