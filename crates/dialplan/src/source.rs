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
    text.split_inclusive('\n').map(line_without_secrets).collect()
}

fn line_without_secrets(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, secret, after)) = next_secret(rest) {
        shown.push_str(before);
        shown.extend(std::iter::repeat_n('*', secret.len()));
        rest = after;
    }
    shown + rest
}

/// Splits at the next value of a key that looks like one of a secret, misspelt ones among them.
fn next_secret(line: &str) -> Option<(&str, &str, &str)> {
    let equals = line.match_indices('=').map(|(at, _)| at).find(|at| {
        let key = line.get(..*at).unwrap_or("").trim_end();
        is_secret_key(key.rsplit([' ', '\t', '{', ',', '.', '"', '=']).next().unwrap_or(""))
    })?;
    let value = line.get(equals + 1..)?;
    let quote = value.chars().find(|letter| !letter.is_whitespace())?;
    if quote != '"' && quote != '\'' {
        let end = value.find([',', '}', '#', '\n', '\r']).unwrap_or(value.len());
        return split_secret(line, equals + 1, equals + 1 + end);
    }
    let start = equals + 1 + value.find(quote)? + 1;
    let inside = line.get(start..)?;
    let end = inside.find(quote).unwrap_or_else(|| inside.trim_end().len());
    split_secret(line, start, start + end)
}

fn split_secret(line: &str, start: usize, end: usize) -> Option<(&str, &str, &str)> {
    Some((line.get(..start)?, line.get(start..end)?, line.get(end..)?))
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
    }
}
