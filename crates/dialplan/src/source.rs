//! The text of a dialplan, and where in it something stands.

/// How long a dialplan may be, in bytes. A plan of a thousand agents takes a tenth of it.
pub const TEXT_BYTES_MAX: usize = 1 << 20;

/// The text, with the start of each line known.
#[derive(Debug)]
pub(crate) struct Source<'t> {
    pub(crate) file: &'t str,
    pub(crate) text: &'t str,
    line_starts: Vec<usize>,
}

impl<'t> Source<'t> {
    pub(crate) fn new(file: &'t str, text: &'t str) -> Self {
        let after_breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { file, text, line_starts: std::iter::once(0).chain(after_breaks).collect() }
    }

    /// The line of a byte, from 1.
    pub(crate) fn line(&self, at: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= at)
    }

    /// Line and column in characters of a byte, both from 1.
    pub(crate) fn line_and_column(&self, at: usize) -> (usize, usize) {
        let line = self.line(at);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0);
        let before = self.text.get(start..at).unwrap_or("");
        (line, before.chars().count() + 1)
    }

    /// The lines from one on, counted from 1.
    pub(crate) fn lines_from(&self, line: usize) -> impl Iterator<Item = &'t str> {
        let start = self.line_starts.get(line.saturating_sub(1)).copied();
        start.and_then(|start| self.text.get(start..)).unwrap_or("").lines()
    }
}

/// The text with every secret starred out, each byte still at its place, to be shown in excerpts.
pub(crate) fn without_secrets(text: &str) -> String {
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
    let secret = secret || key.starts_with("ha1");
    secret && !key.ends_with("_env") && !key.ends_with("_file")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_in_characters() {
        let source = Source::new("x.toml", "å = 1\nö = 2\n");
        assert_eq!(source.line_and_column(0), (1, 1));
        assert_eq!(source.line_and_column(3), (1, 3));
        assert_eq!(source.line_and_column(10), (2, 3));
        assert_eq!(source.lines_from(2).next(), Some("ö = 2"));
        assert_eq!(source.lines_from(9).next(), None);
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
