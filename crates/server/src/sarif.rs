//! Faults as SARIF 2.1.0 (OASIS), which code hosts and editors show beside the lines.

use dialplan::{Fault, Severity};
use reqwest::Url;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// Where each fault is explained.
const GUIDE: &str = "docs/src/dialplan.md#every-fault";

/// The whole log: one run of one tool.
pub(crate) fn log<'f>(faults: impl Iterator<Item = &'f Fault> + Clone) -> Value {
    let ids: BTreeSet<&str> = faults.clone().map(|fault| fault.id).collect();
    let rules: Vec<Value> = ids.iter().map(|id| json!({ "id": id, "help": help() })).collect();
    let results: Vec<Value> = faults.map(|fault| result(fault, &ids)).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "telefonist",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            // §3.14.17: our columns are characters, not units of UTF-16.
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn help() -> Value {
    json!({ "text": format!("It is explained in {GUIDE}.") })
}

fn result(fault: &Fault, ids: &BTreeSet<&str>) -> Value {
    let message = match &fault.suggestion {
        Some(suggestion) => format!("{}: {suggestion}", fault.message),
        None => fault.message.clone(),
    };
    let (start, end) = fault.span;
    json!({
        "ruleId": fault.id,
        "ruleIndex": ids.iter().position(|id| *id == fault.id),
        "level": match fault.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        "message": { "text": message },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(&fault.file) },
            "region": {
                "startLine": fault.line,
                "startColumn": fault.column,
                "byteOffset": start,
                "byteLength": end.saturating_sub(start),
            },
        } }],
    })
}

/// §3.4.3: a relative path stays one, with what a URI can not have escaped.
fn uri(file: &str) -> String {
    let rooted = Url::from_file_path(Path::new("/").join(file));
    let escaped = rooted.map_or_else(|()| file.to_owned(), |url| url.path().to_owned());
    match (Path::new(file).is_absolute(), escaped.strip_prefix('/')) {
        (true, _) => format!("file://{escaped}"),
        (false, Some(relative)) => relative.to_owned(),
        (false, None) => escaped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_becomes_the_uri_of_it() {
        assert_eq!(uri("site/dialplan.toml"), "site/dialplan.toml");
        assert_eq!(uri("my site/växel.toml"), "my%20site/v%C3%A4xel.toml");
        assert_eq!(uri("/etc/a b"), "file:///etc/a%20b");
    }
}
