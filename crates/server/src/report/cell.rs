//! One cell of a report: what it is, so that each form can print it as such.

use jiff::Zoned;
use serde_json::{Value, json};

/// What begins a formula for a spreadsheet.
const FORMULA_BEGINS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// One cell. Where there is nothing to divide by, there is no number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Words; a name may be anything.
    Text(String),
    /// A moment, by the clock that the report goes by.
    At(Zoned),
    /// How many.
    Count(u64),
    /// A length in whole seconds.
    Length(u64),
    /// A length in tenths of a second.
    Seconds(Option<u64>),
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

    /// `of` milliseconds for each of `by`.
    pub(crate) fn average(ms: u64, by: u64) -> Self {
        Self::Seconds((by > 0).then(|| rounded(ms, by.saturating_mul(100))))
    }

    /// Whether there is nothing to be told.
    pub(crate) const fn is_nought(&self) -> bool {
        matches!(self, Self::Count(0) | Self::Length(0))
    }

    /// What people read; what is said of nothing is up to the form.
    pub(crate) fn text(&self, none: &str) -> String {
        let decimal = |number: Option<i128>, places: u32| {
            number.map_or_else(|| none.to_owned(), |number| decimal(number, places))
        };
        match self {
            Self::Text(text) => text.clone(),
            Self::At(at) => shown(at),
            Self::Count(count) | Self::Length(count) => count.to_string(),
            Self::Seconds(tenths) | Self::Percent(tenths) => decimal(tenths.map(Into::into), 1),
            Self::Mean(hundredths) => decimal(hundredths.map(Into::into), 2),
            Self::Score(tenths) => decimal(tenths.map(Into::into), 1),
        }
    }

    /// The same for a program; no digit differs from what people read.
    pub(crate) fn json(&self) -> Value {
        match self {
            Self::Text(text) => json!(text),
            Self::At(at) => json!(stamp(at)),
            Self::Count(count) | Self::Length(count) => json!(count),
            Self::Seconds(_) | Self::Percent(_) | Self::Mean(_) | Self::Score(_) => {
                self.text("").parse::<f64>().map_or(Value::Null, Value::from)
            }
        }
    }

    /// The same for a spreadsheet that reads CSV.
    pub(crate) fn csv(&self) -> String {
        match self {
            Self::Text(text) => harmless(text),
            Self::At(at) => stamp(at),
            Self::Count(_)
            | Self::Length(_)
            | Self::Seconds(_)
            | Self::Percent(_)
            | Self::Mean(_)
            | Self::Score(_) => self.text(""),
        }
    }
}

/// RFC 3339, which tells apart what the clock says twice.
fn stamp(at: &Zoned) -> String {
    at.timestamp().display_with_offset(at.offset()).to_string()
}

/// With the name of the time beside it where the clock says it twice.
fn shown(at: &Zoned) -> String {
    let is_twice = at.time_zone().to_ambiguous_zoned(at.datetime()).is_ambiguous();
    at.strftime(if is_twice { "%Y-%m-%d %H:%M %Z" } else { "%Y-%m-%d %H:%M" }).to_string()
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
            (Cell::average(61_234, 4), "15.3", json!(15.3)),
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
    fn a_time_that_the_clock_says_twice_is_told_apart() {
        let cell = |at: &str| {
            let at: jiff::Timestamp = at.parse().unwrap();
            Cell::At(at.in_tz("Europe/Stockholm").unwrap())
        };
        let [summer, winter] = ["2026-10-25T00:15:00Z", "2026-10-25T01:15:00Z"].map(cell);
        let plain = cell("2026-10-25T03:15:00Z");
        assert_eq!(summer.text("–"), "2026-10-25 02:15 CEST");
        assert_eq!(winter.text("–"), "2026-10-25 02:15 CET");
        assert_eq!(plain.text("–"), "2026-10-25 04:15");
        assert_eq!(summer.json(), json!("2026-10-25T02:15:00+02:00"));
        assert_eq!(winter.csv(), "2026-10-25T02:15:00+01:00");
    }

    #[test]
    fn no_name_is_a_formula_in_a_spreadsheet() {
        assert_eq!(Cell::Text("=1+1".to_owned()).csv(), "'=1+1");
        assert_eq!(Cell::Score(Some(-5)).csv(), "-0.5");
        assert_eq!(Cell::Mean(None).csv(), "");
    }
}
