//! What may stand in a dialplan, as a JSON Schema (draft 7), for editors that complete and check.
//!
//! Nothing is written down twice: the keys, their types, ranges and words are noted while the reader itself
//! asks for them in a file that has one of each table. What a key means comes from whoever asks for the schema.

use crate::allow::ALLOWABLE;
use crate::draft;
use crate::report::Report;
use crate::source::Source;
use crate::values;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;
use toml::de::DeTable;

/// What the value of a key can be.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// A text.
    Text,
    /// A text, or a list of them.
    Texts,
    /// A text or a table of this kind, or a list of them.
    TextsOr(&'static str),
    /// A length of time.
    Length(RangeInclusive<Duration>),
    /// A list of lengths of time.
    Lengths(RangeInclusive<Duration>),
    /// `true` or `false`.
    Flag,
    /// One of these texts.
    Words(Vec<&'static str>),
    /// A list of these texts.
    SomeOf(Vec<&'static str>),
    /// Warnings that can be allowed.
    Allow,
    /// A text, a whole number, or yes or no.
    Value,
    /// A whole number.
    Count(RangeInclusive<u32>),
    /// A table whose keys are the operator's, with such values.
    Map(Box<Self>),
    /// One of several.
    Either(Vec<Self>),
    /// A table of this kind.
    Table(&'static str),
    /// A table of tables of this kind, by their names.
    Tables(&'static str),
    /// A list of tables of this kind.
    Rows(&'static str),
}

/// What was asked for in one kind of table.
#[derive(Debug, Default)]
pub(crate) struct Kind {
    keys: BTreeMap<&'static str, Option<Shape>>,
    required: Vec<String>,
}

/// What was asked for, by the kind of table; the top has no name.
#[derive(Debug, Default)]
pub(crate) struct Kinds(BTreeMap<String, Kind>);

/// One of each table, with nothing in it.
const ONE_OF_EACH: &str = "\
[short_codes]
[number.x]
[hours.x]
[holidays.x]
[say.x]
[menu.x]
[speak.x]
[set.x]
[lookup.x]
[dial.x]
[voicemail.x]
[callback.x]
[branch.x]
[collect.x]
[confirm.x]
[http.x]
[hangup.x]
[sub.x]
[queue.x]
[agent.x]
[trunk.x]
[directory.x]
[pause.x]
[disposition.x]
[shift.x]
";

/// One of each list of tables, in tables that have nothing else.
const ROWS: &str = "\
[number.x]
when = [{}]
[say.x]
prompts = [{}]
[branch.x]
when = [{}]
[queue.x]
relax = [{}]
when = [{}]
at = [{}, { one_of = [{}] }]
[directory.x]
callers = [{}]
[callback.x]
slots = {}
";

/// The schema. `meaning(kind, key)` says what a key means, in words; the kind of the top is `""`, that of
/// `[[queue.NAME.when]]` is `queue.when`.
///
/// # Errors
/// In words for whoever changes the reader: a kind of table is not in the file that has one of each, or the
/// type of a key is not noted.
pub fn schema(meaning: &dyn Fn(&str, &str) -> Option<String>) -> Result<Value, String> {
    let Kinds(kinds) = asked();
    let mut definitions = Map::new();
    for (name, kind) in &kinds {
        definitions.insert(name.clone(), table(name, kind, &kinds, meaning)?);
    }
    definitions.insert("allow".to_owned(), value(&Shape::SomeOf(ALLOWABLE.to_vec()), &kinds)?);
    let mut top = definitions.remove("").unwrap_or_default();
    if let Some(top) = top.as_object_mut() {
        top.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
        top.insert("title".to_owned(), json!("A dialplan of Telefonist"));
        top.insert("definitions".to_owned(), Value::Object(definitions));
    }
    Ok(top)
}

/// Has the reader ask for everything.
fn asked() -> Kinds {
    let mut kinds = Kinds::default();
    for text in [ONE_OF_EACH, ROWS] {
        let (values, _) = DeTable::parse_recoverable(text);
        let mut report = Report::new(Source::new("", text));
        report.kinds = Some(kinds);
        draft::read(values.get_ref(), &mut report);
        kinds = report.kinds.take().unwrap_or_default();
    }
    kinds
}

impl Kinds {
    /// A table has been read.
    pub(crate) fn add(&mut self, table: &str, asked: Vec<(&'static str, Option<Shape>)>) {
        let keys = &mut self.of(table).keys;
        for (key, shape) in asked {
            let known = keys.entry(key).or_default();
            *known = shape.or_else(|| known.take());
        }
    }

    /// A key must be there.
    pub(crate) fn require(&mut self, table: &str, key: &str) {
        let required = &mut self.of(table).required;
        if !required.iter().any(|known| known == key) {
            required.push(key.to_owned());
        }
    }

    /// `queue.x.when` is of the kind `queue.when`.
    fn of(&mut self, table: &str) -> &mut Kind {
        let parts = table.split('.').filter(|part| *part != "x");
        self.0.entry(parts.collect::<Vec<_>>().join(".")).or_default()
    }
}

fn table(
    name: &str,
    kind: &Kind,
    kinds: &BTreeMap<String, Kind>,
    meaning: &dyn Fn(&str, &str) -> Option<String>,
) -> Result<Value, String> {
    let mut properties = Map::new();
    for (key, shape) in &kind.keys {
        let shape = shape.as_ref().ok_or_else(|| {
            format!("nothing notes the type of `{key}` in `{name}`: read it by `Table::shaped`")
        })?;
        let mut property = value(shape, kinds)?;
        let of_every_table = || {
            let told = "Warnings that are not to be told of what stands in this table.";
            (*key == "allow").then(|| told.to_owned())
        };
        let meaning = meaning(name, key).or_else(of_every_table);
        let words = [meaning, range(shape)].into_iter().flatten().collect::<Vec<_>>().join(" ");
        if let (false, Some(property)) = (words.is_empty(), property.as_object_mut()) {
            property.insert("description".to_owned(), json!(words));
        }
        properties.insert((*key).to_owned(), property);
    }
    let mut table = json!({
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    });
    if let (false, Some(table)) = (kind.required.is_empty(), table.as_object_mut()) {
        table.insert("required".to_owned(), json!(kind.required));
    }
    Ok(table)
}

/// As far as a schema can say it; a range of lengths is told in words.
fn value(shape: &Shape, kinds: &BTreeMap<String, Kind>) -> Result<Value, String> {
    let known = |kind: &str| match kinds.contains_key(kind) {
        true => Ok(json!({ "$ref": format!("#/definitions/{kind}") })),
        false => Err(format!("there is no `{kind}` in the file that has one of each table")),
    };
    Ok(match shape {
        Shape::Text => json!({ "type": "string" }),
        Shape::Texts => json!({ "anyOf": [
            { "type": "string" },
            { "type": "array", "items": { "type": "string" } },
        ] }),
        Shape::TextsOr(kind) => {
            let one = json!({ "anyOf": [{ "type": "string" }, known(kind)?] });
            json!({ "anyOf": [
                { "type": "string" },
                known(kind)?,
                { "type": "array", "items": one },
            ] })
        }
        Shape::Length(_) => length(),
        Shape::Lengths(_) => json!({ "type": "array", "items": length() }),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Words(words) => json!({ "enum": words }),
        Shape::SomeOf(words) => json!({ "anyOf": [
            { "enum": words },
            { "type": "array", "items": { "enum": words } },
        ] }),
        Shape::Allow => json!({ "$ref": "#/definitions/allow" }),
        Shape::Value => json!({ "type": ["string", "integer", "boolean"] }),
        Shape::Count(range) => {
            json!({ "type": "integer", "minimum": range.start(), "maximum": range.end() })
        }
        Shape::Map(of) => json!({ "type": "object", "additionalProperties": value(of, kinds)? }),
        Shape::Either(ways) => {
            let ways = ways.iter().map(|way| value(way, kinds)).collect::<Result<Vec<_>, _>>()?;
            json!({ "anyOf": ways })
        }
        Shape::Table(kind) => known(kind)?,
        Shape::Tables(kind) => json!({ "type": "object", "additionalProperties": known(kind)? }),
        Shape::Rows(kind) => json!({ "type": "array", "items": known(kind)? }),
    })
}

fn length() -> Value {
    json!({ "type": "string", "pattern": "^(\\d+(h|ms|m|s))+$" })
}

fn range(shape: &Shape) -> Option<String> {
    match shape {
        Shape::Length(range) | Shape::Lengths(range) => {
            let (least, most) = (values::written(*range.start()), values::written(*range.end()));
            Some(format!("From {least} to {most}."))
        }
        Shape::Text
        | Shape::Texts
        | Shape::TextsOr(_)
        | Shape::Flag
        | Shape::Words(_)
        | Shape::SomeOf(_)
        | Shape::Allow
        | Shape::Value
        | Shape::Count(_)
        | Shape::Map(_)
        | Shape::Either(_)
        | Shape::Table(_)
        | Shape::Tables(_)
        | Shape::Rows(_) => None,
    }
}
