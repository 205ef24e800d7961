//! A report as columns and rows, and the forms in which it is printed.
//!
//! Every form is made of the same cells, so all of them say the same.

use super::aligned;
use super::cell::Cell;
use serde_json::{Map, Value};

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    /// Its name for programs.
    pub(crate) name: String,
    /// What stands above it in CSV, which has no place for what a column is.
    pub(crate) in_csv: String,
    /// What stands above it for people.
    pub(crate) heading: String,
    /// What it is, in a sentence or a formula.
    pub(crate) means: String,
    /// Whether it is left out for people where it has nothing but noughts.
    pub(crate) shown: Shown,
}

/// Whether a column is there for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// In any case.
    Always,
    /// If anything in it is more than nought.
    IfAny,
    /// Not at all: there is more of it than a screen has room for.
    Never,
}

impl Column {
    pub(crate) fn new(name: impl Into<String>, means: impl Into<String>) -> Self {
        let name = name.into();
        let heading = name.replace('_', " ").to_uppercase();
        Self { in_csv: name.clone(), name, heading, means: means.into(), shown: Shown::Always }
    }

    /// A column that is a formula, which CSV has above it.
    pub(crate) fn formula(name: &str, formula: impl Into<String>) -> Self {
        let formula = formula.into();
        Self { in_csv: formula.clone(), ..Self::new(name, formula) }
    }

    /// Whether people are shown a service level, by a name that does not say which.
    pub(crate) fn is_formula_for_people(&self) -> bool {
        self.in_csv != self.name && self.shown != Shown::Never
    }

    pub(crate) fn headed(self, heading: impl Into<String>) -> Self {
        Self { heading: heading.into(), ..self }
    }

    pub(crate) fn for_programs(self) -> Self {
        Self { shown: Shown::Never, ..self }
    }

    pub(crate) fn if_any(self) -> Self {
        Self { shown: Shown::IfAny, ..self }
    }
}

/// One table of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sheet {
    /// Its name on the tab of a workbook.
    pub(crate) name: &'static str,
    /// What its rows are called for programs.
    pub(crate) key: &'static str,
    /// The columns; as many as each row has cells.
    pub(crate) columns: Vec<Column>,
    /// The rows.
    pub(crate) rows: Vec<Vec<Cell>>,
    /// The sum of all rows, if they have one. Its first cell says so.
    pub(crate) total: Option<Vec<Cell>>,
    /// How many columns, from the left, are words.
    pub(crate) words: usize,
}

impl Sheet {
    /// For people.
    pub(crate) fn table(&self) -> String {
        let all = || self.rows.iter().chain(&self.total);
        let is_any = |at: usize| all().any(|row| row.get(at).is_some_and(|it| !it.is_nought()));
        let is_shown = |(at, column): (usize, &Column)| match column.shown {
            Shown::Always => true,
            Shown::IfAny => is_any(at),
            Shown::Never => false,
        };
        let shown: Vec<bool> = self.columns.iter().enumerate().map(is_shown).collect();
        let row = |cells: Vec<String>| -> Vec<String> {
            cells.into_iter().zip(&shown).filter_map(|(cell, is)| is.then_some(cell)).collect()
        };
        let headings = self.columns.iter().map(|column| column.heading.clone()).collect();
        let mut rows = vec![row(headings)];
        rows.extend(all().map(|cells| row(cells.iter().map(|cell| cell.text("–")).collect())));
        aligned(&rows, self.words)
    }

    /// An object for each row.
    pub(crate) fn json(&self) -> Value {
        self.rows.iter().map(|row| Value::Object(self.object(row))).collect()
    }

    /// The cells of `row`, each by the name of its column.
    fn object(&self, row: &[Cell]) -> Map<String, Value> {
        let columns = self.columns.iter().zip(row);
        columns.map(|(column, cell)| (column.name.clone(), cell.json())).collect()
    }

    /// The same of the sum, which has no words.
    pub(crate) fn sum(&self, total: &[Cell]) -> Map<String, Value> {
        let columns = self.columns.iter().zip(total).skip(self.words);
        columns.map(|(column, cell)| (column.name.clone(), cell.json())).collect()
    }

    /// RFC 4180, with a row of headings.
    pub(crate) fn csv(&self) -> Result<String, csv::Error> {
        let mut writer =
            csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        writer.write_record(self.columns.iter().map(|column| &column.in_csv))?;
        for row in self.rows.iter().chain(&self.total) {
            writer.write_record(row.iter().map(Cell::csv))?;
        }
        let octets = writer.into_inner().map_err(|error| error.into_error())?;
        Ok(String::from_utf8(octets).expect("it is made of texts"))
    }

    /// What each column is, by name.
    pub(crate) fn definitions(&self) -> Map<String, Value> {
        let columns = self.columns.iter().filter(|column| !column.means.is_empty());
        columns.map(|column| (column.name.clone(), Value::from(column.means.clone()))).collect()
    }
}
