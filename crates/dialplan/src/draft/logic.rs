//! Expressions as they are written: `and`, `or`, `not` and brackets over whatever one kind of expression is
//! made of, and the reading of them, token by token.

use crate::report::{Flaw, Report};
use crate::table::Text;
use std::ops::Range;
use toml::Spanned;

/// An expression.
#[derive(Debug)]
pub(crate) enum Logic<T> {
    /// One thing of which it is made.
    One(T),
    /// All of these; none: it is always so.
    All(Vec<Self>),
    /// One of these.
    Any(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
}

/// A kind of expression.
pub(super) struct Language<T> {
    /// Reads one thing of which it is made.
    pub(super) one: fn(&mut Reading<'_>) -> Result<Logic<T>, Wrong>,
    /// What an expression that can not be read is called.
    pub(super) fault: &'static str,
    /// How to write one.
    pub(super) remedy: &'static str,
}

/// How many things one expression may name.
pub(super) const TERMS_MAX: usize = 32;
/// How deep brackets and `not` may stand in one another.
const DEPTH_MAX: usize = 8;

/// Reads an expression, or says what is wrong with it and where.
pub(super) fn parse<T>(
    text: &Text,
    language: &Language<T>,
    report: &mut Report<'_>,
) -> Option<Logic<T>> {
    let place = Place::of(text, report);
    let mut reading = Reading { tokens: tokens(text.get_ref()), at: 0, terms: 0, place: &place };
    let logic = reading.any(language, 0).and_then(|logic| match reading.peek() {
        None => Ok(logic),
        Some(_) => Err(reading.wrong("`and`, `or` or the end of it is missing here")),
    });
    match logic {
        Ok(logic) => Some(logic),
        Err(Wrong { span, message }) => {
            let flaw = Flaw::error(language.fault, span, message);
            report.add(flaw.suggest(language.remedy.to_owned()));
            None
        }
    }
}

/// What is wrong with an expression, and where in the file.
pub(super) struct Wrong {
    span: Range<usize>,
    message: String,
}

/// An expression that is being read.
pub(super) struct Reading<'t> {
    tokens: Vec<Token<'t>>,
    at: usize,
    /// How many things it has named.
    terms: usize,
    place: &'t Place,
}

impl<'t> Reading<'t> {
    /// The next token.
    pub(super) fn peek(&self) -> Option<&'t str> {
        self.tokens.get(self.at).map(|(token, _)| *token)
    }

    /// Takes the next token with its place in the file.
    pub(super) fn take(&mut self) -> Option<Text> {
        let (token, at) = self.tokens.get(self.at)?;
        self.at += 1;
        Some(Spanned::new(self.place.of_token(at), (*token).to_owned()))
    }

    /// Takes the next token if it is this one.
    pub(super) fn takes(&mut self, token: &str) -> bool {
        let is_next = self.peek() == Some(token);
        self.at += usize::from(is_next);
        is_next
    }

    /// Whether the expression may name one thing more.
    pub(super) const fn counts_one_more(&mut self) -> bool {
        self.terms += 1;
        self.terms <= TERMS_MAX
    }

    /// Something is wrong with the next token, or with the end.
    pub(super) fn wrong(&self, message: &str) -> Wrong {
        let end = self.tokens.last().map_or(0, |(_, place)| place.end);
        let at = self.tokens.get(self.at).map_or(end..end, |(_, place)| place.clone());
        let message = match self.peek() {
            Some(token) => format!("`{token}`: {message}"),
            None => format!("it ends too early: {message}"),
        };
        Wrong { span: self.place.of_token(&at), message }
    }

    /// `a or b or c`
    fn any<T>(&mut self, language: &Language<T>, depth: usize) -> Result<Logic<T>, Wrong> {
        let first = self.all(language, depth)?;
        let mut any = vec![first];
        while self.takes("or") {
            any.push(self.all(language, depth)?);
        }
        Ok(if any.len() > 1 { Logic::Any(any) } else { Logic::All(any) })
    }

    /// `a and b and c`, which binds more tightly
    fn all<T>(&mut self, language: &Language<T>, depth: usize) -> Result<Logic<T>, Wrong> {
        let mut all = vec![self.one(language, depth)?];
        while self.takes("and") {
            all.push(self.one(language, depth)?);
        }
        Ok(Logic::All(all))
    }

    /// `not a`, `(a or b)`, or what the language knows
    fn one<T>(&mut self, language: &Language<T>, depth: usize) -> Result<Logic<T>, Wrong> {
        if depth == DEPTH_MAX {
            return Err(self.wrong("brackets and `not` stand too deep in one another"));
        }
        if self.takes("not") {
            return Ok(Logic::Not(Box::new(self.one(language, depth + 1)?)));
        }
        if self.takes("(") {
            let inside = self.any(language, depth + 1)?;
            let closed = self.takes(")");
            return if closed { Ok(inside) } else { Err(self.wrong("a `)` is missing here")) };
        }
        (language.one)(self)
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
        let inside = report.source.written(&(span.start + 1..span.end.saturating_sub(1)));
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

/// A word, a number, a sign, a bracket or a quoted text, with its place.
type Token<'t> = (&'t str, Range<usize>);

/// Cuts an expression into tokens; blanks part them and are none.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut kind = Kind::Blank;
    for (at, letter) in text.char_indices() {
        let end = at + letter.len_utf8();
        let next = match kind {
            Kind::Quoted(quote) => Kind::Quoted(quote),
            Kind::Blank | Kind::Word | Kind::Bracket | Kind::Sign => Kind::of(letter),
        };
        let goes_on = next == kind && next != Kind::Bracket;
        let ends = goes_on && next == Kind::Quoted(letter);
        kind = if ends { Kind::Blank } else { next };
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
    /// A text in such quotes, which ends with the next one.
    Quoted(char),
}

impl Kind {
    fn of(letter: char) -> Self {
        match letter {
            _ if letter.is_whitespace() => Self::Blank,
            _ if letter.is_alphanumeric() || "_-.:".contains(letter) => Self::Word,
            '(' | ')' => Self::Bracket,
            '"' | '\'' => Self::Quoted(letter),
            _ => Self::Sign,
        }
    }
}
