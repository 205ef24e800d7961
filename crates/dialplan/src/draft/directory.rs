//! `[directory.NAME]` and `[lookup.NAME]` as they are written.

use super::http::texts_of;
use super::set::PRIORITY_MAX;
use super::step::StepDraft;
use crate::plan::HttpDirectory;
use crate::report::{Flaw, Report};
use crate::schema::Shape;
use crate::table::{Table, Text, text_of, wrong_type};
use std::ops::Range;
use std::time::Duration;
use toml::Spanned;

/// Who callers are.
#[derive(Default)]
pub(crate) struct DirectoryDraft {
    pub(crate) source: SourceDraft,
}

/// Where a directory is.
pub(crate) enum SourceDraft {
    /// In the plan.
    Callers(Vec<CallerDraft>),
    /// In a file of the site, and the column that people are known by, if it is not their number.
    File(Text, Option<Text>),
    /// At an address.
    Http(HttpDraft),
    /// It is not said, which has been told.
    Nowhere,
}

impl Default for SourceDraft {
    /// Nobody knows.
    fn default() -> Self {
        Self::Nowhere
    }
}

/// What is known of a caller.
pub(crate) struct CallerDraft {
    pub(crate) span: Range<usize>,
    pub(crate) number: Option<Text>,
    pub(crate) key: Option<Text>,
    pub(crate) name: Option<Text>,
    pub(crate) company: Option<Text>,
    pub(crate) language: Option<Text>,
    pub(crate) priority: Option<u32>,
    pub(crate) vip: Option<bool>,
    pub(crate) agent: Option<Text>,
    pub(crate) whisper: Option<Text>,
}

/// A directory that is asked over HTTP.
pub(crate) struct HttpDraft {
    pub(crate) url: Text,
    pub(crate) token_env: Option<Text>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) keep: Option<Duration>,
    pub(crate) fields: Vec<(Text, Text)>,
    /// The recordings that an answer may name.
    pub(crate) whispers: Vec<Text>,
}

/// Looks the caller up, and goes on by what came of it.
pub(crate) struct LookUpDraft {
    pub(crate) directory: Option<Text>,
    pub(crate) key: Option<Text>,
    /// Variables, and the columns that they are read from.
    pub(crate) reads: Vec<(Text, Text)>,
    pub(crate) goto: Option<Text>,
    pub(crate) vip: Option<Text>,
    pub(crate) unknown: Option<Text>,
    pub(crate) failed: Option<Text>,
}

const TIMEOUT_MIN: Duration = Duration::from_millis(100);
/// Callers hear nothing meanwhile.
const TIMEOUT_MAX: Duration = Duration::from_secs(5);
const KEEP_MAX: Duration = Duration::from_secs(24 * 3_600);

pub(super) fn read_look_up(
    _name: &Text,
    table: &mut Table<'_>,
    report: &mut Report<'_>,
) -> StepDraft {
    StepDraft::LookUp(LookUpDraft {
        directory: table.needed("directory", report),
        key: table.text("key", report),
        reads: texts_of("read", table, report),
        goto: table.needed("goto", report),
        vip: table.text("vip", report),
        unknown: table.text("unknown", report),
        failed: table.text("failed", report),
    })
}

pub(super) fn read(_name: &Text, table: &mut Table<'_>, report: &mut Report<'_>) -> DirectoryDraft {
    let callers = read_callers(table, report).map(SourceDraft::Callers);
    let by = table.text("by", report);
    let file = table.text("file", report).map(|file| SourceDraft::File(file, by.clone()));
    if let (None, Some(by)) = (&file, &by) {
        let message = "`by` is of a directory with a `file` only".to_owned();
        let remedy = "name the `file` that has the column, or take `by` out".to_owned();
        report.add(Flaw::error("no-file", by.span(), message).suggest(remedy));
    }
    let http = read_http(table, report).map(SourceDraft::Http);
    let mut found = [callers, file, http].into_iter().flatten();
    let (first, second) = (found.next(), found.next());
    let source = match (first, second) {
        (Some(source), None) => source,
        (_, Some(_)) | (None, None) => {
            let message = format!("`{}` must say in one way where it is", table.name);
            let remedy = "write exactly one of `callers`, `file` and `url`".to_owned();
            let flaw = Flaw::error("directory-nowhere", table.span.clone(), message);
            report.add(flaw.suggest(remedy));
            SourceDraft::Nowhere
        }
    };
    DirectoryDraft { source }
}

fn read_callers(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<Vec<CallerDraft>> {
    let value = table.shaped("callers", Shape::Rows("callers"))?;
    let Some(items) = value.get_ref().as_array() else {
        report.add(wrong_type("callers", "a list of tables", value));
        return Some(Vec::new());
    };
    let tables = items.iter().filter_map(|item| {
        let mut caller = Table::of("callers".to_owned(), item, report)?;
        caller.span = item.span();
        let read = read_caller(&mut caller, report);
        caller.finish(report);
        Some(read)
    });
    Some(tables.collect())
}

fn read_caller(table: &mut Table<'_>, report: &mut Report<'_>) -> CallerDraft {
    CallerDraft {
        span: table.span.clone(),
        number: table.text("number", report),
        key: table.text("key", report),
        name: table.text("name", report),
        company: table.text("company", report),
        language: table.text("language", report),
        priority: table.count("priority", 0..=PRIORITY_MAX, report),
        vip: table.flag("vip", report),
        agent: table.text("agent", report),
        whisper: table.text("whisper", report),
    }
}

/// `url` and what belongs to it, which nothing else has.
fn read_http(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<HttpDraft> {
    let token_env = table.text("token_env", report);
    let timeout = table.length("timeout", TIMEOUT_MIN..=TIMEOUT_MAX, report);
    let keep = table.length("keep", Duration::ZERO..=KEEP_MAX, report);
    let fields = read_fields(table, report);
    let whispers = table.texts("whispers", report).unwrap_or_default();
    let Some(url) = table.text("url", report) else {
        for key in ["token_env", "timeout", "keep", "fields", "whispers"] {
            if let Some(value) = table.value(key) {
                let message = format!("`{key}` is of a directory with a `url` only");
                report.add(Flaw::error("no-url", value.span(), message));
            }
        }
        return None;
    };
    let is_http = ["http://", "https://"].iter().any(|start| url.get_ref().starts_with(start));
    if !is_http || url.get_ref().matches("{number}").count() != 1 {
        let message = format!("`{}` is no address that callers can be looked up at", url.get_ref());
        let remedy = "write it as \"https://crm.example/callers/{number}\"".to_owned();
        report.add(Flaw::error("bad-url", url.span(), message).suggest(remedy));
    }
    Some(HttpDraft { url, token_env, timeout, keep, fields, whispers })
}

/// `fields = { name = "contact.full_name" }`: where in the answer each is.
fn read_fields(table: &mut Table<'_>, report: &mut Report<'_>) -> Vec<(Text, Text)> {
    let Some(value) = table.shaped("fields", Shape::Map(Box::new(Shape::Text))) else {
        return Vec::new();
    };
    let Some(fields) = Table::of("fields".to_owned(), value, report) else { return Vec::new() };
    let mut read = Vec::new();
    for entry in fields.entries() {
        let name = Spanned::new(entry.key.span(), entry.key.get_ref().to_string());
        if !HttpDirectory::FIELDS.contains(&name.get_ref().as_str()) {
            let message = format!("`{}` is nothing that is known of callers", name.get_ref());
            let remedy = format!("write one of {}", HttpDirectory::FIELDS.join(", "));
            report.add(Flaw::error("unknown-key", name.span(), message).suggest(remedy));
        } else if let Some(path) = text_of(name.get_ref(), entry.value, report) {
            read.push((name, path));
        }
    }
    read
}
