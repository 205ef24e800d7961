//! The table of the operator's guide says what callers hear.
#![expect(clippy::unwrap_used, reason = "a test that meets what it did not expect ends there")]

use speech::{Currency, DateForm, Gender, Value, words};
use std::time::Duration;

const GUIDE: &str = include_str!("../../../docs/src/languages.md");

/// The value that a row is of.
fn value(kind: &str, text: &str) -> Value {
    match kind {
        "number" => Value::Number(text.parse().unwrap()),
        "common" => Value::Counted { count: text.parse().unwrap(), gender: Gender::Common },
        "neuter" => Value::Counted { count: text.parse().unwrap(), gender: Gender::Neuter },
        "ordinal" => Value::Ordinal(text.parse().unwrap()),
        "clock" => Value::Clock(text.parse().unwrap()),
        "date" => Value::Date { date: text.parse().unwrap(), form: DateForm::WeekdayYear },
        "telephone" => Value::Telephone(text.into()),
        "digits" => Value::Digits(text.into()),
        "duration" => Value::Duration(Duration::from_secs(text.parse().unwrap())),
        code => Value::Money {
            cents: text.replace('.', "").parse().unwrap(),
            currency: Currency::of_code(code).unwrap(),
        },
    }
}

#[test]
fn every_row_of_the_guide_is_said_so() {
    let table = GUIDE.split_once("|---|---|---|---|---|\n").unwrap().1;
    let rows: Vec<_> = table.lines().take_while(|line| line.starts_with('|')).collect();
    assert!(rows.len() > 20);
    for row in rows {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [kind, text, said @ ..] = cells.as_slice() else { panic!("{row}") };
        let value = value(kind, text);
        assert_eq!(["sv", "en", "nb"].map(|tag| words(tag, &value)), said, "{row}");
    }
}
