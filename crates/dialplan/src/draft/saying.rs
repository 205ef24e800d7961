//! What a `say` step says, as it is written: names of recordings, and tables such as
//! `{ money = "balance", currency = "SEK" }`.

use crate::plan::{DATE_FORMS, GENDERS, SaidAmount, SaidAs, SaidUnit};
use crate::report::{Flaw, Report};
use crate::schema::Shape;
use crate::table::{Table, Text, text_of, wrong_type};
use speech::{Currency, DateForm, Gender};
use toml::Spanned;
use toml::de::DeValue;

/// One thing that is said.
pub(crate) enum SayingDraft {
    Phrase(Text),
    Value(ValueDraft),
}

/// A value that is said.
pub(crate) struct ValueDraft {
    /// The name of a fact.
    pub(crate) fact: Text,
    pub(crate) form: SaidAs,
}

/// Values of one step.
const VALUES_MAX: usize = 16;

/// What a `say` step says, and whether there are to be values among it.
pub(super) fn read(table: &mut Table<'_>, report: &mut Report<'_>) -> (Vec<SayingDraft>, bool) {
    let Some(value) = table.shaped("prompts", Shape::TextsOr("say.prompts")) else {
        table.missing("prompts", report);
        return (Vec::new(), false);
    };
    let items: Vec<_> = match value.get_ref().as_array() {
        Some(items) => items.iter().collect(),
        None => vec![value],
    };
    if items.is_empty() {
        let message = format!("`{}` says nothing", table.name);
        let remedy = "name at least one recording in `prompts`".to_owned();
        report.add(Flaw::error("nothing-said", table.span.clone(), message).suggest(remedy));
    }
    let has_values = items.iter().any(|item| item.get_ref().as_table().is_some());
    let sayings: Vec<_> =
        items.into_iter().filter_map(|item| read_one(&table.name, item, report)).collect();
    if sayings.iter().filter(|it| matches!(it, SayingDraft::Value(_))).count() > VALUES_MAX {
        let message = format!("a step may say at most {VALUES_MAX} values");
        report.add(Flaw::error("too-many", value.span(), message));
    }
    (sayings, has_values)
}

fn read_one(
    step: &str,
    item: &Spanned<DeValue<'_>>,
    report: &mut Report<'_>,
) -> Option<SayingDraft> {
    match item.get_ref() {
        DeValue::String(_) => text_of("prompts", item, report).map(SayingDraft::Phrase),
        DeValue::Table(_) => read_value(step, item, report).map(SayingDraft::Value),
        DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_) => {
            let wanted = "the name of a recording, or a value such as { number = \"points\" }";
            report.add(wrong_type("prompts", wanted, item));
            None
        }
    }
}

fn read_value(
    step: &str,
    item: &Spanned<DeValue<'_>>,
    report: &mut Report<'_>,
) -> Option<ValueDraft> {
    let mut table = Table::of(format!("{step}.prompts"), item, report)?;
    table.span = item.span();
    let written: Vec<_> =
        SaidAs::KEYS.into_iter().filter(|form| table.value(form).is_some()).collect();
    let named: Vec<_> = SaidAs::KEYS.into_iter().map(|form| table.text(form, report)).collect();
    let fact = named.into_iter().flatten().next();
    let with = match written.as_slice() {
        [form] => read_with(Some(form), &mut table, report),
        _ => {
            let message = match written.len() {
                0 => "this says of no value what it is".to_owned(),
                _ => format!("this is {} at once", written.join(" and ")),
            };
            let remedy =
                format!("write one of {}, with the name of a fact", SaidAs::KEYS.join(", "));
            report.add(Flaw::error("bad-saying", item.span(), message).suggest(remedy));
            // Whatever goes with some form is known here.
            read_with(None, &mut table, report)
        }
    };
    table.finish(report);
    Some(ValueDraft { fact: fact?, form: with? })
}

/// The form with the keys that go with it; all of them where it is not clear which form it is.
fn read_with(form: Option<&str>, table: &mut Table<'_>, report: &mut Report<'_>) -> Option<SaidAs> {
    let may_be = |key: &str| form.is_none_or(|form| form == key);
    let gender = may_be("number").then(|| read_gender(table, report)).flatten();
    let amount = may_be("money").then(|| read_amount(table, report)).flatten();
    let date = may_be("date").then(|| read_date_form(table, report)).flatten();
    let unit = may_be("duration").then(|| read_unit(table, report)).flatten();
    let currency = may_be("money").then(|| read_currency(table, report)).flatten();
    Some(match form? {
        "number" => SaidAs::Number(gender),
        "ordinal" => SaidAs::Ordinal,
        "money" => {
            if table.value("currency").is_none() {
                table.missing("currency", report);
            }
            SaidAs::Money(currency?, amount.unwrap_or(SaidAmount::Whole))
        }
        "date" => SaidAs::Date(date.unwrap_or(DateForm::Day)),
        "time" => SaidAs::Time,
        "weekday" => SaidAs::Weekday,
        "phone" => SaidAs::Phone,
        "digits" => SaidAs::Digits,
        "duration" => SaidAs::Duration(unit.unwrap_or(SaidUnit::Seconds)),
        _ => SaidAs::Wait,
    })
}

fn read_gender(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<Gender> {
    table.choice("gender", GENDERS, report)
}

fn read_currency(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<Currency> {
    let currencies = Currency::ALL.map(|currency| (currency.code(), currency));
    table.choice("currency", currencies, report)
}

fn read_amount(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<SaidAmount> {
    table.choice("amount", SaidAmount::WORDS, report)
}

fn read_date_form(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<DateForm> {
    table.choice("form", DATE_FORMS, report)
}

fn read_unit(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<SaidUnit> {
    table.choice("unit", SaidUnit::WORDS, report)
}
