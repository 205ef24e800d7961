//! The rows of a directory's file: CSV (RFC 4180) with a header, parted by commas or semicolons.

use crate::nearest::did_you_mean;
use std::collections::BTreeMap;

/// How many rows a directory may have.
pub const DIRECTORY_ROWS_MAX: usize = 200_000;

/// The columns that mean something; the one that people are known by must be there.
pub(crate) const COLUMNS: [&str; 8] =
    ["number", "name", "company", "language", "priority", "vip", "agent", "whisper"];

/// One row, as it is written; what has no column is empty.
#[derive(Debug, Default)]
pub(crate) struct Row {
    /// Its line in the file, from 1.
    pub(crate) line: u64,
    /// What the person is known by.
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) company: String,
    pub(crate) language: String,
    pub(crate) priority: String,
    pub(crate) vip: String,
    pub(crate) agent: String,
    pub(crate) whisper: String,
    /// What stands in columns that mean nothing here, in their order.
    pub(crate) others: Vec<String>,
}

/// What is wrong with a file.
#[derive(Debug)]
pub(crate) enum RowFault {
    /// One row.
    Row { line: u64, why: String },
    /// All of it.
    Whole(String),
}

/// The column of telephone numbers.
pub(crate) const NUMBER: &str = "number";

/// A file of a directory.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    /// A fault of the whole file is the only one then.
    pub(crate) rows: Vec<Result<Row, RowFault>>,
    /// Columns that mean nothing by themselves, as they are written.
    pub(crate) others: Vec<String>,
}

impl Rows {
    fn broken(why: String) -> Self {
        Self { rows: vec![Err(RowFault::Whole(why))], others: Vec::new() }
    }
}

/// Reads all rows of people who are known by this column.
pub(crate) fn read(text: &str, by: &str) -> Rows {
    // What spreadsheets write in front of UTF-8.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let header = text.lines().next().unwrap_or_default();
    let delimiter = if header.contains(';') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let places = match reader.headers() {
        Ok(header) => places(header, by),
        Err(error) => Err(error.to_string()),
    };
    let (places, others) = match places {
        Ok(places) => places,
        Err(why) => return Rows::broken(why),
    };
    let rows: Vec<_> = reader
        .records()
        .take(DIRECTORY_ROWS_MAX + 1)
        .map(|record| {
            let row = |record| row(&record, (&places, &others));
            record.map(row).map_err(|error| broken(&error))
        })
        .collect();
    if rows.len() > DIRECTORY_ROWS_MAX {
        return Rows::broken(format!("it has more than {DIRECTORY_ROWS_MAX} rows"));
    }
    Rows { rows, others: others.into_iter().map(|(name, _)| name).collect() }
}

/// Where each column stands; and those that mean nothing, with where they stand.
type Places = (BTreeMap<&'static str, usize>, Vec<(String, usize)>);

/// The name of what people are known by among the places.
const KEY: &str = "";

fn places(header: &csv::StringRecord, by: &str) -> Result<Places, String> {
    let (mut places, mut others) = (BTreeMap::new(), Vec::new());
    for (at, written) in header.iter().enumerate() {
        // A spreadsheet leaves empty columns at the end.
        if written.is_empty() {
            continue;
        }
        let column = written.to_lowercase();
        let is_key = column == by.to_lowercase();
        // Numbers mean something where people are known by them, which is the key.
        let known = COLUMNS.into_iter().find(|known| *known == column && *known != NUMBER);
        let Some(known) = (if is_key { Some(KEY) } else { known }) else {
            others.push((written.to_owned(), at));
            continue;
        };
        if places.insert(known, at).is_some() {
            return Err(format!("the column `{column}` stands twice"));
        }
    }
    if places.contains_key(KEY) {
        return Ok((places, others));
    }
    Err(match did_you_mean(by, others.iter().map(|(name, _)| name.as_str())) {
        Some(meant) => format!("it has no column `{by}`; {meant}"),
        None => format!("it has no column `{by}`"),
    })
}

fn row(
    record: &csv::StringRecord,
    (places, others): (&BTreeMap<&'static str, usize>, &[(String, usize)]),
) -> Row {
    let text = |column: &str| {
        let at = places.get(column).copied();
        at.and_then(|at| record.get(at)).unwrap_or_default().to_owned()
    };
    Row {
        line: record.position().map_or(0, csv::Position::line),
        key: text(KEY),
        name: text("name"),
        company: text("company"),
        language: text("language"),
        priority: text("priority"),
        vip: text("vip"),
        agent: text("agent"),
        whisper: text("whisper"),
        others: others
            .iter()
            .map(|(_, at)| record.get(*at).unwrap_or_default().to_owned())
            .collect(),
    }
}

fn broken(error: &csv::Error) -> RowFault {
    let line = error.position().map_or(0, csv::Position::line);
    let why = if let csv::ErrorKind::UnequalLengths { expected_len, len, .. } = error.kind() {
        format!("it has {len} fields, and the header has {expected_len}")
    } else {
        error.to_string()
    };
    RowFault::Row { line, why }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        told_by(text, NUMBER)
    }

    fn told_by(text: &str, by: &str) -> Vec<String> {
        let Rows { rows, others } = read(text, by);
        let unused = others.into_iter().map(|column| format!("unused {column}"));
        let told = rows.into_iter().map(|row| match row {
            Ok(Row { line, key, name, company, .. }) => {
                format!("{line}: {key}, {name}, {company}")
            }
            Err(RowFault::Row { line, why }) => format!("{line}! {why}"),
            Err(RowFault::Whole(why)) => why,
        });
        unused.chain(told).collect()
    }

    #[test]
    fn rows_have_their_lines_and_quotes_hold_commas_and_line_ends() {
        let text = "Number,name,company\n1,\"Berg, Anna\",\"A\nB\"\n2,\"say \"\"hi\"\"\",\n3\n";
        assert_eq!(
            told(text),
            [
                "2: 1, Berg, Anna, A\nB",
                "4: 2, say \"hi\", ",
                "5! it has 1 fields, and the header has 3",
            ]
        );
    }

    #[test]
    fn spreadsheets_part_by_semicolons_and_begin_with_a_mark() {
        assert_eq!(told("\u{feff}number;name\n070-1;\u{c5}sa\n"), ["2: 070-1, \u{c5}sa, "]);
    }

    #[test]
    fn columns_of_others_are_told_and_none_stands_twice() {
        assert_eq!(told("name\nx\n"), ["it has no column `number`"]);
        assert_eq!(told("number,Number\n"), ["the column `number` stands twice"]);
        assert_eq!(told("numbr\nx\n"), ["it has no column `number`; did you mean `numbr`?"]);
        assert_eq!(
            told("number,nmae,Since\n1,x,2020\n"),
            ["unused nmae", "unused Since", "2: 1, , "]
        );
    }

    #[test]
    fn people_can_be_known_by_any_column() {
        let text = "number,Customer,name\n070,10045,Anna\n";
        assert_eq!(told_by(text, "customer"), ["unused number", "2: 10045, Anna, "]);
    }
}
