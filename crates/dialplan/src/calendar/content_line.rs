//! The lines of an iCalendar file (RFC 5545 §3.1): folded over several lines of text, each a name,
//! parameters and a value.

use super::LeftOut;
use std::ops::Range;

/// One line, unfolded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ContentLine {
    /// In capital letters.
    pub(super) name: String,
    /// Names in capital letters, values without quotes.
    parameters: Vec<(String, String)>,
    pub(super) value: String,
    /// Where it stands in the text.
    pub(super) span: Range<usize>,
}

impl ContentLine {
    /// Whether it has this name and this value.
    pub(super) fn is(&self, name: &str, value: &str) -> bool {
        self.name == name && self.value.eq_ignore_ascii_case(value)
    }

    /// The value of a parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The value as a text, without its escapes (§3.3.11).
    pub(super) fn text(&self) -> String {
        let mut text = String::with_capacity(self.value.len());
        let mut letters = self.value.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' => text.extend(
                    letters.next().map(|it| if matches!(it, 'n' | 'N') { ' ' } else { it }),
                ),
                letter => text.push(letter),
            }
        }
        text
    }
}

/// All lines of a text that are not empty. One that does not read is left out.
pub(super) fn content_lines(text: &str) -> Vec<Result<ContentLine, LeftOut>> {
    // What some programs write in front of UTF-8.
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut lines: Vec<(String, Range<usize>)> = Vec::new();
    for line in text.get(at..).unwrap_or("").split_inclusive('\n') {
        let (start, bare) = (at, line.trim_end_matches(['\r', '\n']));
        at += line.len();
        // §3.1: a line that begins with a blank goes on with the one before it.
        match (bare.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(more), Some((unfolded, span))) => {
                unfolded.push_str(more);
                span.end = start + bare.len();
            }
            _ if bare.trim().is_empty() => {}
            _ => lines.push((bare.to_owned(), start..start + bare.len())),
        }
    }
    lines.into_iter().map(|(line, span)| read(&line, span)).collect()
}

fn read(line: &str, span: Range<usize>) -> Result<ContentLine, LeftOut> {
    let parts = split(line);
    let Some((head, value)) = parts else {
        let why = "this is no line of a calendar: it has no `:`".to_owned();
        return Err(LeftOut { span, why });
    };
    let mut head = head.into_iter();
    let name = head.next().unwrap_or_default().to_uppercase();
    let parameter = |part: &str| {
        let (name, value) = part.split_once('=')?;
        Some((name.to_uppercase(), value.trim_matches('"').to_owned()))
    };
    let parameters = head.filter_map(parameter).collect();
    Ok(ContentLine { name, parameters, value: value.to_owned(), span })
}

/// The name and the parameters before the first colon, and the value behind it. In quotes neither `;`
/// nor `:` parts anything.
fn split(line: &str) -> Option<(Vec<&str>, &str)> {
    let (mut parts, mut start, mut quoted) = (Vec::new(), 0, false);
    for (at, letter) in line.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            ';' | ':' if !quoted => {
                parts.push(line.get(start..at)?);
                start = at + 1;
                if letter == ':' {
                    return Some((parts, line.get(start..)?));
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_unfolded_and_keep_their_place() {
        let text = "\u{feff}BEGIN:VCALENDAR\r\nSUMMARY:Jul\r\n af\r\n\tton\r\n\r\nEND:VCALENDAR";
        let lines: Vec<_> = content_lines(text).into_iter().map(Result::unwrap).collect();
        let told: Vec<_> = lines.iter().map(|it| (it.name.as_str(), it.value.as_str())).collect();
        assert_eq!(told, [("BEGIN", "VCALENDAR"), ("SUMMARY", "Julafton"), ("END", "VCALENDAR")]);
        assert!(text[lines[1].span.clone()].starts_with("SUMMARY:Jul"));
        assert!(text[lines[1].span.clone()].ends_with("ton"));
        assert_eq!(&text[lines[2].span.clone()], "END:VCALENDAR");
    }

    #[test]
    fn parameters_may_be_quoted_and_texts_escaped() {
        let lines = content_lines("summary;X=\"a;b:c\";language=sv:Jul\\, och\\nny\\\\år\n");
        let line = lines.into_iter().next().unwrap().unwrap();
        assert_eq!(line.name, "SUMMARY");
        assert_eq!(line.parameter("X"), Some("a;b:c"));
        assert_eq!(line.parameter("LANGUAGE"), Some("sv"));
        assert_eq!(line.text(), "Jul, och ny\\år");
    }

    #[test]
    fn a_line_without_a_colon_is_left_out() {
        assert!(content_lines("DTSTART\n").into_iter().next().unwrap().is_err());
    }
}
