//! `operator` and `operator_key` as they are written: the way to a person.

use super::read_key;
use crate::report::Report;
use crate::table::{Table, Text};
use toml::Spanned;

/// What is written instead of an arrow where no key is to lead to a person.
const NONE: &str = "none";

/// The way to a person, and its key.
pub(crate) struct OperatorDraft {
    pub(crate) to: OperatorTo,
    pub(crate) key: Option<Spanned<char>>,
}

/// Where the way to a person leads.
pub(crate) enum OperatorTo {
    /// Nothing is said of it.
    Unsaid,
    /// There is to be none.
    Nowhere,
    Arrow(Text),
}

impl OperatorDraft {
    pub(super) fn read(file: &mut Table<'_>, report: &mut Report<'_>) -> Self {
        let to = match file.text("operator", report) {
            None => OperatorTo::Unsaid,
            Some(text) if text.get_ref() == NONE => OperatorTo::Nowhere,
            Some(arrow) => OperatorTo::Arrow(arrow),
        };
        let key = file.text("operator_key", report);
        let key =
            key.and_then(|text| read_key(&text, report).map(|key| Spanned::new(text.span(), key)));
        Self { to, key }
    }

    /// The arrow, where one is written.
    pub(crate) fn arrow(&self) -> Option<&Text> {
        match &self.to {
            OperatorTo::Arrow(arrow) => Some(arrow),
            OperatorTo::Unsaid | OperatorTo::Nowhere => None,
        }
    }
}
