//! `[set.NAME]` as it is written: what a call needs of its own from here on.

use super::needs::{self, NeedDraft};
use super::step::StepDraft;
use crate::plan::Value;
use crate::report::{Flaw, Report};
use crate::schema::Shape;
use crate::table::{Table, Text, wrong_type};
use std::time::Duration;
use toml::Spanned;
use toml::de::DeValue;

/// Adds to what the call needs and to what its agent is told, and goes on.
pub(crate) struct SetDraft {
    pub(crate) need: Option<NeedDraft>,
    pub(crate) needs_for: Option<Duration>,
    pub(crate) priority: Option<u32>,
    pub(crate) language: Option<Text>,
    pub(crate) whisper: Vec<Text>,
    pub(crate) values: Vec<(Text, Value)>,
    pub(crate) goto: Option<Text>,
}

const NEEDS_FOR_MIN: Duration = Duration::from_secs(1);
const NEEDS_FOR_MAX: Duration = Duration::from_secs(3_600);
pub(super) const PRIORITY_MAX: u32 = 10;

pub(super) fn read(_name: &Text, table: &mut Table<'_>, report: &mut Report<'_>) -> StepDraft {
    let need = table.text("needs", report).and_then(|text| needs::parse(&text, report));
    let needs_for = table.length("needs_for", NEEDS_FOR_MIN..=NEEDS_FOR_MAX, report);
    if let (None, Some(value)) = (table.value("needs"), table.value("needs_for")) {
        let message = format!("`{}` has `needs_for` and no `needs`", table.name);
        report.add(Flaw::error("needs-for-nothing", value.span(), message));
    }
    StepDraft::Set(SetDraft {
        need,
        needs_for,
        priority: table.count("priority", 0..=PRIORITY_MAX, report),
        language: table.text("language", report),
        whisper: table.texts("whisper", report).unwrap_or_default(),
        values: read_values(table, report),
        goto: table.needed("goto", report),
    })
}

/// `values = { matter = "invoice", tries = 1, urgent = true }`
fn read_values(table: &mut Table<'_>, report: &mut Report<'_>) -> Vec<(Text, Value)> {
    let Some(value) = table.shaped("values", Shape::Map(Box::new(Shape::Value))) else {
        return Vec::new();
    };
    let Some(values) = Table::of("values".to_owned(), value, report) else { return Vec::new() };
    let read = values.entries().into_iter().filter_map(|entry| {
        let name = Spanned::new(entry.key.span(), entry.key.get_ref().to_string());
        let value = read_value(&name, entry.value, report)?;
        Some((name, value))
    });
    read.collect()
}

fn read_value(name: &Text, value: &Spanned<DeValue<'_>>, report: &mut Report<'_>) -> Option<Value> {
    let found = value.get_ref();
    let text = found.as_str().map(Value::text);
    let number = || {
        let integer = found.as_integer()?;
        i64::from_str_radix(integer.as_str(), integer.radix()).ok().map(Value::Number)
    };
    let read = text.or_else(number).or_else(|| found.as_bool().map(Value::YesNo));
    if read.is_none() {
        report.add(wrong_type(name.get_ref(), "a text, a whole number, true or false", value));
    }
    read
}
