//! Every row of the tables in `spellout/`: numbers as CLDR spells them out.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets what it did not expect ends there"
)]

use speech::{Gender, Value, words};

/// A column of a table, and how we say the same.
type Column = (&'static str, fn(u64) -> Value);

fn number(number: u64) -> Value {
    Value::Number(i64::try_from(number).unwrap())
}

const fn common(count: u64) -> Value {
    Value::Counted { count, gender: Gender::Common }
}

const fn neuter(count: u64) -> Value {
    Value::Counted { count, gender: Gender::Neuter }
}

/// Compares every row of some columns; gives how many words were compared.
fn check(tag: &str, table: &str, columns: &[Column]) -> usize {
    let mut lines = table.lines().filter(|line| !line.starts_with('#'));
    let heads: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let mut compared = 0;
    for line in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        for (head, value) in columns {
            let at = heads.iter().position(|found| found.trim_start_matches('%') == *head).unwrap();
            let value = value(cells[0].parse().unwrap());
            assert_eq!(words(tag, &value), cells[at], "{tag} {value:?} by {head}");
            compared += 1;
        }
    }
    compared
}

#[test]
fn swedish_numbers_are_spelled_in_both_genders_and_as_ordinals() {
    // The masculine ordinals (*förste*) are left out: what we count is no man.
    let columns: &[Column] = &[
        ("spellout-numbering", number),
        ("spellout-cardinal-neuter", neuter),
        ("spellout-cardinal-masculine", common),
        ("spellout-cardinal-feminine", common),
        ("spellout-cardinal-reale", common),
        ("spellout-ordinal-neuter", Value::Ordinal),
        ("spellout-ordinal-feminine", Value::Ordinal),
        ("spellout-ordinal-reale", Value::Ordinal),
    ];
    assert_eq!(check("sv", include_str!("spellout/sv.tsv"), columns), 158 * 8);
}

#[test]
fn english_numbers_are_spelled_as_in_britain_and_as_in_america() {
    let table = include_str!("spellout/en.tsv");
    let british: &[Column] = &[
        ("spellout-numbering-verbose", number),
        ("spellout-cardinal-verbose", neuter),
        ("spellout-ordinal-verbose", Value::Ordinal),
    ];
    let american: &[Column] = &[
        ("spellout-numbering", number),
        ("spellout-cardinal", common),
        ("spellout-ordinal", Value::Ordinal),
    ];
    assert_eq!(check("en", table, british), 158 * 3);
    assert_eq!(check("en-US", table, american), 158 * 3);
}

/// The years of the tables that a date can have, behind *den första januari* and the like.
#[test]
fn years_are_said_as_years() {
    use jiff::civil::date;
    let tables = [
        ("sv", "den första januari ", include_str!("spellout/sv.tsv")),
        ("en-US", "January first ", include_str!("spellout/en.tsv")),
    ];
    for (tag, before, table) in tables {
        let rows = table.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
        let mut compared = 0;
        for row in rows {
            let (year, rest) = row.split_once('\t').unwrap();
            let Ok(year @ 1..=9_999) = year.parse::<i16>() else { continue };
            let value = Value::Date { date: date(year, 1, 1), form: speech::DateForm::Year };
            let said = words(tag, &value);
            assert_eq!(said.strip_prefix(before), rest.split('\t').next(), "{tag} {year}");
            compared += 1;
        }
        assert!(compared > 140, "{compared} years");
    }
}
