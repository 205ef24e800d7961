//! The schema for editors: made of what the reader asks for and of what the guide says.
//!
//! `UPDATE_EXPECT=1 cargo test -p dialplan --test schema` writes `dialplans/schema.json` anew.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use expect_test::expect_file;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What the guide says a key means, by the kind of its table and its name.
fn meanings() -> BTreeMap<(String, String), String> {
    let guide = fs::read_to_string(root().join("docs/src/dialplan.md")).unwrap();
    let mut meanings = BTreeMap::new();
    for section in guide.split("\n## ") {
        let (heading, body) = section.split_once('\n').unwrap();
        let kind = match heading.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(table) => kind(table),
            None if heading == "The top of the file" => String::new(),
            None => continue,
        };
        for row in body.lines().filter(|line| line.starts_with("| `")) {
            let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
            let [keys, _, _, meaning] = cells[..] else { continue };
            for key in keys.split('`').skip(1).step_by(2) {
                meanings.insert((kind.clone(), key.to_owned()), plain(meaning));
            }
        }
    }
    meanings
}

/// `[queue.NAME.when]` is of the kind `queue.when`.
fn kind(table: &str) -> String {
    let parts = table.split('.').filter(|part| !part.chars().all(char::is_uppercase));
    parts.collect::<Vec<_>>().join(".")
}

/// Markdown without its links and marks.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, link)) = rest.split_once('[') {
        let (words, after) = link.split_once("](").unwrap_or((link, ""));
        plain += before;
        plain += words;
        rest = after.split_once(')').map_or("", |(_, after)| after);
    }
    (plain + rest).replace(['*', '`'], "").replace("\\|", "|")
}

fn schema() -> Value {
    let meanings = meanings();
    let meaning = |kind: &str, key: &str| meanings.get(&(kind.to_owned(), key.to_owned())).cloned();
    dialplan::schema(&meaning).unwrap()
}

#[test]
fn the_schema_for_editors_is_up_to_date() {
    let text = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    expect_file![root().join("dialplans/schema.json")].assert_eq(&text);
}

#[test]
fn every_key_of_the_guide_has_its_meaning_in_the_schema() {
    let (schema, meanings) = (schema(), meanings());
    assert!(meanings.len() > 150, "the keys of the guide are not found");
    for ((kind, key), meaning) in meanings {
        let table = if kind.is_empty() { &schema } else { &schema["definitions"][&kind] };
        let told = table["properties"][&key]["description"].as_str();
        assert!(told.is_some_and(|told| told.contains(&meaning)), "`{key}` of `{kind}`");
    }
}

/// Every TOML file below a folder that is a dialplan or a part of one.
fn dialplans(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { dialplans(&path) } else { vec![path] });
    let others = ["prompts.toml", "tests.toml", "telefonist.toml"];
    let is_one = |path: &PathBuf| {
        let is_other = others.iter().any(|other| path.ends_with(other));
        path.extension().is_some_and(|extension| extension == "toml") && !is_other
    };
    files.filter(is_one).collect()
}

#[test]
fn every_shipped_dialplan_begins_with_the_schema_and_every_part_of_one() {
    let shipped = ["dialplans", "docs/src/tasks"].map(|folder| dialplans(&root().join(folder)));
    let plans = shipped.concat();
    assert!(plans.len() >= 24, "the dialplans are not found");
    for plan in plans {
        let text = fs::read_to_string(&plan).unwrap();
        let named = text.lines().next().and_then(|line| line.strip_prefix("#:schema "));
        let schema = plan.parent().unwrap().join(named.unwrap_or_else(|| panic!("{plan:?}")));
        assert!(schema.is_file(), "{schema:?}");
        let json = fs::read_to_string(&schema).unwrap();
        let (json, table) = (serde_json::from_str(&json).unwrap(), text.parse().unwrap());
        assert!(allows(&json, &json, &toml::Value::Table(table)), "{plan:?}");
    }
}

/// Whether a value is one that the schema allows, as far as our schemas go.
fn allows(whole: &Value, schema: &Value, value: &toml::Value) -> bool {
    if let Some(target) = schema["$ref"].as_str() {
        let definition = &whole["definitions"][target.strip_prefix("#/definitions/").unwrap()];
        assert!(definition.is_object(), "{target} is not defined");
        return allows(whole, definition, value);
    }
    if let Some(ways) = schema["anyOf"].as_array() {
        return ways.iter().any(|way| allows(whole, way, value));
    }
    if let Some(words) = schema["enum"].as_array() {
        return words.iter().any(|word| word.as_str() == value.as_str() && value.is_str());
    }
    if let Some(kinds) = schema["type"].as_array() {
        return kinds.iter().any(|kind| kind.as_str() == Some(value.type_str()));
    }
    match (schema["type"].as_str().unwrap(), value) {
        ("string", toml::Value::String(_)) | ("boolean", toml::Value::Boolean(_)) => true,
        ("integer", toml::Value::Integer(number)) => {
            let (least, most) = (schema["minimum"].as_i64(), schema["maximum"].as_i64());
            least.is_none_or(|it| it <= *number) && most.is_none_or(|it| *number <= it)
        }
        ("array", toml::Value::Array(items)) => {
            items.iter().all(|item| allows(whole, &schema["items"], item))
        }
        ("object", toml::Value::Table(table)) => is_table(whole, schema, table),
        _ => false,
    }
}

fn is_table(whole: &Value, schema: &Value, table: &toml::Table) -> bool {
    let required = schema["required"].as_array().into_iter().flatten();
    let mut required = required.map(|key| key.as_str().unwrap());
    required.all(|key| table.contains_key(key))
        && table.iter().all(|(key, value)| {
            match (&schema["properties"][key], &schema["additionalProperties"]) {
                (Value::Null, Value::Bool(false)) => false,
                (Value::Null, others) => allows(whole, others, value),
                (known, _) => allows(whole, known, value),
            }
        })
}

/// Faults that a schema can see; whatever else is wrong is for `telefonist check`.
const SEEN: [&str; 4] = ["unknown-key", "missing-key", "wrong-type", "bad-choice"];

#[test]
fn the_schema_allows_what_the_reader_takes_and_nothing_of_another_type() {
    let schema = schema();
    let corpus = fs::read_dir(root().join("crates/dialplan/tests/corpus")).unwrap();
    let mut refused = BTreeSet::new();
    for file in corpus.map(|entry| entry.unwrap().path()) {
        let stem = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&file).unwrap();
        let plan = file.extension().is_some_and(|extension| extension == "toml");
        let Some(table) = text.parse::<toml::Table>().ok().filter(|_| plan) else { continue };
        if !allows(&schema, &schema, &toml::Value::Table(table)) {
            refused.insert(stem);
        }
    }
    for seen in SEEN {
        assert!(refused.remove(seen), "{seen}");
    }
    // Ranges of numbers and lists of words are seen as well.
    let others: BTreeSet<_> = ["out-of-range", "bad-log-in", "bad-allow"].map(str::to_owned).into();
    assert_eq!(refused, others);
    for shipped in ["demo", "small"] {
        let text =
            fs::read_to_string(root().join(format!("dialplans/{shipped}/dialplan.toml"))).unwrap();
        let table = toml::Value::Table(text.parse().unwrap());
        assert!(allows(&schema, &schema, &table), "{shipped}");
    }
}
