//! Digits that are dialled behind a short code.

use crate::report::{Flaw, Report};
use crate::table::{Table, Text};

/// Longer ones nobody remembers.
const DIGITS_MAX: usize = 4;

/// `digits = "1"`.
pub(super) fn read(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<Text> {
    let text = table.text("digits", report)?;
    let digits = text.get_ref();
    let are_digits = digits.bytes().all(|letter| letter.is_ascii_digit());
    if digits.is_empty() || digits.len() > DIGITS_MAX || !are_digits {
        let message = format!("`{digits}` can not be dialled behind a short code");
        let remedy = format!("write one to {DIGITS_MAX} digits, such as \"1\"");
        report.add(Flaw::error("bad-digits", text.span(), message).suggest(remedy));
    }
    Some(text)
}
