//! The texts of a dialplan, and where in them something stands.

use std::borrow::Cow;
use std::ops::Range;

/// How long a dialplan may be, in bytes, all of its files together. A plan of a thousand agents takes a
/// tenth of it.
pub const TEXT_BYTES_MAX: usize = 1 << 20;

/// The texts one behind the other, so that a number tells each byte of all of them. The first one is the
/// file that names the others.
#[derive(Clone, Debug)]
pub(crate) struct Source<'t> {
    texts: Vec<OneText<'t>>,
}

/// One text, with the start of each of its lines known.
#[derive(Clone, Debug)]
struct OneText<'t> {
    file: Cow<'t, str>,
    text: Cow<'t, str>,
    /// The number of its first byte.
    start: usize,
    line_starts: Vec<usize>,
}

/// A line of one of the texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    /// Which of them, from 0.
    pub(crate) text: usize,
    /// From 1.
    pub(crate) line: usize,
}

/// Where something stands, as people and editors count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place<'t> {
    pub(crate) file: &'t str,
    /// From 1.
    pub(crate) line: usize,
    /// In characters, from 1.
    pub(crate) column: usize,
    /// The bytes of this one text.
    pub(crate) span: Range<usize>,
}

impl<'t> Source<'t> {
    pub(crate) fn new(file: &'t str, text: &'t str) -> Self {
        Self { texts: vec![OneText::new(file.into(), text.into(), 0)] }
    }

    /// Puts another text behind those there are, and gives the number of its first byte.
    pub(crate) fn add(
        &mut self,
        file: impl Into<Cow<'t, str>>,
        text: impl Into<Cow<'t, str>>,
    ) -> usize {
        // One byte apart, so that the end of a text is not the beginning of the next one.
        let start = self.texts.last().map_or(0, |last| last.start + last.text.len() + 1);
        self.texts.push(OneText::new(file.into(), text.into(), start));
        start
    }

    /// Where a part of the texts stands.
    pub(crate) fn place(&self, span: &Range<usize>) -> Place<'_> {
        let (_, of) = self.text_at(span.start);
        let (start, end) = (span.start - of.start, span.end.saturating_sub(of.start));
        let line = of.line(start);
        let before = of.text.get(of.line_start(line)..start).unwrap_or("");
        let column = before.chars().count() + 1;
        Place {
            file: &of.file,
            line,
            column,
            span: start..end.clamp(start, of.text.len().max(start)),
        }
    }

    /// The line of a byte.
    pub(crate) fn row(&self, at: usize) -> Row {
        let (text, of) = self.text_at(at);
        Row { text, line: of.line(at - of.start) }
    }

    /// The lines of a text from that of a byte on.
    pub(crate) fn lines_from(&self, at: usize) -> impl Iterator<Item = &str> {
        let (_, of) = self.text_at(at);
        let start = of.line_start(of.line(at - of.start));
        of.text.get(start..).unwrap_or("").lines()
    }

    /// What stands somewhere.
    pub(crate) fn written(&self, span: &Range<usize>) -> Option<&str> {
        let (_, of) = self.text_at(span.start);
        of.text.get(span.start - of.start..span.end.checked_sub(of.start)?)
    }

    /// What a file beside the first one is called.
    pub(crate) fn beside(&self, name: &str) -> String {
        let first = self.texts.first().map_or("", |first| &*first.file);
        format!("{}{name}", folder(first))
    }

    /// Every file with its text, secrets starred out.
    pub(crate) fn shown(&self) -> Vec<(String, String)> {
        self.texts.iter().map(|it| (it.file.to_string(), without_secrets(&it.text))).collect()
    }

    fn text_at(&self, at: usize) -> (usize, &OneText<'t>) {
        let index = self.texts.partition_point(|text| text.start <= at).saturating_sub(1);
        (index, self.texts.get(index).expect("there is a first text, and it begins at 0"))
    }
}

impl<'t> OneText<'t> {
    fn new(file: Cow<'t, str>, text: Cow<'t, str>, start: usize) -> Self {
        let after_breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        let line_starts = std::iter::once(0).chain(after_breaks).collect();
        Self { file, text, start, line_starts }
    }

    /// The line of a byte of this text, from 1.
    fn line(&self, at: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= at)
    }

    fn line_start(&self, line: usize) -> usize {
        self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len())
    }
}

/// The folder in the name of a file, with its slash.
pub(crate) fn folder(file: &str) -> &str {
    let end = file.rfind(['/', '\\']).map_or(0, |slash| slash + 1);
    file.get(..end).unwrap_or("")
}

/// The text with every secret starred out, each byte still at its place, to be shown in excerpts.
fn without_secrets(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, secret, after)) = next_secret(rest) {
        shown.push_str(before);
        shown.extend(secret.chars().map(starred));
        rest = after;
    }
    shown + rest
}

/// As many stars as a letter has bytes; a line stays a line.
fn starred(letter: char) -> &'static str {
    match (letter, letter.len_utf8()) {
        ('\n', _) => "\n",
        ('\r', _) => "\r",
        (_, 1) => "*",
        (_, 2) => "**",
        (_, 3) => "***",
        (_, _) => "****",
    }
}

/// Splits at the next value of a key that looks like one of a secret, misspelt ones among them.
fn next_secret(text: &str) -> Option<(&str, &str, &str)> {
    text.match_indices('=').find_map(|(at, _)| {
        let key = text.get(..at)?.trim_end().trim_end_matches(['"', '\'']);
        let key = key.rsplit([' ', '\t', '\n', '{', ',', '.', '"', '\'', '=']).next()?;
        let value = is_secret_key(key).then(|| text.get(at + 1..)).flatten()?;
        let (start, end) = secret_in(value)?;
        let (start, end) = (at + 1 + start, at + 1 + end);
        Some((text.get(..start)?, text.get(start..end)?, text.get(end..)?))
    })
}

/// Where in what stands behind a `=` the secret begins and ends; none where the line has no more.
fn secret_in(value: &str) -> Option<(usize, usize)> {
    let line = value.lines().next()?;
    let start = line.find(|letter: char| !letter.is_whitespace())?;
    let inside = line.get(start..)?;
    let quote = inside.chars().next()?;
    match quote {
        '"' | '\'' => {
            let triple = String::from(quote).repeat(3);
            if inside.starts_with(&triple) {
                let start = start + triple.len();
                return Some((start, start + end_of(value.get(start..)?, &triple)));
            }
            let start = start + 1;
            Some((start, start + end_of(line.get(start..)?, &triple[..1])))
        }
        // Several values, or one that is no TOML.
        '[' => Some((start, line.find('#').unwrap_or(line.len()))),
        _ => Some((0, line.find([',', '}', '#']).unwrap_or(line.len()))),
    }
}

/// Where a text in such quotes ends, or the last that is left of one that does not.
fn end_of(text: &str, quotes: &str) -> usize {
    let mut is_escaped = false;
    let ends = text.char_indices().find(|(at, letter)| {
        let escapes = *letter == '\\' && quotes.starts_with('"') && !is_escaped;
        let ends = !is_escaped && text.get(*at..).is_some_and(|rest| rest.starts_with(quotes));
        is_escaped = escapes;
        ends
    });
    ends.map_or_else(|| text.trim_end().len(), |(at, _)| at)
}

fn is_secret_key(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let secret = key.starts_with("sec") || key.starts_with("pas") || key.starts_with("pwd");
    let secret =
        secret || key.starts_with("ha1") || key == "authorization" || key.contains("token");
    secret && !key.ends_with("_env") && !key.ends_with("_file")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_in_characters() {
        let source = Source::new("x.toml", "å = 1\nö = 2\n");
        let place = |at| {
            let Place { line, column, .. } = source.place(&(at..at + 1));
            (line, column)
        };
        assert_eq!(place(0), (1, 1));
        assert_eq!(place(3), (1, 3));
        assert_eq!(place(10), (2, 3));
        assert_eq!(source.lines_from(8).next(), Some("ö = 2"));
        assert_eq!(source.lines_from(14).next(), None);
    }

    #[test]
    fn each_text_counts_its_own_lines() {
        let mut source = Source::new("a.toml", "a = 1\nb = 2\n");
        let starts = [source.add("b.toml", "c = 3\nd = 4"), source.add("c.toml", "")];
        assert_eq!(starts, [13, 25]);
        let place = source.place(&(starts[0] + 6..starts[0] + 7));
        assert_eq!((place.file, place.line, place.column, place.span), ("b.toml", 2, 1, 6..7));
        assert_eq!(source.place(&(12..12)).file, "a.toml", "the end of the first one");
        assert_eq!(source.place(&(24..24)).file, "b.toml", "the end of the second one");
        assert_eq!(source.place(&(25..25)).file, "c.toml", "an empty one has a beginning");
        assert_eq!(source.written(&(starts[0]..starts[0] + 5)), Some("c = 3"));
        assert_eq!(source.lines_from(starts[0]).count(), 2);
        assert_ne!(source.row(0), source.row(starts[0]));
    }

    #[test]
    fn secrets_are_starred_where_they_stand() {
        let shown = |text| without_secrets(text);
        assert_eq!(shown("secret = \"xy zz\" # y\n"), "secret = \"*****\" # y\n");
        assert_eq!(shown("a = { secrt='q', name='b' }"), "a = { secrt='*', name='b' }");
        assert_eq!(shown("secret = open sesame\nx = 1"), "secret =************\nx = 1");
        assert_eq!(shown("secret_env = \"ANA\""), "secret_env = \"ANA\"");
        assert_eq!(shown("password=\"åä"), "password=\"****");
        assert_eq!(shown(r#"secret = "a\"b" # c"#), r#"secret = "****" # c"#);
        assert_eq!(shown("\"secret\" = 'x'\n'pass' = 'y'"), "\"secret\" = '*'\n'pass' = '*'");
        assert_eq!(shown("secret = [\"a\", \"b\"]\nx = 1"), "secret = **********\nx = 1");
        assert_eq!(shown("secret =\nx = \"y\""), "secret =\nx = \"y\"");
    }

    #[test]
    fn a_secret_of_several_lines_is_starred_in_each_of_them() {
        let shown = |text| without_secrets(text);
        let text = "secret = \"\"\"\nåb\n\"c\" \\\"\"\"d\"\"\"\nx = \"y\"";
        let told = "secret = \"\"\"\n***\n*** *****\"\"\"\nx = \"y\"";
        assert_eq!(shown(text), told.replace("*** *****", "*********"));
        assert_eq!(shown("token = '''a\nb'''"), "token = '''*\n*'''");
        assert_eq!(shown("secret = \"\"\"a\nb = 1"), "secret = \"\"\"*\n*****", "it has no end");
    }
}
