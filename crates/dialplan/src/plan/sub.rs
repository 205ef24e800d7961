//! Parts of a plan that several places use, and come back from.

use super::Goto;
use std::sync::Arc;

/// Goes somewhere, and on when the way from there comes to `return`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sub {
    /// The name in the file, without the kind.
    pub name: Arc<str>,
    /// Where the caller goes first.
    pub call: Goto,
    /// Where the caller goes then.
    pub goto: Goto,
}
