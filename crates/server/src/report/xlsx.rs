//! A report as a workbook: for Excel, LibreOffice and whatever else reads .xlsx.
//!
//! Cells are what they are: a date is a date, a length a length, a share a percentage, so that they can be
//! reckoned with. A spreadsheet knows no time zones: a moment is shown by the clock that the report goes by, and a
//! column beside it has how far that clock is from UTC, so that what it says twice is told apart.

use super::cell::Cell;
use super::form::Report;
use super::sheet::Sheet;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

/// Wide enough for most formulas.
const MEANING_WIDTH: f64 = 90.0;
/// Seconds of a day, which a spreadsheet counts in.
const DAY: f64 = 86_400.0;

/// The octets of the file.
pub(crate) fn workbook(report: &Report) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let formats = Formats::new();
    for sheet in &report.sheets {
        write(workbook.add_worksheet(), sheet, &formats)?;
    }
    define(workbook.add_worksheet(), report, &formats)?;
    workbook.save_to_buffer()
}

/// How kinds of cells are shown.
struct Formats {
    heading: Format,
    time: Format,
    length: Format,
    tenths: Format,
    percent: Format,
    mean: Format,
    score: Format,
}

impl Formats {
    fn new() -> Self {
        let shown = |format: &str| Format::new().set_num_format(format);
        Self {
            heading: Format::new().set_bold(),
            time: shown("yyyy-mm-dd hh:mm"),
            length: shown("[h]:mm:ss"),
            tenths: shown("[h]:mm:ss.0"),
            percent: shown("0.0%"),
            mean: shown("0.00"),
            score: shown("0.0"),
        }
    }
}

fn write(page: &mut Worksheet, sheet: &Sheet, formats: &Formats) -> Result<(), XlsxError> {
    page.set_name(sheet.name)?;
    page.set_freeze_panes(1, 0)?;
    let is_time = |at: usize| {
        let first = sheet.rows.first().and_then(|row| row.get(at));
        matches!(first, Some(Cell::At(_)))
    };
    let mut place = 0;
    let mut places = Vec::new();
    for (at, column) in sheet.columns.iter().enumerate() {
        places.push(place);
        page.write_with_format(0, place, column.name.as_str(), &formats.heading)?;
        if is_time(at) {
            page.write_with_format(0, place + 1, UTC_OFFSET, &formats.heading)?;
        }
        place += if is_time(at) { 2 } else { 1 };
    }
    for (line, row) in (1_u32..).zip(sheet.rows.iter().chain(&sheet.total)) {
        for (cell, place) in row.iter().zip(&places) {
            put(page, (line, *place), cell, formats)?;
        }
    }
    let rows = u32::try_from(sheet.rows.len()).unwrap_or(0);
    if rows > 0 {
        page.autofilter(0, 0, rows, place.saturating_sub(1))?;
    }
    page.autofit();
    Ok(())
}

/// The column beside a moment.
const UTC_OFFSET: &str = "utc_offset";

fn put(
    page: &mut Worksheet,
    (line, place): (u32, u16),
    cell: &Cell,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let number = |number: Option<f64>, by: f64| number.map(|number| number / by);
    let (number, format) = match cell {
        Cell::Text(text) => return page.write_string(line, place, text).map(drop),
        Cell::At(at) => {
            page.write_datetime_with_format(line, place, at.datetime(), &formats.time)?;
            return page.write_string(line, place + 1, at.strftime("%:z").to_string()).map(drop);
        }
        Cell::Count(count) => return page.write_number(line, place, as_float(*count)).map(drop),
        Cell::Length(seconds) => (number(Some(as_float(*seconds)), DAY), &formats.length),
        Cell::Seconds(tenths) => (number(tenths.map(as_float), 10.0 * DAY), &formats.tenths),
        Cell::Percent(tenths) => (number(tenths.map(as_float), 1_000.0), &formats.percent),
        Cell::Mean(hundredths) => (number(hundredths.map(signed), 100.0), &formats.mean),
        Cell::Score(tenths) => (number(tenths.map(signed), 10.0), &formats.score),
    };
    match number {
        Some(number) => page.write_number_with_format(line, place, number, format).map(drop),
        // Where there is nothing to divide by, the cell stays empty.
        None => Ok(()),
    }
}

/// A spreadsheet has no other numbers; below 2⁵³ they are exact.
#[expect(clippy::cast_precision_loss, reason = "nobody counts so far")]
const fn as_float(count: u64) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "nobody counts so far")]
const fn signed(number: i64) -> f64 {
    number as f64
}

/// What was asked, and what each column is.
fn define(page: &mut Worksheet, report: &Report, formats: &Formats) -> Result<(), XlsxError> {
    page.set_name("definitions")?;
    page.set_freeze_panes(1, 0)?;
    for (place, heading) in (0..).zip(["sheet", "name", "meaning"]) {
        page.write_with_format(0, place, heading, &formats.heading)?;
    }
    let facts = report.facts.iter().map(|(name, fact)| {
        let fact = fact.as_str().map_or_else(|| fact.to_string(), str::to_owned);
        ["", name, &fact].map(str::to_owned)
    });
    let columns = report.sheets.iter().flat_map(|sheet| {
        let definitions = sheet.definitions().into_iter();
        definitions.map(|(name, meaning)| {
            let meaning = meaning.as_str().unwrap_or_default().to_owned();
            [sheet.name.to_owned(), name, meaning]
        })
    });
    for (line, cells) in (1..).zip(facts.chain(columns)) {
        for (place, cell) in (0..).zip(cells) {
            page.write_string(line, place, cell)?;
        }
    }
    page.autofit();
    page.set_column_width(2, MEANING_WIDTH)?;
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::report::sheet::Column;
    use calamine::{Data, DataType as _, Reader, Xlsx};
    use jiff::civil::{DateTime, date};
    use serde_json::Value;
    use std::io::Cursor;

    /// The days since the one before 1900 by which a spreadsheet counts.
    fn serial(at: DateTime) -> f64 {
        let since = at.duration_since(date(1899, 12, 30).at(0, 0, 0, 0));
        since.as_secs_f64() / DAY
    }

    fn is_near(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-9 * one.abs().max(1.0)
    }

    /// Whether a cell of a workbook is what JSON says, and of the right kind.
    fn is_same(name: &str, cell: &Data, json: &Value) -> bool {
        match (cell, json) {
            (Data::Empty, Value::Null) => true,
            (Data::Empty, Value::String(text)) => text.is_empty(),
            (Data::String(cell), Value::String(text)) => cell == text,
            (Data::DateTime(at), Value::String(text)) => {
                let civil = text.get(..19).and_then(|civil| civil.parse().ok());
                at.is_datetime() && civil.is_some_and(|civil| is_near(at.as_f64(), serial(civil)))
            }
            (Data::DateTime(length), Value::Number(json)) => {
                let json = json.as_f64().unwrap();
                name.ends_with("_s") && length.is_duration() && is_near(length.as_f64() * DAY, json)
            }
            (Data::Float(cell), Value::Number(json)) => {
                let json = json.as_f64().unwrap();
                is_near(*cell, json) || is_near(*cell * 100.0, json)
            }
            (_, _) => false,
        }
    }

    /// Opens the workbook of `report` with somebody else's reader, and compares all cells with the JSON.
    pub(crate) fn assert_same_as_json(report: &Report) {
        let octets = workbook(report).unwrap();
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(octets)).unwrap();
        let json = report.json();
        for sheet in &report.sheets {
            let range = book.worksheet_range(sheet.name).unwrap();
            let (heads, rows) = range
                .rows()
                .collect::<Vec<_>>()
                .split_first()
                .map(|(h, r)| (h.to_vec(), r.to_vec()))
                .unwrap();
            let names: Vec<&str> = heads.iter().map(|head| head.get_string().unwrap()).collect();
            let objects = json[sheet.key]
                .as_array()
                .unwrap()
                .iter()
                .chain(sheet.total.as_ref().map(|_| &json["total"]));
            let mut compared = 0;
            for (row, object) in rows.iter().zip(objects) {
                compared += 1;
                for (at, (name, cell)) in names.iter().zip(*row).enumerate() {
                    if *name == UTC_OFFSET {
                        let stamp = object[names[at - 1]].as_str();
                        assert_eq!(cell.get_string(), stamp.and_then(|stamp| stamp.get(19..)));
                    } else if object.get(*name).is_some() {
                        assert!(
                            is_same(name, cell, &object[*name]),
                            "{name}: {cell:?}, {}",
                            object[*name]
                        );
                    } else {
                        assert_eq!(
                            (compared, *cell == Data::Empty || cell.is_string()),
                            (rows.len(), true)
                        );
                    }
                }
                let asked =
                    sheet.columns.iter().all(|column| names.contains(&column.name.as_str()));
                assert!(asked, "every column is there: {names:?}");
            }
            assert_eq!(compared, rows.len());
        }
        let range = book.worksheet_range("definitions").unwrap();
        let defined: Vec<_> = range.rows().filter_map(|row| row.get(1)?.get_string()).collect();
        for (name, _) in json["definitions"].as_object().unwrap() {
            assert!(defined.contains(&name.as_str()), "{name} is defined");
        }
    }

    #[test]
    fn every_kind_of_cell_is_read_as_what_it_is() {
        let kinds = [
            ("at", Cell::At("2026-10-25T02:15:00+02:00[Europe/Stockholm]".parse().unwrap())),
            ("name", Cell::Text("=1+1".to_owned())),
            ("times", Cell::Count(7)),
            ("staffed_s", Cell::Length(100_000)),
            ("average_wait_s", Cell::Seconds(Some(153))),
            ("share", Cell::Percent(Some(375))),
            ("mean", Cell::Mean(Some(775))),
            ("nps", Cell::Score(Some(-333))),
            ("none", Cell::Mean(None)),
        ];
        let columns = kinds.iter().map(|(name, _)| Column::new(*name, "what it is")).collect();
        let rows = vec![kinds.into_iter().map(|(_, cell)| cell).collect()];
        let sheet = Sheet { name: "kinds", key: "lines", columns, rows, total: None, words: 2 };
        let facts = vec![("time_zone", Value::from("Europe/Stockholm"))];
        assert_same_as_json(&Report {
            facts,
            sheets: vec![sheet],
            printed: 0,
            note: String::new(),
        });
    }
}
