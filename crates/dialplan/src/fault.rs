//! One fault of a dialplan: what is wrong, where, and what to do.

use serde::Serialize;

/// One fault of a dialplan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The file, as it was named to the parser.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The bytes of the text that are at fault, from the first to before the last.
    pub span: (usize, usize),
    /// What kind of fault, for programs: `unknown-key`, `undefined-step`, …
    pub id: &'static str,
    /// What is wrong, in words.
    pub message: String,
    /// What to do about it.
    pub suggestion: Option<String>,
    /// Whether the plan can be used nevertheless.
    pub severity: Severity,
}

/// How bad a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The plan can not be used.
    Error,
    /// The plan can be used; somebody probably meant something else.
    Warning,
}
