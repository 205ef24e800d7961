//! How a dialplan is laid out: one form for what can be written in several, so that a change shows what
//! changed and nothing else.
//!
//! Only the space between the pieces of the text is touched. Comments, the order of things and every value stay
//! as they are written.

use std::fmt::Write as _;
use toml_parser::Source;
use toml_parser::lexer::{Token, TokenKind};

/// Comments behind a line stand in one column, as far as the lines are no longer than this.
const CODE_WIDTH_MAX: usize = 48;
/// How far the items of a list stand in that has a line for each.
const INDENT: usize = 4;

/// One line of the text as it is to be.
#[derive(Debug, Default)]
struct Line {
    kind: Kind,
    code: String,
    /// The comment, with its hash.
    comment: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    /// Nothing, or a comment alone.
    #[default]
    Bare,
    /// The beginning of a table.
    Header,
    /// A key with its value, or a part of it.
    Content,
}

/// Lays a text out anew. It need not be a plan, nor even TOML: what cannot be read is left as it is.
#[must_use]
pub fn laid_out(text: &str) -> String {
    let source = Source::new(text);
    let mut lines = Lines::default();
    for token in source.lex() {
        let span = token.span();
        let piece = text.get(span.start()..span.end()).unwrap_or_default();
        lines.take(token, piece);
    }
    lines.end();
    written(&with_space_before_headers(lines.done))
}

/// Lines are being put together.
#[derive(Debug, Default)]
struct Lines {
    done: Vec<Line>,
    line: Line,
    /// Brackets that are open, the innermost last; whether each is a header's or a list's.
    depth: usize,
    before: Option<TokenKind>,
    /// Whether there was space before the token that comes.
    spaced: bool,
}

impl Lines {
    fn take(&mut self, token: Token, piece: &str) {
        match token.kind() {
            TokenKind::Whitespace => self.spaced = true,
            TokenKind::Newline => self.end_line(),
            TokenKind::Comment => {
                self.line.comment = Some(piece.trim_end().to_owned());
                self.spaced = false;
            }
            TokenKind::Eof => {}
            kind @ (TokenKind::Dot
            | TokenKind::Equals
            | TokenKind::Comma
            | TokenKind::LeftSquareBracket
            | TokenKind::RightSquareBracket
            | TokenKind::LeftCurlyBracket
            | TokenKind::RightCurlyBracket
            | TokenKind::LiteralString
            | TokenKind::BasicString
            | TokenKind::MlLiteralString
            | TokenKind::MlBasicString
            | TokenKind::Atom) => self.code(kind, piece),
        }
    }

    fn code(&mut self, kind: TokenKind, piece: &str) {
        let closes = matches!(kind, TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket);
        if closes {
            self.depth = self.depth.saturating_sub(1);
        }
        if self.line.code.is_empty() {
            let is_header = self.depth == 0 && kind == TokenKind::LeftSquareBracket;
            self.line.kind = if is_header { Kind::Header } else { Kind::Content };
            self.line.code.extend(std::iter::repeat_n(' ', self.depth * INDENT));
        } else if self.before.is_some_and(|before| parted(before, kind, self.spaced)) {
            self.line.code.push(' ');
        }
        self.line.code.push_str(piece);
        if matches!(kind, TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket) {
            self.depth += 1;
        }
        self.before = Some(kind);
        self.spaced = false;
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let is_empty = line.code.is_empty() && line.comment.is_none();
        let after_empty = self.done.last().is_none_or(Line::is_empty);
        // Of several empty lines one is kept, and none in a list or at the beginning.
        if !is_empty || (!after_empty && self.depth == 0) {
            let indent = if line.code.is_empty() { self.depth * INDENT } else { 0 };
            let code = " ".repeat(indent) + &line.code;
            self.done.push(Line { code, ..line });
        }
        self.before = None;
        self.spaced = false;
    }

    fn end(&mut self) {
        self.end_line();
        while self.done.last().is_some_and(Line::is_empty) {
            self.done.pop();
        }
    }
}

impl Line {
    fn is_empty(&self) -> bool {
        self.comment.is_none() && self.code.trim().is_empty()
    }
}

/// Whether there is a space between two pieces of a line.
fn parted(before: TokenKind, next: TokenKind, spaced: bool) -> bool {
    match (before, next) {
        (TokenKind::LeftCurlyBracket, TokenKind::RightCurlyBracket) => false,
        (_, TokenKind::Comma | TokenKind::Dot) | (TokenKind::Dot, _) => false,
        (TokenKind::Equals | TokenKind::Comma | TokenKind::LeftCurlyBracket, _) => true,
        (_, TokenKind::Equals | TokenKind::RightCurlyBracket) => true,
        (TokenKind::LeftSquareBracket, _) | (_, TokenKind::RightSquareBracket) => false,
        // A date and its time, or what is no TOML at all.
        (_, _) => spaced,
    }
}

/// A table begins after an empty line, and so do the comments that stand on it.
fn with_space_before_headers(lines: Vec<Line>) -> Vec<Line> {
    let mut done: Vec<Line> = Vec::new();
    for line in lines {
        if line.kind == Kind::Header {
            let comments = done.iter().rev();
            let comments =
                comments.take_while(|it| it.kind == Kind::Bare && !it.is_empty()).count();
            let at = done.len() - comments;
            let before = at.checked_sub(1).and_then(|before| done.get(before));
            if before.is_some_and(|before| !before.is_empty()) {
                done.insert(at, Line::default());
            }
        }
        done.push(line);
    }
    done
}

fn written(lines: &[Line]) -> String {
    let width = |line: &Line| line.code.chars().count();
    let commented = |line: &&Line| line.comment.is_some() && !line.code.trim().is_empty();
    let widths = lines.iter().filter(commented).map(width);
    let column = widths.filter(|width| *width <= CODE_WIDTH_MAX).max().unwrap_or(0);
    let mut text = String::new();
    for line in lines {
        let code = &line.code;
        let _infallible = match &line.comment {
            None => writeln!(text, "{}", code.trim_end()),
            Some(comment) if code.trim().is_empty() => writeln!(text, "{code}{comment}"),
            Some(comment) => writeln!(text, "{code:column$} {comment}"),
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn a_text_is_laid_out_in_one_form() {
        let text = "\n\nname=\"x\"   # the name\nlanguages = [ \"sv\",\"en\" ]  #both\n[ number . 9000 ]\n\
            goto=\"queue.a\"\n\n\n# the queue\n  [queue.a]\nskills={a=1,b = 2}# two\nkeys = { }\n\
            relax = [\n{ after=\"30s\" },   # soon\n\n  # later\n {after = \"60s\"}\n  ]\n\
            when = 1979-05-27   07:32:00\ntext = '''\n a =  [ 1\n'''\n\n[[queue.a.at]]\n\n\n";
        expect![[r#"
            name = "x"                # the name
            languages = ["sv", "en"]  #both

            [number.9000]
            goto = "queue.a"

            # the queue
            [queue.a]
            skills = { a = 1, b = 2 } # two
            keys = {}
            relax = [
                { after = "30s" },    # soon
                # later
                { after = "60s" }
            ]
            when = 1979-05-27 07:32:00
            text = '''
             a =  [ 1
            '''

            [[queue.a.at]]
        "#]]
        .assert_eq(&laid_out(text));
    }

    #[test]
    fn what_is_no_toml_keeps_its_words() {
        assert_eq!(laid_out("[a\nb = [1,,\n= } x  y\n"), "[a\n    b = [1,,\n        = } x y\n");
        assert_eq!(laid_out(""), "");
    }
}
