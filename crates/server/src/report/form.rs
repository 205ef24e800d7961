//! The forms in which a report is printed.

use super::sheet::Sheet;
use super::xlsx;
use crate::cli::Form;
use crate::exit::{Exit, Fault, Outcome};
use crate::screen;
use serde_json::Value;
use std::fs;

/// A report as it was added up.
#[derive(Debug)]
pub(crate) struct Report {
    /// What was asked, each by its name: times, zone, what counts as in time.
    pub(crate) facts: Vec<(&'static str, Value)>,
    /// The tables; programs get all of them.
    pub(crate) sheets: Vec<Sheet>,
    /// Which of them is printed where there is room for one.
    pub(crate) printed: usize,
    /// What people read below the table.
    pub(crate) note: String,
}

impl Report {
    /// Prints it in `form`.
    pub(crate) fn print(&self, form: &Form) -> Outcome {
        if let Some(file) = &form.xlsx {
            let octets = xlsx::workbook(self).map_err(Fault::found)?;
            let failed = |error| Fault::found(format!("cannot write {}: {error}", file.display()));
            fs::write(file, octets).map_err(failed)?;
        } else if form.csv {
            // As it is: its lines end as RFC 4180 has it. A reader who has left misses the rest.
            let _ = screen::say(&self.sheet().csv().map_err(Fault::found)?);
        } else if form.json {
            let json = serde_json::to_string_pretty(&self.json()).map_err(Fault::found)?;
            screen::say_last(&json);
        } else {
            screen::say_last(&format!("{}{}", self.sheet().table(), self.note));
        }
        Ok(Exit::Fine)
    }

    /// For programs: what was asked, what each column is, and the rows and the sum of each sheet by its name.
    pub(crate) fn json(&self) -> Value {
        let facts = self.facts.iter().map(|(name, fact)| ((*name).to_owned(), fact.clone()));
        let mut object: serde_json::Map<String, Value> = facts.collect();
        let definitions = self.sheets.iter().flat_map(Sheet::definitions).collect();
        object.insert("definitions".to_owned(), Value::Object(definitions));
        for sheet in &self.sheets {
            object.insert(sheet.key.to_owned(), sheet.json());
            if let Some(total) = &sheet.total {
                object.insert("total".to_owned(), Value::Object(sheet.sum(total)));
            }
        }
        Value::Object(object)
    }

    fn sheet(&self) -> &Sheet {
        self.sheets.get(self.printed).expect("a report prints one of its sheets")
    }
}
