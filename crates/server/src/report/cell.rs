//! One cell of a report: what it is, so that each form can print it as such.

use serde_json::{Value, json};

/// What begins a formula for a spreadsheet.
const FORMULA_BEGINS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// One cell. Where there is nothing to divide by, there is no number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Words; a name may be anything.
    Text(String),
    /// How many.
    Count(u64),
    /// A share, in tenths of a percent.
    Percent(Option<u64>),
    /// A mean, in hundredths.
    Mean(Option<i64>),
    /// A score from −100 to 100, in tenths.
    Score(Option<i64>),
}

impl Cell {
    /// The share that `part` is of `all`.
    pub(crate) fn share(part: u64, all: u64) -> Self {
        Self::Percent((all > 0).then(|| rounded(part.saturating_mul(1_000), all)))
    }

    /// What people read; what is said of nothing is up to the form.
    pub(crate) fn text(&self, none: &str) -> String {
        let decimal = |number: Option<i128>, places: u32| {
            number.map_or_else(|| none.to_owned(), |number| decimal(number, places))
        };
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Percent(tenths) => decimal(tenths.map(Into::into), 1),
            Self::Mean(hundredths) => decimal(hundredths.map(Into::into), 2),
            Self::Score(tenths) => decimal(tenths.map(Into::into), 1),
        }
    }

    /// The same for a program; no digit differs from what people read.
    pub(crate) fn json(&self) -> Value {
        match self {
            Self::Text(text) => json!(text),
            Self::Count(count) => json!(count),
            Self::Percent(_) | Self::Mean(_) | Self::Score(_) => {
                self.text("").parse::<f64>().map_or(Value::Null, Value::from)
            }
        }
    }

    /// The same for a spreadsheet that reads CSV.
    pub(crate) fn csv(&self) -> String {
        match self {
            Self::Text(text) => harmless(text),
            Self::Count(_) | Self::Percent(_) | Self::Mean(_) | Self::Score(_) => self.text(""),
        }
    }
}

/// `of` by `by`, the half upwards.
pub(crate) const fn rounded(of: u64, by: u64) -> u64 {
    of.saturating_add(by / 2) / by
}

fn decimal(number: i128, places: u32) -> String {
    let one = 10_i128.pow(places);
    let sign = if number < 0 { "-" } else { "" };
    let (whole, part) = (number.abs() / one, number.abs() % one);
    format!("{sign}{whole}.{part:0width$}", width = places as usize)
}

/// A text that no spreadsheet takes for a formula.
fn harmless(text: &str) -> String {
    if text.starts_with(FORMULA_BEGINS) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_the_same_digits_for_people_and_programs() {
        for (cell, text, json) in [
            (Cell::Count(8), "8", json!(8)),
            (Cell::share(1, 3), "33.3", json!(33.3)),
            (Cell::Mean(Some(-705)), "-7.05", json!(-7.05)),
            (Cell::Score(Some(-5)), "-0.5", json!(-0.5)),
            (Cell::share(0, 0), "–", Value::Null),
            (Cell::Mean(None), "–", Value::Null),
        ] {
            assert_eq!((cell.text("–").as_str(), cell.json()), (text, json));
        }
    }

    #[test]
    fn no_name_is_a_formula_in_a_spreadsheet() {
        assert_eq!(Cell::Text("=1+1".to_owned()).csv(), "'=1+1");
        assert_eq!(Cell::Score(Some(-5)).csv(), "-0.5");
        assert_eq!(Cell::Mean(None).csv(), "");
    }
}
