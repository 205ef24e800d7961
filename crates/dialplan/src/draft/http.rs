//! `[http.NAME]` as it is written: another program that is asked.

use super::step::StepDraft;
use crate::plan::ValueKind;
use crate::report::{Flaw, Report};
use crate::schema::Shape;
use crate::table::{Table, Text, text_of};
use std::ops::RangeInclusive;
use std::time::Duration;
use toml::Spanned;

/// Asks another program and goes on.
pub(crate) struct HttpStepDraft {
    pub(crate) url: Option<Text>,
    pub(crate) body: Option<Vec<(Text, Text)>>,
    pub(crate) headers: Vec<(Text, Text)>,
    pub(crate) secret_headers: Vec<(Text, Text)>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<bool>,
    pub(crate) reads: Vec<ReadDraft>,
    pub(crate) goto: Option<Text>,
    pub(crate) unknown: Option<Text>,
    pub(crate) failed: Option<Text>,
}

/// What is noted of an answer.
pub(crate) struct ReadDraft {
    pub(crate) into: Text,
    pub(crate) path: String,
    pub(crate) kind: ValueKind,
}

/// Callers hear nothing meanwhile.
const TIMEOUT: RangeInclusive<Duration> = Duration::from_millis(100)..=Duration::from_secs(5);
/// Entries of one table.
const ENTRIES_MAX: usize = 16;

pub(super) fn read(_name: &Text, table: &mut Table<'_>, report: &mut Report<'_>) -> StepDraft {
    let has_body = table.value("body").is_some();
    let draft = HttpStepDraft {
        url: table.needed("url", report),
        body: Some(texts_of("body", table, report)).filter(|_| has_body),
        headers: texts_of("headers", table, report),
        secret_headers: texts_of("headers_env", table, report),
        timeout: table.length("timeout", TIMEOUT, report),
        retry: table.flag("retry", report),
        reads: texts_of("read", table, report)
            .into_iter()
            .filter_map(|(into, at)| read_read(into, &at, report))
            .collect(),
        goto: table.needed("goto", report),
        unknown: table.text("unknown", report),
        failed: table.needed("failed", report),
    };
    for (name, value) in &draft.headers {
        check_header(name, report);
        if !value.get_ref().bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
            let message = format!("`{}` can not stand in a header", value.get_ref());
            report.add(Flaw::error("bad-header", value.span(), message));
        }
    }
    draft.secret_headers.iter().for_each(|(name, _)| check_header(name, report));
    StepDraft::Http(draft)
}

/// A table of texts under a key.
pub(super) fn texts_of(
    key: &'static str,
    table: &mut Table<'_>,
    report: &mut Report<'_>,
) -> Vec<(Text, Text)> {
    let texts = Shape::Map(Box::new(Shape::Text));
    let Some(value) = table.shaped(key, texts) else { return Vec::new() };
    let Some(texts) = Table::of(key.to_owned(), value, report) else { return Vec::new() };
    let entries = texts.entries();
    if entries.len() > ENTRIES_MAX {
        let message = format!("`{key}` may have at most {ENTRIES_MAX} entries");
        report.add(Flaw::error("too-many", value.span(), message));
    }
    let read = entries.into_iter().filter_map(|entry| {
        let name = Spanned::new(entry.key.span(), entry.key.get_ref().to_string());
        let text = text_of(name.get_ref(), entry.value, report)?;
        Some((name, text))
    });
    read.collect()
}

/// RFC 9110 §5.1: a token; what the connection itself needs is not the plan's to say.
fn check_header(name: &Text, report: &mut Report<'_>) {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let of_connection = ["host", "content-length", "transfer-encoding", "connection"];
    let lower = name.get_ref().to_ascii_lowercase();
    let fits = !lower.is_empty() && lower.chars().all(is_token);
    if !fits || of_connection.contains(&lower.as_str()) {
        let message = format!("`{}` can not be a header here", name.get_ref());
        let remedy = "write a name such as \"X-Api-Key\"".to_owned();
        report.add(Flaw::error("bad-header", name.span(), message).suggest(remedy));
    }
}

/// `balance = "account.balance as number"`
fn read_read(into: Text, at: &Text, report: &mut Report<'_>) -> Option<ReadDraft> {
    let (path, kind) = match at.get_ref().split_once(" as ") {
        None => (at.get_ref().as_str(), Some(ValueKind::Text)),
        Some((path, "text")) => (path, Some(ValueKind::Text)),
        Some((path, "number")) => (path, Some(ValueKind::Number)),
        Some((path, "yes or no")) => (path, Some(ValueKind::YesNo)),
        Some((path, _)) => (path, None),
    };
    let path = path.trim();
    let is_path = !path.is_empty() && path.split('.').all(|name| !name.is_empty());
    match kind.filter(|_| is_path) {
        Some(kind) => Some(ReadDraft { into, path: path.to_owned(), kind }),
        None => {
            let message = format!("`{}` is no place in an answer", at.get_ref());
            let remedy =
                "write it as \"account.balance as number\", or as text, or as yes or no".to_owned();
            report.add(Flaw::error("bad-read", at.span(), message).suggest(remedy));
            None
        }
    }
}
