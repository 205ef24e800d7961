//! The rows of a directory's file: CSV (RFC 4180) with a header, parted by commas or semicolons.

use std::collections::BTreeMap;

/// How many rows a directory may have.
pub const DIRECTORY_ROWS_MAX: usize = 200_000;

/// The columns there may be; `number` must be there.
const COLUMNS: [&str; 8] =
    ["number", "name", "company", "language", "priority", "vip", "agent", "whisper"];

/// One row, as it is written; what has no column is empty.
#[derive(Debug, Default)]
pub(crate) struct Row {
    /// Its line in the file, from 1.
    pub(crate) line: u64,
    pub(crate) number: String,
    pub(crate) name: String,
    pub(crate) company: String,
    pub(crate) language: String,
    pub(crate) priority: String,
    pub(crate) vip: String,
    pub(crate) agent: String,
    pub(crate) whisper: String,
}

/// What is wrong with a file.
#[derive(Debug)]
pub(crate) enum RowFault {
    /// One row.
    Row { line: u64, why: String },
    /// All of it.
    Whole(String),
}

/// Reads all rows. A fault of the whole file is the only one then.
pub(crate) fn read(text: &str) -> Vec<Result<Row, RowFault>> {
    // What spreadsheets write in front of UTF-8.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let header = text.lines().next().unwrap_or_default();
    let delimiter = if header.contains(';') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let places = match reader.headers() {
        Ok(header) => places(header),
        Err(error) => Err(error.to_string()),
    };
    let places = match places {
        Ok(places) => places,
        Err(why) => return vec![Err(RowFault::Whole(why))],
    };
    let mut rows: Vec<_> = reader
        .records()
        .take(DIRECTORY_ROWS_MAX + 1)
        .map(|record| record.map(|record| row(&record, &places)).map_err(|error| broken(&error)))
        .collect();
    if rows.len() > DIRECTORY_ROWS_MAX {
        let why = format!("it has more than {DIRECTORY_ROWS_MAX} rows");
        rows = vec![Err(RowFault::Whole(why))];
    }
    rows
}

/// Where each column stands.
fn places(header: &csv::StringRecord) -> Result<BTreeMap<&'static str, usize>, String> {
    let mut places = BTreeMap::new();
    for (at, written) in header.iter().enumerate() {
        let column = written.to_lowercase();
        let Some(known) = COLUMNS.into_iter().find(|known| *known == column) else {
            let known = COLUMNS.join(", ");
            return Err(format!("there is no column `{written}`; there may be {known}"));
        };
        if places.insert(known, at).is_some() {
            return Err(format!("the column `{known}` stands twice"));
        }
    }
    if places.contains_key("number") { Ok(places) } else { Err("it has no column `number`".into()) }
}

fn row(record: &csv::StringRecord, places: &BTreeMap<&'static str, usize>) -> Row {
    let text = |column| {
        let at = places.get(column).copied();
        at.and_then(|at| record.get(at)).unwrap_or_default().to_owned()
    };
    Row {
        line: record.position().map_or(0, csv::Position::line),
        number: text("number"),
        name: text("name"),
        company: text("company"),
        language: text("language"),
        priority: text("priority"),
        vip: text("vip"),
        agent: text("agent"),
        whisper: text("whisper"),
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
        let told = read(text).into_iter().map(|row| match row {
            Ok(Row { line, number, name, company, .. }) => {
                format!("{line}: {number}, {name}, {company}")
            }
            Err(RowFault::Row { line, why }) => format!("{line}! {why}"),
            Err(RowFault::Whole(why)) => why,
        });
        told.collect()
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
    fn columns_are_known_and_once_each() {
        assert_eq!(told("name\nx\n"), ["it has no column `number`"]);
        assert_eq!(told("number,number\n"), ["the column `number` stands twice"]);
        let unknown = told("number,nmae\n");
        assert!(unknown[0].starts_with("there is no column `nmae`"), "{unknown:?}");
    }
}
