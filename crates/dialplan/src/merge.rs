//! The tables of several files become those of one plan.

use crate::include;
use crate::report::{Flaw, Report};
use std::borrow::Cow;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

type Key<'i> = Spanned<Cow<'i, str>>;
type Value<'i> = Spanned<DeValue<'i>>;

/// Puts the tables of a part to those there are. `start` is the number of the part's first byte
/// ([`crate::source::Source`]).
pub(crate) fn merge<'i>(
    whole: &mut DeTable<'i>,
    part: DeTable<'i>,
    start: usize,
    report: &mut Report<'_>,
) {
    for (key, value) in moved(part, start) {
        if key.get_ref() == include::KEY {
            report.add(nested(&key));
            continue;
        }
        match whole.get_mut(key.get_ref().as_ref()) {
            Some(there) if is_family(there) && is_family(&value) => {
                add_family((&key, there), value, report);
            }
            Some(_) => add_twice(whole, "", &key, report),
            None => {
                whole.insert(key, value);
            }
        }
    }
}

/// Whether a value is a table of tables, such as all of `[queue.NAME]`.
fn is_family(value: &Value<'_>) -> bool {
    let tables = |table: &DeTable<'_>| table.values().all(|value| value.get_ref().is_table());
    value.get_ref().as_table().is_some_and(tables)
}

fn add_family<'i>(
    (kind, there): (&Key<'i>, &mut Value<'i>),
    more: Value<'i>,
    report: &mut Report<'_>,
) {
    let (DeValue::Table(whole), DeValue::Table(more)) = (there.get_mut(), more.into_inner()) else {
        return;
    };
    for (name, table) in more {
        if whole.contains_key(name.get_ref().as_ref()) {
            add_twice(whole, &format!("{}.", kind.get_ref()), &name, report);
        } else {
            whole.insert(name, table);
        }
    }
}

/// Says that something stands in two files.
fn add_twice(whole: &DeTable<'_>, kind: &str, name: &Key<'_>, report: &mut Report<'_>) {
    let Some((first, _)) = whole.get_key_value(name.get_ref().as_ref()) else { return };
    let place = report.source.place(&first.span());
    let id = if kind == "number." { "duplicate-number" } else { "duplicate-key" };
    let message = format!(
        "`{kind}{}` is written twice, also in {}:{}",
        name.get_ref(),
        place.file,
        place.line
    );
    let remedy = "take one of the two away, or give it another name".to_owned();
    report.add(Flaw::error(id, name.span(), message).suggest(remedy));
}

fn nested(key: &Key<'_>) -> Flaw {
    let message = "a file that is included can not include others".to_owned();
    let remedy = "put all names into the list of the first file".to_owned();
    Flaw::error("nested-include", key.span(), message).suggest(remedy)
}

/// The same table, each thing in it as far behind as its text is.
fn moved(table: DeTable<'_>, by: usize) -> DeTable<'_> {
    let moved = table.into_iter().map(|(key, value)| {
        let span = behind(&key.span(), by);
        (Spanned::new(span, key.into_inner()), moved_value(value, by))
    });
    moved.collect()
}

fn moved_value(value: Value<'_>, by: usize) -> Value<'_> {
    let span = behind(&value.span(), by);
    let moved = match value.into_inner() {
        DeValue::Table(table) => DeValue::Table(moved(table, by)),
        DeValue::Array(items) => {
            let mut array = DeArray::new();
            items.into_iter().for_each(|item| array.push(moved_value(item, by)));
            DeValue::Array(array)
        }
        plain @ (DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)) => plain,
    };
    Spanned::new(span, moved)
}

const fn behind(span: &Range<usize>, by: usize) -> Range<usize> {
    span.start + by..span.end + by
}
